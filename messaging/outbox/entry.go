package outbox

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"telex/messaging"
)

// An Entry is a row of the outbox: a message and what became of it. Everything
// in it may have come from the network or an older version: clean it before
// showing it on a terminal.
type Entry struct {
	ID        int64
	State     State
	Direction string // [Out] or [In]
	Created   time.Time
	Updated   time.Time
	By        By
	User      User // who made it; of one that came in, who listened. Without a name nobody knows
	Message   messaging.Message
	// TextOmitted says that the message had a text that was not kept; TextLength
	// is how long it was, in Unicode characters.
	TextOmitted bool
	TextLength  int
	// SegmentCount is the API's, where it is known.
	SegmentCount int
	MessageID    string // the API's id; "" if it is not known
	HTTPStatus   int    // of the last answer; 0 if none came
	ErrorCode    int    // delivery error code; 0 if there is none
	// Grade is what the receipts are worth of a message that is [Delivered], by that
	// recipient of whom least is known.
	Grade messaging.Grade
	// Doubt says that the message is [Failed], and somebody may have got it all the same:
	// see [messaging.DeliveryCode.MayArrive].
	Doubt    bool
	Error    string // what went wrong, in one line; "" if nothing did
	ResendOf int64  // the row that this one repeats; 0 if it repeats none
	Run      int64  // the [Run] that it belongs to; 0 if to none
	N        int    // which of its people it is to, from 1; 0 if it belongs to none
	Checked  time.Time
	Due      When    // when it is, or was, to leave; zero if that was at once
	Asking   Asking  // when it is asked about, if the API took it
	Verdict  Verdict // of the last look for an unknown message
	In       Inbound // what only one has that came in
	// OptIn says that its text asks for YES: see [Plan].
	OptIn bool
	// Answers is the row that it answers with no person having sent it; 0 if a person did.
	Answers int64
}

// The directions of a message.
const (
	Out = "out"
	In  = "in"
)

// Inbound is what is known of a message that came in besides its text and files: its
// Message.From is who wrote it, Message.To are all it went to.
type Inbound struct {
	Own  string    // the number of ours that it came to
	Said time.Time // when it was written, by Bandwidth's clock; zero if that is not known
	// Missed says that it is known from the API's list alone, which has no texts: nobody
	// listened when it came.
	Missed bool
	// Unproven says that only callbacks without credentials tell of it: anybody who knows
	// the listener's address can have made it up.
	Unproven bool
	// CopyOf is the row that has the same for another number of ours in the same group; 0
	// if there is none.
	CopyOf int64
}

// OwnExpiration is the expiration the message was given when it was made, zero when it has none
// or only the one that follows from the end of its [Grace], which telex sets as it sends it.
func (e Entry) OwnExpiration() time.Time {
	if e.Message.Expiration.Equal(e.Due.expires()) {
		return time.Time{}
	}
	return e.Message.Expiration
}

// Undecided reports whether the message may be with somebody without anybody's knowing:
// it may be created yet, or may have been; or it was, and may have arrived though no
// receipt says so. Sending the same again takes a yes, however long ago it was made.
func (e Entry) Undecided() bool {
	return e.State == Queued || e.State == Unconfirmed || e.Doubt || e.State.Outcome() == messaging.Unknown
}

// By is who sends, and to where.
type By struct {
	Profile   string
	AccountID string
	BaseURL   string
}

// entryColumns are those that scanEntry reads.
const entryColumns = `m.id, m.state, m.direction, m.created_at, m.updated_at, m.profile, m.account_id, m.base_url,
	m.application_id, m.sender, m.recipients, m.text, m.text_length, m.text_omitted, m.media, m.tag, m.priority, m.expiration,
	m.segment_count, m.message_id, m.http_status, m.error_code, m.error, m.resend_of, m.checked_at, m.verdict, m.grade, m.doubt, m.run, m.n,
	m.own, m.said_at, m.missed, m.unproven, m.copy_of, m.ask_from, m.ask_at, m.opt_in, m.answers,
	m.due_at, m.due_wall, m.due_zone, m.by_name, m.by_host, m.by_own`

// scanner is a row, or the current one of rows.
type scanner interface{ Scan(dest ...any) error }

func scanEntry(row scanner) (Entry, error) {
	var e Entry
	var created, updated, expiration, checked, said, from, next, due int64
	var to, media, wall, zone string
	err := row.Scan(&e.ID, &e.State, &e.Direction, &created, &updated, &e.By.Profile, &e.By.AccountID, &e.By.BaseURL,
		&e.Message.ApplicationID, &e.Message.From, &to, &e.Message.Text, &e.TextLength, &e.TextOmitted, &media,
		&e.Message.Tag, &e.Message.Priority, &expiration,
		&e.SegmentCount, &e.MessageID, &e.HTTPStatus, &e.ErrorCode, &e.Error, &e.ResendOf, &checked, &e.Verdict, &e.Grade, &e.Doubt, &e.Run, &e.N,
		&e.In.Own, &said, &e.In.Missed, &e.In.Unproven, &e.In.CopyOf, &from, &next, &e.OptIn, &e.Answers, &due, &wall, &zone,
		&e.User.Name, &e.User.Host, &e.User.Own)
	if err != nil {
		return Entry{}, fmt.Errorf("read a message: %w", err)
	}
	e.Created, e.Updated = timeOf(created), timeOf(updated)
	e.Message.Expiration, e.Checked, e.In.Said = timeOf(expiration), timeOf(checked), timeOf(said)
	e.Asking, e.Due = Asking{timeOf(from), timeOf(next)}, whenOf(due, wall, zone)
	e.Message.To, e.Message.Media = listOf(to), listOf(media)
	if e.State == Delivered && e.Grade == messaging.GradeNone { // it is older than the column
		e.Grade = messaging.GradeOf(e.Message, messaging.Record{Status: messaging.StatusDelivered}, false)
	}
	return e, nil
}

// scanEntries reads all rows and closes them.
func scanEntries(rows *sql.Rows, err error) ([]Entry, error) {
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var entries []Entry
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return entries, nil
}

// bit is a yes or no as the database has it.
func bit(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// stamp is a time as the database has it; 0 for none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// timeOf is a stamp as a time, in UTC.
func timeOf(stamp int64) time.Time {
	if stamp == 0 {
		return time.Time{}
	}
	return time.UnixMicro(stamp).UTC()
}

// apiStamp is a time in the API's words as the database has it; 0 if it is none.
func apiStamp(s string) int64 {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 2000 {
		return 0
	}
	return stamp(t)
}

// encodeList is a list as the database has it; "" for an empty one.
func encodeList(list []string) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		return "" // strings always encode
	}
	return string(b)
}

// listOf reads what encodeList wrote; what cannot be read is no list.
func listOf(s string) []string {
	var list []string
	if s != "" && json.Unmarshal([]byte(s), &list) != nil {
		return nil
	}
	return list
}
