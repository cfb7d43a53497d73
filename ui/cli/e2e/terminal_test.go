//go:build linux

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"telex/ui/cli/clitest"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A terminal is a program in a pseudo-terminal that a terminal emulator draws: what is
// looked at is the screen, as a person sees it.
type terminal struct {
	t       *testing.T
	cmd     *exec.Cmd
	control *os.File // the emulator's side
	tty     *os.File // the program's side, kept open to see what is left of it
	before  *term.State
	ended   chan error

	mu      sync.Mutex
	emulate *vt.Emulator
	written []byte // all that the program wrote
	changed chan struct{}
	frozen  chan struct{} // while it is there nothing is read; closed when it goes on
	kitty   int           // how deep its stack of keyboard modes is
	modify  bool          // modifyOtherKeys is on
}

// terminalSpec says what to run and in what. The zero value is telex on the sandbox
// at 80 by 24.
type terminalSpec struct {
	w, h    int
	args    []string        // of telex; nil is --sandbox
	env     []string        // beside a clean one
	cmd     *exec.Cmd       // runs instead of telex; nil is telex
	answers <-chan struct{} // holds the terminal's answers until it is closed; nil holds none
	state   string          // XDG_STATE_HOME; "" for one of its own
	wide    bool            // the terminal gives its cells to graphemes (mode 2027), as the emulator does
	foreign bool            // the terminal is not the program's own, so no signal tells of its end
}

// cleanEnv is what every program is given, and no more.
func cleanEnv(state string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + state, "XDG_STATE_HOME=" + state, "XDG_CONFIG_HOME=" + filepath.Join(state, "config"),
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "TZ=UTC", "SHELL=/bin/sh",
	}
}

// startTerminal opens a terminal and starts the program in it.
func startTerminal(t *testing.T, s terminalSpec) *terminal {
	t.Helper()
	if s.w == 0 {
		s.w, s.h = 80, 24
	}
	if s.state == "" {
		s.state = t.TempDir()
	}
	x := &terminal{t: t, ended: make(chan error, 1), changed: make(chan struct{}), emulate: vt.NewEmulator(s.w, s.h), cmd: s.cmd}
	if x.cmd == nil {
		if s.args == nil {
			s.args = []string{"--sandbox"}
		}
		x.cmd = telexCommand(context.WithoutCancel(t.Context()), t, []string{"XDG_STATE_HOME=" + s.state}, s.args...)
	}
	x.cmd.Env = append(append(cleanEnv(s.state), x.cmd.Env...), s.env...)
	var err error
	if x.control, x.tty, err = openPair(); err != nil {
		t.Fatal(err)
	}
	x.resize(s.w, s.h)
	if x.before, err = term.GetState(int(x.tty.Fd())); err != nil {
		t.Fatal(err)
	}
	x.listen(s.wide)
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = x.tty, x.tty, x.tty
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: !s.foreign}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go x.draw()
	go x.answer(s.answers)
	go func() { x.ended <- x.cmd.Wait() }()
	t.Cleanup(x.close)
	return x
}

// openPair opens both sides of a pseudo-terminal. The first can be closed while it is
// read, which hangs up.
func openPair() (control, tty *os.File, err error) {
	blocking, tty, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = blocking.Close() }()
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), "pty"), tty, nil
}

// listen tells the emulator of what it does not know itself.
func (x *terminal) listen(wide bool) {
	x.emulate.RegisterCsiHandler(ansi.Command('>', 0, 'u'), func(ansi.Params) bool { x.kitty++; return true })
	x.emulate.RegisterCsiHandler(ansi.Command('<', 0, 'u'), func(ansi.Params) bool { x.kitty = max(x.kitty-1, 0); return true })
	x.emulate.RegisterCsiHandler(ansi.Command('>', 0, 'm'), func(p ansi.Params) bool {
		value, _, _ := p.Param(1, 0)
		x.modify = value != 0
		return true
	})
	// DECSTBM: what was written for a larger screen, before the program knew of the
	// smaller one, must not scroll what is not there. Terminals bound it.
	x.emulate.RegisterCsiHandler('r', func(p ansi.Params) bool {
		bottom, _, _ := p.Param(1, 0)
		return bottom > x.emulate.Height()
	})
	// DECRQM: it knows synchronized output, and counts graphemes if wide.
	x.emulate.RegisterCsiHandler(ansi.Command('?', '$', 'p'), func(p ansi.Params) bool {
		mode, _, _ := p.Param(0, 0)
		value := 0
		if mode == 2026 || mode == 2027 && wide {
			value = 2
		}
		_, _ = fmt.Fprintf(x.emulate.InputPipe(), "\x1b[?%d;%d$y", mode, value)
		return true
	})
}

