package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/page"
)

// listOf is a list of n numbers as it is pasted, the first of which is from.
func listOf(from, n int, between string) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("+1919%07d", 5550000+from+i))
	}
	return strings.Join(list, between)
}

// A slowPaste is a console in front of Recipients, whose commands wait.
type slowPaste struct {
	t    *testing.T
	a    *app
	next tea.Msg // that the next part can be read; nil: nothing waits
	said string
	most int // recipients that one Update added
}

func newSlowPaste(t *testing.T) *slowPaste {
	t.Helper()
	a := newApp(t.Context(), testDeps(&fakeSender{send: accept}), testNow)
	a.Init()
	a.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	a.goTo(page.Recipients, page.AtDefault)
	return &slowPaste{t: t, a: a}
}

// update updates the app, and notes what it asks for.
func (s *slowPaste) update(msg tea.Msg) {
	s.t.Helper()
	had := len(s.a.form.To) + len(s.a.form.Refused)
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case readOn, tea.PasteMsg:
		in, more := s.a.recipients.Update(msg, &s.a.form)
		s.a.act(in)
		cmd = more
	default:
		s.a.Update(msg)
	}
	s.most = max(s.most, len(s.a.form.To)+len(s.a.form.Refused)-had)
	s.said = s.a.status.Text
	switch msg.(type) {
	case readOn, tea.PasteMsg:
		s.next = nil
		if cmd != nil {
			s.next = cmd()
		}
	}
}

func (s *slowPaste) finish() (updates int) {
	for s.next != nil {
		s.update(s.next)
		updates++
	}
	return updates
}

// TestPasteOfThousands: ten thousand pasted recipients are read a part in each Update,
// whatever stands between them; what is typed meanwhile is kept, and it is said how far it is.
func TestPasteOfThousands(t *testing.T) {
	sample.Whole(t)
	const n = 10000
	for _, between := range []string{"\n", ", ", "\t", ";\n"} {
		s := newSlowPaste(t)
		s.update(tea.PasteMsg{Content: listOf(0, n, between)})
		if s.next == nil || !strings.Contains(s.said, fmt.Sprintf("%d read, %d to go; esc stops it", readAtOnce, n-readAtOnce)) {
			t.Fatalf("between %q: it says %q after the first part, want how far it is", between, s.said)
		}
		s.update(tea.KeyPressMsg{Code: '7', Text: "7"})
		s.update(s.next)
		s.update(tea.KeyPressMsg{Code: '8', Text: "8"})
		if bad := s.a.form.Problems(testNow()); !slices.ContainsFunc(bad, func(p messaging.Problem) bool { return strings.Contains(p.Why, "a paste is being read") }) {
			t.Errorf("%v while a paste is being read, want that as a problem", bad)
		}
		updates := s.finish()
		if len(s.a.form.To) != n || s.a.form.To[n-1] != fmt.Sprintf("+1919%07d", 5550000+n-1) || s.a.form.NewTo != "78" {
			t.Errorf("between %q: %d recipients and %q in the field, want %d and what was typed", between, len(s.a.form.To), s.a.form.NewTo, n)
		}
		if s.most > readAtOnce || updates < n/readAtOnce-3 {
			t.Errorf("between %q: up to %d were read in one of %d Updates, want %d at most", between, s.most, updates, readAtOnce)
		}
		if s.said != fmt.Sprintf("%d added", n) || s.a.form.Pasting != 0 {
			t.Errorf("between %q: it says %q at the end, %d to go", between, s.said, s.a.form.Pasting)
		}
	}
}

// TestPasteIsStopped: esc keeps what was read and leaves the page as it is; another message
// gets nothing of it.
func TestPasteIsStopped(t *testing.T) {
	s := newSlowPaste(t)
	s.update(tea.PasteMsg{Content: listOf(0, 1000, "\n")})
	s.update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if s.finish() != 1 || s.a.page != page.Recipients || len(s.a.form.To) != readAtOnce || s.a.form.Pasting != 0 ||
		!strings.Contains(s.said, "stopped: 200 added; 800 of what was pasted not read") {
		t.Errorf("on %s with %d recipients it says %q, want it stopped", s.a.page, len(s.a.form.To), s.said)
	}
	s.update(tea.PasteMsg{Content: listOf(2000, 500, "\n")})
	s.a.reset()
	if s.finish(); len(s.a.form.To) != 0 {
		t.Errorf("another message got %d recipients of the paste, want none", len(s.a.form.To))
	}
}

// TestTwoPastes: one that comes while another is read is read behind it, and all that is
// bad or twice is told once, at the end.
func TestTwoPastes(t *testing.T) {
	s := newSlowPaste(t)
	s.update(tea.PasteMsg{Content: listOf(0, 500, "\n") + "\n12\n34"})
	s.update(tea.PasteMsg{Content: listOf(300, 400, ",")})
	s.finish()
	if len(s.a.form.To) != 700 || len(s.a.form.Refused) != 2 || s.said != "700 added, 200 there already, 2 not phone numbers" {
		t.Errorf("%d recipients, %d refused, and it says %q", len(s.a.form.To), len(s.a.form.Refused), s.said)
	}
}
