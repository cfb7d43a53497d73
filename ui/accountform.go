package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/number"
)

// An accountField is one field of the form of an account.
type accountField struct {
	id     accountFieldID
	in     input    // nil for a choice
	picks  []string // of a choice
	picked int
	wrong  string // what is wrong with it, since it was left; clean
}

type accountFieldID int

const (
	nameField accountFieldID = iota
	authField
	accountIDField
	credentialField
	secretInput
	applicationField
	numbersField
	regionField
	baseURLField
	productionField
)

// An accountForm is what is typed about one account.
type accountForm struct {
	fields []accountField
	at     int
	known  bool     // it exists: its name stays, and its secret unless another is typed
	before Account  // as it was when the form was opened
	taken  []string // the names of all accounts
}

func newAccountForm(region string) *accountForm {
	text := func(id accountFieldID) accountField {
		f := newField(false)
		return accountField{id: id, in: &f}
	}
	f := &accountForm{fields: []accountField{
		text(nameField),
		{id: authField, picks: []string{"OAuth", "HTTP Basic"}},
		text(accountIDField),
		text(credentialField),
		{id: secretInput, in: newSecretField()},
		text(applicationField),
		text(numbersField),
		text(regionField),
		text(baseURLField),
		{id: productionField, picks: []string{"no", "yes"}},
	}}
	f.field(regionField).in.set(region)
	return f
}

func (f *accountForm) field(id accountFieldID) *accountField {
	return &f.fields[slices.IndexFunc(f.fields, func(g accountField) bool { return g.id == id })]
}

// load fills the form with an account.
func (f *accountForm) load(a Account, known bool) {
	f.known, f.before = known, a
	for id, value := range map[accountFieldID]string{
		nameField: a.Name, accountIDField: a.AccountID, credentialField: a.ID, applicationField: a.ApplicationID,
		numbersField: strings.Join(a.Numbers, ", "), baseURLField: a.BaseURL,
	} {
		f.field(id).in.set(value)
	}
	f.field(authField).picked = pickOf(a.Basic)
	f.field(productionField).picked = pickOf(a.Production)
	if known {
		f.at = 1
	}
	f.settle()
}

func pickOf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// account is what the form says. Numbers are in E.164 where they could be read.
func (f *accountForm) account() Account {
	value := func(id accountFieldID) string { return strings.TrimSpace(f.field(id).in.value()) }
	a := Account{
		Name: value(nameField), AccountID: value(accountIDField), ApplicationID: value(applicationField),
		Basic: f.basicPicked(), ID: value(credentialField), BaseURL: value(baseURLField),
		Region: strings.ToUpper(value(regionField)), Production: f.field(productionField).picked == 1,
	}
	if secret, ok := f.field(secretInput).in.(*secretField); ok {
		a.Secret = secret.typed()
	}
	for _, typed := range splitNumbers(value(numbersField)) {
		a.Numbers = append(a.Numbers, settleSender(typed, a.Region))
	}
	return a
}

func splitNumbers(typed string) []string {
	var list []string
	for n := range strings.SplitSeq(typed, ",") {
		if n = strings.TrimSpace(n); n != "" {
			list = append(list, n)
		}
	}
	return list
}

func (f *accountForm) basicPicked() bool { return f.field(authField).picked == 1 }

// secretStays reports whether the secret that is kept is the one to go on with. It
// belongs to one id in one account.
func (f *accountForm) secretStays() bool {
	a, b := f.account(), f.before
	return f.known && a.Secret == nil && a.Basic == b.Basic && a.ID == b.ID && a.AccountID == b.AccountID
}

// choice reports whether the field with the cursor is picked rather than typed.
func (f *accountForm) choice() bool { return f.fields[f.at].in == nil }

// typing reports whether a text field has the cursor.
func (f *accountForm) typing() bool { return !f.choice() }

// settle gives the cursor to the field it is at.
func (f *accountForm) settle() {
	for i, g := range f.fields {
		if g.in == nil {
			continue
		}
		if g.in.blur(); i == f.at {
			g.in.focus()
		}
	}
}

func (f *accountForm) resize(w int) {
	for _, g := range f.fields {
		if g.in != nil {
			g.in.resize(w-setupLabel, 1)
		}
	}
}

// step leaves a field, whose value is judged then, for the next one. The name of
// an account that exists is passed over.
func (f *accountForm) step(by int, accounts Accounts) {
	g := &f.fields[f.at]
	g.wrong = f.judge(g.id, accounts)
	first := pickOf(f.known)
	f.at = min(max(f.at+by, first), len(f.fields)-1)
	f.settle()
}

// typed gives a key or a paste to the field with the cursor.
func (f *accountForm) typed(msg tea.Msg) tea.Cmd {
	g := &f.fields[f.at]
	if g.in != nil {
		before := g.in.value()
		cmd := g.in.update(msg)
		if g.in.value() != before {
			g.wrong = ""
		}
		return cmd
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "up", "left":
			g.picked = (g.picked + len(g.picks) - 1) % len(g.picks)
		case "down", "right", "space":
			g.picked = (g.picked + 1) % len(g.picks)
		}
	}
	return nil
}

// check judges every field, goes to the first that is wrong, and returns how many are.
func (f *accountForm) check(accounts Accounts) int {
	wrong := 0
	for i := range f.fields {
		g := &f.fields[i]
		if g.wrong = f.judge(g.id, accounts); g.wrong == "" {
			continue
		}
		if wrong++; wrong == 1 {
			f.at = i
			f.settle()
		}
	}
	return wrong
}

// judge says what is wrong with a field; "" for nothing.
func (f *accountForm) judge(id accountFieldID, accounts Accounts) string {
	a := f.account()
	missing := func(value, what string) string {
		if value == "" {
			return what
		}
		return ""
	}
	switch id {
	case nameField:
		if f.known {
			return ""
		}
		if err := accounts.CheckName(a.Name); err != nil {
			return Clean(err.Error())
		}
		if slices.Contains(f.taken, a.Name) {
			return "there is an account of that name; choose another, or change that one from the list"
		}
	case accountIDField:
		if strings.ContainsAny(a.AccountID, " /?#") {
			return "an account id has no such character"
		}
		return missing(a.AccountID, "the number of the account, which Bandwidth's dashboard shows")
	case credentialField:
		if a.Basic {
			return missing(a.ID, "the user name of the API's credentials")
		}
		return missing(a.ID, "the client id of the API's credentials")
	case secretInput:
		if f.secretStays() {
			return ""
		}
		return missing(a.Secret.value(), "type or paste it; it is not shown")
	case applicationField:
		return missing(a.ApplicationID, "the id of the application that the numbers belong to")
	case numbersField:
		return f.judgeNumbers(a)
	case regionField:
		if !number.IsRegion(a.Region) {
			return "a country's code of two letters, such as US"
		}
	case baseURLField:
		if a.BaseURL != "" {
			if err := messaging.CheckBaseURL(a.BaseURL); err != nil {
				return Clean(err.Error())
			}
		}
	case authField, productionField:
	}
	return ""
}

func (f *accountForm) judgeNumbers(a Account) string {
	if len(a.Numbers) == 0 {
		return "a number to send from, or several with commas"
	}
	for _, n := range a.Numbers {
		if _, _, err := number.ParseSender(n, a.Region); err != nil {
			return Clean(err.Error())
		}
	}
	return ""
}
