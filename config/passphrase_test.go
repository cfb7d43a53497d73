package config

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWrongPassphrase(t *testing.T) {
	env, path := filled(t)
	before := contentOf(t, path)
	f := quick(with(env, EnvPassphrase, "guess"), nil)
	_, getErr := f.Get(t.Context(), testKey)
	_, putErr := f.Put(t.Context(), testKey, testUser)
	_, delErr := f.Delete(t.Context(), testKey)
	for call, err := range map[string]error{"Get": getErr, "Put": putErr, "Delete": delErr} {
		if e := storeError(t, err); !errors.Is(err, ErrWrongPassphrase) || !strings.Contains(e.What, "wrong passphrase in TELEX_PASSPHRASE") || !strings.Contains(e.Next, path) {
			t.Errorf("%s: got %v", call, err)
		}
		if strings.Contains(err.Error(), "guess") {
			t.Errorf("%s: the error shows the passphrase: %v", call, err)
		}
	}
	if contentOf(t, path) != before {
		t.Error("the file was written")
	}
}

func TestPassphraseIsAskedFor(t *testing.T) {
	env, path := filled(t)
	env = with(env, EnvPassphrase, "")
	ask, asked := answering("guess", "another", "open sesame")
	f := quick(env, ask)
	for range 2 { // the second time it is known
		if got, err := f.Get(t.Context(), testKey); err != nil || got.Secret.Reveal() != "hush-hush" {
			t.Fatalf("Get: %q, %v", got.Secret.Reveal(), err)
		}
	}
	if _, err := f.Put(t.Context(), testKey, testUser); err != nil {
		t.Errorf("Put: %v", err)
	}
	want := []PassphraseQuestion{{Path: path}, {Path: path, Again: true}, {Path: path, Again: true}}
	if fmt.Sprint(*asked) != fmt.Sprint(want) {
		t.Errorf("asked %+v, want %+v", *asked, want)
	}

	ask, asked = answering("a", "b", "c", "open sesame")
	if _, err := quick(env, ask).Get(t.Context(), testKey); !errors.Is(err, ErrWrongPassphrase) || len(*asked) != 3 {
		t.Errorf("after three wrong ones: asked %d times, got %v", len(*asked), err)
	}
	ask, _ = answering("")
	if _, err := quick(env, ask).Get(t.Context(), testKey); !errors.Is(err, ErrNoPassphrase) {
		t.Errorf("no answer: got %v, want ErrNoPassphrase", err)
	}
	refuse := func(context.Context, PassphraseQuestion) (Secret, error) { return Secret{}, errors.New("no terminal") }
	if _, err := quick(env, refuse).Get(t.Context(), testKey); !errors.Is(err, ErrNoPassphrase) || !strings.Contains(err.Error(), "no terminal") {
		t.Errorf("nobody to ask: got %v, want ErrNoPassphrase with the reason", err)
	}
	stop := func(context.Context, PassphraseQuestion) (Secret, error) { return Secret{}, context.Canceled }
	if _, err := quick(env, stop).Get(t.Context(), testKey); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want context.Canceled", err)
	}
}

func TestPassphraseOfANewFile(t *testing.T) {
	env, path := vaultEnv(t, "")
	ask, asked := answering("fresh")
	f := quick(env, ask)
	if _, err := f.Get(t.Context(), testKey); !errors.Is(err, ErrNotStored) || len(*asked) > 0 {
		t.Errorf("Get without a file: asked %v, got %v; want no question and ErrNotStored", *asked, err)
	}
	if _, err := f.Delete(t.Context(), testKey); !errors.Is(err, ErrNotStored) || len(*asked) > 0 {
		t.Errorf("Delete without a file: asked %v, got %v; want no question and ErrNotStored", *asked, err)
	}
	if _, err := f.Put(t.Context(), testKey, testUser); err != nil {
		t.Fatal(err)
	}
	if want := (PassphraseQuestion{Path: path, New: true}); len(*asked) != 1 || (*asked)[0] != want {
		t.Errorf("asked %+v, want once %+v", *asked, want)
	}
	if _, err := quick(with(env, EnvPassphrase, "fresh"), nil).Get(t.Context(), testKey); err != nil {
		t.Errorf("Get with that passphrase: %v", err)
	}
}

func TestPassphraseUnattended(t *testing.T) {
	env, path := filled(t)
	env = with(env, EnvPassphrase, "")
	_, err := quick(env, nil).Get(t.Context(), testKey)
	if e := storeError(t, err); !errors.Is(err, ErrNoPassphrase) || !strings.Contains(e.Next, "set TELEX_PASSPHRASE, or TELEX_PASSPHRASE_FILE") {
		t.Errorf("without a passphrase: got %v", err)
	}
	named := with(env, EnvPassphrase+"_FILE", secretFile(t, "open sesame\n", 0o600))
	if got, err := quick(named, nil).Get(t.Context(), testKey); err != nil || len(got.Warnings) > 0 {
		t.Errorf("from a file: got warnings %q, %v", got.Warnings, err)
	}
	if runtime.GOOS != "windows" {
		open := with(env, EnvPassphrase+"_FILE", secretFile(t, "open sesame", 0o644))
		got, err := quick(open, nil).Get(t.Context(), testKey)
		if err != nil || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "TELEX_PASSPHRASE_FILE") {
			t.Errorf("from a file that others may read: got warnings %q, %v", got.Warnings, err)
		}
	}
	both := with(named, EnvPassphrase, "open sesame")
	if _, err := quick(both, nil).Get(t.Context(), testKey); err == nil || !strings.Contains(err.Error(), "are both set") {
		t.Errorf("both: got %v", err)
	}
	missing := with(env, EnvPassphrase+"_FILE", filepath.Join(filepath.Dir(path), "none"))
	if _, err := quick(missing, nil).Get(t.Context(), testKey); err == nil || !strings.Contains(err.Error(), "TELEX_PASSPHRASE_FILE") {
		t.Errorf("a file that is not there: got %v", err)
	}
}
