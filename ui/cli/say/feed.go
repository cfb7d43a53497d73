package say

import (
	"fmt"
	"sync"

	"telex/ui/text"
)

// mostWaiting is how many bytes of lines wait for somebody to read them, such as a
// terminal that was stopped by ctrl+s.
const mostWaiting = 8 << 20

// A Feed prints lines, in their order, and keeps nobody waiting who has some, such as whoever records.
// What does not fit any more is counted and not printed.
type Feed struct {
	show func(line string) error
	lost func(n int) string
	fail func(error)

	mu      sync.Mutex
	wake    sync.Cond
	waiting []string
	bytes   int
	omitted int
	closed  bool
	ended   chan struct{} // closed when everything is printed
}

// NewFeed is one that prints by show, which gets each line without its end, until it is ended.
// Lost is the line that stands for n that were not printed; fail is told once that nothing can
// be printed any more.
func NewFeed(show func(line string) error, lost func(n int) string, fail func(error)) *Feed {
	f := &Feed{show: show, lost: lost, fail: fail, ended: make(chan struct{})}
	f.wake.L = &f.mu
	go f.run()
	return f
}

// Add has lines printed, together or not at all.
func (f *Feed) Add(lines ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	size := 0
	for _, line := range lines {
		size += len(line)
	}
	if f.bytes+size > mostWaiting {
		f.omitted += len(lines)
	} else {
		f.waiting, f.bytes = append(f.waiting, lines...), f.bytes+size
	}
	f.wake.Signal()
}

// End lets what waits be printed, and returns when that is done or took too long.
func (f *Feed) End(tooLong <-chan struct{}) {
	f.mu.Lock()
	f.closed = true
	f.wake.Signal()
	f.mu.Unlock()
	select {
	case <-f.ended:
	case <-tooLong:
	}
}

func (f *Feed) run() {
	defer close(f.ended)
	broken := false
	for {
		lines, more := f.take()
		for _, line := range lines {
			if broken {
				break
			}
			if err := f.show(line); err != nil {
				broken = true // what is recorded stays so
				f.fail(err)
			}
		}
		if !more {
			return
		}
	}
}

// take waits for lines; more is false if no others follow.
func (f *Feed) take() (lines []string, more bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.waiting) == 0 && f.omitted == 0 && !f.closed {
		f.wake.Wait()
	}
	lines = f.waiting
	if f.omitted > 0 {
		lines = append(lines, f.lost(f.omitted))
	}
	f.waiting, f.bytes, f.omitted = nil, 0, 0
	return lines, !f.closed
}

// Notes are lines for people, on standard error, that keep nobody waiting who says them. A
// [Printer] does where nobody reads, such as on a terminal that was stopped by ctrl+s.
type Notes struct{ feed *Feed }

// Notes are notes of a run, until they are ended.
func (p *Printer) Notes() *Notes {
	show := func(line string) error { p.Say("%s", line); return nil }
	lost := func(n int) string {
		return fmt.Sprintf("warning: %s left out: nobody read them", text.Count(n, "line"))
	}
	return &Notes{NewFeed(show, lost, func(error) {})}
}

// Say is [Printer.Say].
func (n *Notes) Say(format string, args ...any) { n.feed.Add(fmt.Sprintf(format, args...)) }

// Warn says that something is not done, and why.
func (n *Notes) Warn(what string, err error) {
	why, more, hint := Parts(err)
	n.Say("warning: %s: %s", what, why)
	for _, line := range more {
		n.Say("  - %s", line)
	}
	if hint != "" {
		n.Say("  %s", hint)
	}
}

// End lets what waits be printed, and returns when that is done or took too long.
func (n *Notes) End(tooLong <-chan struct{}) { n.feed.End(tooLong) }
