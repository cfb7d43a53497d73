package cli

import (
	"os"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// After a whole life of a profile no file that was written on the way, and nothing that
// was printed, holds a secret, in plain or in base64. clitest.CheckOutput looks at what was
// printed by each run.
func TestSecretsStayHidden(t *testing.T) {
	sample.Whole(t)
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
					code  say.Code
				}{
					{"another" + secret, []string{"login", "--secret-stdin", id, "--account-id", sandbox.DefaultAccountID, "--application-id", sandbox.DefaultApplicationID, "--number", "+12345678901", "--base-url", api.Base, "--store", store}, say.ExitRefused},
					{secret, []string{"login", "--secret-stdin", id, "--account-id", sandbox.DefaultAccountID, "--application-id", sandbox.DefaultApplicationID, "--number", "+12345678901", "--base-url", api.Base, "--store", store}, say.ExitOK},
					{"", send(), say.ExitOK},
					{"", send("--json", "--yes"), say.ExitOK},
					{"", send("--dry-run"), say.ExitOK},
					{"", []string{"send", "--to", "+19995550401", "--text", "Hello"}, say.ExitRefused},
					{"", []string{"send", "--to", "+19995550002", "--text", "Hello"}, say.ExitUnknown},
					{"", []string{"status", "1"}, say.ExitOK},
					{"", []string{"show", "1", "--json"}, say.ExitOK},
					{"", []string{"history", "--json"}, say.ExitOK},
					{"", []string{"profiles", "--json"}, say.ExitOK},
					{"", []string{"doctor", "--json"}, say.ExitOK},
					{"", []string{"doctor"}, say.ExitOK},
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
				w.run("", "logout", "--remove").want(t, say.ExitOK)
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
