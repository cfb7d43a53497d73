package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/number"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
)

// The fields of Recipients, in the order of tab: what was refused wants the next key. All but
// the first exist only when there is something to show.
const (
	addField = iota
	refusedField
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
	list     widget.List // of the recipients that are in sight
	refused  widget.List // of what was refused
	at       int
	pick     messaging.Addressing // under the cursor at the choice
	w, h     int
	bad      []string                 // why what stands in the field was not taken
	known    map[string]number.Number // what is known of each recipient
	recent   []string                 // numbers that were written to, latest first
	barred   map[string]string        // why some of these get nothing
	among    among                    // who is among the recipients
	sieve    sieve
	tally    tally
	removals removals
	left     []string // the recipients when another page came
	pasting  pasting
	optedOut optOutAsker
	people   acquaintances
}

func newRecipients(who Sender, k *keys.Map) *recipients {
	return &recipients{
		region: who.Region, sandbox: who.Sandbox, bindings: k.Recipients, global: k.Global,
		in: widget.NewField(false), sieve: sieve{in: widget.NewField(false)}, known: map[string]number.Number{},
		people: newAcquaintances(consoleWays(k)),
	}
}

func (r *recipients) Show(f *draft.Form, how page.Entry) tea.Cmd {
	r.in.Set(f.NewTo)
	if f.NewTo == "" {
		r.bad = nil
	}
	r.sieve.clear()
	r.removals.keepFor(f)
	switch {
	case how == page.AtEnd:
		r.at = r.last(f)
	case how == page.AtStart || !r.isBack(f):
		r.at = addField
	}
	r.settle(f)
	r.optedOut.list = nil // the ledger may say something else by now
	return tea.Batch(r.optedOut.next(f), r.askRecent(f))
}

// isBack reports whether f has the recipients that were left here: then the cursor is where
// it was.
func (r *recipients) isBack(f *draft.Form) bool { return len(f.To) > 0 && draft.Shared(r.left, f.To) }

func (r *recipients) Jump(_ messaging.Field, index int, f *draft.Form) {
	r.at = addField
	switch {
	case index == draft.AtChoice:
		r.at = howField
	case index == draft.AtRefused:
		r.at = refusedField
	case index >= 0:
		r.at = listField
		r.sieve.clear()
		r.settle(f)
		r.list.To(index)
	}
	r.settle(f)
}

// Leave adds what stands in the field, as enter would. What cannot be added is a problem
// on Review and is told of here, so the page that comes says nothing of it.
func (r *recipients) Leave(f *draft.Form) (page.Intent, tea.Cmd) {
	r.in.Set(f.NewTo) // of this message: another one may have taken the place of what was written
	said, cmd := r.commit(f)
	r.left = f.To
	if t, ok := said.(page.Tell); ok && t.Status.Kind == page.StatusDone {
		return said, cmd
	}
	return nil, cmd
}

// last is the last field that exists.
func (r *recipients) last(f *draft.Form) int {
	for at := listField; at > addField; at-- {
		if r.exists(at, f) {
			return at
		}
	}
	return addField
}

func (r *recipients) exists(at int, f *draft.Form) bool {
	switch at {
	case howField:
		return len(f.To) > 1
	case listField:
		return len(f.To) > 0 || len(r.removals) > 0 // where they are put back
	case refusedField:
		return len(f.Refused) > 0
	}
	return at == addField
}

// settle brings everything that depends on the recipients up to date.
func (r *recipients) settle(f *draft.Form) {
	if len(f.To) < 2 {
		f.Addressing = messaging.Undecided
	}
	if !r.exists(r.at, f) {
		r.at = addField
	}
	if r.at != howField || f.WhyNoGroup() != "" || r.pick == messaging.Undecided {
		r.pick = messaging.Individual // which shows nobody's number to anybody
		if f.Addressing != messaging.Undecided {
			r.pick = f.Addressing
		}
	}
	r.learn(f.To)
	r.sieve.of(f.To, func(to string) (number.Number, string) { return r.look(to), r.people.names[to] })
	r.list.Resize(r.inSight(f), r.listRows(f))
	r.refused.Resize(len(f.Refused), r.refusedRows(f))
	r.focus(&r.in, r.at == addField)
	r.focus(&r.sieve.in, r.at == listField && r.sieve.typing)
}

