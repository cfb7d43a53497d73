package cli

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/ui/cli/ask"
	"telex/ui/cli/clitest"

	"github.com/creack/pty"
)

// A typist is a person at a terminal, who answers questions.
type typist struct {
	t             *testing.T
	master, slave *os.File

	mu      sync.Mutex
	screen  string // all that the terminal showed
	read    int    // as far as it was waited for
	changed chan struct{}
}

// withTypist puts a person at a terminal into a world.
func (w *world) withTypist() *typist {
	w.t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		w.t.Skip("no pseudo-terminals here: ", err)
	}
	y := &typist{t: w.t, master: master, slave: slave, changed: make(chan struct{}, 1)}
	w.t.Cleanup(func() { _, _ = slave.Close(), master.Close() })
	go func() {
		buffer := make([]byte, 1024)
		for {
			n, err := master.Read(buffer)
			y.mu.Lock()
			y.screen += string(buffer[:n])
			y.mu.Unlock()
			select {
			case y.changed <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	w.typist = y
	return y
}

// open opens the terminal as telex does.
func (y *typist) open() (ask.Pair, error) {
	f, err := os.OpenFile(y.slave.Name(), os.O_RDWR, 0)
	return ask.Pair{In: f, Out: f}, err
}

// shown is all that the terminal showed.
func (y *typist) shown() string {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.screen
}

// wait waits until the terminal shows text, after what was waited for before.
func (y *typist) wait(text string) bool {
	limit := time.After(clitest.Patience)
	for late := false; ; {
		y.mu.Lock()
		at := strings.Index(y.screen[y.read:], text)
		if at >= 0 {
			y.read += at + len(text)
		}
		y.mu.Unlock()
		if at >= 0 {
			return true
		}
		if late {
			y.t.Errorf("%q never came; the terminal shows:\n%s", text, y.shown())
			return false
		}
		select {
		case <-y.changed:
		case <-limit:
			late = true // after a last look
		}
	}
}

// press presses keys.
func (y *typist) press(keys string) {
	if _, err := y.master.WriteString(keys); err != nil {
		y.t.Error(err)
	}
}

// answer runs telex while the person gives answers: pairs of what the terminal shows
// and what is typed then, to which enter is added unless it ends in ctrl+c or ctrl+d.
func (w *world) answer(stdin string, args []string, answers ...[2]string) ended {
	w.t.Helper()
	done := make(chan ended, 1)
	go func() { done <- w.run(stdin, args...) }()
	for _, a := range answers {
		if !w.typist.wait(a[0]) {
			w.typist.press("\x03")
			break
		}
		if keys := a[1]; strings.HasSuffix(keys, "\x03") || strings.HasSuffix(keys, "\x04") {
			w.typist.press(keys)
		} else {
			w.typist.press(keys + "\r")
		}
	}
	select {
	case e := <-done:
		return e
	case <-time.After(2 * clitest.Patience):
		w.t.Fatalf("telex %q did not end; the terminal shows:\n%s", args, w.typist.shown())
		return ended{}
	}
}
