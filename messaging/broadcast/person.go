package broadcast

import (
	"time"

	"telex/messaging"
	"telex/messaging/segment"
)

// A Person is a row of a list, and what a broadcast means for them. Number, Name, Values
// and Why may hold anything that the list holds: clean them before showing them on a terminal.
type Person struct {
	Line   int      // of the list, from 1; 0 if there is none
	Number string   // in E.164; what the list has in its place if Skip is [BadNumber]
	Name   string   // "" if the list has none
	Zone   string   // where they are, as the list says, such as America/Chicago; "" if it does not
	Values []string // beside the fields of the list

	Skip Skip   // why they get no message; "" if they get one
	Why  string // the same in words, where there is more to say than Skip does; may be empty

	Message messaging.Message // what they get, or would; without a text if a field is bad
	Count   segment.Count     // of its text
	New     bool              // nobody of this outbox sent them anything yet
	// From and Until are when it may leave: the first time that the hours allow, from the
	// plan's time on, and the end of them. Until is zero if there is none.
	From, Until time.Time
}

// Leave leaves somebody out, unless a reason that counts before does already.
func (p *Person) Leave(s Skip, why string) {
	if s.before(p.Skip) {
		p.Skip, p.Why = s, why
	}
}

// Units are what the message takes of the pace: the segments of an SMS, and one for an MMS.
// Source: Bandwidth support, 360014169214.
func (p *Person) Units() int {
	if p.Message.IsMMS() {
		return 1
	}
	return p.Count.Segments
}
