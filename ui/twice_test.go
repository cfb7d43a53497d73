package ui

import (
	"testing"
	"testing/synctest"
)

// TestTwice: both hear of a change, whichever of them is slow, and of the end.
func TestTwice(t *testing.T) {
	if one, other := twice(nil); one != nil || other != nil {
		t.Errorf("got %v and %v of nobody who tells, want nil", one, other)
	}
	synctest.Test(t, func(t *testing.T) {
		changes := make(chan struct{})
		slow, quick := twice(changes)
		for range 3 {
			changes <- struct{}{}
			<-quick
		}
		close(changes)
		synctest.Wait()
		told := 0
		for range slow {
			told++
		}
		if _, open := <-quick; open || told != 1 {
			t.Errorf("the slow one was told %d times, the other is told more: %v, want once and the end", told, open)
		}
	})
}
