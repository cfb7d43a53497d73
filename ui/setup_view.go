package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
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
		for _, l := range wrap(s.failed, s.w) {
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
	words := []string{Clean(a.Name), "account " + orNone(Clean(a.AccountID))}
	if a.Environment {
		words[0] = "From the environment"
	}
	if len(a.Numbers) > 0 {
		words = append(words, Clean(a.Numbers[0]))
	}
	if a.Production {
		words = append(words, "production")
	}
	if a.Name == s.using && !s.sandbox && !s.first {
		words = append(words, "in use now")
	}
	return strings.Join(words, ", ")
}

// labelOf is what a field is called.
func (f *accountForm) labelOf(id accountFieldID) string {
	switch id {
	case nameField:
		return "Name"
	case authField:
		return "Credentials"
	case accountIDField:
		return "Account id"
	case credentialField:
		if f.basicPicked() {
			return "User name"
		}
		return "Client id"
	case secretInput:
		if f.basicPicked() {
			return "Password"
		}
		return "Client secret"
	case applicationField:
		return "Application"
	case numbersField:
		return "Numbers"
	case regionField:
		return "Region"
	case baseURLField:
		return "API address"
	case productionField:
		return "Production"
	}
	return ""
}

// hintOf is what stands under the field with the cursor while nothing is wrong.
func (f *accountForm) hintOf(id accountFieldID) string {
	switch id {
	case nameField:
		return "what you call it; telex --profile takes it by this name"
	case authField:
		if f.basicPicked() {
			return "Bandwidth retires HTTP Basic on 2 December 2026"
		}
		return "a client id and secret, from Bandwidth's dashboard"
	case secretInput:
		if f.secretStays() {
			return "empty: the one that is kept stays"
		}
		return "it is not shown"
	case numbersField:
		return "to send from; the first is the default"
	case regionField:
		return "of numbers without a country code"
	case baseURLField:
		return "empty: Bandwidth's own"
	case productionField:
		return "yes: marked in the header, and asks before it sends"
	case accountIDField, credentialField, applicationField:
	}
	return ""
}

func (s *setup) formView(t theme) frame {
	var out frame
	f := s.form
	title := "Connect an account"
	if f.known {
		title = "Account " + Clean(f.before.Name)
	}
	out.add(t.title.Render(title))
	for i, g := range f.fields {
		if g.id == nameField && f.known {
			continue
		}
		label := pad(f.labelOf(g.id), setupLabel)
		if i == f.at {
			label = pad(t.focus.Render(f.labelOf(g.id)), setupLabel)
		}
		at := out.add(label)
		if g.in == nil {
			out.lines[at] += picksWords(g.picks, g.picked)
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
		s.under(&out, g, i == f.at, t)
	}
	return out
}

// under is what stands below a field: what is wrong with it, or what it is for.
func (s *setup) under(out *frame, g accountField, focused bool, t theme) {
	indent := strings.Repeat(" ", setupLabel)
	if g.wrong != "" {
		for _, l := range wrap(g.wrong, max(s.w-setupLabel, 10)) {
			out.add(indent + t.danger.Render(l))
		}
		return
	}
	if hint := s.form.hintOf(g.id); focused && hint != "" {
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
		for i, l := range wrap(value, max(s.w-setupLabel, 10)) {
			if i > 0 {
				label = ""
			}
			out.add(pad(label, setupLabel) + l)
		}
	}
	if s.form.secretStays() {
		add("Secret", "stays where it is")
	} else {
		add("Secret", "goes to "+Clean(s.keep.Where))
		add("", Clean(s.keep.Why))
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
	for _, l := range wrap("The secret is kept: type "+s.wants+", or go back and type the secret itself.", s.w) {
		out.add(l)
	}
	s.phraseLine(&out, 0, "Passphrase")
	return out
}

// phraseLine is one of the passphrase fields.
func (s *setup) phraseLine(out *frame, i int, label string) {
	lines, cursor := s.phrases[i].view()
	at := out.add(pad(label, setupLabel) + lines[0])
	if i == s.phraseAt && cursor != nil {
		cursor.X += setupLabel
		cursor.Y = at
		out.cursor = cursor
	}
}
