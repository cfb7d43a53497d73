package people

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
)

// A fake outbox has contacts.
type fake struct {
	Store

	all []outbox.Contact
	err error // of a change
}

func (f *fake) Contacts(context.Context, outbox.ContactFilter) ([]outbox.Contact, error) {
	return f.all, nil
}

func (f *fake) OptOuts(context.Context, outbox.OptOutFilter) ([]outbox.OptOut, error) {
	return nil, nil
}

func (f *fake) PutContacts(_ context.Context, more []outbox.Contact) (added, updated int, err error) {
	if f.err == nil {
		f.all = append(f.all, more...)
	}
	return len(more), 0, f.err
}

// showing is a page in front of a store, which is not open where that is nil.
func showing(t *testing.T, store Store) *Page {
	t.Helper()
	p := New(t.Context(), Deps{Store: func() Store { return store }, Region: "US", Now: time.Now}, keys.New())
	p.Resize(80, 20)
	return p
}

func (p *Page) shown() string { return strings.Join(p.View(nil, widget.Theme{}).Lines, "\n") }

func typing(p *Page, text string) {
	for _, r := range text {
		p.Update(tea.KeyPressMsg{Code: r, Text: string(r)}, nil)
	}
}

// add types somebody and presses enter behind the last field.
func add(p *Page) (in page.Intent, cmd tea.Cmd) {
	typing(p, "a")
	for _, field := range []string{"Zoe", "(919) 555-1099", "board"} {
		typing(p, field)
		in, cmd = p.Update(tea.KeyPressMsg{Code: tea.KeyEnter}, nil)
	}
	return in, cmd
}

// TestReadUnderNews: who there is gets shown, however often something changes meanwhile.
func TestReadUnderNews(t *testing.T) {
	p := showing(t, &fake{all: []outbox.Contact{{Number: "+19195551001", Name: "Ana"}}})
	read := p.Show(nil, page.AtDefault)
	if p.News() != nil {
		t.Error("it is read twice at once")
	}
	p.Update(read(), nil)
	if !strings.Contains(p.shown(), "Ana") {
		t.Errorf("what was read is not shown:\n%s", p.shown())
	}
}

// TestEnteredBy: who entered a contact is said where that is worth telling.
func TestEnteredBy(t *testing.T) {
	bea := outbox.User{Name: "bea\x1b[2J", Host: "south"}
	p := showing(t, &fake{all: []outbox.Contact{
		{Number: "+19195551001", Name: "Ana", Groups: []string{"choir"}, User: bea, Tells: true}, {Number: "+19195551002", Name: "Ben", User: bea},
	}})
	p.Update(p.Show(nil, page.AtDefault)(), nil)
	if got := p.shown(); strings.Count(got, "entered by") != 1 || !strings.Contains(got, "choir, entered by bea␛[2J at south") {
		t.Errorf("it shows\n%s", got)
	}
}

// TestAddingFails: somebody who could not be added stays in the fields, with the reason.
func TestAddingFails(t *testing.T) {
	closed := showing(t, nil)
	closed.deps.Store = func() Store { return nil }
	if in, cmd := add(closed); in != page.Failed("nothing was added") || cmd != nil {
		t.Errorf("without an outbox got %+v", in)
	}
	failing := showing(t, &fake{err: errors.New("the disk is full\x1b[2J")})
	_, cmd := add(failing)
	if in, _ := failing.Update(cmd(), nil); in != page.Failed("nothing was added") {
		t.Errorf("after a failure got %+v", in)
	}
	for _, p := range []*Page{closed, failing} {
		got := p.shown()
		for _, want := range []string{"Zoe", "(919) 555-1099", "board", "! "} {
			if !strings.Contains(got, want) || strings.Contains(got, "\x1b[2J") {
				t.Errorf("there is no %q:\n%s", want, got)
			}
		}
	}
	failing.deps.Store().(*fake).err = nil
	_, cmd = failing.Update(tea.KeyPressMsg{Code: tea.KeyEnter}, nil)
	in, cmd := failing.Update(cmd(), nil)
	failing.Update(cmd(), nil)
	if in != page.Done("Zoe +19195551099 is in the contacts") || !strings.Contains(failing.shown(), "> Zoe") || failing.add != nil {
		t.Errorf("in the end got %+v:\n%s", in, failing.shown())
	}
}
