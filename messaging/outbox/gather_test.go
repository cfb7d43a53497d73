package outbox

import (
	"testing"
	"testing/synctest"
	"time"
)

// lingering is a drain after a turn that took so long and sent these, with one older one on
// its way; each ends so long after it left.
func lingering(took time.Duration, ends map[int64]time.Duration) (*drain, *turn) {
	d, t := &drain{ends: make(chan *end, MostParallel), open: 1 + len(ends), rhythm: rhythm{took: took}}, &turn{}
	for id, after := range ends {
		t.claims = append(t.claims, claim{id: id})
		time.AfterFunc(after, func() { d.ends <- &end{claim: claim{id: id}} })
	}
	return d, t
}

// TestLinger: those that left together are recorded together if they end soon, and none of
// them waits for one that is slow.
func TestLinger(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		took   time.Duration
		ends   map[int64]time.Duration
		ended  int
		waited time.Duration
	}{
		"all soon":             {10 * ms, map[int64]time.Duration{2: 0, 3: ms, 4: 2 * ms}, 3, 2 * ms},
		"one is slow":          {10 * ms, map[int64]time.Duration{2: 0, 3: ms, 4: time.Minute}, 2, 5 * ms},
		"a quick commit":       {2 * ms, map[int64]time.Duration{2: 0, 3: 2 * ms, 4: 2 * ms}, 1, ms},
		"a disk that is stuck": {time.Minute, map[int64]time.Duration{2: 0, 3: time.Minute}, 1, longestLull},
		"alone":                {10 * ms, map[int64]time.Duration{2: 0}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, turn := lingering(test.took, test.ends)
				first, began := <-d.ends, time.Now()
				if got := d.gather(turn, first); len(got) != test.ended || d.open != 1+len(test.ends)-test.ended || time.Since(began) != test.waited {
					t.Errorf("after %s %d ended and %d are on their way, want %d after %s", time.Since(began), len(got), d.open, test.ended, test.waited)
				}
			})
		})
	}
}

// TestRhythm: where most take longer than is waited, it is waited less and less often, and
// again each time as soon as most do not.
func TestRhythm(t *testing.T) {
	r, waits := rhythm{took: time.Millisecond}, 0
	const turns = 1000
	for range turns {
		if r.lull() > 0 {
			waits++
			r.heard(7, 15)
		}
	}
	if most := mostMissed + turns>>mostMissed; waits > most {
		t.Errorf("of %d turns %d waited in vain, want %d at most", turns, waits, most)
	}
	for r.lull() == 0 {
		waits++
	}
	r.heard(8, 15)
	for range turns {
		if r.lull() == 0 {
			t.Fatal("it waits no more, though it is worth it")
		}
		r.heard(15, 15)
	}
}
