package ui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging/outbox"
)

// knowing are what it takes for a console whose user knows people.
func knowing(t *testing.T, people ...outbox.Contact) (*fakeSender, Deps) {
	t.Helper()
	s := &fakeSender{send: accept}
	deps, _ := historyDeps(t, testDeps(s), 0, func(o *outbox.Outbox) {
		if _, _, err := o.PutContacts(t.Context(), people); err != nil {
			t.Fatal(err)
		}
	})
	return s, deps
}

func choir() []outbox.Contact {
	return []outbox.Contact{
		{Name: "Ana Ruíz", Number: five[0], Groups: []string{"choir"}},
		{Name: "Ben " + hostile, Number: five[1], Groups: []string{"choir"}},
		{Name: "Cy", Number: five[2]},
		{Name: "cy", Number: five[3]},
	}
}

// TestRecipientsByName: names and groups are taken for the numbers of their people, names
// stand beside numbers, and what names nobody stays in the field with the reason.
func TestRecipientsByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, deps := knowing(t, choir()...)
		d := start(t, deps)
		d.typeText("Hi")
		d.press("ctrl+n")
		for _, tt := range []struct {
			typed string
			seen  []string
		}{
			{"ana ruiz", []string{"1 recipient", five[0], "Ana Ruíz", "1 added"}},
			{"Cy", []string{"several contacts are called", five[2] + ", " + five[3], "1 recipient", "1 not found"}},
			{"Ana", []string{`no contact is called "Ana"; did you mean Ana Ruíz`}},
			{"@board", []string{`nobody is in a group "board"; the groups are @choir`}},
			{"@choir", []string{"2 recipients", five[1], "Ben", "1 added, 1 there already"}},
			// Several at once: who is nobody becomes a row that is refused.
			{"Zoe, " + five[4] + ", Ana Ruiz", []string{"3 recipients", "1 added, 1 there already, 1 not found"}},
		} {
			d.press("ctrl+u")
			d.typeText(tt.typed)
			d.press("enter")
			d.see(tt.seen...)
		}
		d.size(120, 30)
		d.see("NOT ADDED", "Zoe", "not in People")
		d.press("tab")
		d.see(`no contact is called "Zoe"; f7 lists them`)
		if s.calls() != 0 {
			t.Errorf("%d sends", s.calls())
		}
	})
}

// TestNamesBeforeTheOutbox: a name that was typed while the outbox was being opened is
// looked up once it is open, in the field as well as in a row.
func TestNamesBeforeTheOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, deps := knowing(t, choir()...)
		open, slow := deps.OpenOutbox, make(chan struct{})
		deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
			<-slow
			return open(ctx)
		}
		d := start(t, deps)
		d.typeText("Hi")
		d.press("ctrl+n")
		d.typeText("Ana Ruiz, Zoe, " + five[4])
		d.press("enter")
		d.see("1 added, 2 not phone numbers")
		d.typeText("@board")
		d.press("enter")
		d.see("1 not a phone number")
		close(slow)
		d.settle()
		d.see("2 recipients", five[0], "nobody is in a group")
		d.size(120, 30)
		d.see("NOT ADDED", "Zoe", "not in People")
	})
}

// TestRecipientLeftAsName: a name that was typed and left is added when it is known whom it
// means; until then Review says that it was not.
func TestRecipientLeftAsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, deps := knowing(t, choir()...)
		d := start(t, deps)
		d.typeText("Hi")
		d.press("ctrl+n")
		d.typeText("ANA RUIZ")
		d.press("ctrl+n", "ctrl+n")
		d.see("READY TO SEND", five[0])
		d.enterOnReview()
		d.at("Response")
		if s.calls() != 1 {
			t.Errorf("%d sends, want 1", s.calls())
		}
	})
}

