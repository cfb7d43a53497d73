package say

import (
	"encoding/json"
	"time"

	"telex/messaging/outbox"
)

// Ending is what --json prints of an error, and of each of several messages.
type Ending struct {
	To         string          `json:"to,omitempty"` // only of one of several
	ID         int64           `json:"id,omitempty"` // of the row in the outbox, if there is one
	Error      string          `json:"error,omitempty"`
	Outcome    string          `json:"outcome,omitempty"`
	ExitCode   Code            `json:"exit_code"`
	HTTPStatus int             `json:"http_status,omitempty"`
	Response   json.RawMessage `json:"response,omitempty"` // the API's, if it answered
	Delivery   any             `json:"delivery,omitempty"` // what became of it, if it was waited for
	Folded     int             `json:"folded,omitempty"`   // how many its key held back since the last one, or it tells of
}

// AsJSON is a body as a JSON value: itself, or a string if it is no JSON.
func AsJSON(body []byte) json.RawMessage {
	if len(body) == 0 || json.Valid(body) {
		return body
	}
	quoted, err := Encode(string(body))
	if err != nil {
		return nil // strings always encode
	}
	return quoted
}

// Time is a time as --json prints it: RFC 3339, UTC, to the millisecond; "" for none.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// Due is when a scheduled message is to leave, or was, as --json prints it.
type Due struct {
	DueAt    string `json:"due_at,omitempty"`    // RFC 3339, UTC
	DueLocal string `json:"due_local,omitempty"` // what a clock in due_zone shows then
	DueZone  string `json:"due_zone,omitempty"`  // whose name was given, such as America/New_York
}

// DueOf is that of a time.
func DueOf(w outbox.When) Due {
	if w.IsZero() {
		return Due{}
	}
	d := Due{DueAt: Time(w.At)}
	if w.Zone != "" {
		d.DueLocal, d.DueZone = w.Wall.Format("2006-01-02T15:04:05"), w.Zone
	}
	return d
}
