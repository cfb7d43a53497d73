package history

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// TestMailing: messages that were made together are one row with their states; opened,
// the list has those alone, and esc leads back to the row.
func TestMailing(t *testing.T) {
	s := &numbered{n: 9, mailings: map[int64]outbox.Mailing{7: {Last: 7, Size: 204, States: map[outbox.State]int{outbox.Delivered: 199, outbox.Failed: 5}}}}
	h := shown(t, s)
	last := func() outbox.Filter { return s.asked[len(s.asked)-1] }
	if !last().Folded || !strings.Contains(screen(h), "✗ 204 texts") || !strings.Contains(screen(h), "✓199 ✗5 Hi") {
		t.Errorf("got %+v asked and\n%s\nwant one row for all of them, with the worst of their states", last(), screen(h))
	}
	give(t, h, letter('j'))
	give(t, h, letter('j')) // on it
	for _, r := range "rsy" {
		tell, ok := give(t, h, letter(r)).(page.Tell)
		if !ok || !strings.Contains(tell.Status.Text, "these are 204 messages: enter opens them") {
			t.Errorf("%c: got %+v, want a word that they have to be opened", r, tell)
		}
	}
	give(t, h, press(tea.KeyEnter))
	if f := last(); f.Mailing != 7 || f.Folded || h.opened != nil {
		t.Errorf("got %+v asked, want the messages of the mailing, each in a row", f)
	}
	give(t, h, press(tea.KeyEscape))
	if f := last(); f.Mailing != 0 || !f.Folded || h.Selected() != 7 {
		t.Errorf("got %+v asked and row %d selected, want all again with the cursor on the mailing", f, h.Selected())
	}
	if in := give(t, h, press(tea.KeyEscape)); in != (page.Back{}) {
		t.Errorf("got %v, want esc to leave then", in)
	}
	if give(t, h, letter('/')); last().Folded {
		give(t, h, letter('x'))
	}
	s.asked = nil
	give(t, h, h.load(loadNewest)())
	if f := s.asked[1]; f.Search != "x" || f.Folded { // after the newest
		t.Errorf("got %+v asked, want each message that is found in a row of its own", f)
	}
}

// TestMailingCounts: an opened mailing has its own counts, and those of all are not taken for
// them.
func TestMailingCounts(t *testing.T) {
	s := &numbered{n: 9, mailings: map[int64]outbox.Mailing{9: {Last: 9, Size: 204, States: map[outbox.State]int{outbox.Delivered: 199, outbox.Failed: 5}}}}
	h := shown(t, s)
	if got := screen(h); !strings.Contains(got, "Show    [all 9]  ✓ delivered 9") {
		t.Errorf("got\n%s", got)
	}
	give(t, h, press(tea.KeyEnter))
	if got := screen(h); !strings.Contains(got, "Batch   [all 204]  ✓ delivered 199  ✗ failed 5") {
		t.Errorf("of the mailing got\n%s", got)
	}
	give(t, h, press(tea.KeyEscape))
	if got := screen(h); !strings.Contains(got, "Show    [all 9]  ✓ delivered 9") {
		t.Errorf("of all again got\n%s", got)
	}
	s.mailings = nil
	h.mailing = 9 // of which one is left
	give(t, h, h.load(loadNewest)())
	if got := screen(h); !strings.Contains(got, "Batch   [all]") {
		t.Errorf("of what is no mailing any more got\n%s", got)
	}
}

// TestHeads: each column has its head over it, also that of the message's number; where rows
// are few, none is spent on that.
func TestHeads(t *testing.T) {
	h := shown(t, &numbered{n: 123})
	h.Resize(200, 20)
	rows := strings.Split(screen(h), "\n")
	head, first := rows[2], rows[4]
	for column, value := range map[string]string{"time": "00:00", "state": "delivered", "to": "+1", "id": "23 ", "text": "Hi"} {
		if at := strings.Index(first, value); at < 0 || text.Width(head[:strings.Index(head, column)]) != text.Width(first[:at]) {
			t.Errorf("got %q over %q, want %s over %s", head, first, column, value)
		}
	}
	h.Resize(40, 9)
	if got := screen(h); strings.Contains(got, "time") {
		t.Errorf("on a low screen got\n%s", got)
	}
}

// TestMailingTones: each state of a mailing has its own tone, and not that of the worst one.
// Of an MMS that was handed over nobody says that it was delivered.
func TestMailingTones(t *testing.T) {
	theme := widget.Look{Theme: widget.ThemeDark}.New()
	m := outbox.Mailing{Size: 6, States: map[outbox.State]int{outbox.Delivered: 5, outbox.Failed: 1}, HandedOver: 3}
	lines := (&beside{head: mailingHead(m)}).frame(theme).Lines
	bold := func(tone widget.Tone, words string) string { return theme.In(tone).Bold().Render(words) }
	want := []string{
		theme.Title.Render("6 texts"), bold(widget.Good, "✓ 2 delivered"), bold(widget.OnItsWay, "● 3 handed over"), bold(widget.Bad, "✗ 1 failed"),
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
	delete(m.States, outbox.Failed)
	if got := words.State(worstOf(m)); got != words.HandedOver {
		t.Errorf("the row says %s of some that were handed over, want that", got)
	}
}
