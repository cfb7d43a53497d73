// Package number reads what people type as a phone number, and gives E.164.
//
// One rule decides: a number in E.164 form (+, then 2 to 15 digits, the first
// not 0) is taken. What the numbering plans say about it, too short, too long,
// not in use, is a warning and never a refusal: plans change, and test numbers
// are in none of them. The one exception are numbers of +1, which have ten digits
// after it whatever the plans become ([messaging.IsImpossible]). A number in national form is refused when it is too
// short or too long for its region, because then it is not known which number
// is meant.
//
// A number typed with + is taken digit for digit, and doubted where the plans
// read it as another (see Warning in [Number]). Only "(0)", which people put
// where a national 0 is left out, is dropped. What is typed as it is dialled,
// nationally or abroad, is read as the plans have it.
//
// The numbering plans are those of Google's libphonenumber, as automata that are
// generated (plans.go) and read as they are: nothing is unpacked, neither when a program
// starts nor later.
//
// Nothing here keeps state: every function may be called concurrently.
package number

import (
	"fmt"
	"strconv"
	"strings"

	"telex/messaging"
)

// Number is a phone number that a message can be addressed to.
type Number struct {
	E164          string // "+19195551212"
	International string // the same in groups, "+1 919-555-1212"; E164 where no grouping is known
	Region        string // ISO 3166-1 code, "US"; "" if unknown or of no single country
	Country       string // English name of Region; "" if that is
	Kind          Kind   // "" if unknown
	Warning       string // what is doubtful about it, a phrase for people; "" if nothing is
}

// Kind is what sort of line a number belongs to, as far as the numbering plan
// tells. It is a word for people.
type Kind string

// The kinds. In North America the plan does not tell mobile from fixed.
const (
	Mobile        Kind = "mobile"
	FixedLine     Kind = "landline"
	FixedOrMobile Kind = "landline or mobile"
	TollFree      Kind = "toll-free"
	Premium       Kind = "premium rate"
	SharedCost    Kind = "shared cost"
	VoIP          Kind = "VoIP"
	Personal      Kind = "personal number"
	Pager         Kind = "pager"
	CompanyWide   Kind = "company number"
	Voicemail     Kind = "voicemail"
)

// maxDigits is the longest number, country code included. Source: ITU-T E.164 §6.
const maxDigits = 15

// IsRegion reports whether region is the code of a country whose numbers can be read.
func IsRegion(region string) bool {
	return planOf(strings.ToUpper(strings.TrimSpace(region))) != nil
}

// Parse reads one number.
//
// typed may be in international form, with + or 00, or with the prefix that
// people dial abroad with in region (011 in the US); or in the national form of
// region, an ISO 3166-1 code such as "US", in any case. With region "" only
// international forms can be read.
//
// Spaces, dots, dashes, slashes and brackets between digits are ignored, and so
// are invisible characters, such as the direction marks that contact lists put
// around numbers. Digits of any script are understood. A label before a colon
// ("tel:", "Ada: "), a name before angle brackets ("Ada <+1…>") and one in double
// quotes ("Lovelace, Ada" +1…, of which the quotes are part) are dropped,
// and RFC 3966 is understood.
//
// Letters are refused, in vanity numbers (1-800-FLOWERS) as well: they cannot be
// told from a slip of the hand, and a text sent to the wrong number is not taken
// back. Extensions are refused because a text message cannot reach one.
//
// Every error is an [*Error].
func Parse(typed, region string) (Number, error) {
	region = strings.ToUpper(strings.TrimSpace(region))
	number, problem := parse(typed, region)
	if problem != "" {
		return Number{}, &Error{Typed: typed, Region: region, Problem: problem}
	}
	return number, nil
}

func parse(typed, region string) (Number, Problem) {
	digits, international, problem := read(typed)
	switch {
	case problem != "":
		return Number{}, problem
	case international:
		return fromInternational(digits)
	case region == "":
		return withoutRegion(digits)
	}
	p := planOf(region)
	if p == nil {
		return Number{}, UnknownRegion
	}
	return fromRegion(digits, p)
}

