package people

import (
	"context"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
)

// A fake outbox has contacts.
type fake struct {
	Store

	all []outbox.Contact
}

func (f *fake) Contacts(context.Context, outbox.ContactFilter) ([]outbox.Contact, error) {
	return f.all, nil
}

func (f *fake) OptOuts(context.Context, outbox.OptOutFilter) ([]outbox.OptOut, error) {
	return nil, nil
}

// showing is a page in front of a store, which is not open where that is nil.
func showing(t *testing.T, store Store) *Page {
	t.Helper()
	p := New(t.Context(), Deps{Store: func() Store { return store }, Region: "US", Now: time.Now}, keys.New())
	p.Resize(80, 20)
	return p
}

func (p *Page) shown() string { return strings.Join(p.View(nil, widget.Theme{}).Lines, "\n") }

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

