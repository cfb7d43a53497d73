package ui

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"telex/messaging/outbox"
	"telex/ui/words"
)

// TestDamaged: with a damaged outbox the list of those who opted out is gone, which both
// consoles say before anything is sent.
func TestDamaged(t *testing.T) {
	damaged := func() Deps {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		return deps
	}
	drive(t, damaged(), func(d *driver) {
		d.see("the outbox was damaged", words.LostOptOuts(words.Shell{Sandbox: true}))
	})
	synctest.Test(t, func(t *testing.T) {
		d := startPlain(t, damaged())
		want(t, d.say(""), "Warning: the outbox was damaged.", "Warning: "+words.LostOptOuts(words.Shell{Sandbox: true}))
		close(d.lines)
		_ = d.end()
	})
}
