package people

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A Store is the outbox as the page uses it. Its calls are made in commands.
type Store interface {
	draft.Book
	CountContacts(ctx context.Context, f outbox.ContactFilter) (int, error)
	ContactNames(ctx context.Context, numbers []string) (map[string]string, error)
	PutContacts(ctx context.Context, all []outbox.Contact) (added, updated int, err error)
	RemoveContacts(ctx context.Context, numbers []string) ([]outbox.Contact, error)
	OptOuts(ctx context.Context, f outbox.OptOutFilter) ([]outbox.OptOut, error)
	AddOptOuts(ctx context.Context, entries []outbox.OptOut) (int, error)
	Remove(ctx context.Context, numbers []string, sender string) ([]outbox.OptOut, error)
	Release(ctx context.Context, numbers []string) ([]outbox.OptOut, error)
}

// Deps are what the page needs of the console.
type Deps struct {
	Store  func() Store // nil until it is open
	Region string       // by which numbers in a national form are read
	Now    func() time.Time
	Shell  words.Shell // where commands are pasted that are shown
}

// A kind is who is listed.
type kind int

const (
	contacts kind = iota
	optedOut
	held
	kinds // how many there are
)

var kindNames = [...]string{"contacts", "opted out", "held"}

// findAfter is how long after a key the search begins.
const findAfter = 150 * time.Millisecond

// A Page is the people.
type Page struct {
	ctx      context.Context
	deps     Deps
	bindings keys.People
	global   keys.Global

	reading page.Reading

	kind   kind
	rows   []row
	list   widget.List
	count  int // how many there are, of whom rows are the first
	read   bool
	failed string // why there are none

	find   widget.Field
	finds  bool // it has the cursor
	add    *adding
	w, h   int
	atNext string // the number that gets the cursor when the rows come
}

// New is the page with nothing read yet.
func New(ctx context.Context, d Deps, k *keys.Map) *Page {
	return &Page{ctx: ctx, deps: d, bindings: k.People, global: k.Global, find: widget.NewField(false)}
}

// Messages of the page.
type (
	rowsRead struct {
		turn  int
		rows  []row
		count int
		err   error
	}
	findDue struct{ value string }
	done    struct {
		said string
		err  error
		at   string // the number that it is about
	}
)

func (rowsRead) To() page.ID { return page.People }
func (findDue) To() page.ID  { return page.People }
func (done) To() page.ID     { return page.People }

// Show reads who there is.
func (p *Page) Show(*draft.Form, page.Entry) tea.Cmd {
	p.reading.Show()
	return p.load()
}

// Leave keeps what is half typed.
func (p *Page) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	p.reading.Leave()
	p.stopFinding()
	return nil, nil
}

// News reads again. The app calls it when the outbox has changed.
func (p *Page) News() tea.Cmd {
	if !p.reading.Changed() {
		return nil
	}
	return p.load()
}

// Update takes keys, pastes and what was read.
func (p *Page) Update(msg tea.Msg, f *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case rowsRead:
		return p.onRows(msg)
	case findDue:
		if msg.value != p.find.Value() {
			return nil, nil
		}
		return nil, p.load()
	case page.Rested:
		if p.reading.Again(msg) {
			return nil, p.load()
		}
	case done:
		return p.onDone(msg)
	case added:
		return p.onAdded(msg)
	case tea.PasteMsg:
		switch {
		case p.add != nil:
			return nil, p.add.update(msg)
		case p.finds:
			return nil, p.findTyped(msg)
		}
		return page.PastedNowhere(msg), nil
	case tea.KeyPressMsg:
		switch {
		case p.add != nil:
			return p.inAdd(msg)
		case p.finds:
			return nil, p.inFind(msg)
		}
		return p.inList(msg, f)
	}
	return nil, nil
}

// onDone tells of a change and reads who there is by now.
func (p *Page) onDone(msg done) (page.Intent, tea.Cmd) {
	if msg.err != nil {
		return page.Failed(text.Clean(msg.err.Error())), nil
	}
	p.atNext = msg.at
	return page.Done(msg.said), p.load()
}

