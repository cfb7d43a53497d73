package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/number"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// The fields of Recipients. How and list exist only when there is enough to show.
const (
	addField = iota
	howField
	listField
)

// recipients is the step where it is said who gets the message.
type recipients struct {
	region   string
	sandbox  bool // its numbers are in no numbering plan, so nothing is doubtful about them
	bindings keys.Recipients
	global   keys.Global
	in       widget.Field
	list     widget.List
	at       int
	w, h     int
	bad      []string                 // why what stands in the field was not taken
	known    map[string]number.Number // what is known of each recipient
	recent   []string                 // numbers that were written to in this run, latest first
	among    among                    // who is among the recipients
}

func newRecipients(who Sender, k *keys.Map) *recipients {
	return &recipients{
		region: who.Region, sandbox: who.Sandbox, bindings: k.Recipients, global: k.Global,
		in: widget.NewField(false), known: map[string]number.Number{},
	}
}

func (r *recipients) Show(f *draft.Form, how page.Entry) tea.Cmd {
	r.in.Set(f.NewTo)
	if f.NewTo == "" {
		r.bad = nil
	}
	r.at = addField
	if how == page.AtEnd {
		r.at = r.last(f)
	}
	r.settle(f)
	return nil
}

func (r *recipients) Jump(_ messaging.Field, index int, f *draft.Form) {
	r.at = addField
	if index >= 0 {
		r.at = listField
		r.list.To(index)
	} else if f.NewTo == "" && len(f.To) > 1 && f.Addressing == messaging.Undecided {
		r.at = howField
	}
	r.settle(f)
}

// leave adds what stands in the field, as enter would.
func (r *recipients) Leave(f *draft.Form) (page.Intent, tea.Cmd) { return r.commit(f), nil }

// last is the last field that exists.
func (r *recipients) last(f *draft.Form) int {
	if len(f.To) > 0 {
		return listField
	}
	return addField
}

func (r *recipients) exists(at int, f *draft.Form) bool {
	return at == addField || at == howField && len(f.To) > 1 || at == listField && len(f.To) > 0
}

// settle brings everything that depends on the recipients up to date.
func (r *recipients) settle(f *draft.Form) {
	if len(f.To) < 2 {
		f.Addressing = messaging.Undecided
	}
	if !r.exists(r.at, f) {
		r.at = addField
	}
	r.list.Resize(len(f.To), r.h-r.above(f))
	from, to := r.list.Visible()
	for _, number := range f.To[from:max(from, min(to, len(f.To)))] {
		r.learn(number)
	}
	if r.at == addField {
		r.in.Focus()
	} else {
		r.in.Blur()
	}
}

// learn finds out what is known of a recipient that came from elsewhere, as from a draft.
func (r *recipients) learn(to string) {
	if _, known := r.known[to]; known {
		return
	}
	if n, err := number.Parse(to, r.region); err == nil {
		r.known[to] = n
	}
}

func (r *recipients) Resize(w, h int) {
	r.w, r.h = w, h
	r.in.Resize(w-widget.LabelWidth, 1)
	r.list.Resize(r.list.N, h-3)
}

func (r *recipients) Typing() bool { return r.at == addField }

func (r *recipients) Update(msg tea.Msg, f *draft.Form) (page.Intent, tea.Cmd) {
	defer r.settle(f)
	switch msg := msg.(type) {
	case tea.PasteMsg:
		return r.paste(msg.Content, f)
	case tea.KeyPressMsg:
		switch {
		case key.Matches(msg, r.global.NextField):
			return r.step(+1, f), nil
		case key.Matches(msg, r.global.PrevField):
			return r.step(-1, f), nil
		}
		switch r.at {
		case howField:
			f.Addressing = chooseAddressing(f.Addressing, msg.String())
			if msg.String() == "enter" {
				return r.step(+1, f), nil
			}
			return nil, nil
		case listField:
			return r.inList(msg, f), nil
		}
		return r.inField(msg, f)
	}
	return nil, r.in.Update(msg)
}

func (r *recipients) step(by int, f *draft.Form) page.Intent {
	for at := r.at + by; ; at += by {
		switch {
		case at < addField:
			return page.PrevPage{}
		case at > listField:
			return page.NextPage{}
		case r.exists(at, f):
			r.at = at
			return nil
		}
	}
}

