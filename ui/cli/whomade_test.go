package cli

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestWho: of what somebody else sent the outbox tells who that was, and of one's own it says
// so to programs alone.
func TestWho(t *testing.T) {
	t.Parallel()
	w, as := approvedBy(t, clitest.NewAPI(t))
	as("Ana" + hostile)
	w.run("", "send", "--to", "+19195550101", "--text", "Hello", "--yes").want(t, say.ExitOK)
	by := func() (line string) {
		for l := range strings.Lines(w.run("", "show", "1").out) {
			if strings.HasPrefix(l, "by") {
				line = l
			}
		}
		return line
	}
	if got := by(); got != "" {
		t.Errorf("of one's own message it says %q", got)
	}
	as("bea")
	if got := by(); !strings.Contains(got, " Ana") || strings.ContainsAny(got, "\x1b\x07\u202e") {
		t.Errorf("of Ana's message it says %q", got)
	}
	var shown struct{ By, Host string }
	w.run("", "show", "1", "--json").decode(t, &shown)
	if !strings.HasPrefix(shown.By, "Ana") || shown.Host == "" {
		t.Errorf("to programs it is by %+v", shown)
	}

	// Another person's drafts are not to be seen.
	folder := w.home + "/.local/state"
	leaveDrafts(t, folder, outbox.Options{User: outbox.User{Name: "ana", Own: true}}, fullDraft(t, "Ana's own"))
	w.run("", "drafts").want(t, say.ExitOK, "no drafts")
	w.run("", "drafts", "show", "1").want(t, say.ExitUsage)
	w.run("", "drafts", "delete", "1", "--yes").want(t, say.ExitUsage)
	as("Ana")
	if out := w.run("", "drafts").out; !strings.Contains(out, "Ana's own") {
		t.Errorf("Ana's drafts are\n%s", out)
	}
}

// TestWhoMovedABroadcast: of a broadcast that another person than who started it moved, show
// says who that was.
func TestWhoMovedABroadcast(t *testing.T) {
	t.Parallel()
	w, as := approvedBy(t, clitest.NewAPI(t))
	as("ana")
	w.run("", append(fast(peopleFile(t, fewPeople), "--text", "Hi {{first name|you}}"), "--yes")...).want(t, say.ExitOK)
	as("bea")
	w.run("", "broadcast", "cancel", "1").want(t, say.ExitOK)
	out := w.run("", "broadcast", "show", "1").out
	if strings.Count(out, ", by bea") != 1 || strings.Contains(out, ", by ana") {
		t.Errorf("it is shown as\n%s", out)
	}
}

// TestByTakesWhatIsShown: whom a broadcast and its messages are by is said in one way, clean,
// and telex history --by takes that.
func TestByTakesWhatIsShown(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret).configure(profileOf("main", api))
	env := w.env
	as := func(name string) { w.env = append(env[:len(env):len(env)], "TELEX_USER="+name) }
	shown := func(label string, args ...string) string {
		t.Helper()
		for l := range strings.Lines(w.run("", args...).out) {
			if rest, ok := strings.CutPrefix(l, label+" "); ok {
				return strings.TrimSpace(rest)
			}
		}
		t.Fatalf("telex %q does not say by whom", args)
		return ""
	}
	list := peopleFile(t, "number\n+19195550101\n")
	for i, name := range []string{"", "Ana", "eve\x1b[2J\u202e\u009b31m\x07"} {
		as(name)
		w.run("", append(fast(list, "--text", "Hi by "+strconv.Itoa(i)), "--yes")...).want(t, say.ExitOK)
		as("bea")
		id := strconv.Itoa(i + 1)
		by := shown("by", "show", id)
		if got := shown("By", "broadcast", "show", id); !strings.HasPrefix(got, by+", ") || strings.ContainsAny(got, "\x1b\x07\u202e\u009b") {
			t.Errorf("message %s is by %q, and its broadcast by %q", id, by, got)
		}
		ways := []string{by}
		switch i {
		case 0:
			login, host, ok := strings.Cut(by, " at ")
			if !ok {
				t.Errorf("a login is shown as %q, want its machine too", by)
			}
			ways = append(ways, login+" on "+host) // as it once was
		case 2:
			ways = nil // what is shown of her is not her name
		}
		for _, way := range ways {
			if got := w.run("", "history", "--by", way).out; !strings.HasPrefix(got, id+"\t") || strings.Count(got, "\n") != 1 {
				t.Errorf("--by %q finds %q, want message %s", way, got, id)
			}
		}
	}
}

// TestNamesOfOthersAreClean: what others give as their names, and those of their machines,
// drives no terminal, wherever they are named.
func TestNamesOfOthersAreClean(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret, "TELEX_USER=bea").configure(profileOf("main", clitest.NewAPI(t), "approve = true"))
	eve := outbox.User{Name: "eve" + hostile, Host: "south" + hostile}
	o, err := outbox.Open(t.Context(), sqlite.At(filepath.Join(w.home, ".local", "state", "telex", "outbox.db")), outbox.Options{User: eve})
	if err != nil {
		t.Fatal(err)
	}
	sample.In(t, o, sample.SMS("Hello"), outbox.Accepted)
	later := sample.Later(t, o, sample.SMS("Later"), outbox.Scheduled)
	sample.Must(t, o.Reschedule(t.Context(), later, outbox.WhenAt(time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)), false))
	_, err = o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: sample.Bob, By: outbox.OptedByPerson}})
	sample.Must(t, err)
	_, _, err = o.PutContacts(t.Context(), []outbox.Contact{{Number: sample.Alice, Name: "Alice"}})
	sample.Must(t, err)
	for range 2 { // one that waits for a yes, and one that has it
		b := sample.Broadcast()
		b.StartedBy, b.Host, b.Approve, b.Options = eve.Name, eve.Host, true, []byte(`{"hours":"off"}`)
		_, err = o.NewBroadcast(t.Context(), b)
		sample.Must(t, err)
	}
	mallory := outbox.User{Name: "mallory" + hostile, Host: eve.Host}
	sample.Must(t, o.ApproveRun(t.Context(), 2, mallory))
	sample.Must(t, o.CancelRun(t.Context(), 2, outbox.Reason{Kind: outbox.ReasonPerson}))
	sample.Must(t, o.Close())
	for _, args := range [][]string{ // what each prints is looked at for what drives terminals
		{"show", "1"},
		{"show", "1", "--json"},
		{"show", "2"},
		{"history", "--by", "eve"},
		{"history", "--json"},
		{"broadcast", "show", "1"},
		{"broadcast", "show", "1", "--json"},
		{"broadcast", "show", "2"},
		{"broadcast", "list"},
		{"broadcast", "approve", "1"},
		{"broadcast", "resume", "1"},
		{"optouts", "--json"},
		{"optouts", "check", sample.Bob},
		{"contacts", "--json"},
	} {
		got := w.run("", args...)
		said := got.out + got.err
		if named := strings.Contains(said, "eve") || strings.Contains(said, "mallory"); !named && args[0] != "broadcast" && args[0] != "history" {
			t.Errorf("telex %q names nobody: %s", args, said)
		}
	}
	if got := strings.Join(strings.Fields(w.run("", "broadcast", "show", "2").out), " "); !strings.Contains(got, "approved by mallory") || !strings.Contains(got, " at south") {
		t.Errorf("got %s, want who approved it, and where", got)
	}
}
