package say

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestFeed: lines come out in order; while nobody reads them nobody is kept waiting, and
// what does not fit is counted.
func TestFeed(t *testing.T) {
	t.Parallel()
	stuck, reached := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var shown []string
	f := NewFeed(func(line string) error {
		once.Do(func() { close(reached); <-stuck })
		shown = append(shown, line)
		return nil
	}, func(n int) string { return fmt.Sprintf("%d lost", n) }, nil)
	f.Add("first")
	<-reached
	long := strings.Repeat("x", mostWaiting/4)
	for range 6 { // of which four fit
		f.Add(long)
	}
	if f.bytes > mostWaiting {
		t.Errorf("%d bytes wait", f.bytes)
	}
	close(stuck)
	f.End(nil)
	if want := []string{"first", long, long, long, long, "2 lost"}; fmt.Sprint(shown) != fmt.Sprint(want) {
		t.Errorf("got %d lines, ending in %q", len(shown), shown[len(shown)-1])
	}
}

// TestFeedBroken: an output that breaks is told of once, and keeps nobody waiting at the end.
func TestFeedBroken(t *testing.T) {
	t.Parallel()
	told := 0
	f := NewFeed(func(string) error { return errors.New("gone") }, nil, func(error) { told++ })
	f.Add("a", "b")
	f.Add("c")
	f.End(nil)
	if told != 1 {
		t.Errorf("told %d times, want once", told)
	}
	forever := make(chan struct{})
	defer close(forever)
	g := NewFeed(func(string) error { <-forever; return nil }, nil, nil)
	g.Add("a")
	now := make(chan struct{})
	close(now)
	g.End(now)
}
