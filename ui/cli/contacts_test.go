package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"telex/ui/cli/clitest"
	"telex/ui/cli/contacts"
	"telex/ui/cli/say"
	"telex/ui/cli/threads"
)

// listFile is a list in a folder of its own.
func listFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// peopleOf are the contacts that a command prints as JSON.
func peopleOf(t *testing.T, env []string, args ...string) (all []contacts.Person) {
	t.Helper()
	got := runTelex(t, env, "", append([]string{"contacts", "--json"}, args...)...)
	got.want(t, say.ExitOK)
	got.decode(t, &all)
	return all
}

// TestContactsByHand: people are added, added to, found, and forgotten.
func TestContactsByHand(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	runTelex(t, env, "", "contacts").want(t, say.ExitOK, "no contacts in ")
	got := runTelex(t, env, "", "contacts", "add", "Ana Ruíz", "(234) 567-8902", "--group", "@choir", "--field", "First_Name=Ana", "--zone", "America/Chicago")
	if got.want(t, say.ExitOK); got.out != "added Ana Ruíz, "+friend+"\n" {
		t.Errorf("got %q", got.out)
	}
	if got = runTelex(t, env, "", "contacts", "add", "Ana Ruiz "+driving, friend, "--group", "board"); got.code != say.ExitOK || !strings.HasPrefix(got.out, "updated Ana Ruiz") {
		t.Errorf("got %+v", got)
	}
	runTelex(t, env, "", "contacts", "add", "Bob", other).want(t, say.ExitOK)
	all := peopleOf(t, env)
	if len(all) != 2 || all[0].Number != friend || !slices.Equal(all[0].Groups, []string{"board", "choir"}) || all[0].Fields["first name"] != "Ana" || all[0].Zone != "America/Chicago" || all[0].CreatedAt == "" {
		t.Errorf("got %+v", all)
	}
	if found := peopleOf(t, env, "RUIZ"); len(found) != 1 || found[0].Number != friend {
		t.Errorf("found %+v, want Ana", found)
	}
	if found := peopleOf(t, env, "--group", "Choir"); len(found) != 1 {
		t.Errorf("in the group are %+v, want Ana", found)
	}
	if found := peopleOf(t, env, "nobody"); len(found) != 0 {
		t.Errorf("found %+v, want nobody", found)
	}
	if got = runTelex(t, env, "", "contacts"); strings.Count(got.out, "\n") != 2 || !strings.Contains(got.out, other+"\tBob\t\t\n") {
		t.Errorf("got %q, want two lines", got.out)
	}
	if got = runTelex(t, env, "", "contacts", "groups"); got.out != "board\t1\nchoir\t1\n" {
		t.Errorf("got %q", got.out)
	}
	if got = runTelex(t, env, "", "contacts", "remove", friend, "--group", "board"); got.out != "1 person left board\n" {
		t.Errorf("got %+v", got)
	}
	if got = runTelex(t, env, "", "contacts", "remove", other); got.out != "removed Bob, "+other+"\n" {
		t.Errorf("got %+v", got)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"add", "Ana"}, "needs a name and a number"},
		{[]string{"add", friend, "Ana"}, "the name comes first"},
		{[]string{"add", "Ana", "12"}, "nothing was changed"},
		{[]string{"add", "Ana", friend, "--zone", "Mars"}, `"Mars" is no time zone`},
		{[]string{"add", "Ana", friend, "--field", "room"}, "write it as --field room=12"},
		{[]string{"add", "Ana", friend, "--field", "Groups=x"}, `--field "Groups=x": groups is no field`},
		{[]string{"add", "Ana", friend, "--group", "a,b"}, "cannot be the name of a group"},
		{[]string{"add", "Ana", friend, "--group", "a;b"}, "cannot be the name of a group"},
		{[]string{"remove"}, "needs a number"},
		{[]string{"remove", other}, other + " is no contact; nothing was changed"},
		{[]string{"remove", friend, "--group", "board"}, "none of them is in the group"},
		{[]string{"import"}, "needs one file"},
		{[]string{"export", "--csv", "--vcard"}, "cannot be used together"},
	} {
		runTelex(t, env, "", append([]string{"contacts"}, c.args...)...).want(t, say.ExitUsage, c.want)
	}
	runTelex(t, env, "", "contacts", "imprt").want(t, say.ExitOK, "did you mean telex contacts import?")
}

