package say

import (
	"telex/config"
)

// Hide makes everything that is printed from now on pass without the secret of c, in
// whatever spelling. Telex prints no credentials, and what others say comes without them
// from package messaging; this is the last gate. Call it before anything is sent.
// Credentials that were hidden before stay so.
func (p *Printer) Hide(c config.Credentials) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hidden.Pair(c.ID, c.Secret.Reveal())
	p.mask = p.hidden.Mask()
}
