//go:build unix

package terminal

import "time"

// A writer writes one repaint after the other, so that a terminal which takes nothing
// keeps nobody else from working. Its methods are for one goroutine.
type writer struct {
	tty  *TTY
	jobs chan []byte
	done chan struct{} // something was written, or never will be
	busy bool
}

func newWriter(tty *TTY) *writer {
	w := &writer{tty: tty, jobs: make(chan []byte, 1), done: make(chan struct{}, 1)}
	go func() {
		for b := range w.jobs {
			_ = tty.put(b) // a terminal that is gone is noticed where it is read
			w.done <- struct{}{}
		}
	}()
	return w
}

// write writes b, which is the writer's until done says so. Busy must be false.
func (w *writer) write(b []byte) {
	w.busy = true
	w.jobs <- b
}

// writtenWithin is how long the terminal may take to take what is written before it is
// given back. One that takes nothing for so long will not by itself.
const writtenWithin = 10 * time.Second

// finish waits until all is written, and reports whether it was.
func (w *writer) finish() bool {
	if !w.busy {
		return true
	}
	limit := time.NewTimer(writtenWithin)
	defer limit.Stop()
	select {
	case <-w.done:
		w.busy = false
		return true
	case <-w.tty.stuck:
	case <-limit.C:
	}
	return false
}

// close ends the writer, once nothing is written any more.
func (w *writer) close() { close(w.jobs) }
