package messages

import (
	"encoding/json"
	"strings"
	"time"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// A Row is a message of the outbox as --json prints it. It is an API: keys are
// added, never changed. What is empty is absent.
type Row struct {
	ID           int64        `json:"id"`
	State        outbox.State `json:"state"`
	Direction    string       `json:"direction"`
	CreatedAt    string       `json:"created_at"` // RFC 3339, UTC
	UpdatedAt    string       `json:"updated_at"`
	Profile      string       `json:"profile,omitempty"`
	From         string       `json:"from,omitempty"`
	To           []string     `json:"to,omitempty"`
	Text         string       `json:"text,omitempty"`
	Media        []string     `json:"media,omitempty"`
	Tag          string       `json:"tag,omitempty"`
	Priority     string       `json:"priority,omitempty"`
	MessageID    string       `json:"message_id,omitempty"` // the API's
	HTTPStatus   int          `json:"http_status,omitempty"`
	SegmentCount int          `json:"segment_count,omitempty"`
	ErrorCode    int          `json:"error_code,omitempty"` // of the delivery
	Receipt      string       `json:"receipt,omitempty"`    // what it is worth: handed-over, carrier, handset or read
	Error        string       `json:"error,omitempty"`
	ResendOf     int64        `json:"resend_of,omitempty"`
	Broadcast    int64        `json:"broadcast,omitempty"`   // the id of the one that it belongs to
	Person       int          `json:"person,omitempty"`      // whom of its list it is to, from 1
	By           string       `json:"by,omitempty"`          // who made it; of one that came in, who listened
	Host         string       `json:"host,omitempty"`        // where they did
	Answers      int64        `json:"answers,omitempty"`     // the row that telex answered with it, by itself
	OptIn        bool         `json:"opt_in,omitempty"`      // it asks for YES
	AskedAt      string       `json:"asked_at,omitempty"`    // when the API was asked about it last
	NextAskAt    string       `json:"next_ask_at,omitempty"` // when it is asked next, if a telex is open; absent: no more

	say.Due // of one that is sent later

	// Of a message that came in.
	Own       string `json:"own,omitempty"`        // the number of ours that it came to
	WrittenAt string `json:"written_at,omitempty"` // by Bandwidth's clock
	Missed    bool   `json:"missed,omitempty"`     // nobody listened, and Bandwidth keeps no texts
	Unproven  bool   `json:"unproven,omitempty"`   // it came without credentials
}

// RowOf is the row of a message.
func RowOf(e outbox.Entry) Row {
	return Row{
		ID: e.ID, State: e.State, Direction: e.Direction, CreatedAt: say.Time(e.Created), UpdatedAt: say.Time(e.Updated),
		Profile: e.By.Profile, From: e.Message.From, To: e.Message.To, Text: e.Message.Text, Media: e.Message.Media,
		Tag: e.Message.Tag, Priority: string(e.Message.Priority), MessageID: e.MessageID, HTTPStatus: e.HTTPStatus,
		SegmentCount: e.SegmentCount, ErrorCode: e.ErrorCode, Receipt: string(e.Grade), Error: e.Error, ResendOf: e.ResendOf,
		Broadcast: e.Run, Person: e.N,
		By: e.User.Name, Host: e.User.Host, Answers: e.Answers, OptIn: e.OptIn, Due: say.DueOf(e.Due),
		AskedAt: say.Time(e.Checked), NextAskAt: say.Time(e.Asking.Next),
		Own: e.In.Own, WrittenAt: say.Time(e.In.Said), Missed: e.In.Missed, Unproven: e.In.Unproven,
	}
}

// eventTime is the time of an event for programs, as exact as callbacks have it.
func eventTime(t time.Time) string {
	if t.IsZero() || t.Nanosecond()%int(time.Millisecond) == 0 {
		return say.Time(t)
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z07:00")
}

// A DetailRow is all that is stored of one message.
type DetailRow struct {
	Row
	Files      []FileRow       `json:"files,omitempty"` // of the sender's machine, among the media
	Changes    []ChangeRow     `json:"changes,omitempty"`
	Attempts   []AttemptRow    `json:"attempts,omitempty"`
	Events     []EventRow      `json:"events,omitempty"` // oldest first
	Deliveries []deliveryRow   `json:"deliveries,omitempty"`
	Request    json.RawMessage `json:"request,omitempty"`
	Response   json.RawMessage `json:"response,omitempty"` // a string if it is no JSON
}

type (
	// A FileRow is one that was uploaded for it, as it was then.
	FileRow struct {
		URL    string `json:"url"` // as the media have it
		Path   string `json:"path"`
		Bytes  int    `json:"bytes"`
		SHA256 string `json:"sha256"`
	}
	// A ChangeRow is a change of the state.
	ChangeRow struct {
		At    string       `json:"at"`
		State outbox.State `json:"state"`
		Note  string       `json:"note,omitempty"`
	}
	// An AttemptRow is a try to send it.
	AttemptRow struct {
		At         string  `json:"at"`
		TookMS     float64 `json:"took_ms"`
		HTTPStatus int     `json:"http_status,omitempty"`
		Error      string  `json:"error,omitempty"`
		WaitedMS   float64 `json:"waited_ms,omitempty"` // before the next one
	}
	// An EventRow is one thing that became known of it.
	EventRow struct {
		Type        string `json:"type"`         // the API's word, or the state that sending led to
		At          string `json:"at,omitempty"` // when it happened; absent if the source does not say
		RecordedAt  string `json:"recorded_at"`
		By          string `json:"by"`           // send, question or callback
		To          string `json:"to,omitempty"` // absent if it is about all recipients
		ErrorCode   int    `json:"error_code,omitempty"`
		Description string `json:"description,omitempty"`
		// How long after the acceptance, in seconds; absent where that is not known.
		After     float64 `json:"after_s,omitempty"`
		Receipt   string  `json:"receipt,omitempty"`   // as that of the message, as far as it was known then
		Untrusted bool    `json:"untrusted,omitempty"` // a callback without credentials: it changed nothing
	}
	deliveryRow struct {
		To        string `json:"to"`
		Status    string `json:"status"` // the API's word
		ErrorCode int    `json:"error_code,omitempty"`
		Receipt   string `json:"receipt,omitempty"` // as that of the message
		Carrier   string `json:"carrier,omitempty"`
		At        string `json:"at"` // when the API was asked
	}
)

func detailRowOf(d outbox.Detail) DetailRow {
	r := DetailRow{Row: RowOf(d.Entry), Request: say.AsJSON(d.Request), Deliveries: deliveryRows(d.Deliveries)}
	for _, f := range d.Files {
		r.Files = append(r.Files, FileRow(f))
	}
	for _, m := range d.Moves {
		r.Changes = append(r.Changes, ChangeRow{say.Time(m.At), m.State, m.Note})
	}
	for _, v := range d.Events {
		r.Events = append(r.Events, EventRow{
			Type: v.Type, At: eventTime(v.At), RecordedAt: say.Time(v.Recorded), By: v.By, To: v.To, ErrorCode: v.ErrorCode, Description: v.Description,
			After: words.Since(d, v).Seconds(), Receipt: string(v.Grade), Untrusted: v.Untrusted,
		})
	}
	for _, t := range d.Attempts {
		a := AttemptRow{At: say.Time(t.Start), TookMS: milliseconds(t.Took), HTTPStatus: t.Status, WaitedMS: milliseconds(t.Waited)}
		if t.Err != nil {
			a.Error = t.Err.Error()
		}
		r.Attempts = append(r.Attempts, a)
	}
	if d.Answer != nil {
		r.Response = say.AsJSON(d.Answer.Body)
	}
	return r
}

func deliveryRows(deliveries []outbox.Delivery) []deliveryRow {
	var rows []deliveryRow
	for _, d := range deliveries {
		rows = append(rows, deliveryRow{d.Recipient, string(d.Status), d.ErrorCode, string(d.Grade), d.Carrier, say.Time(d.At)})
	}
	return rows
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// readState reads a state that somebody typed; "" is any.
func readState(typed string) (outbox.State, error) {
	s := outbox.State(strings.ToLower(typed))
	if string(s) == words.Skipped {
		return "", say.Usagef("%s", words.SkippedHasNoMessage)
	}
	if typed != "" && !s.Valid() {
		return "", say.Usagef("unknown state %s; choose one of %s", say.Quoted(typed), strings.Join(words.States(), ", "))
	}
	return s, nil
}