// TestRecipientsSuggested: people are suggested by their words, or their letters, beside
// recent numbers, and one key takes what is suggested.
func TestRecipientsSuggested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, deps := knowing(t, choir()...)
		d := start(t, deps)
		d.press("ctrl+n")
		d.typeText("ruiz")
		d.see("Ana Ruíz "+five[0], "(ctrl+y)")
		d.press("ctrl+y")
		d.see("1 recipient", "Ana Ruíz", "1 added")
		d.typeText("cy")
		d.see("Cy "+five[2]+"  1 of 2 (ctrl+y)", "up/down others")
		d.press("down")
		d.see("cy " + five[3] + "  2 of 2 (ctrl+y)")
		d.press("down")
		d.see("Cy " + five[2] + "  1 of 2")
		d.press("up")
		d.see("cy " + five[3] + "  2 of 2")
		d.press("ctrl+u")
		d.typeText("anrz")
		d.press("ctrl+u")
		d.typeText("bn")
		d.see("Ben ")
		d.press("ctrl+u")
		d.typeText("@ch")
		d.see("@choir, 2 people (ctrl+y)")
		d.press("ctrl+y")
		d.see("2 recipients")
	})
}

// TestWherePeopleAreMade: where a name or a group is nobody's, the console names its own page
// of people, by the key that it has, and no command.
func TestWherePeopleAreMade(t *testing.T) {
	for _, tt := range []struct {
		keys         map[string][]string
		makes, group string
	}{
		{nil, "and there are none yet; f7, then a, adds one", "there are no groups; f7, then a, adds somebody with groups"},
		{map[string][]string{"people": {}}, "and there are none yet; the page People, then a, adds one", "there are no groups; the page People, then a, adds"},
	} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Keys = tt.keys
		drive(t, deps, func(d *driver) {
			d.press("ctrl+n")
			d.typeText("garbage")
			d.press("enter")
			d.see(`no contact is called "garbage"`, tt.makes)
			d.press("ctrl+u")
			d.typeText("@choir")
			d.press("enter")
			d.see(tt.group)
			d.seeNot("telex contacts")
		})
	}
}

// TestNobodyButLike: of a name that is nobody's, those that are like it can be taken by the key
// that takes suggestions, also where rows are few.
func TestNobodyButLike(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		synctest.Test(t, func(t *testing.T) {
			_, deps := knowing(t, outbox.Contact{Name: "Ana Lind", Number: five[0]}, outbox.Contact{Name: "Ana Ruiz", Number: five[1]}, outbox.Contact{Name: "Ana Zhou", Number: five[2]})
			d := start(t, deps)
			d.size(size[0], size[1])
			d.press("ctrl+n")
			d.paste("+1234567" + strings.Join([]string{"8901", "8902", "8903", "8904", "8905", "8906", "8907", "8908", "8909", "8910", "8911", "8912", "8913", "8914", "8915", "8916", "8917", "8918", "8919", "8920"}, ", +1234567"))
			d.typeText("Ana")
			d.press("enter")
			d.see(`no contact is called "Ana"; did you mean Ana Lind`, "  Ana Lind "+five[0]+"  1 of 3 (ctrl+y)")
			if r := d.a.recipients; len(r.listView(&d.a.form, d.a.theme).Lines) > r.h {
				t.Errorf("%v: got more than %d rows:\n%s", size, r.h, d.screen())
			}
			d.press("down")
			d.see("  Ana Ruiz " + five[1] + "  2 of 3 (ctrl+y)")
			d.press("up", "up")
			d.see("  Ana Zhou " + five[2] + "  3 of 3 (ctrl+y)")
			d.press("up", "ctrl+y")
			d.see("21 recipients", five[1], "1 added")
			d.seeNot("no contact is called")
			d.typeText("Ana")
			d.see("  Ana Lind " + five[0] + "  1 of 2 (ctrl+y)") // of whom there are two left
		})
	}
}

