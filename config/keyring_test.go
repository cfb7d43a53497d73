package config

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

// never is a deadline that no test reaches.
const never = time.Hour

var (
	testKey  = Key{Profile: "prod", AccountID: "9900000"}
	testUser = Credentials{Kind: Basic, ID: "someone", Secret: NewSecret("hush-hush")}
)

// fakeCalls is a keyring of functions.
type fakeCalls struct {
	get func(user string) (string, error)
	set func(user, value string) error
	del func(user string) error
}

func (f fakeCalls) Get(service, user string) (string, error) {
	if service != "telex" {
		return "", errors.New("another service: " + service)
	}
	return f.get(user)
}
func (f fakeCalls) Set(_, user, value string) error { return f.set(user, value) }
func (f fakeCalls) Delete(_, user string) error     { return f.del(user) }

// memory is a keyring that works.
func memory() (fakeCalls, map[string]string) {
	var mu sync.Mutex
	values := map[string]string{}
	return fakeCalls{
		get: func(user string) (string, error) {
			mu.Lock()
			defer mu.Unlock()
			value, ok := values[user]
			if !ok {
				return "", keyring.ErrNotFound
			}
			return value, nil
		},
		set: func(user, value string) error {
			mu.Lock()
			defer mu.Unlock()
			values[user] = value
			return nil
		},
		del: func(user string) error {
			mu.Lock()
			defer mu.Unlock()
			if _, ok := values[user]; !ok {
				return keyring.ErrNotFound
			}
			delete(values, user)
			return nil
		},
	}, values
}

func fakeKeyring(calls KeyringCalls, within time.Duration) *Keyring {
	return NewKeyring(environment(nil), KeyringOptions{Calls: calls, Within: within})
}

// storeError is the *StoreError that err has to be.
func storeError(t *testing.T, err error) *StoreError {
	t.Helper()
	e, ok := errors.AsType[*StoreError](err)
	if !ok {
		t.Fatalf("got %v (%T), want a *StoreError", err, err)
	}
	if strings.Contains(err.Error(), "hush-hush") {
		t.Errorf("the error shows the secret: %q", err)
	}
	return e
}

// roundTrip stores, reads and removes.
func roundTrip(t *testing.T, s Store) {
	t.Helper()
	ctx := t.Context()
	if _, err := s.Get(ctx, testKey); !errors.Is(err, ErrNotStored) {
		t.Errorf("Get of nothing: got %v, want ErrNotStored", err)
	}
	for _, c := range []Credentials{testUser, {Kind: OAuth, ID: "client", Secret: NewSecret(" ä\"\\ {}' ")}} {
		if _, err := s.Put(ctx, testKey, c); err != nil {
			t.Fatalf("Put: %v", err)
		}
		got, err := s.Get(ctx, testKey)
		if err != nil || got.Kind != c.Kind || got.ID != c.ID || got.Secret.Reveal() != c.Secret.Reveal() || got.Source != s.Where() {
			t.Errorf("Get: got %v %q %q from %q, %v, want %v %q %q from %q", got.Kind, got.ID, got.Secret.Reveal(), got.Source, err,
				c.Kind, c.ID, c.Secret.Reveal(), s.Where())
		}
	}
	if _, err := s.Get(ctx, Key{"prod", "1"}); !errors.Is(err, ErrNotStored) {
		t.Errorf("Get of another account: got %v, want ErrNotStored", err)
	}
	if _, err := s.Delete(ctx, testKey); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if _, err := s.Delete(ctx, testKey); !errors.Is(err, ErrNotStored) {
		t.Errorf("Delete again: got %v, want ErrNotStored", err)
	}
	if _, err := s.Get(ctx, testKey); !errors.Is(err, ErrNotStored) {
		t.Errorf("Get after Delete: got %v, want ErrNotStored", err)
	}
}

func TestKeyring(t *testing.T) {
	calls, values := memory()
	k := fakeKeyring(calls, never)
	roundTrip(t, k)
	if _, err := k.Put(t.Context(), testKey, testUser); err != nil {
		t.Fatal(err)
	}
	if _, ok := values["prod/9900000"]; !ok || len(values) != 1 {
		t.Errorf("the keyring has %d entries, want one of user prod/9900000", len(values))
	}
	if k.Name() != InKeyring {
		t.Errorf("Name: got %q", k.Name())
	}
}

