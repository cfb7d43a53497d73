package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A fillIn asks for the fields of a template, one below the other. The user opened it.
type fillIn struct {
	of       Template
	fields   []string // folded
	inputs   []widget.Field
	at       int
	bindings keys.Question
	global   keys.Global
	insert   func(filled string) tea.Cmd
	w, h     int
}

func newFillIn(of Template, k keys.Question, g keys.Global, insert func(string) tea.Cmd) *fillIn {
	f := &fillIn{of: of, fields: of.Parsed.Fields(), bindings: k, global: g, insert: insert}
	f.inputs = make([]widget.Field, len(f.fields))
	for i := range f.inputs {
		f.inputs[i] = widget.NewField(false)
	}
	f.inputs[0].Focus()
	return f
}

func (f *fillIn) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	switch {
	case ok && key.Matches(k, f.bindings.No):
		return closed{f, nil}, nil
	case ok && key.Matches(k, f.bindings.Yes) && f.at == len(f.inputs)-1:
		filled := draft.Fill(f.of.Parsed, f.value)
		return closed{f, doing(func() tea.Cmd { return f.insert(filled) })}, nil
	case ok && (key.Matches(k, f.bindings.Yes, f.global.NextField) || k.String() == "down"):
		f.move(+1)
	case ok && (key.Matches(k, f.global.PrevField) || k.String() == "up"):
		f.move(-1)
	default:
		return nil, f.inputs[f.at].Update(msg)
	}
	return nil, nil
}

// move puts the cursor into another field, round the ends.
func (f *fillIn) move(by int) {
	f.inputs[f.at].Blur()
	f.at = (f.at + by + len(f.inputs)) % len(f.inputs)
	f.inputs[f.at].Focus()
}

// value is what was typed for a field.
func (f *fillIn) value(field string) string {
	for i, name := range f.fields {
		if name == field {
			return f.inputs[i].Value()
		}
	}
	return ""
}

// labels are the cells that the names of the fields have.
func (f *fillIn) labels() int {
	widest := 0
	for _, name := range f.fields {
		widest = max(widest, text.Width(text.Clean(name)))
	}
	return min(widest, f.w/3) + 2
}

func (f *fillIn) resize(w, h int) {
	f.w, f.h = w, h
	for i := range f.inputs {
		f.inputs[i].Resize(max(w-f.labels(), 2), 1)
	}
}

func (f *fillIn) keys() []key.Binding {
	yes, no := f.bindings.Yes, f.bindings.No
	yes.SetHelp(yes.Help().Key, "next field")
	if f.at == len(f.inputs)-1 {
		yes.SetHelp(yes.Help().Key, "insert")
	}
	return []key.Binding{yes, no}
}

func (f *fillIn) typing() bool { return true }
func (f *fillIn) inBox() bool  { return true }

func (f *fillIn) view(t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(t.Title.Render(clip("Fill in "+text.Clean(f.of.Name), f.w)))
	out.Add("")
	labels := f.labels()
	for i, name := range f.fields {
		lines, cursor := f.inputs[i].View()
		out.Put(labels, lines, cursor)
		label := text.Pad(clip(text.Clean(name), labels-2), labels)
		row := &out.Lines[len(out.Lines)-1]
		switch said := f.empty(name); {
		case i == f.at:
			label = t.Focus.Render(label)
		case f.inputs[i].Value() == "" && said != "":
			*row = text.Pad("", labels) + t.Faint.Render(clip(said, max(f.w-labels, 1)))
			label = t.Label.Render(label)
		default:
			label = t.Label.Render(label)
		}
		*row = label + (*row)[labels:]
	}
	out.Add("")
	for _, l := range text.Wrap(f.advice(), f.w) {
		out.Add(t.Faint.Render(l))
	}
	return out
}

// empty is what a field gets that nothing is typed into.
func (f *fillIn) empty(field string) string {
	switch fallback, has := f.of.Parsed.Default(field); {
	case !has:
		return ""
	case fallback == "":
		return "(left out)"
	default:
		return "(" + text.Clean(fallback) + ")"
	}
}

// advice is what comes of the field under the cursor if it stays empty.
func (f *fillIn) advice() string {
	fallback, has := f.of.Parsed.Default(f.fields[f.at])
	switch {
	case !has:
		return "What stays empty is a problem on Review until it is filled in."
	case fallback == "":
		return "Empty, it is left out."
	}
	return "Empty, it is “" + text.Clean(fallback) + "”."
}
