package work

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestWorkSendsWhatIsDue: what is scheduled leaves at its time and not before, also what was
// scheduled while the worker slept.
func TestWorkSendsWhatIsDue(t *testing.T) {
	t.Parallel()
	clock := sample.ClockAt(time.Now())
	api := clitest.NewAPIAt(t, clock.Now)
	f := newOffice(t, api.Base)
	f.now = clock.Now
	f.after = hurried
	o := f.open(t)
	f.schedule(t, o, clock.Now().Add(time.Hour), number(0), number(1))
	r := f.start(t, "--json")
	r.err.Await(t, "stop it with ctrl")
	f.schedule(t, o, clock.Now().Add(30*time.Minute), number(2))
	clock.Advance(30*time.Minute - time.Second)
	f.once(t, say.ExitOK)
	if n := len(api.Sent()); n != 0 {
		t.Fatalf("%d messages left before their time", n)
	}
	clock.Advance(time.Second)
	r.out.Await(t, `"to":\["\+19195551002"\]`)
	if n := len(api.Sent()); n != 1 {
		t.Errorf("%d messages left, want the first", n)
	}
	clock.Advance(30 * time.Minute)
	r.out.Await(t, `(?s)("id".*){3}`)
	if err := r.stop(t); err != nil {
		t.Errorf("it ended with %v", err)
	}
	wantEach(t, api, 3)
	for l := range strings.Lines(r.out.String()) {
		var v line
		sample.Must(t, json.Unmarshal([]byte(l), &v))
		if v.Type != "message" || v.State != "accepted" || v.MessageID == "" || v.Broadcast != 0 {
			t.Errorf("line %s", l)
		}
	}
}

