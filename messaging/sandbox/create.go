package sandbox

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxCreateBytes is far more than any message the API accepts.
const maxCreateBytes = 1 << 20

// createdBody is the API's answer to a message it accepted.
type createdBody struct {
	ID            string   `json:"id"`
	Time          string   `json:"time"`
	To            []string `json:"to"`
	From          string   `json:"from"`
	Text          string   `json:"text,omitempty"`
	ApplicationID string   `json:"applicationId"`
	Tag           string   `json:"tag,omitempty"`
	Owner         string   `json:"owner"`
	Media         []string `json:"media,omitempty"`
	Direction     string   `json:"direction"`
	SegmentCount  int      `json:"segmentCount"`
	Priority      string   `json:"priority,omitempty"`
	Expiration    string   `json:"expiration,omitempty"`
}

func (m *message) createdBody() createdBody {
	return createdBody{
		ID:            m.id,
		Time:          m.created.Format(timeFormat),
		To:            m.to,
		From:          m.from,
		Text:          m.text,
		ApplicationID: m.app,
		Tag:           m.tag,
		Owner:         m.from,
		Media:         m.media,
		Direction:     "out",
		SegmentCount:  m.segments,
		Priority:      m.priority,
		Expiration:    m.expiry,
	}
}

func (s *Sandbox) createMessage(x *exchange, r *http.Request) {
	if !acceptsJSON(x, r) || !sendsJSON(x, r) {
		return
	}
	body, err := readBody(x, r, maxCreateBytes)
	if err != nil {
		refuseCreate(x, fieldError{"body", err.Error()})
		return
	}
	now := s.now()
	m, wrong := s.parseMessage(body, now)
	if len(wrong) > 0 {
		refuseCreate(x, wrong...)
		return
	}
	act := actFor(m.to)
	if creates := act.creates() || (act == actQueueBusy && s.busy.clears()); !creates {
		s.refuseAs(act, x)
		return
	}
	turn, ok := s.sends.admit(m.load(), now)
	if !ok {
		s.sends.refuse(x)
		return
	}
	m.turn, m.refused = turn, s.mediaCode(m, now)
	s.keep(m, now)
	s.reply(m, s.address(r, "media"))
	x.note = "created " + m.id
	s.answerCreated(x, r, m, act)
}

// sendsJSON reports whether the body of r is JSON, by its header; if not, it has
// been refused.
func sendsJSON(x *exchange, r *http.Request) bool {
	given := r.Header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(given)
	charset := params["charset"]
	if err == nil && kind == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8")) &&
		r.Header.Get("Content-Encoding") == "" {
		return true
	}
	x.refuse(http.StatusUnsupportedMediaType, "unsupported-content-type",
		fmt.Sprintf("Content type '%s' not supported. Please use 'application/json'", shorten(given)))
	return false
}

// readBody reads the body of r. The error is for the client to read.
func readBody(x *exchange, r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(x, r.Body, limit))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, fmt.Errorf("has more than %d bytes, which is the limit", limit)
	}
	if err != nil {
		return nil, errors.New("ended early")
	}
	return body, nil
}

func refuseCreate(x *exchange, wrong ...fieldError) {
	x.refuse(http.StatusBadRequest, "request-validation", "Your request could not be accepted", wrong...)
}
