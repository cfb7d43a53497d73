package draft

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/ui/words"
)

// A book of contacts that finds by the beginning of names.
type book []outbox.Contact

func (b book) Contacts(_ context.Context, f outbox.ContactFilter) (found []outbox.Contact, err error) {
	behind := f.After.ID == 0
	for _, c := range b {
		if f.Limit > 0 && len(found) == f.Limit {
			break
		}
		if behind && strings.HasPrefix(c.Name, f.Search) && (f.Name == "" || f.Name == c.Name) && (f.Group == "" || slices.Contains(c.Groups, f.Group)) {
			found = append(found, c)
		}
		behind = behind || c.ID == f.After.ID
	}
	return found, nil
}

func (b book) ContactGroups(context.Context) (all []outbox.ContactGroup, err error) {
	for _, c := range b {
		for _, g := range c.Groups {
			all = append(all, outbox.ContactGroup{Name: g, People: 1})
		}
	}
	return all, nil
}

func numbersOf(all []outbox.Contact) (numbers []string) {
	for _, c := range all {
		numbers = append(numbers, c.Number)
	}
	return numbers
}

// TestPeopleMeant: a name means the one who is called so, and nobody else.
func TestPeopleMeant(t *testing.T) {
	b := book{{ID: 1, Name: "Ana", Number: "+1", Groups: []string{"choir"}}, {ID: 2, Name: "Ana Ruiz", Number: "+2"}, {ID: 3, Name: "Ben", Number: "+3"}, {ID: 4, Name: "Ben", Number: "+4"}}
	for _, c := range []struct {
		typed, want, words string
	}{
		{"Ana", "+1", ""},
		{" @choir ", "+1", ""},
		{"Ben", "", `several contacts are called "Ben": +3, +4; use the number`},
		{"An", "", `no contact is called "An"; did you mean Ana +1, Ana Ruiz +2?`},
		{"Zoe\x1b[31m", "", `no contact is called "Zoe␛[31m"; telex contacts lists them`},
		{"@board", "", `nobody is in a group "board"; the groups are @choir`},
	} {
		found, err := People(t.Context(), b, c.typed, InShell(words.Shell{}))
		if got := strings.Join(numbersOf(found), " "); got != c.want {
			t.Errorf("%q means %q, want %q", c.typed, got, c.want)
		}
		if who, ok := errors.AsType[*WhoError](err); ok != (c.words != "") || ok && who.Error() != c.words {
			t.Errorf("%q: %v, want %q", c.typed, err, c.words)
		}
	}
	if _, err := People(t.Context(), book{}, "Ana", InShell(words.Shell{})); !errors.Is(err, ErrNoPeople) {
		t.Errorf("of nobody People = %v, want %v", err, ErrNoPeople)
	}
	if _, err := People(t.Context(), book{}, "@choir", InShell(words.Shell{})); err == nil || !strings.Contains(err.Error(), "there are no groups") {
		t.Errorf("of nobody a group is %v", err)
	}
}

// TestWhoElsewhere: the commands that say who there is, or make somebody, are those of the
// outbox that was looked into.
func TestWhoElsewhere(t *testing.T) {
	b := book{{ID: 1, Name: "Ana", Number: "+1"}}
	for in, want := range map[words.Shell]string{{Sandbox: true}: " --sandbox", {Profile: "main", Outbox: "team"}: " --profile team", {Profile: "main"}: ""} {
		_, unknown := People(t.Context(), b, "Zoe", InShell(in))
		_, empty := People(t.Context(), book{}, "@choir", InShell(in))
		_, numbers := Numbers([]string{"Zoe"}, "US", InShell(in), func(string) ([]string, error) { return nil, ErrNoPeople }, func(_ string, why error) (string, error) { return "", why })
		for command, err := range map[string]error{
			"telex contacts" + want + " lists them":                              unknown,
			"telex contacts add NAME NUMBER --group GROUP" + want + " makes one": empty,
			"telex contacts add NAME NUMBER" + want + " makes one":               numbers,
		} {
			if err == nil || !strings.HasSuffix(err.Error(), "; "+command) {
				t.Errorf("in %+v: %v, want %q at its end", in, err, command)
			}
		}
	}
}

