package postgres

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"telex/messaging/outbox"
)

// TestTLS: off this host names are verified, unless somebody says otherwise.
func TestTLS(t *testing.T) {
	for _, tt := range []struct {
		address, mode string // of the variable
		want          string
	}{
		{"postgres://u@db.example.com/telex", "", "verify-full"},
		{"postgres://u@db.example.com,localhost/telex", "", "verify-full"},
		{"postgres://u@192.0.2.7/telex", "", "verify-full"},
		{"postgres://u@db.example.com/telex?sslmode=require", "", "require"},
		{"postgres://u@db.example.com/telex?sslmode=disable", "", "disable"},
		{"postgres://u@db.example.com/telex", "require", "require"},
		{"postgres://u@localhost/telex", "", "prefer"},
		{"postgres://u@127.0.0.2/telex", "", "prefer"},
		{"postgres://u@[::1]/telex", "", "prefer"},
		{"postgres://u@/telex?host=/run/postgresql", "", "disable"},
	} {
		t.Setenv("PGSSLMODE", tt.mode)
		config, _, err := parse(tt.address)
		if err != nil {
			t.Errorf("%s: %v", tt.address, err)
			continue
		}
		got := "disable"
		plain := false
		for _, f := range config.Fallbacks {
			plain = plain || f.TLSConfig == nil
		}
		switch {
		case config.TLSConfig != nil && !config.TLSConfig.InsecureSkipVerify:
			got = "verify-full"
		case config.TLSConfig != nil && plain:
			got = "prefer"
		case config.TLSConfig != nil:
			got = "require"
		}
		if got != tt.want || tt.want == "verify-full" && (plain || config.TLSConfig.ServerName == "") {
			t.Errorf("%s with PGSSLMODE=%s: %s, want %s", tt.address, tt.mode, got, tt.want)
		}
	}
}

// TestNoPassword: neither a place nor an error, in whatever form, has the password.
func TestNoPassword(t *testing.T) {
	const secret = "s3cr3t%40word"
	for _, address := range []string{
		"postgres://u:" + secret + "@localhost:1/telex", "postgres://u@localhost:1/telex?password=" + secret, "postgres://u:" + secret + "@localhost:1/telex?sslpassword=" + secret,
		"postgres://u:" + secret + "@localhost:1/telex?sslmode=nonsense", "postgres://u:" + secret + "@local host/telex", "postgres://u:" + secret + "@localhost:port/telex",
		"postgres://u:" + secret + "@localhost/telex?sslrootcert=/nowhere/" + secret, "mysql://u:" + secret + "@localhost/telex", "u:" + secret,
		"postgres://u:" + secret + "@localhost/telex?connect_timeout=" + secret, "postgres://u:" + secret + "@localhost/telex?service=team&servicefile=/nowhere",
	} {
		at, err := At(address, t.TempDir())
		var said []string
		if err == nil {
			_, failed := outbox.Open(t.Context(), at, outbox.Options{})
			if failed == nil {
				t.Fatalf("something answers at %s", at)
			}
			said = append(said, at.String(), fmt.Sprint(at), fmt.Sprintf("%q", at.String()), failed.Error())
			err = failed
		}
		if e, ok := errors.AsType[*outbox.Error](err); !ok || e.Op == "" || e.Hint == "" {
			t.Errorf("%v, want an *Error with a hint", err)
		}
		for _, s := range append(said, err.Error()) {
			if strings.Contains(s, "s3cr3t") {
				t.Errorf("%s", s)
			}
		}
	}
}

func TestPlaceName(t *testing.T) {
	for address, want := range map[string]string{
		"postgresql://ann:x@db.example.com:5433/telex?sslmode=require&password=y": "postgres://ann@db.example.com:5433/telex",
		"postgres://ann@/telex?host=/run/postgresql&search_path=team":             "postgres://ann@/telex?host=%2Frun%2Fpostgresql&search_path=team",
	} {
		at, err := At(address, t.TempDir())
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got := at.String(); got != want {
			t.Errorf("%s is called %s, want %s", address, got, want)
		}
	}
}
