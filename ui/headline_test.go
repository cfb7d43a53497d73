package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
	"telex/ui/words"
)

// TestHeadline: each state has its words, and no two the same.
func TestHeadline(t *testing.T) {
	one, group := messaging.Message{To: five[:1]}, messaging.Message{To: five[:2]}
	seen := map[string]outbox.Entry{}
	for _, tt := range []struct {
		e    outbox.Entry
		want string
	}{
		{outbox.Entry{State: outbox.Accepted}, "On its way: Bandwidth accepted it"},
		{outbox.Entry{State: outbox.Sent}, "On its way: the carrier has it"},
		{outbox.Entry{State: outbox.Delivered}, "Delivered"},
		{outbox.Entry{State: outbox.Failed, ErrorCode: 4720, Message: one}, "Not delivered: 4720 "},
		{outbox.Entry{State: outbox.Failed, ErrorCode: 4720, Message: group}, "Not delivered to some: 4720 "},
		{outbox.Entry{State: outbox.Failed, Message: one}, "Not delivered"},
		{outbox.Entry{State: outbox.Failed, ErrorCode: 4999, Message: one}, "Not delivered: unknown code 4999"},
		{outbox.Entry{State: outbox.Failed, ErrorCode: 9999, Doubt: true, Message: one}, "Bandwidth reports a failure, but it may have arrived: 9999"},
		{outbox.Entry{State: outbox.Unconfirmed, ErrorCode: 9902, Message: one}, "Unconfirmed: no receipt came in time; it may have arrived"},
		{outbox.Entry{State: outbox.Delivered, Grade: messaging.GradeHandedOver, Message: group}, "Handed over to the carrier's MMS centre"},
		{outbox.Entry{State: outbox.Rejected}, "Refused by Bandwidth"},
		{outbox.Entry{State: outbox.Unsent}, "Not sent"},
		{outbox.Entry{State: outbox.Unknown}, "We don't know yet"},
		{outbox.Entry{State: outbox.Unknown, Verdict: outbox.NoneYet}, "Not found so far"},
		{outbox.Entry{State: outbox.Unknown, Verdict: outbox.None}, "Not found, and it should have shown up"},
		{outbox.Entry{State: outbox.Unknown, Verdict: outbox.Several}, "It may be one of those"},
		{outbox.Entry{State: outbox.Unknown, Verdict: outbox.TooOld}, "We don't know, and Bandwidth has no record"},
		{outbox.Entry{State: outbox.Accepted, Verdict: outbox.Found}, "Found it – it was sent. On its way: Bandwidth accepted it"},
		{outbox.Entry{State: outbox.Failed, ErrorCode: 4720, Verdict: outbox.Found, Message: one}, "Found it – it was sent. Not delivered: 4720"},
		{outbox.Entry{State: "later\x1b[2J"}, "Later␛[2J: "},
		{outbox.Entry{}, ": "},
	} {
		got := words.Headline(outbox.Detail{Entry: tt.e})
		if !strings.HasPrefix(got, tt.want) || strings.HasSuffix(got, " ") {
			t.Errorf("headline(%+v) = %q, want %q", tt.e, got, tt.want)
		}
		if other, double := seen[got]; double {
			t.Errorf("headline(%+v) = %q, as that of %+v", tt.e, got, other)
		}
		seen[got] = tt.e
	}
	for _, s := range outbox.States() {
		if got := words.Headline(outbox.Detail{Entry: outbox.Entry{State: s}}); len(got) < 4 {
			t.Errorf("headline of %s = %q", s, got)
		}
	}
}

// headAt is the first row of what Response says of a message.
func (d *driver) headAt() string {
	head, _, _ := strings.Cut(d.lines()[2], "│")
	_, head, _ = strings.Cut(strings.TrimSpace(head), " ") // its sign
	return strings.TrimSpace(head)
}

