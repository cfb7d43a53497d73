package number

import (
	"slices"
	"strconv"
	"strings"
)

//go:generate go run ./internal/generate

// plan is the numbering plan of one region, or of a country code of no country. The
// automata in it are places where follow begins.
type plan struct {
	region         string // ISO 3166-1 code, or 001 if it is no country's
	code           int    // the country code
	trunk          string // the national prefix; "" if there is none
	lengths, local uint32 // bits: how many digits a number may have, and how many without its area code
	abroad         int    // automaton: how many digits the prefix for calls abroad has, 0 if it is none
	national       int    // automaton: which of rewrites takes the national prefix off
	general        int    // automaton: 1 for what is a number of the plan, its length apart
}

// countryCode is what the regions with one country code share.
type countryCode struct {
	code    int
	main    int    // which of plans its numbers are measured by
	regions string // their codes in one; "" for a code of no country
	whose   int    // automaton: 16 times which of its regions, from 1, plus which of kinds
	format  int    // automaton: which of formats
}

// rewrite says what a national number becomes without its prefix: insert, then its
// digits between from and to, then those after cut.
type rewrite struct {
	insert        string
	from, to, cut int
}

// grouping says how a number is written: how many digits each group has at least and
// at most, a character from 0 on each, and what stands between them, a character each.
type grouping struct{ least, most, between string }

// kinds are the kinds as whose numbers them; the first is that of no number.
var kinds = [...]Kind{
	"", FixedLine, Mobile, FixedOrMobile, TollFree, Premium, SharedCost, VoIP, Personal, Pager, CompanyWide, Voicemail,
}

// How many digits a national number may have.
const (
	minNational = 2
	maxNational = 17 // two more than there should be: there are such in Germany
)

// planOf is the plan of a region, nil if there is none.
func planOf(region string) *plan {
	i, found := slices.BinarySearchFunc(plans[:], region, func(p plan, region string) int { return strings.Compare(p.region, region) })
	if !found || len(region) != 2 {
		return nil
	}
	return &plans[i]
}

// codeOf is the country code, nil if there is none such.
func codeOf(code int) *countryCode {
	i, found := slices.BinarySearchFunc(codes[:], code, func(c countryCode, code int) int { return c.code - code })
	if !found {
		return nil
	}
	return &codes[i]
}

// maxCode is how many digits the longest country code has.
const maxCode = 3

// cutCode cuts the country code off digits; nil if they begin with none.
func cutCode(digits string) (c *countryCode, rest string) {
	if digits[0] == '0' {
		return nil, ""
	}
	code := 0
	for i := range min(len(digits), maxCode) {
		code = 10*code + int(digits[i]-'0')
		if c := codeOf(code); c != nil {
			return c, digits[i+1:]
		}
	}
	return nil, ""
}

// isGeneral reports whether a national number is one of p, whatever its length.
func (p *plan) isGeneral(national string) bool { return follow(p.general, national) != 0 }

// withoutPrefix takes the national prefix off, unless only with it there is a number.
func (p *plan) withoutPrefix(national string) string {
	r := rewrites[follow(p.national, national)]
	if r == (rewrite{}) {
		return national
	}
	rest := r.insert + national[r.from:r.to] + national[r.cut:]
	if p.isGeneral(national) && !p.isGeneral(rest) {
		return national
	}
	return rest
}

// fit is what the length of a number says.
type fit int

const (
	fits      fit = iota // some number has it
	short                // all are longer
	long                 // all are shorter
	unfit                // none has it, but shorter and longer ones
	fitsLocal            // those have it that lack their area code
)

// fit says how the length of a national number fits.
func (p *plan) fit(national string) fit {
	length := len(national) // from 32 on, no bit is left
	switch {
	case p.local>>length&1 != 0:
		return fitsLocal
	case p.lengths>>length&1 != 0:
		return fits
	case p.lengths>>length == 0:
		return long
	case p.lengths&(1<<length-1) == 0:
		return short
	}
	return unfit
}

// reading is a number as the plans read it.
type reading struct {
	code     *countryCode
	national string // what follows the country code, at least minNational digits
	region   string // ISO 3166-1 code; "" if the plans do not tell
	kind     Kind   // "" if the number is not in use
}

func newReading(c *countryCode, national string) reading {
	r := reading{code: c, national: national}
	answer := follow(c.whose, national)
	r.kind = kinds[answer%16]
	switch place := answer / 16; {
	case len(c.regions) == 2:
		r.region = c.regions
	case place > 0 && c.regions != "":
		r.region = c.regions[2*(place-1) : 2*place]
	}
	return r
}

// isValid reports whether the number is in use, as far as the plans tell.
func (r reading) isValid() bool { return r.kind != "" }

// e164 is the number in E.164 form.
func (r reading) e164() string { return "+" + strconv.Itoa(r.code.code) + r.national }

// fit says how the length of the number fits its country code.
func (r reading) fit() fit { return plans[r.code.main].fit(r.national) }

// international is the number in groups.
func (r reading) international() string {
	var b strings.Builder
	b.WriteString("+" + strconv.Itoa(r.code.code) + " ")
	f, rest := formats[follow(r.code.format, r.national)], r.national
	for i := range f.between {
		later := 0
		for _, digit := range f.least[i+1:] {
			later += int(digit - '0')
		}
		size := min(int(f.most[i]-'0'), len(rest)-later)
		b.WriteString(rest[:size] + f.between[i:i+1])
		rest = rest[size:]
	}
	b.WriteString(rest)
	return b.String()
}

// How automata is written: each character stands for a number of 0 to 63, from the
// space on. A state is how many runs of digits lead on from it, plus hasOutput if two
// characters with its output follow. Then come the runs: the last digit of each, and
// three characters for the place of the state it leads to, or leadsNowhere plus the
// last digit. At 0 is the state that says no.
const (
	hasOutput    = 32
	leadsNowhere = 16
)

// follow gives the answer of the automaton at a place to digits: the output where they
// end, or where no state leads on, and 0 where they lead nowhere.
func follow(place int, digits string) int {
	for i := 0; i < len(digits) && !isLeaf(place); i++ {
		place = step(place, digits[i])
	}
	return output(place)
}

// isLeaf reports whether no digit leads on from the state at a place.
func isLeaf(place int) bool { return number(place)%hasOutput == 0 }

// output is the answer to what ends in the state at a place.
func output(place int) int {
	if number(place) < hasOutput {
		return 0
	}
	return number(place+1)<<6 | number(place+2)
}

// step is where a digit leads from the state at a place, which is no leaf.
func step(place int, digit byte) int {
	if number(place) >= hasOutput {
		place += 2
	}
	for place++; ; place++ {
		last := number(place)
		switch reached := last%leadsNowhere >= int(digit-'0'); {
		case reached && last >= leadsNowhere:
			return 0
		case reached:
			return number(place+1)<<12 | number(place+2)<<6 | number(place+3)
		case last < leadsNowhere:
			place += 3
		}
	}
}

// number is what the character at a place of automata stands for.
func number(place int) int { return int(automata[place] - ' ') }
