package number

import "fmt"

// describe tells what the numbering plans know about a number. It has been typed as
// typed, in E.164 form, and read as r, which is another number where a national prefix
// was typed after the country code.
func describe(typed string, r reading) Number {
	n := Number{E164: typed, International: typed, Region: r.region}
	n.Country = countryName(n.Region)
	read := r.e164()
	if read == typed {
		n.International = r.international()
	}
	switch {
	case read == typed && r.isValid():
		n.Kind = r.kind
	case r.isValid():
		n.Warning = fmt.Sprintf("usually written %s: check which one is meant", read)
	default:
		n.Warning = doubt(r, n.Country)
	}
	return n
}

// doubt says what the plan holds against a number, and whose plan it is.
func doubt(r reading, country string) string {
	noCountry := country == ""
	if noCountry {
		country = fmt.Sprintf("+%d", r.code.code)
	}
	switch r.fit() {
	case short, fitsLocal:
		return "too short (" + country + ")"
	case long:
		return "too long (" + country + ")"
	case unfit:
		return "no number has this length (" + country + ")"
	case fits:
		if noCountry && r.code.code == northAmerica { // whose countries are told by the area code
			return "this area code is not in use: check the number"
		}
	}
	return "not known to be in use (" + country + ")"
}
