package ui

import (
	"context"
	"errors"
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// setupMode is what Setup shows.
type setupMode int

const (
	choosing  setupMode = iota // the accounts there are, and how to begin
	filling                    // the form of one account
	unlocking                  // a passphrase is needed for the secret that is kept
	keeping                    // the account works: where its secret goes
)

// setup is the page beside the steps where accounts are connected, changed and
// chosen. What is typed in it stays in memory until it is saved or telex ends.
type setup struct {
	ctx      context.Context
	accounts account.Accounts // nil: there is no choice
	region   string
	bindings keys.Setup
	global   keys.Global
	using    string // the profile in use; "" for none
	sandbox  bool   // the sandbox is in use
	first    bool   // nothing is in use yet

	mode     setupMode
	list     widget.List
	all      []account.Account
	standard string
	read     bool   // the accounts were read
	failed   string // why they could not be; clean

	forms    map[string]*accountForm // what was filled in and not saved, by name; "" is a new account
	form     *accountForm            // the one in front
	front    bool                    // the page is shown
	keep     account.Keeping
	wants    string            // what is to be unlocked; clean
	phrases  [2]*widget.Secret // passphrase, and again
	phraseAt int
	busy     bool // an answer is being waited for
	try      int  // tells the answer that is waited for from earlier ones
	w, h     int
}

func newSetup(ctx context.Context, d Deps, k *keys.Map) *setup {
	return &setup{
		ctx: ctx, accounts: d.Accounts, region: d.Region, bindings: k.Setup, global: k.Global,
		using: d.Profile, sandbox: d.Sandbox, first: d.First, forms: map[string]*accountForm{}, form: newAccountForm(d.Region),
		phrases: [2]*widget.Secret{widget.NewSecret(), widget.NewSecret()},
	}
}

// useAccount asks the app to go on with another account; nil is the sandbox. The
// warnings are about how it was saved, clean; they are shown whether that works or not.
type useAccount struct {
	account  *account.Account
	warnings []string
}

// leaveSetup goes back to where Setup was opened from.
type leaveSetup struct{}

func (useAccount) IsIntent() {}
func (leaveSetup) IsIntent() {}

// Messages of Setup.
type (
	accountsRead struct {
		all      []account.Account
		standard string
		err      error
	}
	accountChecked struct {
		try  int
		keep account.Keeping
		err  error
	}
	accountSaved struct {
		account account.Account
		kept    account.Kept
		err     error
	}
)

func (accountsRead) To() page.ID   { return page.Setup }
func (accountChecked) To() page.ID { return page.Setup }
func (accountSaved) To() page.ID   { return page.Setup }

func (s *setup) Show(*draft.Form, page.Entry) tea.Cmd {
	s.front = true
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

func (s *setup) Jump(messaging.Field, int, *draft.Form) {}
func (s *setup) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	s.front = false
	return nil, nil
}

func (s *setup) Typing() bool { return s.mode == filling && s.form.typing() || s.asksPhrase() }

// asksPhrase reports whether a passphrase has the cursor.
func (s *setup) asksPhrase() bool {
	return s.mode == unlocking || s.mode == keeping && s.keep.Passphrase
}

// rows is how many rows of the list fit.
func (s *setup) listRows() int { return max(s.h-3, 1) }

func (s *setup) Resize(w, h int) {
	s.w, s.h = w, h
	s.form.resize(w)
	for _, p := range s.phrases {
		p.Resize(w-setupLabel, 1)
	}
	s.list.Resize(s.choices(), s.listRows())
}

// choices are the accounts and, behind them, connecting another and the sandbox.
func (s *setup) choices() int { return len(s.all) + 2 }

func (s *setup) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
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
		case unlocking:
			return s.inUnlocking(msg)
		case keeping:
			return s.inKeeping(msg)
		}
	}
	return nil, nil
}

func (s *setup) onRead(msg accountsRead) {
	s.read = true
	if s.failed = ""; msg.err != nil {
		s.failed = text.Clean(msg.err.Error())
		return
	}
	s.all, s.standard = msg.all, msg.standard
	s.list.Resize(s.choices(), s.listRows())
}

func (s *setup) paste(msg tea.PasteMsg) (page.Intent, tea.Cmd) {
	switch {
	case s.mode == filling && s.form.typing() && !s.busy:
		return nil, s.form.typed(msg)
	case s.asksPhrase() && !s.busy:
		return nil, s.phrases[s.phraseAt].Update(msg)
	}
	return page.PastedNowhere(msg), nil
}

