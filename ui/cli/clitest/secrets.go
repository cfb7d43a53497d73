package clitest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// The credentials of the tests are such that no output can hold them by chance.
const (
	User         = "tester-51f0"
	Password     = `pa55&word/"hush"`
	ClientID     = "client-77ab"
	ClientSecret = "client+secret=hush/hush"
)

// SecretForms is what these secrets look like on the wire.
func SecretForms() []string {
	var forms []string
	for id, secret := range map[string]string{User: Password, ClientID: ClientSecret} {
		quoted, _ := json.Marshal(secret)
		for _, s := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`)} {
			forms = append(
				forms, s,
				base64.StdEncoding.EncodeToString([]byte(s)),
				base64.StdEncoding.EncodeToString([]byte(id+":"+s)),
				base64.URLEncoding.EncodeToString([]byte(id+":"+s)),
			)
		}
	}
	return forms
}

// CheckOutput fails if something that telex printed, when it was run with args, holds a
// secret or can drive a terminal, or was badly formatted.
func CheckOutput(t *testing.T, args []string, printed ...string) {
	t.Helper()
	for _, output := range printed {
		for _, form := range SecretForms() {
			if strings.Contains(output, form) {
				t.Errorf("telex %q: the output holds the secret %q:\n%s", args, form, output)
			}
		}
		output = strings.ReplaceAll(output, "\r\n", "\n") // as vCards end their lines
		if i := strings.IndexFunc(output, drivesTerminal); i >= 0 {
			t.Errorf("telex %q: the output holds %q, which can drive a terminal:\n%q", args, []rune(output[i:])[0], output)
		}
		if strings.Contains(output, "%!") {
			t.Errorf("telex %q: the output was badly formatted:\n%s", args, output)
		}
	}
}

// drivesTerminal reports whether r may do something other than be shown.
func drivesTerminal(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\u061c', r >= '\u200b' && r <= '\u200f', r >= '\u2028' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true // bidi controls, zero width, line separators
	}
	return unicode.IsControl(r)
}

// SearchFiles fails if a file below a folder holds a secret, in plain or in base64, and
// returns how many files it looked at.
func SearchFiles(t *testing.T, folder string, secrets ...string) (files int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, s := range secrets {
			for _, form := range []string{s, base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s))} {
				if bytes.Contains(content, []byte(strings.TrimRight(form, "="))) {
					t.Errorf("%s holds the secret %q", path, form)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
