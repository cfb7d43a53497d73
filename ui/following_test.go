package ui

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/sqlitetest"
)

// numbered answers as the API does, each message with an id of its own.
func numbered() func(context.Context, messaging.Message) (*messaging.Receipt, error) {
	var n atomic.Int64
	return func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return receiptOf(fmt.Appendf(nil, `{"id":"api-%d","time":"2000-01-01T00:00:01Z","to":[%q]}`, n.Add(1), m.To[0]))
	}
}

// allAs answers every question about n messages to five with a status.
func allAs(n int, s messaging.Status) func(context.Context, messaging.Query) (*messaging.Page, error) {
	return func(context.Context, messaging.Query) (*messaging.Page, error) {
		page := &messaging.Page{Total: n}
		for i := range n {
			page.Records = append(page.Records, messaging.Record{MessageID: fmt.Sprint("api-", i+1), Destination: "+1919555" + itoa(1000+i), Status: s})
		}
		return page, nil
	}
}

// TestNobodyIsForgotten: of many messages all are followed, not only the first ones, in a
// question for all, and also when another message is written meanwhile.
func TestNobodyIsForgotten(t *testing.T) {
	const n = 19
	l := &fakeLister{list: allAs(n, messaging.StatusSent)}
	deps := testDeps(&fakeSender{send: numbered()})
	deps.Link.Lister = l
	drive(t, deps, func(d *driver) {
		d.writeMany("Hi", n)
		d.enterOnReview()
		d.advance(3 * time.Second)
		d.see("19 sent", "19 on their way: asked 00:00:03, again at 00:00:06")
		d.seeNot("not asked about yet")
		l.mu.Lock()
		l.list = allAs(n, messaging.StatusDelivered)
		l.mu.Unlock()
		d.press("n")
		d.typeText("another")
		d.advance(10 * time.Second)
		counts, err := d.a.store.Counts(d.t.Context())
		if err != nil || counts[outbox.Delivered] != n {
			t.Errorf("then %v, %v, want all delivered", counts, err)
		}
		if got := l.calls(); got > 5 {
			t.Errorf("got %d questions, want about one a look", got)
		}
		before := l.calls()
		d.advance(time.Hour)
		if got := l.calls() - before; got != 0 {
			t.Errorf("got %d questions when all was settled", got)
		}
	})
}

// TestShownIsFresh: of several messages the one that is shown has what was said of it last,
// also where that is no other state.
func TestShownIsFresh(t *testing.T) {
	const n = 3
	deps := testDeps(&fakeSender{send: numbered()})
	deps.Link.Lister = &fakeLister{list: allAs(n, messaging.StatusQueued)}
	drive(t, deps, func(d *driver) {
		d.writeMany("Hi", n)
		d.enterOnReview()
		d.advance(3 * time.Second)
		d.see("delivery +19195551000 queued")
		d.press("j")
		d.advance(time.Second)
		d.see("delivery +19195551001 queued")
		d.seeNot("no delivery news yet")
	})
}

// TestAnotherAsked: what another telex heard shows here within a second.
func TestAnotherAsked(t *testing.T) {
	l := &fakeLister{list: records(messaging.StatusSending)}
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = l
	path := filepath.Join(t.TempDir(), "telex", "outbox.db")
	open := func(ctx context.Context) (*outbox.Outbox, error) {
		return outbox.Open(ctx, sqlitetest.At(path), outbox.Options{Now: testNow})
	}
	deps.OpenOutbox = open
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.advance(12 * time.Second)
		d.see("sending", "again at 00:00:21")
		other, err := open(d.t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		page, _ := records(messaging.StatusDelivered)(d.t.Context(), messaging.Query{MessageID: d.a.batch.results[0].receipt.ID})
		if _, err := other.Deliver(d.t.Context(), d.a.batch.results[0].id, page.Records); err != nil {
			t.Fatal(err)
		}
		before := l.calls()
		d.advance(2 * time.Second)
		d.see("Delivered: the carrier says it arrived")
		if l.calls() != before {
			t.Error("it was asked, and not read")
		}
	})
}

// TestHistorySaysWhenAsked: what stands beside the list is as fresh as the last question.
func TestHistorySaysWhenAsked(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = &fakeLister{list: records(messaging.StatusSending)}
	drive(t, deps, func(d *driver) {
		d.size(160, 45)
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.press("f2")
		d.advance(7 * time.Second)
		d.see("asked 00:00:06, again at 00:00:11 if a telex is open")
		d.advance(6 * time.Second)
		d.see("asked 00:00:11, again at 00:00:21 if a telex is open")
	})
}

