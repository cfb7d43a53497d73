package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"telex/messaging"
)

// fakeSender and fakeLister do what their function says.
type fakeSender struct {
	mu   sync.Mutex
	sent []messaging.Message
	send func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error)
}

func (s *fakeSender) Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
	s.mu.Lock()
	s.sent = append(s.sent, m)
	n := len(s.sent)
	s.mu.Unlock()
	r, err := s.send(ctx, m)
	if r != nil && r.ID == acceptedID && n > 1 { // each message has its own
		r.ID = fmt.Sprintf("%s%03d", acceptedID[:len(acceptedID)-3], n)
		r.Answer.Body = bytes.ReplaceAll(r.Answer.Body, []byte(acceptedID), []byte(r.ID))
	}
	return r, err
}

func (s *fakeSender) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sent)
}

type fakeLister struct {
	mu     sync.Mutex
	called int
	list   func(ctx context.Context, q messaging.Query) (*messaging.Page, error)
}

func (l *fakeLister) List(ctx context.Context, q messaging.Query) (*messaging.Page, error) {
	l.mu.Lock()
	l.called++
	l.mu.Unlock()
	return l.list(ctx, q)
}

func (l *fakeLister) calls() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.called
}

// acceptedID is the id of what accept accepts.
const acceptedID = "15910549216812k7u5v3ldq6ytzbn"

// accept answers as the API does.
func accept(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
	body, err := json.Marshal(struct {
		ID            string             `json:"id"`
		Owner         string             `json:"owner"`
		Time          string             `json:"time"`
		Direction     string             `json:"direction"`
		To            []string           `json:"to"`
		From          string             `json:"from"`
		Text          string             `json:"text"`
		ApplicationID string             `json:"applicationId"`
		Media         []string           `json:"media,omitempty"`
		Tag           string             `json:"tag"`
		SegmentCount  int                `json:"segmentCount"`
		Priority      messaging.Priority `json:"priority"`
	}{
		acceptedID, m.From, "2000-01-01T00:00:00Z", "out", m.To, m.From, m.Text,
		m.ApplicationID, m.Media, m.Tag, 1, m.Priority,
	})
	if err != nil {
		return nil, err
	}
	return receiptOf(body)
}

func receiptOf(body []byte) (*messaging.Receipt, error) {
	r := &messaging.Receipt{Answer: &messaging.Answer{
		Status: http.StatusAccepted, Line: "202 Accepted", Proto: "HTTP/1.1", Body: body,
		Header: http.Header{"Content-Type": {"application/json"}}, Latency: 123 * time.Millisecond,
	}}
	return r, json.Unmarshal(body, r)
}

// refuse answers as the API does to a bad request.
func refuse(fields ...messaging.FieldError) func(context.Context, messaging.Message) (*messaging.Receipt, error) {
	return func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		return nil, &messaging.Error{
			Op: "send message", Outcome: messaging.Rejected, Status: 400, Type: "request-validation",
			Detail: "Your request could not be accepted.", Fields: fields,
			Answer: &messaging.Answer{
				Status: 400, Line: "400 Bad Request", Proto: "HTTP/1.1", Latency: 45 * time.Millisecond,
				Body: []byte(`{"type":"request-validation","description":"Your request could not be accepted."}`),
			},
		}
	}
}

// hang waits until the send is cancelled, and cannot know what became of it.
func hang(ctx context.Context, _ messaging.Message) (*messaging.Receipt, error) {
	<-ctx.Done()
	return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: ctx.Err()}
}

func records(s messaging.Status) func(context.Context, messaging.Query) (*messaging.Page, error) {
	return func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
		return &messaging.Page{Total: 1, Records: []messaging.Record{{MessageID: q.MessageID, Destination: "+19195551212", Status: s}}}, nil
	}
}
