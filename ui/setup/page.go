package setup

import (
	"context"
	"errors"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// mode is what Setup shows.
type mode int

const (
	choosing  mode = iota // the accounts there are, and how to begin
	filling               // the form of one account
	unlocking             // a passphrase is needed for the secret that is kept
	keeping               // the account works: where its secret goes
)

// A Page is the page beside the steps where accounts are connected, changed and
// chosen. What is typed in it stays in memory until it is saved or telex ends.
type Page struct {
	ctx      context.Context
	accounts account.Accounts // nil: there is no choice
	region   string
	bindings keys.Setup
	global   keys.Global
	use      InUse

	mode mode
	list choices

	forms   map[string]*form // what was filled in and not saved, by name; "" is a new account
	form    *form            // the one in front
	front   bool             // the page is shown
	keep    account.Keeping
	wants   string // what is to be unlocked; clean
	phrases phrases

	inspected inspection // of the account in front
	busy      bool       // an answer is being waited for
	counted   bool       // how many fields are wrong stands on the status line
	try       int        // tells the answer that is waited for from earlier ones
	w, h      int
}

// InUse is what sends now.
type InUse struct {
	Profile string // "" for none
	Sandbox bool
	First   bool   // nothing is in use yet
	Version string // of telex
}

// New is the page with nothing read yet. Accounts may be nil: then there is nothing
// to choose from. Numbers of a new account are read in region.
func New(ctx context.Context, accounts account.Accounts, region string, use InUse, k *keys.Map) *Page {
	return &Page{
		ctx: ctx, accounts: accounts, region: region, bindings: k.Setup, global: k.Global, use: use,
		forms: map[string]*form{}, form: newForm(region), phrases: newPhrases(),
	}
}

// Inherit takes over what was filled in on another page and not saved.
func (s *Page) Inherit(from *Page) { s.forms = from.forms }

// UseAccount asks the app to go on with another account; nil is the sandbox. The
// warnings are about how it was saved, clean; they are shown whether that works or not.
type UseAccount struct {
	Account  *account.Account
	Warnings []string
}

// IsIntent marks it as a [page.Intent].
func (UseAccount) IsIntent() {}

// Messages of Setup.
type (
	accountsRead struct {
		all []account.Account
		err error
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

// Show reads the accounts there are.
func (s *Page) Show(*draft.Form, page.Entry) tea.Cmd {
	s.front = true
	s.form.settle()
	return s.load()
}

func (s *Page) load() tea.Cmd {
	if s.accounts == nil {
		return nil
	}
	accounts, ctx := s.accounts, s.ctx
	return func() tea.Msg {
		all, _, err := accounts.List(ctx)
		return accountsRead{all, err}
	}
}

// Jump does nothing: no field of a message is filled in here.
func (s *Page) Jump(messaging.Field, int, *draft.Form) {}

// Leave keeps what was filled in.
func (s *Page) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	s.front = false
	return nil, nil
}

// Typing reports whether a field or a passphrase has the cursor.
func (s *Page) Typing() bool { return s.mode == filling && s.form.typing() || s.asksPhrase() }

// Closes reports whether something is asked in front of the form.
func (s *Page) Closes(*draft.Form) bool { return s.mode == unlocking || s.mode == keeping }

// asksPhrase reports whether a passphrase has the cursor.
func (s *Page) asksPhrase() bool {
	return s.mode == unlocking || s.mode == keeping && s.keep.Passphrase
}

// rows is how many rows of the list fit.
func (s *Page) listRows() int { return max(s.h-3, 1) }

// Resize gives the fields their width.
func (s *Page) Resize(w, h int) {
	s.w, s.h = w, h
	s.form.resize(w)
	s.phrases.resize(w)
	s.list.Resize(s.list.count(), s.listRows())
}

// Update takes keys, pastes, and what the accounts answered.
func (s *Page) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case accountsRead:
		s.onRead(msg)
		return nil, nil
	case accountChecked:
		return s.onChecked(msg)
	case accountInspected:
		return s.onInspected(msg), nil
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

func (s *Page) onRead(msg accountsRead) {
	if s.list.failed = ""; msg.err != nil {
		s.list.failed = text.Clean(msg.err.Error())
		return
	}
	s.list.all = msg.all
	s.list.Resize(s.list.count(), s.listRows())
}

func (s *Page) paste(msg tea.PasteMsg) (page.Intent, tea.Cmd) {
	switch {
	case s.mode == filling && s.form.typing() && !s.busy:
		return nil, s.form.typed(msg)
	case s.asksPhrase() && !s.busy:
		return nil, s.phrases.in[s.phrases.at].Update(msg)
	}
	return page.PastedNowhere(msg), nil
}

// inChoices takes a key while the list is shown.
func (s *Page) inChoices(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, s.global.Back):
		return page.Back{}, nil
	case s.list.Move(msg, s.bindings.Move):
		return nil, nil
	case key.Matches(msg, s.bindings.Edit) && s.canEdit():
		s.fill(*s.list.selected(), true)
	case key.Matches(msg, s.bindings.Take):
		switch s.list.at(s.list.At) {
		case useAccount:
			return UseAccount{Account: s.list.selected()}, nil
		case connect:
			s.fill(account.Account{Name: s.list.freeName(), Region: s.region}, false)
		case sandbox:
			return UseAccount{}, nil
		}
	}
	return nil, nil
}

