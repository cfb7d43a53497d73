package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// overlays are area codes with the same ground, so that each has the zones of all. The
// library knows the zones of exchanges of the oldest one, and one zone of the others. Only
// those are here whose ground has several zones. Source: the planning letters of the North
// American Numbering Plan Administrator and of the Canadian one.
var overlays = [][]int{
	{208, 986},                // Idaho
	{250, 236, 257, 672, 778}, // British Columbia, of which the others have Vancouver too
	{270, 364},                // Kentucky
	{306, 474, 639},           // Saskatchewan
	{418, 367, 581},           // Quebec
	{423, 729},                // Tennessee
	{541, 458},                // Oregon
	{709, 879},                // Newfoundland and Labrador
	{812, 930},                // Indiana
	{850, 448},                // Florida
}

// besides are zones of an area code that no exchange in the library has. Source: the
// limits of zones in 49 CFR 71.
var besides = map[int][]string{
	432: {"America/Denver"},                       // Culberson County, Texas
	931: {"America/New_York"},                     // the edge of Tennessee's eastern zone
	306: {"America/Edmonton", "America/Winnipeg"}, // Lloydminster; places by Manitoba's clock
}

// territories are places of the US that the library does not name as the post does.
var territories = map[int]string{340: "VI", 670: "MP", 671: "GU", 684: "AS", 787: "PR", 939: "PR"}

// The area codes and exchanges that there can be: their first digit is not 0 or 1.
const (
	firstCode = 200
	lastCode  = 999
)

// northAmerica takes the zones of the area codes of +1, each with those of all its
// exchanges: a mobile number's exchange says little of where it was issued.
func (t table) northAmerica() error {
	all, err := zonesOf("1")
	if err != nil {
		return err
	}
	unknown := map[string]bool{}
	for _, z := range all {
		unknown[z] = true
	}
	t.zones[1] = set(unknown) // toll-free ones, and area codes that nobody has yet
	codes := map[int]map[string]bool{}
	for code := firstCode; code <= lastCode; code++ {
		zones, err := exchanges(code)
		if err != nil {
			return err
		}
		if set(zones) != t.zones[1] {
			codes[code] = zones
		}
	}
	share(codes)
	for code, zones := range codes {
		prefix := uint32(1000 + code) //nolint:gosec // codes have three digits
		t.zones[prefix] = set(zones)
		if t.states[prefix], err = stateOf(code); err != nil {
			return err
		}
	}
	return nil
}

// exchanges are the zones of all exchanges of an area code.
func exchanges(code int) (map[string]bool, error) {
	found := map[string]bool{}
	for exchange := firstCode; exchange <= lastCode; exchange++ {
		zones, err := zonesOf(fmt.Sprintf("1%d%d", code, exchange))
		if err != nil {
			return nil, err
		}
		for _, z := range zones {
			found[z] = true
		}
	}
	return found, nil
}

// share gives area codes the zones that they have besides, and those of the same ground to
// each other.
func share(codes map[int]map[string]bool) {
	for code, zones := range besides {
		for _, z := range zones {
			codes[code][z] = true
		}
	}
	for _, same := range overlays {
		all := map[string]bool{}
		for _, code := range same {
			maps.Copy(all, codes[code])
		}
		for _, code := range same {
			codes[code] = all
		}
	}
}

// stateOf is the state, or the states, of an area code; "" in other countries than the US
// and Canada.
func stateOf(code int) (string, error) {
	if state := territories[code]; state != "" {
		return state, nil
	}
	digits := strconv.Itoa(code)
	counts := map[string]int{}
	for exchange := firstCode; exchange <= lastCode; exchange++ {
		number, err := phonenumbers.Parse(fmt.Sprintf("+1%s%d0100", digits, exchange), "")
		if err != nil {
			return "", fmt.Errorf("the area code %d: %w", code, err)
		}
		place, err := phonenumbers.GetGeocodingForNumber(number, "en")
		if err != nil {
			continue // it knows neither a place nor a country of it
		}
		if state := stateNamed(place); state != "" {
			counts[state]++
		}
	}
	most := ""
	if len(counts) == 0 { // a new one: it is where the others of its ground are
		for _, same := range overlays {
			if slices.Contains(same, code) && same[0] != code {
				return stateOf(same[0])
			}
		}
	}
	for _, state := range slices.Sorted(maps.Keys(counts)) {
		if counts[state] > counts[most] {
			most = state
		}
	}
	return most, nil
}

// stateNamed is the state that a place names: "Raleigh, NC", "Florida",
// "Nova Scotia/Prince Edward Island".
func stateNamed(place string) string {
	if _, code, found := strings.Cut(place, ", "); found {
		if len(code) == 2 {
			return code
		}
		return ""
	}
	var codes []string
	for name := range strings.SplitSeq(place, "/") {
		if code := states[name]; code != "" {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, " ")
}

// states are the codes that the postal services of the US and Canada have for states and
// provinces, by the names that the library has for them.
var states = map[string]string{
	"Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO", "Connecticut": "CT",
	"Delaware": "DE", "Washington D.C.": "DC", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL",
	"Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD",
	"Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT",
	"Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY",
	"North Carolina": "NC", "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA",
	"Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT",
	"Vermont": "VT", "Virginia": "VA", "Washington State": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
	"Alberta": "AB", "British Columbia": "BC", "British Colombia": "BC", "Manitoba": "MB", "New Brunswick": "NB",
	"Newfoundland and Labrador": "NL", "Nova Scotia": "NS", "Prince Edward Island": "PE", "Ontario": "ON", "Quebec": "QC",
	"Saskatchewan": "SK", "Northwest Territories": "NT", "Nunavut": "NU", "Yukon": "YT",
}
