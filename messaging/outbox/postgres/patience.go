package postgres

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// silenceTime is for how long a server that is asked something may say nothing; then the
// connection counts as lost. It is longer than a change waits for its turn: see settings.
const silenceTime = 45 * time.Second

// A patient connection ends where the other side says nothing for too long: what is between
// may have gone without a word, and nobody would ever hear of it.
type patient struct {
	net.Conn
	usual func() time.Duration // how long it may say nothing where nobody is in a hurry
	haste *haste

	mu    sync.Mutex
	bound bool // somebody set another end
}

// impatiently makes dial's connections such.
func impatiently(dial func(ctx context.Context, network, address string) (net.Conn, error), usual func() time.Duration, h *haste) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := h.dial(ctx, network, address, dial)
		if err != nil {
			return nil, err
		}
		p := &patient{Conn: c, usual: usual, haste: h}
		h.note(p, true)
		return p, nil
	}
}

// Read reads what comes in time. It is called when something was asked.
func (p *patient) Read(b []byte) (int, error) {
	if err := p.hurry(p.Conn.SetReadDeadline); err != nil {
		return 0, err
	}
	began := time.Now()
	n, err := p.Conn.Read(b)
	switch {
	case n > 0:
		p.haste.answered()
	case err != nil && !p.isBound() && !errors.Is(err, net.ErrClosed):
		p.haste.failed(began)
	}
	return n, err //nolint:wrapcheck // it is the connection
}

// Write writes what is taken in time.
func (p *patient) Write(b []byte) (int, error) {
	if err := p.hurry(p.Conn.SetWriteDeadline); err != nil {
		return 0, err
	}
	return p.Conn.Write(b) //nolint:wrapcheck // as above
}

// Close closes it.
func (p *patient) Close() error {
	p.haste.note(p, false)
	return p.Conn.Close() //nolint:wrapcheck // as above
}

// hurry sets an end, unless there is another one.
func (p *patient) hurry(set func(time.Time) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bound {
		return nil
	}
	return set(time.Now().Add(p.haste.most(p.usual())))
}

func (p *patient) isBound() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bound
}

// end has what is under way end then, unless there is another end.
func (p *patient) end(then time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.bound {
		_ = p.Conn.SetDeadline(then) // fails for one that is closed
	}
}

// SetDeadline sets an end that comes before the usual one, as that of a context does; zero
// takes it back.
func (p *patient) SetDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bound = !t.IsZero()
	return p.Conn.SetDeadline(t) //nolint:wrapcheck // as above
}
