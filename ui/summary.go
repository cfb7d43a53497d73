package ui

import (
	"fmt"
	"path"
	"slices"

	"telex/messaging/number"
	"telex/messaging/segment"
	"telex/ui/draft"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// mostRepeats is how many of those who got the same already are named.
const mostRepeats = 3

// layOut lays out the message as it will be sent: in words, with what may keep it from
// arriving, and as a phone shows it.
func (r *review) layOut(f *draft.Form) {
	w, phone, wire := r.widths()
	facts := f.Summary(r.deps.through(r.deps.link().BaseURL))
	checks, found := r.checks(f, w)
	r.measure(f) // the head says how much was found
	if phone == 0 {
		r.inOrder(facts, checks, found, w)
		return
	}
	r.sheet.add(plainRow, "")
	r.inOrder(slices.DeleteFunc(facts, func(f words.Fact) bool { return f.Label == "Text" }), checks, found, w)
	r.bubble(f, phone)
	if wire > 0 {
		r.body = r.wire(f, wire)
	}
}

// warnings are the first of what may keep the message from arriving, for a question that is
// asked about it.
func (r *review) warnings() []string {
	const most = 3
	var lines []string
	for _, said := range r.warned[:min(len(r.warned), most)] {
		lines = append(lines, "! "+said)
	}
	if more := len(r.warned) - most; more > 0 {
		lines = append(lines, "! and "+text.Count(more, "more warning"))
	}
	return lines
}

// bubble lays the text out as a phone shows it, with a line between its segments.
func (r *review) bubble(f *draft.Form, w int) {
	r.phone.add(asideRow, text.Clean(f.From))
	for i, m := range f.Media {
		r.phone.marked(plainRow, fmt.Sprintf("[file %d]", i+1), text.Clean(path.Base(m)), w)
	}
	parts := []string{f.Text}
	if !f.IsMMS() {
		parts = segment.Split(f.Text)
	}
	for i, p := range parts {
		parts[i] = text.CleanLines(p)
	}
	if f.Text != "" {
		r.phone.add(plainRow, widget.Phone(parts, w)...)
	}
	if n := len(parts); n > 1 {
		r.phone.add(asideRow, text.Wrap(fmt.Sprintf("phones join the %d parts; you pay for each of them", n), w)...)
	}
}

// inOrder adds the facts, and the checks below them. Where there is no room for both, what
// was found comes first: it is to be in sight, always.
func (r *review) inOrder(facts []words.Fact, checks sheet, found bool, w int) {
	var below sheet
	below.facts(facts, w)
	switch rows := len(r.sheet.Lines) + len(below.Lines) + 2 + len(checks.Lines); {
	case !r.panes() && !found:
		r.sheet.append(below)
	case found && (!r.panes() || rows > r.pageRows()):
		r.sheet.append(checks)
		r.sheet.add(plainRow, "")
		r.sheet.append(below)
	default:
		r.sheet.append(below)
		if len(checks.Lines) > 0 {
			r.sheet.add(plainRow, "")
			r.sheet.add(asideRow, "Checks")
			r.sheet.append(checks)
		}
	}
}

// checks are what is right, and what may keep the message from arriving or costs more than
// it has to, of which found tells whether there is any.
func (r *review) checks(f *draft.Form, w int) (s sheet, found bool) {
	warn := rowLook{tone: widget.Doubtful}
	if closed := r.deps.closed(); closed != nil {
		s.marked(rowLook{tone: widget.Bad}, "!", "nothing can be sent: "+text.Clean(closed.Error()), w)
	}
	for i, repeat := range repeatsAt(r.repeats, r.now()) {
		if i == mostRepeats {
			s.marked(warn, "!", fmt.Sprintf("and %d more", len(r.repeats)-mostRepeats), w)
			break
		}
		s.marked(warn, "!", words.Repeat(repeat, r.deps.names), w)
	}
	r.warned = f.Doubts(r.knownOf(f), r.now())
	for _, said := range r.warned {
		s.marked(warn, "!", said, w)
	}
	if saves := f.Saves(); saves != "" {
		s.marked(warn, "!", saves, w)
	}
	found = len(s.Lines) > 0
	if !found && len(r.problems) == 0 {
		s.add(rowLook{tone: widget.Good}, "✓ no problem found")
	}
	return s, found
}

// through is who sends, and to where.
func (s Sender) through(baseURL string) draft.Through {
	return draft.Through{Profile: s.Profile, AccountID: s.AccountID, BaseURL: baseURL, Sandbox: s.Sandbox, Figures: s.Figures}
}

// knownOf is what is known beside a form.
func (r *review) knownOf(f *draft.Form) draft.Known {
	k := draft.Known{Sender: draft.SenderDoubt(f.From, r.deps.Numbers, r.deps.Region), Trouble: r.trouble, Names: r.deps.names, Zone: draft.ZoneDoubt(terminal.Env(r.deps.Environ, "TZ")), Number: r.lookUp, Media: r.mediaDoubts, Stored: r.deps.link().Stores}
	if r.deps.Sandbox { // whose own numbers are in no plan
		k.Number = nil
	}
	return k
}

// lookUp tells what is known of a recipient.
func (r *review) lookUp(to string) number.Number {
	n, ok := r.known[to]
	if !ok {
		n = draft.NumberOf(to)
		r.known[to] = n
	}
	return n
}

// mediaDoubts are what a look at a file found against it, as far as there was one.
func (r *review) mediaDoubts(url string) []string {
	if r.looked == nil {
		return nil
	}
	switch look := r.looked()[url]; {
	case look == nil:
		return nil
	case look.err != nil:
		return []string{"is not reachable from here: " + words.Cause(look.err)}
	default:
		return look.facts.Warnings()
	}
}
