//go:build unix

package terminal

import "time"

const (
	// perFrame is how long a repaint stands, where one comes after the other.
	perFrame = time.Second / 60
	// atOnce is how many repaints need not wait: those of keys, which come one by one.
	atOnce = 8
)

// A pace keeps an endless stream of news from being drawn more often than anybody can
// see. The zero value is ready.
type pace struct {
	paid time.Time // until when what was drawn so far lasts at 60 a second
}

// wait is how long the next repaint has to wait; 0 for not at all.
func (p *pace) wait(now time.Time) time.Duration {
	return max(p.paid.Add(-(atOnce-1)*perFrame).Sub(now), 0)
}

// note says that a repaint was drawn.
func (p *pace) note(now time.Time) {
	if p.paid.Before(now) {
		p.paid = now
	}
	p.paid = p.paid.Add(perFrame)
}
