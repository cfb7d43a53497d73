package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testAskAbout: many messages are asked about in one question, when somebody wants to know.
func (on *suite) testAskAbout(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	ids := taken(t, o, 40)
	api.answer = func(messaging.Query) (*messaging.Page, error) {
		page := &messaging.Page{Total: 40}
		for _, id := range ids {
			page.Records = append(page.Records, sample.Told(fmt.Sprint("api-", id), sample.SMS("Hi"), "DELIVERED")...)
		}
		return page, nil
	}
	sample.Must(t, o.AskAbout(t.Context(), api, account, ids))
	for _, id := range ids {
		sample.WantState(t, o.Outbox, id, outbox.Delivered)
	}
	if len(api.asked) != 1 {
		t.Fatalf("%d questions, want 1", len(api.asked))
	}
	q := api.asked[0]
	if len(q.Source) != 1 || q.Source[0] != sample.Sender || q.Direction != "OUTBOUND" || q.Limit != 1000 || !q.From.Before(c.Now()) || !q.To.After(c.Now()) {
		t.Errorf("asked %+v, want what the sender sent around %s", q, c.Now())
	}
	sample.Must(t, o.AskAbout(t.Context(), api, account, ids))
	if len(api.asked) != 1 {
		t.Error("settled messages are asked about once more")
	}
	sample.Must(t, o.AskAbout(t.Context(), api, outbox.By{AccountID: "another"}, ids))
}

// testAskedBeside: beside a run that this process sends, a question brings few records at once:
// the run has the memory.
func (on *suite) testAskedBeside(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	taken(t, o, 40)
	c.Advance(time.Minute)
	id := startedPeople(t, o, toPeople(), people(1))
	asked := &remote{clock: c}
	r, err := o.Drain(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		drive(t, o, c, asked).end()
		return sample.Receipt("api-of-run", m), nil
	}}, id, fast(outbox.DrainOptions{}))
	if err != nil || r.State != outbox.RunDone {
		t.Fatalf("Drain = %s, %v, want it done", r.State, err)
	}
	if len(asked.asked) == 0 || asked.asked[0].Limit != 200 {
		t.Errorf("asked %+v, want at most 200 records at once", asked.asked)
	}
	taken(t, o, 40)
	c.Advance(time.Minute)
	before := &remote{clock: c}
	driveWith(t, o, c, outbox.AskOptions{API: before, By: account, Beside: true}).end()
	if len(before.asked) == 0 || before.asked[0].Limit != 200 {
		t.Errorf("before a run asked %+v, want at most 200 records at once", before.asked)
	}
}

// testAskedTogether: messages that were sent one after the other are asked about together,
// and one that the list lacks by its id.
func (on *suite) testAskedTogether(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	start := c.Now()
	var ids []int64
	for range 30 {
		ids = append(ids, taken(t, o, 1)...)
		c.Advance(time.Second)
	}
	byID := 0
	api.answer = func(q messaging.Query) (*messaging.Page, error) {
		if q.MessageID != "" {
			byID++
			return &messaging.Page{Total: 1, Records: sample.Told(q.MessageID, sample.SMS("Hi"), "SENT")}, nil
		}
		page := &messaging.Page{Total: 29}
		for _, id := range ids[1:] {
			page.Records = append(page.Records, sample.Told(fmt.Sprint("api-", id), sample.SMS("Hi"), "SENT")...)
		}
		return page, nil
	}
	c.Advance(time.Minute)
	d := drive(t, o, c, api)
	if len(api.asked) != 2 || byID != 1 {
		t.Fatalf("%d questions, %d by id; want one for all and one for what it lacked: %+v", len(api.asked), byID, api.asked)
	}
	api.asked, byID = nil, 0
	until(c, start.Add(10*time.Minute), d)
	if n := len(api.asked) - byID; n > 80 {
		t.Errorf("in ten minutes %d questions for 30 messages, want about as many as for one at a time", n)
	}
	for _, id := range ids {
		sample.WantState(t, o.Outbox, id, outbox.Sent)
	}
}

// testAskedInHalves: of a list that is longer than the API counts the halves are asked for,
// and a few messages among many of others by their ids.
func (on *suite) testAskedInHalves(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	var ids []int64
	for range 16 {
		ids = append(ids, taken(t, o, 1)...)
		c.Advance(time.Hour)
	}
	byID := 0
	api.answer = func(q messaging.Query) (*messaging.Page, error) {
		switch {
		case q.MessageID != "":
			byID++
			return &messaging.Page{Total: 1, Records: sample.Told(q.MessageID, sample.SMS("Hi"), "DELIVERED")}, nil
		case q.To.Sub(q.From) > 5*time.Hour:
			return &messaging.Page{Total: 10_000, Next: "more", Records: sample.Told("other", sample.SMS("Hi"), "SENT")}, nil
		}
		return &messaging.Page{Total: 9_000, Next: "more", Records: sample.Told("other", sample.SMS("Hi"), "SENT")}, nil
	}
	sample.Must(t, o.AskAbout(t.Context(), api, account, ids))
	for _, id := range ids {
		sample.WantState(t, o.Outbox, id, outbox.Delivered)
	}
	if lists := len(api.asked) - byID; byID != 16 || lists != 7 { // one, its two halves, their four
		t.Errorf("%d questions for a list and %d by id, want 7 and 16", lists, byID)
	}
}

