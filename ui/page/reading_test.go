package page

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestReading: however often something changes, what is being read comes to its end, and is
// read once more after a rest; nothing is read for a page that is not in front.
func TestReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reading
		if r.Changed() {
			t.Error("it is read for a page that was never shown")
		}
		r.Show()
		if !r.Changed() {
			t.Error("the first change is not read")
		}
		turn := r.Begin()
		for range 3 {
			if r.Changed() {
				t.Error("it is read twice at once")
			}
		}
		if !r.Busy() || !r.End(turn) || r.Busy() {
			t.Error("what was begun does not come to its end")
		}
		began := time.Now()
		rest := r.Rest(People, ShortRest)
		again, ok := rest().(Rested)
		if !ok || again.To() != People || time.Since(began) != ShortRest {
			t.Errorf("after %s got %+v", time.Since(began), again)
		}
		if !r.Again(again) {
			t.Error("what changed meanwhile is not read after the rest")
		}
		first, second := r.Begin(), r.Begin()
		if r.End(first) || !r.End(second) {
			t.Error("a reading that was replaced counts")
		}
		if rest, ok := r.Rest(People, ShortRest)().(Rested); !ok || r.Again(rest) {
			t.Error("it is read again though nothing changed")
		}
		left := r.Begin()
		r.Changed()
		r.Leave()
		if r.End(left) || r.Changed() || r.Busy() {
			t.Error("it is read for a page that was left")
		}
		rest = r.Rest(People, ShortRest) // of what somebody asked for before it was left
		r.Changed()
		if again, ok := rest().(Rested); !ok || r.Again(again) {
			t.Error("a page that was left is read again")
		}
	})
}
