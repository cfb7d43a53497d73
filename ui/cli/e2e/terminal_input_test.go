//go:build linux

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"

	"github.com/charmbracelet/x/ansi"
)

// Ten thousand pasted characters are there, all of them, and that they are too many is
// told. A line end is one, whatever the terminal makes of it.
func TestTerminalPaste(t *testing.T) {
	t.Parallel()
	x := startTerminal(t, terminalSpec{})
	x.wait("[Compose]")
	x.paste(strings.Repeat("telex pastes\r\n", 714) + "end!")
	x.wait("7238 too many", "Too long: at most 2048", "│end!")
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.press("ctrl+p")
	x.wait("7238 too many", "│end!")
	x.quit()
	x.restored()
}

// What cannot be seen is left out of a paste, and that is said.
func TestTerminalPasteControls(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	x := startTerminal(t, terminalSpec{})
	x.wait("[Compose]")
	x.paste("a\x00b\x07c\u202ed\u200be\tf")
	x.wait("abcde", "left out 4 characters that cannot be seen: U+0000 U+0007 U+202E U+200B")
	x.quit()
}

// A paste without brackets is keys, enter among them. It neither sends nor quits, in
// whatever step it comes.
func TestTerminalPasteWithoutBrackets(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	all := thorough(
		"line one\rline two\r\rand so on\r",
		"\r\rline\r", "one\ntwo\n", "\ryes\r\r", "y\r\n\r\n", "a\x11b", "a\x03\x03b\x03\x03", "x\x11\x11\x11\r",
	)
	for _, pasted := range all {
		t.Run(fmt.Sprintf("%q", pasted), func(t *testing.T) {
			beside(t, len(all))
			x := startTerminal(t, terminalSpec{})
			x.compose("Hello", "+12345678902")
			for range 3 {
				x.quiet(400 * time.Millisecond) // so that Review would take an enter
				x.send(pasted)
				x.quiet(400 * time.Millisecond)
				if s := x.screen(); strings.Contains(s, "[Response]") && !strings.Contains(s, "nothing was sent yet") {
					t.Fatalf("got a message sent by a paste:\n%s", s)
				}
				x.send("\x0e") // ctrl+n
			}
			x.quiet(400 * time.Millisecond)
			x.press("esc") // a letter may have asked when to send it
			x.quiet(400 * time.Millisecond)
			x.press("f2")
			x.wait("[History]", "No messages yet")
			x.quit()
		})
	}
}

// An arrow key whose bytes come apart takes nothing away.
func TestTerminalSplitArrow(t *testing.T) {
	clitest.Slow(t, "the rest of a key")
	t.Parallel()
	x := startTerminal(t, terminalSpec{})
	split := func() {
		t.Helper()
		for _, part := range []string{"\x1b", "[", "A"} {
			x.send(part)
			x.quiet(150 * time.Millisecond)
		}
	}
	x.compose("Hello", "+19995550003") // to whom a send hangs
	x.pressUntil("enter", "[Response]")
	x.wait("Sending")
	split()
	split()
	if s := x.screen(); strings.Contains(s, "We don't know") || strings.Contains(s, "cancelling") {
		t.Fatalf("got the send cancelled by two arrow keys:\n%s", s)
	}
	x.send("\x1b")
	x.quiet(150 * time.Millisecond)
	x.send("\x1b")
	x.wait("We don't know")
	x.pressUntil("ctrl+p", "[Review]")
	split() // the esc of it goes back, as each esc does
	x.pressUntil("ctrl+p", "[Recipients]")
	x.send("\x1b")
	x.wait("[Compose]") // before the rest, for a machine that is busy takes them as one
	x.send("[A")
	split()
	x.wait("[Compose]", "Hello")
	x.quit()
}

// inBubble is what stands between the sides of the bubble in a row of Compose.
func inBubble(row string) string {
	parts := strings.Split(row, "│")
	if len(parts) < 3 {
		return row
	}
	return strings.TrimSpace(parts[1])
}

// Wide and strange characters stand where they belong, and so does the cursor.
func TestTerminalWideCharacters(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for _, size := range [][2]int{{40, 12}, {80, 24}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			x := startTerminal(t, terminalSpec{w: size[0], h: size[1], wide: true})
			x.wait("[Compose]")
			left, text, _ := x.cursor()
			for _, typed := range []string{
				"日本語のテキスト", "e\u0301a\u0308o\u0302", "✅❤\ufe0f🎉", "👨‍👩‍👧‍👦 👩‍🚀", "שלום مرحبا", "🇩🇪🇯🇵", "ภาษาไทย", "한국어 テスト", "हिन्दी",
			} {
				x.paste(typed)
				x.until("the cursor behind "+typed, func(string) bool {
					column, line, shown := x.cursor()
					return shown && line == text && column == left+ansi.StringWidth(typed) && strings.Contains(x.lines()[text], typed)
				})
				x.send("!")
				x.until("what is typed behind "+typed, func(string) bool { return inBubble(x.lines()[text]) == typed+"!" })
				x.send("\x7f\x01#") // backspace, to the beginning
				x.until("what is typed before "+typed, func(string) bool {
					column, line, _ := x.cursor()
					return inBubble(x.lines()[text]) == "#"+typed && column == left+1 && line == text
				})
				x.send("\x05\x15") // to the end, and all of it away
				x.until("an empty line", func(string) bool { return inBubble(x.lines()[text]) == "" })
			}
			x.quit()
			x.restored()
		})
	}
}

