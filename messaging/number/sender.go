package number

import (
	"strings"
	"unicode"

	"telex/messaging"
)

// ParseSender reads whom a message is from: a number as [Parse] reads it, which it
// gives in E.164; a short code, in its bare digits; or an alphanumeric sender id, as it
// is. N is what is known of a number, and zero for the others. Every error is an
// [*Error]; it says what a sender id may hold where letters were typed.
func ParseSender(typed, region string) (sender string, n Number, err error) {
	s := strings.TrimSpace(clean(typed))
	if messaging.IsShortCode(s) {
		return s, Number{}, nil
	}
	if s = strings.TrimSpace(typed); messaging.IsSenderID(s) {
		return s, Number{}, nil
	}
	n, err = Parse(typed, region)
	refused := func(why Problem) error {
		return &Error{Typed: typed, Region: strings.ToUpper(strings.TrimSpace(region)), Problem: why}
	}
	switch {
	case err != nil && strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsAny(s, ":<;"):
		return "", Number{}, refused(NoSenderID)
	case err != nil && shortWithPlus(s):
		return "", Number{}, refused(NoSender)
	case err != nil:
		return "", Number{}, err
	case messaging.SenderProblem(n.E164) != "":
		return "", Number{}, refused(NoSender)
	}
	return n.E164, n, nil
}

// shortWithPlus reports whether s is a short code but for a + before it.
func shortWithPlus(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	return plus && messaging.IsShortCode(digits)
}
