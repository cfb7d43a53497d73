package draft

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/segment"
	"telex/ui/text"
)

// A Reading is what could be made of recipients that were typed or pasted.
type Reading struct {
	Items   int             // how many there were
	Numbers []number.Number // those that are new, in their order, each once
	Twice   int             // how many are among the recipients already, or came before
	Left    []string        // what could not be read, as typed
	Why     []string        // why not, clean, one for each of Left
}

// ReadRecipients reads a list of numbers, of which has tells whether a form has them. A
// number in a national form is one of region.
func ReadRecipients(typed, region string, has func(e164 string) bool) Reading {
	return NewPaste(typed, region).Next(math.MaxInt, has)
}

// E164 are the new numbers as a form has them.
func (r Reading) E164() []string {
	numbers := make([]string, len(r.Numbers))
	for i, n := range r.Numbers {
		numbers[i] = n.E164
	}
	return numbers
}

// Words say how many were added, and what became of the others.
func (r Reading) Words() string {
	if len(r.Left) == 1 {
		return Added(len(r.Numbers), r.Twice, "1 not a phone number")
	}
	if n := len(r.Left); n > 1 {
		return Added(len(r.Numbers), r.Twice, fmt.Sprintf("%d not phone numbers", n))
	}
	return Added(len(r.Numbers), r.Twice, "")
}

// Added says how many of several things typed into a field were added, how many were there
// already, and what became of the others, "" if there are none.
func Added(added, twice int, others string) string {
	var words []string
	if added > 0 || others == "" {
		words = append(words, fmt.Sprintf("%d added", added))
	}
	if twice > 0 {
		words = append(words, fmt.Sprintf("%d there already", twice))
	}
	if others != "" {
		words = append(words, others)
	}
	return strings.Join(words, ", ")
}

// Brief says in a few words why something typed is no number of region; "" if it is one.
func Brief(typed, region string) string {
	_, err := number.Parse(typed, region)
	var e *number.Error
	if errors.As(err, &e) {
		return e.Brief()
	}
	return ""
}

// Cost is what is billed for, in few words, as far as the text and the choice tell.
func (f *Form) Cost() string {
	n := max(len(f.To), 1)
	switch s := segment.Of(f.Text).Segments; {
	case len(f.To) > 1 && f.Addressing == messaging.Undecided:
		return ""
	case f.IsMMS() && n > 1 && f.Addressing == messaging.Group:
		return fmt.Sprintf("one group MMS, billed as %d", n)
	case f.IsMMS():
		return fmt.Sprintf("%d MMS, one price each", n)
	default:
		return fmt.Sprintf("%d SMS x %d = %s", n, s, text.Count(n*s, "segment"))
	}
}

// WhyNoGroup says why the recipients cannot get one group text, "" if they can.
func (f *Form) WhyNoGroup() string {
	if len(f.To) > messaging.MaxRecipients {
		return fmt.Sprintf("at most %d fit in it", messaging.MaxRecipients)
	}
	return ""
}
