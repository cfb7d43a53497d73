package number

import (
	"strconv"
	"strings"
)

// What is typed as it is dialled is read as the library does whose plans these are, so
// that its many users' corrections are ours. A test holds the two against each other.

// readInternational reads digits that begin with a country code; ok is false if no
// plan has what begins so.
func readInternational(digits string) (r reading, ok bool) {
	if len(digits) <= minNational {
		return reading{}, false
	}
	c, national := cutCode(digits)
	if c == nil {
		return reading{}, false
	}
	r, problem := readWithin(c, &plans[c.main], national)
	return r, problem == ""
}

// maxDialled is how many digits are read at most, with every prefix.
const maxDialled = 250

// readDialled reads digits as they are dialled in the region of p. abroad tells whether
// its prefix for calls abroad was dialled. A problem is UnknownCountry, TooShort or
// TooLong.
func readDialled(digits string, p *plan) (r reading, abroad bool, problem Problem) {
	switch {
	case len(digits) > maxDialled:
		return reading{}, false, TooLong
	case len(digits) < minNational:
		return reading{}, false, TooShort
	}
	if n := follow(p.abroad, digits); n > 0 && !strings.HasPrefix(digits[n:], "0") {
		if len(digits[n:]) <= minNational {
			return reading{}, true, TooShort
		}
		c, national := cutCode(digits[n:])
		if c == nil {
			return reading{}, true, UnknownCountry
		}
		r, problem = readWithin(c, &plans[c.main], national)
		return r, true, problem
	}
	c := codeOf(p.code)
	if rest, ok := strings.CutPrefix(digits, strconv.Itoa(p.code)); ok {
		// The country code without its +, if there is no number but with this.
		rest = p.withoutPrefix(rest)
		if p.fit(digits) == long || !p.isGeneral(digits) && p.isGeneral(rest) {
			r, problem = readWithin(c, &plans[c.main], rest)
			return r, false, problem
		}
	}
	r, problem = readWithin(c, p, digits)
	return r, false, problem
}

// readWithin reads a national number of c, whose prefix is that of p. A problem is
// TooShort or TooLong.
func readWithin(c *countryCode, p *plan, national string) (reading, Problem) {
	if len(national) < minNational {
		return reading{}, TooShort
	}
	bare := p.withoutPrefix(national)
	if f := p.fit(bare); f == fits || f == long { // otherwise it may be a short number, with no prefix
		national = bare
	}
	switch {
	case len(national) < minNational:
		return reading{}, TooShort
	case len(national) > maxNational:
		return reading{}, TooLong
	}
	return newReading(c, national), ""
}
