package ui

import (
	"testing"
	"time"
)

// TestQuiet: it is still when nothing was typed for long enough, and at the beginning.
func TestQuiet(t *testing.T) {
	t.Parallel()
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	q := quiet{least: stillBefore}
	if !q.Still(now) {
		t.Error("got it not still before anything was typed")
	}
	q.Note(now)
	for after, want := range map[time.Duration]bool{0: false, stillBefore - 1: false, stillBefore: true} {
		if got := q.Still(now.Add(after)); got != want {
			t.Errorf("%v after a key: got still %v, want %v", after, got, want)
		}
	}
}
