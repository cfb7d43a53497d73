package listen

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
	"telex/ui/words"
)

// A heard is an event, and what became of it.
type heard struct {
	callback.Event
	outbox.Taken
	at     time.Time // when it got here
	noText bool      // texts are written down nowhere
}

// row is what --json prints of an event, a line each. The names are those of telex
// history and of the events of telex show.
type row struct {
	Type         string   `json:"type"`
	At           string   `json:"at,omitempty"`
	RecordedAt   string   `json:"recorded_at"`
	By           string   `json:"by"`
	News         bool     `json:"news"`    // false: it was known already, and changed nothing
	Trusted      bool     `json:"trusted"` // it came with the right credentials
	ID           int64    `json:"id,omitempty"`
	State        string   `json:"state,omitempty"`
	MessageID    string   `json:"message_id,omitempty"`
	Direction    string   `json:"direction,omitempty"`
	From         string   `json:"from,omitempty"`
	To           string   `json:"to,omitempty"`         // the one that it is about
	Recipients   []string `json:"recipients,omitempty"` // all of them, if there are several
	Text         string   `json:"text,omitempty"`
	Media        []string `json:"media,omitempty"`
	Tag          string   `json:"tag,omitempty"`
	SegmentCount int      `json:"segment_count,omitempty"`
	ErrorCode    int      `json:"error_code,omitempty"`
	Description  string   `json:"description,omitempty"`
	Carrier      string   `json:"carrier,omitempty"`
	Channel      string   `json:"channel,omitempty"`
}

// json is h as a line of JSON, without its end.
func (h heard) json() string {
	r := row{
		Type: string(h.Type), RecordedAt: stamp(h.at), By: "callback", News: h.News, Trusted: h.Trust >= callback.Trusted,
		ID: h.Taken.Message, State: string(h.State), MessageID: h.Event.Message.ID, Direction: h.Event.Message.Direction, From: h.Event.Message.From, To: h.To,
		Text: h.said(), Media: h.Event.Message.Media, Tag: h.Event.Message.Tag, SegmentCount: h.Event.Message.SegmentCount,
		ErrorCode: h.ErrorCode, Description: h.Description, Carrier: h.Carrier, Channel: h.Event.Message.Channel,
	}
	if !h.Time.IsZero() {
		r.At = stamp(h.Time)
	}
	if len(h.Event.Message.To) > 1 {
		r.Recipients = h.Event.Message.To
	}
	body, err := say.Encode(r)
	if err != nil {
		return `{"type":""}` // strings and numbers always encode
	}
	return messaging.EscapeJSON(bytes.TrimSpace(body))
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// said is the text of an event: what was written, or chosen.
func (h heard) said() string {
	if s := h.Event.Message.Suggestion; s != nil && h.Event.Message.Text == "" {
		return s.Text
	}
	return h.Event.Message.Text
}

// line is h for people, clean.
func (h heard) line() string {
	what := h.what()
	switch {
	case !h.News:
		what += " (known already)"
	case h.Trust < callback.Trusted && !h.Type.Inbound():
		what += " (without credentials: not believed until Bandwidth is asked)"
	case h.Trust < callback.Trusted:
		what += " (without credentials: anybody can have made it up)"
	}
	return h.at.Local().Format("15:04:05") + "  " + text.Clean(what)
}

func (h heard) what() string {
	switch h.Type {
	case callback.MessageReceived, callback.SuggestionResponse:
		return h.inbound()
	case callback.LocationResponse:
		return h.Event.Message.From + " told " + h.To + " where they are"
	default:
		return h.about() + words.Heard(h.Event)
	}
}

// about names the message that an event is about.
func (h heard) about() string {
	to := h.To
	if to == "" {
		to = strings.Join(h.Event.Message.To, ",")
	}
	switch {
	case h.Taken.Message > 0:
		return fmt.Sprintf("message %d to %s: ", h.Taken.Message, to)
	case h.Event.Message.ID == "":
		return "no message: "
	}
	return fmt.Sprintf("message %q to %s, which this outbox does not have: ", text.Clip(h.Event.Message.ID), to)
}

// inbound is what somebody wrote.
func (h heard) inbound() string {
	what := h.Event.Message.From + " wrote to " + h.To
	switch said := h.said(); {
	case h.noText && said != "":
		what += " (texts are not kept)"
	case said != "":
		what += ": " + text.Clip(said)
	}
	if n := len(h.Event.Message.Media); n > 0 {
		what += " [" + text.Count(n, "file") + "]"
	}
	return what
}
