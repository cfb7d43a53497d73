package sqlite

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// rowsVariable names the environment variable with the number of rows in the outbox
// of BenchmarkHistory.
const rowsVariable = "TELEX_BENCH_ROWS"

// largeRows is that number: 20,000 if it is not set, which is filled in a few seconds.
func largeRows(b *testing.B) int {
	b.Helper()
	value := os.Getenv(rowsVariable)
	if value == "" {
		return 20_000
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1000 {
		b.Fatalf("%s=%q, want a number of at least 1000", rowsVariable, value)
	}
	return n
}

// What is in a filled outbox for searches to find.
const (
	commonWord = "appointment" // in a quarter of the texts
	rareWord   = "Zwiebelkuchen"
	rareEvery  = 5           // rows have it in the whole outbox
	absentWord = "statement" // in no text, though all its parts are in many
	elseWord   = "warehouse" // in an eighth of the texts, but in no rejected one
	absentDial = "+19195550000"
)

// A filler makes rows as years of use leave them: the same each time.
type filler struct {
	r    *rand.Rand
	rows int
	at   time.Time
	key  []byte // of the digests
}

// filled makes an outbox with so many rows, in one transaction, and returns its path.
func filled(b *testing.B, rows int) (path string) {
	b.Helper()
	path = place(b)
	o := hooked(b, path, outbox.Options{}, hooks{pragmas: []string{"cache_size(-65536)"}})
	start := time.Now()
	sample.Must(b, eng(o).writer.Write(b.Context(), func(ctx context.Context, tx outbox.Tx) error {
		f := filler{r: rand.New(rand.NewPCG(1, 2)), rows: rows, at: time.Date(2022, 1, 1, 8, 0, 0, 0, time.UTC)}
		if err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'digest_key'").Scan(&f.key); err != nil {
			return err
		}
		return f.fill(ctx, tx, o)
	}))
	sample.Must(b, o.Close())
	info, err := os.Stat(path)
	sample.Must(b, err)
	b.Logf("%d rows made in %s, %d MB", rows, time.Since(start).Round(time.Second/10), info.Size()>>20)
	return path
}

// digest is that of the content of m, which is plain: its text as it is.
func (f *filler) digest(m messaging.Message) []byte {
	content, _ := json.Marshal(append([]string{m.Text}, m.Media...)) // strings always encode
	h := hmac.New(sha256.New, f.key)
	h.Write(content)
	return h.Sum(nil)[:16]
}

func media(m messaging.Message) string {
	if len(m.Media) == 0 {
		return ""
	}
	return list(m.Media...)
}

func (f *filler) fill(ctx context.Context, tx outbox.Tx, o *outbox.Outbox) error {
	into := map[string]*sql.Stmt{}
	for name, columns := range map[string]int{
		"messages (id, state, created_at, updated_at, owner, profile, account_id, base_url, application_id, sender, recipients, " +
			"text, text_length, media, tag, content, segment_count, message_id, http_status, error_code, error)": 21,
		"exchanges (id, request, attempts, answer, body, failure)": 6,
		"search (rowid, words)":                                2,
		"moves (message, at, state)":                           3,
		"deliveries (message, recipient, status, carrier, at)": 5,
	} {
		query := "INSERT INTO " + name + " VALUES (?" + strings.Repeat(", ?", columns-1) + ")"
		stmt, err := tx.(*compiledTx).tx.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }()
		table, _, _ := strings.Cut(name, " ")
		into[table] = stmt
	}
	for id := int64(1); id <= int64(f.rows); id++ {
		if err := f.add(ctx, into, o, id); err != nil {
			return err
		}
	}
	return nil
}

