package outboxtest

import (
	"fmt"
	"slices"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testMakerOfEntries: the ledger and the contacts have who entered what, whoever changes it
// then; of what no person entered nobody did.
func (on *suite) testMakerOfEntries(t *testing.T) {
	at := on.place(t)
	ana, bea := outbox.User{Name: "Ana", Host: "north", Own: true}, outbox.User{Name: "bea", Host: "south"}
	o, other := on.opened(t, at, outbox.Options{User: ana}), on.opened(t, at, outbox.Options{User: bea})
	shared := o.engine.Report().Shared
	const third, fourth = "+12345678907", "+12345678908"
	_, err := o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: sample.Alice, By: outbox.OptedByPerson, User: bea}})
	sample.Must(t, err)
	_, err = other.AddOptOuts(t.Context(), []outbox.OptOut{{Number: sample.Alice, By: outbox.OptedByPerson}, {Number: sample.Bob, By: outbox.OptedByImport}})
	sample.Must(t, err)
	sample.Heard(t, other.Outbox, sample.Came("stop", third, "STOP"), sample.Came("perhaps", fourth, "please take me off"))
	_, err = o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: fourth, By: outbox.OptedByPerson}}) // who was held
	sample.Must(t, err)
	entries, err := other.OptOuts(t.Context(), outbox.OptOutFilter{})
	sample.Must(t, err)
	by := map[string]outbox.User{sample.Alice: ana, sample.Bob: bea, third: {}, fourth: ana}
	if len(entries) != len(by) {
		t.Errorf("the ledger has %+v, want %d entries", entries, len(by))
	}
	for _, e := range entries {
		if tells := by[e.Number] == ana || shared && e.Number == sample.Bob; e.User != by[e.Number] || e.Tells != tells {
			t.Errorf("%s was entered by %+v, to be told: %t, want %+v, %t", e.Number, e.User, e.Tells, by[e.Number], tells)
		}
	}

	for i, p := range []*process{o, other} { // the second one changes it
		_, _, err := p.PutContacts(t.Context(), []outbox.Contact{{Number: sample.Alice, Name: "Alice", Groups: []string{fmt.Sprint("group ", i)}, User: bea}})
		sample.Must(t, err)
	}
	for p, tells := range map[*process]bool{o: shared, other: true} {
		found, err := p.Contacts(t.Context(), outbox.ContactFilter{})
		if err != nil || len(found) != 1 || len(found[0].Groups) != 2 || found[0].User != ana || found[0].Tells != tells {
			t.Errorf("the contacts are %+v, %v, want the one that Ana entered, to be told: %t", found, err, tells)
		}
	}
}

// testListBy: messages are found by who sent them; of the letters those of English count in
// whichever case, and no others.
func (on *suite) testListBy(t *testing.T) {
	at := on.place(t)
	root := func(host string) outbox.User { return outbox.User{Name: "Root", Host: host} }
	for i, u := range []outbox.User{{Name: "Ana", Host: "north", Own: true}, root("north"), root("south"), {}, {Name: "JOSÉ", Host: "Málaga at Sea"}} {
		o := on.opened(t, at, outbox.Options{User: u})
		sample.Begun(t, o.Outbox, sample.SMS(fmt.Sprint("text ", i+1)))
		sample.Heard(t, o.Outbox, sample.Came(fmt.Sprint("in ", i), sample.Alice, "Hello"))
	}
	o := on.opened(t, at, outbox.Options{})
	for by, want := range map[string][]string{
		"ana": {"text 1"}, " ANA ": {"text 1"}, "root": {"text 3", "text 2"}, "root at south": {"text 3"}, "Root AT North": {"text 2"}, "root on south": {"text 3"}, "Root ON North": {"text 2"}, "root on": nil, "an": nil, "nobody": nil,
		"JOSÉ": {"text 5"}, "josÉ": {"text 5"}, "josé": nil, "JosÉ at málaga AT sea": {"text 5"}, "JosÉ at mÁlaga at sea": nil, "root at": nil, "ana at north": {"text 1"},
	} {
		var got []string
		found, err := o.List(t.Context(), outbox.Filter{By: by})
		sample.Must(t, err)
		for _, e := range found {
			got = append(got, e.Message.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %q: %q, want %q", by, got, want)
		}
		found, err = o.List(t.Context(), outbox.Filter{By: by, Search: "text"})
		if err != nil || len(found) != len(want) {
			t.Errorf("by %q with a search: %d messages, %v, want %d", by, len(found), err, len(want))
		}
	}
	for name, wanted := range map[string]map[string]int{ // one that is found by its name
		"ana":  {"ana": 1, "root": 0, " ": 1},
		"josÉ": {"JOSÉ": 1, "josé": 0, "josÉ at málaga at sea": 1, "josÉ on málaga at sea": 1, "josÉ at málaga on sea": 0, "JOSÉ at MÁLAGA at Sea": 0},
	} {
		mine := sample.IDsIn(t, o.Outbox, outbox.Filter{By: name})
		for by, want := range wanted {
			if found, err := o.List(t.Context(), outbox.Filter{By: by, Search: fmt.Sprint("#", mine[0])}); err != nil || len(found) != want {
				t.Errorf("by %q: %d messages, %v, want %d", by, len(found), err, want)
			}
		}
	}
	names, err := o.Makers(t.Context())
	if err != nil || !slices.Equal(names, []string{"Ana", "JOSÉ", "Root"}) {
		t.Errorf("Makers = %q, %v", names, err)
	}
}
