package ui

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// elsewhere are commands, with no blanks, that are about the account in use where they do not
// say otherwise.
var elsewhere = regexp.MustCompile(`telex(broadcast|contacts|listen|optouts|scheduled|send|show|thread|history|stats|work)`)

// TestCommandsOfTheSandbox: what a console of the sandbox says to type names the sandbox.
func TestCommandsOfTheSandbox(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(200, 50)
		named := map[string]bool{} // whether it names the sandbox
		look := func() {
			for _, said := range d.readings() {
				for _, at := range elsewhere.FindAllStringIndex(said, -1) {
					rest := said[at[1]:]
					command := said[at[0]:at[1]]
					named[command] = named[command] || strings.Contains(rest[:min(len(rest), 30)], "--sandbox")
				}
			}
		}
		for _, page := range []string{"f5", "f6", "f7"} {
			d.press(page)
			d.advance(time.Second)
			look()
			d.press("esc")
		}
		d.write("Hi", five[0])
		d.press("l")
		d.typeText("23:59")
		look()
		d.advance(time.Second)
		d.press("enter")
		d.advance(time.Second)
		look()
		for command, ok := range named {
			if !ok {
				t.Errorf("got %q, want it with --sandbox", command)
			}
		}
		if len(named) < 4 {
			t.Errorf("got %v, want commands of all pages", named)
		}
	})
}