func TestKeyringGivesUp(t *testing.T) {
	for _, tt := range []struct {
		name string
		use  func(context.Context, *Keyring) error
	}{
		{"Get", func(ctx context.Context, k *Keyring) error { _, err := k.Get(ctx, testKey); return err }},
		{"Put", func(ctx context.Context, k *Keyring) error { _, err := k.Put(ctx, testKey, testUser); return err }},
		{"Delete", func(ctx context.Context, k *Keyring) error { _, err := k.Delete(ctx, testKey); return err }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				var calls atomic.Int32
				stuck := func() { calls.Add(1); <-release }
				k := fakeKeyring(fakeCalls{
					get: func(string) (string, error) { stuck(); return "late", nil },
					set: func(string, string) error { stuck(); return nil },
					del: func(string) error { stuck(); return nil },
				}, time.Millisecond)
				for i := range 2 {
					e := storeError(t, tt.use(t.Context(), k))
					if !errors.Is(e, ErrNoAnswer) || !strings.Contains(e.What, "did not answer within 1ms, and is not asked again in this run") || e.Next == "" {
						t.Errorf("call %d: got %v, want ErrNoAnswer with what to do", i, e)
					}
				}
				if n := calls.Load(); n != 1 {
					t.Errorf("the keyring was called %d times, want once", n)
				}
				close(release) // what was begun may still end, and changes nothing
				if err := tt.use(t.Context(), k); !errors.Is(err, ErrNoAnswer) {
					t.Errorf("when the answer came late: got %v, want ErrNoAnswer", err)
				}
			})
		})
	}
}

func TestKeyringWaitsThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		k := fakeKeyring(fakeCalls{get: func(string) (string, error) { <-release; return "", nil }}, 0)
		start := time.Now()
		if _, err := k.Get(t.Context(), testKey); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("got %v, want ErrNoAnswer", err)
		}
		if waited := time.Since(start); waited != 3*time.Second {
			t.Errorf("it waited for %s, want 3s", waited)
		}
	})
}

func TestKeyringIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	k := fakeKeyring(fakeCalls{get: func(string) (string, error) { cancel(); <-release; return "", nil }}, never)
	if _, err := k.Get(ctx, testKey); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := k.Get(t.Context(), testKey); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("after one was given up: got %v, want ErrNoAnswer, for it is still under way", err)
	}
}

func TestKeyringReadsBack(t *testing.T) {
	for name, get := range map[string]func(string) (string, error){
		"nothing":   func(string) (string, error) { return "", keyring.ErrNotFound },
		"something": func(string) (string, error) { return "hush-hush", nil },
	} {
		k := fakeKeyring(fakeCalls{set: func(string, string) error { return nil }, get: get}, never)
		_, err := k.Put(t.Context(), testKey, testUser)
		if e := storeError(t, err); !strings.Contains(e.What, "took the secret but does not return it") || errors.Is(err, ErrNotStored) {
			t.Errorf("%s came back: got %v", name, err)
		}
	}
}

