package ui

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A question is a dialog in front of the page, until it is answered.
type question struct {
	page.Dialog

	bindings keys.Question
	scroll   key.Binding
	quiet    *quiet // before enter is an answer
	now      func() time.Time
	body     widget.Pager
	w, h     int
}

// question is what asks a dialog. Names of people, files and broadcasts stand in it: it is
// cleaned here.
func (a *app) question(d page.Dialog) *question {
	d.Title, d.Yes, d.No, d.Body = text.Clean(d.Title), text.Clean(d.Yes), text.Clean(d.No), slices.Clone(d.Body)
	for i, l := range d.Body {
		d.Body[i] = text.CleanLines(l)
	}
	return &question{Dialog: d, bindings: a.keymap.Question, scroll: a.keymap.Review.Scroll, quiet: &a.quiet, now: a.now}
}

func (q *question) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	switch {
	case !ok:
	case key.Matches(k, q.bindings.Yes) && !q.Light && !q.quiet.Still(q.now()):
		return page.Warn("enter came too soon after another key: press it again"), nil
	case key.Matches(k, q.bindings.Yes) && q.Sends != nil:
		return closed{q, page.Submit{Consent: *q.Sends}}, nil
	case key.Matches(k, q.bindings.Yes):
		return closed{q, doing(q.Act)}, nil
	case key.Matches(k, q.bindings.No):
		return closed{q, nil}, nil
	case q.Letter != nil && k.Text != "":
		return closed{q, q.Letter()}, nil
	default:
		q.body.Scroll(k, q.scroll, q.h-1)
	}
	return nil, nil
}

func (q *question) resize(w, h int) {
	q.w, q.h = w, h
	q.body.Lines = nil
	for _, l := range q.Body {
		q.body.Lines = append(q.body.Lines, text.Wrap(l, w)...)
	}
}

func (q *question) view(t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(t.Title.Render(q.Title))
	for _, l := range q.body.Window(q.h - 1) {
		out.Add(l)
	}
	return out
}

func (q *question) keys() []key.Binding {
	k := q.bindings
	k.Yes.SetHelp("enter", q.Yes)
	if q.No != "" {
		k.No.SetHelp(k.No.Help().Key, q.No)
	}
	return k.All()
}

func (q *question) typing() bool { return false }
func (q *question) inBox() bool  { return true }
