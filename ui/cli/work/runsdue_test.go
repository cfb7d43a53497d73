package work

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/broadcast"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// laterOffice is an office whose clock stands until it is set.
func laterOffice(t *testing.T) (*office, *clitest.API, *sample.Clock) {
	t.Helper()
	clock := sample.ClockAt(time.Now().Truncate(time.Second))
	api := clitest.NewAPIAt(t, clock.Now)
	f := newOffice(t, api.Base)
	f.now, f.after = clock.Now, hurried
	return f, api, clock
}

// broadcasts is a command of telex broadcast, which has to end well.
func (f *office) broadcasts(t *testing.T, args ...string) (out string) {
	t.Helper()
	said, errs := clitest.NewPaper(), clitest.NewPaper()
	cmd := broadcast.Command(broadcast.Options{World: f.world(said, errs)})
	cmd.SetArgs(args)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("telex broadcast %s: %v\n%s", strings.Join(args, " "), err, errs)
	}
	return said.String()
}

// TestWorkBeginsBroadcasts: a broadcast begins at its time and not before, also one that was
// prepared, or given another time, while the worker slept. Of two workers one begins it.
func TestWorkBeginsBroadcasts(t *testing.T) {
	t.Parallel()
	f, api, clock := laterOffice(t)
	one := f.works(t, "--json")
	two := f.start(t)
	two.err.Await(t, "another telex works")
	f.prepare(t, 3, "--at", "1h")
	f.prepare(t, 2, "--at", "1h", "--text", "Another {{name}}")
	f.broadcasts(t, "change", "2", "--at", "2h")
	f.prepare(t, 1, "--at", "1h", "--text", "Never {{name}}")
	f.broadcasts(t, "cancel", "3")
	clock.Advance(time.Hour - time.Second)
	f.once(t, say.ExitOK)
	if n := len(api.Sent()); n != 0 {
		t.Fatalf("%d messages left before their time", n)
	}
	clock.Advance(time.Second)
	one.out.Await(t, `"state":"done".*"broadcast":1`)
	wantEach(t, api, 3)
	clock.Advance(time.Hour)
	one.out.Await(t, `"state":"done".*"broadcast":2`)
	if got := received(api); got[number(0)] != 2 || got[number(1)] != 2 || got[number(2)] != 1 {
		t.Errorf("the API got %v", got)
	}
	_ = one.stop(t)
	_ = two.stop(t)
	if s := two.out.String(); s != "" {
		t.Errorf("the other worker did\n%s", s)
	}
}

