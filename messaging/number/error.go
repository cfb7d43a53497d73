package number

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"telex/messaging"
)

// Error is why something typed is not taken as a number.
type Error struct {
	Typed   string // as it was typed, whole and uncleaned
	Region  string // the region it was read in, in capitals; "" if none
	Problem Problem
}

// Problem is what is wrong with something typed. It is a word for programs;
// people read the Error method.
type Problem string

// The problems.
const (
	Empty          Problem = "empty"           // nothing visible was typed
	Letters        Problem = "letters"         // a vanity number, or a name
	Extension      Problem = "extension"       // a text message cannot reach one
	TooShort       Problem = "too short"       // for the region; also when the area code is missing
	TooLong        Problem = "too long"        // for the region
	TooManyDigits  Problem = "too many digits" // for any number
	NoCountry      Problem = "no country code" // and no region to read it by
	Impossible     Problem = "impossible"      // +1 with other than ten digits after it
	NoSenderID     Problem = "no sender id"    // letters, but not those of an alphanumeric sender
	NoSender       Problem = "no sender"       // a number, but none that an account has
	UnknownCountry Problem = "unknown country" // no country code begins with 0
	UnknownRegion  Problem = "unknown region"  // it is the region's fault, not the number's
	Several        Problem = "several numbers" // in one item
	Unreadable     Problem = "unreadable"      // anything else
)

// Error says what is wrong, with which value, and what to do.
func (e *Error) Error() string {
	typed := quoteShort(e.Typed)
	switch e.Problem {
	case Empty:
		return "no number: type one, such as +19195551212"
	case Letters:
		return typed + " has letters: type the number in digits"
	case Extension:
		return typed + " has an extension, which a text message cannot reach: leave it out, or use a direct number"
	case TooShort:
		if isShort(onlyDigits(clean(e.Typed))) {
			return fmt.Sprintf("%s is too short%s: short codes and emergency numbers cannot be texted", typed, e.place())
		}
		return fmt.Sprintf("%s is too short%s: type all of it, with the area code", typed, e.place())
	case TooLong:
		return fmt.Sprintf("%s is too long%s: check its digits; if it begins with a country code, put + before it", typed, e.place())
	case TooManyDigits:
		return fmt.Sprintf("%s has more than %d digits, the most that a number can have: check them", typed, maxDigits)
	case NoCountry:
		return typed + " has no country code, and no region is set to read it by: begin with + and the country code"
	case UnknownCountry:
		return typed + " has no country code that exists: check its first digits; they are like +1 or +44"
	case UnknownRegion:
		return fmt.Sprintf("%s cannot be read by region %s, which is not known: use a two-letter code such as US or GB, or type + and the country code",
			typed, quoteShort(e.Region))
	case Impossible:
		return typed + " cannot exist: +1 is followed by ten digits, the first of them 2 to 9: check them"
	case NoSenderID, NoSender:
		return typed + " " + messaging.SenderProblem(strings.TrimSpace(e.Typed))
	case Several:
		return typed + " looks like more than one number: put a comma between them"
	case Unreadable:
	}
	return typed + " is not a phone number: type its digits, such as +19195551212" + unseen(e.Typed)
}

// Brief says what is wrong in a few words, beside what was typed: "has letters".
func (e *Error) Brief() string {
	switch e.Problem {
	case Empty:
		return "nothing to read"
	case Letters:
		return "has letters"
	case Extension:
		return "has an extension"
	case TooShort:
		if isShort(onlyDigits(clean(e.Typed))) {
			return "short code"
		}
		return "too short"
	case TooLong:
		return "too long"
	case TooManyDigits:
		return "too many digits"
	case NoCountry:
		return "no country code"
	case UnknownCountry:
		return "no such country code"
	case UnknownRegion:
		return "region not known"
	case Impossible:
		return "cannot exist"
	case Several:
		return "several numbers in one"
	case NoSenderID, NoSender:
		return "no sender"
	case Unreadable:
	}
	return "not a phone number"
}

// unseen names the first character of s that is not seen by itself and that is not
// left out of a number either, such as an accent; "" if there is none.
func unseen(s string) string {
	for _, r := range clean(s) {
		if unicode.Is(unicode.M, r) || !unicode.IsPrint(r) {
			return fmt.Sprintf("; it holds U+%04X, which cannot be seen", r)
		}
	}
	return ""
}

// place names, in brackets, the country whose numbers it was measured by.
func (e *Error) place() string {
	if name := countryName(e.Region); name != "" {
		return " (" + name + ")"
	}
	return ""
}

// maxQuoted is how many characters of what was typed an error shows.
const maxQuoted = 40

// quoteShort quotes s, cut to maxQuoted characters, on one line and with
// everything that could act on a terminal escaped.
func quoteShort(s string) string {
	s = strings.TrimSpace(s)
	count := 0
	for i := range s {
		if count == maxQuoted {
			return strconv.Quote(s[:i] + "…")
		}
		count++
	}
	return strconv.Quote(s)
}
