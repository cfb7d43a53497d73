package listen

import "sync"

// mostWaiting is how many bytes of lines wait for somebody to read them, such as a
// terminal that was stopped by ctrl+s.
const mostWaiting = 8 << 20

// A feed prints lines, in their order, and keeps nobody waiting who has some, such as whoever records.
// What does not fit any more is counted and not printed.
type feed struct {
	show func(line string) error // prints one line, given without its end
	lost func(n int) string      // the line that stands for n that were not printed
	fail func(error)             // is told once that nothing can be printed any more

	mu      sync.Mutex
	wake    sync.Cond
	waiting []string
	bytes   int
	omitted int
	closed  bool
	ended   chan struct{} // closed when everything is printed
}

// start lets f print until it is closed.
func (f *feed) start() {
	f.wake.L, f.ended = &f.mu, make(chan struct{})
	go f.run()
}

// add has lines printed, together or not at all.
func (f *feed) add(lines ...string) {
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

// end lets what waits be printed, and returns when that is done or took too long.
func (f *feed) end(tooLong <-chan struct{}) {
	f.mu.Lock()
	f.closed = true
	f.wake.Signal()
	f.mu.Unlock()
	select {
	case <-f.ended:
	case <-tooLong:
	}
}

func (f *feed) run() {
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
func (f *feed) take() (lines []string, more bool) {
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
