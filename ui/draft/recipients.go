package draft

import (
	"fmt"
	"strings"

	"telex/messaging/number"
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
	items := number.Split(typed)
	r := Reading{Items: len(items)}
	added := map[string]bool{}
	for _, item := range items {
		n, err := number.Parse(item, region)
		switch {
		case err != nil:
			r.Left, r.Why = append(r.Left, item), append(r.Why, text.Clean(err.Error()))
		case added[n.E164] || has(n.E164):
			r.Twice++
		default:
			added[n.E164] = true
			r.Numbers = append(r.Numbers, n)
		}
	}
	return r
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
func (r Reading) Words() string { return Added(len(r.Numbers), r.Twice, len(r.Left)) }

// Added says how many of several things typed into a field were added, how many were there
// already, and how many could not be read.
func Added(added, twice, bad int) string {
	words := []string{fmt.Sprintf("%d added", added)}
	if twice > 0 {
		words = append(words, fmt.Sprintf("%d there already", twice))
	}
	if bad > 0 {
		words = append(words, fmt.Sprintf("%d could not be read and stayed in the field", bad))
	}
	return strings.Join(words, ", ")
}
