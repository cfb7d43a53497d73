package number

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"telex/messaging"
)

// parseByLibrary reads a number as parse does, but asks the library whose plans ours
// were made from. It has no tables of ours, and none of their code.
func parseByLibrary(typed, region string) (Number, Problem) {
	digits, international, problem := read(typed)
	switch {
	case problem != "":
		return Number{}, problem
	case international:
		return internationalByLibrary(digits)
	case region == "":
		return withoutRegionByLibrary(digits)
	case phonenumbers.GetCountryCodeForRegion(region) == 0:
		return Number{}, UnknownRegion
	}
	return nationalByLibrary(digits, region)
}

func internationalByLibrary(digits string) (Number, Problem) {
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
	parsed, err := phonenumbers.Parse("+"+digits, "")
	if err != nil {
		return Number{
			E164: "+" + digits, International: "+" + digits,
			Warning: "no country is known to have such a number",
		}, ""
	}
	return describeByLibrary("+"+digits, parsed), ""
}

func withoutRegionByLibrary(digits string) (Number, Problem) {
	if rest, ok := strings.CutPrefix(digits, "00"); ok && rest != "" {
		return internationalByLibrary(rest)
	}
	if isShort(digits) {
		return Number{}, TooShort
	}
	if rest, ok := strings.CutPrefix(digits, "011"); ok && rest != "" {
		if n, problem := internationalByLibrary(rest); problem == "" && n.Warning == "" {
			return n, ""
		}
	}
	return Number{}, NoCountry
}

func nationalByLibrary(digits, region string) (Number, Problem) {
	parsed, err := phonenumbers.ParseAndKeepRawInput(digits, region)
	if err == nil && parsed.GetCountryCodeSource() == phonenumbers.PhoneNumber_FROM_NUMBER_WITH_IDD {
		return checkedByLibrary(parsed)
	}
	if errors.Is(err, phonenumbers.ErrInvalidCountryCode) {
		return Number{}, UnknownCountry
	}
	rest, abroad := strings.CutPrefix(digits, "00")
	if !abroad && phonenumbers.IsNANPACountry(region) {
		rest, abroad = strings.CutPrefix(digits, "011")
	}
	if abroad && rest != "" {
		return internationalByLibrary(rest)
	}
	switch {
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return Number{}, TooLong
	case err != nil:
		return Number{}, TooShort
	}
	switch phonenumbers.IsPossibleNumberWithReason(parsed) {
	case phonenumbers.TOO_LONG:
		return Number{}, TooLong
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY, phonenumbers.INVALID_LENGTH:
		return Number{}, TooShort
	default:
	}
	if problem := trunkByLibrary(parsed, digits, region); problem != "" {
		return Number{}, problem
	}
	n, problem := checkedByLibrary(parsed)
	own := fmt.Sprint(phonenumbers.GetCountryCodeForRegion(region))
	if other := "+" + digits; problem == "" && n.E164 != other && strings.HasPrefix(digits, own) {
		if read, err := phonenumbers.Parse(other, ""); err == nil && phonenumbers.IsValidNumber(read) {
			n.Warning = fmt.Sprintf("read as a national number; for %s begin with +", other)
		}
	}
	return n, problem
}

func trunkByLibrary(parsed *phonenumbers.PhoneNumber, digits, region string) Problem {
	prefix := phonenumbers.GetNddPrefixForRegion(region, true)
	rest, dialled := strings.CutPrefix(digits, prefix)
	if prefix == "" || !dialled || phonenumbers.IsValidNumber(parsed) ||
		!strings.HasPrefix(phonenumbers.GetNationalSignificantNumber(parsed), prefix) {
		return ""
	}
	bare, err := phonenumbers.Parse(rest, region)
	if err != nil {
		return TooShort
	}
	switch phonenumbers.IsPossibleNumberWithReason(bare) {
	case phonenumbers.IS_POSSIBLE:
		return ""
	case phonenumbers.TOO_LONG:
		return TooLong
	default:
		return TooShort
	}
}

func checkedByLibrary(parsed *phonenumbers.PhoneNumber) (Number, Problem) {
	parsed.RawInput = nil // the library gives it back for a number of zeros
	formatted := phonenumbers.Format(parsed, phonenumbers.E164)
	switch {
	case len(formatted) > len("+")+maxDigits:
		return Number{}, TooManyDigits
	case !messaging.IsE164(formatted), parsed.GetNationalNumber() == 0:
		return Number{}, Unreadable
	case messaging.IsImpossible(formatted):
		return Number{}, Impossible
	}
	return describeByLibrary(formatted, parsed), ""
}

func describeByLibrary(typed string, parsed *phonenumbers.PhoneNumber) Number {
	n := Number{E164: typed, International: typed, Region: regionByLibrary(parsed)}
	n.Country = countryName(n.Region)
	valid := phonenumbers.IsValidNumber(parsed)
	read := phonenumbers.Format(parsed, phonenumbers.E164)
	if read == typed {
		n.International = phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
	}
	switch {
	case read == typed && valid:
		n.Kind = kindsOfLibrary[phonenumbers.GetNumberType(parsed)]
	case valid:
		n.Warning = fmt.Sprintf("usually written %s: check which one is meant", read)
	default:
		n.Warning = doubtByLibrary(parsed, n.Country)
	}
	return n
}

func doubtByLibrary(parsed *phonenumbers.PhoneNumber, country string) string {
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
		if country == "+1" {
			return "this area code is not in use: check the number"
		}
		return "not known to be in use (" + country + ")"
	}
}

func regionByLibrary(parsed *phonenumbers.PhoneNumber) string {
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

var kindsOfLibrary = map[phonenumbers.PhoneNumberType]Kind{
	phonenumbers.MOBILE:               Mobile,
	phonenumbers.FIXED_LINE:           FixedLine,
	phonenumbers.FIXED_LINE_OR_MOBILE: FixedOrMobile,
	phonenumbers.TOLL_FREE:            TollFree,
	phonenumbers.PREMIUM_RATE:         Premium,
	phonenumbers.SHARED_COST:          SharedCost,
	phonenumbers.VOIP:                 VoIP,
	phonenumbers.PERSONAL_NUMBER:      Personal,
	phonenumbers.PAGER:                Pager,
	phonenumbers.UAN:                  CompanyWide,
	phonenumbers.VOICEMAIL:            Voicemail,
}