// TestContactsImport: the good lines of a list are taken, the others named and kept in a
// list that never takes the place of another.
func TestContactsImport(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	path := listFile(t, "people.csv", "Name;Mobile;Room;Groups\nAna Ruiz;(234) 567-8902;12;Choir\nBob;soon;=1+1;\nAna;+1 234 567 8902;;Board\nCy \x1b[31mX;234-567-8903;;\n")
	got := runTelex(t, env, "", "contacts", "import", path, "--dry-run")
	got.want(t, say.ExitUsage, "number: mobile; name: name; group: groups", `line 3: has letters: "soon"`, "1 line left out")
	if got.out != "2 people would be imported; 1 row in the list more than once\n" || len(peopleOf(t, env)) != 0 {
		t.Errorf("a dry run says %q, and imported %d", got.out, len(peopleOf(t, env)))
	}
	rejects := strings.TrimSuffix(path, ".csv") + ".rejects.csv"
	if _, err := os.Stat(rejects); err == nil {
		t.Error("a dry run wrote a list of rejects")
	}
	got = runTelex(t, env, "", "contacts", "import", path, "--group", "all")
	if got.want(t, say.ExitUsage, "1 line left out and kept in "+rejects); got.out != "imported 2 people: 2 new, 0 updated; 1 row in the list more than once\n" {
		t.Errorf("got %q", got.out)
	}
	content, err := os.ReadFile(rejects)
	if err != nil || string(content) != "line,reason,number as read,name,mobile,room,groups\n3,has letters,soon,Bob,soon,'=1+1,\n" {
		t.Errorf("the rejects are %q, %v", content, err)
	}
	all := peopleOf(t, env)
	if len(all) != 2 || all[0].Name != "Ana Ruiz" || !slices.Equal(all[0].Groups, []string{"all", "Choir"}) || all[0].Fields["room"] != "12" || len(all[0].Fields) != 1 {
		t.Errorf("got %+v", all)
	}
	// Corrected, the rejects are a list.
	mended := strings.Replace(string(content), "Bob,soon", "Bob,234-567-8904", 1)
	if err := os.WriteFile(rejects, []byte(mended), 0o600); err != nil {
		t.Fatal(err)
	}
	if got = runTelex(t, env, "", "contacts", "import", rejects); got.code != say.ExitOK || got.out != "imported 1 person: 1 new, 0 updated\n" {
		t.Errorf("got %+v", got)
	}
	if bob := peopleOf(t, env, "bob"); len(bob) != 1 || bob[0].Fields["room"] != "=1+1" {
		t.Errorf("got %+v, want Bob with his field", bob)
	}
	var report contacts.Report
	got = runTelex(t, env, "", "contacts", "import", path, "--json")
	got.want(t, say.ExitUsage)
	got.decode(t, &report)
	if report.Added != 0 || report.Updated != 0 || report.Duplicates != 1 || len(report.People) != 2 || report.People[0].Line != 2 || report.People[0].Number != friend ||
		len(report.Rejected) != 1 || report.Rejected[0] != (contacts.Rejected{Line: 3, Value: "soon", Reason: "has letters"}) || report.RejectsFile != strings.TrimSuffix(path, ".csv")+".rejects-2.csv" {
		t.Errorf("got %+v", report)
	}
	if content, err := os.ReadFile(rejects); err != nil || string(content) != mended {
		t.Errorf("the first list of rejects is %q by now, %v", content, err)
	}
}

// TestContactsImportRefused: what is wrong with a whole file is said, and nothing is
// imported.
func TestContactsImportRefused(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	path := listFile(t, "people.csv", "Name,Email\nAna,a@example.com\n")
	for _, c := range []struct {
		args  []string
		stdin string
		want  []string
	}{
		{[]string{path}, "", []string{"no column of phone numbers was found in it; its columns are Name, Email; nothing was imported", "--column number=HEADER"}},
		{[]string{path, "--column", "number=Cell"}, "", []string{`it has no column "Cell" for number; its columns are Name, Email`}},
		{[]string{path, "--column", "Cell"}, "", []string{"names no header"}},
		{[]string{path, "--column", "age=Age"}, "", []string{`no column can be named for "age"`}},
		{[]string{path, "--region", "XX"}, "", []string{`no country has the code "XX"`}},
		{[]string{filepath.Dir(path)}, "", []string{"is no file"}},
		{[]string{path + ".none"}, "", []string{"cannot be read: no such file"}},
		{[]string{"-"}, "", []string{"standard input: the file is empty; nothing was imported"}},
	} {
		runTelex(t, env, c.stdin, append([]string{"contacts", "import"}, c.args...)...).want(t, say.ExitUsage, c.want...)
	}
	var report map[string]any
	got := runTelex(t, env, "", "contacts", "import", path, "--json")
	got.want(t, say.ExitUsage)
	got.decode(t, &report)
	if people, ok := report["people"].([]any); !ok || len(people) != 0 || report["exit_code"] != 2.0 || !strings.Contains(report["error"].(string), "no column of phone numbers") {
		t.Errorf("got %v", report)
	}
	if n := len(peopleOf(t, env)); n != 0 {
		t.Errorf("%d people were imported", n)
	}
}

