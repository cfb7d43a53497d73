package postgres

import (
	"context"
	"maps"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	// briefly is for how long altogether one that is away is waited for when the time for that
	// is over.
	briefly = time.Second
	// least is for how long it is waited for at least by who waits for it at all.
	least = 100 * time.Millisecond
)

// A haste is that of a process that is to end: for how long it waits for a server that is
// away. It is safe for concurrent use; the zero value
// is none.
type haste struct {
	mu    sync.Mutex
	until time.Time     // then the time is over; zero: nobody is in a hurry
	each  time.Duration // for so long a server that is not away may say nothing
	away  bool          // the last that was heard of the server is that it is away
	spent time.Duration // of briefly
	conns map[*patient]bool
	dials map[*context.CancelFunc]bool
}

// begin has everybody wait for so long at most, all in all and each time, also those that wait
// already.
func (h *haste) begin(most, each time.Duration) {
	h.mu.Lock()
	now := time.Now()
	h.until, h.each, h.spent = now.Add(most), each, 0
	for cancel := range h.dials {
		time.AfterFunc(each, *cancel)
	}
	conns := slices.Collect(maps.Keys(h.conns))
	h.mu.Unlock()
	for _, p := range conns { // which may be asking how long they may wait
		p.end(now.Add(each))
	}
}

// end is that there is time again.
func (h *haste) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = time.Time{}
}

// over reports whether something is not to be tried again that began then and has so much
// time.
func (h *haste) over(began time.Time, most time.Duration) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until.IsZero() {
		return time.Since(began) > most
	}
	return time.Now().After(h.until)
}

// most is for how long a server may say nothing, of which else it may for so long; 0 is that
// it is not waited for at all.
func (h *haste) most(usual time.Duration) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch left := time.Until(h.until); {
	case h.until.IsZero():
		return usual
	case !h.away:
		return min(usual, h.each)
	case left > 0:
		return min(usual, max(left, least))
	case h.spent >= briefly:
		return 0
	}
	return min(usual, max(briefly-h.spent, least))
}

// answered notes that the server said something.
func (h *haste) answered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.away = false
}

// failed notes that it did not, to who began to wait then.
func (h *haste) failed(began time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); !h.until.IsZero() && now.After(h.until) {
		h.spent += min(now.Sub(began), now.Sub(h.until))
	}
	h.away = true
}

// dial connects, if there is time for it.
func (h *haste) dial(ctx context.Context, network, address string, dial func(ctx context.Context, network, address string) (net.Conn, error)) (net.Conn, error) {
	late := &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
	most := h.most(silenceTime)
	if most == 0 {
		return nil, late
	}
	within, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	h.mu.Lock()
	if h.dials == nil {
		h.dials = map[*context.CancelFunc]bool{}
	}
	h.dials[&cancel] = true
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.dials, &cancel)
	}()
	began := time.Now()
	c, err := dial(within, network, address)
	if err != nil {
		h.failed(began)
	}
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		return nil, late
	}
	return c, err
}

// note notes a connection, or that it is over.
func (h *haste) note(p *patient, open bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conns == nil {
		h.conns = map[*patient]bool{}
	}
	if open {
		h.conns[p] = true
	} else {
		delete(h.conns, p)
	}
}
