package config

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
)

// quick is a secret file that takes little work to open, for there are many of them here.
func quick(env Lookup, ask AskPassphrase) *EncryptedFile {
	return NewEncryptedFile(env, EncryptedFileOptions{Ask: ask, Work: 8})
}

// vaultEnv is an environment with a folder for data and a passphrase, which may be empty.
func vaultEnv(t testing.TB, passphrase string) (Lookup, string) {
	t.Helper()
	vars := map[string]string{"XDG_DATA_HOME": t.TempDir(), EnvPassphrase: passphrase}
	path, err := SecretPath(environment(vars))
	if err != nil {
		t.Fatal(err)
	}
	return environment(vars), path
}

// filled is a file with one secret in it, under the passphrase "open sesame".
func filled(t testing.TB) (env Lookup, path string) {
	t.Helper()
	env, path = vaultEnv(t, "open sesame")
	if warnings, err := quick(env, nil).Put(t.Context(), testKey, testUser); err != nil || len(warnings) > 0 {
		t.Fatalf("Put: %q, %v", warnings, err)
	}
	return env, path
}

// with is env with another value.
func with(env Lookup, name, value string) Lookup {
	return func(n string) (string, bool) {
		if n == name {
			return value, true
		}
		return env(n)
	}
}

// answering is an AskPassphrase that gives those answers, and notes the questions.
func answering(answers ...string) (AskPassphrase, *[]PassphraseQuestion) {
	asked := &[]PassphraseQuestion{}
	return func(_ context.Context, q PassphraseQuestion) (Secret, error) {
		*asked = append(*asked, q)
		if len(*asked) > len(answers) {
			return Secret{}, errors.New("asked once too often")
		}
		return NewSecret(answers[len(*asked)-1]), nil
	}, asked
}

func TestEncryptedFileRoundTrip(t *testing.T) {
	env, path := vaultEnv(t, "open sesame")
	f := quick(env, nil)
	roundTrip(t, f)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there without a secret in it: %v", err)
	}
	if !strings.Contains(f.Where(), path) || f.Name() != InFile {
		t.Errorf("got %q, %q", f.Name(), f.Where())
	}
}

func TestEncryptedFileIsEncryptedAndPrivate(t *testing.T) {
	env, path := vaultEnv(t, "open sesame")
	if _, err := NewEncryptedFile(env, EncryptedFileOptions{}).Put(t.Context(), testKey, testUser); err != nil {
		t.Fatal(err)
	}
	content := contentOf(t, path)
	if !strings.HasPrefix(content, "age-encryption.org/v1\n-> scrypt ") || !strings.Contains(content, " 15\n") {
		t.Errorf("got %.80q, want age with scrypt and the work factor 15", content)
	}
	for _, hidden := range []string{"hush-hush", "someone", "prod"} {
		if strings.Contains(content, hidden) {
			t.Errorf("the file shows %q", hidden)
		}
	}
	if runtime.GOOS != "windows" {
		for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: got %v, %v, want %04o", name, info.Mode(), err, mode)
			}
		}
	}
	onlyFile(t, path)
}

func TestEncryptedFileHoldsSeveral(t *testing.T) {
	env, path := filled(t)
	other := Key{"test", "1"}
	f := quick(env, nil)
	if _, err := f.Put(t.Context(), other, testUser); err != nil {
		t.Fatal(err)
	}
	if _, err := quick(env, nil).Delete(t.Context(), testKey); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Get(t.Context(), other); err != nil {
		t.Errorf("the other one went too: %v", err)
	}
	if _, err := f.Get(t.Context(), testKey); !errors.Is(err, ErrNotStored) {
		t.Errorf("the removed one is there: %v", err)
	}
	onlyFile(t, path)
}

func TestEncryptedFileRepairsRights(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are kept elsewhere there")
	}
	env, path := filled(t)
	for call, use := range map[string]func() ([]string, error){
		"Get": func() ([]string, error) { c, err := quick(env, nil).Get(t.Context(), testKey); return c.Warnings, err },
		"Put": func() ([]string, error) { return quick(env, nil).Put(t.Context(), testKey, testUser) },
	} {
		for name, mode := range map[string]os.FileMode{path: 0o644, filepath.Dir(path): 0o755} {
			if err := os.Chmod(name, mode); err != nil {
				t.Fatal(err)
			}
		}
		warnings, err := use()
		if err != nil || len(warnings) != 2 || !strings.Contains(warnings[0], "(mode 0755); its mode is 0700 now") ||
			!strings.Contains(warnings[1], path) || !strings.Contains(warnings[1], "(mode 0644); its mode is 0600 now") {
			t.Errorf("%s: got %q, %v, want a word about each", call, warnings, err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: the file has %v, %v", call, info.Mode(), err)
		}
	}
}

