package outbox

import "time"

// A rhythm says how long a drain waits for those that just left, before it records what
// ended: they share the commit then, most of which costs the same for one message as for
// all that may be on their way.
type rhythm struct {
	took   time.Duration // by the last turn
	missed int           // how often in a row most of them took longer
	rests  int           // for so many turns it is not tried again
}

const (
	// longestLull bounds it: one slow answer holds nobody up.
	longestLull = 5 * time.Millisecond
	// mostMissed bounds for how many turns it is not tried again: 2 to the power of it.
	mostMissed = 6
)

// lull is for how long to wait: half of what a commit takes is never more than half of what
// it costs not to wait. 0: not at all, for lately it was in vain.
func (r *rhythm) lull() time.Duration {
	if r.rests > 0 {
		r.rests--
		return 0
	}
	return min(r.took/2, longestLull)
}

// heard notes how many of those that had just left ended within the lull.
func (r *rhythm) heard(ended, of int) {
	if 2*ended >= of {
		r.missed = 0
		return
	}
	r.missed = min(r.missed+1, mostMissed)
	r.rests = 1 << r.missed
}

// gather is what ended, with what ended meanwhile or ends in a moment.
func (d *drain) gather(t *turn, first *end) (ended []*end) {
	if first != nil {
		ended = append(ended, first)
	}
	for more := true; more; {
		select {
		case e := <-d.ends:
			ended = append(ended, e)
		default:
			more = false
		}
	}
	if len(ended) > 0 {
		ended = d.linger(t, ended)
	}
	d.open -= len(ended)
	d.lead.answered = d.lead.answered || len(ended) > 0
	return ended
}

// linger waits a moment for the rest of those that left after a turn. What left before that
// is slow, and not waited for.
func (d *drain) linger(t *turn, ended []*end) []*end {
	open := map[int64]bool{}
	for _, c := range t.claims {
		open[c.id] = true
	}
	for _, e := range ended {
		delete(open, e.id)
	}
	left := len(open)
	if left == 0 {
		return ended
	}
	lull := d.rhythm.lull()
	if lull <= 0 {
		return ended
	}
	over := time.NewTimer(lull)
	defer over.Stop()
	for len(open) > 0 {
		select {
		case e := <-d.ends:
			ended = append(ended, e)
			delete(open, e.id)
			continue
		case <-over.C:
		}
		break
	}
	d.rhythm.heard(left-len(open), left)
	return ended
}
