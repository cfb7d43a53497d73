//go:build linux

package e2e

import (
	"strings"
	"testing"
	"time"

	"telex/ui/cli/clitest"
)

// What a recipient of the sandbox answers is unread in the console that sent to it, with
// nothing set up; it is answered by f5, enter, the words, enter, enter. What another
// process reads is read here as well.
func TestTerminalConversation(t *testing.T) {
	clitest.Slow(t, "an answer from the sandbox, twice")
	t.Parallel()
	x := startTerminal(t, terminalSpec{w: 100, h: 30})
	x.compose("Hello", "+19995550010")
	x.pressUntil("enter", "[Response]")
	x.wait("f5 1 new")
	x.press("f5")
	x.wait("*1 ", "Thanks!")
	x.press("enter")
	x.wait("Reply")
	x.until("nothing unread", func(screen string) bool { return !strings.Contains(screen, "1 new") })
	x.send("You are welcome")
	x.wait("Reply  You are welcome")
	x.press("enter")
	x.wait("[Review]", "You are welcome")
	x.pressUntil("enter", "[Conversations]")
	x.wait("was accepted by Bandwidth", "You are welcome")
	x.wait("1 new") // the answer to that, in a conversation that nobody looks at meanwhile
	x.quiet(300 * time.Millisecond)
	x.press("up")
	x.until("nothing unread", func(screen string) bool { return !strings.Contains(screen, "1 new") })
	if hears(t) {
		x.sleeps("Conversations")
	}
	x.quit()
	x.restored()
}