func (r *recipients) inField(msg tea.KeyPressMsg, f *draft.Form) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, r.bindings.Add) && strings.TrimSpace(r.in.Value()) == "":
		return r.step(+1, f), nil
	case key.Matches(msg, r.bindings.Add):
		return r.commit(f), nil
	case key.Matches(msg, r.bindings.Suggest):
		if s := r.suggestion(f); s != "" {
			r.in.Set(s)
			return r.commit(f), nil
		}
		return nil, nil
	}
	cmd := r.in.Update(msg)
	f.NewTo, r.bad = r.in.Value(), nil
	return nil, cmd
}

// paste puts text into the field; a list of several is added at once.
func (r *recipients) paste(text string, f *draft.Form) (page.Intent, tea.Cmd) {
	if r.at != addField {
		return page.PastedNowhere(tea.PasteMsg{}), nil
	}
	items := number.Split(text)
	list := text
	if len(items) > 1 { // a field of one line keeps no tab and no line end between them
		list = strings.Join(items, ", ")
	}
	cmd := r.in.Update(tea.PasteMsg{Content: list})
	f.NewTo, r.bad = r.in.Value(), nil
	if len(items) > 1 {
		return r.commit(f), cmd
	}
	return nil, cmd
}

func (r *recipients) inList(msg tea.KeyPressMsg, f *draft.Form) page.Intent {
	switch {
	case r.list.Move(msg, r.bindings.Move):
	case key.Matches(msg, r.bindings.Remove):
		gone := f.To[r.list.At]
		f.Remove(r.list.At)
		return page.Done("removed " + text.Clean(gone))
	case msg.String() == "enter":
		return r.step(+1, f)
	}
	return nil
}

func chooseAddressing(a messaging.Addressing, k string) messaging.Addressing {
	switch k {
	case "g":
		return messaging.Group
	case "i":
		return messaging.Individual
	case "left", "right", "space":
		if a == messaging.Group {
			return messaging.Individual
		}
		return messaging.Group
	}
	return a
}

// commit moves what can be read from the field to the recipients. The rest stays
// in the field, and r.bad says why.
func (r *recipients) commit(f *draft.Form) page.Intent {
	read := draft.ReadRecipients(r.in.Value(), r.region, r.among.of(f))
	for _, n := range read.Numbers {
		r.known[n.E164] = n
	}
	if len(read.Numbers) > 0 {
		f.Add(read.E164()...)
	}
	r.bad = read.Why
	f.NewTo = strings.Join(read.Left, ", ")
	r.in.Set(f.NewTo)
	r.settle(f)
	r.list.To(len(f.To) - 1)
	switch {
	case read.Items == 0:
		return nil
	case len(read.Left) > 0:
		return page.Failed(read.Words())
	default:
		return page.Done(read.Words())
	}
}

// among knows the recipients of a form by their numbers, as long as they stay the same.
type among struct {
	list    []string
	numbers map[string]bool
}

// of tells whether a form has a number.
func (l *among) of(f *draft.Form) func(number string) bool {
	if l.numbers == nil || !draft.Shared(l.list, f.To) {
		l.list, l.numbers = f.To, make(map[string]bool, len(f.To))
		for _, to := range f.To {
			l.numbers[to] = true
		}
	}
	return func(number string) bool { return l.numbers[number] }
}

// suggestion is a recent number that goes on like what is typed.
func (r *recipients) suggestion(f *draft.Form) string {
	if len(r.bad) > 0 {
		return "" // its line is taken
	}
	typed, has := strings.TrimSpace(r.in.Value()), r.among.of(f)
	for _, n := range r.recent {
		if strings.Contains(n, typed) && n != typed && !has(n) {
			return n
		}
	}
	return ""
}

// remember makes the recipients of a sent message the most recent ones.
func (r *recipients) remember(to []string) {
	const most = 200
	r.recent = append(slices.Clone(to), slices.DeleteFunc(r.recent, func(n string) bool { return slices.Contains(to, n) })...)
	r.recent = r.recent[:min(len(r.recent), most)]
}

func (r *recipients) Keys(f *draft.Form) []key.Binding {
	b := r.bindings
	b.Add.SetEnabled(r.at == addField)
	b.Suggest.SetEnabled(r.at == addField && r.suggestion(f) != "")
	b.Move.SetEnabled(r.at == listField)
	b.Remove.SetEnabled(r.at == listField)
	b.How.SetEnabled(r.at == howField)
	return b.All()
}