func (r *recipients) focus(in *widget.Field, has bool) {
	if has {
		in.Focus()
	} else {
		in.Blur()
	}
}

func (r *recipients) Resize(w, h int) {
	r.w, r.h = w, h
	r.in.Resize(r.listWidth()-widget.LabelWidth, 1)
	r.sieve.in.Resize(r.listWidth()-widget.LabelWidth, 1)
	r.list.Resize(r.list.N, h-3)
	r.refused.Resize(r.refused.N, 2)
}

func (r *recipients) Typing() bool { return r.at == addField || r.at == listField && r.sieve.typing }

// Closes reports whether a paste is being read, or recipients are being looked for.
func (r *recipients) Closes(f *draft.Form) bool {
	return f.Pasting > 0 && !r.pasting.stopped || r.at == listField && r.finds()
}

func (r *recipients) Update(msg tea.Msg, f *draft.Form) (said page.Intent, cmd tea.Cmd) {
	defer r.settle(f)
	defer func() { cmd = tea.Batch(cmd, r.optedOut.next(f)) }()
	switch msg := msg.(type) {
	case readOn:
		return r.onReadOn(msg, f)
	case optedOutAmong:
		r.onOptedOut(msg)
		return nil, nil
	case suggested:
		return nil, r.onSuggested(msg, f)
	case recentBarred:
		r.barred = msg.barred
		return nil, nil
	case bookOpened:
		said, seek := r.seekAgain(f)
		return said, tea.Batch(seek, r.askRecent(f))
	case found:
		return r.onFound(msg, f), nil
	case listRead:
		return r.onListRead(msg, f), nil
	case tea.PasteMsg:
		return r.paste(msg.Content, f)
	case tea.KeyPressMsg:
		r.toField(msg)
		switch {
		case key.Matches(msg, r.global.NextField):
			return r.step(+1, f), nil
		case key.Matches(msg, r.global.PrevField):
			return r.step(-1, f), nil
		}
		switch r.at {
		case howField:
			return r.inChoice(msg, f), nil
		case listField:
			return r.inList(msg, f)
		case refusedField:
			return r.inRefused(msg, f), nil
		}
		return r.inField(msg, f)
	}
	return nil, r.in.Update(msg)
}

// toField puts the cursor into the field for the beginning of a number, wherever it is
// typed, if nothing waits there. Keys that do something keep doing it.
func (r *recipients) toField(k tea.KeyPressMsg) {
	begins := len(k.Text) == 1 && strings.Contains("+(0123456789", k.Text)
	if !begins || r.Typing() || strings.TrimSpace(r.in.Value()) != "" || key.Matches(k, r.bindings.All()...) {
		return
	}
	r.at = addField
	r.in.Focus()
}

func (r *recipients) step(by int, f *draft.Form) page.Intent {
	r.sieve.typing = false
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
		return r.commit(f)
	case key.Matches(msg, r.bindings.Suggest):
		if s, _ := r.suggestion(f); s != "" {
			r.in.Set(s)
			return r.commit(f)
		}
		return nil, nil
	case key.Matches(msg, r.bindings.Other):
		r.turn(msg.String(), f)
		return nil, nil
	}
	cmd := r.in.Update(msg)
	cmd = tea.Batch(cmd, r.people.suggest(r.in.Value(), f.From))
	was := len(r.bad)
	f.NewTo = r.in.Value()
	if r.bad = nil; was > 0 {
		return page.Tell{}, cmd // what was said of the field goes with it
	}
	return nil, cmd
}

// paste puts text into the field; a list of several is added at once.
func (r *recipients) paste(text string, f *draft.Form) (page.Intent, tea.Cmd) {
	if r.at == listField && r.sieve.typing {
		return nil, r.sieve.in.Update(tea.PasteMsg{Content: text})
	}
	if r.at != addField {
		if strings.TrimSpace(r.in.Value()) != "" {
			return page.PastedNowhere(tea.PasteMsg{}), nil
		}
		r.at = addField // where it belongs
		r.in.Focus()
	}
	if r.pasting.begin(draft.NewPaste(text, r.region), f) {
		return r.readPart(f)
	}
	if _, ok := draft.ListPath(text); ok && strings.TrimSpace(r.in.Value()) == "" {
		cmd := r.in.Update(tea.PasteMsg{Content: strings.TrimSpace(text)})
		said, read := r.commit(f)
		return said, tea.Batch(cmd, read)
	}
	if strings.TrimSpace(r.in.Value()) == "" && draft.NewPaste(text, r.region).IsSheet() {
		return r.add(text, f) // in one line its rows would be lost, which say what is a name
	}
	items := number.Split(text)
	list := text
	if len(items) > 1 { // a field of one line keeps no tab and no line end between them
		list = strings.Join(items, ", ")
	}
	cmd := r.in.Update(tea.PasteMsg{Content: list})
	f.NewTo, r.bad = r.in.Value(), nil
	if len(items) > 1 {
		said, seek := r.commit(f)
		return said, tea.Batch(cmd, seek)
	}
	return nil, tea.Batch(cmd, r.people.suggest(list, f.From))
}

