package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// allowed is the table of moves again, in the words of the design.
func allowed(from, to outbox.State) bool {
	return slices.Contains([]string{
		"scheduled sending", "scheduled missed", "scheduled unsent", "missed scheduled", "missed unsent",
		"queued sending", "queued unsent", "sending scheduled",
		"sending accepted", "sending rejected", "sending unsent", "sending unknown",
		"accepted sent", "accepted delivered", "accepted unconfirmed", "accepted failed", "sent delivered", "sent unconfirmed", "sent failed",
		"unconfirmed delivered", "unconfirmed failed", "unknown unconfirmed",
		"unknown accepted", "unknown sent", "unknown delivered", "unknown failed", "unknown rejected", "unknown unsent",
	}, string(from+" "+to))
}

func (on *suite) testTable(t *testing.T) {
	for _, from := range outbox.States() {
		for _, to := range outbox.States() {
			if got, want := from.CanBecome(to), allowed(from, to); got != want {
				t.Errorf("%s.CanBecome(%s) = %t, want %t", from, to, got, want)
			}
		}
		if got, want := from.Final(), len(from.Next()) == 0; got != want || !from.Valid() {
			t.Errorf("%s: Final() = %t, Valid() = %t, want %t, true", from, got, from.Valid(), want)
		}
	}
	if outbox.State("lost").Valid() || outbox.State("lost").CanBecome(outbox.Sent) || outbox.State("lost").Outcome() != messaging.Unknown {
		t.Error("a state that is none passes for one")
	}
}

// storedOf is everything that the database has of a message.
func storedOf(t testing.TB, o *process, id int64) string {
	t.Helper()
	var all []string
	for _, table := range sample.Tables() {
		all = append(all, sample.Lines(t, o.engine, "SELECT * FROM "+table+" = ?", id)...)
	}
	return strings.Join(all, "\n")
}

// testMoves tries every change on a row of every state.
func (on *suite) testMoves(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	m := sample.SMS("Hi")
	changes := map[string]struct {
		to outbox.State
		do func(id int64) error
	}{
		"Start":    {outbox.Sending, func(id int64) error { return o.Start(t.Context(), id) }},
		"Abandon":  {outbox.Unsent, func(id int64) error { return o.Abandon(t.Context(), []int64{id}, "no") }},
		"accepted": {outbox.Accepted, func(id int64) error { return o.Settle(t.Context(), id, sample.Receipt("m", m), nil) }},
		"rejected": {outbox.Rejected, func(id int64) error { return o.Settle(t.Context(), id, nil, sample.Refusal("Hi")) }},
		"unsent":   {outbox.Unsent, func(id int64) error { return o.Settle(t.Context(), id, nil, sample.NeverLeft()) }},
		"unknown":  {outbox.Unknown, func(id int64) error { return o.Settle(t.Context(), id, nil, sample.Lost()) }},
	}
	for name, change := range changes {
		for _, from := range outbox.States() {
			id := sample.Begun(t, o.Outbox, m)[0]
			sample.Must(t, o.Settle(t.Context(), id, nil, sample.Lost())) // so that an answer is stored
			sample.Put(t, o.engine, id, from)
			before, stored := sample.RowOf(t, o.Outbox, id), storedOf(t, o, id)
			clock.Advance(1e9)
			err := change.do(id)
			after := sample.RowOf(t, o.Outbox, id)
			waits := from == outbox.Scheduled || from == outbox.Missed // which these do not send
			if allowed(from, change.to) && !waits && (name != "Abandon" || from == outbox.Queued) {
				if err != nil || after.State != change.to || !after.Updated.Equal(clock.Now()) || len(after.Moves) != len(before.Moves)+1 {
					t.Errorf("%s of a %s message: %v, now %s at %s with %d moves; want nil, %s at %s with %d", name, from, err,
						after.State, after.Updated, len(after.Moves), change.to, clock.Now(), len(before.Moves)+1)
				}
				continue
			}
			e, ok := errors.AsType[*outbox.MoveError](err)
			if !ok || e.From != from || e.To != change.to || e.ID != id {
				t.Errorf("%s of a %s message = %v, want a MoveError from %s to %s", name, from, err, from, change.to)
			}
			if now := storedOf(t, o, id); now != stored {
				t.Errorf("%s of a %s message changed it\nfrom %s\nto   %s", name, from, stored, now)
			}
		}
	}
	for name, change := range changes {
		if err := change.do(1 << 40); !errors.Is(err, outbox.ErrNotFound) {
			t.Errorf("%s of no message = %v, want ErrNotFound", name, err)
		}
	}
	sound(t, o)
}

