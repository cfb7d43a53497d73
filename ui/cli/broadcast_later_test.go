package cli

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/say"
)

// laterList is a list for laterWorld, of somebody on each coast and in Hawaii.
const laterList = "Phone,First Name\n(919) 555-0101,Ana\n3105550103,Cy\n808-555-0109,Di\n"

// A broadcast that begins later is planned as if it were that time, kept, and told of by all
// that shows broadcasts; nothing leaves.
func TestBroadcastLater(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	w, api := laterWorld(t) // half past nine in New York
	list := w.file("people.csv", []byte(laterList))
	start := []string{"broadcast", "start", list, "--text", "Doors open, {{first name}}", "--yes"}
	const begins = "begins Fri 2026-11-27 09:00 America/New_York"
	got := w.run("", append(start, "--at", "09:00", "--dry-run")...)
	got.want(t, say.ExitOK, "Begins     Fri 2026-11-27 09:00 America/New_York", "2 have to wait", "tomorrow 13:00, because 1 is on Hawaii time", "nothing was written")
	var plan struct {
		DueAt     string `json:"due_at"`
		DueLocal  string `json:"due_local"`
		DurationS int    `json:"duration_s"`
	}
	got = w.run("", append(start, "--at", "09:00", "--dry-run", "--json")...)
	if err := json.Unmarshal([]byte(got.out), &plan); err != nil || plan.DueAt != "2026-11-27T14:00:00.000Z" || plan.DueLocal != "2026-11-27T09:00:00" || plan.DurationS < 4*3600 || plan.DurationS > 4*3600+60 {
		t.Errorf("the plan is %+v, %v, want four hours from nine on", plan, err)
	}
	got = w.run("", append(start, "--at", "09:00")...)
	got.want(t, say.ExitOK, "broadcast 1 is planned, "+begins, "telex work has to be running here then, which it is not; 15 minutes after that it is missed", "telex broadcast cancel 1")
	if got.out != "1\n" {
		t.Errorf("standard output is %q, want the id", got.out)
	}
	w.run("", append(start, "--at", "10:00")...).want(t, say.ExitOK, "the same text is to be sent to the same list already: broadcast 1, today, is planned, begins")
	w.run("", "broadcast", "cancel", "2").want(t, say.ExitOK)
	for what, got := range map[string]ended{
		"list":      w.run("", "broadcast", "list"),
		"show":      w.run("", "broadcast", "show", "1"),
		"scheduled": w.run("", "scheduled"),
		"watch":     (&clock{at: w.now()}).run(t, w.environ(), "broadcast", "watch", "1", "--timeout", "3s"),
	} {
		said := strings.Join(strings.Fields(got.out+got.err), " ")
		if !strings.Contains(said, begins) || what != "list" && !strings.Contains(said, "telex work has to be running here then") {
			t.Errorf("%s does not say when it begins, and by whom: %s", what, said)
		}
	}
	var shown struct {
		State   string
		DueAt   string `json:"due_at"`
		DueZone string `json:"due_zone"`
	}
	got = w.run("", "broadcast", "show", "1", "--json")
	if err := json.Unmarshal([]byte(got.out), &shown); err != nil || shown.State != "planned" || shown.DueAt != "2026-11-27T14:00:00.000Z" || shown.DueZone != "America/New_York" {
		t.Errorf("it is %+v, %v", shown, err)
	}
	w.run("", "broadcast", "report", "1").want(t, say.ExitOK)
	w.run("", "broadcast", "change", "1", "--at", "11:00").want(t, say.ExitOK, "begins Thu 2026-11-26 11:00 America/New_York")
	w.run("", "broadcast", "change", "1", "--at", "08:00", "--their-time").want(t, say.ExitOK, "begins Fri 2026-11-27 08:00 America/New_York", "each gets it then by their own clock")
	for line, says := range map[string]string{
		"--at soon":                              `--at: "soon" is not a time`,
		"--their-time":                           "add --at with a time",
		"--at 2h --their-time":                   "says already when that is",
		"--at 2026-11-26T09:00":                  "is over: it was Thu 2026-11-26 09:00:00 EST; nothing was sent",
		"--at 2026-11-26_06:00 --their-time":     `by the clock of +19195550101 "2026-11-26 06:00" is over`,
		"--at 2028-11-26_09:00 --their-time":     "is more than a year ahead",
		"--at 2028-11-26_09:00":                  "is more than a year ahead",
		"--at 09:00 --their-time --hours 10-now": "--hours",
	} {
		args := strings.Fields(line)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		w.run("", append(start, args...)...).want(t, say.ExitUsage, says)
	}
	w.run("", "broadcast", "change", "1").want(t, say.ExitUsage, "needs --at")
	w.run("", "broadcast", "change", "2", "--at", "2h").want(t, say.ExitUsage, "broadcast 2 is cancelled; nothing was changed")
	w.run("", "broadcast", "pause", "1").want(t, say.ExitUsage, "broadcast 1 is planned; nothing was changed")
	toll := w.file("toll.csv", []byte("phone\n8005550100\n"))
	w.run("", "broadcast", "start", toll, "--text", "Hi", "--yes", "--at", "09:00", "--their-time").want(t, say.ExitUsage, "where +18005550100 may be, no number tells")
	if sent := api.Sent(); len(sent) != 0 {
		t.Errorf("the API got %q, want nothing", sent)
	}
	w.run("", "broadcast", "start", list, "--text", "Now, {{first name}}", "--yes", "--rate", "unlimited", "--hours", "off", "--at", "2h").want(t, say.ExitOK)
	w.run("", "broadcast", "resume", "3").want(t, say.ExitOK, "broadcast 3 is done")
	if sent := api.Sent(); len(sent) != 3 {
		t.Errorf("the API got %q, want the three of the one that was begun by hand", sent)
	}
}