// canEdit reports whether the account with the cursor can be changed here.
func (s *Page) canEdit() bool {
	a := s.list.selected()
	return a != nil && !a.Environment
}

// fill opens the form with an account, as it was left if that is half filled.
func (s *Page) fill(a account.Account, known bool) {
	s.mode = filling
	name := ""
	if known {
		name = a.Name
	}
	if s.form = s.forms[name]; s.form == nil {
		s.form = newForm(a.Region)
		s.form.load(a, known)
		s.forms[name] = s.form
	}
	s.form.taken = nil
	for _, other := range s.list.all {
		s.form.taken = append(s.form.taken, other.Name)
	}
	s.form.resize(s.w)
	s.form.settle()
}

// inForm takes a key while an account is filled in.
func (s *Page) inForm(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
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
	case key.Matches(msg, s.bindings.Take) && f.onButton():
		return s.check(nil)
	case key.Matches(msg, s.bindings.Take):
		f.step(+1, s.accounts)
	default:
		cmd := f.typed(msg)
		if s.counted { // they may be fewer by now
			s.counted = false
			return page.Tell{}, cmd
		}
		return nil, cmd
	}
	return nil, nil
}

// check judges the form and, if nothing is wrong with it, asks the API. Typed is the
// passphrase of the secret that is kept, if that was asked for.
func (s *Page) check(typed account.Typed) (page.Intent, tea.Cmd) {
	if n := s.form.check(s.accounts); n > 0 {
		s.counted = true
		return page.Warn("fix " + text.Count(n, "field") + ", then " + s.bindings.Check.Help().Key), nil
	}
	s.busy = true
	s.try++
	accounts, ctx, of, try := s.accounts, s.ctx, s.form.account(), s.try
	return page.Done("asking Bandwidth whether it accepts these credentials"), func() tea.Msg {
		m := accountChecked{try: try}
		limited, cancel := context.WithTimeout(ctx, account.AskWithin)
		defer cancel()
		if m.err = accounts.Check(limited, of, typed); m.err == nil {
			m.keep, m.err = accounts.Keeping(ctx, of)
		}
		return m
	}
}

func (s *Page) onChecked(msg accountChecked) (page.Intent, tea.Cmd) {
	if msg.try != s.try {
		return nil, nil
	}
	s.busy = false
	s.phrases.clear()
	if ask, ok := errors.AsType[*account.AskError](msg.err); ok {
		s.mode, s.wants = unlocking, text.Clean(ask.What)
		return page.Failed(text.Clean(ask.Why)), nil
	}
	if msg.err != nil {
		s.mode = filling
		what := words.Describe(msg.err).What
		if at, known := account.Blamed(s.form.account(), msg.err); known {
			s.form.deny(at, what)
		}
		return page.Failed("not saved: " + what), nil
	}
	s.mode, s.keep = keeping, msg.keep
	if s.form.secretStays() {
		s.keep.Passphrase = false // nothing new is to be kept
	}
	return page.Done(""), s.inspect()
}

// Keys are what works in the list, the form, or the question in front.
func (s *Page) Keys(*draft.Form) []key.Binding {
	b, leave := s.bindings, s.global.Back
	b.Move.SetEnabled(s.mode == choosing)
	b.Edit.SetEnabled(s.mode == choosing && s.canEdit())
	b.Check.SetEnabled(s.mode == filling && !s.busy)
	b.Cycle.SetEnabled(s.mode == filling && s.form.choice())
	switch s.mode {
	case choosing:
		switch s.list.at(s.list.At) {
		case connect:
			b.Take.SetHelp(b.Take.Help().Key, "connect")
		case sandbox:
			if !s.use.Sandbox {
				b.Take.SetHelp(b.Take.Help().Key, "try it")
			}
		case useAccount:
		}
	case filling:
		b.Take.SetHelp(b.Take.Help().Key, "next field")
		if s.form.onButton() {
			b.Take.SetHelp(b.Take.Help().Key, "check and save")
			b.Check.SetEnabled(false)
		}
		leave.SetHelp(leave.Help().Key, "accounts")
	case unlocking:
		b.Take.SetHelp(b.Take.Help().Key, "unlock")
	case keeping:
		b.Take.SetHelp(b.Take.Help().Key, "save")
		if s.keep.Passphrase && s.keep.New && s.phrases.at == 0 {
			b.Take.SetHelp(b.Take.Help().Key, "next")
		}
		leave.SetHelp(leave.Help().Key, "change it")
	}
	leave.SetEnabled(s.mode != keeping || !s.busy)
	b.Take.SetEnabled(!s.busy)
	return []key.Binding{b.Take, b.Check, b.Cycle, b.Edit, leave, b.Move}
}
