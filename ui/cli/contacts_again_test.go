package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"telex/messaging/outbox"
	"telex/ui/cli/contacts"
	"telex/ui/cli/say"
)

// odd are values that a list or a card could be misread by.
var odd = []string{
	"Ana Ruiz", "Ruiz, Ana; Dr.", `back\slash \n`, "two\nlines", `"quoted"`, "=1+1", "'=1+1", "''", "@home", "-5", "+19195550199", "(919) 555-0198", "née Zoë 日本", "😀",
	"a:b", "item1.X", "none", "N/A", "yes", "2026-01-31", "50%", "name,number", "BEGIN:VCARD", "'quoted'", "sep=;", "| pipe", "long " + longWord, "*starred",
}

const longWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

// oddPeople are people with such names, fields and groups, always the same.
func oddPeople(n int) []outbox.Contact {
	r := rand.New(rand.NewPCG(1, 2))
	some := func() string { return odd[r.IntN(len(odd))] }
	groups := []string{"choir", "Board of it", "née", "a:b", "=1", "x\\y", "'q'", "fax"}
	fields := []string{
		"room", "mobile", "phone", "label", "tags", "zone 2", "first name", "last name", "nickname", "organization", "title", "email", "birthday", "note", "=cmd", "a;b", "c,d",
		"fax", "full name", "19195550100", "vorname", "column 3", "notes 2", "tz",
	}
	all := []outbox.Contact{{Number: "+19195550000"}, {Number: "+19195550001", Name: "+19195550001x"}, {Number: "+442079460958", Name: "Madonna", Fields: map[string]string{"first name": "Madonna"}}}
	for i := range n {
		c := outbox.Contact{Number: fmt.Sprintf("+1919555%04d", 1000+i), Fields: map[string]string{}}
		if r.IntN(5) > 0 {
			c.Name = some()
		}
		for range r.IntN(4) {
			c.Groups = append(c.Groups, groups[r.IntN(len(groups))])
		}
		for range r.IntN(6) {
			c.Fields[fields[r.IntN(len(fields))]] = some()
		}
		if r.IntN(3) == 0 {
			c.Zone = "America/Chicago"
		}
		all = append(all, c)
	}
	return all
}

// TestContactsAgain: what is exported changes nothing where it is imported into the same
// people, and gives the same people where there are none.
func TestContactsAgain(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	o := outboxIn(t, folder)
	if _, _, err := o.PutContacts(t.Context(), oddPeople(200)); err != nil {
		t.Fatal(err)
	}
	before := peopleOf(t, env)
	for _, form := range []string{"--csv", "--vcard"} {
		exported := runTelex(t, env, "", "contacts", "export", form)
		exported.want(t, say.ExitOK)
		got := runTelex(t, env, exported.out, "contacts", "import", "-")
		got.want(t, say.ExitOK)
		if want := fmt.Sprintf("imported %d people: 0 new, 0 updated\n", len(before)); got.out != want {
			t.Errorf("%s into the same people: %q, want %q", form, got.out, want)
			tellDifferences(t, before, peopleOf(t, env))
		}
		elsewhere := stateIn(t.TempDir(), nil)
		runTelex(t, elsewhere, exported.out, "contacts", "import", "-").want(t, say.ExitOK)
		tellDifferences(t, before, peopleOf(t, elsewhere))
	}
}

// tellDifferences fails the test by the first people who are not the same.
func tellDifferences(t *testing.T, want, got []contacts.Person) {
	t.Helper()
	of := func(all []contacts.Person) (lines []string) {
		for _, p := range withoutTimes(slices.Clone(all)) {
			p.By, p.Host = "", "" // who entered it there
			line, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(line))
		}
		return lines
	}
	w, g := of(want), of(got)
	told := 0
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			if told++; told > 5 {
				return
			}
			t.Errorf("got\n%s\nwant\n%s", slices.Concat(g, make([]string, len(w)))[i], slices.Concat(w, make([]string, len(g)))[i])
		}
	}
}
