package ui

import (
	"context"
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
)

// setupMode is what Setup shows.
type setupMode int

const (
	choosing setupMode = iota // the accounts there are, and how to begin
	filling                   // the form of one account
	keeping                   // the account works: where its secret goes
)

// setup is the page beside the steps where accounts are connected, changed and
// chosen. What is typed in it stays in memory until it is saved or telex ends.
type setup struct {
	ctx      context.Context
	accounts Accounts // nil: there is no choice
	region   string
	bindings setupKeys
	global   globalKeys
	using    string // the profile in use; "" for none
	sandbox  bool   // the sandbox is in use

	mode     setupMode
	list     list
	all      []Account
	standard string
	read     bool   // the accounts were read
	failed   string // why they could not be; clean

	form     accountForm
	keep     Keeping
	phrases  [2]*secretField // passphrase, and again
	phraseAt int
	busy     string // what is being waited for; "" for nothing
	try      int    // tells the answer that is waited for from earlier ones
	trouble  string // what went wrong last; clean, "" for nothing
	w, h     int
}

func newSetup(ctx context.Context, d Deps) *setup {
	k := d.keymap()
	return &setup{
		ctx: ctx, accounts: d.Accounts, region: d.Region, bindings: k.setup, global: k.global,
		using: d.Profile, sandbox: d.Sandbox, form: newAccountForm(d.Region),
		phrases: [2]*secretField{newSecretField(), newSecretField()},
	}
}

// useAccount asks the app to go on with another account; "" is the sandbox.
type useAccount struct{ name string }

// leaveSetup goes back to where Setup was opened from.
type leaveSetup struct{}

func (useAccount) isIntent() {}
func (leaveSetup) isIntent() {}

// Messages of Setup.
type (
	accountsRead struct {
		all      []Account
		standard string
		err      error
	}
	accountChecked struct {
		try  int
		keep Keeping
		err  error
	}
	accountSaved struct {
		try  int
		name string
		said string
		err  error
	}
)

func (accountsRead) forSetup()   {}
func (accountChecked) forSetup() {}
func (accountSaved) forSetup()   {}

func (s *setup) show(*form, entry) tea.Cmd {
	s.form.settle()
	return s.load()
}

func (s *setup) load() tea.Cmd {
	if s.accounts == nil {
		return nil
	}
	accounts, ctx := s.accounts, s.ctx
	return func() tea.Msg {
		all, standard, err := accounts.List(ctx)
		return accountsRead{all, standard, err}
	}
}

func (s *setup) jump(messaging.Field, int, *form) {}
func (s *setup) leave(*form) (intent, tea.Cmd)    { return nil, nil }
func (s *setup) typing() bool {
	return s.mode == filling && s.form.typing() || s.mode == keeping && s.keep.Passphrase
}

func (s *setup) resize(w, h int) {
	s.w, s.h = w, h
	s.form.resize(w)
	for _, p := range s.phrases {
		p.resize(w-setupLabel, 1)
	}
	s.list.resize(s.choices(), max(h-3, 1))
}

// choices are the accounts and, behind them, connecting another and the sandbox.
func (s *setup) choices() int { return len(s.all) + 2 }

func (s *setup) update(msg tea.Msg, _ *form) (intent, tea.Cmd) {
	switch msg := msg.(type) {
	case accountsRead:
		s.onRead(msg)
		return nil, nil
	case accountChecked:
		return s.onChecked(msg)
	case accountSaved:
		return s.onSaved(msg)
	case tea.PasteMsg:
		return s.paste(msg)
	case tea.KeyPressMsg:
		switch s.mode {
		case choosing:
			return s.inChoices(msg)
		case filling:
			return s.inForm(msg)
		case keeping:
			return s.inKeeping(msg)
		}
	}
	return nil, nil
}

func (s *setup) onRead(msg accountsRead) {
	s.read = true
	if s.failed = ""; msg.err != nil {
		s.failed = Clean(msg.err.Error())
		return
	}
	s.all, s.standard = msg.all, msg.standard
	s.list.resize(s.choices(), max(s.h-3, 1))
}

func (s *setup) paste(msg tea.PasteMsg) (intent, tea.Cmd) {
	switch {
	case s.mode == filling && s.form.typing() && s.busy == "":
		return nil, s.form.typed(msg)
	case s.mode == keeping && s.keep.Passphrase && s.busy == "":
		return nil, s.phrases[s.phraseAt].update(msg)
	}
	return pastedNowhere(msg), nil
}

// inChoices takes a key while the list is shown.
func (s *setup) inChoices(msg tea.KeyPressMsg) (intent, tea.Cmd) {
	switch {
	case key.Matches(msg, s.global.back):
		return leaveSetup{}, nil
	case s.list.move(msg, s.bindings.move):
		return nil, nil
	case key.Matches(msg, s.bindings.edit) && s.list.at < len(s.all):
		s.fill(s.all[s.list.at], true)
	case key.Matches(msg, s.bindings.take):
		switch at := s.list.at; {
		case at < len(s.all):
			return useAccount{s.all[at].Name}, nil
		case at == len(s.all):
			s.fill(Account{Name: s.freeName(), Region: s.region}, false)
		default:
			return useAccount{}, nil
		}
	}
	return nil, nil
}

// freeName is a name that no account has.
func (s *setup) freeName() string {
	for n := 1; ; n++ {
		name := "main"
		if n > 1 {
			name = fmt.Sprintf("main%d", n)
		}
		taken := false
		for _, a := range s.all {
			taken = taken || a.Name == name
		}
		if !taken {
			return name
		}
	}
}

