package hours

import (
	"slices"
	"strings"
)

//go:generate go run ./internal/generate $GOROOT

// area is what numbers have in common that begin with the same digits.
type area struct {
	prefix uint32 // the country code and what follows it
	zones  uint16 // which of zoneSets
	places uint8  // which of places
}

// longest is how many digits the longest prefix has.
const longest = 9

// areaOf is the area with the longest prefix that a number in E.164 begins with; the zero
// area, which has no zone, if none does.
func areaOf(number string) area {
	digits := strings.TrimPrefix(number, "+")
	prefix, size := uint32(0), 0
	for size < min(len(digits), longest) && isDigit(digits[size]) {
		prefix = 10*prefix + uint32(digits[size]-'0')
		size++
	}
	for ; prefix > 0; prefix /= 10 {
		i, found := slices.BinarySearchFunc(areas[:], prefix, func(a area, prefix uint32) int { return int(a.prefix) - int(prefix) })
		if found {
			return areas[i]
		}
	}
	return area{}
}

// code is the area code of a number of +1; "" of others.
func (a area) code(number string) string {
	if !strings.HasPrefix(number, "+1") || len(number) < len("+1919") {
		return ""
	}
	return number[len("+1"):len("+1919")]
}

// A Place is what a number says of where it was issued.
type Place struct {
	// Zones are the names of all time zones that it may be in, "America/Chicago
	// America/New_York"; "" if it says nothing.
	Zones string
	// States are the states and provinces of the US and Canada that its area code belongs
	// to, by the codes of their postal services: "FL"; "NS PE" share one. "" elsewhere.
	States string
}

// PlaceOf says where a number, in E.164, was issued. Of one that belongs to no place in
// the countries of its country code, such as a toll-free one, they are all its place.
func PlaceOf(number string) Place {
	a := areaOf(number)
	return Place{Zones: zoneSets[a.zones], States: places[a.places]}
}