// TestAskTrouble: that Bandwidth cannot be asked is said once, with the time at which it is
// asked again, and goes away with what was said.
func TestAskTrouble(t *testing.T) {
	l := &fakeLister{list: func(context.Context, messaging.Query) (*messaging.Page, error) {
		return nil, &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 429, Type: "rate_limit_exceeded", Wait: 300 * time.Second}
	}}
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = l
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.press("n")
		d.advance(3 * time.Second)
		d.see("Bandwidth says that it is asked too often", "nothing more before 00:05:0")
		d.press("esc")
		d.seeNot("asked too often")
		d.advance(4 * time.Minute)
		d.seeNot("asked too often")
		if got := l.calls(); got != 1 {
			t.Errorf("got %d questions, want one in five minutes", got)
		}
		l.mu.Lock()
		l.list = records(messaging.StatusDelivered)
		l.mu.Unlock()
		d.advance(2 * time.Minute)
		if got := d.a.batch.results[0].stateNow(); got != outbox.Delivered {
			t.Errorf("then it is %s, want delivered", got)
		}
	})
}

// TestIdleFollowsNothing: with nothing open nothing wakes the console.
func TestIdleFollowsNothing(t *testing.T) {
	l := &fakeLister{list: records(messaging.StatusDelivered)}
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = l
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.advance(20 * time.Second)
		d.see("Delivered")
		woke := 0
		for end := time.After(8 * time.Minute); ; {
			select {
			case msg := <-d.msgs:
				woke++
				t.Logf("%T", msg)
				d.handle(msg)
				continue
			case <-end:
			}
			break
		}
		if woke != 0 {
			t.Errorf("%d messages came in eight minutes with nothing open, want none", woke)
		}
	})
}

// TestIdleFollowsOthers: what another telex sends is asked about though nobody touches this one.
func TestIdleFollowsOthers(t *testing.T) {
	var asked atomic.Int64
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = &fakeLister{list: func(ctx context.Context, q messaging.Query) (*messaging.Page, error) {
		asked.Add(1)
		return records(messaging.StatusDelivered)(ctx, q)
	}}
	path := filepath.Join(t.TempDir(), "telex", "outbox.db")
	open := func(ctx context.Context) (*outbox.Outbox, error) {
		return outbox.Open(ctx, sqlitetest.At(path), outbox.Options{Now: testNow})
	}
	deps.OpenOutbox = open
	drive(t, deps, func(d *driver) {
		d.advance(time.Minute) // the asker found nothing to ask
		other, err := open(d.t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		m := messaging.Message{From: "+19195550100", To: []string{"+19195551212"}, Text: "Hi", ApplicationID: deps.Sender.ApplicationID}
		ids, err := other.Begin(d.t.Context(), outbox.Plan{By: d.a.by(), Messages: []messaging.Message{m}})
		if err != nil {
			t.Fatal(err)
		}
		receipt, _ := accept(d.t.Context(), m)
		if err := other.Settle(d.t.Context(), ids[0], receipt, nil); err != nil {
			t.Fatal(err)
		}
		d.advance(20 * time.Second)
		if got, err := other.Detail(d.t.Context(), ids[0]); err != nil || got.State != outbox.Delivered || asked.Load() == 0 {
			t.Errorf("after 20 s it is %s, %v, and there were %d questions, want it delivered", got.State, err, asked.Load())
		}
	})
}

// TestFoundIsFollowed: the delivery of a message that was unknown shows as it becomes known
// once it was found, of one alone and of one among others, with no more keys.
func TestFoundIsFollowed(t *testing.T) {
	const unknown = "+19995550504"
	for name, tt := range map[string]struct {
		to          []string
		found, then string
	}{
		"alone":        {[]string{unknown}, "Found it – it was sent. On its way", "Found it – it was sent. Delivered"},
		"among others": {[]string{five[0], unknown, five[1]}, "● 3 accepted", "✓ 3 delivered"},
	} {
		t.Run(name, func(t *testing.T) {
			driveSandbox(t, func(d *driver) {
				d.size(160, 45)
				d.write("Hi", tt.to...)
				if len(tt.to) > 1 {
					d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
				}
				d.enterOnReview()
				d.advance(200 * time.Millisecond)
				d.see("We don't know yet whether it was sent")
				d.press("r")
				d.advance(200 * time.Millisecond)
				d.see(tt.found)
				d.advance(30 * time.Second)
				d.see(tt.then)
			})
		})
	}
}

// TestFoundElsewhereIsFollowed: a message that was unknown shows as it is when another telex
// found it.
func TestFoundElsewhereIsFollowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "telex", "outbox.db")
	open := func(ctx context.Context) (*outbox.Outbox, error) {
		return outbox.Open(ctx, sqlitetest.At(path), outbox.Options{Now: testNow})
	}
	synctest.Test(t, func(t *testing.T) {
		deps := sandboxDeps(t)
		deps.OpenOutbox = open
		d := start(t, deps)
		d.write("Hi", "+19995550504")
		d.enterOnReview()
		d.advance(30 * time.Second)
		d.see("We don't know yet whether it was sent")
		other, err := open(d.t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		if _, err := other.Check(d.t.Context(), deps.Link.Lister, d.a.batch.results[0].id); err != nil {
			t.Fatal(err)
		}
		d.advance(10 * time.Second)
		d.see("Found it – it was sent. Delivered")
	})
}
