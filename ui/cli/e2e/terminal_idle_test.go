//go:build linux

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/clitest"
)

// wakeups is how often a thread of the program went to sleep by itself so far, each of
// which was woken up before.
func (x *terminal) wakeups() int {
	x.t.Helper()
	return wakeups(x.t, x.cmd.Process.Pid)
}

// wakeups is the same of any process.
func wakeups(t testing.TB, pid int) int {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil || len(files) == 0 {
		t.Fatalf("got no threads: %v", err)
	}
	total := 0
	for _, f := range files {
		status, err := os.ReadFile(f)
		if err != nil {
			continue // it ended
		}
		_, rest, _ := strings.Cut(string(status), "\nvoluntary_ctxt_switches:")
		line, _, _ := strings.Cut(rest, "\n")
		n, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	return total
}

// sleeps demands that the program comes to sleep: not one thread of it wakes up for a
// second, and nothing is written.
func (x *terminal) sleeps(where string) {
	x.t.Helper()
	woken, written := 0, 0
	for range 20 { // what was under way may take its time
		was, wrote := x.wakeups(), len(x.all())
		x.quiet(time.Second)
		if woken, written = x.wakeups()-was, len(x.all())-wrote; woken == 0 && written == 0 {
			return
		}
	}
	x.t.Errorf("%s: got %d wake-ups and %d bytes in a second, want none; the screen is:\n%s", where, woken, written, x.screen())
}

// hears reports whether telex is told of changes of its outbox here. Where it is not, it
// looks once a second while History is in front.
func hears(t *testing.T) bool {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	return sqlite.Changes(ctx, filepath.Join(t.TempDir(), "outbox.db")) != nil
}

// TestTerminalSleeps: who looks at a screen on which nothing happens costs nothing.
func TestTerminalSleeps(t *testing.T) {
	clitest.Slow(t, "an idle console on every screen")
	t.Parallel()
	x := startTerminal(t, terminalSpec{})
	x.wait("[Compose]")
	x.sleeps("Compose")
	x.compose("Hello", "+12345678902")
	x.sleeps("Review")
	x.pressUntil("enter", "[Response]")
	x.wait("✓ Delivered")
	x.sleeps("Response")
	x.press("f2")
	x.wait("[History]", "✓")
	if hears(t) {
		x.sleeps("History")
	}
	x.press("f1")
	x.wait("close help")
	if hears(t) {
		x.sleeps("the keys")
	}
	x.press("esc")
	x.gone("close help")
	x.quit()
}

// TestTerminalHistoryHears: what another telex sends is in History, though nothing looked
// for it.
func TestTerminalHistoryHears(t *testing.T) {
	clitest.Slow(t, "another telex")
	t.Parallel()
	state := t.TempDir()
	x := startTerminal(t, terminalSpec{state: state})
	x.wait("[Compose]")
	x.press("f2")
	x.wait("[History]", "No messages yet")
	if hears(t) {
		x.sleeps("an empty History")
	}
	for _, text := range []string{"the first", "the second"} {
		send := telexCommand(t.Context(), t, append(cleanEnv(state), "XDG_STATE_HOME="+state), "send", "--sandbox", "--to", "+12345678902", "--text", text)
		if out, err := send.CombinedOutput(); err != nil {
			t.Fatalf("send: %v\n%s", err, out)
		}
		x.wait("+12345678902 " + text)
	}
	x.quit()
}

// TestTerminalStuckKeepsDrafts: what is typed while the terminal takes nothing, over a
// line that stalls, is kept without a signal, and so also if none ever comes.
func TestTerminalStuckKeepsDrafts(t *testing.T) {
	clitest.Slow(t, "a terminal that takes nothing")
	t.Parallel()
	state := t.TempDir()
	x := startTerminal(t, terminalSpec{state: state, w: 250, h: 80})
	x.wait("[Compose]")
	x.send("before")
	x.wait("before", "6 of 2048")
	x.mu.Lock()
	x.frozen = make(chan struct{})
	x.mu.Unlock()
	defer close(x.frozen)
	for i := range 60 { // until the terminal is full
		x.resize(249+i%2, 80)
		x.quiet(20 * time.Millisecond)
	}
	x.send(" and behind it")
	x.quiet(3 * time.Second) // in which it would be kept
	if err := x.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-x.ended //nolint:errcheck // that it ended is all
	again := startTerminal(t, terminalSpec{state: state})
	again.wait("f3 to continue. “before and behin")
	again.quit()
}
