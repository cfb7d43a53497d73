package number

import "telex/messaging"

// RegionOf is the ISO 3166-1 code of the country that a number in E.164 belongs to, as
// [Parse] tells it; "" if it is in none, in no single one, or no number in that form. It is
// for many numbers: it lays nothing out and allocates nothing.
func RegionOf(e164 string) string {
	if !messaging.IsE164(e164) || messaging.IsImpossible(e164) {
		return ""
	}
	r, ok := readInternational(e164[1:])
	if !ok {
		return ""
	}
	return r.region
}