// fromInternational takes the digits of a number that begins with its country
// code.
func fromInternational(digits string) (Number, Problem) {
	switch {
	case digits[0] == '0':
		return Number{}, UnknownCountry
	case len(digits) < 2:
		return Number{}, Unreadable
	case len(digits) > maxDigits:
		return Number{}, TooManyDigits
	case messaging.IsImpossible("+" + digits):
		return Number{}, Impossible
	}
	r, ok := readInternational(digits)
	if !ok {
		// The plans have nothing that begins so, but the form is right.
		return Number{
			E164: "+" + digits, International: "+" + digits,
			Warning: "no country is known to have such a number",
		}, ""
	}
	return describe("+"+digits, r), ""
}

// withoutRegion takes the digits of a number that was typed without +, where no
// region says how to read it: only a dialling prefix helps. 011 is also how area
// codes begin elsewhere, so it needs an existing number after it.
func withoutRegion(digits string) (Number, Problem) {
	if rest, ok := strings.CutPrefix(digits, "00"); ok && rest != "" {
		return fromInternational(rest)
	}
	if isShort(digits) {
		return Number{}, TooShort
	}
	if rest, ok := strings.CutPrefix(digits, "011"); ok && rest != "" {
		if n, problem := fromInternational(rest); problem == "" && n.Warning == "" {
			return n, ""
		}
	}
	return Number{}, NoCountry
}

// fromRegion takes the digits of a number as it is dialled in the region of p.
func fromRegion(digits string, p *plan) (Number, Problem) {
	r, abroad, refused := readDialled(digits, p)
	if refused == "" && abroad {
		return checked(r)
	}
	if refused == UnknownCountry {
		return Number{}, UnknownCountry // after the dialling prefix of the region
	}
	if rest, ok := cutDialPrefix(digits, p); ok {
		return fromInternational(rest)
	}
	if refused != "" {
		return Number{}, refused
	}
	switch r.fit() {
	case long:
		return Number{}, TooLong
	case short, fitsLocal, unfit:
		return Number{}, TooShort
	case fits: // whether it is in use is for describe to say
	}
	if problem := trunkProblem(r, digits, p); problem != "" {
		return Number{}, problem
	}
	n, problem := checked(r)
	if other := "+" + digits; problem == "" && n.E164 != other && isOwnCode(digits, p) && isInUse(digits) {
		n.Warning = fmt.Sprintf("read as a national number; for %s begin with +", other)
	}
	return n, problem
}

// trunkProblem is what is wrong with a number that was read with the prefix for calls
// within the region still on it, because what follows the prefix has the length of no
// number; "" if the prefix is off, or belongs to the number as it does in Italy.
func trunkProblem(r reading, digits string, p *plan) Problem {
	rest, dialled := strings.CutPrefix(digits, p.trunk)
	if p.trunk == "" || !dialled || r.isValid() || !strings.HasPrefix(r.national, p.trunk) {
		return ""
	}
	bare, _, refused := readDialled(rest, p)
	if refused != "" {
		return TooShort
	}
	switch bare.fit() {
	case fits:
		return ""
	case long:
		return TooLong
	case short, fitsLocal, unfit:
	}
	return TooShort
}

// isShort reports whether digits, without a country code, are as few as short codes
// and emergency numbers have.
func isShort(digits string) bool { return len(digits) >= 3 && len(digits) <= 6 }

// northAmerica is the country code of North America.
const northAmerica = 1

// cutDialPrefix cuts the prefix for calls abroad off digits: the 00 of most of
// the world anywhere, and the 011 of North America there.
func cutDialPrefix(digits string, p *plan) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(digits, "00")
	if !ok && p.code == northAmerica {
		rest, ok = strings.CutPrefix(digits, "011")
	}
	return rest, ok && rest != ""
}

// isOwnCode reports whether digits begin with the country code of p.
func isOwnCode(digits string, p *plan) bool {
	return strings.HasPrefix(digits, strconv.Itoa(p.code))
}

// isInUse reports whether digits, which begin with a country code, are a number of
// some plan.
func isInUse(digits string) bool {
	r, ok := readInternational(digits)
	return ok && r.isValid()
}

// checked describes a number that the plans read, if it has E.164 form.
func checked(r reading) (Number, Problem) {
	formatted := r.e164()
	switch {
	case len(formatted) > len("+")+maxDigits:
		return Number{}, TooManyDigits
	case !messaging.IsE164(formatted), strings.Trim(r.national, "0") == "":
		return Number{}, Unreadable
	case messaging.IsImpossible(formatted):
		return Number{}, Impossible
	}
	return describe(formatted, r), ""
}
