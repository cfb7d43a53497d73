package history

import (
	"context"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/widget"
)

// troubled is a store whose messages have states of their own.
type troubled struct {
	*numbered

	states map[int64]outbox.State
}

func (s *troubled) Look(ctx context.Context, f outbox.Filter, enough func() bool) (outbox.Page, error) {
	p, err := s.numbered.Look(ctx, f, enough)
	for i, e := range p.Entries {
		if state, own := s.states[e.ID]; own {
			p.Entries[i].State = state
		}
	}
	return p, err
}

// TestUrgentFirst: an opened mailing begins with the messages that somebody has to look at, the
// worst first, under a title, and so it stays when it is read again.
func TestUrgentFirst(t *testing.T) {
	states := map[outbox.State]int{outbox.Delivered: 196, outbox.Failed: 2, outbox.Unknown: 1, outbox.Unconfirmed: 1}
	s := &troubled{
		&numbered{n: 200, mailings: map[int64]outbox.Mailing{200: {Last: 200, Size: 200, States: states}}},
		map[int64]outbox.State{40: outbox.Failed, 90: outbox.Unconfirmed, 150: outbox.Failed, 7: outbox.Unknown},
	}
	h := shown(t, s)
	give(t, h, press(tea.KeyEnter))
	for range 2 {
		var got []int64
		for _, e := range h.rows.entries[:6] {
			got = append(got, e.ID)
		}
		if want := []int64{7, 150, 40, 90, 200, 199}; !slices.Equal(got, want) {
			t.Errorf("got %v first, want %v", got, want)
		}
		give(t, h, h.load(loadAnew)())
	}
	give(t, h, press(tea.KeyHome))
	all := strings.Join(h.View(nil, widget.Theme{}).Lines, "\n")
	first, rest := strings.Index(all, "PROBLEMS FIRST"), strings.Index(all, "THE REST")
	if first < 0 || rest < first || strings.Count(all[first:rest], "?")+strings.Count(all[first:rest], "✗") != 3 {
		t.Errorf("got\n%s\nwant the problems under a title", all)
	}
	for range 250 {
		give(t, h, press(tea.KeyDown))
	}
	if n := len(h.rows.entries); n != 200 || h.Selected() != 1 {
		t.Errorf("got %d rows with %d at the end, want each once", n, h.Selected())
	}
	if f := s.asked[len(s.asked)-1]; f.Limit != rowsKept {
		t.Errorf("got %+v asked last, want all at once", f)
	}
}

// TestUrgentAlone: of a mailing that is too large to be put in order those messages stand
// alone that somebody has to look at; esc shows all.
func TestUrgentAlone(t *testing.T) {
	states := map[outbox.State]int{outbox.Delivered: 9_990, outbox.Failed: 8, outbox.Rejected: 2}
	s := &numbered{n: 10_000, mailings: map[int64]outbox.Mailing{10_000: {Last: 10_000, Size: 10_000, States: states}}}
	h := shown(t, s)
	give(t, h, press(tea.KeyEnter))
	if f := s.asked[len(s.asked)-1]; f.State != outbox.Failed || f.Mailing != 10_000 || f.Limit > 100 {
		t.Errorf("got %+v asked, want the failed ones", f)
	}
	give(t, h, press(tea.KeyEscape))
	if f := s.asked[len(s.asked)-1]; f.State != "" || f.Mailing != 10_000 {
		t.Errorf("got %+v asked, want all of the mailing", f)
	}
}

// TestMailingGrows: a mailing that grows while it is open is read in pages when it has become
// too large for one.
func TestMailingGrows(t *testing.T) {
	m := outbox.Mailing{Last: 300, Size: 300, States: map[outbox.State]int{outbox.Delivered: 300}}
	s := &numbered{n: 300, mailings: map[int64]outbox.Mailing{300: m}}
	h := shown(t, s)
	give(t, h, press(tea.KeyEnter))
	s.n, m.States = 900, map[outbox.State]int{outbox.Delivered: 900}
	s.mailings[300] = m
	give(t, h, h.load(loadAnew)())
	give(t, h, press(tea.KeyHome))
	for range 899 {
		give(t, h, press(tea.KeyDown))
	}
	if h.whole() || h.Selected() != 1 {
		t.Errorf("got %d at the end, want the oldest", h.Selected())
	}
}

// TestCountsOfSearch: what a search found is counted by state when it has found all, and in one
// number that may grow while there may be more.
func TestCountsOfSearch(t *testing.T) {
	s := &troubled{&numbered{n: 100, holds: func(id int64) bool { return id <= 3 }}, map[int64]outbox.State{2: outbox.Failed}}
	h := shown(t, s)
	h.counts = map[outbox.State]int{outbox.Delivered: 97, outbox.Failed: 2, outbox.Unknown: 1}
	h.search.Set("x")
	give(t, h, h.load(loadNewest)())
	h.counts = map[outbox.State]int{outbox.Delivered: 97, outbox.Failed: 2, outbox.Unknown: 1}
	if got := screen(h); !strings.Contains(got, "Show    [all 3]  ✓ delivered 2  ✗ failed 1  ? unknown 0") {
		t.Errorf("got\n%s\nwant what was found counted", got)
	}
	s.holds = nil
	give(t, h, h.load(loadNewest)())
	h.counts = map[outbox.State]int{outbox.Delivered: 97, outbox.Failed: 2}
	if got := screen(h); !strings.Contains(got, "+]  ✓ delivered  ✗ failed") {
		t.Errorf("got\n%s\nwant it said that there may be more", got)
	}
}
