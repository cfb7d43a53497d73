package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// whenOptions are what is asked for a time for, and what is done with it.
type whenOptions struct {
	title, yes string
	byWhom     string // what sends it then
	read       func(typed string) (outbox.When, error)
	then       func(outbox.When) page.Intent
	bindings   keys.Question
	quiet      *quiet // before enter sends
	now        func() time.Time
}

// A whenDialog asks for a time, and says while it is typed what it is understood as.
type whenDialog struct {
	whenOptions
	in     widget.Field
	failed string // why enter was not taken
	w, h   int
}

func newWhen(o whenOptions) *whenDialog {
	d := &whenDialog{whenOptions: o, in: widget.NewField(false)}
	d.in.Focus()
	return d
}

// whenForms are the times that can be typed.
const whenForms = "09:00, tomorrow 09:00, Monday 09:00, 2026-01-31 09:00, with a zone such as America/Chicago behind it if it is by other clocks, or 2h"

// whenWords say what a time was understood as, and what becomes of it where clocks are changed,
// "" if nothing does.
func whenWords(w outbox.When, now time.Time) (understood, note string) {
	return words.When(w, now.Location()) + ", in " + words.Age(w.At.Sub(now)), words.ClockNote(w, hours.Location(w.Zone))
}

// whenLabel is before what is typed.
const whenLabel = "Send it  "

func (d *whenDialog) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case isKey && key.Matches(k, d.bindings.No):
		return closed{d, nil}, nil
	case isKey && key.Matches(k, d.bindings.Yes) && !d.quiet.Still(d.now()):
		return page.Warn("enter came too soon after another key: press it again"), nil
	case isKey && key.Matches(k, d.bindings.Yes):
		w, err := d.read(d.in.Value())
		if err != nil {
			d.failed = text.Clean(err.Error())
			return nil, nil
		}
		return closed{d, d.then(w)}, nil
	}
	d.failed = ""
	return nil, d.in.Update(msg)
}

func (d *whenDialog) resize(w, h int) {
	d.w, d.h = w, h
	d.in.Resize(max(w-len(whenLabel), 2), 1)
}

func (d *whenDialog) keys() []key.Binding {
	k := d.bindings
	k.Yes.SetHelp(k.Yes.Help().Key, d.yes)
	return k.All()
}

func (d *whenDialog) typing() bool { return true }
func (d *whenDialog) inBox() bool  { return true }

// said is what is to be read below the field.
func (d *whenDialog) said(t widget.Theme) (lines []string) {
	add := func(s string, style widget.Style) {
		for _, l := range text.Wrap(s, max(d.w, 1)) {
			lines = append(lines, style.Render(l))
		}
	}
	w, err := d.read(d.in.Value())
	switch {
	case d.failed != "":
		add(d.failed, t.Danger)
	case err == nil:
		understood, note := whenWords(w, d.now())
		add(understood, widget.Style{})
		if note != "" {
			add(note, t.Warn)
		}
		add(d.byWhom, widget.Style{})
	}
	return lines
}

// view leaves out the times that can be typed, and then empty rows, where what is said of the
// one that was typed needs the room.
func (d *whenDialog) view(t widget.Theme) widget.Frame {
	var out widget.Frame
	said := d.said(t)
	forms := text.Wrap(whenForms, max(d.w, 1))
	field, cursor := d.in.View()
	gap := true
	if len(said) > 0 && d.h > 0 {
		if need := len(text.Wrap(d.title, max(d.w, 1))) + len(field) + len(said); need+2+len(forms) > d.h {
			forms, gap = nil, need+2 <= d.h
		}
	}
	for _, l := range text.Wrap(d.title, max(d.w, 1)) {
		out.Add(t.Title.Render(l))
	}
	for _, l := range forms {
		out.Add(t.Faint.Render(l))
	}
	if gap {
		out.Add("")
	}
	out.Put(text.Width(whenLabel), field, cursor)
	first := len(out.Lines) - len(field)
	out.Lines[first] = t.Focus.Render(whenLabel) + out.Lines[first][len(whenLabel):]
	if gap {
		out.Add("")
	}
	for _, l := range said {
		out.Add(l)
	}
	return out
}