// fill opens the form with an account, unless that is half filled already.
func (s *setup) fill(a Account, known bool) {
	s.mode, s.trouble = filling, ""
	if s.form.isFor(a.Name, known) {
		s.form.settle()
		return
	}
	s.form.load(a, known)
	s.form.resize(s.w)
}

// inForm takes a key while an account is filled in.
func (s *setup) inForm(msg tea.KeyPressMsg) (intent, tea.Cmd) {
	f := &s.form
	switch {
	case key.Matches(msg, s.global.back):
		s.mode = choosing
		s.busy = ""
		s.try++ // what was asked is of no interest any more
		return done("what you filled in stays while telex runs"), s.load()
	case s.busy != "":
		return nil, nil
	case key.Matches(msg, s.bindings.check):
		return nil, s.check()
	case key.Matches(msg, s.global.nextField), msg.String() == "down" && !f.choice():
		f.step(+1, s.accounts)
	case key.Matches(msg, s.global.prevField), msg.String() == "up" && !f.choice():
		f.step(-1, s.accounts)
	case key.Matches(msg, s.bindings.take) && f.at == len(f.fields)-1:
		return nil, s.check()
	case key.Matches(msg, s.bindings.take):
		f.step(+1, s.accounts)
	default:
		return nil, f.typed(msg)
	}
	return nil, nil
}

// check judges the form and, if nothing is wrong with it, asks the API.
func (s *setup) check() tea.Cmd {
	s.trouble = ""
	if !s.form.check(s.accounts) {
		return nil
	}
	s.busy = "asking the API whether it takes these credentials"
	s.try++
	accounts, ctx, account, try := s.accounts, s.ctx, s.form.account(), s.try
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		m := accountChecked{try: try}
		if m.err = accounts.Check(ctx, account); m.err == nil {
			m.keep, m.err = accounts.Keeping(ctx, account)
		}
		return m
	}
}

func (s *setup) onChecked(msg accountChecked) (intent, tea.Cmd) {
	if msg.try != s.try {
		return nil, nil
	}
	s.busy = ""
	if msg.err != nil {
		s.trouble = Describe(msg.err).What
		return failed("not saved: " + s.trouble), nil
	}
	s.mode, s.keep, s.phraseAt = keeping, msg.keep, 0
	if s.form.secretStays() {
		s.keep.Passphrase = false // nothing new is to be kept
	}
	for _, p := range s.phrases {
		p.set("")
	}
	s.settlePhrases()
	return nil, nil
}

func (s *setup) settlePhrases() {
	for i, p := range s.phrases {
		if p.blur(); i == s.phraseAt {
			p.focus()
		}
	}
}

// inKeeping takes a key while it is shown where the secret goes.
func (s *setup) inKeeping(msg tea.KeyPressMsg) (intent, tea.Cmd) {
	last := 0
	if s.keep.New {
		last = 1
	}
	switch {
	case key.Matches(msg, s.global.back):
		s.mode, s.busy = filling, ""
		s.try++
	case s.busy != "":
	case key.Matches(msg, s.bindings.take) && s.keep.Passphrase && s.phraseAt < last,
		key.Matches(msg, s.global.nextField, s.global.prevField) && s.keep.Passphrase:
		s.phraseAt = (s.phraseAt + 1) % (last + 1)
		s.settlePhrases()
	case key.Matches(msg, s.bindings.take):
		return nil, s.save()
	case s.keep.Passphrase:
		return nil, s.phrases[s.phraseAt].update(msg)
	}
	return nil, nil
}

// save keeps the account, and its secret.
func (s *setup) save() tea.Cmd {
	s.trouble = ""
	switch first, again := s.phrases[0].value(), s.phrases[1].value(); {
	case !s.keep.Passphrase:
	case first == "":
		s.trouble = "type a passphrase: without it the secret cannot be kept"
		return nil
	case s.keep.New && first != again:
		s.trouble = "the two passphrases are not the same"
		return nil
	}
	s.busy = "saving"
	s.try++
	accounts, ctx, account, phrase, try := s.accounts, s.ctx, s.form.account(), s.phrases[0].typed(), s.try
	return func() tea.Msg {
		said, err := accounts.Save(ctx, account, phrase)
		return accountSaved{try, account.Name, said, err}
	}
}

func (s *setup) onSaved(msg accountSaved) (intent, tea.Cmd) {
	if msg.try != s.try {
		return nil, s.load()
	}
	s.busy = ""
	if msg.err != nil {
		s.trouble = Clean(msg.err.Error())
		return nil, nil
	}
	s.mode = choosing
	s.form = newAccountForm(s.region)
	s.form.resize(s.w)
	for _, p := range s.phrases {
		p.set("")
	}
	return useAccount{msg.name}, nil
}

func (s *setup) keys(*form) []key.Binding {
	b, leave := s.bindings, s.global.back
	b.move.SetEnabled(s.mode == choosing)
	b.edit.SetEnabled(s.mode == choosing && s.list.at < len(s.all))
	b.check.SetEnabled(s.mode == filling && s.busy == "")
	b.cycle.SetEnabled(s.mode == filling && s.form.choice())
	switch s.mode {
	case choosing:
		if s.list.at >= len(s.all) {
			b.take.SetHelp(b.take.Help().Key, "begin")
		}
	case filling:
		b.take.SetHelp(b.take.Help().Key, "next field")
		leave.SetHelp(leave.Help().Key, "accounts")
	case keeping:
		b.take.SetHelp(b.take.Help().Key, "save")
		leave.SetHelp(leave.Help().Key, "change it")
	}
	b.take.SetEnabled(s.busy == "")
	return []key.Binding{b.take, b.check, b.cycle, b.edit, leave, b.move}
}
