package messaging

import (
	"slices"
	"strings"
	"unicode"
)

// A SenderKind is what sort of sender a message has. What a sender may do, and what
// it costs, depends on it.
type SenderKind uint8

// The kinds of senders.
const (
	NoSender     SenderKind = iota // nothing that can send
	LocalNumber                    // a number of E.164 that is not toll-free
	TollFree                       // a toll-free number of North America
	ShortCode                      // five or six digits, without +
	Alphanumeric                   // a sender id of letters, to which nobody can answer
)

// tollFreeCodes are the area codes of North America that the called pay for.
var tollFreeCodes = []string{"800", "833", "844", "855", "866", "877", "888"}

// leastSenderDigits is how many digits a sender has that begins with +. No account
// has a shorter number, so it is a short code with a + that does not belong there.
const leastSenderDigits = 8

// KindOfSender tells what kind of sender from is, [NoSender] if it can be none.
func KindOfSender(from string) SenderKind {
	switch {
	case senderProblem(from) != "":
		return NoSender
	case IsShortCode(from):
		return ShortCode
	case isTollFree(from):
		return TollFree
	case IsE164(from):
		return LocalNumber
	}
	return Alphanumeric
}

// IsE164 reports whether s is a number in E.164 form: a plus sign and 2 to 15
// digits, the first not zero. Source: ITU-T E.164, 6.2.1.
func IsE164(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	return plus && areDigits(digits, 2, 15) && digits[0] != '0'
}

// areDigits reports whether s is between least and most of 0-9, and nothing else.
func areDigits(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

// isTollFree reports whether s is a toll-free number of North America, in E.164.
func isTollFree(s string) bool {
	digits, ok := strings.CutPrefix(s, "+1")
	return ok && areDigits(digits, 10, 10) && slices.Contains(tollFreeCodes, digits[:3])
}

// isDialledShort reports whether s is what phones dial and texts cannot reach: an
// emergency or service number of three or four digits, or a short code.
func isDialledShort(s string) bool { return areDigits(s, 3, 6) }

// IsSenderID reports whether s can be an alphanumeric sender id: at most 11 of
// A-Z a-z 0-9 space - + _ & with at least one letter.
func IsSenderID(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return len(s) <= 11 && strings.ContainsAny(s, letters) && strings.Trim(s, letters+"0123456789 -+_&") == ""
}

// IsShortCode reports whether s can be a short code, the bare digits of which send:
// five or six, the first not zero. Source: `band`, Bandwidth's command line.
func IsShortCode(s string) bool { return areDigits(s, 5, 6) && s[0] != '0' }

// IsImpossible reports whether s, a number of E.164, is one that cannot exist,
// whatever the plans become: in North America ten digits follow the +1, and no area
// code begins with 0 or 1. Of other countries it says nothing. Source: ATIS-0300051,
// the assignment of area codes.
func IsImpossible(s string) bool {
	digits, ok := strings.CutPrefix(s, "+1")
	return ok && (len(digits) != 10 || digits[0] < '2')
}

// What is wrong with a number or a sender, in the words that every screen has.
const (
	whyImpossible = "cannot exist: +1 is followed by ten digits, the first of them 2 to 9"
	whyNoSenderID = "is not a sender id: that has at most 11 of A-Z a-z 0-9 space - + _ &, at least one of them a letter"
	whyNoSender   = "is not a number to send from: those are like +19195551212, and short codes are 5 or 6 digits without +"
	whyShort      = "short codes and emergency numbers cannot be texted"
)

// SenderProblem says what is wrong with a sender, lower case and without a full stop;
// "" if nothing is.
func SenderProblem(from string) string { return senderProblem(from) }

func senderProblem(from string) string {
	switch {
	case IsSenderID(from), IsShortCode(from):
		return ""
	case !IsE164(from) && strings.ContainsFunc(from, unicode.IsLetter):
		return whyNoSenderID
	case !IsE164(from), len(from) <= leastSenderDigits: // + and fewer digits
		return whyNoSender
	case IsImpossible(from):
		return whyImpossible
	}
	return ""
}
