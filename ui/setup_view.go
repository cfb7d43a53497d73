package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
)

// setupLabel is the column at which the values of Setup begin.
const setupLabel = 14

func (s *setup) View(_ *draft.Form, t widget.Theme) widget.Frame {
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

// choiceView lists the accounts and the two ways to begin.
func (s *setup) choiceView(t widget.Theme) widget.Frame {
	var out widget.Frame
	if len(s.all) == 0 {
		out.Add(t.Title.Render("Who is sending?"))
	} else {
		out.Add(t.Title.Render("Accounts"))
	}
	if s.failed != "" {
		for _, l := range text.Wrap(s.failed, s.w) {
			out.Add(t.Danger.Render(l))
		}
	}
	from, to := s.list.Visible()
	for i := from; i < to; i++ {
		mark := "  "
		if i == s.list.At {
			mark = "> "
		}
		at := out.Add(ansi.Truncate(mark+s.choiceWords(i), s.w, "…"))
		if i == s.list.At {
			out.Cursor = widget.Steady(0, at)
		}
	}
	return out
}

// choiceWords is a row of the list.
func (s *setup) choiceWords(i int) string {
	switch i - len(s.all) {
	case 0:
		return "Connect an account: its id, credentials and numbers"
	case 1:
		words := "Try the sandbox: nothing is really sent, no account is needed"
		if s.sandbox {
			words = "The sandbox, which is in use now"
		}
		return words
	}
	a := s.all[i]
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
	if a.Name == s.using && !s.sandbox && !s.first {
		words = append(words, "in use now")
	}
	return strings.Join(words, ", ")
}

func (s *setup) formView(t widget.Theme) widget.Frame {
	var out widget.Frame
	f := s.form
	title := "Connect an account"
	if f.known {
		title = "Account " + text.Clean(f.before.Name)
	}
	out.Add(t.Title.Render(title))
	shown := f.shown()
	if f.secretStays() {
		shown[f.index(account.Secret)].Hint = "empty: the one that is kept stays"
	}
	for i, of := range shown {
		g := f.fields[i]
		if i < f.first() {
			continue
		}
		label := text.Pad(of.Label, setupLabel)
		if i == f.at {
			label = text.Pad(t.Focus.Render(of.Label), setupLabel)
		}
		at := out.Add(label)
		if g.in == nil {
			out.Lines[at] += picksWords(of.Picks, g.picked)
			if i == f.at {
				out.Cursor = widget.Steady(setupLabel, at)
			}
		} else {
			lines, cursor := g.in.View()
			out.Lines[at] += lines[0]
			if i == f.at && cursor != nil {
				cursor.X += setupLabel
				cursor.Y = at
				out.Cursor = cursor
			}
		}
		s.under(&out, g.wrong, of.Hint, i == f.at, t)
	}
	return out
}

// under is what stands below a field: what is wrong with it, or what it is for.
func (s *setup) under(out *widget.Frame, wrong, hint string, focused bool, t widget.Theme) {
	indent := strings.Repeat(" ", setupLabel)
	if wrong != "" {
		for _, l := range text.Wrap(wrong, max(s.w-setupLabel, 10)) {
			out.Add(indent + t.Danger.Render(l))
		}
		return
	}
	if focused && hint != "" {
		out.Add(indent + t.Faint.Render(ansi.Truncate(hint, s.w-setupLabel, "…")))
	}
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

// keepingView says that the account works and where its secret goes.
func (s *setup) keepingView(t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(t.OK.Render("The API takes these credentials."))
	add := func(label, value string) {
		for i, l := range text.Wrap(value, max(s.w-setupLabel, 10)) {
			if i > 0 {
				label = ""
			}
			out.Add(text.Pad(label, setupLabel) + l)
		}
	}
	if s.form.secretStays() {
		add("Secret", "stays where it is")
	} else {
		add("Secret", "goes to "+text.Clean(s.keep.Where))
		add("", text.Clean(s.keep.Why))
	}
	if s.keep.Passphrase {
		s.phraseLine(&out, 0, "Passphrase")
	}
	if s.keep.Passphrase && s.keep.New {
		s.phraseLine(&out, 1, "Once more")
	}
	return out
}

// unlockingView asks for the passphrase of the secret that is kept.
func (s *setup) unlockingView() widget.Frame {
	var out widget.Frame
	for _, l := range text.Wrap("The secret is kept: type "+s.wants+", or go back and type the secret itself.", s.w) {
		out.Add(l)
	}
	s.phraseLine(&out, 0, "Passphrase")
	return out
}

// phraseLine is one of the passphrase fields.
func (s *setup) phraseLine(out *widget.Frame, i int, label string) {
	lines, cursor := s.phrases[i].View()
	at := out.Add(text.Pad(label, setupLabel) + lines[0])
	if i == s.phraseAt && cursor != nil {
		cursor.X += setupLabel
		cursor.Y = at
		out.Cursor = cursor
	}
}
