package cli

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/optouts"
	"telex/ui/cli/say"
	"telex/ui/cli/threads"
	"telex/ui/cli/who"
)

const other = "+12345678903"

// TestOptOutsRefuse: telex send refuses who opted out or is held, names each, and no flag
// helps; nothing reaches the API.
func TestOptOutsRefuse(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	c := newClock()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	env := stateIn(folder, api.Env())
	c.run(t, env, "send", "--to", friend+","+other, "--individual", "--text", "first").want(t, say.ExitOK)
	sent := len(api.Sent())
	o := outboxIn(t, folder)
	at := c.now().Add(-time.Hour)
	hears(t, o, came("in-1", friend, "STOP", at), came("in-2", other, "take me off your list "+driving, at))
	for _, args := range [][]string{
		{"--to", friend, "--text", "hi", "--yes"},
		{"--to", friend, "--text", "hi", "--yes", "--json"},
		{"--to", "+12345678904," + friend, "--text", "hi", "--yes"}, // a group
		{"--to", "+12345678904," + friend, "--text", "hi", "--individual", "--yes"},
		{"--to", friend, "--text", "hi", "--dry-run"},
		{"--resend-of", "1", "--yes"},
	} {
		got := c.run(t, env, append([]string{"send"}, args...)...)
		got.want(t, say.ExitUsage, friend+` opted out 60 minutes ago: they wrote "STOP"`, "take who opted out off the recipients")
	}
	got := c.run(t, env, "send", "--to", other, "--text", "hi", "--yes")
	got.want(t, say.ExitUsage, other+` held until you decide: 60 minutes ago they wrote "take me off`, "telex optouts held release "+other)
	if strings.Contains(got.err, "\x1b") {
		t.Errorf("%q drives the terminal", got.err)
	}
	both := c.run(t, env, "send", "--to", other+","+friend, "--text", "hi", "--individual")
	both.want(t, say.ExitUsage, friend+" opted out", other+" held")
	if n := len(api.Sent()); n != sent {
		t.Errorf("%d messages reached the API, want none", n-sent)
	}
	var rows []threads.ThreadRow
	c.run(t, env, "threads", "--json").decode(t, &rows)
	for _, r := range rows {
		if r.OptedOut != (r.Number == friend) || r.Held != (r.Number == other) {
			t.Errorf("the conversation is %+v, want it marked", r)
		}
	}
	start := came("in-3", friend, "START", c.now())
	start.Trust = callback.Untrusted
	hears(t, o, start) // anybody can have made it up
	c.run(t, env, "send", "--to", friend, "--text", "hi", "--yes").want(t, say.ExitUsage, "opted out")
	start.Trust = callback.Trusted
	hears(t, o, start)
	c.run(t, env, "send", "--to", friend, "--text", "hi", "--yes").want(t, say.ExitOK)
}

