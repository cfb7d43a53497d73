package outboxtest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// contacts: people with names.
func (on *suite) contacts() []rule {
	return []rule{
		{"Contacts", on.testContacts},
		{"ContactsFound", on.testContactsFound},
		{"ContactsOfAGroup", on.testContactsOfAGroup},
		{"ContactsMany", on.testContactsMany},
		{"ContactsRemoved", on.testContactsRemoved},
		{"ContactTakesNoTexts", on.testContactTakesNoTexts},
		{"ContactsBounded", on.testContactsBounded},
		{"ContactsInConversations", on.testContactsInConversations},
	}
}

// put keeps contacts.
func put(t *testing.T, o *process, all ...outbox.Contact) (added, updated int) {
	t.Helper()
	added, updated, err := o.PutContacts(t.Context(), all)
	sample.Must(t, err)
	return added, updated
}

// called are the names of those that a filter selects.
func called(t *testing.T, o *process, f outbox.ContactFilter) (names []string) {
	t.Helper()
	all, err := o.Contacts(t.Context(), f)
	sample.Must(t, err)
	for _, c := range all {
		names = append(names, c.Name)
	}
	if n, err := o.CountContacts(t.Context(), f); f.Limit == 0 && f.After.ID == 0 && (err != nil || n != len(all)) {
		t.Errorf("CountContacts(%+v) = %d, %v, want %d", f, n, err, len(all))
	}
	return names
}

// testContacts: what is said of a person again is added to what is known.
func (on *suite) testContacts(t *testing.T) {
	path, c := on.place(t), sample.NewClock()
	o := on.opened(t, path, outbox.Options{Now: c.Now})
	first := outbox.Contact{Number: sample.Alice, Name: " Ana Ruiz ", Groups: []string{"Choir", "choír", "Board"}, Fields: map[string]string{"size": "M", "none": ""}, Zone: "America/Chicago"}
	if added, updated := put(t, o, first); added != 1 || updated != 0 {
		t.Errorf("%d were added and %d updated, want 1 and 0", added, updated)
	}
	made, version := c.Now(), versionOf(t, o)
	c.Advance(time.Minute)
	if added, updated := put(t, o, first); added != 0 || updated != 0 || versionOf(t, o) != version {
		t.Errorf("the same again: %d were added and %d updated, version %d of %d", added, updated, versionOf(t, o), version)
	}
	if added, updated := put(t, o, outbox.Contact{Number: sample.Alice, Groups: []string{"Alto"}, Fields: map[string]string{"size": "", "voice": "alto"}}); added != 0 || updated != 1 {
		t.Errorf("more of it: %d were added and %d updated, want 0 and 1", added, updated)
	}
	if versionOf(t, o) == version {
		t.Error("the version stayed, want consoles to see the change")
	}
	all, err := on.opened(t, path, outbox.Options{}).Contacts(t.Context(), outbox.ContactFilter{})
	sample.Must(t, err)
	if len(all) != 1 {
		t.Fatalf("the contacts are %+v", all)
	}
	got := all[0]
	if got.Number != sample.Alice || got.Name != "Ana Ruiz" || !slices.Equal(got.Groups, []string{"Alto", "Board", "Choir"}) || !maps.Equal(got.Fields, map[string]string{"voice": "alto"}) ||
		got.Zone != "America/Chicago" || !got.Created.Equal(made) || !got.Updated.Equal(c.Now()) || got.NoTexts != 0 {
		t.Errorf("the contact is %+v", got)
	}
	names, err := o.ContactNames(t.Context(), []string{sample.Bob, sample.Alice})
	if err != nil || !maps.Equal(names, map[string]string{sample.Alice: "Ana Ruiz"}) {
		t.Errorf("ContactNames = %v, %v", names, err)
	}
	sound(t, o)
}

func versionOf(t *testing.T, o *process) int64 {
	t.Helper()
	version, err := o.Version(t.Context())
	sample.Must(t, err)
	return version
}

