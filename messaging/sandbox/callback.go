package sandbox

import (
	"time"
)

// event is one callback: what happened to a message to one recipient. The body
// posted is an array with one of them.
// Source: https://dev.bandwidth.com/docs/messaging/webhooks/
type event struct {
	Type        string       `json:"type"`
	Time        string       `json:"time"`
	Description string       `json:"description"`
	To          string       `json:"to"`
	ErrorCode   int          `json:"errorCode,omitempty"`
	Message     eventMessage `json:"message"`
}

type eventMessage struct {
	ID            string   `json:"id"`
	Owner         string   `json:"owner"`
	ApplicationID string   `json:"applicationId"`
	Time          string   `json:"time"`
	SegmentCount  int      `json:"segmentCount"`
	Direction     string   `json:"direction"`
	To            []string `json:"to"`
	From          string   `json:"from"`
	Text          string   `json:"text"` // always empty: callbacks carry no text
	Media         []string `json:"media,omitempty"`
	Tag           string   `json:"tag,omitempty"`
	Priority      string   `json:"priority,omitempty"`
}

// event is the callback for a step of m's copy for recipient; false if there is
// none for that step.
func (m *message) event(recipient string, s step) (event, bool) {
	e := event{
		Time:      s.at.Format(timeFormat),
		To:        recipient,
		ErrorCode: s.code,
		Message: eventMessage{
			ID:            m.id,
			Owner:         m.from,
			ApplicationID: m.app,
			Time:          m.created.Format(timeFormat),
			SegmentCount:  m.segments,
			Direction:     "out",
			To:            m.to,
			From:          m.from,
			Media:         m.media,
			Tag:           m.tag,
			Priority:      m.priority,
		},
	}
	switch s.status {
	case sending:
		e.Type, e.Description = "message-sending", "Message is sending to carrier"
	case sent:
		e.Type, e.Description = "message-sent", "Message has been sent to carrier"
	case delivered:
		e.Type, e.Description = "message-delivered", "ok"
		if m.mms() {
			e.Description = "Message delivered to carrier"
		}
	case failed:
		e.Type, e.Description = "message-failed", failureName(s.code)
	default:
		return event{}, false
	}
	return e, true
}

// plan has the callbacks for m posted when they are due.
func (c *courier) plan(m *message) {
	created := time.Now()
	for _, recipient := range m.to {
		for _, s := range m.course(recipient) {
			if e, ok := m.event(recipient, s); ok {
				c.add(post{
					due:  created.Add(s.at.Sub(m.created)),
					name: e.Type + " " + m.id,
					body: encodeJSON([]event{e}),
				})
			}
		}
	}
}