// TestWorkMissesBroadcasts: what is late by more than its grace does not begin, however the
// machine slept: it is paused, said, and --once ends with 7 until a person decided.
func TestWorkMissesBroadcasts(t *testing.T) {
	t.Parallel()
	f, api, clock := laterOffice(t)
	o := f.open(t)
	f.prepare(t, 2, "--at", "1h")
	r := f.works(t)
	clock.Advance(10 * time.Hour) // the machine slept
	r.err.Await(t, `broadcast 1 is paused: it was to begin .*, and no telex that could begin it was running; to begin it now: telex broadcast resume 1; at another time: telex broadcast change 1 --at TIME`)
	_ = r.stop(t)
	clock.Advance(time.Minute)
	for range 2 {
		if out, errs := f.once(t, say.ExitUnsent); out+errs != "" {
			t.Errorf("what was said already is said again:\n%s%s", out, errs)
		}
	}
	if n := len(api.Sent()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	missed, err := o.MissedRuns(t.Context())
	if err != nil || len(missed) != 1 || !missed[0].Reason.Untold {
		t.Errorf("MissedRuns = %+v, %v, want one that nobody was told of: a worker tells no person", missed, err)
	}
	f.broadcasts(t, "change", "1", "--at", "30s")
	f.once(t, say.ExitOK)
	clock.Advance(30 * time.Second)
	f.once(t, say.ExitOK)
	wantEach(t, api, 2)
}

// TestWorkMissesBroadcastsWithoutCredentials: what nobody can send is missed at its time all the
// same, and begins not when somebody can.
func TestWorkMissesBroadcastsWithoutCredentials(t *testing.T) {
	t.Parallel()
	f, api, clock := laterOffice(t)
	f.prepare(t, 2, "--at", "1h")
	delete(f.env, "BW_PASSWORD")
	r := f.works(t)
	clock.Advance(time.Hour)
	r.err.Await(t, "warning: broadcast 1 waits: nothing can be sent yet; missing:")
	clock.Advance(outbox.Grace + time.Second)
	r.err.Await(t, "broadcast 1 is paused: it was to begin ")
	_ = r.stop(t)
	f.env["BW_PASSWORD"] = clitest.Password
	f.once(t, say.ExitUnsent)
	if n := len(api.Sent()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// TestWorkOnceBeginsBroadcasts: cron starts it each minute, twice at once: everybody gets theirs
// once, and not before the time.
func TestWorkOnceBeginsBroadcasts(t *testing.T) {
	t.Parallel()
	f, api, clock := laterOffice(t)
	people := 30
	if sample.Quick() {
		people = 8
	}
	f.prepare(t, people, "--at", "2m")
	for minute := range 4 {
		both := []*running{f.start(t, "--once"), f.start(t, "--once")}
		for _, r := range both {
			if err := r.wait(t); err != nil {
				t.Errorf("telex work --once ended with %v\n%s", err, r.err)
			}
		}
		if n := len(api.Sent()); minute < 2 && n != 0 {
			t.Fatalf("%d messages left before their time", n)
		}
		clock.Advance(time.Minute)
	}
	wantEach(t, api, people)
}

// TestWorkBeginsByTheirTime: each person gets theirs when their own clock shows the time, which
// a list or the number says; the first of them is when it begins. Who opts out before gets none.
func TestWorkBeginsByTheirTime(t *testing.T) {
	t.Parallel()
	f, api, clock := laterOffice(t)
	day := time.Date(2027, 3, 14, 0, 0, 0, 0, time.UTC) // in the night clocks are set forward there, and not in Hawaii
	clock.Advance(day.Add(-6 * time.Hour).Sub(clock.Now()))
	list := sheet(t, "phone,name,zone\n+19195550101,New York,\n+13125550102,Chicago,\n+13125550103,Moved,Pacific/Honolulu\n+18505550104,Florida in two zones,\n+18005550105,Nowhere,\n+13105550106,Stopped,\n")
	out := f.broadcasts(t, "start", list, "--text", "Doors open, {{name}}", "--yes", "--rate", "unlimited", "--hours", "off", "--at", "2027-03-14 09:00", "--their-time", "--json")
	var shown struct {
		Counts  map[string]int
		DueAt   string `json:"due_at"`
		DueZone string `json:"due_zone"`
	}
	sample.Must(t, json.Unmarshal([]byte(out), &shown))
	if shown.DueAt != "2027-03-14T13:00:00.000Z" || shown.DueZone != "America/New_York" || shown.Counts["skipped"] != 1 || shown.Counts["queued"] != 5 {
		t.Errorf("it is %+v, want it to begin with New York, without whose place nobody knows", shown)
	}
	o := f.open(t)
	_, err := o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: "+13105550106"}})
	sample.Must(t, err)
	r := f.works(t)
	want := 0
	for _, at := range []struct {
		hour time.Duration
		more int
	}{{13*time.Hour - time.Second, 0}, {13 * time.Hour, 1}, {14*time.Hour - time.Second, 0}, {14 * time.Hour, 2}, {16 * time.Hour, 0}, {19*time.Hour - time.Second, 0}, {19 * time.Hour, 1}} {
		clock.Advance(day.Add(at.hour).Sub(clock.Now()))
		want += at.more
		if at.more == 0 {
			f.once(t, say.ExitOK)
		}
		await(t, func() bool { return len(api.Sent()) >= want })
		if n := len(api.Sent()); n != want {
			t.Fatalf("at %v %d messages are gone, want %d", at.hour, n, want)
		}
	}
	r.out.Await(t, "broadcast 1, people.csv, is done")
	_ = r.stop(t)
	if got := received(api); got["+13125550103"] != 1 || got["+13105550106"] != 0 {
		t.Errorf("the API got %v", got)
	}
}

// TestWorkBroadcastDiesAtItsTime: a worker ends when a broadcast has begun and nothing of it
// left; the next one goes on, and everybody gets theirs once.
func TestWorkBroadcastDiesAtItsTime(t *testing.T) {
	t.Parallel()
	f, api, clock := laterOffice(t)
	o := f.open(t)
	f.prepare(t, 3, "--at", "1h")
	clock.Advance(time.Hour)
	if begun, err := o.BeginDue(t.Context(), 1); err != nil || !begun {
		t.Fatalf("BeginDue = %v, %v, want that it did", begun, err)
	}
	sample.Must(t, o.Close())
	clock.Advance(time.Hour) // what has begun goes on, however late
	f.once(t, say.ExitOK)
	wantEach(t, api, 3)
}
