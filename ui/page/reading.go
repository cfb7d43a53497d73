package page

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// ShortRest is how long nothing is read again unasked, where reading takes next to no time.
const ShortRest = time.Second

// A Reading is how a page in front reads, in the background, what others may change: again
// when it is told of a change, but one at a time and with a rest behind each, so that
// however often that is, what was begun is shown. The zero Reading is that of a page that
// is not in front. It is for one goroutine.
type Reading struct {
	front bool
	turn  int  // tells the reading that is waited for from earlier ones
	busy  bool // it is under way
	rests bool // it ended a moment ago
	stale bool // something changed since it began
}

// Rested is the end of a rest.
type Rested struct {
	of   ID
	turn int
}

// To is the page that rested.
func (r Rested) To() ID { return r.of }

// Show notes that the page comes to the front.
func (r *Reading) Show() { r.front = true }

// Leave notes that another page does. What is being read is of no interest any more.
func (r *Reading) Leave() {
	r.turn++
	r.front, r.busy, r.rests, r.stale = false, false, false, false
}

// Begin begins a reading, in place of the one that is under way. The turn is for End.
func (r *Reading) Begin() (turn int) {
	r.turn++
	r.busy, r.rests, r.stale = true, false, false
	return r.turn
}

// Busy reports whether a reading is under way.
func (r *Reading) Busy() bool { return r.busy }

// Changed notes that something changed, and reports whether it is to be read now.
func (r *Reading) Changed() bool {
	if !r.front {
		return false
	}
	r.stale = r.busy || r.rests
	return !r.stale
}

// End ends a reading. It reports false if another one was begun since, or the page was left.
func (r *Reading) End(turn int) bool {
	if turn != r.turn {
		return false
	}
	r.busy = false
	return true
}

// Rest has a page read nothing unasked for a while after a reading.
func (r *Reading) Rest(of ID, long time.Duration) tea.Cmd {
	r.rests = true
	end := Rested{of, r.turn}
	return tea.Tick(long, func(time.Time) tea.Msg { return end })
}

// Again ends a rest, and reports whether something changed meanwhile, so that it is read
// again.
func (r *Reading) Again(msg Rested) bool {
	if msg.turn != r.turn {
		return false
	}
	r.rests = false
	return r.stale
}
