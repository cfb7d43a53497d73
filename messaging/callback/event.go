package callback

import (
	"encoding/json"
	"time"

	"telex/messaging"
)

// An Event is one thing that Bandwidth tells: what happened to a message on its way to
// one recipient, or that somebody wrote. It is plain data, and all of it is foreign:
// clean it before showing it on a terminal.
//
// Events come in any order, some twice, some never: which types come is a setting of the
// application (its RequestedCallbackTypes) and of the account. Match them to a message by
// Message.ID and by nothing else.
//
// Fields that were absent, null or of a type that is not documented are zero.
//
// Source: https://dev.bandwidth.com/docs/messaging/webhooks/, and the schemas
// StatusCallback and InboundCallback of Bandwidth's OpenAPI of 2026-07.
type Event struct {
	// Type is the API's word, also one that is none of the constants.
	Type Type
	// Time is when it happened, by Bandwidth's clock: UTC, in microseconds. Zero if it was
	// not told in RFC 3339.
	Time time.Time
	// EventTime is when the recipient read the message, of [MessageRead] only; else zero.
	EventTime time.Time
	// To is the one recipient that a status is about; of what comes in, the number or
	// sender id of the account that it came to.
	To string
	// Description is for people and decides nothing: Bandwidth calls it informative, and
	// changes its words.
	Description string
	// ErrorCode is the delivery error code of [MessageFailed]; 0 if there is none.
	ErrorCode int
	// Carrier is who handled the message; "" unless the account has that feature.
	Carrier string
	// Message is what the event is about.
	Message Message

	// Raw is the event as it came, without white space, as valid UTF-8; nil if it is longer
	// than [MaxRaw]. It has the fields that this package does not know.
	Raw json.RawMessage
	// Trust is how far the event can be believed.
	Trust Trust
}

// MaxRaw is how many bytes of one event are kept as they came.
const MaxRaw = 64 << 10

// A Message is what an event tells of its message.
type Message struct {
	// ID is what the API answered when the message was created. A message to several
	// numbers of the account has an ID for each of them.
	ID string
	// Time is when the message was created, as [Event.Time].
	Time time.Time
	// Owner is not to be relied on: Bandwidth's own examples have the recipient in it where
	// the pages say that it is a number of the account.
	Owner string
	// Direction is "out" for what the account sent and "in" for what came in.
	Direction string
	From      string
	// To holds all recipients. Of a group that came in there may be more than
	// [messaging.MaxRecipients], numbers of other people among them.
	To []string
	// Text is "" of what was sent: Bandwidth keeps no texts.
	Text string
	// Media are addresses. What came in lies at Bandwidth for 48 hours, and is read with the
	// account's credentials: never send those to an address without looking at its host.
	Media         []string
	ApplicationID string
	Tag           string
	Priority      messaging.Priority
	SegmentCount  int

	// Channel is how it travelled, where an account has several: "SMS", "MMS" or "RBM".
	Channel string
	// Content is what a message of such an account holds in place of Text and Media, as
	// JSON; nil if there is none or it is longer than [MaxRaw].
	Content json.RawMessage
	// Suggestion is what was chosen, of [SuggestionResponse]; else nil.
	Suggestion *Suggestion
	// Location is where somebody is, of [LocationResponse]; else nil.
	Location *Location
}

// A Suggestion is the answer that somebody chose of those that a message offered.
type Suggestion struct {
	Text         string // what stood on it
	PostbackData string // what the sender wants to get back with it, in base64 as it came
	PairedID     string // ID of the message that offered it
}

// A Location is a place on earth, in degrees: south and west are negative.
type Location struct {
	Latitude, Longitude float64
}

// Trust is how far an event can be believed. Bandwidth does not sign what it posts, so
// the credentials that the application is set up to send along are all there is.
type Trust int

// How far an event can be believed.
const (
	// Untrusted: it came without credentials, and none are asked for. Anybody who knows the
	// address can have posted it. The API itself has to be asked before it changes anything.
	Untrusted Trust = 0
	// Trusted: it came with one of the right pairs of user name and password.
	Trusted Trust = 2
)

// Type is what kind of event it is.
type Type string

// The types that Bandwidth documents. Others may come.
const (
	// MessageReceived: somebody wrote.
	MessageReceived Type = "message-received"
	// MessageSending: an MMS is on its way to the carrier. Of SMS there is no such event, and
	// of MMS only where the account gets receipts for them.
	MessageSending Type = "message-sending"
	// MessageSent: the carrier has it.
	MessageSent Type = "message-sent"
	// MessageDelivered: it arrived, as far as that is known; see [messaging.GradeOf].
	MessageDelivered Type = "message-delivered"
	// MessageFailed: it was not delivered, and ErrorCode says why. With
	// [messaging.CodeNoReceipt] it may have arrived all the same.
	MessageFailed Type = "message-failed"
	// MessageRead: the recipient opened it (RBM).
	MessageRead Type = "message-read"
	// SuggestionResponse: somebody chose an answer that a message offered (RBM).
	SuggestionResponse Type = "suggestion-response"
	// LocationResponse: somebody told where they are, as a message asked them to (RBM).
	LocationResponse Type = "requested-location-response"
)

// Inbound reports whether events of this type tell of something that came in.
func (t Type) Inbound() bool {
	return t == MessageReceived || t == SuggestionResponse || t == LocationResponse
}

// Status is the word that the API has for the same when it is asked, "" for a type that it
// has none for. A message that is read was delivered.
func (t Type) Status() messaging.Status {
	switch t {
	case MessageReceived:
		return messaging.StatusReceived
	case MessageSending:
		return messaging.StatusSending
	case MessageSent:
		return messaging.StatusSent
	case MessageDelivered, MessageRead:
		return messaging.StatusDelivered
	case MessageFailed:
		return messaging.StatusFailed
	case SuggestionResponse, LocationResponse:
	}
	return ""
}