// Of each day the first is taken on which the time is still to come for all of the list.
func TestBroadcastTheirDay(t *testing.T) {
	t.Parallel()
	w, _ := laterWorld(t) // half past nine in New York, half past four in Hawaii
	for rows, want := range map[string]string{
		"9195550101\n8085550109\n": "Fri 2026-11-27 09:00 America/New_York",
		"8085550109\n":             "Thu 2026-11-26 09:00 Pacific/Honolulu",
		"3105550103\n8085550109\n": "Thu 2026-11-26 09:00 America/Los_Angeles",
	} {
		list := w.file("people.csv", []byte("phone\n"+rows))
		w.run("", "broadcast", "start", list, "--text", "Hi", "--dry-run", "--at", "09:00", "--their-time").want(t, say.ExitOK, "Begins     "+want, "each gets it then by their own clock")
	}
	list := w.file("people.csv", []byte("phone\n3105550103\n"))
	w.run("", "broadcast", "start", list, "--text", "Hi", "--dry-run", "--at", "Thursday 09:00", "--their-time").want(t, say.ExitOK, "Thu 2026-11-26 09:00")
	w.run("", "broadcast", "start", list, "--text", "Hi", "--dry-run", "--at", "Thursday 06:00", "--their-time").want(t, say.ExitOK, "Thu 2026-12-03 06:00")
}

// What did not begin in time is told of once, begins never by itself, and is decided by a person.
func TestBroadcastMissed(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	w, api := laterWorld(t)
	list := w.file("people.csv", []byte(laterList))
	w.run("", "broadcast", "start", list, "--text", "Doors open", "--yes", "--rate", "unlimited", "--hours", "off", "--at", "10:00").want(t, say.ExitOK)
	late := w.now().Add(46 * time.Minute)
	w.now = func() time.Time { return late }
	w.run("", "history").want(t, say.ExitOK, "from earlier: broadcast 1, people.csv, is paused: it was to begin Thu 2026-11-26 10:00 America/New_York, and no telex that could begin it was running", "to begin it now: telex broadcast resume 1")
	if again := w.run("", "history"); strings.Contains(again.err, "from earlier") {
		t.Errorf("it is told twice: %q", again.err)
	}
	w.run("", "scheduled").want(t, say.ExitOK, "broadcast 1, people.csv, is paused: it was to begin")
	w.run("", "broadcast", "show", "1").want(t, say.ExitOK)
	if sent := api.Sent(); len(sent) != 0 {
		t.Errorf("the API got %q, want nothing", sent)
	}
	w.run("", "broadcast", "resume", "1").want(t, say.ExitOK, "broadcast 1 is done")
	if sent := api.Sent(); len(sent) != 3 {
		t.Errorf("the API got %q, want three", sent)
	}
}

// A telex that is killed while it prepares a broadcast for later leaves one that nothing begins:
// resume keeps the rest of its people, and it waits for its time.
func TestBroadcastLaterCompleted(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	w, api := laterWorld(t)
	list := w.file("people.csv", []byte(laterList))
	w.run("", "broadcast", "start", list, "--text", "Doors open", "--yes", "--rate", "unlimited", "--hours", "off", "--at", "10:00").want(t, say.ExitOK)
	o, err := outbox.Open(t.Context(), sqlite.At(filepath.Join(w.home, ".local", "state", "telex", "outbox.db")), outbox.Options{Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	half := func(t *testing.T) int64 { // one as it is when that telex dies: with one of its people, and without a time
		t.Helper()
		r, err := o.Run(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		people, err := o.RunPeople(t.Context(), 1, outbox.PeopleFilter{}, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		r, err = o.NewBroadcast(t.Context(), r.Broadcast)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.AddPeople(t.Context(), r.ID, 0, func(yield func(outbox.Person) bool) { yield(people[0].Person) }); err != nil {
			t.Fatal(err)
		}
		return r.ID
	}
	if err := o.CancelRun(context.WithoutCancel(t.Context()), 1, outbox.Reason{}); err != nil {
		t.Fatal(err)
	}
	if id := half(t); id != 2 {
		t.Fatalf("it is broadcast %d, want 2", id)
	}
	w.run("", "broadcast", "show", "2").want(t, say.ExitOK)
	w.run("", "broadcast", "change", "2", "--at", "11:00").want(t, say.ExitUsage, "broadcast 2 is not prepared to its end; nothing was changed")
	w.run("", "broadcast", "resume", "2").want(t, say.ExitOK, "it has 1 of its 3 rows", "broadcast 2 is planned, begins Thu 2026-11-26 10:00 America/New_York")
	if sent := api.Sent(); len(sent) != 0 {
		t.Errorf("the API got %q, want nothing before its time", sent)
	}
	half(t)
	late := w.now().Add(time.Hour)
	w.now = func() time.Time { return late }
	w.run("", "broadcast", "resume", "3").want(t, say.ExitOK, "broadcast 3 is done") // its time is over, and a person says so
	if sent := api.Sent(); len(sent) != 3 {
		t.Errorf("the API got %q, want three", sent)
	}
}
