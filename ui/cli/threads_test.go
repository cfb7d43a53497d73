package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
	"telex/ui/cli/threads"
)

const (
	ourNumber = "+12345678901"
	friend    = "+12345678902"
	// driving is what nobody's terminal may get to see as it is.
	driving = "\x1b]0;owned\x07\u202e\x9b31m"
)

// came is a callback about what somebody wrote.
func came(id, from, text string, at time.Time) callback.Event {
	return callback.Event{
		Type: callback.MessageReceived, Time: at, To: ourNumber, Trust: callback.Trusted,
		Message: callback.Message{ID: id, Time: at, Direction: "in", Owner: ourNumber, From: from, To: []string{ourNumber}, Text: text, SegmentCount: 1},
	}
}

// hears records callbacks in the outbox of a folder, as a listener does.
func hears(t *testing.T, o *outbox.Outbox, events ...callback.Event) {
	t.Helper()
	if _, err := o.Receive(t.Context(), outbox.By{Profile: "", AccountID: "9900000"}, events); err != nil {
		t.Fatal(err)
	}
}

// conversed is an outbox in which something was sent to a friend, and one in a folder.
func conversed(t *testing.T, c *clock) (env []string, o *outbox.Outbox) {
	t.Helper()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	env = stateIn(folder, api.Env())
	c.run(t, env, "send", "--to", friend, "--text", "are you there?").want(t, say.ExitOK)
	return env, outboxIn(t, folder)
}

func TestThreads(t *testing.T) {
	t.Parallel()
	c := newClock()
	env, o := conversed(t, c)
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
	hears(t, o, came("in-1", friend, "yes\nand "+driving+" you?", at), came("in-2", "12345", "bank", at.Add(time.Minute)), came("in-3", "ACME\x1b", driving, at))
	var rows []threads.ThreadRow
	got := c.run(t, env, "threads", "--json")
	got.want(t, say.ExitOK)
	got.decode(t, &rows)
	want := threads.ThreadRow{Number: "12345", Sender: ourNumber, LastAt: "2026-03-01T12:01:00.123Z", LastText: "bank", LastID: 3, Unread: 1}
	if len(rows) != 3 || rows[1].Number != want.Number || fmt.Sprint(rows[1]) != fmt.Sprint(want) || rows[2].Number != friend || rows[2].Unread != 1 {
		t.Errorf("got %+v, want three conversations, the second %+v", rows, want)
	}
	got = c.run(t, env, "threads", "--answered", "--limit", "2")
	if got.want(t, say.ExitOK); strings.Count(got.out, "\n") != 2 || !strings.Contains(got.out, "1\t2026-03-01T12:01:00Z\t"+ourNumber+"\t12345\tbank\n") {
		t.Errorf("got %q, want two lines of fields", got.out)
	}
	var said []messages.Row
	got = c.run(t, env, "thread", "(234) 567-8902", "--json")
	got.want(t, say.ExitOK)
	got.decode(t, &said)
	if len(said) != 2 || said[0].Direction != "out" || said[0].Text != "are you there?" || said[1].Direction != "in" || said[1].State != outbox.Received ||
		said[1].From != friend || said[1].Own != ourNumber || said[1].WrittenAt != "2026-03-01T12:00:00.123Z" {
		t.Errorf("got %+v, want what was said, oldest first", said)
	}
	got = c.run(t, env, "thread", friend, "--mark-read")
	got.want(t, say.ExitOK)
	if lines := strings.Split(got.out, "\n"); len(lines) != 4 || !strings.HasSuffix(lines[0], " ● you: are you there?") || !strings.HasSuffix(lines[1], " ◂ "+friend+": yes") || !strings.HasSuffix(lines[2], " you?") {
		t.Errorf("got %q, want the conversation", got.out)
	}
	c.run(t, env, "threads", "--json").decode(t, &rows)
	if rows[2].Unread != 0 || rows[1].Unread != 1 {
		t.Errorf("got %+v, want that one read", rows)
	}
	if got = c.run(t, env, "thread", "ACME"); got.out != "" || !strings.Contains(got.err, "nothing was said with ACME") {
		t.Errorf("got %q, %q, want nothing with a name that is another", got.out, got.err)
	}
	c.run(t, env, "thread").want(t, say.ExitUsage, "telex threads lists")
	c.run(t, env, "thread", "no number!").want(t, say.ExitUsage)
	c.run(t, env, "threads", friend).want(t, say.ExitUsage, "telex thread NUMBER")
	c.run(t, env, "threads", "--limit", "-1").want(t, say.ExitUsage, "--limit \"-1\" is not")
	c.run(t, env, "send", "--resend-of", "2", "--yes").want(t, say.ExitUsage, "message 2 came in")
	var detail messages.DetailRow
	got = c.run(t, env, "show", "2", "--json")
	if got.decode(t, &detail); len(detail.Events) != 1 || detail.Events[0].By != "callback" || detail.Events[0].Type != "message-received" || detail.Events[0].At != "2026-03-01T12:00:00.123456Z" || detail.Events[0].To != ourNumber {
		t.Errorf("got %+v, want the event", detail.Events)
	}
	if got = c.run(t, env, "show", "2"); !strings.Contains(got.out, "received: from "+friend+" to "+ourNumber) || !strings.Contains(got.out, "◂ received (callback)") {
		t.Errorf("got %q, want what is recorded of it", got.out)
	}
	if got = c.run(t, env, "history", "--state", "received"); strings.Count(got.out, "\n") != 3 || !strings.Contains(got.out, "\treceived\t12345\tbank\n") {
		t.Errorf("got %q, want who wrote", got.out)
	}
}

