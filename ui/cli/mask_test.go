package cli

import (
	"strings"
	"testing"

	"telex/config"
)

// TestHiddenStaysHidden: credentials that are checked later do not uncover those that
// are in use.
func TestHiddenStaysHidden(t *testing.T) {
	t.Parallel()
	p := newPrinter(nil, nil)
	p.hide(config.Credentials{ID: testUser, Secret: config.NewSecret(testPassword)})
	p.hide(config.Credentials{ID: testClientID, Secret: config.NewSecret(testClientSecret)})
	for _, secret := range []string{testPassword, testClientSecret} {
		if got := p.masked("echo: " + secret); strings.Contains(got, secret) {
			t.Errorf("got %q, want it without the secret", got)
		}
	}
}
