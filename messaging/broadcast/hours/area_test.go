package hours

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// TestSplitAreaCodes: an area code that lies in several zones has all of them, whatever
// the exchange, and so has one that was laid over it.
func TestSplitAreaCodes(t *testing.T) {
	const chicago, newYork, denver, losAngeles = "America/Chicago", "America/New_York", "America/Denver", "America/Los_Angeles"
	for _, c := range []struct {
		code   string
		states string
		zones  []string
	}{
		{"448", "FL", []string{chicago, newYork}},
		{"850", "FL", []string{chicago, newYork}},
		{"930", "IN", []string{chicago, newYork}},
		{"812", "IN", []string{chicago, newYork}},
		{"364", "KY", []string{chicago, newYork}},
		{"270", "KY", []string{chicago, newYork}},
		{"606", "KY", []string{chicago, newYork}},
		{"931", "TN", []string{chicago, newYork}},
		{"423", "TN", []string{chicago, newYork}},
		{"432", "TX", []string{chicago, denver}},
		{"458", "OR", []string{denver, losAngeles}},
		{"541", "OR", []string{denver, losAngeles}},
		{"208", "ID", []string{"America/Boise", denver, losAngeles}},
		{"986", "ID", []string{"America/Boise", denver, losAngeles}},
		{"574", "IN", []string{chicago, newYork}},
		{"906", "MI", []string{chicago, newYork}},
		{"308", "NE", []string{chicago, denver}},
		{"605", "SD", []string{chicago, denver, "America/North_Dakota/Center"}},
		{"701", "ND", []string{chicago, denver, "America/North_Dakota/Center"}},
		{"620", "KS", []string{chicago, denver}},
		{"785", "KS", []string{chicago, denver}},
		{"775", "NV", []string{"America/Boise", denver, losAngeles}},
		{"928", "AZ", []string{denver, "America/Phoenix"}},
		{"807", "ON", []string{"America/Toronto", "America/Winnipeg"}},
		{"250", "BC", []string{"America/Edmonton", "America/Vancouver"}},
		{"778", "BC", []string{"America/Edmonton", "America/Vancouver"}},
		{"879", "NL", []string{"America/Halifax", "America/Puerto_Rico", "America/St_Johns"}},
		{"907", "AK", []string{"America/Adak", "America/Anchorage", "America/Juneau", "Pacific/Honolulu"}},
		{"867", "NT NU YT", []string{"America/Edmonton", "America/Fort_Nelson", "America/Toronto", "America/Vancouver", "America/Winnipeg"}},
		{"902", "NS PE", []string{"America/Halifax"}},
		{"919", "NC", []string{newYork}},
		{"202", "DC", []string{newYork}},
		{"808", "HI", []string{"Pacific/Honolulu"}},
		{"787", "PR", []string{"America/Puerto_Rico"}},
		{"671", "GU", []string{"Pacific/Guam"}},
		{"876", "", []string{"America/Jamaica"}},
	} {
		for _, exchange := range []string{"200", "434", "555", "999"} {
			p := PlaceOf("+1" + c.code + exchange + "0100")
			if p.Zones != strings.Join(c.zones, " ") || p.States != c.states {
				t.Errorf("PlaceOf(+1%s%s0100) = %q; want %q in %v", c.code, exchange, p, c.states, c.zones)
			}
		}
	}
}

// TestNoPlace: of a number that belongs to no place, all zones of its country code are its.
func TestNoPlace(t *testing.T) {
	for _, number := range []string{"+18005550100", "+18885550100", "+19995550100", "+15005550100"} {
		if p := PlaceOf(number); len(strings.Fields(p.Zones)) != 42 || p.States != "" {
			t.Errorf("PlaceOf(%s) = %q, with %d zones; want all 42 of +1", number, p, len(strings.Fields(p.Zones)))
		}
	}
	for _, number := range []string{"", "+", "+999123456", "x", "+88312345678"} {
		if p := PlaceOf(number); p != (Place{}) {
			t.Errorf("PlaceOf(%q) = %q; want nothing", number, p)
		}
	}
}

// TestAgrees: the table has of each number all zones that the library it was made of has.
func TestAgrees(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	check := func(digits string) {
		zones, err := phonenumbers.GetTimezonesForPrefix(digits)
		if err != nil {
			t.Fatal(err)
		}
		have := strings.Fields(PlaceOf("+" + digits).Zones)
		if slices.Contains(zones, phonenumbers.UNKNOWN_TIMEZONE) {
			zones = nil
		}
		if digits[0] == '1' && len(zones) > 40 {
			return // it does not know the area code, and says where +1 is
		}
		for _, z := range zones {
			if !slices.Contains(have, z) {
				t.Errorf("+%s is in %s, says the library; here it is in %v", digits, z, have)
			}
		}
		if digits[0] != '1' && len(have) != len(zones) {
			t.Errorf("+%s is in %v here, and in %v, says the library", digits, have, zones)
		}
	}
	for code := range phonenumbers.GetSupportedCallingCodes() {
		for range 60 {
			check(fmt.Sprintf("%d%09d", code, random.IntN(1e9)))
		}
	}
	for range 20_000 {
		check(fmt.Sprintf("1%d%d%04d", 200+random.IntN(800), 200+random.IntN(800), random.IntN(1e4))) // no area code or exchange begins with 0 or 1
		check(fmt.Sprintf("61%09d", random.IntN(1e9)))
	}
	for _, a := range areas { // and right behind where one begins
		check(fmt.Sprintf("%d2000", a.prefix))
		check(fmt.Sprintf("%d9999", a.prefix))
	}
}
