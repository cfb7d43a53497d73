package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"telex/config"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// A world is somebody who uses telex: their folders, environment, keyring and terminal.
type world struct {
	t       *testing.T
	home    string
	env     []string // beside HOME
	keyring config.Store
	entries *entries // of the keyring; nil if there is none
	typist  *typist  // nil: there is no terminal
	now     func() time.Time
}

// newWorld is somebody with empty folders, and with no keyring, as over SSH.
func newWorld(t *testing.T, env ...string) *world {
	t.Helper()
	return &world{t: t, home: t.TempDir(), env: env, keyring: noKeyring(), now: time.Now}
}

// withKeyring gives them one that works.
func (w *world) withKeyring() *world {
	w.entries = &entries{values: map[string]string{}}
	w.keyring = config.NewKeyring(nil, config.KeyringOptions{Calls: w.entries})
	return w
}

// run runs telex in their world, and checks what holds for every run.
func (w *world) run(stdin string, args ...string) ended {
	w.t.Helper()
	var out, errs bytes.Buffer
	p := process{
		args: args, environ: w.environ(), in: strings.NewReader(stdin), out: &out, err: &errs,
		now: w.now, keyring: w.keyring, work: quickWork,
	}
	if w.typist != nil {
		p.openTerminal = w.typist.open
	}
	e := ended{run(w.t.Context(), p), out.String(), errs.String()}
	clitest.CheckOutput(w.t, args, e.out, e.err)
	return e
}

func (w *world) environ() []string { return append(slices.Clone(w.env), "HOME="+w.home) }

// configFile is where their profiles are.
func (w *world) configFile() string { return filepath.Join(w.home, ".config", "telex", "config.toml") }

// configure writes the file of profiles.
func (w *world) configure(text string) *world {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.configFile()), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.configFile(), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return w
}

// profiles is what stands in that file; "" if there is none.
func (w *world) profiles() string {
	w.t.Helper()
	text, err := os.ReadFile(w.configFile())
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	return string(text)
}

// nothingStored fails if there is a profile, or a secret anywhere.
func (w *world) nothingStored() {
	w.t.Helper()
	if got := w.profiles(); got != "" {
		w.t.Errorf("got profiles\n%s\nwant none", got)
	}
	if w.entries != nil && len(w.entries.values) > 0 {
		w.t.Errorf("got %d entries in the keyring, want none", len(w.entries.values))
	}
	if _, err := os.Stat(w.secretFile()); err == nil {
		w.t.Error("got an encrypted file, want none")
	}
}

func (w *world) secretFile() string {
	return filepath.Join(w.home, ".local", "share", "telex", "credentials.age")
}

// searchFiles fails if a file of theirs holds a secret, in plain or in base64.
func (w *world) searchFiles(secrets ...string) (files int) {
	w.t.Helper()
	return clitest.SearchFiles(w.t, w.home, secrets...)
}

// profileOf is the table of a profile that uses an API by OAuth, with its secret in the
// keyring; lines go into it too, and win.
func profileOf(name string, api *clitest.API, lines ...string) string {
	values := [][2]string{
		{"account", `"` + sandbox.DefaultAccountID + `"`},
		{"application", `"` + sandbox.DefaultApplicationID + `"`},
		{"numbers", `["` + sandbox.DefaultNumber + `"]`},
		{"auth", `"oauth"`},
		{"client_id", `"` + clitest.ClientID + `"`},
		{"base_url", `"` + api.Base + `"`},
	}
	text := "[profiles." + name + "]\n"
	for _, v := range values {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, v[0]+" ") }) {
			text += v[0] + " = " + v[1] + "\n"
		}
	}
	return text + strings.Join(lines, "\n") + "\n"
}

// remember puts the secret of a profile into the keyring, as login does.
func (w *world) remember(profile, account string, c config.Credentials) *world {
	w.t.Helper()
	if _, err := w.keyring.Put(w.t.Context(), config.Key{Profile: profile, AccountID: account}, c); err != nil {
		w.t.Fatal(err)
	}
	return w
}

// testClient are the credentials that the tests' sandboxes take.
func testClient() config.Credentials {
	return config.Credentials{Kind: config.OAuth, ID: clitest.ClientID, Secret: config.NewSecret(clitest.ClientSecret)}
}

// entries is a keyring in memory.
type entries struct {
	mu     sync.Mutex
	values map[string]string
	calls  int
	err    error  // of each call
	forget bool   // it takes values and does not keep them
	onSet  func() // told of each value that is set; may be nil
}

func (e *entries) do(change func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls++
	if e.err != nil {
		return e.err
	}
	return change()
}

func (e *entries) Get(service, user string) (value string, err error) {
	err = e.do(func() error {
		var ok bool
		if value, ok = e.values[service+" "+user]; !ok {
			return keyring.ErrNotFound
		}
		return nil
	})
	return value, err
}

func (e *entries) Set(service, user, value string) error {
	return e.do(func() error {
		if !e.forget {
			e.values[service+" "+user] = value
		}
		if e.onSet != nil {
			e.onSet()
		}
		return nil
	})
}

func (e *entries) Delete(service, user string) error {
	return e.do(func() error {
		if _, ok := e.values[service+" "+user]; !ok {
			return keyring.ErrNotFound
		}
		delete(e.values, service+" "+user)
		return nil
	})
}

// noKeyring is a system without one.
func noKeyring() config.Store {
	return config.NewKeyring(nil, config.KeyringOptions{Calls: &entries{err: keyring.ErrUnsupportedPlatform}})
}
