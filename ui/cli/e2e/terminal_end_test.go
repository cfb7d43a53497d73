//go:build linux

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/ui"
	"telex/ui/account"
	"telex/ui/cli/clitest"
)

// crashing is the console with two mistakes in it: one in Update, found by the key of
// the curl command, and one in a command, found by sending.
func crashing() {
	ctx := context.Background()
	err := ui.Run(ctx, ui.Deps{
		Link: account.Link{
			Sender: panicSender{},
			Curl:   func(messaging.Message) (string, error) { panic("a mistake in Update") },
		},
		Sender: ui.Sender{
			Numbers: []string{"+12345678901"}, AccountID: "9900000", ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2", Region: "US", Sandbox: true,
		},
		OpenOutbox: func(ctx context.Context) (*outbox.Outbox, error) {
			return outbox.Open(ctx, sqlite.At(filepath.Join(os.Getenv("XDG_STATE_HOME"), "telex", "sandbox.db")), outbox.Options{Now: time.Now})
		},
		World: ui.World{Environ: os.Environ(), In: os.Stdin, Out: os.Stdout},
	})
	fmt.Fprintln(os.Stderr, "ended:", err)
	os.Exit(7)
}

type panicSender struct{}

func (panicSender) Send(context.Context, messaging.Message) (*messaging.Receipt, error) {
	panic("a mistake in a command")
}

// compose writes a message and goes on to Review.
func (x *terminal) compose(text, to string) {
	x.t.Helper()
	x.wait("[Compose]")
	x.send(text)
	x.wait(text)
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.send(to)
	x.press("enter")
	x.wait("1 added")
	x.press("ctrl+n")
	x.wait("[Media]")
	x.press("ctrl+n")
	x.wait("[Review]", "READY TO SEND")
}

// However telex ends, the terminal is as it was, and what was written is kept.
func TestTerminalEnds(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for name, signal := range map[string]os.Signal{"quit": nil, "SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP, "SIGINT": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := t.TempDir()
			x := startTerminal(t, terminalSpec{state: state})
			x.compose("half a message", "+12345678902")
			if signal == nil {
				x.quit()
			} else {
				if err := x.cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				if err := x.end(); err != nil {
					t.Errorf("got %v after %s, want a good end", err, name)
				}
			}
			x.restored()
			again := startTerminal(t, terminalSpec{state: state})
			again.wait("Unfinished message from", "f3 to continue")
			again.press("f3")
			again.wait("Unfinished messages", "to +12345678902, “half a message”")
			again.press("enter")
			again.wait("Draft restored")
			again.quit()
		})
	}
}

func TestTerminalCrashes(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for name, walk := range map[string]func(x *terminal){
		"a mistake in Update":    func(x *terminal) { x.send("u") },
		"a mistake in a command": func(x *terminal) { x.quiet(300 * time.Millisecond); x.press("enter") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := t.TempDir()
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(context.WithoutCancel(t.Context()), self)
			cmd.Env = []string{asCrash + "=1"}
			x := startTerminal(t, terminalSpec{cmd: cmd, state: state})
			x.compose("half a message", "+12345678902")
			x.press("f2")
			x.wait("No messages yet") // the outbox is open
			x.pressUntil("esc", "[Review]")
			walk(x)
			if err := x.end(); err == nil || x.cmd.ProcessState.ExitCode() != 7 {
				t.Errorf("got %v, want exit code 7 of a crash that was noticed", err)
			}
			x.restored()
			x.until("the way out", func(s string) bool {
				s = strings.ReplaceAll(s, "\n", "")
				return strings.Contains(s, "ended: the console crashed") && strings.Contains(s, "type reset")
			})
			again := startTerminal(t, terminalSpec{state: state})
			if strings.Contains(name, "command") {
				again.wait("message 1 to +12345678902", "no clear answer came")
			} else {
				again.wait("f3 to continue. “half")
			}
			again.quit()
		})
	}
}

// A terminal that is gone ends telex, whether a signal tells of it or not.
func TestTerminalGone(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for name, foreign := range map[string]bool{"with a signal": false, "without one": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := t.TempDir()
			x := startTerminal(t, terminalSpec{state: state, foreign: foreign})
			x.wait("[Compose]")
			x.send("half a message")
			x.wait("half a message")
			if err := errors.Join(x.control.Close(), x.tty.Close()); err != nil {
				t.Fatal(err)
			}
			select {
			case <-x.ended: //nolint:errcheck // that it ended is all
			case <-time.After(clitest.Patience):
				t.Fatal("telex goes on without a terminal")
			}
			again := startTerminal(t, terminalSpec{state: state})
			again.wait("f3 to continue. “half")
			again.quit()
		})
	}
}

// A terminal that takes nothing any more does not keep telex from ending, nor from
// keeping what was written.
func TestTerminalStuck(t *testing.T) {
	clitest.Slow(t, "a terminal that takes nothing")
	t.Parallel()
	state := t.TempDir()
	x := startTerminal(t, terminalSpec{state: state, w: 250, h: 80})
	x.wait("[Compose]")
	x.paste(strings.Repeat("half a message, ", 1000))
	x.wait("13952 too many")
	x.mu.Lock()
	x.frozen = make(chan struct{})
	x.mu.Unlock()
	defer close(x.frozen)
	for i := range 60 { // until the terminal is full
		x.resize(249+i%2, 80)
		x.quiet(20 * time.Millisecond)
	}
	if err := x.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-x.ended: //nolint:errcheck // that it ended is all
	case <-time.After(clitest.Patience):
		t.Fatal("telex waits for a terminal that takes nothing")
	}
	again := startTerminal(t, terminalSpec{state: state})
	again.wait("f3 to continue. “half")
	again.quit()
}
