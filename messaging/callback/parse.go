package callback

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/internal/netjson"
)

// Limits of one request. The figures are ours; Bandwidth posts one event at a time, and
// documents an array of them.
const (
	// MaxBody is the longest body, in bytes.
	MaxBody = 1 << 20
	// MaxEvents is how many events one body may hold.
	MaxEvents = 1000
)

var (
	// ErrTooLarge means that a body is longer than [MaxBody], or holds more than [MaxEvents].
	ErrTooLarge = errors.New("it is too large")
	// ErrNotEvents means that a body is neither a JSON array of objects nor one object with a
	// type.
	ErrNotEvents = errors.New("it is not a JSON array of events")
)

// Parse reads the body of a callback: a JSON array of events, or one event. The events
// are Untrusted; [Handler] says who can be believed.
//
// A field counts only if its name is written as the API writes it, and one that comes
// twice with two values makes the whole body one that is not read. What is not known is
// kept in [Event.Raw]. The error is, or wraps, [ErrTooLarge] or [ErrNotEvents], and
// quotes nothing of the body. The events share no memory with body.
func Parse(body []byte) ([]Event, error) {
	if len(body) > MaxBody {
		return nil, ErrTooLarge
	}
	body = bytes.ToValidUTF8(body, []byte("\ufffd")) // what is kept then says what was read
	if !json.Valid(body) {
		return nil, ErrNotEvents
	}
	var items []json.RawMessage
	alone := false // any object may come where an array is wanted; an event has a type
	switch trimmed := bytes.TrimLeft(body, " \t\r\n"); trimmed[0] {
	case '{':
		items, alone = []json.RawMessage{trimmed}, true
	case '[':
		var err error
		if items, err = elements(trimmed); err != nil {
			return nil, err
		}
	default:
		return nil, ErrNotEvents
	}
	events := make([]Event, len(items))
	for i, item := range items {
		var w wireEvent
		if err := netjson.Decode(item, &w); err != nil || alone && w.Type == "" {
			return nil, fmt.Errorf("%w: element %d of %d cannot be read", ErrNotEvents, i+1, len(items))
		}
		events[i] = w.event()
		events[i].Raw = keep(item)
	}
	return events, nil
}

// elements are those of a JSON array. It stops at one too many, so that a body of a
// million zeros costs nothing.
func elements(array []byte) ([]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(array))
	if _, err := d.Token(); err != nil {
		return nil, ErrNotEvents
	}
	var items []json.RawMessage
	for d.More() {
		if len(items) == MaxEvents {
			return nil, fmt.Errorf("%w: it has more than %d elements", ErrTooLarge, MaxEvents)
		}
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return nil, ErrNotEvents
		}
		items = append(items, item)
	}
	return items, nil
}

// keep is a copy of valid JSON without white space; nil if it is too long.
func keep(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if len(raw) == 0 || json.Compact(&b, raw) != nil {
		return nil
	}
	if b.Len() > MaxRaw || b.String() == "null" {
		return nil
	}
	return bytes.Clone(b.Bytes())
}

// wireEvent is an event as it is on the wire.
type wireEvent struct {
	Type        string      `json:"type"`
	Time        moment      `json:"time"`
	EventTime   moment      `json:"eventTime"`
	To          string      `json:"to"`
	Description string      `json:"description"`
	ErrorCode   number      `json:"errorCode"`
	CarrierName string      `json:"carrierName"`
	Message     wireMessage `json:"message"`
}

type wireMessage struct {
	ID            string          `json:"id"`
	Time          moment          `json:"time"`
	Owner         string          `json:"owner"`
	Direction     string          `json:"direction"`
	From          string          `json:"from"`
	To            list            `json:"to"`
	Text          string          `json:"text"`
	Media         list            `json:"media"`
	ApplicationID string          `json:"applicationId"`
	Tag           string          `json:"tag"`
	Priority      string          `json:"priority"`
	SegmentCount  number          `json:"segmentCount"`
	Channel       string          `json:"channel"`
	Content       json.RawMessage `json:"content"`
	Suggestion    json.RawMessage `json:"suggestionResponse"`
	Location      json.RawMessage `json:"locationResponse"`
}

func (w wireEvent) event() Event {
	return Event{
		Type:        Type(w.Type),
		Time:        time.Time(w.Time),
		EventTime:   time.Time(w.EventTime),
		To:          w.To,
		Description: w.Description,
		ErrorCode:   int(w.ErrorCode),
		Carrier:     w.CarrierName,
		Message:     w.Message.message(),
	}
}

func (w wireMessage) message() Message {
	return Message{
		ID:            w.ID,
		Time:          time.Time(w.Time),
		Owner:         w.Owner,
		Direction:     w.Direction,
		From:          w.From,
		To:            w.To,
		Text:          w.Text,
		Media:         w.Media,
		ApplicationID: w.ApplicationID,
		Tag:           w.Tag,
		Priority:      messaging.Priority(w.Priority),
		SegmentCount:  int(w.SegmentCount),
		Channel:       w.Channel,
		Content:       keep(w.Content),
		Suggestion:    suggestion(w.Suggestion),
		Location:      location(w.Location),
	}
}

func suggestion(raw json.RawMessage) *Suggestion {
	var w struct {
		Text         string `json:"text"`
		PostbackData string `json:"postbackData"`
		PairedID     string `json:"pairedMessageId"`
	}
	if len(raw) == 0 || netjson.Decode(raw, &w) != nil {
		return nil
	}
	return &Suggestion{Text: w.Text, PostbackData: w.PostbackData, PairedID: w.PairedID}
}

// location is nil without both figures: half a place is none.
func location(raw json.RawMessage) *Location {
	var w struct {
		Latitude  *float64 `json:"latitude"`
		Longitude *float64 `json:"longitude"`
	}
	if len(raw) == 0 || netjson.Decode(raw, &w) != nil || w.Latitude == nil || w.Longitude == nil {
		return nil
	}
	return &Location{Latitude: *w.Latitude, Longitude: *w.Longitude}
}

// moment is a time in RFC 3339, to the microsecond.
type moment time.Time

func (m *moment) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err //nolint:wrapcheck // netjson leaves the field at its zero
	}
	t, err := netjson.Time(s)
	if err != nil {
		return err
	}
	*m = moment(t.UTC().Truncate(time.Microsecond))
	return nil
}

// number is a whole number, also one in quotes.
type number int

func (n *number) UnmarshalJSON(b []byte) error {
	i, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 32)
	if err != nil {
		return err //nolint:wrapcheck // netjson leaves the field at its zero
	}
	*n = number(i)
	return nil
}

// list is an array of strings; a single string is an array of one.
type list []string

func (l *list) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil && string(b) != "null" {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(l)) //nolint:wrapcheck // netjson leaves the field at its zero
}