// TestWorkMisses: what is late by more than its grace is not sent, however the machine slept:
// it is said once, and --once ends with 7 until a person decided.
func TestWorkMisses(t *testing.T) {
	t.Parallel()
	clock := sample.ClockAt(time.Now())
	api := clitest.NewAPIAt(t, clock.Now)
	f := newOffice(t, api.Base)
	f.now = clock.Now
	f.after = hurried
	o := f.open(t)
	asleep := f.schedule(t, o, clock.Now().Add(time.Hour), number(0))
	r := f.start(t)
	r.err.Await(t, "stop it with ctrl")
	clock.Advance(10 * time.Hour) // the machine slept
	r.err.Await(t, `message 1 to \+19195551000: missed: .*; telex scheduled send ID`)
	_ = r.stop(t)
	clock.Advance(time.Minute)
	if _, errs := f.once(t, say.ExitUnsent); errs != "" {
		t.Errorf("what was said already is said again:\n%s", errs)
	}
	other := f.schedule(t, o, clock.Now().Add(time.Hour), number(1))
	clock.Advance(10 * time.Hour)
	if _, errs := f.once(t, say.ExitUnsent); strings.Count(errs, "missed") != 1 || !strings.Contains(errs, "message 2") {
		t.Errorf("it said\n%s", errs)
	}
	if n := len(api.Sent()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	untold, err := o.Untold(t.Context())
	if err != nil || len(untold) != 2 {
		t.Errorf("%d are to be told at the next start, %v, want 2: a worker tells no person", len(untold), err)
	}
	sample.Must(t, o.Unschedule(t.Context(), append(asleep, other...), "not any more"))
	f.once(t, say.ExitOK)
}

// TestWorkMissesWithoutCredentials: what nobody can send is missed at its time all the same, and
// does not wait for ever.
func TestWorkMissesWithoutCredentials(t *testing.T) {
	t.Parallel()
	clock := sample.ClockAt(time.Now())
	f := newOffice(t, clitest.Refusing)
	f.now, f.after = clock.Now, hurried
	delete(f.env, "BW_PASSWORD")
	o := f.open(t)
	f.schedule(t, o, clock.Now().Add(time.Hour), number(0))
	r := f.works(t)
	clock.Advance(time.Hour)
	r.err.Await(t, "warning: 1 message to be sent later: waiting: nothing can be sent yet; missing:")
	clock.Advance(outbox.Grace + time.Second)
	r.err.Await(t, `message 1 to \+19195551000: missed: `)
	wantStates(t, o, map[outbox.State]int{outbox.Missed: 1})
}

// TestWorkOffline: what cannot leave waits, and is not unsent; who works once ends with 7.
func TestWorkOffline(t *testing.T) {
	t.Parallel()
	clock := sample.ClockAt(time.Now())
	f := newOffice(t, clitest.Refusing)
	f.now = clock.Now
	f.after = hurried
	o := f.open(t)
	f.schedule(t, o, clock.Now(), number(0), number(1))
	out, _ := f.once(t, say.ExitUnsent)
	if !strings.Contains(out, "message 1 to +19195551000: scheduled: ") {
		t.Errorf("it said\n%s", out)
	}
	wantStates(t, o, map[outbox.State]int{outbox.Scheduled: 2})
}

// TestWorkOnceEachMinute: cron starts it each minute, beside a worker and alone, and each of a
// hundred messages leaves once.
func TestWorkOnceEachMinute(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	people := 40
	if sample.Quick() {
		people = 20
	}
	clock := sample.ClockAt(time.Now())
	api := clitest.NewAPIAt(t, clock.Now)
	f := newOffice(t, api.Base)
	f.now = clock.Now
	f.after = hurried
	o := f.open(t)
	for i := range people {
		f.schedule(t, o, clock.Now().Add(time.Duration(i%5)*time.Minute), number(i))
	}
	var besides *running
	for minute := range 5 {
		if minute == 2 {
			besides = f.start(t)
			besides.err.Await(t, "stop it with ctrl")
		}
		both := []*running{f.start(t, "--once"), f.start(t, "--once")}
		for _, r := range both {
			if err := r.wait(t); err != nil {
				t.Errorf("telex work --once ended with %v\n%s", err, r.err)
			}
		}
		clock.Advance(time.Minute)
	}
	await(t, func() bool { return len(api.Sent()) >= people })
	_ = besides.stop(t)
	wantEach(t, api, people)
}

// TestWorkListens: with --listen callbacks are recorded by the same process, whether or not the
// work is another one's.
func TestWorkListens(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	f := newOffice(t, api.Base)
	f.env["TELEX_LISTEN_PASSWORD"] = "hush"
	first := f.works(t)
	r := f.start(t, "--listen", "--addr", "127.0.0.1:0", "--user", "bandwidth", "--json")
	url := r.err.Await(t, `listen: listening on (http://\S+?);`)
	r.err.Await(t, "another telex works")
	body := `[{"type":"message-received","time":"2026-11-26T04:05:06.160744Z","to":"+12345678901","message":{"id":"came","direction":"in","from":"+19195550101","to":["+12345678901"],"text":"Thanks"}}]`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	sample.Must(t, err)
	request.SetBasicAuth("bandwidth", "hush")
	answer, err := http.DefaultClient.Do(request)
	sample.Must(t, err)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("answered %s", answer.Status)
	}
	r.out.Await(t, `"type":"message-received".*"text":"Thanks"`)
	f.prepare(t, 2)
	first.out.Await(t, "is done")
	_ = first.stop(t)
	r.err.Await(t, "this one works now")
	f.prepare(t, 2, "--text", "Again {{name}}")
	r.out.Await(t, `"state":"done"`)
	if err := r.stop(t); err != nil {
		t.Errorf("it ended with %v\n%s", err, r.err)
	}
	for _, want := range []string{"listen: stopped; 1 event recorded", "work: stopped"} {
		if !strings.Contains(r.err.String(), want) {
			t.Errorf("it said\n%s\nwant %q in it", r.err, want)
		}
	}
}