// TestNamesPeople: what is a number, with a label or not, is none's name.
func TestNamesPeople(t *testing.T) {
	for typed, want := range map[string]bool{
		"Ana Ruiz": true, "@choir": true, "@": false, "+12345678902": false, "Ana: +12345678902": false, "Ana <+12345678902>": false, "12": false, "": false, "1-800-FLOWERS": true,
	} {
		if got := NamesPeople(typed, "US"); got != want {
			t.Errorf("NamesPeople(%q) = %t, want %t", typed, got, want)
		}
	}
}

// TestSuggest: where no words are found, letters in their order are, however many people
// come before.
func TestSuggest(t *testing.T) {
	var b book
	for i := range 1200 {
		b = append(b, outbox.Contact{ID: int64(i + 1), Name: "Person", Number: "+9"})
	}
	b = append(b, outbox.Contact{ID: 2000, Name: "Ana Ruiz", Number: "+2", Groups: []string{"Choir"}})
	for typed, want := range map[string]string{"anrz": "Ana Ruiz +2", "Ana": "Ana Ruiz +2", "@CR": "@Choir, 1 person", "@x": "", "xyz": ""} {
		all, err := Suggest(t.Context(), b, typed, 3)
		got := ""
		if len(all) > 0 {
			got = all[0].Words
		}
		if got != want || err != nil || len(all) > 1 {
			t.Errorf("for %q it suggests %+v, %v, want %q", typed, all, err, want)
		}
	}
}

// TestListPath: paths as they are typed, quoted, and dropped on terminals.
func TestListPath(t *testing.T) {
	for typed, want := range map[string]string{
		"people.csv": "people.csv", " '/home/a b/people.CSV' ": "/home/a b/people.CSV", `"/x/people.vcf"`: "/x/people.vcf", "file:///x/a%20b.csv": "/x/a b.csv",
		`/x/a\ b\ \(1\).tsv`: "/x/a b (1).tsv", "Ana Ruiz": "", "+12345678902": "", "a.csv\nb.csv": "", "people.xlsx": "", "": "",
	} {
		got, ok := ListPath(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("ListPath(%q) = %q, %t, want %q", typed, got, ok, want)
		}
	}
}

// TestReadList: people, twins, and lines that are nobody; at most so many are taken.
func TestReadList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("Name,Phone\nAnn,234-567-8902\n,soon\nA.,+12345678902\nBob,\n")
	p, err := ReadList(path, "US")
	if err != nil || !slices.Equal(p.E164(), []string{"+12345678902"}) || p.Names["+12345678902"] != "Ann" || p.Twice != 1 || p.More ||
		!slices.Equal(p.Left, []string{"soon", "Bob"}) || !slices.Equal(p.Why, []string{"line 3: has letters", "line 5: no number"}) {
		t.Errorf("ReadList = %+v, %v", p, err)
	}
	write("Name,Phone\n" + strings.Repeat("Ann,soon\n", mostRefused+10))
	if p, err = ReadList(path, "US"); err != nil || !p.More || len(p.Left) != mostRefused {
		t.Errorf("of many lines that are nobody ReadList keeps %d, %t, %v", len(p.Left), p.More, err)
	}
	for content, want := range map[string]string{"": "people.csv: the file is empty", "Name,Zip\nAnn,1\n": "people.csv: no column of phone numbers"} {
		write(content)
		if _, err := ReadList(path, "US"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("ReadList of %q = %v, want %q", content, err, want)
		}
	}
	if _, err := ReadList(filepath.Dir(path), "US"); err == nil || !strings.Contains(err.Error(), "is a folder: name a file in it") {
		t.Errorf("ReadList of a folder = %v", err)
	}
	if _, err := ReadList(path+".none", "US"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("ReadList of nothing = %v", err)
	}
}
