package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestListenPassword: where the password of a user name is looked for, and that no error
// holds one.
func TestListenPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, user string
		env        map[string]string
		want, err  string
	}{
		{"that of all", "in", map[string]string{EnvListenPassword: "for all"}, "for all", ""},
		{"its own", "in", map[string]string{EnvListenPassword: "for all", EnvListenPassword + "_IN": "mine"}, "mine", ""},
		{"of another", "in", map[string]string{EnvListenPassword + "_STATUS": "mine"}, "", "TELEX_LISTEN_PASSWORD_IN: not set; TELEX_LISTEN_PASSWORD: not set"},
		{"signs in a name", "status-2.é", map[string]string{EnvListenPassword + "_STATUS_2__": "mine"}, "mine", ""},
		{"a file", "in", map[string]string{EnvListenPassword + "_FILE": file}, "from a file", ""},
		{"its own file", "in", map[string]string{EnvListenPassword + "_IN_FILE": file, EnvListenPassword: "for all"}, "from a file", ""},
		{"both", "in", map[string]string{EnvListenPassword: "hush", EnvListenPassword + "_FILE": file}, "", "both set"},
		{"no such file", "in", map[string]string{EnvListenPassword + "_FILE": file + "x"}, "", "no such file"},
		{"a line end", "in", map[string]string{EnvListenPassword: "hush\n"}, "", "TELEX_LISTEN_PASSWORD holds a control character"},
	} {
		got, _, err := ListenPassword(func(name string) (string, bool) { v, ok := c.env[name]; return v, ok }, c.user)
		if got.Reveal() != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got %q, %v; want %q, %q", c.name, got.Reveal(), err, c.want, c.err)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the error holds the password: %v", c.name, err)
		}
		if _, none := errors.AsType[*NoCredentialsError](err); none != (c.name == "of another") {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

// TestCheckListenUsers: names that cannot be sent, or whose variables would be one.
func TestCheckListenUsers(t *testing.T) {
	for _, c := range []struct {
		users []string
		want  string
	}{
		{nil, ""},
		{[]string{"in", "status"}, ""},
		{[]string{"bandwidth@example.org"}, ""},
		{[]string{"in", "in"}, "twice"},
		{[]string{""}, "empty"},
		{[]string{"a:b"}, "colon"},
		{[]string{"a\x1b[2J"}, "control character"},
		{[]string{"a-b", "A.B"}, `"A.B" cannot be told from "a-b" by TELEX_LISTEN_PASSWORD_A_B`},
		{[]string{"file"}, "TELEX_LISTEN_PASSWORD_FILE"},
		{[]string{"a", "a_file"}, "TELEX_LISTEN_PASSWORD_A_FILE"},
		{[]string{"a_file", "a"}, "TELEX_LISTEN_PASSWORD_A_FILE"},
	} {
		err := CheckListenUsers(c.users)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.users, err, c.want)
		}
	}
}
