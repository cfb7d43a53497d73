//go:build linux

package e2e

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
)

// TestTerminalGolden walks through every step of the real program and compares what a
// terminal shows; -update rewrites it.
func TestTerminalGolden(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	sizes := thorough([2]int{80, 24}, [2]int{40, 12}, [2]int{200, 60})
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			beside(t, len(sizes))
			x := startTerminal(t, terminalSpec{w: size[0], h: size[1]})
			look := func(name string) {
				t.Helper()
				x.golden(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]))
			}
			x.wait("[Compose]")
			look("empty")
			x.paste("Grüße, “world” 日本語 e\u0301\r\nSecond line")
			x.wait("Second line")
			look("compose")
			x.press("ctrl+n")
			x.wait("[Recipients]")
			x.paste("(999) 555-0001, +44 20 7946 0958") // the first stays queued
			x.wait("2 added")
			x.press("tab")
			look("recipients")
			x.send("i")
			x.wait("(x)")
			x.press("ctrl+n")
			x.wait("[Media]")
			look("media")
			x.press("ctrl+n")
			x.wait("[Review]")
			look("review")
			x.send("j")
			x.wait("{")
			look("review-json")
			x.send("j")
			x.pressUntil("enter", "[Response]")
			x.wait("accepted")
			x.wait("1 delivered")
			look("response")
			x.press("f2")
			x.wait("[History]", "✓", "●")
			look("history")
			x.press("enter")
			x.wait("Batch ", "+19995550001")
			// Of the one that stays queued nothing more is heard or asked.
			picked := regexp.MustCompile(`(?m)^> .*\+19995550001`)
			for n := 0; n < 20 && !picked.MatchString(x.screen()); n++ {
				x.press("down") // it is the last row, from which that leads nowhere
				x.quiet(300 * time.Millisecond)
			}
			look("history-mailing")
			x.press("enter")
			x.wait("state")
			look("history-opened")
			x.press("esc")
			x.wait("Search")
			x.press("f1")
			look("help")
			x.press("esc")
			x.wait("[History]")
			x.quit()
			x.restored()
		})
	}
}