// commit moves what can be read from the field to the recipients. One that cannot be read
// stays in the field, and r.bad says why; of several these become rows of their own. Names
// and files are looked up, and stay where they are until it is known whom they mean.
func (r *recipients) commit(f *draft.Form) (page.Intent, tea.Cmd) {
	if letter := strings.ToLower(strings.TrimSpace(r.in.Value())); len(f.To) > 1 && (letter == "g" || letter == "i") {
		r.in.Set("") // it answers what is asked beside the field, and begins no number
		r.bad, f.NewTo = nil, ""
		return r.choose(addressingOf(letter), f), nil
	}
	typed := r.in.Value()
	if path, ok := draft.ListPath(typed); ok {
		r.bad, f.NewTo = nil, typed
		return nil, r.openList(typed, path)
	}
	return r.add(typed, f)
}

// add is commit for numbers and names.
func (r *recipients) add(typed string, f *draft.Form) (page.Intent, tea.Cmd) {
	read := draft.ReadRecipients(typed, r.region, r.among.of(f))
	names := r.people.named(read.Left, r.region)
	seek := r.people.seek(names, typed, read)
	if r.bad, f.NewTo = nil, ""; len(names) == 1 && read.Items == 1 {
		if f.NewTo = typed; strings.ContainsAny(typed, "\n\r") { // a row beside others that are nobody
			f.NewTo = names[0]
			r.in.Set(f.NewTo)
		}
		return nil, seek
	}
	if read.Items == 1 && len(read.Left) == 1 {
		r.bad, f.NewTo = read.Why, read.Left[0]
	} else {
		r.take(read, f)
	}
	r.in.Set(f.NewTo)
	if read.Items == 0 {
		return nil, nil
	}
	r.sieve.clear()
	r.settle(f)
	r.list.To(len(f.To) - 1)
	if len(read.Left) > 0 {
		return page.Failed(read.Words()), seek
	}
	return page.Done(read.Words()), seek
}

// look tells what is known of a recipient.
func (r *recipients) look(to string) number.Number {
	n, ok := r.known[to]
	if !ok {
		var err error
		if n, err = number.Parse(to, r.region); err != nil {
			return number.Number{E164: to}
		}
	}
	if r.sandbox {
		n.Warning = ""
	}
	if why, out := r.optedOut.found[to]; out {
		n.Warning = why
	}
	return n
}

func (r *recipients) Keys(f *draft.Form) []key.Binding {
	b := r.bindings
	inList, inRefused := r.at == listField && !r.sieve.typing, r.at == refusedField
	b.Add.SetEnabled(r.at == addField)
	put, _ := r.suggestion(f)
	b.Suggest.SetEnabled(r.at == addField && put != "")
	b.Other.SetEnabled(r.at == addField && len(r.alike(f)) > 1)
	b.Other.SetHelp(b.Other.Help().Key, "others")            // the row that they are in says of what
	asks := inRefused && f.Addressing == messaging.Undecided // else there is no room to name it
	b.How.SetEnabled(r.at == howField || (inList || asks) && len(f.To) > 1)
	b.Pick.SetEnabled(r.at == howField && f.Addressing != r.pick)
	b.Correct.SetEnabled(inRefused)
	some := inList && r.list.N > 0 || inRefused
	b.Move.SetEnabled(some)
	b.Remove.SetEnabled(some)
	b.Clear.SetEnabled(some)
	b.Undo.SetEnabled(r.at != addField && !r.sieve.typing && len(r.removals) > 0)
	b.Filter.SetEnabled(inList && len(f.To) > 0)
	b.Doubtful.SetEnabled(inList && r.tally.doubtful > 0)
	return b.All()
}