// add makes one row and what belongs to it.
func (f *filler) add(ctx context.Context, into map[string]*sql.Stmt, o *outbox.Outbox, id int64) error {
	f.at = f.at.Add(time.Duration(f.r.IntN(240_000)) * time.Millisecond)
	at := sample.Micros(f.at)
	m, state := f.message(id), f.state()
	if state == outbox.Rejected {
		m.Text = strings.ReplaceAll(m.Text, elseWord, "store")
	}
	x, err := f.exchange(id, m, state)
	if err != nil {
		return err
	}
	request, err := m.Body()
	if err != nil {
		return err
	}
	code := 0
	if state == outbox.Failed {
		code = 4720
	}
	type row struct {
		table  string
		values []any
	}
	rows := []row{
		{"messages", []any{
			id, string(state), at, at + 5_000_000, "0123456789abcdef0123456789abcdef", "default", "9900000",
			messaging.DefaultBaseURL, m.ApplicationID, m.From, list(m.To...), m.Text, len([]rune(m.Text)), media(m), m.Tag,
			f.digest(m), 1, x.id, x.status, code, x.words,
		}},
		{"exchanges", []any{id, request, x.attempts, x.answer, x.body, x.failed}},
		{"search", []any{id, strings.Join(append([]string{m.Text, m.From, m.Tag}, m.To...), "\n")}},
	}
	for i, s := range pathTo(state) {
		rows = append(rows, row{"moves", []any{id, at + int64(i)*1_500_000, string(s)}})
	}
	if state == outbox.Delivered || state == outbox.Failed {
		for _, to := range m.To {
			rows = append(rows, row{"deliveries", []any{id, to, strings.ToUpper(string(state)), "Verizon", at + 5_000_000}})
		}
	}
	for _, r := range rows {
		if _, err := into[r.table].ExecContext(ctx, r.values...); err != nil {
			return err
		}
	}
	return nil
}

// state is that of a row: most messages arrive.
func (f *filler) state() outbox.State {
	switch n := f.r.IntN(1000); {
	case n < 900:
		return outbox.Delivered
	case n < 940:
		return outbox.Failed
	case n < 970:
		return outbox.Accepted
	case n < 990:
		return outbox.Rejected
	case n < 999:
		return outbox.Unsent
	}
	return outbox.Unknown
}

// pathTo are the states by which a message came to be in s.
func pathTo(s outbox.State) []outbox.State {
	switch s {
	case outbox.Delivered, outbox.Failed, outbox.Unconfirmed:
		return []outbox.State{outbox.Sending, outbox.Accepted, s}
	case outbox.Sending:
		return []outbox.State{s}
	case outbox.Scheduled, outbox.Missed, outbox.Queued, outbox.Accepted, outbox.Sent, outbox.Rejected, outbox.Unsent, outbox.Unknown, outbox.Received:
	}
	return []outbox.State{outbox.Sending, s}
}

// number is one of some 100,000 people.
func (f *filler) number() string {
	areas := []int{201, 212, 305, 312, 404, 415, 503, 512, 617, 702, 713, 818, 901, 910, 919, 984}
	n := f.r.IntN(100_000)
	return fmt.Sprintf("+1%d%03d%04d", areas[n%len(areas)], 200+n/16%797, n*7919%10000)
}

func (f *filler) pick(words string) string {
	all := strings.Split(words, "|")
	return all[f.r.IntN(len(all))]
}

