package sample

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"telex/messaging"
)

// An API does what a test has for it.
type API struct {
	OnSend func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error)
	OnList func(ctx context.Context, q messaging.Query) (*messaging.Page, error)
}

// Send is OnSend.
func (a API) Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
	return a.OnSend(ctx, m)
}

// List is OnList.
func (a API) List(ctx context.Context, q messaging.Query) (*messaging.Page, error) {
	return a.OnList(ctx, q)
}

// Lists answers with records, however it is asked.
func Lists(records ...messaging.Record) API {
	return API{OnList: func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
		if q.MessageID != "" {
			records = slices.DeleteFunc(slices.Clone(records), func(r messaging.Record) bool { return r.MessageID != q.MessageID })
		}
		return &messaging.Page{Records: records}, nil
	}}
}

// Receipt is the API's 202 for a message.
func Receipt(id string, m messaging.Message) *messaging.Receipt {
	body := fmt.Sprintf(`{"id":%q,"owner":%q,"text":%q,"segmentCount":1,"future":"field"}`, id, m.From, m.Text)
	return &messaging.Receipt{
		ID: id, From: m.From, To: m.To, Text: m.Text, SegmentCount: 1,
		Answer: &messaging.Answer{
			Status: 202, Line: "202 Accepted", Proto: "HTTP/1.1", Latency: 37 * time.Millisecond,
			Header: http.Header{"Date": {"Sun"}, "X-Odd": {"caf\xe9", "two"}}, Body: []byte(body),
		},
		Attempts: []messaging.Attempt{{Start: time.Unix(1772366400, 5).UTC(), Took: time.Second, Status: 202}},
	}
}

// Refusal is the API's no.
func Refusal(text string) *messaging.Error {
	return &messaging.Error{
		Op: "send message", Outcome: messaging.Rejected, Status: 400, Type: "request-validation", Detail: "bad: " + text,
		Fields: []messaging.FieldError{{Name: "text", Description: "not " + text}},
		Answer: &messaging.Answer{Status: 400, Line: "400 Bad Request", Body: []byte(`{"type":"request-validation","description":"bad: ` + text + `"}`)},
	}
}

// Lost is a connection that broke after the request was written.
func Lost() error {
	return &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: errors.New("connection lost")}
}

// NeverLeft is a request that was never written.
func NeverLeft() error {
	return &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: errors.New("no route to host")}
}

// GatewayPage is a gateway's page, which says nothing.
func GatewayPage() error {
	return &messaging.Error{
		Op: "send message", Outcome: messaging.Unknown, Status: 502,
		Answer: &messaging.Answer{Status: 502, Line: "502 Bad Gateway", Body: []byte("<html>")},
	}
}

// RecordsOf is what the API lists of a message: a record a recipient.
func RecordsOf(id string, m messaging.Message, at time.Time, change ...func(*messaging.Record)) []messaging.Record {
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

// Told is what the API says of each recipient of m, one after the other.
func Told(id string, m messaging.Message, says ...string) []messaging.Record {
	records := RecordsOf(id, m, time.Time{})
	for i, s := range says {
		var status string
		var code int
		_, _ = fmt.Sscan(s, &status, &code) // a code may be absent
		records[i].Status, records[i].ErrorCode = messaging.Status(status), code
	}
	return records
}
