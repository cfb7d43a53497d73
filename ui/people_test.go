package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging/outbox"
)

// peopled is a console with contacts, one of whom opted out and one of whom is held.
func peopled(t *testing.T) (Deps, *outbox.Outbox) {
	t.Helper()
	var store *outbox.Outbox
	_, deps := knowing(t, choir()...)
	store, err := deps.OpenOutbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	tells(t, store, stopped(five[1], "Stop"), stopped(five[2], "please take me off your list "+hostile))
	return deps, store
}

// TestPeople: contacts are listed with what keeps texts from them, found, put to the
// recipients, added and forgotten.
func TestPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, store := peopled(t)
		d := start(t, deps)
		d.press("f7")
		d.see("[contacts 4]", "Ana Ruíz", five[0], "choir", "Ben ", "! opted out", "! held")
		d.press("enter")
		d.see("Ana Ruíz " + five[0] + " added to the recipients")
		d.press("enter")
		d.see("is among the recipients already")
		d.press("down", "enter")
		d.see("opted out; nothing can be sent there")
		d.press("esc", "/")
		d.typeText("RUIZ")
		d.advance(time.Second)
		d.see("Ana Ruíz")
		d.seeNot("Ben ")
		d.press("enter", "esc")
		d.see("Ben ")
		// Adding says what is wrong, and keeps what was typed.
		d.press("a")
		d.typeText("Zoe")
		d.press("enter")
		d.typeText("12")
		d.press("enter")
		d.typeText("@board, choir")
		d.press("enter")
		d.see("nothing was added", "Zoe", "type all of it, with the area code")
		d.press("ctrl+u")
		d.typeText("(919) 555-1099")
		d.press("enter", "enter")
		d.see("Zoe +19195551099 is in the contacts", "> Zoe", "+19195551099", "board, choir")
		d.press("x")
		d.see("Forget Zoe +19195551099?")
		d.press("esc")
		d.see("+19195551099")
		d.press("x")
		d.yes()
		d.see("forgot Zoe")
		d.press("esc", "ctrl+n")
		if len(d.a.form.To) != 1 || d.a.form.To[0] != five[0] {
			t.Errorf("the recipients are %q, want Ana alone", d.a.form.To)
		}
		if all, err := store.Contacts(t.Context(), outbox.ContactFilter{}); err != nil || len(all) != 4 {
			t.Errorf("there are %d contacts, %v, want 4", len(all), err)
		}
	})
}

// TestPeopleOptedOut: who opted out and who is held are listed with the reasons, and only an
// explicit yes lets texts go there, or ends them.
func TestPeopleOptedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, store := peopled(t)
		d := start(t, deps)
		ledger := func(held bool) string {
			all, err := store.OptOuts(t.Context(), outbox.OptOutFilter{Held: held})
			if err != nil {
				t.Fatal(err)
			}
			var numbers []string
			for _, o := range all {
				numbers = append(numbers, o.Number)
			}
			return strings.Join(numbers, " ")
		}
		d.press("f7", "o")
		d.see("Send nothing to Ana Ruíz " + five[0] + " any more?")
		d.press("esc")
		if got := ledger(false); got != five[1] {
			t.Errorf("after esc in the ledger are %q", got)
		}
		d.press("o")
		d.yes()
		d.see("Ana Ruíz "+five[0]+" opted out", "! opted out")
		d.press("o")
		d.see("Ana Ruíz " + five[0] + " opted out already")
		d.press("right")
		d.see("[opted out 2]", five[1], "> Ana", "a person entered it")
		d.press("x")
		d.see("Let texts go to Ana Ruíz "+five[0]+" again?", "Do that only if they told you")
		d.yes()
		d.see("texts go to Ana Ruíz " + five[0] + " again")
		if got := ledger(false); got != five[1] {
			t.Errorf("in the ledger are %q", got)
		}
		d.press("right")
		d.see("[held 1]", five[2], "take me off")
		d.press("enter")
		d.see(five[2] + ": held; nothing can be sent there")
		if len(d.a.form.To) > 0 {
			t.Errorf("who is held is among the recipients: %q", d.a.form.To)
		}
		d.press("x")
		d.yes()
		d.see("Nobody is held.")
		if got := ledger(true); got != "" {
			t.Errorf("held are %q", got)
		}
	})
}

// TestNamesOnPeople: a name that is typed where no text field is decides nothing about
// anybody, though its letters are keys and an enter follows.
func TestNamesOnPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, store := peopled(t)
		d := start(t, deps)
		for _, name := range []string{"Bob", "Roxo", "Max"} {
			d.press("f7")
			d.typeText(name)
			d.press("enter", "enter")
			d.press("esc", "esc", "esc")
		}
		contacts, err := store.Contacts(t.Context(), outbox.ContactFilter{})
		if err != nil || len(contacts) != len(choir()) {
			t.Errorf("the contacts are %+v, %v", contacts, err)
		}
		if all, err := store.OptOuts(t.Context(), outbox.OptOutFilter{}); err != nil || len(all) != 1 {
			t.Errorf("in the ledger are %+v, %v", all, err)
		}
	})
}

// peoples is a console with people, looking at them.
func peoples(d *driver) {
	d.t.Helper()
	_, _, err := d.a.store.PutContacts(d.t.Context(), []outbox.Contact{
		{Name: "Ana Ruiz", Number: five[0], Groups: []string{"choir", "board"}},
		{Name: "Ben Sample", Number: five[1], Groups: []string{"choir"}},
		{Name: "Cy Model", Number: five[2]},
		{Name: "山田 例", Number: five[3]},
		{Number: five[4], Groups: []string{"choir"}},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	tells(d.t, d.a.store, stopped(five[1], "Stop"), stopped(five[2], "please take me off your list, I have never asked for any of this and do not want to get it"))
	d.advance(time.Minute)
	d.press("f7")
}