// TestAwait: the first reply decides, one that is there already or that comes while telex
// waits, and the exit code says how.
func TestAwait(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	c := newClock()
	env, o := conversed(t, c)
	at := c.now()
	got := c.run(t, env, "await", "1", "--timeout", "10m")
	got.want(t, say.ExitOpen, "no reply to 1 within 10m0s", "telex listen")
	if waited := c.now().Sub(at); got.out != "" || waited != 10*time.Minute {
		t.Errorf("got %q after %s, want nothing after ten minutes", got.out, waited)
	}
	var ending say.Ending
	if c.run(t, env, "await", friend, "--timeout", "0", "--json").decode(t, &ending); ending.ExitCode != say.ExitOpen || ending.Error == "" {
		t.Errorf("got %+v, want the code 8", ending)
	}
	hears(t, o, came("in-other", "+12345678903", "ACK", at))
	c.run(t, env, "await", "1", "--timeout", "1s").want(t, say.ExitOpen)
	// It comes while telex waits.
	looks := 0
	var out, errs bytes.Buffer
	code := run(t.Context(), process{
		args: []string{"await", friend, "--match", "(?i)^(ack|ok)"}, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: c.now,
		after: func(d time.Duration) <-chan time.Time {
			if looks++; looks == 3 {
				hears(t, o, came("in-1", friend, "Ack, "+driving+"\non it", at))
			}
			if d > time.Second {
				t.Errorf("looks again after %s, want within a second", d)
			}
			return c.after(d)
		},
	})
	clitest.CheckOutput(t, nil, out.String(), errs.String())
	if code != say.ExitOK || looks != 3 || !strings.HasPrefix(out.String(), "Ack, ") || !strings.HasSuffix(out.String(), "\non it\n") {
		t.Errorf("got %d, %q, %q after %d looks, want the reply at once", code, out.String(), errs.String(), looks)
	}
	for _, tt := range []struct {
		args []string
		want say.Code
		says string
	}{
		{[]string{"1"}, say.ExitOK, "message 3 from " + friend},
		{[]string{"#1", "--match", "^on it"}, say.ExitRejected, ""},
		{[]string{"1", "--match", "(?m)^on it"}, say.ExitOK, ""},
		{[]string{"1", "--match", "("}, say.ExitUsage, "--match cannot be read"},
		{[]string{"1", "--timeout", "-1s"}, say.ExitUsage, "over already"},
		{[]string{"3"}, say.ExitUsage, "came in"},
		{[]string{"4711x"}, say.ExitUsage, "neither the id"},
		{nil, say.ExitUsage, "id of one message"},
	} {
		got := c.run(t, env, append([]string{"await"}, tt.args...)...)
		got.want(t, tt.want, tt.says)
		if tt.want == say.ExitOK || tt.want == say.ExitRejected {
			if !strings.HasPrefix(got.out, "Ack, ") {
				t.Errorf("await %q: got %q, want the reply", tt.args, got.out)
			}
		}
	}
	var row messages.Row
	if c.run(t, env, "await", "1", "--json").decode(t, &row); row.ID != 3 || row.Direction != "in" || row.MessageID != "in-1" {
		t.Errorf("got %+v, want the row of the reply", row)
	}
	c.run(t, env, "send", "--to", friend, "--text", "thanks").want(t, say.ExitOK)
	c.run(t, env, "await", friend, "--timeout", "1m").want(t, say.ExitOpen) // what it said before answers something else
	forged := came("in-2", friend, "ok", at)
	forged.Trust = callback.Untrusted
	hears(t, o, forged)
	c.run(t, env, "await", friend).want(t, say.ExitOK, "without credentials")
}
