package cli

import (
	"bytes"
	"strings"
	"testing"

	"telex/config"
	"telex/ui/cli/clitest"
)

// TestHiddenStaysHidden: credentials that are checked later do not uncover those that
// are in use.
func TestHiddenStaysHidden(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	p := newPrinter(nil, &said)
	p.hide(config.Credentials{ID: clitest.User, Secret: config.NewSecret(clitest.Password)})
	p.hide(config.Credentials{ID: clitest.ClientID, Secret: config.NewSecret(clitest.ClientSecret)})
	for _, secret := range []string{clitest.Password, clitest.ClientSecret} {
		said.Reset()
		p.say("echo: %s", secret)
		if got := said.String(); !strings.Contains(got, "echo: ") || strings.Contains(got, secret) {
			t.Errorf("got %q, want it without the secret", got)
		}
	}
}