// TestWhoGetsNothingIsNotSuggested: of recent numbers none is suggested that opted out since
// it was written to, and of people it is said.
func TestWhoGetsNothingIsNotSuggested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := historyDeps(t, testDeps(s), 0, func(o *outbox.Outbox) {
			if _, _, err := o.PutContacts(t.Context(), choir()); err != nil {
				t.Fatal(err)
			}
			tells(t, o, stopped(five[2], "please take me off your list"))
		})
		d := start(t, deps)
		d.write("Hi", five[4])
		d.enterOnReview()
		d.press("n")
		d.write("Hi", five[0])
		d.enterOnReview()
		tells(t, d.a.store, stopped(five[0], "STOP"))
		d.press("n", "ctrl+n")
		d.see("recent: " + five[4])
		d.typeText(five[0][:5])
		d.see("recent: " + five[4])
		d.seeNot("recent: " + five[0])
		d.press("ctrl+u")
		d.typeText("ana")
		d.see("Ana Ruíz " + five[0] + ", opted out (ctrl+y)")
		d.press("ctrl+u")
		d.typeText("cy")
		d.see("Cy " + five[2] + ", held  1 of 2 (ctrl+y)")
	})
}

// TestRecipientsOfAList: the path of a file of people that is typed or pasted is read there,
// and its lines that are nobody are named.
func TestRecipientsOfAList(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "my people.csv")
	content := "Name,Phone\nAnn Example,(234) 567-8902\nBob,soon\nCy Model,234-567-8903\nAnn,+1 234 567 8902\nDee \x1b[31mX,\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	card := filepath.Join(folder, "one.vcf")
	if err := os.WriteFile(card, []byte("BEGIN:VCARD\nFN:Eve\nTEL;TYPE=CELL:+12345678904\nEND:VCARD\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		_, deps := knowing(t)
		d := start(t, deps)
		d.press("ctrl+n")
		d.paste(strings.ReplaceAll(path, " ", `\ `) + " ")
		d.see("2 recipients", "+12345678902", "Ann Example", "+12345678903", "Cy Model", "2 added, 1 there already, 2 lines left out")
		d.size(120, 30)
		d.see("NOT ADDED", "soon", "line 3: has letters")
		d.press("tab", "down")
		d.see("line 6: no number")
		d.press("shift+tab")
		d.typeText(card)
		d.press("enter")
		d.see("3 recipients", "Eve", "1 added")
		d.typeText(filepath.Join(folder, "none.csv"))
		d.press("enter")
		d.see("none.csv: no such file or directory", "nothing was added", "3 recipients")
		d.press("ctrl+u")
		d.typeText(folder + "/my people.txt")
		d.press("enter")
		d.see("my people.txt: no such file")
	})
}

// TestListLeft: what is wrong with a file of people that is left in the field is a problem on
// Review, and in the way of no other page.
func TestListLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, deps := knowing(t)
		d := start(t, deps)
		d.typeText("Hi")
		d.press("ctrl+n")
		d.typeText("/nowhere/people.csv")
		d.press("ctrl+n", "ctrl+n")
		d.at("Review")
		d.seeNot("nothing was added")
		d.see("/nowhere/people.csv", "but did not add it")
		d.press("esc", "esc")
		d.at("Recipients")
		d.see("people.csv: no such file or directory")
	})
}

// TestNamesBesideNumbers: conversations and details say who a number is.
func TestNamesBesideNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := historyDeps(t, testDeps(s), 0, func(o *outbox.Outbox) {
			tells(t, o, stopped(five[0], "hello there"), stopped(five[1], "and hello "))
			if _, _, err := o.PutContacts(t.Context(), choir()); err != nil {
				t.Fatal(err)
			}
		})
		d := start(t, deps)
		d.press("f5")
		d.see("Ana Ruíz", "hello there")
		d.press("/")
		d.typeText("ruiz")
		d.advance(time.Second)
		d.see("Ana Ruíz")
		d.seeNot("and hello")
		d.press("enter", "enter")
		d.see("Ana Ruíz " + five[0])
		d.press("esc", "esc", "esc")
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("f2", "enter")
		d.see("Ana Ruíz " + five[0])
	})
}
