package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"telex/messaging"
)

// put makes a row of a state, past all rules.
func put(t testing.TB, o *Outbox, id int64, s State) {
	t.Helper()
	if _, err := o.writer.db.ExecContext(t.Context(), "UPDATE messages SET state = ? WHERE id = ?", string(s), id); err != nil {
		t.Fatal(err)
	}
}

// allowed is the table of moves again, in the words of the design.
func allowed(from, to State) bool {
	return slices.Contains([]string{
		"queued sending", "queued unsent",
		"sending accepted", "sending rejected", "sending unsent", "sending unknown",
		"accepted sent", "accepted delivered", "accepted unconfirmed", "accepted failed", "sent delivered", "sent unconfirmed", "sent failed",
		"unconfirmed delivered", "unconfirmed failed", "unknown unconfirmed",
		"unknown accepted", "unknown sent", "unknown delivered", "unknown failed", "unknown rejected", "unknown unsent",
	}, string(from+" "+to))
}

func TestTable(t *testing.T) {
	for _, from := range States() {
		for _, to := range States() {
			if got, want := from.CanBecome(to), allowed(from, to); got != want {
				t.Errorf("%s.CanBecome(%s) = %t, want %t", from, to, got, want)
			}
		}
		if got, want := from.Final(), len(from.Next()) == 0; got != want || !from.Valid() {
			t.Errorf("%s: Final() = %t, Valid() = %t, want %t, true", from, got, from.Valid(), want)
		}
	}
	if State("lost").Valid() || State("lost").CanBecome(Sent) || State("lost").Outcome() != messaging.Unknown {
		t.Error("a state that is none passes for one")
	}
}

// storedOf is everything that the database has of a message.
func storedOf(t testing.TB, o *Outbox, id int64) string {
	t.Helper()
	var all []string
	for _, table := range []string{"messages WHERE id", "exchanges WHERE id", "moves WHERE message", "deliveries WHERE message", "events WHERE message"} {
		all = append(all, rowsOf(t, o, "SELECT * FROM "+table+" = ?", id)...)
	}
	return strings.Join(all, "\n")
}

// rowsOf are the rows of a query, each as a text.
func rowsOf(t testing.TB, o *Outbox, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := o.db.QueryContext(t.Context(), query, args...)
	must(t, err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	must(t, err)
	values := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		must(t, rows.Scan(into...))
		all = append(all, fmt.Sprint(values))
	}
	must(t, rows.Err())
	return all
}

// TestMoves tries every change on a row of every state.
func TestMoves(t *testing.T) {
	clock := newClock()
	o := hooked(t, place(t), Options{Now: clock.Now}, hooks{pragmas: []string{"synchronous(off)"}})
	m := sms("Hi")
	changes := map[string]struct {
		to State
		do func(id int64) error
	}{
		"Start":    {Sending, func(id int64) error { return o.Start(t.Context(), id) }},
		"Abandon":  {Unsent, func(id int64) error { return o.Abandon(t.Context(), []int64{id}, "no") }},
		"accepted": {Accepted, func(id int64) error { return o.Settle(t.Context(), id, receiptFor("m", m), nil) }},
		"rejected": {Rejected, func(id int64) error { return o.Settle(t.Context(), id, nil, refusal("Hi")) }},
		"unsent":   {Unsent, func(id int64) error { return o.Settle(t.Context(), id, nil, neverLeft()) }},
		"unknown":  {Unknown, func(id int64) error { return o.Settle(t.Context(), id, nil, lost()) }},
	}
	for name, change := range changes {
		for _, from := range States() {
			id := begun(t, o, m)[0]
			must(t, o.Settle(t.Context(), id, nil, lost())) // so that an answer is stored
			put(t, o, id, from)
			before, stored := entryOf(t, o, id), storedOf(t, o, id)
			clock.advance(1e9)
			err := change.do(id)
			after := entryOf(t, o, id)
			if allowed(from, change.to) && (name != "Abandon" || from == Queued) {
				if err != nil || after.State != change.to || !after.Updated.Equal(clock.Now()) || len(after.Moves) != len(before.Moves)+1 {
					t.Errorf("%s of a %s message: %v, now %s at %s with %d moves; want nil, %s at %s with %d", name, from, err,
						after.State, after.Updated, len(after.Moves), change.to, clock.Now(), len(before.Moves)+1)
				}
				continue
			}
			e, ok := errors.AsType[*MoveError](err)
			if !ok || e.From != from || e.To != change.to || e.ID != id {
				t.Errorf("%s of a %s message = %v, want a MoveError from %s to %s", name, from, err, from, change.to)
			}
			if now := storedOf(t, o, id); now != stored {
				t.Errorf("%s of a %s message changed it\nfrom %s\nto   %s", name, from, stored, now)
			}
		}
	}
	for name, change := range changes {
		if err := change.do(1 << 40); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s of no message = %v, want ErrNotFound", name, err)
		}
	}
	sound(t, o)
}

