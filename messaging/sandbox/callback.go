package sandbox

import (
	"slices"
	"time"
)

// CallbackTypes are the types of callbacks about messages that were sent, in the
// order in which things happen. An application chooses among them (its
// RequestedCallbackTypes); message-received is none of them and always comes.
func CallbackTypes() []string {
	return []string{typeSending, typeSent, typeDelivered, typeFailed}
}

const (
	typeSending   = "message-sending"
	typeSent      = "message-sent"
	typeDelivered = "message-delivered"
	typeFailed    = "message-failed"
	typeReceived  = "message-received"
)

// event is one callback: what happened to a message to one recipient, or that one
// came in. The body posted is an array with one of them.
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
	Owner         string   `json:"owner"` // says nothing: see event
	ApplicationID string   `json:"applicationId"`
	Time          string   `json:"time"`
	SegmentCount  int      `json:"segmentCount"`
	Direction     string   `json:"direction"`
	To            []string `json:"to"`
	From          string   `json:"from"`
	Text          string   `json:"text"` // empty unless the message came in
	Media         []string `json:"media,omitempty"`
	Tag           string   `json:"tag,omitempty"`
	Priority      string   `json:"priority,omitempty"`
}

// event is the callback for a step of m's copy for recipient; false if there is
// none for that step. receipts is whether the account gets receipts for MMS:
// without them there is no message-sending, and message-delivered means that the
// carrier's MMS centre has it. With message-delivered the owner is the recipient,
// as in Bandwidth's examples.
func (m *message) event(recipient string, s step, receipts bool) (event, bool) {
	e := event{
		Time:      s.at.Format(callbackFormat),
		To:        recipient,
		ErrorCode: s.code,
		Message: eventMessage{
			ID:            m.id,
			Owner:         m.from,
			ApplicationID: m.app,
			Time:          m.created.Format(callbackFormat),
			SegmentCount:  m.segments,
			Direction:     "out",
			To:            m.to,
			From:          m.from,
			Media:         m.media,
			Tag:           m.tag,
			Priority:      m.priority,
		},
	}
	switch {
	case m.inbound():
		e.Type, e.Description = typeReceived, "Incoming message received"
		e.Message.Owner, e.Message.Direction, e.Message.Text = m.owner, "in", m.text
	case s.status == sending && m.mms() && receipts:
		e.Type, e.Description = typeSending, "Message is sending to carrier."
	case s.status == sent:
		e.Type, e.Description = typeSent, "Message sent to carrier"
	case s.status == delivered:
		e.Type, e.Description = typeDelivered, "Message delivered to handset."
		if m.mms() && !receipts {
			e.Description = "Message delivered to carrier."
		}
		e.Message.Owner = recipient
	case s.status == failed:
		e.Type, e.Description = typeFailed, failureName(s.code)
	default:
		return event{}, false
	}
	return e, true
}

const (
	doubleAfter   = time.Second            // the second of two equal callbacks
	reorderedStep = 100 * time.Millisecond // between the callbacks of a message in reverse order
)

// plan has the callbacks for m, which was created just now, posted when they are due.
func (c *courier) plan(m *message) { c.planAfter(m, 0) }

// planAfter is plan for m that is created when so much time has passed.
func (c *courier) planAfter(m *message, wait time.Duration) {
	began := time.Now().Add(wait)
	for _, recipient := range m.recipients() {
		var posts []post
		for _, s := range m.course(recipient) {
			e, ok := m.event(recipient, s, c.receipts)
			if !ok || e.Type != typeReceived && !slices.Contains(c.types, e.Type) {
				continue
			}
			posts = append(posts, post{
				due:  began.Add(s.at.Sub(m.created)),
				name: e.Type + " " + m.id,
				body: encodeJSON([]event{e}),
			})
		}
		if c.reorder {
			reverse(posts)
		}
		for _, p := range posts {
			c.add(p)
			if c.doubles {
				p.due = p.due.Add(doubleAfter)
				c.add(p)
			}
		}
	}
}

// reverse makes posts due in reverse order, none before what it tells has happened.
func reverse(posts []post) {
	for i := range posts {
		after := len(posts) - 1 - i
		posts[i].due = posts[len(posts)-1].due.Add(time.Duration(after) * reorderedStep)
	}
}
