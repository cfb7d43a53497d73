package say

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
	p := NewPrinter(nil, &said)
	const password, clientSecret = "correct horse", "battery-staple-1234"
	p.Hide(config.Credentials{ID: "somebody", Secret: config.NewSecret(password)})
	p.Hide(config.Credentials{ID: "a-client", Secret: config.NewSecret(clientSecret)})
	for _, secret := range []string{password, clientSecret} {
		said.Reset()
		p.Say("echo: %s", secret)
		if got := said.String(); !strings.Contains(got, "echo: ") || strings.Contains(got, secret) {
			t.Errorf("got %q, want it without the secret", got)
		}
	}
}