// TestContactsExport: what is exported can be imported again, gives no spreadsheet a
// formula, and drives no terminal.
func TestContactsExport(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	list := "Name,Number,Groups,tz,Room\n=1+1,+12345678902,\"Choir; Board\",America/Chicago,@a\n\"Ruiz, Ana; \\ é\n x\",+12345678903,,,\n"
	runTelex(t, env, list, "contacts", "import", "-").want(t, say.ExitOK)
	before, err := json.Marshal(withoutTimes(peopleOf(t, env)))
	if err != nil {
		t.Fatal(err)
	}
	csv := runTelex(t, env, "", "contacts", "export")
	csv.want(t, say.ExitOK)
	if want := "name,number,groups,zone,room\n'=1+1,+12345678902,Board; Choir,America/Chicago,'@a\n\"Ruiz, Ana; \\ é x\",+12345678903,,,\n"; csv.out != want {
		t.Errorf("got\n%s\nwant\n%s", csv.out, want)
	}
	again := stateIn(t.TempDir(), nil)
	runTelex(t, again, csv.out, "contacts", "import", "-").want(t, say.ExitOK)
	if after, err := json.Marshal(withoutTimes(peopleOf(t, again))); err != nil || string(after) != string(before) {
		t.Errorf("imported again they are\n%s\nwant\n%s", after, before)
	}
	card := runTelex(t, env, "", "contacts", "export", "--vcard", "--group", "choir")
	card.want(t, say.ExitOK)
	if want := "BEGIN:VCARD\r\nVERSION:3.0\r\nN;X-TELEX-NAME=YES:;=1+1;;;\r\nFN:=1+1\r\nTEL;TYPE=CELL:+12345678902\r\nX-TELEX-FIELD:room;@a\r\nCATEGORIES:Board,Choir\r\nTZ;VALUE=text:America/Chicago\r\nEND:VCARD\r\n"; card.out != want {
		t.Errorf("got\n%s\nwant\n%s", card.out, want)
	}
	cards := runTelex(t, env, "", "contacts", "export", "--vcard")
	third := stateIn(t.TempDir(), nil)
	runTelex(t, third, cards.out, "contacts", "import", "-").want(t, say.ExitOK)
	all := peopleOf(t, third)
	if len(all) != 2 || all[0].Name != "=1+1" || !slices.Equal(all[0].Groups, []string{"Board", "Choir"}) || all[0].Zone != "America/Chicago" || all[1].Name != `Ruiz, Ana; \ é x` {
		t.Errorf("of its cards they are %+v", all)
	}
}

func withoutTimes(all []contacts.Person) []contacts.Person {
	for i := range all {
		all[i].CreatedAt, all[i].UpdatedAt = "", ""
	}
	return all
}

// TestContactsCompleted: shells are offered names, numbers and groups, and make no outbox.
func TestContactsCompleted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	offered := func(args ...string) string {
		got := runTelex(t, env, "", append([]string{"__complete"}, args...)...)
		words, _, _ := strings.Cut(got.out, ":4\n")
		words, _, _ = strings.Cut(words, ":36\n") // in this order
		return words
	}
	if got := offered("contacts", ""); !strings.HasSuffix(got, "groups\tList the groups and how many people are in each\n"+"import\tAdd the people of a list: CSV in any form, or vCard\n"+"remove\tForget people, or take them out of a group\n") {
		t.Errorf("without people it offers %q", got)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("completing made %v", entries)
	}
	runTelex(t, env, "", "contacts", "add", "Ana Ruiz", friend, "--group", "choir").want(t, say.ExitOK)
	runTelex(t, env, "", "contacts", "add", "Bob", other, "--group", "choir", "--group", "old").want(t, say.ExitOK)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"contacts", "an"}, "Ana Ruiz\t" + friend + "\n"},
		{[]string{"contacts", "--group", ""}, "choir\t2 people\nold\t1 person\n"},
		{[]string{"contacts", "remove", ""}, friend + "\tAna Ruiz\n" + other + "\tBob\n"},
		{[]string{"send", "--to", "bo"}, "Bob\t" + other + "\n"},
		{[]string{"send", "--to", "@"}, "@choir\t2 people\n@old\t1 person\n"},
	} {
		if got := offered(c.args...); got != c.want {
			t.Errorf("%q offers %q, want %q", c.args, got, c.want)
		}
	}
}