func TestKeyringHoldsSomethingElse(t *testing.T) {
	for name, value := range map[string]string{
		"the plain secret": "hush-hush", "half of it": `{"kind":"basic","id":"a"`, "more than it": `{"kind":"basic","id":"a","secret":"hush-hush"} x`,
		"another kind": `{"kind":"magic","id":"a","secret":"hush-hush"}`, "what a later telex wrote": `{"kind":"basic","id":"a","secret":"hush-hush","more":1}`,
		"no secret": `{"kind":"basic","id":"a","secret":""}`, "a line's end": `{"kind":"basic","id":"a","secret":"hush-hush\n"}`,
	} {
		k := fakeKeyring(fakeCalls{get: func(string) (string, error) { return value, nil }}, never)
		_, err := k.Get(t.Context(), testKey)
		if e := storeError(t, err); !strings.Contains(e.What, "the entry telex, prod/9900000 cannot be used") || !strings.Contains(e.Next, "telex login --profile prod") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestKeyringSurvivesNonsense(t *testing.T) {
	k := fakeKeyring(fakeCalls{get: func(string) (string, error) { panic("hush-hush") }}, never)
	_, err := k.Get(t.Context(), testKey)
	if e := storeError(t, err); e.What != errNonsense.Error() {
		t.Errorf("got %v", err)
	}
}

// security is macOS's program as go-keyring calls it, in the place that a test gives.
type security struct{ program string }

func (s security) Get(service, user string) (string, error) {
	out, err := exec.Command(s.program, "find-generic-password", "-s", service, "-wa", user).CombinedOutput()
	if err != nil && strings.Contains(string(out), "could not be found") {
		err = keyring.ErrNotFound
	}
	return strings.TrimSpace(string(out)), err
}

func (s security) Set(_, _, value string) error {
	cmd := exec.Command(s.program, "-i")
	cmd.Stdin = strings.NewReader("add-generic-password -w " + value + "\n")
	return cmd.Run()
}

func (s security) Delete(service, user string) error {
	_, err := exec.Command(s.program, "delete-generic-password", "-s", service, "-a", user).CombinedOutput()
	return err
}

func TestKeychainExitCodes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no shell scripts there")
	}
	tests := []struct {
		name, script string
		want         error
		what, next   string
	}{
		{"locked over SSH", "echo 'security: SecKeychainItemCopyContent: User interaction is not allowed.' >&2; exit 36", ErrLocked, "it is locked, as it is in SSH sessions", "security unlock-keychain"},
		{"not there", "exit 44", ErrNotStored, "it holds nothing for this profile and account", "telex login"},
		{"not there, in words", "echo 'The specified item could not be found in the keychain.' >&2; exit 44", ErrNotStored, "it holds nothing for this profile and account", "telex login"},
		{"refused", "exit 51", ErrLocked, "it refused", "Keychain Access"},
		{"answered No", "exit 128", ErrLocked, "answered No", "allow it"},
		{"something else", "echo hush-hush; exit 1", nil, "the program security of macOS failed: exit status 1", "--store file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program := script(t, tt.script)
			k := NewKeyring(environment(nil), KeyringOptions{Calls: security{program}, Within: never, System: "darwin"})
			_, getErr := k.Get(t.Context(), testKey)
			_, putErr := k.Put(t.Context(), testKey, testUser)
			_, delErr := k.Delete(t.Context(), testKey)
			for call, err := range map[string]error{"Get": getErr, "Put": putErr, "Delete": delErr} {
				e, next := storeError(t, err), tt.next
				if call == "Delete" && next == "--store file" {
					next = "removed only where" // another store has no use there
				}
				if call == "Delete" && strings.Contains(e.Next, "--store") {
					t.Errorf("Delete: got %v, want no flag of login", err)
				}
				if !strings.Contains(e.What, tt.what) || !strings.Contains(e.Next, next) || tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("%s: got %v, want %v with %q and %q", call, err, tt.want, tt.what, next)
				}
				if strings.Contains(err.Error(), "\n") {
					t.Errorf("%s: got %q, want one line", call, err)
				}
			}
		})
	}
	k := NewKeyring(environment(nil), KeyringOptions{Calls: security{filepath.Join(t.TempDir(), "none")}, Within: never, System: "darwin"})
	if _, err := k.Get(t.Context(), testKey); !errors.Is(err, ErrUnavailable) {
		t.Errorf("without the program: got %v, want ErrUnavailable", err)
	}
}

// script is a program of its own.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "security")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKeyringErrors(t *testing.T) {
	tests := []struct {
		system string
		err    error
		want   error
		what   string
	}{
		{"windows", syscall.Errno(1312), ErrUnavailable, "this session has no credential manager, as is usual over SSH with a key"},
		{"windows", errors.New("CredWrite: a specified logon session does not exist"), ErrUnavailable, "this session has no credential manager"},
		{"windows", syscall.Errno(5), syscall.Errno(5), "it failed: "},
		{"linux", errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'"), ErrLocked, "it is locked"},
		{"linux", errors.New("odd"), nil, "it failed: odd"},
		{"linux", keyring.ErrUnsupportedPlatform, ErrUnavailable, "telex cannot use this system's keyring"},
		{"windows", keyring.ErrSetDataTooBig, keyring.ErrSetDataTooBig, "the secret is too long for it"},
	}
	for _, tt := range tests {
		k := NewKeyring(environment(nil), KeyringOptions{Calls: fakeCalls{get: func(string) (string, error) { return "", tt.err }}, Within: never, System: tt.system})
		_, err := k.Get(t.Context(), testKey)
		e := storeError(t, err)
		if !strings.Contains(e.What, tt.what) || !strings.Contains(e.Next, "--store file") || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v: got %v, want %v with %q", tt.system, tt.err, err, tt.want, tt.what)
		}
	}
}
