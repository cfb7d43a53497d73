package cli

import (
	"os"
	"strings"
	"testing"

	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// After a whole life of a profile no file that was written on the way, and nothing that
// was printed, holds a secret, in plain or in base64. clitest.CheckOutput looks at what was
// printed by each run.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	const passphrase = "correct horse battery"
	api := clitest.NewAPI(t)
	for _, kind := range []string{"oauth", "basic"} {
		for _, store := range []string{"keyring", "file"} {
			t.Run(kind+" in the "+store, func(t *testing.T) {
				t.Parallel()
				if testing.Short() && kind == "basic" && store == "file" {
					t.Skip("-short: the encrypted file takes work on purpose, and oauth goes into it")
				}
				w := newWorld(t, "TELEX_PASSPHRASE="+passphrase).withKeyring()
				id, secret := "--client-id="+clitest.ClientID, clitest.ClientSecret
				if kind == "basic" {
					id, secret = "--username="+clitest.User, clitest.Password
				}
				steps := []struct {
					stdin string
					args  []string
					code  exitCode
				}{
					{"another" + secret, []string{"login", "--secret-stdin", id, "--account-id", sandbox.DefaultAccountID, "--application-id", sandbox.DefaultApplicationID, "--number", "+12345678901", "--base-url", api.Base, "--store", store}, exitRefused},
					{secret, []string{"login", "--secret-stdin", id, "--account-id", sandbox.DefaultAccountID, "--application-id", sandbox.DefaultApplicationID, "--number", "+12345678901", "--base-url", api.Base, "--store", store}, exitOK},
					{"", send(), exitOK},
					{"", send("--json", "--yes"), exitOK},
					{"", send("--dry-run"), exitOK},
					{"", []string{"send", "--to", "+19995550401", "--text", "Hello"}, exitRefused},
					{"", []string{"send", "--to", "+19995550002", "--text", "Hello"}, exitUnknown},
					{"", []string{"status", "1"}, exitOK},
					{"", []string{"show", "1", "--json"}, exitOK},
					{"", []string{"history", "--json"}, exitOK},
					{"", []string{"profiles", "--json"}, exitOK},
					{"", []string{"doctor", "--json"}, exitOK},
					{"", []string{"doctor"}, exitOK},
				}
				secrets := []string{secret, passphrase}
				for _, step := range steps {
					got := w.run(step.stdin, step.args...)
					got.want(t, step.code)
					if strings.Contains(got.out+got.err, passphrase) {
						t.Errorf("telex %q shows the passphrase", step.args)
					}
				}
				if n := w.searchFiles(secrets...); n < 2 {
					t.Errorf("looked at %d files, want profiles and outbox at least", n)
				}
				w.run("", "logout", "--remove").want(t, exitOK)
				w.searchFiles(secrets...)
				if len(w.entries.values) > 0 {
					t.Error("the secret is still in the keyring")
				}
				if _, err := os.Stat(w.secretFile()); err == nil {
					t.Error("the encrypted file is still there, with nothing in it")
				}
			})
		}
	}
}
