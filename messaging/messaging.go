// Package messaging is a client of Bandwidth's messaging API v2, which sends
// SMS and MMS.
//
// A [Client] makes the calls, a [Message] is what is asked for, a [Receipt] what
// the API answered. Every failed call is an [*Error] whose [Outcome] says the one
// thing a sender must know: was the message refused, did it never leave, or is it
// unknown whether it was created. The API has no idempotency key, so a call whose
// outcome is unknown is never repeated by this package.
//
// The package writes nothing to disk, logs nothing and keeps no state beside its
// connections. Everything that came from the network is returned as it came, but for
// the secrets of the request in it: clean it before showing it on a terminal. The Error method of an [*Error] is
// safe to print, for it quotes what the API said.
//
// Source of the rules: https://dev.bandwidth.com/apis/messaging-apis/messaging/
package messaging

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Priority is how urgent a message is to Bandwidth. The empty value is left out
// of the request, and Bandwidth then uses "default". High puts a message first in the
// account's queue, where it is SMS from a 10DLC or toll-free number, or SMS or MMS from
// a short code; elsewhere it has no effect. Source: Bandwidth support, 360063389073.
type Priority string

// The priorities that the API knows.
const (
	PriorityDefault Priority = "default"
	PriorityHigh    Priority = "high"
)

// Limits of one message, as the API states them.
const (
	// MaxRecipients is how many numbers one group message may go to.
	MaxRecipients = 10
	// MaxTextChars is the longest text, in Unicode code points.
	MaxTextChars = 2048
	// MaxTagChars is the longest tag, in Unicode code points.
	MaxTagChars = 1024
	// MaxMediaURLChars is the longest media URL, in characters.
	MaxMediaURLChars = 4096
	// MaxMediaFiles is how many files one MMS may carry.
	MaxMediaFiles = 10
)

// A Message is one request to create a message: the body of
// POST /users/{accountId}/messages. More than one recipient makes it a group
// message, in which everybody sees everybody; any media makes it an MMS.
//
// A Message is plain data. The zero value is valid Go but not a valid request:
// see [Message.Problems].
type Message struct {
	// From is one of the account's numbers in E.164, one of its short codes in bare
	// digits, or an alphanumeric sender id; see [KindOfSender].
	From string `json:"from"`
	// To holds 1 to [MaxRecipients] unique numbers in E.164.
	To []string `json:"to"`
	// Text is at most [MaxTextChars] long; needed unless there is media.
	Text string `json:"text,omitempty"`
	// ApplicationID is the application that From belongs to in Bandwidth's dashboard.
	ApplicationID string `json:"applicationId"`
	// Media holds absolute http or https URLs; needed unless there is text.
	Media []string `json:"media,omitempty"`
	// Tag comes back in every callback. It is for correlation: no personal data.
	Tag string `json:"tag,omitempty"`
	// Priority is absent when empty.
	Priority Priority `json:"priority,omitempty"`
	// Expiration is when Bandwidth drops the message if it could not send it by
	// then; absent when zero.
	Expiration time.Time `json:"expiration,omitzero"`
}

// IsMMS reports whether the message goes as MMS: any media makes it one, and a
// group message is one always. An MMS counts as one segment.
func (m Message) IsMMS() bool { return len(m.Media) > 0 || m.IsGroup() }

// IsGroup reports whether the message goes to more than one recipient at once.
func (m Message) IsGroup() bool { return len(m.To) > 1 }

// Body is the JSON that [Client.Send] sends for m, byte for byte: recipients
// always as an array, unset fields absent, nothing escaped that need not be.
func (m Message) Body() ([]byte, error) {
	if m.To == nil {
		m.To = []string{} // an array, never null
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("encode message: %w", err) // a year past 9999 in Expiration
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// A Receipt is the API's 202: the message was accepted for processing, which is
// not yet sent and not yet delivered. Fields that the API left out are zero.
type Receipt struct {
	ID            string     `json:"id"`
	Owner         string     `json:"owner"`
	Time          string     `json:"time"` // RFC 3339, as received; see [Receipt.Created]
	Direction     string     `json:"direction"`
	To            stringList `json:"to"`
	From          string     `json:"from"`
	Text          string     `json:"text"`
	ApplicationID string     `json:"applicationId"`
	Media         stringList `json:"media"`
	Tag           string     `json:"tag"`
	SegmentCount  int        `json:"segmentCount"`
	Priority      Priority   `json:"priority"`
	Expiration    string     `json:"expiration"` // likewise; see [Receipt.Expires]

	// Answer is the HTTP answer that the fields were decoded from.
	Answer *Answer `json:"-"`
	// Attempts are all tries of the call, the successful one last.
	Attempts []Attempt `json:"-"`
}

// Created is [Receipt.Time] as a time, with the offset that came; zero if it is not one in
// RFC 3339.
func (r *Receipt) Created() time.Time { return timeOf(r.Time) }

// Expires is [Receipt.Expiration] as a time, likewise.
func (r *Receipt) Expires() time.Time { return timeOf(r.Expiration) }

// stringList decodes an array of strings, and a single string as an array of one:
// requests may use either form and gateways have been seen to echo them. Anything
// else is the empty list; an error would end the decoding of what holds it.
type stringList []string

func (l *stringList) UnmarshalJSON(b []byte) error {
	*l = nil
	var one string
	if json.Unmarshal(b, &one) == nil {
		if one != "" {
			*l = stringList{one}
		}
		return nil
	}
	var many []string
	if json.Unmarshal(b, &many) == nil {
		*l = many
	}
	return nil
}