// TestOptOutsAfterCode: the second text to a number whose last one failed for an opt-out is
// refused.
func TestOptOutsAfterCode(t *testing.T) {
	t.Parallel()
	c := newClock()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	env := stateIn(folder, api.Env())
	c.run(t, env, "send", "--to", friend, "--text", "first").want(t, say.ExitOK)
	o := outboxIn(t, folder)
	e, err := o.Detail(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Deliver(t.Context(), 1, []messaging.Record{{MessageID: e.MessageID, Destination: friend, Status: messaging.StatusFailed, ErrorCode: 4775}})
	if err != nil {
		t.Fatal(err)
	}
	c.run(t, env, "send", "--to", friend, "--text", "second", "--yes").want(t, say.ExitUsage, friend+" opted out", "message 1 failed with 4775")
}

// rowsOf are the entries that a command prints as JSON.
func rowsOf(t *testing.T, c *clock, env []string, args ...string) (rows []optouts.Row) {
	t.Helper()
	got := c.run(t, env, append(args, "--json")...)
	got.want(t, say.ExitOK)
	got.decode(t, &rows)
	return rows
}

// TestOptOutsByHand: what a person enters, ends and decides.
func TestOptOutsByHand(t *testing.T) {
	t.Parallel()
	c := newClock()
	env, o := conversed(t, c)
	if rows := rowsOf(t, c, env, "optouts"); len(rows) != 0 {
		t.Errorf("got %+v, want nobody", rows)
	}
	c.run(t, env, "optouts").want(t, say.ExitOK, "nobody opted out")
	c.run(t, env, "optouts", "held").want(t, say.ExitOK, "nobody is held")
	got := c.run(t, env, "optouts", "add", "(234) 567-8902", other, other, "--note", "by phone "+driving)
	if got.want(t, say.ExitOK); got.out != "entered 2 numbers\n" {
		t.Errorf("got %q", got.out)
	}
	if got = c.run(t, env, "optouts", "add", friend); got.out != "entered 0 numbers; 1 in there already\n" {
		t.Errorf("got %q", got.out)
	}
	rows := rowsOf(t, c, env, "optouts")
	if len(rows) != 2 || rows[0].Number != friend || rows[0].By != outbox.OptedByPerson || rows[0].Sender != "" || !strings.HasPrefix(rows[0].Note, "by phone") || rows[0].Since == "" {
		t.Errorf("got %+v, want both", rows)
	}
	got = c.run(t, env, "optouts")
	if got.want(t, say.ExitOK); strings.Count(got.out, "\n") != 2 || !strings.HasPrefix(got.out, friend+"\t\t") || strings.Contains(got.out, "\x1b") {
		t.Errorf("got %q, want a line each", got.out)
	}
	got = c.run(t, env, "optouts", "check", friend)
	if got.want(t, say.ExitRejected); !strings.Contains(got.out, "a person entered it") {
		t.Errorf("got %q, want why", got.out)
	}
	c.run(t, env, "optouts", "check", "+12345678904").want(t, say.ExitOK)
	for _, garbage := range []string{"STOP", "foo", "12345"} { // a script that asks for a misspelt number is not to go on
		c.run(t, env, "optouts", "check", garbage).want(t, say.ExitUsage)
	}
	c.run(t, env, "optouts", "remove", friend).want(t, say.ExitUsage, "no terminal", "--yes")
	c.run(t, env, "optouts", "check", friend).want(t, say.ExitRejected)
	got = c.run(t, env, "optouts", "remove", friend, "--yes")
	got.want(t, say.ExitOK, friend+" opted out", "a person entered it (by phone")
	c.run(t, env, "optouts", "check", friend).want(t, say.ExitOK)
	c.run(t, env, "optouts", "remove", friend, "--yes").want(t, say.ExitUsage, "is not in the ledger")

	c.run(t, env, "optouts", "add", friend, "--from", "+19195550100").want(t, say.ExitOK)
	c.run(t, env, "optouts", "check", friend, "--from", "+19195550100").want(t, say.ExitRejected)
	c.run(t, env, "optouts", "check", friend, "--from", ourNumber).want(t, say.ExitOK)
	c.run(t, env, "send", "--to", friend, "--text", "of another number").want(t, say.ExitOK)

	hears(t, o, came("in-1", "+12345678904", "wrong number", c.now()), came("in-2", "+12345678905", "stop texting me", c.now()))
	rows = rowsOf(t, c, env, "optouts", "held")
	if len(rows) != 2 || rows[0].By != outbox.HeldForWords || rows[0].Words != "wrong number" || rows[0].ID == 0 {
		t.Errorf("got %+v, want who is held, and why", rows)
	}
	c.run(t, env, "optouts", "check", "+12345678904").want(t, say.ExitRejected)
	c.run(t, env, "optouts", "held", "release", "+12345678904").want(t, say.ExitOK)
	c.run(t, env, "optouts", "held", "release", "+12345678904").want(t, say.ExitUsage, "is not held")
	c.run(t, env, "optouts", "check", "+12345678904").want(t, say.ExitOK)
	c.run(t, env, "optouts", "add", "+12345678905").want(t, say.ExitOK)
	if rows = rowsOf(t, c, env, "optouts", "held"); len(rows) != 0 {
		t.Errorf("got %+v, want nobody held: it is decided", rows)
	}
	for _, args := range [][]string{{"add"}, {"add", "nobody"}, {"remove"}, {"check"}, {"check", friend, other}, {"import"}, {"held", "release"}, {"lst"}, {"add", friend, "--from", "?"}} {
		c.run(t, env, append([]string{"optouts"}, args...)...).want(t, say.ExitUsage)
	}
}

// TestOptOutsLists: lists of several forms come in, and what cannot be read is named and kept.
func TestOptOutsLists(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for name, test := range map[string]struct {
		list string
		want []string // numbers
		bad  int
		why  string
	}{
		"lines":      {friend + "\r\n\n(234) 567-8903\n" + friend + "\n", []string{friend, other}, 0, ""},
		"bad lines":  {friend + "\nhello\n12\n", []string{friend}, 2, `line 2: has letters: "hello"`},
		"a table":    {"\ufeffName,Mobile Phone,Note\n\"Lovelace, Ada\",234-567-8902,by mail\nBob,,\n", []string{friend}, 1, "line 3"},
		"semicolons": {"name;number;sender\nAda;" + friend + ";+19195550100\nBob;" + other + ";!!\n", []string{friend}, 1, "sender"},
		"quotes":     {"number,note\n+1 \"234,x\n\"" + friend + ",y\n" + other + ",\"two\nlines\"\n", []string{other}, 2, "line 2: "},
		"one quote":  {"number,note\n\"12,x\n" + friend + ",\n" + other + ",\"\"\n", []string{friend, other}, 1, "line 2: a quote is opened"},
		"long cell":  {"number,note\n\"12,x\n" + friend + ",\n" + other + "\",\n", []string{friend}, 2, "line 2: a quote is opened"},
		"tabs":       {"Phone\tNotes\n" + friend + "\tx\ty\n", []string{friend}, 0, ""},
		"no column":  {"name,city\nAda,Raleigh\n", nil, 0, "--column number=HEADER"},
		"a log":      {"From,To,Body\n" + friend + ",+19195550100,STOP\n", nil, 0, "it has the columns from and to; call the one with those who opted out number"},
		"two ways":   {"from,number,to\n+19195550100," + friend + "," + other + "\n", []string{friend}, 0, ""},
		"to":         {"to,sender\n" + friend + ",+19195550100\n", []string{friend}, 0, ""},
		"open note":  {"number,note\n" + friend + ",\"by phone\n" + other + ",\n+12345678904,\"by mail\"\n", []string{other, "+12345678904"}, 1, "line 2: a quote is opened"},
		"no header":  {"\"" + friend + "\n" + other + "\n12\"\n", []string{other}, 2, "line 1"},
		"several":    {friend + "," + other + "\n+12345678904\n", []string{"+12345678904"}, 1, "line 1"},
		"two lists":  {friend + "\nnumber,note\n" + other + ",x\n", []string{friend, other}, 1, "line 2"},
		"two to one": {"number,sender\n" + friend + ",+19195550100\n" + friend + ",\n", []string{friend, friend}, 0, ""},
		"lost":       {"number\n1.23457E+10\n" + other + "\n", []string{other}, 1, "line 2: a spreadsheet shortened it"},
		"Excel":      {"\xff\xfe" + strings.ReplaceAll("number\n="+strconv.Quote(friend)+"\n", "", "\x00")[1:], []string{friend}, 0, ""},
		"vCards":     {"BEGIN:VCARD\nFN:Ada\nTEL;TYPE=fax:" + other + "\nTEL;TYPE=cell:" + friend + "\nEND:VCARD\nBEGIN:VCARD\nFN:Bob\nEND:VCARD\n", []string{friend}, 1, `line 6: no number: "Bob"`},
		"titles":     {"STOP list,,\nof 2026-11-01,,\nName,Mobile #,\nAda," + friend + ",\n", []string{friend}, 0, ""},
		"no title":   {"call +12345678903,,\nName,Mobile #,\nAda," + friend + ",\n", []string{friend}, 2, "line 1: "},
		"Google":     {"First Name,Last Name,Phone 1 - Label,Phone 1 - Value\nAda,L,Mobile,=\"" + friend + "\"\n", []string{friend}, 0, ""},
		"unnamed":    {"Ada,234-567-8902,Raleigh\nBob," + other + ",Cary\nCy,,Apex\n", []string{friend, other}, 1, "line 3: no number"},
		"a quote":    {"name,number\nO\"Neil," + friend + "\nBob," + other + "\n", []string{friend, other}, 0, ""},
		"no text":    {"PK\x03\x04 and more", nil, 0, "workbook"},
		"empty":      {"\n\n", nil, 0, "holds no number"},
		"a header":   {"number\n", nil, 0, "holds no number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			env, _ := conversed(t, c)
			file := filepath.Join(t.TempDir(), "list.csv")
			if err := os.WriteFile(file, []byte(test.list), 0o600); err != nil {
				t.Fatal(err)
			}
			code := say.ExitOK
			if test.why != "" {
				code = say.ExitUsage
			}
			got := c.run(t, env, "optouts", "import", file)
			got.want(t, code, test.why)
			var numbers []string
			for _, r := range rowsOf(t, c, env, "optouts") {
				if numbers = append(numbers, r.Number); r.By != outbox.OptedByImport {
					t.Errorf("got %+v, want it imported", r)
				}
			}
			if strings.Join(numbers, " ") != strings.Join(test.want, " ") {
				t.Errorf("got %q, want %q", numbers, test.want)
			}
			kept, err := os.ReadFile(strings.TrimSuffix(file, ".csv") + ".rejects.csv")
			rows, _ := csv.NewReader(bytes.NewReader(kept)).ReadAll()
			if n := max(len(rows)-1, 0); n != test.bad || (err != nil) != (test.bad == 0) {
				t.Errorf("kept %q, %v, want %d lines", kept, err, test.bad)
			}
		})
	}
}