func (p *Page) inList(msg tea.KeyPressMsg, f *draft.Form) (page.Intent, tea.Cmd) {
	b := p.bindings
	at, some := p.selected()
	switch {
	case key.Matches(msg, p.global.Back) && p.find.Value() != "":
		p.find.Set("")
		return nil, p.load()
	case key.Matches(msg, p.global.Back):
		return page.Back{}, nil
	case p.list.Move(msg, b.Move):
	case key.Matches(msg, b.Find):
		p.finds = true
		p.find.Focus()
	case key.Matches(msg, b.Kind) && msg.String() == "left", key.Matches(msg, p.global.PrevField):
		return nil, p.turnTo(p.kind - 1)
	case key.Matches(msg, b.Kind), key.Matches(msg, p.global.NextField):
		return nil, p.turnTo(p.kind + 1)
	case key.Matches(msg, b.Add):
		p.add = newAdding(p.w)
	case !some:
	case key.Matches(msg, b.Use):
		return p.use(at, f), nil
	case key.Matches(msg, b.Remove):
		return p.askRemove(at), nil
	case key.Matches(msg, b.OptOut) && at.warn == isOptedOut:
		return page.Warn(at.called() + " opted out already"), nil
	case key.Matches(msg, b.OptOut) && p.kind != optedOut:
		return p.askOptOut(at), nil
	}
	return nil, nil
}

// turnTo lists another kind.
func (p *Page) turnTo(k kind) tea.Cmd {
	p.kind = (k + kinds) % kinds
	p.rows, p.read, p.count = nil, false, 0
	p.list.Resize(0, p.listRows())
	return p.load()
}

func (p *Page) inFind(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, p.global.Back) && p.find.Value() != "":
		p.find.Set("")
		return p.load()
	case key.Matches(msg, p.global.Back, p.global.NextField, p.global.PrevField), msg.String() == "enter", msg.String() == "down", msg.String() == "up":
		p.stopFinding()
		return nil
	}
	return p.findTyped(msg)
}

func (p *Page) stopFinding() {
	p.finds = false
	p.find.Blur()
}

// findTyped gives the search a key or a paste, and searches a moment later.
func (p *Page) findTyped(msg tea.Msg) tea.Cmd {
	before := p.find.Value()
	cmd := p.find.Update(msg)
	now := p.find.Value()
	if now == before {
		return cmd
	}
	return tea.Batch(cmd, tea.Tick(findAfter, func(time.Time) tea.Msg { return findDue{now} }))
}

// use puts a person to the recipients of the message that is written.
func (p *Page) use(at row, f *draft.Form) page.Intent {
	for _, to := range f.To {
		if to == at.number {
			return page.Warn(at.called() + " is among the recipients already")
		}
	}
	if p.kind != contacts {
		return page.Warn(at.called() + ": " + kindNames[p.kind] + "; nothing can be sent there")
	}
	if at.warn != "" {
		return page.Warn(at.called() + ": " + at.warn + "; nothing can be sent there")
	}
	f.Add(at.number)
	return page.Done(at.called() + " added to the recipients")
}

// Keys are what works now.
func (p *Page) Keys(*draft.Form) []key.Binding {
	b := p.bindings
	_, some := p.selected()
	switch {
	case p.add != nil:
		b.Save.SetEnabled(true)
		return []key.Binding{b.Save, p.global.NextField, p.global.Back}
	case p.finds:
		return []key.Binding{p.global.Back}
	}
	b.Use.SetEnabled(some && p.kind == contacts)
	b.Remove.SetEnabled(some)
	b.OptOut.SetEnabled(some && p.kind != optedOut)
	b.Remove.SetHelp(b.Remove.Help().Key, [...]string{"remove", "let texts go there again", "keep texting"}[p.kind])
	b.Kind.SetHelp(b.Kind.Help().Key, kindNames[(p.kind+1)%kinds])
	if p.kind == held { // what is decided here comes first
		return []key.Binding{b.OptOut, b.Remove, b.Find, b.Kind, b.Add, p.global.Back, b.Move}
	}
	return []key.Binding{b.Use, b.Find, b.Add, b.Kind, b.Remove, b.OptOut, p.global.Back, b.Move}
}

// Jump does nothing: no field of a message is filled in here.
func (p *Page) Jump(messaging.Field, int, *draft.Form) {}

// Typing reports whether a text field has the cursor.
func (p *Page) Typing() bool { return p.finds || p.add != nil }

// Closes reports whether somebody is looked for or added.
func (p *Page) Closes(*draft.Form) bool { return p.Typing() }

// Resize fits everything into so many cells.
func (p *Page) Resize(w, h int) {
	p.w, p.h = w, h
	p.find.Resize(max(w-labelWidth, 1), 1)
	if p.add != nil {
		p.add.resize(w)
	}
	p.list.Resize(len(p.rows), p.listRows())
}
