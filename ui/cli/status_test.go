package cli

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
)

// A clock is one that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Now()} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// after is a pause that is over at once, in which the clock moves on.
func (c *clock) after(d time.Duration) <-chan time.Time {
	c.add(d)
	over := make(chan time.Time, 1)
	over <- c.now()
	return over
}

// run runs telex by the clock.
func (c *clock) run(t *testing.T, env []string, args ...string) ended {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), process{
		args: args, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: c.now, after: c.after,
	})
	e := ended{code, out.String(), errs.String()}
	clitest.CheckOutput(t, args, e.out, e.err)
	return e
}

func TestStatusOfAccepted(t *testing.T) {
	t.Parallel()
	clock := newClock()
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	for _, to := range []string{"+12345678902", "+19995554720", "+19995550001"} {
		clock.run(t, env, "send", "--to", to, "--text", "Hello").want(t, say.ExitOK)
	}
	got := clock.run(t, env, "status", "1")
	if got.want(t, say.ExitOK, "message 1 is accepted: "); strings.Count(got.out, "\t") != 4 {
		t.Errorf("got %q, want the row", got.out)
	}
	got = clock.run(t, env, "status", "1", "--watch")
	got.want(t, say.ExitOK, "message 1 is delivered: the carrier says it arrived", "+12345678902  the carrier says it arrived")
	var failed messages.StatusRow
	got = clock.run(t, env, "status", "2", "--watch", "--json")
	got.want(t, say.ExitRejected, "message 2 failed: not delivered\n", "+19995554720  not delivered – 4720 number not valid\n", "telex explain 4720")
	got.decode(t, &failed)
	if failed.State != outbox.Failed || failed.ErrorCode != 4720 || len(failed.Deliveries) != 1 || failed.Deliveries[0].Status != "FAILED" || failed.Verdict != "" {
		t.Errorf("got %+v, want a failed delivery with its code", failed)
	}
	rows := rowsIn(t, folder)
	clock.run(t, env, "status", rows[0].MessageID).want(t, say.ExitOK)
	clock.run(t, env, "show", "2").want(t, say.ExitOK)
	if shown := clock.run(t, env, "show", "2").out; !strings.Contains(shown, "4720 invalid-destination-address: ") {
		t.Errorf("got\n%s\nwant the code explained", shown)
	}
	var shown struct{ Events []messages.EventRow }
	clock.run(t, env, "show", "2", "--json").decode(t, &shown)
	n := len(shown.Events)
	if n < 3 || shown.Events[0].Type != "sending" || shown.Events[1].Type != "accepted" || shown.Events[1].By != "send" || shown.Events[1].At == "" {
		t.Fatalf("events %+v, want how it was sent", shown.Events)
	}
	last := shown.Events[n-1]
	if last.RecordedAt == "" || last.At != "" || last != (messages.EventRow{Type: "FAILED", RecordedAt: last.RecordedAt, By: "question", To: "+19995554720", ErrorCode: 4720}) {
		t.Errorf("the last event is %+v, want the failure that the API was asked about", last)
	}
	runTelex(t, env, "", "send", "--to", "+19995550400", "--text", "Hello").want(t, say.ExitRejected)
	runTelex(t, env, "", "status", "4").want(t, say.ExitRejected, "message 4 is rejected: ")
}

