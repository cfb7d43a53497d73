package sample

import (
	"errors"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// Begun records messages as one plan, asking nobody.
func Begun(t testing.TB, o *outbox.Outbox, messages ...messaging.Message) []int64 {
	t.Helper()
	ids, err := o.Begin(t.Context(), outbox.Plan{Messages: messages, Yes: true})
	if err != nil {
		t.Fatalf("Begin(%d messages) = %v, want nil", len(messages), err)
	}
	return ids
}

// In makes a message that is in a state, as the rules allow.
func In(t testing.TB, o *outbox.Outbox, m messaging.Message, s outbox.State) int64 {
	t.Helper()
	if s == outbox.Received {
		return Heard(t, o, Came("api-in", Alice, m.Text))[0].Message
	}
	if s == outbox.Scheduled || s == outbox.Missed {
		return Later(t, o, m, s)
	}
	ids := Begun(t, o, SMS("before it"), m)
	id := ids[1]
	if s == outbox.Queued {
		return id
	}
	if s == outbox.Unsent {
		Must(t, o.Abandon(t.Context(), ids[1:], "no"))
		return id
	}
	Must(t, o.Start(t.Context(), id))
	var status messaging.Status
	code := 0
	switch s {
	case outbox.Sending:
		return id
	case outbox.Rejected:
		Must(t, o.Settle(t.Context(), id, nil, Refusal("no")))
		return id
	case outbox.Unknown:
		Must(t, o.Settle(t.Context(), id, nil, Lost()))
		return id
	case outbox.Sent:
		status = messaging.StatusSent
	case outbox.Delivered:
		status = messaging.StatusDelivered
	case outbox.Unconfirmed:
		status, code = messaging.StatusFailed, messaging.CodeNoReceipt
	case outbox.Failed:
		status = messaging.StatusFailed
	case outbox.Scheduled, outbox.Missed, outbox.Accepted, outbox.Queued, outbox.Unsent, outbox.Received:
	}
	Must(t, o.Settle(t.Context(), id, Receipt("api", m), nil))
	if status != "" {
		_, err := o.Deliver(t.Context(), id, RecordsOf("api", m, time.Time{}, func(r *messaging.Record) { r.Status, r.ErrorCode = status, code }))
		Must(t, err)
	}
	WantState(t, o, id, s)
	return id
}

// Later makes a message that is scheduled, for long after, or missed long ago, whatever the
// clock says.
func Later(t testing.TB, o *outbox.Outbox, m messaging.Message, s outbox.State) int64 {
	t.Helper()
	ids, err := o.Schedule(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, Yes: true}, outbox.WhenAt(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)))
	Must(t, err)
	if s == outbox.Missed {
		Must(t, o.Reschedule(t.Context(), ids[0], outbox.WhenAt(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)), true))
		_, err := o.SendDue(t.Context(), outbox.DueOptions{})
		Must(t, err)
	}
	WantState(t, o, ids[0], s)
	return ids[0]
}

// RowOf is the row of a message.
func RowOf(t testing.TB, o *outbox.Outbox, id int64) outbox.Detail {
	t.Helper()
	d, err := o.Detail(t.Context(), id)
	if err != nil {
		t.Fatalf("Detail(%d) = %v, want nil", id, err)
	}
	return d
}

// WantState checks the state of a message.
func WantState(t testing.TB, o *outbox.Outbox, id int64, want outbox.State) {
	t.Helper()
	if got := RowOf(t, o, id).State; got != want {
		t.Fatalf("message %d is %s, want %s", id, got, want)
	}
}

// IDsIn are the ids of a page.
func IDsIn(t testing.TB, o *outbox.Outbox, f outbox.Filter) []int64 {
	t.Helper()
	entries, err := o.List(t.Context(), f)
	if err != nil {
		t.Fatalf("List(%+v) = %v, want nil", f, err)
	}
	ids := []int64{}
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}

// Saved is the id under which a draft was saved.
func Saved(t testing.TB, o *outbox.Outbox, id int64, body string) int64 {
	t.Helper()
	id, err := o.SaveDraft(t.Context(), id, "default", []byte(body))
	Must(t, err)
	return id
}

// DraftsOf are the drafts of processes that are gone.
func DraftsOf(t testing.TB, o *outbox.Outbox) []outbox.Draft {
	t.Helper()
	drafts, err := o.Drafts(t.Context())
	Must(t, err)
	return drafts
}

// WantFailure checks that err says what was tried, on which database and what to do,
// and nothing of a message.
func WantFailure(t testing.TB, err error, place string, target error, secrets ...string) {
	t.Helper()
	e, ok := errors.AsType[*outbox.Error](err)
	if !ok {
		t.Fatalf("error = %v (%T), want an *Error", err, err)
	}
	if target != nil && !errors.Is(err, target) {
		t.Errorf("error = %v, want %v", err, target)
	}
	if e.Op == "" || e.Path != place || e.Hint == "" || e.Err == nil {
		t.Errorf("error = %#v, want op, place %s, hint and cause", e, place)
	}
	for _, s := range secrets {
		if strings.Contains(err.Error(), s) {
			t.Errorf("error = %v, want nothing of the message %q", err, s)
		}
	}
}