// TestOptOutsExport: what is exported can be imported, and of what is imported a date, the
// lines that are left out and the column of numbers are as they were asked for.
func TestOptOutsExport(t *testing.T) {
	t.Parallel()
	c := newClock()
	env, _ := conversed(t, c)
	c.run(t, env, "optouts", "add", friend, "--note", "=said, \"stop\"").want(t, say.ExitOK)
	c.run(t, env, "optouts", "add", other, "--from", "+19195550100").want(t, say.ExitOK)
	out := c.run(t, env, "optouts", "export")
	out.want(t, say.ExitOK)
	for _, want := range []string{friend + ",,", ",\"'=said, ", other + ",+19195550100,"} { // no formula to a spreadsheet
		if !strings.Contains(out.out, want) {
			t.Errorf("exported\n%s\nwant %q in it", out.out, want)
		}
	}
	again, _ := conversed(t, c)
	runTelex(t, again, out.out, "optouts", "import", "-").want(t, say.ExitOK)
	rows := rowsOf(t, c, again, "optouts")
	if len(rows) != 2 || rows[0].Number != friend || rows[0].Note != `=said, "stop"` || rows[1].Sender != "+19195550100" {
		t.Errorf("got %+v of %q, want the same", rows, out.out)
	}
	runTelex(t, again, "number,since\n+19195550142,last week\n+19195550143,2026-01-31\n", "optouts", "import", "-").want(t, say.ExitOK, `warning: line 2: since "last week" is no date`)
	for _, r := range rowsOf(t, c, again, "optouts") {
		if r.Number == "+19195550143" && r.Since != "2026-01-31T00:00:00.000Z" {
			t.Errorf("got %+v, want its date", r)
		}
	}
	left := filepath.Join(t.TempDir(), "left.csv")
	runTelex(t, again, "hello\n", "optouts", "import", "-", "--rejects", left).want(t, say.ExitUsage, `line 1: has letters: "hello"`, "kept in "+left)
	runTelex(t, again, "hello\n", "optouts", "import", "-", "--rejects", left).want(t, say.ExitUsage, "left-2.csv")
	runTelex(t, again, "Name,A,B\nAda,"+friend+","+other+"\n", "optouts", "import", "-", "--column", "number=B").want(t, say.ExitOK, "number: b")
	c.run(t, again, "optouts", "check", other).want(t, say.ExitRejected)
	runTelex(t, again, "07700 900102\n", "optouts", "import", "-", "--region", "gb").want(t, say.ExitOK)
	c.run(t, again, "optouts", "check", "+447700900102").want(t, say.ExitRejected)
	c.run(t, env, "optouts", "import", filepath.Join(t.TempDir(), "none")).want(t, say.ExitUsage, "cannot be read: no such file or directory; nothing was entered")
	c.run(t, env, "optouts", "import", t.TempDir()).want(t, say.ExitUsage, "is no file; nothing was entered")
	runTelex(t, env, "", "optouts", "import", "-").want(t, say.ExitUsage, "standard input holds no number; nothing was entered")
}

