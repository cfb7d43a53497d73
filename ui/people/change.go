package people

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// askRemove asks before a contact is forgotten, or before texts go there again.
func (p *Page) askRemove(at row) page.Intent {
	d := page.Dialog{Title: "Forget " + at.called() + "?", Body: []string{"Messages stay; only the name, groups and fields go."}, Yes: "forget", Act: func() tea.Cmd {
		return p.change("forgot "+at.called(), "", func(s Store) error {
			_, err := s.RemoveContacts(p.ctx, []string{at.number})
			return err
		})
	}}
	switch p.kind {
	case optedOut:
		d.Title, d.Yes = "Let texts go to "+at.called()+" again?", "let texts go there"
		d.Body = []string{at.rest, "Do that only if they told you that they want them. Who wrote STOP is blocked at the carrier as well, until they write START."}
		d.Act = func() tea.Cmd {
			return p.change("texts go to "+at.called()+" again", "", func(s Store) error {
				_, err := s.Remove(p.ctx, []string{at.number}, at.sender)
				return err
			})
		}
	case held:
		d = page.AskLetTextsGo(at.called(), []string{at.rest}, func() tea.Cmd {
			return p.change("texts go to "+at.called(), "", func(s Store) error {
				_, err := s.Release(p.ctx, []string{at.number})
				return err
			})
		})
	case contacts, kinds:
	}
	return page.Ask{Dialog: d}
}

// askOptOut asks before somebody gets no texts any more.
func (p *Page) askOptOut(at row) page.Intent {
	who := at.called()
	return page.Ask{Dialog: page.AskOptOut(who, nil, func() tea.Cmd {
		return p.change(who+" opted out", at.number, func(s Store) error {
			_, err := s.AddOptOuts(p.ctx, []outbox.OptOut{{Number: at.number, By: outbox.OptedByPerson}})
			return err
		})
	})}
}

// change makes a change in a command, and tells of it.
func (p *Page) change(said, at string, do func(Store) error) tea.Cmd {
	store := p.deps.Store()
	if store == nil {
		return nil
	}
	return func() tea.Msg { return done{said, do(store), at} }
}

// Fields of adding somebody.
const (
	nameField = iota
	numberField
	groupsField
	addFields // how many there are
)

var addLabels = [...]string{"Name", "Number", "Groups"}

// An adding is a person who is being added.
type adding struct {
	fields [addFields]widget.Field
	at     int
	wrong  string // why it cannot be added; clean
	under  bool   // it is being added
}

func newAdding(w int) *adding {
	a := &adding{}
	for i := range a.fields {
		a.fields[i] = widget.NewField(false)
	}
	a.resize(w)
	a.to(nameField)
	return a
}

func (a *adding) resize(w int) {
	for i := range a.fields {
		a.fields[i].Resize(max(w-labelWidth, 1), 1)
	}
}

func (a *adding) to(at int) {
	a.fields[a.at].Blur()
	a.at = (at + addFields) % addFields
	a.fields[a.at].Focus()
}

func (a *adding) update(msg tea.Msg) tea.Cmd {
	a.wrong = ""
	return a.fields[a.at].Update(msg)
}

func (p *Page) inAdd(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	a := p.add
	switch {
	case key.Matches(msg, p.global.Back):
		p.add = nil
	case key.Matches(msg, p.global.NextField), msg.String() == "down":
		a.to(a.at + 1)
	case key.Matches(msg, p.global.PrevField), msg.String() == "up":
		a.to(a.at - 1)
	case key.Matches(msg, p.bindings.Save) && a.at < groupsField:
		a.to(a.at + 1)
	case key.Matches(msg, p.bindings.Save) && a.under:
	case key.Matches(msg, p.bindings.Save):
		return p.save()
	default:
		return nil, a.update(msg)
	}
	return nil, nil
}

// added is the end of adding somebody.
type added struct {
	of  *adding
	who row
	err error
}

func (added) To() page.ID { return page.People }

// save adds the person, or says what is wrong and stays.
func (p *Page) save() (page.Intent, tea.Cmd) {
	a, store := p.add, p.deps.Store()
	n, err := number.Parse(a.fields[numberField].Value(), p.deps.Region)
	if err != nil {
		a.wrong = text.Clean(err.Error())
		a.to(numberField)
		return page.Failed("nothing was added"), nil
	}
	c := outbox.Contact{Number: n.E164, Name: strings.TrimSpace(a.fields[nameField].Value())}
	for g := range strings.FieldsFuncSeq(a.fields[groupsField].Value(), func(r rune) bool { return r == ',' || r == ';' }) {
		if g = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(g), "@")); g != "" {
			c.Groups = append(c.Groups, g)
		}
	}
	if c.Name == "" {
		a.wrong = "a name is missing"
		a.to(nameField)
		return page.Failed("nothing was added"), nil
	}
	if store == nil {
		a.wrong = "the outbox is not open yet"
		return page.Failed("nothing was added"), nil
	}
	a.under = true
	return nil, func() tea.Msg {
		_, _, err := store.PutContacts(p.ctx, []outbox.Contact{c})
		return added{a, row{number: c.Number, name: c.Name}, err}
	}
}

// onAdded shows whom it added among the contacts. What could not be added stays in the
// fields.
func (p *Page) onAdded(msg added) (page.Intent, tea.Cmd) {
	msg.of.under = false
	if msg.err != nil {
		if msg.of.wrong = text.Clean(msg.err.Error()); p.add != msg.of {
			return page.Failed("nothing was added: " + msg.of.wrong), nil
		}
		return page.Failed("nothing was added"), nil
	}
	if p.add == msg.of {
		p.add = nil
	}
	if p.kind != contacts || p.find.Value() != "" {
		p.find.Set("")
		p.kind, p.rows = contacts, nil
	}
	return p.onDone(done{said: msg.who.called() + " is in the contacts", at: msg.who.number})
}