func TestStatusOfUnknown(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	clock := newClock()
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	send := func(to string, more ...string) {
		clock.run(t, env, append([]string{"send", "--to", to}, more...)...).want(t, say.ExitUnknown)
	}
	clock.run(t, env, "status").want(t, say.ExitOK, "nothing to check: no message has an unknown outcome, and no receipt is missing")
	if got := clock.run(t, env, "status", "--json"); got.out != "[]\n" {
		t.Errorf("got %q, want []", got.out)
	}
	send("+19995550002", "--text", "one")
	send("+19995550504", "--text", "two")
	send("+19995550504", "--text", "six")
	send("+19995550004", "--text", "lost")
	clock.run(t, env, "status", "1", "--watch").want(t, say.ExitOK, "found it – it was sent", "it is accepted")
	got := clock.run(t, env, "status", "2")
	got.want(t, say.ExitUnknown, "it is not certain which", ", received ", "1 segment", "only if it is not among them: telex send --resend-of 2 --yes")
	var several messages.StatusRow
	clock.run(t, env, "status", "2", "--json").decode(t, &several)
	if several.Verdict != "several" || len(several.Candidates) != 2 || several.Candidates[0].MessageID == "" || !several.Candidates[0].Exact || len(several.Candidates[0].Statuses) != 1 {
		t.Errorf("got %+v, want two exact candidates", several)
	}
	clock.run(t, env, "status", "4").want(t, say.ExitUnknown, "not found so far", "telex status 4 --watch")
	var all []messages.StatusRow
	got = clock.run(t, env, "status", "--json")
	got.want(t, say.ExitUnknown)
	if got.decode(t, &all); len(all) != 3 || all[0].ID != 2 || all[2].Verdict != "none yet" {
		t.Errorf("got %+v, want the three unknown messages, the oldest first", all)
	}
	clock.run(t, env, "status", "4", "--watch").want(t, say.ExitUnknown, "not found so far", "almost certainly not sent", "that is not proof")
	shown := clock.run(t, env, "show", "4")
	if shown.want(t, say.ExitOK); !strings.Contains(shown.out, "almost certainly not sent") {
		t.Errorf("got\n%s\nwant what the API said when it was asked", shown.out)
	}
	clock.add(30 * 24 * time.Hour)
	clock.run(t, env, "status", "4").want(t, say.ExitUnknown, "Bandwidth has no record of that time any more")
}

func TestStatusFails(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	runTelex(t, env, "", "send", "--to", "+19995550002", "--text", "Hello").want(t, say.ExitUnknown)
	answer := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "300") // longer than the limit, so that nothing is tried again
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	tests := []struct {
		name string
		base string
		code say.Code
	}{
		{"refused", answer(401, `{"type":"unauthorized","description":"no"}`), say.ExitRefused},
		{"rate limited", answer(429, `{"type":"x","description":"y"}`), say.ExitLimited},
		{"not found", answer(404, `{}`), say.ExitFailed},
		{"no list", answer(200, hostile), say.ExitFailed},
		{"no connection", clitest.Refusing, say.ExitUnsent},
	}
	for _, tt := range tests {
		got := runTelex(t, env, "", "status", "1", "--json", "--base-url", tt.base, "--timeout", "30s")
		got.want(t, tt.code, "message 1 could not be checked: ", "has not changed")
		var failed say.Ending
		if got.decode(t, &failed); failed.ExitCode != tt.code || failed.ID != 1 || failed.Outcome != "" || failed.Error == "" {
			t.Errorf("%s: got %+v, want exit code %d", tt.name, failed, tt.code)
		}
	}
	runTelex(t, stateIn(folder, clitest.Environ(answer(200, "{}"))), "", "status", "1").
		want(t, say.ExitUsage, "message 1 was sent through "+api.Base, "name it with --base-url")
	other := append([]string{"BW_ACCOUNT_ID=1"}, env...)
	runTelex(t, other, "", "status", "1").want(t, say.ExitUsage, "was sent for account "+sandbox.DefaultAccountID+", and these credentials are for 1")
	for why, elsewhere := range map[string][]string{
		"was sent for account": other, "was sent through " + api.Base: stateIn(folder, clitest.Environ(clitest.Refusing)),
	} {
		var rows []messages.StatusRow
		got := runTelex(t, elsewhere, "", "status", "--json")
		got.want(t, say.ExitUnknown, "skipped: message 1 "+why)
		if got.decode(t, &rows); len(rows) != 1 || rows[0].ID != 1 || rows[0].State != outbox.Unknown || rows[0].Verdict != "" {
			t.Errorf("%s: got %+v, want it as it is", why, rows)
		}
	}
	runTelex(t, env[:1], "", "status").want(t, say.ExitUsage, "the API cannot be asked yet; missing:", "BW_ACCOUNT_ID", "BW_CLIENT_ID")
	if rows := rowsIn(t, folder); rows[0].State != outbox.Unknown {
		t.Errorf("got %+v, want it unknown still", rows[0])
	}
}

