package callback

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"telex/messaging"
)

// Bodies after the examples of https://dev.bandwidth.com/docs/messaging/webhooks/, and
// for RBM after the schemas of the OpenAPI.
const (
	received = `[{"type":"message-received","time":"2026-11-26T04:05:06.160744Z","description":"Incoming message received",
		"to":"+12345678901","message":{"id":"14762070468292kw2fuqty55yp2b2","time":"2026-11-26T04:05:06.160744Z",
		"to":["+12345678901","+19195550102"],"from":"+19195550101","text":"Hey, check this out! \u00e9","applicationId":"93de2206",
		"media":["https://messaging.bandwidth.com/api/v2/users/9900000/media/14762070468292kw2fuqty55yp2b2/0/bw.png"],
		"owner":"+12345678901","direction":"in","segmentCount":1}}]`
	failed = `[{"time":"2026-11-26T06:05:06.045+02:00","type":"message-failed","to":"+19195550101","description":"forbidden to country",
		"errorCode":4432,"carrierName":"AT&T","message":{"id":"14762070468292kw2fuqty55yp2b2","time":"2026-11-26T04:05:06.160Z",
		"to":["+19195550101"],"from":"+12345678901","text":"","applicationId":"93de2206","media":null,
		"owner":"+12345678901","direction":"out","segmentCount":2,"tag":"order 7","priority":"high"}}]`
	read = `[{"time":"2026-11-26T04:05:07Z","eventTime":"2026-11-26T04:05:06.5Z","type":"message-read","to":"+19195550101",
		"message":{"id":"b1","to":["+19195550101"],"direction":"out","channel":"RBM"}}]`
	suggested = `[{"type":"suggestion-response","to":"BrandX","message":{"id":"b2","direction":"in","channel":"RBM",
		"content":{"text":"Yes"},"suggestionResponse":{"text":"Yes","postbackData":"WWVz","pairedMessageId":"b1"}}}]`
	located = `[{"type":"requested-location-response","message":{"id":"b3","locationResponse":{"latitude":-37.77,"longitude":122.4}}}]`
)

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// TestParse: every documented field of every documented type is read.
func TestParse(t *testing.T) {
	at := instant(t, "2026-11-26T04:05:06.160744Z")
	for _, c := range []struct {
		name, body string
		want       Event
	}{
		{"received", received, Event{
			Type: MessageReceived, Time: at, Description: "Incoming message received", To: "+12345678901",
			Message: Message{
				ID: "14762070468292kw2fuqty55yp2b2", Time: at, Owner: "+12345678901", Direction: "in", From: "+19195550101",
				To: []string{"+12345678901", "+19195550102"}, Text: "Hey, check this out! é",
				Media:         []string{"https://messaging.bandwidth.com/api/v2/users/9900000/media/14762070468292kw2fuqty55yp2b2/0/bw.png"},
				ApplicationID: "93de2206", SegmentCount: 1,
			},
		}},
		{"failed", failed, Event{
			Type: MessageFailed, Time: instant(t, "2026-11-26T04:05:06.045Z"), Description: "forbidden to country", To: "+19195550101",
			ErrorCode: 4432, Carrier: "AT&T",
			Message: Message{
				ID: "14762070468292kw2fuqty55yp2b2", Time: instant(t, "2026-11-26T04:05:06.160Z"), Owner: "+12345678901", Direction: "out",
				From: "+12345678901", To: []string{"+19195550101"}, ApplicationID: "93de2206", Tag: "order 7",
				Priority: messaging.PriorityHigh, SegmentCount: 2,
			},
		}},
		{"read", read, Event{
			Type: MessageRead, Time: instant(t, "2026-11-26T04:05:07Z"), EventTime: instant(t, "2026-11-26T04:05:06.5Z"), To: "+19195550101",
			Message: Message{ID: "b1", To: []string{"+19195550101"}, Direction: "out", Channel: "RBM"},
		}},
		{"suggestion", suggested, Event{
			Type: SuggestionResponse, To: "BrandX",
			Message: Message{
				ID: "b2", Direction: "in", Channel: "RBM", Content: json.RawMessage(`{"text":"Yes"}`),
				Suggestion: &Suggestion{Text: "Yes", PostbackData: "WWVz", PairedID: "b1"},
			},
		}},
		{"location", located, Event{
			Type:    LocationResponse,
			Message: Message{ID: "b3", Location: &Location{Latitude: -37.77, Longitude: 122.4}},
		}},
		{"one object in place of an array", ` {"type":"message-sent","message":{"id":"a","to":"+19195550101"}}`, Event{
			Type: MessageSent, Message: Message{ID: "a", To: []string{"+19195550101"}},
		}},
		{"a type nobody knows", `[{"type":"message-recalled","new":{"a":[1]}}]`, Event{Type: "message-recalled"}},
		{"a figure in quotes", `[{"type":"message-failed","errorCode":"9902"}]`, Event{Type: MessageFailed, ErrorCode: 9902}},
		{"names of other letters", `[{"Type":"message-failed","ERRORCODE":4770,"message":{"ID":"a"}}]`, Event{}},
		{"fields of other types", `[{"type":1,"time":"yesterday","to":["+1"],"errorCode":1e9,"message":{"to":7,"media":{},"segmentCount":"x","locationResponse":{"latitude":1}}}]`, Event{}},
		{"times of years that RFC 3339 has not", `[{"type":"message-sent","time":"9999-12-31T23:59:59-23:59","message":{"time":"0000-01-01T00:00:00+23:59"}}]`, Event{Type: MessageSent}},
		{"the last time that it has", `[{"type":"message-sent","time":"9999-12-31T23:59:59Z"}]`, Event{Type: MessageSent, Time: instant(t, "9999-12-31T23:59:59Z")}},
		{"a message that is none", `[{"type":"message-sent","message":"hello"}]`, Event{Type: MessageSent}},
	} {
		t.Run(c.name, func(t *testing.T) {
			events, err := Parse([]byte(c.body))
			if err != nil || len(events) != 1 {
				t.Fatalf("Parse: %d events, %v; want 1", len(events), err)
			}
			got := events[0]
			if raw := got.Raw; !json.Valid(raw) || strings.ContainsAny(string(raw), "\n\t") || !sameJSON(t, c.body, string(raw)) {
				t.Errorf("raw = %s", raw)
			}
			got.Raw = nil
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// sameJSON reports whether raw is the only element of body, or body itself.
func sameJSON(t *testing.T, body, raw string) bool {
	t.Helper()
	var a, b any
	if err := errors.Join(json.Unmarshal([]byte(body), &a), json.Unmarshal([]byte(raw), &b)); err != nil {
		t.Fatal(err)
	}
	if array, ok := a.([]any); ok {
		a = array[0]
	}
	return reflect.DeepEqual(a, b)
}

// TestParseRefuses: what is not events is said to be none, in words of ours.
func TestParseRefuses(t *testing.T) {
	const one = `{"type":"message-sent"}`
	for _, c := range []struct {
		name, body string
		want       error
	}{
		{"nothing", "", ErrNotEvents},
		{"white space", " \n", ErrNotEvents},
		{"a form", "type=message-sent", ErrNotEvents},
		{"half of it", `[{"type":"message-sent"`, ErrNotEvents},
		{"two values", one + one, ErrNotEvents},
		{"null", "null", ErrNotEvents},
		{"an object of another kind", `{"status":"ok"}`, ErrNotEvents},
		{"a number", "7", ErrNotEvents},
		{"a text", `"message-sent"`, ErrNotEvents},
		{"an array of arrays", `[[` + one + `]]`, ErrNotEvents},
		{"an array with null", `[` + one + `,null]`, ErrNotEvents},
		{"two values for one field", `[{"type":"message-sent","type":"message-failed"}]`, ErrNotEvents},
		{"two values inside", `[{"message":{"id":"a","id":"b"}}]`, ErrNotEvents},
		{"too many", "[" + strings.Repeat(one+",", MaxEvents) + one + "]", ErrTooLarge},
		{"too long", strings.Repeat(" ", MaxBody) + one, ErrTooLarge},
	} {
		events, err := Parse([]byte(c.body))
		if !errors.Is(err, c.want) || events != nil {
			t.Errorf("%s: %d events, %v; want %v", c.name, len(events), err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "message-") {
			t.Errorf("%s: the error quotes the body: %v", c.name, err)
		}
	}
	for _, body := range []string{"[]", "[" + strings.Repeat(one+",", MaxEvents-1) + one + "]"} {
		if _, err := Parse([]byte(body)); err != nil {
			t.Errorf("%.20s: %v", body, err)
		}
	}
}

// TestRawIsBounded: an event too long to be kept as it came is read all the same.
func TestRawIsBounded(t *testing.T) {
	for _, c := range []struct {
		length int
		kept   bool
	}{{MaxRaw, true}, {MaxRaw + 1, false}} {
		const frame = `{"type":"message-received","x":""}`
		body := strings.Replace(frame, `""`, `"`+strings.Repeat("a", c.length-len(frame))+`"`, 1)
		events, err := Parse([]byte("[ " + body + " ]"))
		if err != nil || events[0].Type != MessageReceived || (events[0].Raw != nil) != c.kept {
			t.Errorf("%d bytes: kept %d, %v; want kept: %t", c.length, len(events[0].Raw), err, c.kept)
		}
	}
	events, err := Parse([]byte("[{\"type\":\"a\xff\"}]"))
	if err != nil || !utf8.Valid(events[0].Raw) || !utf8.ValidString(string(events[0].Type)) {
		t.Errorf("bytes that are no UTF-8: %+v, %v", events, err)
	}
}

// TestTypes: what each type is, and the API's word for the same.
func TestTypes(t *testing.T) {
	for _, c := range []struct {
		is      Type
		inbound bool
		status  messaging.Status
	}{
		{MessageReceived, true, messaging.StatusReceived},
		{MessageSending, false, messaging.StatusSending},
		{MessageSent, false, messaging.StatusSent},
		{MessageDelivered, false, messaging.StatusDelivered},
		{MessageFailed, false, messaging.StatusFailed},
		{MessageRead, false, messaging.StatusDelivered},
		{SuggestionResponse, true, ""},
		{LocationResponse, true, ""},
		{"message-recalled", false, ""},
		{"", false, ""},
	} {
		if c.is.Inbound() != c.inbound || c.is.Status() != c.status {
			t.Errorf("%q: inbound %t, status %q", c.is, c.is.Inbound(), c.is.Status())
		}
	}
}

// FuzzParse: whatever is posted, what comes of it keeps to the limits, and what was kept of
// it says the same again.
func FuzzParse(f *testing.F) {
	for _, body := range []string{received, failed, read, suggested, located, "[]", "{}", "null", `[{"a":1},2]`, "[{\"to\":\"\xff\\u0000\"}]"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := string(body)
		events, err := Parse(body)
		if string(body) != before {
			t.Fatal("the body was changed")
		}
		switch {
		case err == nil:
		case errors.Is(err, ErrNotEvents), errors.Is(err, ErrTooLarge):
			if events != nil {
				t.Fatal("events beside an error")
			}
			return
		default:
			t.Fatalf("an error of another kind: %v", err)
		}
		if len(events) > MaxEvents || !json.Valid(body) {
			t.Fatalf("%d events of %q", len(events), body)
		}
		for _, e := range events {
			if e.Trust != Untrusted {
				t.Fatal("trusted without credentials")
			}
			if e.Raw == nil {
				continue
			}
			if len(e.Raw) > MaxRaw || !utf8.Valid(e.Raw) {
				t.Fatalf("kept %d bytes: %q", len(e.Raw), e.Raw)
			}
			again, err := Parse(slices.Concat([]byte("["), e.Raw, []byte("]")))
			if err != nil || len(again) != 1 || fmt.Sprintf("%#v", flat(again[0])) != fmt.Sprintf("%#v", flat(e)) {
				t.Fatalf("%s\nread  %+v\nagain %+v, %v", e.Raw, e, again, err)
			}
		}
	})
}

// flat is e without pointers, whose addresses differ.
func flat(e Event) any {
	var s Suggestion
	var l Location
	if e.Message.Suggestion != nil {
		s = *e.Message.Suggestion
	}
	if e.Message.Location != nil {
		l = *e.Message.Location
	}
	e.Message.Suggestion, e.Message.Location = nil, nil
	return []any{e, s, l}
}