func (on *suite) testBeginRecordsTheRequest(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	m := sample.SMS("Grüße 🎈", sample.Alice, sample.Bob)
	m.Media, m.Priority, m.Expiration = []string{"https://example.com/a.png"}, messaging.PriorityHigh, clock.Now().Add(3600e9)
	first := sample.Begun(t, o.Outbox, sample.SMS("one"))[0]
	ids, err := o.Begin(t.Context(), outbox.Plan{
		By:       outbox.By{Profile: "prod", AccountID: "9900000", BaseURL: "https://example.com"},
		Messages: []messaging.Message{m, sample.SMS("two"), sample.SMS("three")}, ResendOf: first, Yes: true,
	})
	sample.Must(t, err)
	for i, want := range []outbox.State{outbox.Sending, outbox.Queued, outbox.Queued} {
		sample.WantState(t, o.Outbox, ids[i], want)
	}
	got := sample.RowOf(t, o.Outbox, ids[0])
	body, err := m.Body()
	sample.Must(t, err)
	if string(got.Request) != string(body) || !reflect.DeepEqual(got.Message, m) || got.By.Profile != "prod" || got.ResendOf != first || got.TextLength != 7 {
		t.Errorf("row = %+v\nrequest = %s, want %+v of %s", got, got.Request, m, body)
	}
	if d := sample.RowOf(t, o.Outbox, first); !reflect.DeepEqual(d.Resends, ids) {
		t.Errorf("resends = %v, want %v", d.Resends, ids)
	}
	if _, err := o.Begin(t.Context(), outbox.Plan{}); err == nil || !outbox.NotRecorded(err) {
		t.Errorf("Begin of nothing = %v, want an *Error", err)
	}
}

// testAnswersComeBack checks that what was recorded is what came.
func (on *suite) testAnswersComeBack(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	m := sample.SMS("Hi")
	id := sample.Begun(t, o.Outbox, m)[0]
	want := sample.Receipt("msg-1", m)
	want.Answer.Body = []byte("\x00\xff not JSON \x80")
	want.Attempts = append([]messaging.Attempt{{Err: errors.New("cut"), Waited: 5}}, want.Attempts...)
	sample.Must(t, o.Settle(t.Context(), id, want, nil))
	got := sample.RowOf(t, o.Outbox, id)
	if !reflect.DeepEqual(got.Answer, want.Answer) || got.MessageID != "msg-1" || got.HTTPStatus != 202 || got.SegmentCount != 1 || got.Err != nil {
		t.Errorf("answer = %+v, want %+v", got.Answer, want.Answer)
	}
	if len(got.Attempts) != 2 || got.Attempts[0].Err.Error() != "cut" || got.Attempts[1] != want.Attempts[1] {
		t.Errorf("attempts = %+v, want %+v", got.Attempts, want.Attempts)
	}

	id = sample.Begun(t, o.Outbox, m)[0]
	refused := sample.Refusal("Hi")
	sample.Must(t, o.Settle(t.Context(), id, nil, fmt.Errorf("send: %w", refused)))
	got = sample.RowOf(t, o.Outbox, id)
	if got.Err == nil || got.Err.Error() != refused.Error() || !reflect.DeepEqual(got.Err.Fields, refused.Fields) || got.Error != refused.Error() {
		t.Errorf("error = %v (%q), want %v", got.Err, got.Error, refused)
	}
	if string(got.Answer.Body) != string(refused.Answer.Body) {
		t.Errorf("body = %q, want %q", got.Answer.Body, refused.Answer.Body)
	}
}

// testCarelessCalls checks that a call which brings neither receipt nor outcome
// leaves the message unknown.
func (on *suite) testCarelessCalls(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	for _, err := range []error{nil, errors.New("panic in a proxy"), t.Context().Err()} {
		id := sample.Begun(t, o.Outbox, sample.SMS("Hi"))[0]
		sample.Must(t, o.Settle(t.Context(), id, nil, err))
		if got := sample.RowOf(t, o.Outbox, id); got.State != outbox.Unknown || got.Error == "" {
			t.Errorf("after Settle(nil, %v) it is %s %q, want unknown with words", err, got.State, got.Error)
		}
	}
	id := sample.Begun(t, o.Outbox, sample.SMS("Hi"))[0]
	long := errors.New(string(make([]byte, 1999)) + "ééé")
	sample.Must(t, o.Settle(t.Context(), id, nil, long))
	sample.WantState(t, o.Outbox, id, outbox.Unknown)
}

// testFailuresComeBack checks what is still known of an error after it was stored.
func (on *suite) testFailuresComeBack(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	token := &messaging.Error{Op: "fetch a token", Outcome: messaging.Unsent, Status: 401, Type: "invalid_client", Err: errors.New("no")}
	for name, test := range map[string]struct {
		cause  error
		target error // nil: none that is known
	}{
		"cancelled":          {fmt.Errorf("send: %w", context.Canceled), context.Canceled},
		"out of time":        {context.DeadlineExceeded, context.DeadlineExceeded},
		"refused at the API": {token, messaging.ErrUnauthorized},
		"another":            {errors.New("connection reset"), nil},
		"none":               {nil, nil},
	} {
		want := &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Wait: 3, Err: test.cause}
		id := sample.Begun(t, o.Outbox, sample.SMS("Hi"))[0]
		sample.Must(t, o.Settle(t.Context(), id, nil, want))
		got := sample.RowOf(t, o.Outbox, id).Err
		if got.Error() != want.Error() || got.Outcome != want.Outcome || got.Wait != want.Wait {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if test.target != nil && !errors.Is(got, test.target) {
			t.Errorf("%s: %v, want it to be %v", name, got, test.target)
		}
	}
	err := o.Start(t.Context(), 1)
	if want := "message 1 was settled as unsent before its turn came ("; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Start = %v, want %s", err, want)
	}
}