// testContactsFound: names are found and sorted whatever their capitals and accents, in
// any part, and numbers as they are dialled.
func (on *suite) testContactsFound(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	put(t, o,
		outbox.Contact{Number: "+19195550103", Name: "zoë Größe"}, outbox.Contact{Number: "+19195550101", Name: "Åsa Størmer", Groups: []string{"Chœur"}},
		outbox.Contact{Number: "+19195550102", Name: "Ben 100% Sample", Fields: map[string]string{"city": "Łódź", "street": "a_b"}}, outbox.Contact{Number: "+19195550100"})
	for _, f := range []struct {
		search string
		want   []string
	}{
		{"", []string{"", "Åsa Størmer", "Ben 100% Sample", "zoë Größe"}},
		{"ZOE", []string{"zoë Größe"}},
		{"grosse", []string{"zoë Größe"}},
		{"stormer asa", []string{"Åsa Størmer"}},
		{"A\u030asa", []string{"Åsa Størmer"}},
		{"lodz", []string{"Ben 100% Sample"}},
		{"choeur", []string{"Åsa Størmer"}},
		{"100%", []string{"Ben 100% Sample"}},
		{"%", []string{"Ben 100% Sample"}},
		{"a_b", []string{"Ben 100% Sample"}},
		{"a_a", nil},
		{"samplelodz", nil},
		{"(919) 555-0103", []string{"zoë Größe"}},
		{"0103 zoe", []string{"zoë Größe"}},
		{"+19195550100", []string{""}},
		{"nobody", nil},
	} {
		if got := called(t, o, outbox.ContactFilter{Search: f.search}); !slices.Equal(got, f.want) {
			t.Errorf("%q finds %q, want %q", f.search, got, f.want)
		}
	}
	if got := called(t, o, outbox.ContactFilter{Name: "zoe  GROSSE"}); !slices.Equal(got, []string{"zoë Größe"}) {
		t.Errorf("by its name it is %q", got)
	}
	if got := called(t, o, outbox.ContactFilter{Name: "zoe"}); got != nil {
		t.Errorf("a part of a name is %q, want nobody", got)
	}
	if got := called(t, o, outbox.ContactFilter{Numbers: []string{"+19195550102", "+19195550109"}}); !slices.Equal(got, []string{"Ben 100% Sample"}) {
		t.Errorf("by numbers they are %q", got)
	}
	if got := called(t, o, outbox.ContactFilter{Numbers: []string{}}); got != nil {
		t.Errorf("by no numbers they are %q, want nobody", got)
	}
}

// testContactsOfAGroup: groups are the same whatever their capitals and accents.
func (on *suite) testContactsOfAGroup(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	put(t, o,
		outbox.Contact{Number: "+19195550101", Name: "A", Groups: []string{"Équipe"}}, outbox.Contact{Number: "+19195550102", Name: "B", Groups: []string{"equipe", "board"}},
		outbox.Contact{Number: "+19195550103", Name: "C"})
	if got := called(t, o, outbox.ContactFilter{Group: "EQUIPE"}); !slices.Equal(got, []string{"A", "B"}) {
		t.Errorf("in the group are %q", got)
	}
	if got := called(t, o, outbox.ContactFilter{Group: "EQUIPE", Search: "b"}); !slices.Equal(got, []string{"B"}) {
		t.Errorf("in the group and found are %q", got)
	}
	groups := func() string {
		all, err := o.ContactGroups(t.Context())
		sample.Must(t, err)
		return fmt.Sprint(all)
	}
	if got := groups(); got != "[{board 1} {equipe 2}]" && got != "[{board 1} {Équipe 2}]" {
		t.Errorf("the groups are %s", got)
	}
	if n, err := o.LeaveGroup(t.Context(), "équipe", []string{"+19195550102", "+19195550103"}); n != 1 || err != nil {
		t.Errorf("LeaveGroup = %d, %v, want 1", n, err)
	}
	if got := groups(); got != "[{board 1} {Équipe 1}]" {
		t.Errorf("the groups are %s", got)
	}
}

// testContactsMany: pages follow one another, and more numbers can be asked about than one
// question takes.
func (on *suite) testContactsMany(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	var all []outbox.Contact
	var numbers, want []string
	for i := range 1203 {
		c := outbox.Contact{Number: fmt.Sprintf("+1919%07d", 2000000+i), Name: fmt.Sprintf("P%03d", (i*7)%400), Groups: []string{"all"}}
		all, numbers, want = append(all, c), append(numbers, c.Number), append(want, c.Name)
	}
	if added, _ := put(t, o, all...); added != len(all) {
		t.Errorf("%d were added, want %d", added, len(all))
	}
	slices.Sort(want)
	if got := called(t, o, outbox.ContactFilter{Numbers: numbers}); !slices.Equal(got, want) {
		t.Errorf("by their numbers they are %d, or in another order, want %d", len(got), len(want))
	}
	some, err := o.Contacts(t.Context(), outbox.ContactFilter{Numbers: numbers, Limit: 10})
	sample.Must(t, err)
	if len(some) != 10 || !slices.IsSortedFunc(some, func(a, b outbox.Contact) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }) {
		t.Errorf("the first 10 of the numbers are %d, or those of one name are not in the order of their ids", len(some))
	}
	var paged []string
	for after := (outbox.Contact{}); ; {
		page, err := o.Contacts(t.Context(), outbox.ContactFilter{Group: "all", After: after, Limit: 100})
		sample.Must(t, err)
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			paged = append(paged, c.Name)
		}
		after = page[len(page)-1]
	}
	if !slices.Equal(paged, want) {
		t.Errorf("the pages have %d, or in another order, want %d", len(paged), len(want))
	}
	names, err := o.ContactNames(t.Context(), numbers)
	if err != nil || len(names) != len(numbers) {
		t.Errorf("ContactNames has %d, %v, want %d", len(names), err, len(numbers))
	}
}