// Without a shell that takes telex back it is not suspended, and says so.
func TestTerminalSuspendRefused(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	x := startTerminal(t, terminalSpec{})
	x.wait("[Compose]")
	x.press("ctrl+z")
	x.wait("ctrl+z is off: telex was not started from a shell")
	x.quit()
}

// A shell with job control takes the terminal as it was, and gives it back.
func TestTerminalSuspend(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-i")
	shell.Env = []string{"PS1=ready> ", "ENV="}
	x := startTerminal(t, terminalSpec{cmd: shell})
	x.wait("ready>")
	x.send("PATH=" + filepath.Dir(binary) + ":$PATH\rtelex --sandbox\r")
	x.wait("[Compose]")
	x.send("Hello")
	x.wait("Hello", "5 of 2048")
	x.press("ctrl+z")
	x.wait("ready>", "Stopped")
	x.mu.Lock()
	alt, hidden, kitty, modify := x.emulate.IsAltScreen(), x.emulate.CursorHidden(), x.kitty, x.modify
	x.mu.Unlock()
	if alt || hidden || kitty != 0 || modify {
		t.Errorf("suspended: got the alternate screen %v, a hidden cursor %v, keyboard modes %d %v, want none", alt, hidden, kitty, modify)
	}
	x.send("echo back again; fg\r")
	x.wait("[Compose]", "Hello", "5 of 2048")
	x.send("!")
	x.wait("Hello!")
	x.press("f2")
	x.wait("No messages yet") // the outbox is open, so what was typed is kept
	x.pressUntil("esc", "[Compose]")
	x.quiet(200 * time.Millisecond)
	x.press("ctrl+q")
	x.until("the shell's prompt behind all", func(s string) bool {
		return strings.HasSuffix(strings.TrimSpace(s), "the next telex offers it\nready>")
	})
	x.send("exit\r")
	if err := x.end(); err != nil {
		t.Log(err)
	}
	x.restored()
}

// storm gives the terminal many sizes in a hurry, ends with the first, and demands the
// same screen as before.
func (x *terminal) storm(random *rand.Rand) {
	x.t.Helper()
	x.quiet(300 * time.Millisecond)
	before := x.scrubbed()
	sizes := 15
	if clitest.Soak() {
		sizes = 200
	}
	for range sizes {
		x.resize(20+random.IntN(231), 5+random.IntN(76))
		x.quiet(time.Duration(random.IntN(8)) * time.Millisecond)
	}
	x.resize(80, 24)
	x.until("the screen from before the storm,\n"+before, func(string) bool { return x.scrubbed() == before })
}

// TestTerminalResizes: a hundred sizes a second harm no screen.
func TestTerminalResizes(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 11))
	x := startTerminal(t, terminalSpec{})
	x.wait("[Compose]")
	x.paste("It is “so” — 日本語, " + strings.Repeat("many words in a row, ", 20) + "\nand an end.")
	x.wait("and an end.")
	x.storm(random)
	x.press("ctrl+r")
	x.wait("becomes")
	x.storm(random)
	x.press("esc")
	x.gone("becomes")
	x.press("f1")
	x.wait("close help")
	x.storm(random)
	x.press("esc")
	x.gone("close help")
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.paste("(999) 555-0001, +44 20 7946 0958")
	x.wait("2 added")
	x.press("tab")
	x.send("i")
	x.wait("(x)")
	x.storm(random)
	for _, step := range []string{"[Media]", "[Review]"} {
		x.press("ctrl+n")
		x.wait(step)
		x.storm(random)
	}
	x.pressUntil("enter", "[Response]")
	x.wait("queued", "1 accepted", "1 delivered") // of which nothing changes any more
	x.storm(random)
	x.press("f2")
	x.wait("[History]", "✓", "●")
	x.storm(random)
	x.press("enter")
	x.wait("Batch ", "+442079460958") // its messages are read
	x.press("enter")
	x.wait("state")
	x.storm(random)
	x.quit()
	x.restored()
}