// draw gives the emulator what the program writes.
func (x *terminal) draw() {
	buffer := make([]byte, 32<<10)
	for {
		n, err := x.control.Read(buffer)
		x.mu.Lock()
		if frozen := x.frozen; frozen != nil {
			x.mu.Unlock()
			<-frozen
			x.mu.Lock()
		}
		_, _ = x.emulate.Write(buffer[:n])
		x.written = append(x.written, buffer[:n]...)
		close(x.changed)
		x.changed = make(chan struct{})
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// answer gives the program what the emulator says, once that is not held any more.
func (x *terminal) answer(held <-chan struct{}) {
	said := make(chan []byte)
	go func() {
		defer close(said)
		buffer := make([]byte, 4096)
		for {
			n, err := x.emulate.Read(buffer)
			if err != nil {
				return
			}
			said <- bytes.Clone(buffer[:n])
		}
	}()
	var late []byte
	for {
		select {
		case b, more := <-said: // also when nobody is there any more: the emulator waits until it is heard
			if !more {
				return
			}
			if late = append(late, b...); held == nil {
				_, _ = x.control.Write(late)
				late = nil
			}
		case <-held:
			held = nil
			_, _ = x.control.Write(late)
			late = nil
		}
	}
}

func (x *terminal) close() {
	_ = x.cmd.Process.Kill()
	_ = x.tty.Close()
	_ = x.control.Close()
	x.mu.Lock()
	defer x.mu.Unlock()
	if input, ok := x.emulate.InputPipe().(io.Closer); ok {
		_ = input.Close() // which ends answer; the emulator's own Close races with it
	}
}

// resize gives the terminal another size, of which the program is told.
func (x *terminal) resize(w, h int) {
	x.t.Helper()
	x.mu.Lock()
	x.emulate.Resize(w, h)
	x.mu.Unlock()
	raw, err := x.control.SyscallConn() // for pty.Setsize would keep it from being closed
	if err != nil {
		x.t.Fatal(err)
	}
	if failed := raw.Control(func(fd uintptr) {
		err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(w), Row: uint16(h)})
	}); failed != nil || err != nil {
		x.t.Fatal(failed, err)
	}
}

// send types text as it is.
func (x *terminal) send(text string) {
	x.t.Helper()
	if _, err := io.WriteString(x.control, text); err != nil {
		x.t.Fatal(err)
	}
}

// keyBytes are keys as an xterm sends them.
var keyBytes = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f5": "\x1b[15~", "ctrl+c": "\x03", "ctrl+n": "\x0e", "ctrl+p": "\x10", "ctrl+q": "\x11", "ctrl+z": "\x1a",
	"end": "\x1b[F", "home": "\x1b[H", "ctrl+u": "\x15", "ctrl+l": "\x0c", "ctrl+r": "\x12", "pgdown": "\x1b[6~",
}

// press presses keys by their names.
func (x *terminal) press(names ...string) {
	x.t.Helper()
	for _, name := range names {
		b, ok := keyBytes[name]
		if !ok {
			x.t.Fatalf("there is no key %q", name)
		}
		x.send(b)
	}
}

// paste types text in brackets, as a terminal does that was asked to.
func (x *terminal) paste(text string) { x.t.Helper(); x.send("\x1b[200~" + text + "\x1b[201~") }

// pressUntil presses a key, anew for as long as it has no effect: Review takes no
// enter, and nothing quits, right behind another key.
func (x *terminal) pressUntil(name, text string) {
	x.t.Helper()
	for range 20 {
		x.quiet(300 * time.Millisecond)
		x.press(name)
		if x.shows(text, 2*time.Second) {
			return
		}
	}
	x.t.Fatalf("%s never brought %q; the screen is:\n%s", name, text, x.screen())
}

// end waits for the end of the program and returns how it ended, once all that it
// wrote is drawn.
func (x *terminal) end() error {
	x.t.Helper()
	select {
	case err := <-x.ended:
		const mark = "\x1b]2;all is drawn\a"
		if _, err := x.tty.WriteString(mark); err != nil {
			x.t.Fatal(err)
		}
		x.until("all output", func(string) bool { return strings.HasSuffix(x.all(), mark) })
		return err
	case <-time.After(clitest.Patience):
		x.t.Fatalf("the program did not end; the screen is:\n%s", x.screen())
		return nil
	}
}

// quit leaves the console by its key and demands a good end. While the outbox is not
// open yet the console asks once more.
func (x *terminal) quit() {
	x.t.Helper()
	for range 10 {
		x.quiet(200 * time.Millisecond)
		x.press("ctrl+q")
		select {
		case err := <-x.ended:
			x.ended <- err
			if err := x.end(); err != nil {
				x.t.Errorf("got %v after ctrl+q, want a good end; the screen is:\n%s", err, x.screen())
			}
			return
		case <-time.After(2 * time.Second):
		}
	}
	x.t.Fatalf("ctrl+q does not end telex; the screen is:\n%s", x.screen())
}

// restored demands a terminal as it was before the program.
func (x *terminal) restored() {
	x.t.Helper()
	after, err := term.GetState(int(x.tty.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if !reflect.DeepEqual(after, x.before) {
		x.t.Errorf("got the terminal's settings %+v, want %+v as before", after, x.before)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.emulate.IsAltScreen() {
		x.t.Error("the alternate screen was not left")
	}
	if x.emulate.CursorHidden() {
		x.t.Error("the cursor is hidden")
	}
	if x.kitty != 0 || x.modify {
		x.t.Errorf("got %d keyboard modes and modifyOtherKeys %v left on, want none", x.kitty, x.modify)
	}
	for name, mode := range map[string]string{"bracketed paste": "2004", "synchronized output": "2026", "graphemes": "2027", "focus": "1004", "mouse": "1000", "mouse motion": "1003"} {
		if on, off := bytes.LastIndex(x.written, []byte("\x1b[?"+mode+"h")), bytes.LastIndex(x.written, []byte("\x1b[?"+mode+"l")); on > off {
			x.t.Errorf("%s is left on", name)
		}
	}
	if on, off := bytes.LastIndex(x.written, []byte("\x1b[?7h")), bytes.LastIndex(x.written, []byte("\x1b[?7l")); off > on {
		x.t.Error("lines are not wrapped any more")
	}
}
