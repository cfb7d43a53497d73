package outboxtest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

const (
	sender  = "+12345678901"
	alice   = "+12345678902"
	bob     = "+12345678903"
	carol   = "+12345678904"
	testApp = "93de2206-9669-4e07-948d-329f4b722ee2"
)

// A clock stands still until it is told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func sms(text string, to ...string) messaging.Message {
	if len(to) == 0 {
		to = []string{alice}
	}
	return messaging.Message{From: sender, To: to, Text: text, ApplicationID: testApp, Tag: "ticket-7"}
}

// begun records messages as one plan, asking nobody.
func begun(t testing.TB, o *process, messages ...messaging.Message) []int64 {
	t.Helper()
	ids, err := o.Begin(t.Context(), outbox.Plan{Messages: messages, Yes: true})
	if err != nil {
		t.Fatalf("Begin(%d messages) = %v, want nil", len(messages), err)
	}
	return ids
}

// receiptFor is the API's 202 for a message.
func receiptFor(id string, m messaging.Message) *messaging.Receipt {
	body := fmt.Sprintf(`{"id":%q,"owner":%q,"text":%q,"segmentCount":1,"future":"field"}`, id, m.From, m.Text)
	return &messaging.Receipt{
		ID: id, From: m.From, To: m.To, Text: m.Text, SegmentCount: 1,
		Answer: &messaging.Answer{
			Status: 202, Line: "202 Accepted", Proto: "HTTP/1.1", Latency: 37 * time.Millisecond,
			Header: http.Header{"Date": {"Sun"}, "X-Odd": {"caf\xe9", "two"}}, Body: []byte(body),
		},
		Attempts: []messaging.Attempt{{Start: time.Unix(1772366400, 5).UTC(), Took: time.Second, Status: 202}},
	}
}

// refusal is the API's no.
func refusal(text string) *messaging.Error {
	return &messaging.Error{
		Op: "send message", Outcome: messaging.Rejected, Status: 400, Type: "request-validation", Detail: "bad: " + text,
		Fields: []messaging.FieldError{{Name: "text", Description: "not " + text}},
		Answer: &messaging.Answer{Status: 400, Line: "400 Bad Request", Body: []byte(`{"type":"request-validation","description":"bad: ` + text + `"}`)},
	}
}

// lost is a connection that broke after the request was written, unsent one that
// never was.
func lost() error {
	return &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: errors.New("connection lost")}
}

// refusalUnknown is a gateway's page, which says nothing.
func refusalUnknown() error {
	return &messaging.Error{
		Op: "send message", Outcome: messaging.Unknown, Status: 502,
		Answer: &messaging.Answer{Status: 502, Line: "502 Bad Gateway", Body: []byte("<html>")},
	}
}

func neverLeft() error {
	return &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: errors.New("no route to host")}
}

// entryOf is the row of a message.
func entryOf(t testing.TB, o *process, id int64) outbox.Detail {
	t.Helper()
	d, err := o.Detail(t.Context(), id)
	if err != nil {
		t.Fatalf("Detail(%d) = %v, want nil", id, err)
	}
	return d
}

func wantState(t testing.TB, o *process, id int64, want outbox.State) {
	t.Helper()
	if got := entryOf(t, o, id).State; got != want {
		t.Fatalf("message %d is %s, want %s", id, got, want)
	}
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// value is one value from the database.
func value[T any](t testing.TB, o *process, query string, args ...any) (v T) {
	t.Helper()
	if err := o.engine.Reader().QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// change does to the database what no rule allows.
func change(t testing.TB, o *process, query string, args ...any) {
	t.Helper()
	err := o.engine.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// sound checks the database and that nothing hangs in the air.
func sound(t testing.TB, o *process) {
	t.Helper()
	if err := o.host.Sound(t.Context(), o.engine); err != nil {
		t.Error(err)
	}
	for _, table := range []string{"exchanges WHERE id", "moves WHERE message", "deliveries WHERE message", "events WHERE message"} {
		if n := value[int](t, o, "SELECT count(*) FROM "+table+" NOT IN (SELECT id FROM messages)"); n != 0 {
			t.Errorf("%d rows of %s belong to no message, want 0", n, table)
		}
	}
	if n := value[int](t, o, "SELECT count(*) FROM messages WHERE id NOT IN (SELECT id FROM exchanges)"); n != 0 {
		t.Errorf("%d messages have no request, want 0", n)
	}
}

// A fakeAPI keeps what it created.
type fakeAPI struct {
	send func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error)
	list func(ctx context.Context, q messaging.Query) (*messaging.Page, error)
}

func (f fakeAPI) Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
	return f.send(ctx, m)
}

func (f fakeAPI) List(ctx context.Context, q messaging.Query) (*messaging.Page, error) {
	return f.list(ctx, q)
}

// lists answers with records, however it is asked.
func lists(records ...messaging.Record) fakeAPI {
	return fakeAPI{list: func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
		if q.MessageID != "" {
			records = slices.DeleteFunc(slices.Clone(records), func(r messaging.Record) bool { return r.MessageID != q.MessageID })
		}
		return &messaging.Page{Records: records}, nil
	}}
}

// wantFailure checks that err says what was tried, on which database and what to do,
// and nothing of a message.
func wantFailure(t testing.TB, err error, at Host, target error, secrets ...string) {
	t.Helper()
	e, ok := errors.AsType[*outbox.Error](err)
	if !ok {
		t.Fatalf("error = %v (%T), want an *Error", err, err)
	}
	if target != nil && !errors.Is(err, target) {
		t.Errorf("error = %v, want %v", err, target)
	}
	if e.Op == "" || e.Path != at.String() || e.Hint == "" || e.Err == nil {
		t.Errorf("error = %#v, want op, place %s, hint and cause", e, at)
	}
	for _, s := range secrets {
		if strings.Contains(err.Error(), s) {
			t.Errorf("error = %v, want nothing of the message %q", err, s)
		}
	}
}

func isErr(err, target error) bool { return errors.Is(err, target) }

// micros is a time as the database has it.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// digest is the keyed digest of a text as it is.
func digest(t testing.TB, key []byte, text string) []byte {
	t.Helper()
	content, err := json.Marshal([]string{text})
	must(t, err)
	h := hmac.New(sha256.New, key)
	h.Write(content)
	return h.Sum(nil)[:16]
}
