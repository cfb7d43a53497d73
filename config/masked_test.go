package config

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wireForms is a secret as it may show somewhere.
func wireForms(secret string) []string {
	forms := []string{secret, hex.EncodeToString([]byte(secret)), url.QueryEscape(secret)}
	for skip := range 3 { // base64 of something that has it within, without what depends on its neighbours
		padded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", skip) + secret))
		forms = append(forms, padded[4:len(padded)-4])
	}
	if quoted, err := json.Marshal(secret); err == nil {
		forms = append(forms, strings.Trim(string(quoted), `"`))
	}
	return forms
}

// filesWith are the files under a folder that hold a text.
func filesWith(t *testing.T, folder, text string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.Contains(string(content), text) {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Whatever goes wrong, and however it is printed, neither secret nor passphrase shows:
// not in an error, not in a value, not in a file.
func TestNothingShowsASecret(t *testing.T) {
	const secret, passphrase = "Tr0ub4dor&3-correct-horse", "battery/staple+open=sesame"
	home := t.TempDir()
	vars := map[string]string{
		"HOME": home, EnvPassphrase: passphrase, EnvClientID: "client", EnvClientSecret: secret + "\n",
		EnvUsername: "user:name", EnvPassword: secret,
	}
	env := environment(vars)
	calls, values := memory()
	keyring, file := fakeKeyring(calls, never), quick(env, nil)
	c := Credentials{Kind: OAuth, ID: "client-2", Secret: NewSecret(secret)}
	var said []any
	note := func(things ...any) { said = append(said, things...) }

	p := Profile{Name: "prod", AccountID: "9900000", ClientID: "client-1", Command: shell(t, "echo '"+secret+"'; echo '"+secret+"' >&2; exit 1")[:3]}
	path, err := Path(env)
	if err != nil {
		t.Fatal(err)
	}
	f := loaded(t, path)
	command := p.Command
	p.Command = []string{"pass", "show", "telex/prod"} // what the user wrote is the user's
	note(f.Put(p), f.Save(t.Context()), f)
	p.Command = command
	for _, s := range []Store{keyring, file} {
		warnings, err := s.Put(t.Context(), p.Key(), c)
		note(warnings, err)
	}
	chain := &Chain{Env: env, Stores: Stores{keyring, file}, Ask: func(context.Context, Question) (string, Secret, error) {
		return "", NewSecret(secret + "\x00"), nil
	}}
	looks, found, err := chain.Walk(t.Context(), p) // every place has something that is no good
	note(looks, found, err)
	if len(looks) != 6 || !strings.Contains(looks[2].Why, "[secret]") {
		t.Errorf("got %+v, want six places, the third with what the command said", looks)
	}
	for _, l := range looks {
		if !l.Broken {
			t.Errorf("%s: got %+v, want it to be broken", l.Where, l)
		}
	}
	p.ClientID = "client-2"
	looks, found, err = chain.Walk(t.Context(), p)
	note(looks, found, err, &found)
	if found.Secret.Reveal() != secret {
		t.Errorf("got %q, %v", found.Secret.Reveal(), err)
	}
	chain.Stores = Stores{}
	chain.Ask = func(context.Context, Question) (string, Secret, error) { return "", NewSecret(secret), nil }
	looks, found, err = chain.Walk(t.Context(), p)
	note(looks, found, err, found.Source)
	values[p.Key().String()] = secret
	got, err := keyring.Get(t.Context(), p.Key())
	note(got, err)
	other := quick(with(env, EnvPassphrase, passphrase+"!"), nil)
	got, err = other.Get(t.Context(), p.Key())
	note(got, err, chain, keyring.failure("op", errNotKept), file, other, stored{"oauth", "a", NewSecret(secret)}, store(c))
	choice, err := Stores{keyring, file}.Choose(t.Context())
	note(choice.Why, err)

	var b strings.Builder
	for _, thing := range said {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			fmt.Fprintf(&b, verb+"\n", thing)
		}
		if _, stores := thing.(stored); !stores { // which is made to be encoded
			if text, err := json.Marshal(thing); err == nil {
				b.Write(text)
			}
		}
	}
	for _, hidden := range []string{secret, passphrase} {
		for _, form := range wireForms(hidden) {
			if i := strings.Index(b.String(), form); i >= 0 {
				t.Errorf("%q shows in …%s", form, b.String()[max(0, i-200):min(b.Len(), i+60)])
			}
			if files := filesWith(t, home, form); len(files) > 0 {
				t.Errorf("%q is in %s", form, files)
			}
		}
	}
	if files := filesWith(t, home, ""); len(files) != 2 {
		t.Errorf("got the files %q, want the profiles and the secrets", files)
	}
}
