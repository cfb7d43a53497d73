//go:build unix

package terminal

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A hold is the terminal while it is a program's: raw, and read.
type hold struct {
	in      *Keyboard
	was     *term.State
	read    chan struct{}  // closed when it is not read any more
	resized chan os.Signal // it has another size, perhaps
	reader  interface {
		io.ReadCloser
		Cancel() bool
	}
}

// grab makes the terminal raw, and sends what is typed into it to msgs.
func grab(ctx context.Context, in *Keyboard, name string, msgs chan<- tea.Msg, crashes chan<- crash) (*hold, error) {
	was, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("make the terminal raw: %w", err)
	}
	h := &hold{in: in, was: was, read: make(chan struct{}), resized: make(chan os.Signal, 1)}
	if h.reader, err = uv.NewCancelReader(in); err != nil {
		_ = term.Restore(int(in.Fd()), was)
		return nil, fmt.Errorf("read the terminal: %w", err)
	}
	signal.Notify(h.resized, syscall.SIGWINCH)
	go func() {
		defer close(h.read)
		defer recovered(crashes)
		// Its end is no news here: the keyboard tells of that.
		_ = uv.NewTerminalReader(h.reader, name).StreamEvents(ctx, msgs)
	}()
	return h, nil
}

// unreadWithin is how long the end of reading may take. It does not come where reading
// cannot be cancelled.
const unreadWithin = 500 * time.Millisecond

// release makes the terminal what it was. What was read by then and did not fit into
// msgs is returned.
func (h *hold) release(msgs <-chan tea.Msg) (read []tea.Msg) {
	signal.Stop(h.resized)
	if h.reader.Cancel() {
		limit := time.NewTimer(unreadWithin)
		defer limit.Stop()
		for waits := true; waits; {
			select {
			case msg := <-msgs: // for as long as they are full nothing ends
				read = append(read, msg)
			case <-h.read:
				waits = false
			case <-limit.C:
				waits = false
			}
		}
	}
	_ = h.reader.Close()
	_ = term.Restore(int(h.in.Fd()), h.was) // if it is gone there is nothing to restore
	return read
}

// recovered turns a panic into a crash.
func recovered(crashes chan<- crash) {
	if value := recover(); value != nil {
		select {
		case crashes <- crash{value, debug.Stack()}:
		default: // one is enough
		}
	}
}

// take makes the terminal the program's.
func (p *Program) take() error {
	held, err := grab(p.ctx, p.o.In, Env(p.o.Environ, "TERM"), p.msgs, p.crashes)
	if err == nil {
		p.held = held
	}
	return err
}

// giveBack makes the terminal what it was, and reports whether it took that.
func (p *Program) giveBack() bool {
	if !p.out.finish() {
		return false
	}
	if b := p.paint.leave(); len(b) > 0 {
		p.out.write(b)
		if !p.out.finish() {
			return false
		}
	}
	p.letGo()
	return true
}

// letGo makes the terminal's settings those of before, and reads it no more.
func (p *Program) letGo() {
	if p.held != nil { // it was not taken back, perhaps
		p.later = append(p.later, p.held.release(p.msgs)...)
		p.held = nil
	}
}

// away gives the terminal back for as long as do runs. Do does not run if the terminal
// takes nothing.
func (p *Program) away(do func()) error {
	if !p.giveBack() {
		return errStuck
	}
	do()
	if err := p.take(); err != nil {
		return err
	}
	p.paint.forget()
	p.resized()
	return nil
}

// stop stops the process, as a shell stops a job, until it goes on.
func stop() {
	on := make(chan os.Signal, 1)
	signal.Notify(on, unix.SIGCONT)
	defer signal.Stop(on)
	if unix.Kill(0, unix.SIGTSTP) == nil {
		<-on
	}
}
