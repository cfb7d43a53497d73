package config

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestChooseStore(t *testing.T) {
	file := NewEncryptedFile(environment(nil), EncryptedFileOptions{})
	working, values := memory()
	choice, err := Stores{Keyring: fakeKeyring(working, never), File: file}.Choose(t.Context())
	if err != nil || choice.Store.Name() != InKeyring || choice.Why != "the keyring of this system works" {
		t.Errorf("a keyring that works: got %+v, %v", choice, err)
	}
	if len(values) > 0 {
		t.Errorf("the trial left %v", values)
	}
	locked := fakeCalls{set: func(string, string) error { return errors.New("failed to unlock correct collection 'x'") }}
	choice, err = Stores{Keyring: fakeKeyring(locked, never), File: file}.Choose(t.Context())
	if err != nil || choice.Store.Name() != InFile || !strings.Contains(choice.Why, "the keyring cannot be used: it is locked") {
		t.Errorf("a locked keyring: got %+v, %v", choice, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Stores{Keyring: fakeKeyring(working, never), File: file}).Choose(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	if (Stores{}).Named("plain") != nil || (Stores{File: file}).Named(InFile) == nil {
		t.Error("Named finds what is not there, or not what is")
	}
}

func TestForget(t *testing.T) {
	nothing, missing, locked := fails("x", "nothing", ErrNotStored), fails("x", "none here", ErrUnavailable), fails("x", "locked", ErrLocked)
	tests := []struct {
		name          string
		store         StoreName
		keyring, file error
		want          error
	}{
		{"from the one that the profile names", InFile, locked, nil, nil},
		{"nothing in that", InKeyring, nothing, nil, ErrNotStored},
		{"that is not there", InKeyring, missing, nil, ErrUnavailable},
		{"from both", "", nil, nil, nil},
		{"from the one that has it", "", missing, nil, nil},
		{"nothing in both", "", missing, nothing, ErrNotStored},
		{"one that cannot be looked into", "", locked, nil, ErrLocked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Stores{Keyring: fakeStore{name: InKeyring, err: tt.keyring}, File: fakeStore{name: InFile, err: tt.file}}
			_, err := s.Forget(t.Context(), Profile{Name: "a", AccountID: "1", Store: tt.store})
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	if _, err := (Stores{}).Forget(t.Context(), Profile{}); !errors.Is(err, ErrNotStored) {
		t.Errorf("without stores: got %v", err)
	}
	calls, values := memory()
	s := Stores{Keyring: fakeKeyring(calls, never)}
	p := Profile{Name: testKey.Profile, AccountID: testKey.AccountID}
	if _, err := s.Keyring.Put(t.Context(), p.Key(), testUser); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Forget(t.Context(), p); err != nil || len(values) > 0 {
		t.Errorf("got %v, and %d are left", err, len(values))
	}
}

func TestStoresRefuseWhatCannotBeSent(t *testing.T) {
	calls, values := memory()
	env, path := vaultEnv(t, "open sesame")
	for _, s := range []Store{fakeKeyring(calls, never), quick(env, nil)} {
		for want, c := range map[string]Credentials{
			"the client id is missing":              {Secret: NewSecret("hush-hush")},
			"the secret is empty":                   {ID: "a"},
			"the username holds a colon":            {Kind: Basic, ID: "a:b", Secret: NewSecret("hush-hush")},
			"the username holds a control":          {Kind: Basic, ID: "a\n", Secret: NewSecret("hush-hush")},
			"the secret holds a control character,": {ID: "a", Secret: NewSecret("hush-hush\r")},
		} {
			_, err := s.Put(t.Context(), testKey, c)
			if e := storeError(t, err); !strings.Contains(e.What, want) {
				t.Errorf("%s: got %v, want %q", s.Where(), err, want)
			}
		}
	}
	if content, err := readFile(path); len(values) > 0 || content != nil {
		t.Errorf("something was stored: %d in the keyring, %d bytes in the file, %v", len(values), len(content), err)
	}
}
