package messaging

import (
	"fmt"
	"slices"
	"sort"
	"time"
)

// Addressing says how several recipients are served. There is no default for
// more than one: a group message shows every recipient's number to all the others.
type Addressing uint8

// The ways to serve several recipients.
const (
	Undecided  Addressing = iota // not chosen yet
	Group                        // one message that all recipients share
	Individual                   // one message each, which nobody else sees
)

func (a Addressing) String() string {
	switch a {
	case Undecided:
		return "undecided"
	case Group:
		return "group"
	case Individual:
		return "individual"
	}
	return fmt.Sprintf("Addressing(%d)", uint8(a))
}

// A Draft is what a person is composing: one or more messages to be. It is plain
// data; copy it with [Draft.Clone] before handing it to another goroutine.
type Draft struct {
	From          string     `json:"from,omitempty"`
	Text          string     `json:"text,omitempty"`
	Tag           string     `json:"tag,omitempty"`
	Priority      Priority   `json:"priority,omitempty"`
	Expiration    time.Time  `json:"expiration,omitzero"`
	To            []string   `json:"to,omitempty"` // any number, in E.164
	Addressing    Addressing `json:"addressing,omitempty"`
	Media         []string   `json:"media,omitempty"`
	ApplicationID string     `json:"application_id,omitempty"`
}

// Clone copies d deeply.
func (d Draft) Clone() Draft {
	d.To, d.Media = slices.Clone(d.To), slices.Clone(d.Media)
	return d
}

// IsMMS reports whether d goes as MMS, as far as that is decided: several recipients
// make it one only when they are to share a group message.
func (d Draft) IsMMS() bool { return len(d.Media) > 0 || d.isGroup() }

func (d Draft) isGroup() bool { return d.Addressing == Group && len(d.To) > 1 }

// Messages are the requests that sending d takes: one for a group message or a
// single recipient, one for each recipient otherwise. While the addressing of
// several recipients is undecided it is taken as a group; [Draft.Problems] says so.
// The result shares no memory with d.
func (d Draft) Messages() []Message {
	d = d.Clone()
	m := Message{
		From: d.From, To: d.To, Text: d.Text, ApplicationID: d.ApplicationID,
		Media: d.Media, Tag: d.Tag, Priority: d.Priority, Expiration: d.Expiration,
	}
	if d.Addressing != Individual || len(d.To) < 2 {
		return []Message{m}
	}
	ms := make([]Message, len(d.To))
	for i, to := range d.To {
		ms[i] = m
		ms[i].To = []string{to}
		ms[i].Media = slices.Clone(d.Media)
	}
	return ms
}

// Problems says why d cannot be sent as it is. It is pure, and finds what
// [Message.Problems] would find in any of the messages.
func (d Draft) Problems(now time.Time) Problems {
	one := d
	if d.Addressing == Individual {
		one.To = nil
	}
	var ps Problems
	for _, p := range one.Messages()[0].Problems(now) {
		tooMany := p.Field == FieldTo && p.Index < 0 && len(d.To) > 1 // for a group, if it is to be one
		if p.Field != FieldTo || d.Addressing == Group || d.Addressing == Undecided && !tooMany {
			ps = append(ps, p)
		}
	}
	if d.Addressing == Individual {
		ps = append(ps, recipientProblems(d.To)...)
	}
	if n := len(d.To); n > 1 && d.Addressing == Undecided {
		why := fmt.Sprintf("has %d recipients: choose one group message, which shows everybody's number to all, or individual messages", n)
		if n > MaxRecipients {
			why = fmt.Sprintf("has %d recipients, too many for one group message (at most %d): choose individual messages", n, MaxRecipients)
		}
		ps = append(ps, Problem{FieldTo, -1, "", why})
	}
	order := Fields()
	sort.SliceStable(ps, func(i, j int) bool {
		return slices.Index(order, ps[i].Field) < slices.Index(order, ps[j].Field)
	})
	return ps
}
