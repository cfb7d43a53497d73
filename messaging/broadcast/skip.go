package broadcast

import "slices"

// Skip is why somebody of a list gets no message. It is a word for programs, in the outbox,
// in JSON and in the report; "" for those who get one.
type Skip string

// The reasons, in the order in which they count: of several the first one is named.
const (
	BadNumber      Skip = "bad-number"      // no number, or one that cannot be
	ShortCode      Skip = "short-code"      // or an emergency number: neither can be texted
	Duplicate      Skip = "duplicate"       // an earlier row of the list has the number
	OptedOut       Skip = "opted-out"       // see the ledger
	Held           Skip = "held"            // may have opted out: a person has to decide
	Recent         Skip = "recent"          // got the same words already, or may have
	BadField       Skip = "bad-field"       // the text needs a field that the row lacks
	TooLong        Skip = "too-long"        // the filled text is longer than a message may be
	OutsideCountry Skip = "outside-country" // not of the countries that may be texted
	NoTexts        Skip = "no-texts"        // a message failed because the number gets none
	OverCap        Skip = "over-daily-cap"  // got as many today as anybody may
	NoHours        Skip = "no-hours"        // no hour suits all places where they may be
)

// Skips are all reasons, in their order.
func Skips() []Skip {
	return []Skip{BadNumber, ShortCode, Duplicate, OptedOut, Held, Recent, BadField, TooLong, OutsideCountry, NoTexts, OverCap, NoHours}
}

// before reports whether s counts before other.
func (s Skip) before(other Skip) bool {
	return other == "" || slices.Index(Skips(), s) < slices.Index(Skips(), other)
}
