package outbox

import (
	"slices"
	"sort"
	"strings"
	"time"

	"telex/messaging"
)

const (
	// fewEnough is how many messages are asked about one by one. More are asked for by
	// when they were sent: the API takes one id a question, and lists a thousand messages.
	fewEnough = 5
	// sendersAtOnce is how many the API takes in one question.
	sendersAtOnce = 10
	// pageSize is how many records a question brings at most.
	pageSize = 1000
	// apiReach is how far into a list its pages go; of one that is longer the API counts
	// no more.
	apiReach = 10_000
	// sliceSize is how many records of ours a list has when it is asked for: so many that
	// few questions do, and so few that those of others find room.
	sliceSize = 9000
	// takenSlack is by how much the API's list and its receipt may differ on when a message
	// was taken.
	takenSlack = time.Second
)

// An openMessage is one that is asked about.
type openMessage struct {
	id         int64
	api        string // the API's id
	sender     string
	recipients int
	from       time.Time // as [Asking.From]
	taken      time.Time // by the API's clock; zero if it did not say
}

// span is when the API can have taken it, by its own clock.
func (m openMessage) span() (from, to time.Time) {
	if m.taken.IsZero() {
		return m.from.Add(-clockSlack), m.from.Add(clockSlack)
	}
	return m.taken.Add(-takenSlack), m.taken.Add(takenSlack)
}

// A slice is messages that are asked about together: those of a few senders within a span
// of time. With one message it is asked for by its id.
type slice struct {
	senders  []string // empty: all
	messages []openMessage
}

// slicesOf divides messages into as few slices as it takes.
func slicesOf(messages []openMessage) []slice {
	if len(messages) <= fewEnough {
		return oneByOne(messages)
	}
	bySender := map[string][]openMessage{}
	var numbers, names []string
	for _, m := range messages {
		if _, seen := bySender[m.sender]; !seen {
			if isDialled(m.sender) {
				numbers = append(numbers, m.sender)
			} else {
				names = append(names, m.sender)
			}
		}
		bySender[m.sender] = append(bySender[m.sender], m)
	}
	var all []slice
	add := func(senders, of []string) {
		var together []openMessage
		for _, s := range of {
			together = append(together, bySender[s]...)
		}
		all = append(all, slice{senders, together}.parts()...)
	}
	slices.Sort(numbers)
	for some := range slices.Chunk(numbers, sendersAtOnce) {
		add(some, some)
	}
	if len(names) > 0 { // which the API may not take in a list
		add(nil, names)
	}
	return all
}

// isDialled reports whether a sender is a number or a short code, and no name.
func isDialled(sender string) bool {
	return strings.Trim(strings.TrimPrefix(sender, "+"), "0123456789") == ""
}

// oneByOne are slices of one message each.
func oneByOne(messages []openMessage) []slice {
	var all []slice
	for _, m := range messages {
		all = append(all, slice{messages: []openMessage{m}})
	}
	return all
}

// parts are s in order of time, in as many slices as its records need, which are about the
// same size.
func (s slice) parts() []slice {
	sort.SliceStable(s.messages, func(i, j int) bool {
		from, _ := s.messages[i].span()
		other, _ := s.messages[j].span()
		return from.Before(other)
	})
	records := s.records()
	n := (records + sliceSize - 1) / sliceSize
	share := (records + n - 1) / n
	var all []slice
	begin, filled := 0, 0
	for i, m := range s.messages {
		if filled >= share {
			all, begin, filled = append(all, slice{s.senders, s.messages[begin:i]}), i, 0
		}
		filled += max(m.recipients, 1)
	}
	return append(all, slice{s.senders, s.messages[begin:]})
}

// records is how many the API has of them: one a recipient.
func (s slice) records() int {
	n := 0
	for _, m := range s.messages {
		n += max(m.recipients, 1)
	}
	return n
}

// halves are the earlier and the later messages of s; ok is false if it has only one.
func (s slice) halves() (earlier, later slice, ok bool) {
	n := len(s.messages) / 2
	if n == 0 {
		return s, s, false
	}
	return slice{s.senders, s.messages[:n]}, slice{s.senders, s.messages[n:]}, true
}

// query asks for s, with at most so many records at once.
func (s slice) query(page int) messaging.Query {
	if len(s.messages) == 1 {
		return messaging.Query{MessageID: s.messages[0].api}
	}
	q := messaging.Query{Source: s.senders, Direction: "OUTBOUND", Limit: page}
	for i, m := range s.messages {
		from, to := m.span()
		if i == 0 || from.Before(q.From) {
			q.From = from
		}
		if to.After(q.To) {
			q.To = to
		}
	}
	return q
}