func TestBeginRecordsTheRequest(t *testing.T) {
	clock := newClock()
	o := opened(t, place(t), Options{Now: clock.Now})
	m := sms("Grüße 🎈", alice, bob)
	m.Media, m.Priority, m.Expiration = []string{"https://example.com/a.png"}, messaging.PriorityHigh, clock.Now().Add(3600e9)
	first := begun(t, o, sms("one"))[0]
	ids, err := o.Begin(t.Context(), Plan{
		By:       By{Profile: "prod", AccountID: "9900000", BaseURL: "https://example.com"},
		Messages: []messaging.Message{m, sms("two"), sms("three")}, ResendOf: first, Yes: true,
	})
	must(t, err)
	for i, want := range []State{Sending, Queued, Queued} {
		wantState(t, o, ids[i], want)
	}
	got := entryOf(t, o, ids[0])
	body, err := m.Body()
	must(t, err)
	if string(got.Request) != string(body) || !reflect.DeepEqual(got.Message, m) || got.By.Profile != "prod" || got.ResendOf != first || got.TextLength != 7 {
		t.Errorf("row = %+v\nrequest = %s, want %+v of %s", got, got.Request, m, body)
	}
	if d := entryOf(t, o, first); !reflect.DeepEqual(d.Resends, ids) {
		t.Errorf("resends = %v, want %v", d.Resends, ids)
	}
	if _, err := o.Begin(t.Context(), Plan{}); err == nil || NotRecorded(err) == false {
		t.Errorf("Begin of nothing = %v, want an *Error", err)
	}
}

// TestAnswersComeBack checks that what was recorded is what came.
func TestAnswersComeBack(t *testing.T) {
	o := opened(t, place(t), Options{})
	m := sms("Hi")
	id := begun(t, o, m)[0]
	want := receiptFor("msg-1", m)
	want.Answer.Body = []byte("\x00\xff not JSON \x80")
	want.Attempts = append([]messaging.Attempt{{Err: errors.New("cut"), Waited: 5}}, want.Attempts...)
	must(t, o.Settle(t.Context(), id, want, nil))
	got := entryOf(t, o, id)
	if !reflect.DeepEqual(got.Answer, want.Answer) || got.MessageID != "msg-1" || got.HTTPStatus != 202 || got.SegmentCount != 1 || got.Err != nil {
		t.Errorf("answer = %+v, want %+v", got.Answer, want.Answer)
	}
	if len(got.Attempts) != 2 || got.Attempts[0].Err.Error() != "cut" || got.Attempts[1] != want.Attempts[1] {
		t.Errorf("attempts = %+v, want %+v", got.Attempts, want.Attempts)
	}

	id = begun(t, o, m)[0]
	refused := refusal("Hi")
	must(t, o.Settle(t.Context(), id, nil, fmt.Errorf("send: %w", refused)))
	got = entryOf(t, o, id)
	if got.Err == nil || got.Err.Error() != refused.Error() || !reflect.DeepEqual(got.Err.Fields, refused.Fields) || got.Error != refused.Error() {
		t.Errorf("error = %v (%q), want %v", got.Err, got.Error, refused)
	}
	if string(got.Answer.Body) != string(refused.Answer.Body) {
		t.Errorf("body = %q, want %q", got.Answer.Body, refused.Answer.Body)
	}
}

// TestCarelessCalls checks that a call which brings neither receipt nor outcome
// leaves the message unknown.
func TestCarelessCalls(t *testing.T) {
	o := opened(t, place(t), Options{})
	for _, err := range []error{nil, errors.New("panic in a proxy"), t.Context().Err()} {
		id := begun(t, o, sms("Hi"))[0]
		must(t, o.Settle(t.Context(), id, nil, err))
		if got := entryOf(t, o, id); got.State != Unknown || got.Error == "" {
			t.Errorf("after Settle(nil, %v) it is %s %q, want unknown with words", err, got.State, got.Error)
		}
	}
	id := begun(t, o, sms("Hi"))[0]
	long := errors.New(string(make([]byte, mostWords-1)) + "ééé")
	must(t, o.Settle(t.Context(), id, nil, long))
	wantState(t, o, id, Unknown)
}

// TestFailuresComeBack checks what is still known of an error after it was stored.
func TestFailuresComeBack(t *testing.T) {
	o := opened(t, place(t), Options{})
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
		id := begun(t, o, sms("Hi"))[0]
		must(t, o.Settle(t.Context(), id, nil, want))
		got := entryOf(t, o, id).Err
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