// --watch asks by the age of the message, and ctrl+c ends it with what is known by then.
func TestWatchInterrupted(t *testing.T) {
	t.Parallel()
	clock := newClock()
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	clock.run(t, env, "send", "--to", "+19995550001", "--text", "Hello").want(t, say.ExitOK)
	start := clock.now()
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	var asked []time.Duration
	code := run(ctx, process{
		args: []string{"status", "1", "--watch", "--json"}, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: clock.now,
		after: func(d time.Duration) <-chan time.Time {
			if api.Lists() > len(asked) {
				asked = append(asked, clock.now().Sub(start).Round(time.Second))
			}
			if len(asked) == 9 {
				cancel()
				return nil
			}
			return clock.after(d)
		},
	})
	var r messages.StatusRow
	got := ended{code, out.String(), errs.String()}
	got.want(t, say.ExitOK)
	if got.decode(t, &r); r.ID != 1 || r.State != outbox.Accepted {
		t.Errorf("got %+v, want the row as it is", r)
	}
	var want []time.Duration
	for _, s := range []int{0, 2, 5, 10, 20, 40, 60, 120, 180} {
		want = append(want, time.Duration(s)*time.Second)
	}
	if !slices.Equal(asked, want) {
		t.Errorf("it asked after %v, want %v", asked, want)
	}
	if n := strings.Count(got.err, "message 1 is accepted"); n != 1 {
		t.Errorf("it was told %d times that nothing changed:\n%s", n, got.err)
	}
}