// TestOptOutWords: a profile can name words that opt out.
func TestOptOutWords(t *testing.T) {
	t.Parallel()
	c := newClock()
	folder := t.TempDir()
	env := stateIn(folder, append(clitest.NewAPIAt(t, c.now).Env(), "XDG_CONFIG_HOME="+folder))
	if err := os.MkdirAll(filepath.Join(folder, "telex"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "telex", "config.toml"), []byte("[profiles.a]\noptout_words = [\"Unfollow\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	home := who.Home{Env: func(name string) (string, bool) {
		for _, e := range env {
			if value, ok := strings.CutPrefix(e, name+"="); ok {
				return value, true
			}
		}
		return "", false
	}, Now: c.now, Output: say.NewPrinter(io.Discard, io.Discard)}
	o, err := home.OpenOutbox(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range []string{"a", "b"} {
		from := map[string]string{"a": friend, "b": other}[profile]
		if _, err := o.Receive(t.Context(), outbox.By{Profile: profile}, []callback.Event{came(profile, from, "unfollow", c.now())}); err != nil {
			t.Fatal(err)
		}
	}
	home.CloseOutbox(o)
	if rows := rowsOf(t, c, env, "optouts"); len(rows) != 1 || rows[0].Number != friend {
		t.Errorf("got %+v, want that of the profile", rows)
	}
}
