package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
)

// TestMain runs the tests, or one of the helper processes that they start.
func TestMain(m *testing.M) {
	if name := os.Getenv(helperVariable); name != "" {
		os.Exit(helper(name))
	}
	os.Exit(m.Run())
}

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

// place is where the outbox of a test is.
func place(t testing.TB) string { return filepath.Join(t.TempDir(), "telex", "outbox.db") }

// opened is an outbox that is closed at the end of the test.
func opened(t testing.TB, path string, options Options) *Outbox {
	t.Helper()
	return hooked(t, path, options, hooks{})
}

func hooked(t testing.TB, path string, options Options, h hooks) *Outbox {
	t.Helper()
	o, err := openWith(t.Context(), path, options, h)
	if err != nil {
		t.Fatalf("Open(%s) = %v, want an outbox", path, err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return o
}

// crash ends the use of an outbox as the death of its process does: nothing is
// settled, the locks are gone and the files stay.
func (o *Outbox) crash() {
	o.closed.Store(true)
	o.disconnect()
	o.owner.mu.Lock()
	defer o.owner.mu.Unlock()
	o.owner.retired = true
	if o.owner.lock != nil {
		_ = o.owner.lock.Close()
	}
	_ = o.use.Close()
}

func sms(text string, to ...string) messaging.Message {
	if len(to) == 0 {
		to = []string{alice}
	}
	return messaging.Message{From: sender, To: to, Text: text, ApplicationID: testApp, Tag: "ticket-7"}
}

// begun records messages as one plan, asking nobody.
func begun(t testing.TB, o *Outbox, messages ...messaging.Message) []int64 {
	t.Helper()
	ids, err := o.Begin(t.Context(), Plan{Messages: messages, Yes: true})
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
func entryOf(t testing.TB, o *Outbox, id int64) Detail {
	t.Helper()
	d, err := o.Detail(t.Context(), id)
	if err != nil {
		t.Fatalf("Detail(%d) = %v, want nil", id, err)
	}
	return d
}

func wantState(t testing.TB, o *Outbox, id int64, want State) {
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
func value[T any](t testing.TB, o *Outbox, query string, args ...any) (v T) {
	t.Helper()
	if err := o.db.QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// sound checks the files and that nothing hangs in the air.
func sound(t testing.TB, o *Outbox) {
	t.Helper()
	// A connection that has searched before and does not know yet that the index was
	// merged since sees damage that is none.
	_, err := o.List(t.Context(), Filter{Search: "x"})
	must(t, err)
	if got := value[string](t, o, "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("integrity_check = %s, want ok", got)
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

// contents are the bytes of every file beside the database, by name.
func contents(t testing.TB, path string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	must(t, err)
	all := map[string]string{}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || !info.Mode().IsRegular() {
			continue
		}
		b, err := os.ReadFile(f)
		must(t, err)
		all[filepath.Base(f)] = string(b)
	}
	return all
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

// wantFailure checks that err says what was tried, on which file and what to do,
// and nothing of a message.
func wantFailure(t testing.TB, err error, path string, target error, secrets ...string) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("error = %v (%T), want an *Error", err, err)
	}
	if target != nil && !errors.Is(err, target) {
		t.Errorf("error = %v, want %v", err, target)
	}
	if e.Op == "" || e.Path != path || e.Hint == "" || e.Err == nil {
		t.Errorf("error = %#v, want op, path %s, hint and cause", e, path)
	}
	for _, s := range secrets {
		if strings.Contains(err.Error(), s) {
			t.Errorf("error = %v, want nothing of the message %q", err, s)
		}
	}
}

func isErr(err, target error) bool { return errors.Is(err, target) }