// testAskPages: a list is followed page by page, until all that is wanted was there.
func (on *suite) testAskPages(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	ids := taken(t, o, 12)
	api.answer = func(q messaging.Query) (*messaging.Page, error) {
		page := &messaging.Page{Total: 2500, Next: q.PageToken + "+"}
		for _, id := range ids[4*len(q.PageToken):][:4] {
			page.Records = append(page.Records, sample.Told(fmt.Sprint("api-", id), sample.SMS("Hi"), "DELIVERED")...)
		}
		return page, nil
	}
	sample.Must(t, o.AskAbout(t.Context(), api, account, ids))
	if len(api.asked) != 3 {
		t.Errorf("%d questions, want the three pages that have all", len(api.asked))
	}
	for _, id := range ids {
		sample.WantState(t, o.Outbox, id, outbox.Delivered)
	}
}

// testAskRefused: a question that is always refused, or never answered in time, keeps no
// message from being asked about but its own, which has its turns as others have.
func (on *suite) testAskRefused(t *testing.T) {
	for name, no := range map[string]error{
		"refused":  &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 400, Type: "bad_request", Detail: "no such id"},
		"broken":   &messaging.Error{Op: "list messages", Outcome: messaging.Unknown, Status: 500},
		"too slow": &messaging.Error{Op: "list messages", Outcome: messaging.Unknown, Err: context.DeadlineExceeded},
	} {
		c := sample.NewClock()
		o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
		api := &remote{clock: c}
		start := c.Now()
		ids := taken(t, o, 3)
		bad := fmt.Sprint("api-", ids[0])
		asked := map[string][]time.Duration{}
		api.answer = func(q messaging.Query) (*messaging.Page, error) {
			asked[q.MessageID] = append(asked[q.MessageID], c.Now().Sub(start))
			if q.MessageID == bad {
				return nil, no
			}
			return &messaging.Page{Total: 1, Records: sample.Told(q.MessageID, sample.SMS("Hi"), "SENT")}, nil
		}
		d := drive(t, o, c, api)
		until(c, start.Add(time.Minute), d)
		for id, got := range asked {
			if !slices.Equal(got, schedule(time.Minute)) {
				t.Errorf("%s: %s is asked about at %v, want %v", name, id, got, schedule(time.Minute))
			}
		}
		if e := sample.RowOf(t, o.Outbox, ids[0]).Entry; e.State != outbox.Accepted || !e.Checked.IsZero() || !e.Asking.Next.Equal(start.Add(2*time.Minute)) {
			t.Errorf("%s: without an answer it is %s, asked at %s, again at %s; want accepted, never, after 2m", name, e.State, e.Checked, e.Asking.Next)
		}
		told := slices.DeleteFunc(slices.Clone(d.news), func(n outbox.AskNews) bool { return n.Err == nil })
		if len(asked) != 3 || len(told) != 1 || !errors.Is(told[0].Err, no) || !told[0].Again.Equal(start.Add(5*time.Second)) {
			t.Errorf("%s: told %+v of %d messages, want the error once", name, told, len(asked))
		}
		if err := o.AskAbout(t.Context(), api, account, ids); !errors.Is(err, no) {
			t.Errorf("%s: AskAbout = %v, want that error", name, err)
		}
		d.end()
	}
}

// testAskedSlowly: where nobody answers, few questions find that out, and nothing counts as
// asked.
func (on *suite) testAskedSlowly(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	start := c.Now()
	ids := taken(t, o, 5)
	api.answer = func(messaging.Query) (*messaging.Page, error) {
		return nil, &messaging.Error{Op: "list messages", Outcome: messaging.Unknown, Status: 503}
	}
	d := drive(t, o, c, api)
	until(c, start.Add(8*time.Second), d)
	if len(api.asked) != 6 {
		t.Errorf("%d questions in 8 seconds, want 3 after 2 s and 3 after 7 s: %v", len(api.asked), api.ages(start))
	}
	api.says("DELIVERED")
	until(c, start.Add(18*time.Second), d)
	for _, id := range ids {
		sample.WantState(t, o.Outbox, id, outbox.Delivered)
	}
}
