package figures

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
)

// A slow outbox counts until it is told to go on, or given up.
type slow struct {
	spans []outbox.Span
	by    []outbox.Breakdown
	took  time.Duration
	now   time.Time
	err   error
}

func (s *slow) Figures(ctx context.Context, of outbox.Span, by ...outbox.Breakdown) (outbox.Figures, error) {
	s.spans, s.by = append(s.spans, of), append(s.by, by...)
	s.now = s.now.Add(s.took)
	if ctx.Err() != nil {
		return outbox.Figures{}, ctx.Err()
	}
	return outbox.Figures{Tables: []outbox.Table{{By: by[0]}}}, s.err
}

func counting(t *testing.T, s *slow) *Page {
	t.Helper()
	s.now = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	p := New(t.Context(), Deps{Store: func() Store { return s }, Now: func() time.Time { return s.now }}, keys.New())
	p.Resize(80, 20)
	return p
}

func press(p *Page, keys ...tea.KeyPressMsg) (cmd tea.Cmd) {
	for _, k := range keys {
		_, cmd = p.Update(k, nil)
	}
	return cmd
}

var (
	right = tea.KeyPressMsg{Code: tea.KeyRight}
	by    = tea.KeyPressMsg{Code: 'b', Text: "b"}
)

// TestNothingWaits: keys are taken while it is counted, the last choice counts, and what it
// replaced is given up.
func TestNothingWaits(t *testing.T) {
	s := &slow{}
	p := counting(t, s)
	first := p.Show(nil, page.AtDefault)
	if view := p.View(nil, widget.Theme{}); !strings.Contains(strings.Join(view.Lines, "\n"), "Counting.") {
		t.Errorf("while it is counted: %q", view.Lines)
	}
	second := press(p, right, by)
	if _, again := p.Update(first(), nil); again != nil || p.read {
		t.Error("what was given up is shown, want the last choice alone")
	}
	p.Update(second(), nil)
	if !p.read || p.shown != [2]int{2, 1} || s.by[len(s.by)-1] != outbox.ByCode {
		t.Errorf("shown is %v of %v, want 30 days by code", p.shown, s.by)
	}
	if since := s.spans[len(s.spans)-1].Since; !since.Equal(time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("30 days begin %s", since)
	}
	third := press(p, right)
	if _, cmd := p.Leave(nil); cmd != nil {
		t.Error("leaving waits for something")
	}
	if _, again := p.Update(third(), nil); again != nil || p.shown != [2]int{2, 1} {
		t.Error("what was left is counted on")
	}
}

// TestRests: what takes its time is not counted again for each message that comes in, but
// once after a rest; a failure is said and can be tried again.
func TestRests(t *testing.T) { synctest.Test(t, testRests) }

func testRests(t *testing.T) {
	s := &slow{took: time.Second}
	p := counting(t, s)
	if p.News() != nil {
		t.Error("it is counted though nobody looks")
	}
	cmd := p.Show(nil, page.AtDefault)
	for range 2 {
		if p.News() != nil {
			t.Error("it is counted twice at once")
		}
	}
	_, rest := p.Update(cmd(), nil)
	if rest == nil || p.reading.Busy() {
		t.Fatal("it does not rest")
	}
	if p.News() != nil {
		t.Error("it is counted again without a rest")
	}
	_, again := p.Update(rest(), nil)
	if again == nil {
		t.Fatal("it is not counted again after the rest")
	}
	s.err = errors.New("locked\x1b[2J")
	in, _ := p.Update(again(), nil)
	if said, ok := in.(page.Here); !ok || said.Intent != page.Failed(p.failed) || !strings.Contains(p.state(), "locked") || strings.Contains(p.state(), "\x1b") {
		t.Errorf("a failure is told as %+v, %q", in, p.state())
	}
	s.err = nil
	p.Update(press(p, tea.KeyPressMsg{Code: 'r', Text: "r"})(), nil)
	if p.failed != "" {
		t.Error("it is not counted again after a failure")
	}
}
