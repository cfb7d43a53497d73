package history

import (
	"context"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/ui/widget"
)

// TestRowsHaveNames: who is a contact stands in the list by name, cleaned, in a group before
// how many others there are; the names of a page are asked for at once.
func TestRowsHaveNames(t *testing.T) {
	s := &numbered{n: 100, names: map[string]string{"+19195551212": "Ana\x1b[31m Ruíz"}}
	h := shown(t, s)
	for range 3 {
		h.View(nil, widget.Theme{})
	}
	if s.named != 1 {
		t.Errorf("names were asked for %d times for one page", s.named)
	}
	got := strings.Join(h.View(nil, widget.Theme{}).Lines, "\n")
	if !strings.Contains(got, "Ana") || strings.Contains(got, "+19195551212") || strings.Contains(got, "\x1b[31m") {
		t.Errorf("got %q, want names", got)
	}
	e := s.entry(1)
	e.Message.To = []string{"+19195551212", "+19195551213", "+19195551214"}
	s.names["+19195551212"] = "Ana of the very long name"
	h.rows.names = s.names
	if got := h.rows.whoGets(e); got != "Ana of the very… +2" {
		t.Errorf("got %q for a group, want how many others there are behind the name", got)
	}
}

// TestNamesOfRows: nobody is asked for of rows that stand for several, and who wrote is asked
// for of what came in.
func TestNamesOfRows(t *testing.T) {
	s := &asked{}
	in := outbox.Entry{ID: 2, Direction: outbox.In}
	in.Message.From, in.Message.To = "+2", []string{"+3"}
	out := outbox.Entry{ID: 1, Direction: outbox.Out}
	out.Message.From, out.Message.To = "+3", []string{"+1", "+2"}
	if _, err := namesOf(t.Context(), s, []outbox.Entry{in, out, {ID: 3}}, map[int64]outbox.Mailing{3: {}}); err != nil || strings.Join(s.numbers, " ") != "+1 +2" {
		t.Errorf("asked for %q, %v", s.numbers, err)
	}
	if _, err := namesOf(t.Context(), nil, []outbox.Entry{in}, map[int64]outbox.Mailing{2: {}}); err != nil {
		t.Errorf("nobody to be asked for: %v", err)
	}
}

// asked notes whose names are asked for.
type asked struct {
	Store

	numbers []string
}

func (s *asked) ContactNames(_ context.Context, numbers []string) (map[string]string, error) {
	s.numbers = numbers
	return nil, nil
}