func (f *filler) message(id int64) messaging.Message {
	m := messaging.Message{
		From: fmt.Sprintf("+1919555010%d", f.r.IntN(5)), To: []string{f.number()}, ApplicationID: sample.Application,
		Tag: fmt.Sprintf("%s-%d", f.pick("ticket|order|visit"), f.r.IntN(400_000)),
	}
	if f.r.IntN(50) == 0 {
		m.To = append(m.To, f.number()+"0", f.number()+"1")
		m.Media = []string{fmt.Sprintf("https://media.example.com/%x.png", f.r.Uint64())}
	}
	name := f.pick("Alice|Bob|Carol|Dave|Erin|Frank|Grace|Heidi|Ivan|Judy|Mallory|Niaj|Olivia|Peggy|Rupert|Sybil|Trent|Victor|Walter|Zoë")
	day := f.pick("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday")
	switch f.r.IntN(8) {
	case 0, 1:
		m.Text = fmt.Sprintf("Hi %s, your appointment with Dr. %s is on %s at %d:%02d. Reply C to confirm or call us to move it.",
			name, f.pick("Adams|Brown|Chen|Díaz|Evans|Fischer|Gupta|Hughes"), day, 8+f.r.IntN(10), 15*f.r.IntN(4))
	case 2, 3:
		m.Text = fmt.Sprintf("Your code is %06d. It is valid for ten minutes. Do not share it with anybody.", f.r.IntN(1_000_000))
	case 4:
		m.Text = fmt.Sprintf("Order %d has left our warehouse and should be with you on %s. Track it at https://t.example.com/%x",
			f.r.IntN(9_000_000), day, f.r.Uint32())
	case 5:
		m.Text = fmt.Sprintf("%s: the %s of host web-%03d is back to normal after %d minutes.", f.pick("RESOLVED|OK|NOTICE"),
			f.pick("load|latency|disk usage|error rate"), f.r.IntN(400), 1+f.r.IntN(90))
	case 6:
		m.Text = fmt.Sprintf("Thanks, %s! %s 🎉 See you on %s — and don't forget to bring your %s.", name,
			f.pick("That works for us.|We have a table for you.|Your place is booked."), day, f.pick("ticket|passport|papers|insurance card"))
	default:
		var words []string
		for range 8 + f.r.IntN(20) {
			words = append(words, f.pick("we|you|they|will|can|tomorrow|today|please|send|the|a|new|list|of|parts|before|after|lunch|meeting|is|at|office|"+
				"delivery|late|again|call|me|back|when|ready|customer|state|mental|item|emergency|tatami|element|entrance"))
		}
		m.Text = strings.Join(words, " ")
	}
	if every := int64(max(f.rows/rareEvery, 1)); id%every == every/2 {
		m.Text += " " + rareWord
	}
	return m
}

// exchange is what came back for a message.
// A stored exchange is the columns of one, as the outbox writes them.
type stored struct {
	id                             string // the API's
	attempts, answer, body, failed []byte
	status                         int
	words                          string
}

func (f *filler) exchange(id int64, m messaging.Message, s outbox.State) (x stored, err error) {
	failed := func(err error) {
		e, _ := errors.AsType[*messaging.Error](err)
		x.words, x.status = e.Error(), e.Status
		x.failed, _ = json.Marshal(map[string]any{"op": e.Op, "outcome": e.Outcome.String(), "status": e.Status, "type": e.Type, "detail": e.Detail, "fields": e.Fields})
		if e.Answer != nil {
			x.answer, _ = json.Marshal(map[string]any{"status": e.Answer.Status, "line": []byte(e.Answer.Line), "header": map[string][][]byte{}, "latency": 0})
			x.body = e.Answer.Body
		}
	}
	switch s {
	case outbox.Rejected:
		failed(sample.Refusal(m.Text))
		return x, nil
	case outbox.Unsent:
		failed(sample.NeverLeft())
		return x, nil
	case outbox.Unknown, outbox.Scheduled, outbox.Missed, outbox.Queued, outbox.Sending:
		failed(sample.Lost())
		return x, nil
	case outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Unconfirmed, outbox.Failed, outbox.Received:
	}
	x.id, x.status = apiIDOf(id), 202
	x.body, err = json.Marshal(map[string]any{
		"id": x.id, "owner": m.From, "applicationId": m.ApplicationID, "time": f.at.Format(time.RFC3339Nano), "segmentCount": 1,
		"direction": "out", "to": m.To, "from": m.From, "text": m.Text, "tag": m.Tag, "priority": "default",
	})
	if err != nil {
		return x, err
	}
	x.attempts, err = json.Marshal([]map[string]any{{"start": f.at, "took": 120 * time.Millisecond, "status": 202}})
	if err != nil {
		return x, err
	}
	x.answer, err = json.Marshal(map[string]any{
		"status": 202, "line": []byte("202 Accepted"), "proto": "HTTP/2.0", "latency": 120 * time.Millisecond,
		"header": map[string][][]byte{
			"Content-Type": {[]byte("application/json")}, "Date": {[]byte(f.at.Format(http.TimeFormat))}, "X-Request-Id": {[]byte(x.id + "-1")},
		},
	})
	return x, err
}

// apiIDOf is the API's id of a row that was accepted, in the API's form.
func apiIDOf(id int64) string {
	r := rand.New(rand.NewPCG(uint64(id), 3))
	return fmt.Sprintf("%d%016x", 1_640_000_000_000+id*120_000, r.Uint64())
}