// TestWatchHears: what a listener in another telex recorded is seen between the questions.
func TestWatchHears(t *testing.T) {
	t.Parallel()
	clock := newClock()
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	clock.run(t, env, "send", "--to", "+19995550001", "--text", "Hello").want(t, say.ExitOK)
	listener := outboxIn(t, folder)
	d, err := listener.Detail(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	start, heard := clock.now(), false
	var out, errs bytes.Buffer
	code := run(t.Context(), process{
		args: []string{"status", "1", "--watch"}, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: clock.now,
		after: func(pause time.Duration) <-chan time.Time {
			if !heard && clock.now().Sub(start) > 45*time.Second { // asked again after a minute
				heard = true
				_, err := listener.Receive(t.Context(), d.By, []callback.Event{sample.Event(callback.MessageDelivered, d.MessageID, "+19995550001", 0)})
				if err != nil {
					t.Error(err)
				}
			}
			return clock.after(pause)
		},
	})
	ended{code, out.String(), errs.String()}.want(t, say.ExitOK, "message 1 is delivered")
	if took := clock.now().Sub(start); took > 50*time.Second {
		t.Errorf("it was seen after %s, want it within seconds of 45 s", took)
	}
}

// Several messages are asked about, and watched, in one run.
func TestStatusOfSeveral(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	clock := newClock()
	api, folder := clitest.NewAPIAt(t, clock.now), t.TempDir()
	env := stateIn(folder, api.Env())
	for _, to := range []string{"+12345678902", "+19995554720", "+19995550002"} {
		clock.run(t, env, "send", "--to", to, "--text", "Hello")
	}
	got := clock.run(t, env, "status", "1", "2", "3", "1", "--watch", "--json")
	got.want(t, say.ExitRejected, "message 1 is delivered", "message 2 failed", "message 3: found it")
	var rows []messages.StatusRow
	if got.decode(t, &rows); len(rows) != 3 || rows[0].State != outbox.Delivered || rows[1].ErrorCode != 4720 || rows[2].Verdict != "found" {
		t.Errorf("got %+v, want the three as they are in the end", rows)
	}
	args := []string{"status", "--json"}
	for i := range 12 {
		clock.run(t, env, "send", "--to", fmt.Sprintf("+1234567%04d", i), "--text", "Hello").want(t, say.ExitOK)
		args = append(args, fmt.Sprint(4+i))
	}
	clock.add(5 * time.Second)
	asked := len(api.Auths())
	got = clock.run(t, env, args...)
	got.want(t, say.ExitOK, "message 4 is delivered", "message 15 is delivered")
	if got.decode(t, &rows); len(rows) != 12 || len(api.Auths())-asked != 1 {
		t.Errorf("%d rows by %d questions, want 12 by one", len(rows), len(api.Auths())-asked)
	}
	clock.run(t, env, "status", "1", "77").want(t, say.ExitUsage, "there is no message")
}

// TestWatchWhileLimited: that Bandwidth was asked too often ends no watch: it goes on when
// the pause is over, and a question without --watch is refused in words.
func TestWatchWhileLimited(t *testing.T) {
	t.Parallel()
	clock := newClock()
	box, err := sandbox.New(t.Context(), sandbox.Config{Username: clitest.User, Password: clitest.Password, Now: clock.now, ListRate: sandbox.Rate{Count: 1, Per: 5 * time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	env := stateIn(t.TempDir(), clitest.Environ(server.URL+sandbox.BasePath))
	clock.run(t, env, "send", "--to", "+12345678902", "--text", "Hello").want(t, say.ExitOK)
	clock.run(t, env, "status", "1").want(t, say.ExitOK)
	clock.add(500 * time.Millisecond) // Retry-After is in whole seconds
	clock.run(t, env, "status", "1", "--timeout", "1s").want(t, say.ExitLimited, "HTTP 429")
	clock.run(t, env, "status", "1").want(t, say.ExitLimited, "telex waits, so that Bandwidth is not asked too often")
	start := clock.now()
	got := clock.run(t, env, "status", "1", "--watch")
	got.want(t, say.ExitOK, "Bandwidth says that it is asked too often, so it is asked nothing more before", "message 1 is delivered")
	if took := clock.now().Sub(start); took < 4*time.Minute || took > 6*time.Minute {
		t.Errorf("it took %s, want about five minutes", took)
	}
}

func TestShow(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello\nworld", "--tag", "t1").want(t, say.ExitOK)
	runTelex(t, env, "", "send", "--to", "+19995550400", "--text", "Hello").want(t, say.ExitRejected)
	runTelex(t, env, "", "send", "--to", "+19995550500", "--text", "Hello").want(t, say.ExitRejected)
	runTelex(t, env, "", "send", "--to", "+19995550005", "--text", "Hello", "--media", "https://example.org/a.png").want(t, say.ExitUnknown)
	runTelex(t, env, "", "send", "--resend-of", "2").want(t, say.ExitRejected)
	for id, want := range map[string][]string{
		"1": {"\nstate      accepted: ", "\ntext       Hello\n           world\n", "\ntag        t1\n", "\nsegments   1\n", "\nanswer     HTTP/1.1 202 Accepted", `"segmentCount": 1`},
		"2": {"\nstate      rejected: ", "\nfield      To: ", "\nnext       correct the fields", "\nrepeated   by message 5\n"},
		"3": {"\nerror      HTTP 500", "; again after "},
		"4": {"\nstate      unknown: ", "\nmedia      https://example.org/a.png\n", "telex status 4 looks", "\nanswer     HTTP/1.1 202"},
		"5": {"\nrepeats    message 2\n"},
	} {
		got := runTelex(t, env[:1], "", "show", id)
		got.want(t, say.ExitOK)
		for _, w := range append(want, "message    "+id+"\n", "\nfrom       +12345678901\n", "\ntimeline   20", "\ntries      20", "\nrequest    {\n") {
			if !strings.Contains(got.out, w) {
				t.Errorf("show %s: got\n%s\nwant %q in it", id, got.out, w)
			}
		}
	}
	var d struct {
		messages.Row
		Changes  []messages.ChangeRow
		Attempts []messages.AttemptRow
		Request  struct{ Text string }
		Response struct{ ID string }
	}
	runTelex(t, env, "", "show", "#1", "--json").decode(t, &d)
	if d.ID != 1 || len(d.Changes) != 2 || d.Changes[1].State != outbox.Accepted || len(d.Attempts) != 1 || d.Attempts[0].HTTPStatus != 202 ||
		d.Attempts[0].TookMS <= 0 || d.Request.Text != "Hello\nworld" || d.Response.ID != d.MessageID {
		t.Errorf("got %+v, want all that is recorded", d)
	}
	var byAPI messages.Row
	runTelex(t, env, "", "show", d.MessageID, "--json").decode(t, &byAPI)
	if byAPI.ID != 1 {
		t.Errorf("got %+v, want message 1 by the API's id", byAPI)
	}
	var half struct{ Response string }
	runTelex(t, env, "", "show", "4", "--json").decode(t, &half)
	if !strings.HasPrefix(half.Response, "{") {
		t.Errorf("got response %q, want the half answer as a string", half.Response)
	}
	for _, name := range []string{"99", "-1", "x", "0", " ", hostile, fmt.Sprint(uint64(1) << 63)} {
		got := runTelex(t, env, "", "show", "--json", "--", name)
		got.want(t, say.ExitUsage, "there is no message ")
		var failed say.Ending
		if got.decode(t, &failed); failed.ExitCode != say.ExitUsage {
			t.Errorf("%q: got %+v, want exit code 2", name, failed)
		}
	}
}
