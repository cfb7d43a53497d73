package number

import (
	"fmt"

	"github.com/nyaruka/phonenumbers"
)

// describe tells what the numbering plans know about a number. It has been
// typed as typed, in E.164 form, and read as parsed, which is another number
// where a national prefix was typed after the country code.
func describe(typed string, parsed *phonenumbers.PhoneNumber) Number {
	n := Number{E164: typed, International: typed, Region: regionOf(parsed)}
	n.Country = countryName(n.Region)
	valid := phonenumbers.IsValidNumber(parsed)
	read := phonenumbers.Format(parsed, phonenumbers.E164)
	if read == typed {
		n.International = phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
	}
	switch {
	case read == typed && valid:
		n.Kind = kindOf(parsed)
	case valid:
		n.Warning = fmt.Sprintf("usually written %s: check which one is meant", read)
	default:
		n.Warning = doubt(parsed, n.Country)
	}
	return n
}

// doubt says what the plan holds against a number, and whose plan it is.
func doubt(parsed *phonenumbers.PhoneNumber, country string) string {
	if country == "" {
		country = fmt.Sprintf("+%d", parsed.GetCountryCode())
	}
	switch phonenumbers.IsPossibleNumberWithReason(parsed) {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "too short (" + country + ")"
	case phonenumbers.TOO_LONG:
		return "too long (" + country + ")"
	case phonenumbers.INVALID_LENGTH:
		return "no number has this length (" + country + ")"
	default:
		return "not known to be in use (" + country + ")"
	}
}

// regionOf returns the region that a number belongs to, "" where the plan does
// not tell: numbers of no country, and unused ones under a shared country code.
func regionOf(parsed *phonenumbers.PhoneNumber) string {
	region := phonenumbers.GetRegionCodeForNumber(parsed)
	if region == "" {
		regions := phonenumbers.GetRegionCodesForCountryCode(int(parsed.GetCountryCode()))
		if len(regions) != 1 {
			return ""
		}
		region = regions[0]
	}
	if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		return ""
	}
	return region
}

// kindOf returns the kind of a number, "" if the plan does not tell.
func kindOf(parsed *phonenumbers.PhoneNumber) Kind {
	switch phonenumbers.GetNumberType(parsed) {
	case phonenumbers.MOBILE:
		return Mobile
	case phonenumbers.FIXED_LINE:
		return FixedLine
	case phonenumbers.FIXED_LINE_OR_MOBILE:
		return FixedOrMobile
	case phonenumbers.TOLL_FREE:
		return TollFree
	case phonenumbers.PREMIUM_RATE:
		return Premium
	case phonenumbers.SHARED_COST:
		return SharedCost
	case phonenumbers.VOIP:
		return VoIP
	case phonenumbers.PERSONAL_NUMBER:
		return Personal
	case phonenumbers.PAGER:
		return Pager
	case phonenumbers.UAN:
		return CompanyWide
	case phonenumbers.VOICEMAIL:
		return Voicemail
	case phonenumbers.UNKNOWN:
	}
	return ""
}