// testContactsRemoved: who is removed is gone, groups included, and says who it was.
func (on *suite) testContactsRemoved(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	put(t, o, outbox.Contact{Number: sample.Alice, Name: "A", Groups: []string{"g"}}, outbox.Contact{Number: sample.Bob, Name: "B"})
	removed, err := o.RemoveContacts(t.Context(), []string{sample.Alice, "+19195550199"})
	if err != nil || len(removed) != 1 || removed[0].Name != "A" || !slices.Equal(removed[0].Groups, []string{"g"}) {
		t.Errorf("RemoveContacts = %+v, %v, want that of A", removed, err)
	}
	if got := called(t, o, outbox.ContactFilter{}); !slices.Equal(got, []string{"B"}) {
		t.Errorf("there are %q, want B", got)
	}
	if groups, err := o.ContactGroups(t.Context()); err != nil || len(groups) != 0 {
		t.Errorf("the groups are %v, %v, want none", groups, err)
	}
	version := versionOf(t, o)
	if removed, err := o.RemoveContacts(t.Context(), []string{sample.Alice}); err != nil || len(removed) != 0 || versionOf(t, o) != version {
		t.Errorf("once more RemoveContacts = %+v, %v", removed, err)
	}
}

// testContactTakesNoTexts: the first code stays until it is ended, whatever else is said of
// the person, and who is no contact does not become one by it.
func (on *suite) testContactTakesNoTexts(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	put(t, o, outbox.Contact{Number: sample.Alice, Name: "A"})
	mark := func(number string, code int, want bool) {
		t.Helper()
		if got, err := o.MarkNoTexts(t.Context(), number, code); got != want || err != nil {
			t.Errorf("MarkNoTexts(%s, %d) = %t, %v, want %t", number, code, got, err, want)
		}
	}
	mark(sample.Bob, 4721, false)
	mark(sample.Alice, 0, false)
	since := c.Now()
	mark(sample.Alice, 4721, true)
	c.Advance(time.Hour)
	mark(sample.Alice, 4720, false)
	put(t, o, outbox.Contact{Number: sample.Alice, Name: "Ana"})
	all, err := o.Contacts(t.Context(), outbox.ContactFilter{})
	sample.Must(t, err)
	if len(all) != 1 || all[0].NoTexts != 4721 || !all[0].NoTextsSince.Equal(since) || all[0].Name != "Ana" {
		t.Errorf("the contacts are %+v, want the mark of %s", all, since)
	}
	mark(sample.Alice, 0, true)
	if all, err = o.Contacts(t.Context(), outbox.ContactFilter{}); err != nil || all[0].NoTexts != 0 || !all[0].NoTextsSince.IsZero() {
		t.Errorf("the contacts are %+v, %v, want no mark", all, err)
	}
}

// testContactsBounded: a contact holds only so much, and what no database takes is replaced.
func (on *suite) testContactsBounded(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	c := outbox.Contact{Number: sample.Alice, Name: strings.Repeat("é", 5000) + "\x00\xff", Fields: map[string]string{}}
	for i := range 300 {
		c.Groups = append(c.Groups, fmt.Sprint("g", i))
		c.Fields[fmt.Sprint("f", i)] = strings.Repeat("v", 5000)
	}
	c.Fields["a\x00b"] = "c\x00d"
	put(t, o, c)
	all, err := o.Contacts(t.Context(), outbox.ContactFilter{})
	sample.Must(t, err)
	if len(all[0].Name) > 200 || len(all[0].Groups) != 100 || len(all[0].Fields) != 100 || len(all[0].Fields["f0"]) != 2000 || strings.Contains(all[0].Fields["a\ufffdb"], "\x00") {
		t.Errorf("it has a name of %d bytes, %d groups, %d fields", len(all[0].Name), len(all[0].Groups), len(all[0].Fields))
	}
	if all[0].Fields["a\ufffdb"] != "c\ufffdd" {
		t.Errorf("the field is %q", all[0].Fields["a\ufffdb"])
	}
}

// testContactsInConversations: conversations and messages say who numbers are, and are
// found by it.
func (on *suite) testContactsInConversations(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "hello"), sample.Came("b", sample.Bob, "hello, too"))
	put(t, o, outbox.Contact{Number: sample.Alice, Name: "Ána Ruiz", Groups: []string{"choir"}}, outbox.Contact{Number: "+19195550199", Name: "Cy"})
	found := func(find string, want ...string) {
		t.Helper()
		threads, err := o.Threads(t.Context(), outbox.ThreadFilter{Find: find})
		sample.Must(t, err)
		var got []string
		for _, th := range threads {
			got = append(got, fmt.Sprint(th.Others, th.Names))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", find, got, want)
		}
	}
	ana, bob := "["+sample.Alice+"] [Ána Ruiz]", "["+sample.Bob+"] []"
	found("", bob, ana)
	found("ruiz", ana)
	found("ANA choir", ana)
	found("Cy")
	found("hello", bob, ana)
	if d := sample.RowOf(t, o.Outbox, 1); !maps.Equal(d.Names, map[string]string{sample.Alice: "Ána Ruiz"}) {
		t.Errorf("the names of the message are %v", d.Names)
	}
}
