package setup

import (
	"fmt"
	"strings"

	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
)

// labelWidth is the column at which the values of Setup begin.
const labelWidth = 18

// View is the list, the form, or the question in front.
func (s *Page) View(_ *draft.Form, t widget.Theme) widget.Frame {
	switch s.mode {
	case filling:
		return s.formView(t)
	case unlocking:
		return s.unlockingView()
	case keeping:
		return s.keepingView(t)
	case choosing:
	}
	return s.choiceView(t)
}

// choiceView lists the accounts and the two ways to begin; at the first start it says
// what telex is, too.
func (s *Page) choiceView(t widget.Theme) widget.Frame {
	var out widget.Frame
	first := len(s.list.all) == 0
	switch {
	case first:
		name := strings.TrimSpace("telex " + text.Clean(s.use.Version))
		for i, l := range text.Wrap(name+"   send and follow text messages from this terminal", s.firstWidth()) {
			if i == 0 {
				l = t.Title.Render(name) + strings.TrimPrefix(l, name)
			}
			out.Add(l)
		}
		out.Add("")
	default:
		out.Add(t.Title.Render("Accounts"))
	}
	if s.list.failed != "" {
		for _, l := range text.Wrap(s.list.failed, s.w) {
			out.Add(t.Danger.Render(l))
		}
	}
	from, to := s.list.Visible()
	for i := from; i < to; i++ {
		mark := "  "
		if i == s.list.At {
			mark = "> "
		}
		at := out.Add(text.Truncate(mark+s.choiceWords(i), s.w))
		if i == s.list.At {
			out.Cursor = widget.Steady(0, at)
		}
	}
	if first {
		s.firstWords(&out, t)
		return s.inTheMiddle(out)
	}
	return out
}

// firstWide is how wide the words of the first start are at most.
const firstWide = 80

func (s *Page) firstWidth() int { return min(s.w, firstWide) }

// inTheMiddle puts the words of the first start into the middle of a screen that is larger.
func (s *Page) inTheMiddle(f widget.Frame) widget.Frame {
	left, top := (s.w-s.firstWidth())/2, 0
	if left > 0 {
		top = max(s.h-len(f.Lines), 0) / 3
	}
	out := widget.Frame{Lines: make([]string, top), Cursor: f.Cursor}
	for _, l := range f.Lines {
		if l != "" {
			l = strings.Repeat(" ", left) + l
		}
		out.Add(l)
	}
	if c := out.Cursor; c != nil {
		c.X, c.Y = c.X+left, c.Y+top
	}
	return out
}

// firstWords are what a person may want to know who sees telex for the first time, as far
// as there is room.
func (s *Page) firstWords(out *widget.Frame, t widget.Theme) {
	all := [][]string{
		text.Wrap("1 write   2 choose who gets it   3 add pictures   4 check   5 send, and see what became of it", s.firstWidth()),
		text.Wrap("Nothing is sent before you press enter on Review.", s.firstWidth()),
		text.Wrap(fmt.Sprintf("%s shows the keys, %s quits. On the command line, telex doctor says what works on this machine.",
			s.global.Help.Help().Key, s.global.Quit.Help().Key), s.firstWidth()),
	}
	if len(out.Lines)+len(all[0])+len(all[1])+2 > s.h {
		all = all[1:] // that nothing is sent reassures more than how it is done
	}
	for _, lines := range all {
		if len(out.Lines)+1+len(lines) > s.h {
			return
		}
		out.Add("")
		for _, l := range lines {
			out.Add(t.Faint.Render(l))
		}
	}
}

// choiceColumn is where the second half of a row begins.
const choiceColumn = 30

// explained is a row with what it means, if there is room for all of that.
func (s *Page) explained(row, means string) string {
	if choiceColumn+text.Width(means)+2 > s.w {
		return row
	}
	return text.Pad(row, choiceColumn) + means
}

// choiceWords is a row of the list.
func (s *Page) choiceWords(i int) string {
	switch s.list.at(i) {
	case connect:
		return s.explained("Connect a Bandwidth account", "id, client id and secret, numbers")
	case sandbox:
		if s.use.Sandbox {
			return s.explained("The sandbox, in use now", "nothing leaves this machine")
		}
		return s.explained("Try it in the sandbox", "nothing leaves this machine, no account needed")
	case useAccount:
	}
	a := s.list.all[i]
	words := []string{text.Clean(a.Name), "account " + text.OrNone(text.Clean(a.AccountID))}
	if a.Environment {
		words[0] = "From the environment"
	}
	if len(a.Numbers) > 0 {
		words = append(words, text.Clean(a.Numbers[0]))
	}
	if a.Production {
		words = append(words, "production")
	}
	if a.Name == s.use.Profile && !s.use.Sandbox && !s.use.First {
		words = append(words, "in use now")
	}
	return strings.Join(words, ", ")
}

// helpRows is how many rows below the form are for words about the field with the cursor.
// They are always there, so that no field moves when the cursor does.
const helpRows = 3

