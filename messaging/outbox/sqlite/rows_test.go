package sqlite

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// told is what the API says of each recipient of m, one after the other.
func told(id string, m messaging.Message, says ...string) []messaging.Record {
	records := recordOf(id, m, time.Time{})
	for i, s := range says {
		var status string
		var code int
		_, _ = fmt.Sscan(s, &status, &code) // a code may be absent
		records[i].Status, records[i].ErrorCode = messaging.Status(status), code
	}
	return records
}

// idsIn are the ids of a page.
func idsIn(t testing.TB, o *outbox.Outbox, f outbox.Filter) []int64 {
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

// put makes a row of a state, past all rules.
func put(t testing.TB, o *outbox.Outbox, id int64, s outbox.State) {
	t.Helper()
	if _, err := eng(o).writer.db.ExecContext(t.Context(), "UPDATE messages SET state = ? WHERE id = ?", string(s), id); err != nil {
		t.Fatal(err)
	}
}

// rowsOf are the rows of a query, each as a text.
func rowsOf(t testing.TB, o *outbox.Outbox, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := eng(o).db.QueryContext(t.Context(), query, args...)
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

// in makes a message that is in a state, as the rules allow.
func in(t *testing.T, o *outbox.Outbox, m messaging.Message, s outbox.State) int64 {
	t.Helper()
	ids := begun(t, o, sms("before it"), m)
	id := ids[1]
	if s == outbox.Queued {
		return id
	}
	if s == outbox.Unsent {
		must(t, o.Abandon(t.Context(), ids[1:], "no"))
		return id
	}
	must(t, o.Start(t.Context(), id))
	var status messaging.Status
	code := 0
	switch s {
	case outbox.Sending:
		return id
	case outbox.Rejected:
		must(t, o.Settle(t.Context(), id, nil, refusal("no")))
		return id
	case outbox.Unknown:
		must(t, o.Settle(t.Context(), id, nil, lost()))
		return id
	case outbox.Sent:
		status = messaging.StatusSent
	case outbox.Delivered:
		status = messaging.StatusDelivered
	case outbox.Unconfirmed:
		status, code = messaging.StatusFailed, messaging.CodeNoReceipt
	case outbox.Failed:
		status = messaging.StatusFailed
	case outbox.Accepted, outbox.Queued, outbox.Unsent:
	}
	must(t, o.Settle(t.Context(), id, receiptFor("api", m), nil))
	if status != "" {
		_, err := o.Deliver(t.Context(), id, recordOf("api", m, time.Time{}, func(r *messaging.Record) { r.Status, r.ErrorCode = status, code }))
		must(t, err)
	}
	wantState(t, o, id, s)
	return id
}

// recordOf is what the API lists of a message: a record a recipient.
func recordOf(id string, m messaging.Message, at time.Time, change ...func(*messaging.Record)) []messaging.Record {
	var records []messaging.Record
	for _, to := range m.To {
		r := messaging.Record{
			MessageID: id, Source: m.From, Destination: to, Status: messaging.StatusDelivered, Direction: "OUTBOUND", Type: "sms",
			SegmentCount: 1, ReceiveTime: at.Format(time.RFC3339Nano), MessageLength: len([]rune(m.Text)), RecipientCount: len(m.To),
		}
		if m.IsMMS() {
			r.Type = "mms"
		}
		for _, c := range change {
			c(&r)
		}
		records = append(records, r)
	}
	return records
}

// bare makes many rows that have no more than a state and a time.
func bare(t testing.TB, o *outbox.Outbox, n int, s outbox.State, at time.Time) {
	t.Helper()
	_, err := eng(o).writer.db.ExecContext(t.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO messages (state, created_at, updated_at, owner, sender, recipients, content) SELECT ?, ?, ?, '', '', '', '' FROM n`,
		n, string(s), micros(at), micros(at))
	must(t, err)
}

func saved(t testing.TB, o *outbox.Outbox, id int64, body string) int64 {
	t.Helper()
	id, err := o.SaveDraft(t.Context(), id, "default", []byte(body))
	must(t, err)
	return id
}

func draftsOf(t testing.TB, o *outbox.Outbox) []outbox.Draft {
	t.Helper()
	drafts, err := o.Drafts(t.Context())
	must(t, err)
	return drafts
}
