package messaging

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"telex/messaging/blank"
	"telex/messaging/internal/netjson"
)

var (
	// errNoID is a 2xx whose body does not say which message was created.
	errNoID = errors.New("it names no message")
	// errOther is a 2xx for another request, as on a connection on which an answer too
	// many came: from there on each answer is that of the request before.
	errOther = errors.New("it is about another message")
)

// readReceipt decodes the 2xx to a request to create m. Only the id is indispensable:
// a field that is absent, or of a type that we did not expect, is left at its zero.
func readReceipt(a *Answer, m Message) (*Receipt, error) {
	var r Receipt
	if err := netjson.Decode(a.Body, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoID, err)
	}
	if isBlankID(r.ID) {
		return nil, errNoID
	}
	if err := r.contradicts(m); err != nil {
		return nil, err
	}
	r.Answer = a
	return &r, nil
}

// contradicts says which field of r shows that it is not the receipt for m. What r does
// not name contradicts nothing, for the API leaves unset fields out; nor does another
// spelling of the same:
//
//   - to: any order; numbers by their digits;
//   - from: a number by its digits, a sender id in any case;
//   - text: its letters and digits; see sameText;
//   - applicationId: in any case, as UUIDs may be written;
//   - tag: its words, to the letter;
//   - media: how many there are, for the addresses may be rewritten;
//   - direction: only "in" is one that a message of ours cannot have.
//
// Owner, time, priority, expiration and segmentCount are Bandwidth's to set.
func (r *Receipt) contradicts(m Message) error {
	for _, f := range []struct {
		name       string
		told, want string
		same       bool
	}{
		{"to", strings.Join(r.To, ","), strings.Join(m.To, ","), len(r.To) == 0 || sameNumbers(r.To, m.To)},
		{"from", r.From, m.From, r.From == "" || sameParty(r.From, m.From)},
		{"text", r.Text, m.Text, r.Text == "" || sameText(r.Text, m.Text)},
		{"applicationId", r.ApplicationID, m.ApplicationID, r.ApplicationID == "" || strings.EqualFold(r.ApplicationID, m.ApplicationID)},
		{"tag", r.Tag, m.Tag, r.Tag == "" || slices.Equal(strings.Fields(r.Tag), strings.Fields(m.Tag))},
		{"media", fmt.Sprint(len(r.Media)), fmt.Sprint(len(m.Media)), len(r.Media) == 0 || len(r.Media) == len(m.Media)},
		{"direction", r.Direction, "out", !strings.EqualFold(r.Direction, "in")},
	} {
		switch {
		case f.same, strings.Contains(f.told, hidden): // what it said was taken out: see Answer.hide
		case f.name == "text": // which is nobody's business in an error
			return fmt.Errorf("%w: its text is not what was sent", errOther)
		default:
			return fmt.Errorf("%w: its %s is %s, not %s", errOther, f.name, quoteShort(f.told), quoteShort(f.want))
		}
	}
	return nil
}

// sameNumbers reports whether two lists name the same parties, in any order.
func sameNumbers(a, b []string) bool {
	key := func(list []string) []string {
		keys := make([]string, len(list))
		for i, n := range list {
			keys[i] = party(n)
		}
		slices.Sort(keys)
		return slices.Compact(keys)
	}
	return slices.Equal(key(a), key(b))
}

func sameParty(a, b string) bool { return party(a) == party(b) }

// party is a number as its digits, and a sender id in lower case without white space.
func party(s string) string {
	if strings.ContainsFunc(s, unicode.IsLetter) {
		return strings.ToLower(strings.Join(strings.Fields(s), ""))
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// sameText reports whether two texts have the same letters and digits, in any case.
// White space, quotes, dashes and pictures may be rewritten on the way. So may letters
// with marks, between their two forms in Unicode: if a text has marks by themselves,
// those letters and all beyond ASCII are left out.
func sameText(a, b string) bool {
	marked := strings.ContainsFunc(a+b, unicode.IsMark)
	return essence(a, marked) == essence(b, marked)
}

// essence is what sameText compares.
func essence(text string, marked bool) string {
	var b strings.Builder
	rs := []rune(text)
	for i, r := range rs {
		plain := r <= unicode.MaxASCII && (i+1 == len(rs) || !unicode.IsMark(rs[i+1]))
		if (unicode.IsLetter(r) || unicode.IsDigit(r)) && (plain || !marked) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// isBlankID reports whether an id has nothing to be seen: it is empty, or holds white
// space, controls and characters without a shape only.
func isBlankID(id string) bool {
	return !strings.ContainsFunc(id, func(r rune) bool {
		return unicode.IsGraphic(r) && r != unicode.ReplacementChar && !blank.Is(r)
	})
}
