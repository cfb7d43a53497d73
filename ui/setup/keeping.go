package setup

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/text"
)

// inUnlocking takes a key while the passphrase of the secret that is kept is asked for.
func (s *Page) inUnlocking(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, s.global.Back):
		s.mode, s.busy = filling, false
		s.try++
		s.phrases.clear()
	case s.busy:
	case key.Matches(msg, s.bindings.Take):
		if typed := s.phrases.in[0].Typed(); typed != nil {
			return s.check(typed)
		}
	default:
		return nil, s.phrases.in[0].Update(msg)
	}
	return nil, nil
}

// inKeeping takes a key while it is shown where the secret goes.
func (s *Page) inKeeping(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	last := 0
	if s.keep.New {
		last = 1
	}
	switch {
	case s.busy: // it is being saved, which cannot be taken back
	case key.Matches(msg, s.global.Back):
		s.mode = filling
		s.phrases.clear()
	case key.Matches(msg, s.bindings.Take) && s.keep.Passphrase && s.phrases.at < last,
		key.Matches(msg, s.global.NextField, s.global.PrevField) && s.keep.Passphrase:
		s.phrases.at = (s.phrases.at + 1) % (last + 1)
		s.phrases.settle()
	case key.Matches(msg, s.bindings.Take):
		return s.save()
	case s.keep.Passphrase:
		return nil, s.phrases.in[s.phrases.at].Update(msg)
	}
	return nil, nil
}

// save keeps the account, and its secret.
func (s *Page) save() (page.Intent, tea.Cmd) {
	switch first, again := s.phrases.in[0].Value(), s.phrases.in[1].Value(); {
	case !s.keep.Passphrase:
	case first == "":
		return page.Failed("type a passphrase: the secret is not kept without one"), nil
	case s.keep.New && first != again:
		return page.Failed("the two passphrases differ"), nil
	case s.keep.New && len([]rune(first)) < account.ShortPassphrase && !s.phrases.warned:
		s.phrases.warned = true
		return page.Warn("that passphrase is short: anyone who gets the file could guess it. " + s.bindings.Take.Help().Key + " again keeps it"), nil
	}
	s.busy = true
	accounts, ctx, of, keep, phrase := s.accounts, s.ctx, s.form.account(), s.keep, s.phrases.in[0].Typed()
	return page.Done("saving"), func() tea.Msg {
		kept, err := accounts.Save(ctx, of, keep, phrase)
		return accountSaved{of, kept, err}
	}
}

func (s *Page) onSaved(msg accountSaved) (page.Intent, tea.Cmd) {
	s.busy = false
	if msg.err != nil {
		return page.Failed(strings.Join(append([]string{"not saved: " + text.Clean(msg.err.Error())}, cleaned(msg.kept.Warnings)...), "; ")), nil
	}
	s.mode = choosing
	s.phrases.clear()
	for name, f := range s.forms {
		if f == s.form {
			delete(s.forms, name)
		}
	}
	s.form = newForm(s.region)
	if !s.front {
		return page.Done(savedWords(msg.account, msg.kept) + "; " + s.global.Setup.Help().Key + " uses it"), s.load()
	}
	return UseAccount{Account: &msg.account, Warnings: cleaned(msg.kept.Warnings)}, nil
}

// savedWords says that an account is saved, and where its secret is if that is new.
func savedWords(a account.Account, kept account.Kept) string {
	words := "account " + text.Clean(a.Name) + " is saved"
	if kept.Where != "" {
		words += ", its secret is in " + text.Clean(kept.Where)
	}
	return strings.Join(append([]string{words}, cleaned(kept.Warnings)...), "; ")
}

// cleaned are phrases that a terminal can be given.
func cleaned(phrases []string) []string {
	var clean []string
	for _, p := range phrases {
		clean = append(clean, text.Clean(p))
	}
	return clean
}