// TestSendByName: a name that is exactly one contact's, and a group, stand for numbers;
// whatever else was typed as a name is said, and nothing is sent.
func TestSendByName(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPIAt(t, newClock().now)
	env := stateIn(t.TempDir(), api.Env())
	runTelex(t, env, "", "send", "--to", "Ana", "--text", "hi", "--dry-run").want(t, say.ExitUsage, `no contact is called "Ana", and there are none yet`)
	for _, c := range [][]string{{"Ana Ruiz", friend, "choir"}, {"Ruiz, Bob", other, "choir"}, {"Cy", "+12345678904", "twins"}, {"cy", "+12345678905", "twins"}} {
		runTelex(t, env, "", "contacts", "add", c[0], c[1], "--group", c[2]).want(t, say.ExitOK)
	}
	for _, c := range []struct {
		to   []string
		want []string // numbers
		said string
	}{
		{[]string{"ána ruiz"}, []string{friend}, `--to "Ana Ruiz" is ` + friend},
		{[]string{"Ruiz, Bob"}, []string{other}, ""},
		{[]string{"@Choir"}, []string{friend, other}, "--to @Choir is 2 people"},
		{[]string{"@choir,+12345678906", "Ana Ruiz"}, []string{friend, other, "+12345678906"}, "is given twice"},
		{[]string{"Ana: +12345678907"}, []string{"+12345678907"}, ""}, // a label, as ever
	} {
		args := []string{"send", "--dry-run", "--json", "--individual", "--text", "hi"}
		for _, to := range c.to {
			args = append(args, "--to", to)
		}
		var bodies []struct{ To []string }
		got := runTelex(t, env, "", args...)
		got.want(t, say.ExitOK, c.said)
		got.decode(t, &bodies)
		var numbers []string
		for _, b := range bodies {
			numbers = append(numbers, b.To...)
		}
		if !slices.Equal(numbers, c.want) {
			t.Errorf("%q goes to %q, want %q", c.to, numbers, c.want)
		}
	}
	for _, c := range []struct{ to, want string }{
		{"Cy", `--to: several contacts are called "Cy": +12345678904, +12345678905; use the number`},
		{"Ana", `--to: no contact is called "Ana"; did you mean Ana Ruiz ` + friend + "?"},
		{"Zoe", `--to: no contact is called "Zoe"; telex contacts lists them`},
		{"@board", `--to: nobody is in a group "board"; the groups are @choir, @twins`},
		{"Zoe,12", "--to:"},
	} {
		runTelex(t, env, "", "send", "--to", c.to, "--text", "hi").want(t, say.ExitUsage, c.want)
	}
	if n := len(api.Sent()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	runTelex(t, env, "", "send", "--to", "Ana Ruiz", "--text", "hi").want(t, say.ExitOK)
	if sent := api.Sent(); len(sent) != 1 || !strings.Contains(fmt.Sprint(sent), friend) {
		t.Errorf("sent were %v", sent)
	}
}

// TestContactsElsewhere: other commands say who a number is.
func TestContactsElsewhere(t *testing.T) {
	t.Parallel()
	c := newClock()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	hears(t, outboxIn(t, folder), came("in-1", friend, "hello", c.now()))
	c.run(t, env, "contacts", "add", "Ana "+driving, friend).want(t, say.ExitOK)
	var rows []threads.ThreadRow
	c.run(t, env, "threads", "--json").decode(t, &rows)
	if len(rows) != 1 || rows[0].Number != friend || !strings.HasPrefix(rows[0].Name, "Ana") {
		t.Errorf("got %+v", rows)
	}
	if got := c.run(t, env, "show", "1"); !strings.Contains(got.out, "Ana ") {
		t.Errorf("got %q", got.out)
	}
}
