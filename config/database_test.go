package config

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An address with a password is refused in the file of profiles, whatever is odd about it, and
// no error has any of it.
func TestDatabaseAddresses(t *testing.T) {
	t.Parallel()
	const word = "hunter2"
	for _, tt := range []struct {
		address string
		want    string // in the error; "" if it is taken
	}{
		{"postgres://telex@db.example.com/telex", ""},
		{"postgresql://telex@db.example.com:5433/telex?sslmode=verify-ca&search_path=texts", ""},
		{"postgres://telex@/telex?host=/run/postgresql", ""},
		{"postgres://a,b/telex?target_session_attrs=read-write", ""},
		{"postgres://telex:" + word + "@db/telex", "holds a password"},
		{"postgres://telex:@db/telex", "holds a password"},
		{"postgres://db/telex?password=" + word, "holds a password"},
		{"postgres://db/telex?sslpassword=" + word, "holds a password"},
		{"postgres://telex:12#" + word + "@db/telex", "is not of the form"},
		{"postgres://telex:12?" + word + "@db/telex", "strange name"},
		{"postgres://telex:" + word + "/x@db/telex", "is not of the form"},
		{"postgres://telex:%zz" + word + "@db/telex", "is not of the form"},
		{"postgres:telex:" + word + "@db", "is not of the form"},
		{"host=db password=" + word, "is not of the form"},
		{"mysql://db/telex", "is not of the form"},
		{"postgres://db/telex\n" + word, "control character"},
	} {
		err := CheckDatabase(tt.address)
		if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), word)) {
			t.Errorf("%q: got %v, want %q without the password", tt.address, err, tt.want)
		}
		path := filepath.Join(t.TempDir(), "config.toml")
		text := "[profiles.team.outbox]\nurl = " + quote(tt.address) + "\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Load(environment(nil), path)
		if (err == nil) != (tt.want == "") {
			t.Errorf("%q in the file: got %v, want %q", tt.address, err, tt.want)
		}
		if err != nil {
			if !strings.Contains(err.Error(), ":2: profiles.team.outbox.url "+CheckDatabase(tt.address).Error()) || strings.Contains(err.Error(), word) {
				t.Errorf("%q in the file: got %v", tt.address, err)
			}
			continue
		}
		if p, _ := f.Profile("team"); p.Outbox.URL != tt.address {
			t.Errorf("got %q of the file, want %q", p.Outbox.URL, tt.address)
		}
	}
}

// In the environment an address may hold its password, and a path is no address.
func TestOutboxOfEnvironment(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{
		"postgres://telex:word@db/telex":  true,
		"/var/lib/telex/outbox.db":        true,
		`C:\telex\outbox.db`:              true,
		"https://db/telex":                false,
		"postgres://telex:wo#rd@db/telex": false,
		"/var/lib/\x1b[2J":                false,
	} {
		if err := CheckOutbox(value); (err == nil) != good {
			t.Errorf("%q: got %v, want good: %v", value, err, good)
		}
	}
	found := DatabasePassword("postgres://telex:wo%23rd@db/telex?sslpassword=key")
	if len(found) != 2 || found[0].Reveal() != "wo#rd" || found[1].Reveal() != "key" {
		t.Errorf("got %d secrets, want the two of the address", len(found))
	}
}

// The password of a database comes from the profile's program, else from the first store that
// has it; what cannot be used is told of and passed over.
func TestDatabasePassword(t *testing.T) {
	t.Parallel()
	const name = "postgres://telex@db/telex"
	missing := fails(InKeyring, "it holds nothing", ErrNotStored)
	empty, full := fakeStore{name: InKeyring, err: missing}, fakeStore{name: InFile, found: Credentials{Secret: NewSecret("kept")}}
	prints := func(text string, err error) Runner {
		return func(context.Context, []string) (Secret, error) { return NewSecret(text), err }
	}
	for _, tt := range []struct {
		what  string
		d     Database
		in    Stores
		run   Runner
		want  string
		wrong string // in the error
		told  int
	}{
		{"nothing", Database{}, Stores{}, nil, "", "", 0},
		{"the file", Database{}, Stores{Keyring: empty, File: full}, nil, "kept", "", 1},
		{"no store has it", Database{}, Stores{Keyring: empty, File: empty}, nil, "", "", 2},
		{"a program", Database{Command: []string{"pass", "db"}}, Stores{File: full}, prints("printed\n", nil), "printed", "", 0},
		{"a program that fails", Database{Command: []string{"pass"}}, Stores{File: full}, prints("", errors.New("it is locked")), "", `"pass": it is locked`, 0},
		{"one that prints nothing", Database{Command: []string{"pass"}}, Stores{}, prints("\n", nil), "", "one line", 0},
		{"one that prints more", Database{Command: []string{"pass"}}, Stores{}, prints("word\nmore\n", nil), "", "one line", 0},
	} {
		told := 0
		got, err := tt.d.Password(t.Context(), name, tt.in, tt.run, func(string, error) { told++ })
		if got.Reveal() != tt.want || told != tt.told || (err != nil) != (tt.wrong != "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%s: got %q, %v, told %d times; want %q, %q, %d", tt.what, got.Reveal(), err, told, tt.want, tt.wrong, tt.told)
		}
	}
}