// formView is the title, as many fields as fit around the cursor, and what there is to say
// about the field with it.
func (s *Page) formView(t widget.Theme) widget.Frame {
	f := s.form
	title := "Connect a Bandwidth account"
	if f.known {
		title = "Account " + text.Clean(f.before.Name)
	}
	shown := f.shown()
	if f.secretStays() {
		shown[f.index(account.Secret)].Hint = "leave it empty to go on with the secret that is kept"
	}
	var fields widget.Frame
	for i, of := range shown {
		if i >= f.first() {
			s.fieldRow(&fields, i, of, t)
		}
	}
	button := "( Check and save )"
	at := fields.Add(strings.Repeat(" ", labelWidth) + button)
	if f.onButton() {
		fields.Lines[at] = strings.Repeat(" ", labelWidth) + t.Focus.Render(button)
		fields.Cursor = widget.Steady(labelWidth, at)
	}
	var out widget.Frame
	out.Add(t.Title.Render(title))
	body := fields.Fit(s.w, min(len(fields.Lines), max(s.h-1-helpRows, 1)))
	out.Put(0, body.Lines, body.Cursor)
	for _, l := range s.aboutField(shown, t) {
		out.Add(l)
	}
	return out
}

// fieldRow is a label and what was filled in. A "!" is before one that is wrong, a "?" before
// one that is unlikely to be right, a "*" behind one that has to be there.
func (s *Page) fieldRow(out *widget.Frame, i int, of account.Field, t widget.Theme) {
	g := s.form.fields[i]
	label := of.Label
	if of.Needed {
		label += "*"
	}
	label = text.Pad(label, labelWidth-2)
	mark := "  "
	switch {
	case g.fault() != "":
		mark, label = t.Danger.Render("!")+" ", t.Danger.Render(label)
	case i == s.form.at:
		label = t.Focus.Render(label)
	}
	if g.fault() == "" && g.doubt != "" {
		mark = t.Warn.Render("?") + " "
	}
	at := out.Add(mark + label)
	if g.in == nil {
		out.Lines[at] += picksWords(of.Picks, g.picked)
		if i == s.form.at {
			out.Cursor = widget.Steady(labelWidth, at)
		}
		return
	}
	lines, cursor := g.in.View()
	out.Lines[at] += lines[0]
	if i == s.form.at && cursor != nil {
		cursor.X += labelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
}

// aboutField is what is wrong with the field with the cursor, or what it is for.
func (s *Page) aboutField(shown []account.Field, t widget.Theme) []string {
	f := s.form
	if f.onButton() {
		words := "Bandwidth is asked whether it accepts these credentials; nothing is sent. * must be filled in"
		if f.doubtful() {
			words += "; ? is unlikely to be right"
		}
		return append([]string{""}, text.Wrap(words+".", s.w)...)
	}
	of, g := shown[f.at], f.fields[f.at]
	words, style := of.Hint, t.Faint
	switch {
	case g.fault() != "":
		words, style = "! "+g.fault(), t.Danger
	case g.doubt != "":
		words, style = "? "+g.doubt, t.Warn
	}
	out := []string{""}
	for _, l := range text.Wrap(words, s.w) {
		out = append(out, style.Render(l))
	}
	return out[:min(len(out), helpRows)]
}

func picksWords(picks []string, picked int) string {
	words := make([]string, len(picks))
	for i, p := range picks {
		words[i] = "( ) " + p
		if i == picked {
			words[i] = "(x) " + p
		}
	}
	return strings.Join(words, "  ")
}

// keepingView says that the account works, where its secret goes, and how it is set up.
func (s *Page) keepingView(t widget.Theme) widget.Frame {
	out := s.whereView(t)
	s.inspectedView(&out, t)
	return out
}

// whereView says that the account works and where its secret goes.
func (s *Page) whereView(t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(t.OK.Render("Bandwidth accepts these credentials."))
	add := func(label, value string) {
		for i, l := range text.Wrap(value, max(s.w-labelWidth, 10)) {
			if i > 0 {
				label = ""
			}
			out.Add(text.Pad(label, labelWidth) + l)
		}
	}
	if s.form.secretStays() {
		add("Secret", "stays where it is")
	} else {
		add("Secret", "goes to "+text.Clean(s.keep.Where))
		add("", text.Clean(s.keep.Why))
	}
	if s.keep.Passphrase {
		s.phrases.line(&out, 0, "Passphrase")
	}
	if s.keep.Passphrase && s.keep.New {
		s.phrases.line(&out, 1, "Once more")
	}
	return out
}

// unlockingView asks for the passphrase of the secret that is kept.
func (s *Page) unlockingView() widget.Frame {
	var out widget.Frame
	for _, l := range text.Wrap("The secret is kept: type "+s.wants+", or go back and type the secret itself.", s.w) {
		out.Add(l)
	}
	s.phrases.line(&out, 0, "Passphrase")
	return out
}
