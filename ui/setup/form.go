package setup

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/text"
	"telex/ui/widget"
)

// A field is one field of the form of an account.
type field struct {
	key    account.Key
	in     widget.Input // nil for one that is picked
	picked int
	wrong  string // what is wrong with it, since it was left; clean
	denied string // what Bandwidth said of it, until it is changed or asked about again; clean
	doubt  string // why it is unlikely to be right, since then; clean
}

// A form is what is typed about one account. It shows the fields of
// [account.Fields] that have a label, in their order.
type form struct {
	fields []field
	at     int
	known  bool            // it exists: its name stays, and its secret unless another is typed
	before account.Account // as it was when the form was opened
	taken  []string        // the names of all accounts
}

func newForm(region string) *form {
	f := &form{before: account.Account{Region: region}}
	for _, of := range shownFields(f.before) {
		g := field{key: of.Key}
		switch {
		case of.Secret:
			g.in = widget.NewSecret()
		case len(of.Picks) == 0:
			in := widget.NewField(false)
			g.in = &in
		}
		f.fields = append(f.fields, g)
	}
	f.field(account.Region).in.Set(region)
	return f
}

// shownFields are the fields of an account that a form has.
func shownFields(a account.Account) []account.Field {
	return slices.DeleteFunc(account.Fields(a), func(of account.Field) bool { return of.Label == "" })
}

// shown are what stands in the fields of the form, in their order, called as the
// credentials that are picked would have it.
func (f *form) shown() []account.Field {
	var a account.Account
	auth, _ := account.FieldOf(account.Auth, a)
	auth.Set(&a, auth.Picks[f.field(account.Auth).picked])
	return shownFields(a)
}

func (f *form) field(key account.Key) *field { return &f.fields[f.index(key)] }

func (f *form) index(key account.Key) int {
	return slices.IndexFunc(f.fields, func(g field) bool { return g.key == key })
}

// load fills the form with an account.
func (f *form) load(a account.Account, known bool) {
	f.known, f.before = known, a
	for i, of := range shownFields(a) {
		g := &f.fields[i]
		switch {
		case g.in == nil:
			g.picked = max(slices.Index(of.Picks, of.Value(a)), 0)
		case !of.Secret:
			g.in.Set(of.Value(a))
		}
	}
	f.at = max(f.at, f.first())
	f.settle()
}

// first is the first field that can be changed.
func (f *form) first() int {
	if f.known {
		return 1 // the name stays
	}
	return 0
}

// account is what the form says. Numbers are in E.164 where they could be read.
func (f *form) account() account.Account {
	var a account.Account
	for i, of := range f.shown() {
		if g := f.fields[i]; g.in == nil {
			of.Set(&a, of.Picks[g.picked])
		} else {
			of.Set(&a, g.in.Value())
		}
	}
	return a.Settled() // now that the region is known
}

// secretStays reports whether the secret that is kept is the one to go on with. It
// belongs to one id in one account.
func (f *form) secretStays() bool {
	a, b := f.account(), f.before
	return f.known && a.Secret == nil && a.Basic == b.Basic && a.ID == b.ID && a.AccountID == b.AccountID
}

// choice reports whether the field with the cursor is picked rather than typed.
func (f *form) choice() bool { return !f.onButton() && f.fields[f.at].in == nil }

// typing reports whether a text field has the cursor.
func (f *form) typing() bool { return !f.onButton() && !f.choice() }

// onButton reports whether the cursor is behind the last field, where all is checked.
func (f *form) onButton() bool { return f.at == len(f.fields) }

// settle gives the cursor to the field it is at.
func (f *form) settle() {
	for i, g := range f.fields {
		if g.in == nil {
			continue
		}
		if g.in.Blur(); i == f.at {
			g.in.Focus()
		}
	}
}

func (f *form) resize(w int) {
	for _, g := range f.fields {
		if g.in != nil {
			g.in.Resize(w-labelWidth, 1)
		}
	}
}

// step leaves a field, whose value is judged then, for the next one. The name of
// an account that exists is skipped.
func (f *form) step(by int, accounts account.Accounts) {
	if !f.onButton() {
		g := &f.fields[f.at]
		g.wrong, g.doubt = f.judge(g.key, accounts), f.doubt(g.key)
	}
	f.at = min(max(f.at+by, f.first()), len(f.fields))
	f.settle()
}

// typed gives a key or a paste to the field with the cursor.
func (f *form) typed(msg tea.Msg) tea.Cmd {
	if f.onButton() {
		return nil
	}
	g := &f.fields[f.at]
	if g.in != nil {
		before := g.in.Value()
		cmd := g.in.Update(msg)
		if g.in.Value() != before {
			g.wrong, g.denied, g.doubt = "", "", ""
		}
		return cmd
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		n := len(f.shown()[f.at].Picks)
		switch k.String() {
		case "up", "left":
			g.picked = (g.picked + n - 1) % n
		case "down", "right", "space":
			g.picked = (g.picked + 1) % n
		}
	}
	return nil
}

// deny marks a field that Bandwidth refused, and goes to it.
func (f *form) deny(key account.Key, why string) {
	f.at = f.index(key)
	f.fields[f.at].denied = why
	f.settle()
}

// fault is what is wrong with a field; "" for nothing that is known.
func (g field) fault() string { return cmp.Or(g.wrong, g.denied) }

// check judges every field, goes to the first that is wrong, and returns how many are.
func (f *form) check(accounts account.Accounts) int {
	wrong := 0
	for i := range f.fields {
		g := &f.fields[i]
		g.doubt, g.denied = f.doubt(g.key), ""
		if g.wrong = f.judge(g.key, accounts); g.wrong == "" {
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
func (f *form) judge(key account.Key, accounts account.Accounts) string {
	a := f.account()
	switch {
	case key == account.Name && f.known, key == account.Secret && f.secretStays():
		return ""
	case key == account.Name:
		if err := accounts.CheckName(a.Name); err != nil {
			return text.Clean(err.Error())
		}
		if slices.Contains(f.taken, a.Name) {
			return "there is an account of that name; choose another, or change that one from the list"
		}
		return ""
	}
	of, _ := account.FieldOf(key, a)
	if err := of.Judge(a); err != nil {
		return text.Clean(err.Error())
	}
	return ""
}

// doubt says why a field is unlikely to be right although it can be used; "" for nothing.
func (f *form) doubt(key account.Key) string {
	a := f.account()
	of, _ := account.FieldOf(key, a)
	return text.Clean(of.Doubt(a))
}

// doubtful reports whether a field has a mark because of a doubt.
func (f *form) doubtful() bool {
	return slices.ContainsFunc(f.fields, func(g field) bool { return g.fault() == "" && g.doubt != "" })
}
