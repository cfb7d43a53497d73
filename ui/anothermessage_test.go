package ui

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
)

// otherDraft is a draft to one person that nobody is writing.
func otherDraft(d *driver) {
	d.t.Helper()
	f := draft.Form{Draft: messaging.Draft{From: "+19195550101", Text: "Only for you", To: []string{five[4]}}}
	body, err := f.Encode()
	if err != nil {
		d.t.Fatal(err)
	}
	id, err := d.a.store.SaveDraft(d.t.Context(), 0, "sandbox", body)
	if err == nil {
		err = d.a.store.LeaveDraft(d.t.Context(), id)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// TestTypedForAnotherMessage: what stands in the field of Recipients or Media goes with its
// own message, and not to a draft that is continued in its place.
func TestTypedForAnotherMessage(t *testing.T) {
	for _, typed := range []string{five[0], "https://example.org/a.png"} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			otherDraft(d)
			d.typeText("Hi")
			d.press("ctrl+n")
			if typed != five[0] {
				d.press("ctrl+n")
			}
			d.typeText(typed)
			d.press("f3", "enter")
			d.at("Compose")
			d.see("Only for you")
			if f := d.a.form; !slices.Equal(f.To, five[4:]) || len(f.Media) > 0 {
				t.Errorf("%q was added to another message: %+v", typed, f)
			}
			d.press("f3", "enter")
			if f := d.a.form; f.Text != "Hi" || f.NewTo+f.NewMedia != typed {
				t.Errorf("of the first message is left %+v", f)
			}
		})
	}
}

// TestSenderOfAnotherMessage: a draft that is continued has its own sender, whatever stood in
// the field before.
func TestSenderOfAnotherMessage(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		otherDraft(d)
		d.typeText("Hi")
		d.press("f3", "enter")
		d.see("Only for you", "Draft restored")
		if got := d.a.form.From; got != "+19195550101" {
			t.Errorf("it is from %s, want the sender of the draft", got)
		}
	})
}

// A slowBook looks people up when it is told to.
type slowBook struct {
	draft.Book

	wait chan struct{}
}

func (b slowBook) Contacts(ctx context.Context, f outbox.ContactFilter) ([]outbox.Contact, error) {
	select {
	case <-b.wait:
	case <-ctx.Done():
	}
	return b.Book.Contacts(ctx, f)
}

// slowly lets people be looked up only when the channel that it returns is closed.
func slowly(d *driver) chan struct{} {
	wait := make(chan struct{})
	d.a.recipients.people.book = func() draft.Book { return slowBook{d.a.store, wait} }
	return wait
}

// TestPeopleOfAnotherMessage: people who were looked up for one message, or read from a file,
// are not added to another one that is written by then.
func TestPeopleOfAnotherMessage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte("Name,Phone\nAnn,+12345678902\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"Ana Ruiz", path} {
		synctest.Test(t, func(t *testing.T) {
			_, deps := knowing(t, choir()...)
			d := start(t, deps)
			d.write("Only for you", five[4])
			d.enterOnReview()
			d.press("n", "ctrl+n")
			wait := slowly(d)
			d.typeText(typed)
			var read listRead
			if typed == path {
				read.typed = path
				read.people, read.err = draft.ReadList(path, "US")
			}
			d.press("f2", "s")
			d.at("Review")
			close(wait)
			d.settle()
			if typed == path {
				d.send(read)
			}
			if to := d.a.form.To; !slices.Equal(to, five[4:]) {
				t.Errorf("%q was added to another message, which goes to %q", typed, to)
			}
		})
	}
}

// TestReviewChanges: when people who were looked up come to a message on Review, that is
// asked about anew, and an enter that was meant for what stood there before sends nothing.
func TestReviewChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := peopled(t)
		d := start(t, deps)
		d.typeText("Hi")
		d.press("ctrl+n")
		wait := slowly(d)
		d.typeText("Ana Ruiz")
		d.press("ctrl+n", "ctrl+n")
		d.at("Review")
		d.see("but did not add it")
		d.advance(time.Second)
		close(wait)
		d.settle()
		d.see("READY TO SEND", five[0])
		d.press("enter")
		d.at("Review")
		d.see("enter came too soon")
		d.press("ctrl+p", "ctrl+p")
		wait = slowly(d)
		d.typeText("@choir")
		d.press("ctrl+n", "ctrl+n")
		close(wait)
		d.settle()
		d.see(five[1], "opted out")
	})
}

// TestReviewOfPaste: whoever is on Review while a paste is read is asked about all of it at
// its end, also where that brings nobody new.
func TestReviewOfPaste(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := peopled(t)
		d := start(t, deps)
		d.typeText("Hi")
		d.press("ctrl+n")
		_, next := d.a.Update(tea.PasteMsg{Content: strings.Repeat(five[1]+"\n", 2*readAtOnce)})
		d.press("ctrl+n", "ctrl+n")
		d.see("a paste is being read")
		d.run(next)
		d.settle()
		d.seeNot("a paste is being read")
		d.see("opted out")
	})
}
