package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"telex/ui/account"
	"telex/ui/text"
)

// setupLabel is the column at which the values of Setup begin.
const setupLabel = 14

func (s *setup) view(_ *form, t theme) frame {
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
func (s *setup) choiceView(t theme) frame {
	var out frame
	if len(s.all) == 0 {
		out.add(t.title.Render("Who is sending?"))
	} else {
		out.add(t.title.Render("Accounts"))
	}
	if s.failed != "" {
		for _, l := range text.Wrap(s.failed, s.w) {
			out.add(t.danger.Render(l))
		}
	}
	from, to := s.list.visible()
	for i := from; i < to; i++ {
		mark := "  "
		if i == s.list.at {
			mark = "> "
		}
		at := out.add(ansi.Truncate(mark+s.choiceWords(i), s.w, "…"))
		if i == s.list.at {
			out.cursor = steady(0, at)
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
	words := []string{text.Clean(a.Name), "account " + orNone(text.Clean(a.AccountID))}
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

func (s *setup) formView(t theme) frame {
	var out frame
	f := s.form
	title := "Connect an account"
	if f.known {
		title = "Account " + text.Clean(f.before.Name)
	}
	out.add(t.title.Render(title))
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
			label = text.Pad(t.focus.Render(of.Label), setupLabel)
		}
		at := out.add(label)
		if g.in == nil {
			out.lines[at] += picksWords(of.Picks, g.picked)
			if i == f.at {
				out.cursor = steady(setupLabel, at)
			}
		} else {
			lines, cursor := g.in.view()
			out.lines[at] += lines[0]
			if i == f.at && cursor != nil {
				cursor.X += setupLabel
				cursor.Y = at
				out.cursor = cursor
			}
		}
		s.under(&out, g.wrong, of.Hint, i == f.at, t)
	}
	return out
}

// under is what stands below a field: what is wrong with it, or what it is for.
func (s *setup) under(out *frame, wrong, hint string, focused bool, t theme) {
	indent := strings.Repeat(" ", setupLabel)
	if wrong != "" {
		for _, l := range text.Wrap(wrong, max(s.w-setupLabel, 10)) {
			out.add(indent + t.danger.Render(l))
		}
		return
	}
	if focused && hint != "" {
		out.add(indent + t.faint.Render(ansi.Truncate(hint, s.w-setupLabel, "…")))
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
func (s *setup) keepingView(t theme) frame {
	var out frame
	out.add(t.ok.Render("The API takes these credentials."))
	add := func(label, value string) {
		for i, l := range text.Wrap(value, max(s.w-setupLabel, 10)) {
			if i > 0 {
				label = ""
			}
			out.add(text.Pad(label, setupLabel) + l)
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
func (s *setup) unlockingView() frame {
	var out frame
	for _, l := range text.Wrap("The secret is kept: type "+s.wants+", or go back and type the secret itself.", s.w) {
		out.add(l)
	}
	s.phraseLine(&out, 0, "Passphrase")
	return out
}

// phraseLine is one of the passphrase fields.
func (s *setup) phraseLine(out *frame, i int, label string) {
	lines, cursor := s.phrases[i].view()
	at := out.add(text.Pad(label, setupLabel) + lines[0])
	if i == s.phraseAt && cursor != nil {
		cursor.X += setupLabel
		cursor.Y = at
		out.cursor = cursor
	}
}