// TestHeadlineIsTheNewest: what the API says later stands over what the call brought.
func TestHeadlineIsTheNewest(t *testing.T) {
	for to, heads := range map[string][2]string{
		five[0]:        {"On its way: Bandwidth accepted it", "Delivered"},
		"+19995554720": {"On its way: Bandwidth accepted it", "Not delivered: 4720"},
		"+19995550504": {"We don't know yet", "Found it – it was sent."},
	} {
		t.Run(to, func(t *testing.T) {
			driveSandbox(t, func(d *driver) {
				d.write("Hi", to)
				d.enterOnReview()
				d.at("Response")
				d.advance(200 * time.Millisecond)
				if got := d.headAt(); !strings.HasPrefix(got, heads[0]) {
					t.Errorf("got headline %q, want %q", got, heads[0])
				}
				d.advance(time.Minute)
				d.press("r")
				d.advance(time.Second)
				if got := d.headAt(); !strings.HasPrefix(got, heads[1]) {
					t.Errorf("got headline %q after a while, want %q:\n%s", got, heads[1], d.screen())
				}
				d.seeNot("waiting for the carrier", heads[0])
				d.press("r")
				d.advance(time.Second)
				if got := d.headAt(); !strings.HasPrefix(got, heads[1]) {
					t.Errorf("got headline %q when asked once more, want %q", got, heads[1])
				}
			})
		})
	}
}

// TestPlainHeadline: the same words, line by line.
func TestPlainHeadline(t *testing.T) {
	e := outbox.Entry{State: outbox.Accepted}
	r := result{state: answered, message: messaging.Message{To: five[:1]}, err: brokenLine}
	if got := words.Headline(r.newest()); got != "Not sent" {
		t.Errorf("got %q, want what the call brought", got)
	}
	r.row = &outbox.Detail{Entry: e}
	b := &batch{results: []result{r}}
	if got := b.results[0].headline(); got != words.Headline(*r.row) {
		t.Errorf("got %q, want what the outbox knows by now", got)
	}
}

// TestFoundSaysNothingStale: below the headline of a message that was found stands what is
// known of it by now, once, and nothing of the doubt before.
func TestFoundSaysNothingStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps := sandboxDeps(t)
		d := start(t, deps)
		d.size(75, 40)
		d.write("Hi", "+19995550504")
		d.enterOnReview()
		d.at("Response")
		d.advance(time.Minute)
		d.press("r")
		d.advance(time.Second)
		id := d.a.batch.results[0].newest().MessageID
		d.see("Found it – it was sent.", "found it – it was sent", "API's id "+id, "delivery +19995550504", "checked")
		d.seeNot("a receipt came", "received ", "ask again", "before you send it again")
		if n := strings.Count(d.screen(), id); id == "" || n != 1 {
			t.Errorf("got the id %q %d times, want it once:\n%s", id, n, d.screen())
		}
	})
}

// TestOverviewIsTheNewest: the counts of several messages are of what each of them is by
// now, in the words of the history.
func TestOverviewIsTheNewest(t *testing.T) {
	row := func(s outbox.State, g messaging.Grade) *outbox.Detail {
		return &outbox.Detail{Entry: outbox.Entry{State: s, Grade: g}}
	}
	receipt := &messaging.Receipt{}
	b := &batch{ended: 5, results: []result{
		{state: answered, err: brokenLine},
		{state: answered, receipt: receipt, row: row(outbox.Delivered, messaging.GradeCarrier)},
		{state: answered, receipt: receipt, row: row(outbox.Failed, messaging.GradeNone)},
		{state: answered, receipt: receipt, row: row(outbox.Delivered, messaging.GradeHandedOver)},
		{state: answered, receipt: receipt, row: row(outbox.Delivered, messaging.GradeCarrier)},
		{state: answered, receipt: receipt},
		{state: waiting},
	}}
	r := newResponse(func() *batch { return b }, asks{}, time.UTC, keys.NewResponse())
	r.Resize(120, 20)
	r.Show(nil, page.AtDefault)
	r.Update(batchChanged{}, nil)
	if got, want := strings.Join(r.countRows(widget.Theme{}), "/"), "✗ 1 not delivered  – 1 not sent  ✓ 2 delivered  ● 1 handed over  ● 1 accepted  1 to go"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if r.order[0] != 2 || r.order[1] != 0 || r.problems != 2 {
		t.Errorf("got order %v with %d problems, want the failed and the unsent one first", r.order, r.problems)
	}
	r.Resize(40, 20) // where that is too long for one row
	if got := r.countRows(widget.Theme{}); len(got) != 3 || got[1] != "✓ 2 delivered  ● 1 handed over" {
		t.Errorf("got %q, want the counts on several rows", got)
	}
	b.results[0].row = row(outbox.Sent, messaging.GradeNone)
	r.Update(batchChanged{}, nil)
	if got := r.countRows(widget.Theme{})[0]; got != "✗ 1 not delivered  ● 1 sent" {
		t.Errorf("got %q, want what it is by now", got)
	}
}