// inChoices takes a key while the list is shown.
func (s *setup) inChoices(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, s.global.Back):
		return leaveSetup{}, nil
	case s.list.Move(msg, s.bindings.Move):
		return nil, nil
	case key.Matches(msg, s.bindings.Edit) && s.list.At < len(s.all) && !s.all[s.list.At].Environment:
		s.fill(s.all[s.list.At], true)
	case key.Matches(msg, s.bindings.Take):
		switch at := s.list.At; {
		case at < len(s.all):
			return useAccount{account: &s.all[at]}, nil
		case at == len(s.all):
			s.fill(account.Account{Name: s.freeName(), Region: s.region}, false)
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

// fill opens the form with an account, as it was left if that is half filled.
func (s *setup) fill(a account.Account, known bool) {
	s.mode = filling
	name := ""
	if known {
		name = a.Name
	}
	if s.form = s.forms[name]; s.form == nil {
		s.form = newAccountForm(a.Region)
		s.form.load(a, known)
		s.forms[name] = s.form
	}
	s.form.taken = nil
	for _, other := range s.all {
		s.form.taken = append(s.form.taken, other.Name)
	}
	s.form.resize(s.w)
	s.form.settle()
}

// inForm takes a key while an account is filled in.
func (s *setup) inForm(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	f := s.form
	switch {
	case key.Matches(msg, s.global.Back):
		s.mode = choosing
		s.busy = false
		s.try++ // what was asked is of no interest any more
		return page.Done("what you filled in stays while telex runs"), s.load()
	case s.busy:
		return nil, nil
	case key.Matches(msg, s.bindings.Check):
		return s.check(nil)
	case key.Matches(msg, s.global.NextField), msg.String() == "down" && !f.choice():
		f.step(+1, s.accounts)
	case key.Matches(msg, s.global.PrevField), msg.String() == "up" && !f.choice():
		f.step(-1, s.accounts)
	case key.Matches(msg, s.bindings.Take) && f.at == len(f.fields)-1:
		return s.check(nil)
	case key.Matches(msg, s.bindings.Take):
		f.step(+1, s.accounts)
	default:
		return nil, f.typed(msg)
	}
	return nil, nil
}

// check judges the form and, if nothing is wrong with it, asks the API. Typed is the
// passphrase of the secret that is kept, if that was asked for.
func (s *setup) check(typed account.Typed) (page.Intent, tea.Cmd) {
	if n := s.form.check(s.accounts); n > 0 {
		return page.Done("not checked yet: " + text.Count(n, "field") + " to correct"), nil
	}
	s.busy = true
	s.try++
	accounts, ctx, of, try := s.accounts, s.ctx, s.form.account(), s.try
	return page.Done("asking the API whether it takes these credentials"), func() tea.Msg {
		m := accountChecked{try: try}
		limited, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		if m.err = accounts.Check(limited, of, typed); m.err == nil {
			m.keep, m.err = accounts.Keeping(ctx, of)
		}
		return m
	}
}

func (s *setup) onChecked(msg accountChecked) (page.Intent, tea.Cmd) {
	if msg.try != s.try {
		return nil, nil
	}
	s.busy = false
	s.clearPhrases()
	if ask, ok := errors.AsType[*account.AskError](msg.err); ok {
		s.mode, s.wants = unlocking, text.Clean(ask.What)
		return page.Failed(text.Clean(ask.Why)), nil
	}
	if msg.err != nil {
		s.mode = filling
		return page.Failed("not saved: " + words.Describe(msg.err).What), nil
	}
	s.mode, s.keep = keeping, msg.keep
	if s.form.secretStays() {
		s.keep.Passphrase = false // nothing new is to be kept
	}
	return page.Done(""), nil
}

func (s *setup) Keys(*draft.Form) []key.Binding {
	b, leave := s.bindings, s.global.Back
	b.Move.SetEnabled(s.mode == choosing)
	b.Edit.SetEnabled(s.mode == choosing && s.list.At < len(s.all) && !s.all[s.list.At].Environment)
	b.Check.SetEnabled(s.mode == filling && !s.busy)
	b.Cycle.SetEnabled(s.mode == filling && s.form.choice())
	switch s.mode {
	case choosing:
		if s.list.At >= len(s.all) {
			b.Take.SetHelp(b.Take.Help().Key, "begin")
		}
	case filling:
		b.Take.SetHelp(b.Take.Help().Key, "next field")
		leave.SetHelp(leave.Help().Key, "accounts")
	case unlocking:
		b.Take.SetHelp(b.Take.Help().Key, "try it")
	case keeping:
		b.Take.SetHelp(b.Take.Help().Key, "save")
		if s.keep.Passphrase && s.keep.New && s.phraseAt == 0 {
			b.Take.SetHelp(b.Take.Help().Key, "next")
		}
		leave.SetHelp(leave.Help().Key, "change it")
	}
	leave.SetEnabled(s.mode != keeping || !s.busy)
	b.Take.SetEnabled(!s.busy)
	return []key.Binding{b.Take, b.Check, b.Cycle, b.Edit, leave, b.Move}
}
