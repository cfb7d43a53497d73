package messaging

import (
	"context"
	"sync"
	"time"
)

// A pause is when the API takes messages again, as it said to any of the calls that create
// them by refusing one (429). All of them wait for it: many that try by themselves would be
// refused together, again and again.
type pause struct {
	mu         sync.Mutex
	set, until time.Time
}

// extend makes it last for d from now on, unless it lasts longer already.
func (p *pause) extend(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if until := now.Add(d); until.After(p.until) {
		p.set, p.until = now, until
	}
}

// end ends it if a request that was made since was taken after all.
func (p *pause) end(request time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if request.After(p.set) {
		p.until = time.Time{}
	}
}

// left is how long it still lasts; 0 if it is over.
func (p *pause) left() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(time.Until(p.until), 0)
}

// wait waits for its end, if that comes before the end of ctx: whose time is up before is
// refused by the API itself, in its own words.
func (p *pause) wait(ctx context.Context) {
	if d := p.left(); d > 0 && fits(ctx, d) {
		sleep(ctx, d)
	}
}

// Pause is for how long the API wants no more messages, as it said by 429 to a call of
// Send; 0 if it said nothing or that is over. Every call of Send waits for its end, unless
// its own time is up before; who has more messages to send does well to begin none.
func (c *Client) Pause() time.Duration { return c.limited.left() }