// sealed is a file of ours with something in it that is not.
func sealed(t *testing.T, factor int, text string) []byte {
	t.Helper()
	to, err := age.NewScryptRecipient("open sesame")
	if err != nil {
		t.Fatal(err)
	}
	to.SetWorkFactor(factor)
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEncryptedFileRefusesOtherFiles(t *testing.T) {
	env, path := filled(t)
	good := []byte(contentOf(t, path))
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var toKey bytes.Buffer
	w, err := age.Encrypt(&toKey, identity.Recipient())
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	asking := bytes.Replace(good, []byte(" 8\n"), []byte(" 19\n"), 1) // 512 MiB
	for name, tt := range map[string]struct {
		content []byte
		want    string
	}{
		"nothing":            {nil, "it cannot be opened"},
		"half of it":         {good[:len(good)/2], "it cannot be opened"},
		"without its end":    {good[:len(good)-3], "it cannot be opened"},
		"another byte":       {append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), "it cannot be opened"},
		"too much work":      {asking, "work factor too large: 19"},
		"for a key":          {toKey.Bytes(), "it is not encrypted with a passphrase"},
		"no JSON":            {sealed(t, 10, "hush-hush"), "was not written by this telex"},
		"of a later telex":   {sealed(t, 10, `{"prod/9900000":{"kind":"basic","id":"a","secret":"hush-hush","until":1}}`), "was not written by this telex"},
		"with another kind":  {sealed(t, 10, `{"prod/9900000":{"kind":"x","id":"a","secret":"hush-hush"}}`), "the entry prod/9900000 cannot be used"},
		"without the secret": {sealed(t, 10, `{"prod/9900000":{"kind":"basic","id":"a"}}`), "the secret is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := quick(env, nil).Get(t.Context(), testKey)
			if e := storeError(t, err); !strings.Contains(e.What, tt.want) || e.Next == "" {
				t.Errorf("Get: got %v, want %q and what to do", err, tt.want)
			}
			if strings.HasPrefix(name, "with") && name != "without its end" {
				return // one entry is not to be used: the file may be written
			}
			if _, err := quick(env, nil).Put(t.Context(), Key{"x", "1"}, testUser); err == nil {
				t.Error("Put: got no error")
			}
			if got := contentOf(t, path); got != string(tt.content) {
				t.Error("the file was written")
			}
			onlyFile(t, path)
		})
	}
}

func TestEncryptedFileWithoutAFolder(t *testing.T) {
	f := quick(environment(nil), nil)
	if _, err := f.Get(t.Context(), testKey); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "XDG_DATA_HOME") {
		t.Errorf("Get: got %v", err)
	}
	if _, err := f.Put(t.Context(), testKey, testUser); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Put: got %v", err)
	}
	if f.Where() != "the encrypted file" {
		t.Errorf("Where: got %q", f.Where())
	}
}

// Two that make the file with different passphrases: the second is refused, whoever
// that is.
func TestEncryptedFileMadeMeanwhile(t *testing.T) {
	env, path := vaultEnv(t, "")
	var theirs string
	ask := func(ctx context.Context, _ PassphraseQuestion) (Secret, error) {
		if _, err := quick(with(env, EnvPassphrase, "theirs"), nil).Put(ctx, testKey, testUser); err != nil {
			return Secret{}, err
		}
		theirs = contentOf(t, path)
		return NewSecret("mine"), nil
	}
	if _, err := quick(env, ask).Put(t.Context(), Key{"x", "1"}, testUser); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("got %v, want ErrWrongPassphrase", err)
	}
	if contentOf(t, path) != theirs {
		t.Error("theirs was written")
	}
}

func TestEncryptedFileAtOnce(t *testing.T) {
	env, path := vaultEnv(t, "open sesame")
	const writers = 4
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			if _, err := quick(env, nil).Put(t.Context(), Key{"p", fmt.Sprint(i)}, testUser); err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wait.Wait()
	f := quick(env, nil)
	for i := range writers {
		if _, err := f.Get(t.Context(), Key{"p", fmt.Sprint(i)}); err != nil {
			t.Errorf("Get %d: %v", i, err)
		}
	}
	onlyFile(t, path)
}

// The program age opens the file: nobody's secrets are locked into telex.
func TestEncryptedFileIsAnAgeFile(t *testing.T) {
	_, path := filled(t)
	by, err := age.NewScryptIdentity("open sesame")
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(strings.NewReader(contentOf(t, path)), by)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]map[string]string
	if err := json.NewDecoder(r).Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{"prod/9900000": {"kind": "basic", "id": "someone", "secret": "hush-hush"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func BenchmarkEncryptedFileGet(b *testing.B) {
	env, _ := vaultEnv(b, "open sesame")
	if _, err := NewEncryptedFile(env, EncryptedFileOptions{}).Put(b.Context(), testKey, testUser); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := NewEncryptedFile(env, EncryptedFileOptions{}).Get(b.Context(), testKey); err != nil {
			b.Fatal(err)
		}
	}
}
