package ui

import (
	"context"
	"sync"
)

// inFlight counts the sends whose end is not recorded yet. The program may end
// while their commands run: Bubble Tea does not wait for them.
type inFlight struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when n becomes 0; nil while it is
}

// begin is called by the command itself, so that one that never runs counts not.
func (f *inFlight) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n++; f.n == 1 {
		f.none = make(chan struct{})
	}
}

func (f *inFlight) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n--; f.n == 0 {
		close(f.none)
		f.none = nil
	}
}

// wait returns when none is left, or ctx ends.
func (f *inFlight) wait(ctx context.Context) {
	f.mu.Lock()
	none := f.none
	f.mu.Unlock()
	if none == nil {
		return
	}
	select {
	case <-none:
	case <-ctx.Done():
	}
}
