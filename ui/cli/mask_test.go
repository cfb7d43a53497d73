package cli

import (
	"bytes"
	"strings"
	"testing"

	"telex/config"
)

// TestHiddenStaysHidden: credentials that are checked later do not uncover those that
// are in use.
func TestHiddenStaysHidden(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	p := newPrinter(nil, &said)
	p.hide(config.Credentials{ID: testUser, Secret: config.NewSecret(testPassword)})
	p.hide(config.Credentials{ID: testClientID, Secret: config.NewSecret(testClientSecret)})
	for _, secret := range []string{testPassword, testClientSecret} {
		said.Reset()
		p.say("echo: %s", secret)
		if got := said.String(); !strings.Contains(got, "echo: ") || strings.Contains(got, secret) {
			t.Errorf("got %q, want it without the secret", got)
		}
	}
}
