// Package broadcast is one text to many people: who of a list gets it, what they get, when
// they may get it, and what all of that comes to, before anything is sent.
//
// It is pure. What others know of people, such as who opted out, comes in as a function;
// nothing is sent, stored or asked from here.
package broadcast

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"telex/messaging"
	"telex/messaging/broadcast/hours"
	"telex/messaging/broadcast/list"
	"telex/messaging/broadcast/price"
	"telex/messaging/broadcast/template"
	"telex/messaging/number"
	"telex/messaging/segment"
)

// A Broadcast is one text and the list of those who get it.
type Broadcast struct {
	// Rows are the people, in their order, and Fields the names of their values. Rows may be
	// gone through more than once.
	Rows   iter.Seq[list.Row]
	Fields []string
	// Template is the text. Message is the rest of what all get; its From, To and Text are
	// not looked at.
	Template *template.Template
	Message  messaging.Message
	// Senders are whom messages come from. With several, each person always has the same
	// one, whatever the list.
	Senders []string
	Hours   *hours.Hours
	Figures price.Figures // what messages cost, as far as the user said
	// Expires is how long after it leaves a message is good for; 0 leaves that to the hours.
	Expires time.Duration
	// Countries are those whose numbers may be texted, by ISO 3166-1 codes; none is any.
	Countries []string
	// Now is when it begins, or would.
	Now time.Time
	// Begins is when somebody may get theirs at the earliest, by number and zone; why says why
	// that is not known, and then they get none. Nil: all may from Now on.
	Begins func(number, zone string) (at time.Time, why string)
	// Known leaves out whom others know not to text: those of people whom the ledger has, who
	// got the same, who get no texts; and it says who is new. It is asked about some of the
	// list at a time, of whom each has a number. Nil knows nothing.
	Known func(people []*Person) error
}

// atOnce is how many people are asked about at a time.
const atOnce = 500

// People are all people of the list, each with what is decided of them. After an error
// there are no more. A person is the caller's.
func (b *Broadcast) People() iter.Seq2[*Person, error] {
	return func(yield func(*Person, error) bool) {
		some := make([]*Person, 0, atOnce)
		give := func() bool {
			if err := b.judge(some); err != nil {
				yield(nil, err)
				return false
			}
			for _, p := range some {
				if !yield(p, nil) {
					return false
				}
			}
			some = some[:0]
			return true
		}
		for row := range b.Rows {
			some = append(some, b.person(row))
			if len(some) == atOnce && !give() {
				return
			}
		}
		give()
	}
}

// person is what a row says by itself.
func (b *Broadcast) person(row list.Row) *Person {
	p := &Person{Line: row.Line, Number: row.Number, Name: row.Name, Zone: row.Zone, Values: row.Values}
	switch {
	case row.Reject != "":
		p.Number = cmp.Or(row.Value, row.Raw)
		p.Leave(reject(row))
		return p
	case row.Duplicate:
		p.Leave(Duplicate, "")
	}
	var bad Skip
	var why string
	p.Message, bad, why = b.Make(p.Number, func(field string) (string, bool) { return value(b.Fields, p.Values, field) })
	p.Count = segment.Of(p.Message.Text)
	if bad != "" {
		p.Leave(bad, why)
	}
	if c := region(p.Number); len(b.Countries) > 0 && !slices.Contains(b.Countries, c) {
		p.Leave(OutsideCountry, "")
	}
	var ok bool
	if at, why := b.begins(p); why != "" {
		p.Leave(NoHours, why)
	} else if p.From, p.Until, ok = b.Hours.Next(p.Number, p.Zone, at); !ok {
		p.Leave(NoHours, "")
	}
	return p
}

// begins is when somebody may get theirs, if the hours allow it.
func (b *Broadcast) begins(p *Person) (at time.Time, why string) {
	if b.Begins == nil {
		return b.Now, ""
	}
	if at, why = b.Begins(p.Number, p.Zone); at.Before(b.Now) {
		at = b.Now
	}
	return at, why
}

// reject is why a row is nobody.
func reject(row list.Row) (Skip, string) {
	if row.Reject == shortCode {
		return ShortCode, ""
	}
	return BadNumber, row.Reject
}

// shortCode is what a list says of a number that is a short code, or an emergency one.
var shortCode = (&number.Error{Typed: "911", Problem: number.TooShort}).Brief()

// region is the country of a number, as an ISO 3166-1 code; "" if none is known.
func region(e164 string) string {
	n, err := number.Parse(e164, "")
	if err != nil {
		return ""
	}
	return n.Region
}

// sender is whom a number gets its message from.
func (b *Broadcast) sender(to string) string {
	if len(b.Senders) == 0 {
		return b.Message.From
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(to)) // a hash takes everything
	return b.Senders[int64(sum.Sum32())%int64(len(b.Senders))]
}

// Make makes the message to a number, whose fields have values by their folded names. If it
// cannot be sent, skip and why say why; then it has no text where a field is bad.
func (b *Broadcast) Make(to string, value func(field string) (v string, known bool)) (m messaging.Message, skip Skip, why string) {
	m = b.Message
	m.To, m.From, m.Text = []string{to}, b.sender(to), ""
	text, bad := b.Template.Fill(value)
	switch {
	case len(bad) > 0:
		return m, BadField, badFields(bad)
	case strings.TrimSpace(text) == "" && len(m.Media) == 0:
		return m, BadField, "the text is empty"
	}
	m.Text = text
	if n := utf8.RuneCountInString(text); n > messaging.MaxTextChars {
		return m, TooLong, fmt.Sprintf("%d characters; %d are the most", n, messaging.MaxTextChars)
	}
	return m, "", ""
}

// value is the value of a field, whose name is folded, of one who has values beside fields.
func value(fields, values []string, field string) (string, bool) {
	i := slices.Index(fields, field)
	if i < 0 {
		return "", false
	}
	if i >= len(values) { // a row may be shorter than the first one
		return "", true
	}
	return values[i], true
}

// badFields says what is wrong with fields.
func badFields(bad []template.Bad) string {
	var words []string
	for _, b := range bad {
		words = append(words, b.Error())
	}
	return strings.Join(words, "; ")
}

// judge asks what others know of people who have a number.
func (b *Broadcast) judge(people []*Person) error {
	if b.Known == nil {
		return nil
	}
	var reached []*Person
	for _, p := range people {
		if p.Skip != BadNumber && p.Skip != ShortCode && p.Skip != Duplicate {
			reached = append(reached, p)
		}
	}
	if len(reached) == 0 {
		return nil
	}
	return b.Known(reached)
}

// placeOf is where somebody is, as names of zones: that of the list, if there is such a
// one, else all that the number may be in.
func (b *Broadcast) placeOf(p *Person) string {
	if p.Zone != "" && b.Hours.IsZone(p.Zone) {
		return p.Zone
	}
	return hours.PlaceOf(p.Number).Zones
}

// Bare is the text that everybody gets, with a letter for each field.
func (b *Broadcast) Bare() string {
	text, _ := b.Template.Fill(func(string) (string, bool) { return "x", true })
	return text
}
