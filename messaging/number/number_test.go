package number

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func TestParse(t *testing.T) {
	const (
		us = "United States"
		gb = "United Kingdom"
	)
	tests := []struct {
		typed, region string
		want          Number
	}{
		{"(919) 555-1212", "US", Number{"+19195551212", "+1 919-555-1212", "US", us, FixedOrMobile, ""}},
		{"919.555.1212", "us", Number{"+19195551212", "+1 919-555-1212", "US", us, FixedOrMobile, ""}},
		{"1 919 555 1212", " US ", Number{"+19195551212", "+1 919-555-1212", "US", us, FixedOrMobile, ""}},
		{"011 44 20 7946 0018", "US", Number{"+442079460018", "+44 20 7946 0018", "GB", gb, FixedLine, ""}},
		{"00 44 20 7946 0018", "US", Number{"+442079460018", "+44 20 7946 0018", "GB", gb, FixedLine, ""}},
		{"1-800-356-9377", "US", Number{"+18003569377", "+1 800-356-9377", "US", us, TollFree, ""}},
		{"900 555 1212", "US", Number{"+19005551212", "+1 900-555-1212", "US", us, Premium, ""}},
		{"416 555 0123", "US", Number{"+14165550123", "+1 416-555-0123", "CA", "Canada", FixedOrMobile, ""}},

		{"020 7946 0018", "GB", Number{"+442079460018", "+44 20 7946 0018", "GB", gb, FixedLine, ""}},
		{"07400 123456", "GB", Number{"+447400123456", "+44 7400 123456", "GB", gb, Mobile, ""}},
		{"0113 496 0000", "GB", Number{"+441134960000", "+44 113 496 0000", "GB", gb, FixedLine, ""}},
		{"001 919 555 1212", "GB", Number{"+19195551212", "+1 919-555-1212", "US", us, FixedOrMobile, ""}},

		{"0151 12345678", "DE", Number{"+4915112345678", "+49 1511 2345678", "DE", "Germany", Mobile, ""}},
		{"030/12345", "DE", Number{"+493012345", "+49 30 12345", "DE", "Germany", FixedLine, ""}},
		{"+49 (0)30 12345", "", Number{"+493012345", "+49 30 12345", "DE", "Germany", FixedLine, ""}},
		{"0049 (0)30 12345", "FR", Number{"+493012345", "+49 30 12345", "DE", "Germany", FixedLine, ""}},
		{
			"4915112345678", "DE",
			Number{
				"+494915112345678", "+49 491 5112345678", "DE", "Germany", FixedLine,
				"read as a national number; for +4915112345678 begin with +",
			},
		},

		{"06 12 34 56 78", "FR", Number{"+33612345678", "+33 6 12 34 56 78", "FR", "France", Mobile, ""}},
		{"01 23 45 67 89", "FR", Number{"+33123456789", "+33 1 23 45 67 89", "FR", "France", FixedLine, ""}},
		{"+390612345678", "FR", Number{"+390612345678", "+39 06 1234 5678", "IT", "Italy", FixedLine, ""}},
		{"0011 44 20 7946 0018", "AU", Number{"+442079460018", "+44 20 7946 0018", "GB", gb, FixedLine, ""}},

		// With no region.
		{"+19195551212", "", Number{"+19195551212", "+1 919-555-1212", "US", us, FixedOrMobile, ""}},
		{"0044 20 7946 0018", "", Number{"+442079460018", "+44 20 7946 0018", "GB", gb, FixedLine, ""}},
		{"011 44 20 7946 0018", "", Number{"+442079460018", "+44 20 7946 0018", "GB", gb, FixedLine, ""}},
		{"+800 1234 5678", "", Number{"+80012345678", "+800 1234 5678", "", "", TollFree, ""}},

		// The form decides; what the plans say is a warning. The sandbox's numbers are of this kind.
		{"+19995550400", "", Number{"+19995550400", "+1 999-555-0400", "", "", "", "this area code is not in use: check the number"}},
		{"+19995554720", "GB", Number{"+19995554720", "+1 999-555-4720", "", "", "", "this area code is not in use: check the number"}},
		{"(999) 555-0001", "US", Number{"+19995550001", "+1 999-555-0001", "", "", "", "this area code is not in use: check the number"}},
		{"+12345678901", "", Number{"+12345678901", "+1 234-567-8901", "US", us, FixedOrMobile, ""}},
		{"+5215512345678", "", Number{"+5215512345678", "+52 15512345678", "MX", "Mexico", "", "too long (Mexico)"}},
		{"+99", "", Number{"+99", "+99", "", "", "", "no country is known to have such a number"}},
		{"+999123456", "US", Number{"+999123456", "+999123456", "", "", "", "no country is known to have such a number"}},

		// Typed in full, it is not corrected, but doubted.
		{
			"+44 020 7946 0018", "",
			Number{
				"+4402079460018", "+4402079460018", "GB", gb, "",
				"usually written +442079460018: check which one is meant",
			},
		},
	}
	for _, tt := range tests {
		got, err := Parse(tt.typed, tt.region)
		if err != nil || got != tt.want {
			t.Errorf("Parse(%q, %q)\n got %+v, %v\nwant %+v", tt.typed, tt.region, got, err, tt.want)
		}
	}
}

// However it is written, it is the same number.
func TestParseWays(t *testing.T) {
	const want = "+19195551212"
	for _, typed := range []string{
		"919 555 1212",
		"  919\t555\n1212 ",
		"+1 (919) 555-1212",
		"(+1) 919-555-1212",
		"+1.919.555.1212",
		"[919] 555/1212",
		"919~555~1212",
		"919·555·1212",
		"+1\u00a0(919)\u00a0555\u20111212",     // no-break spaces and hyphen
		"\u202a+1 (919) 555-1212\u202c",        // embedding, as contact lists copy it
		"\u2066+1\u200e919\u200f5551212\u2069", // isolates and marks
		"\ufeff919\u200b555\u00ad1212",         // byte order mark, zero-width space, soft hyphen
		"+1\ufe0d-919-555-1212",                // a variation selector, from a PDF
		"+1919\u3164555\u31641212",             // Hangul fillers
		"+19195551212\u115f", "+1919\u034f5551212", "\u2800+19195551212", "+1919\ufffc5551212",
		"９１９ ５５５ １２１２",
		"＋１（９１９）５５５－１２１２",
		"٩١٩ ٥٥٥ ١٢١٢",                            // Arabic-Indic digits
		"\U0001d7d7\U0001d7cf\U0001d7d7 555 1212", // mathematical bold digits
		"919−555–1212",                            // minus, en dash
		"tel:+19195551212",
		"TEL:919-555-1212",
		"sms: 919 555 1212",
		"tel:+1-919-555-1212;isub=12",
		"tel:555-1212;phone-context=+1919",
		"tel:9195551212;phone-context=example.com",
		"Ada <+19195551212>",
		"Ada Lovelace <tel:+1-919-555-1212>",
		"<919-555-1212>",
		"Ada: +1 919 555 1212",
		"Ada (room 12): +1 919 555 1212",
	} {
		got, err := Parse(typed, "US")
		if err != nil || got.E164 != want {
			t.Errorf("Parse(%q, US): got %q, %v, want %q", typed, got.E164, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		typed, region string
		want          Problem
		says          string
	}{
		{"", "US", Empty, "no number: type one, such as +19195551212"},
		{" \u200b\t", "US", Empty, "no number"},
		{"1-800-FLOWERS", "US", Letters, `"1-800-FLOWERS" has letters: type the number in digits`},
		{"Ada", "US", Letters, `"Ada" has letters`},
		{"919 555 1212 (home)", "US", Letters, "has letters"},
		{"919 555 1212 x123", "US", Extension, `"919 555 1212 x123" has an extension, which a text message cannot reach`},
		{"919 555 1212 ext. 123", "US", Extension, "extension"},
		{"919 555 1212, ext: 123", "US", Extension, "extension"},
		{"919 555 1212 EXT 123", "US", Extension, "extension"},
		{"919 555 1212 #123", "US", Extension, "extension"},
		{"919 555 1212,,123#", "US", Extension, "extension"},
		{"919 555 1212;123", "US", Extension, "extension"},
		{"tel:+1-919-555-1212;ext=5", "", Extension, "extension"},
		{"555-1212", "US", TooShort, `"555-1212" is too short (United States): type all of it, with the area code`},
		{"911", "US", TooShort, "too short (United States)"},
		{"7", "US", TooShort, "too short (United States)"},
		{"110", "DE", TooShort, "too short (Germany)"},
		{"00", "DE", TooShort, "too short (Germany)"},
		{"919 555 12123", "US", TooLong, `"919 555 12123" is too long (United States): check its digits`},
		{"4915112345678", "US", TooLong, "if it begins with a country code, put + before it"},
		{"123456789012345678", "US", TooLong, "too long (United States)"},
		{strings.Repeat("9", 300), "US", TooLong, "9…\" is too long"},
		{"12345", "US", TooShort, "short codes and emergency numbers cannot be texted"},
		{"911", "", TooShort, "short codes and emergency numbers cannot be texted"},
		{"07700 9001", "GB", TooShort, "too short (United Kingdom)"},
		{"077009000011", "GB", TooLong, "too long (United Kingdom)"},
		{"+12", "", Impossible, `"+12" cannot exist: +1 is followed by ten digits`},
		{"+15551212", "US", Impossible, "cannot exist"},
		{"+1919555121", "GB", Impossible, "cannot exist"},
		{"+1 514 499 0159-107", "US", Impossible, "cannot exist"},
		{"+1 919 555 1212/3", "", Impossible, "cannot exist"},
		{"001 919 555 121", "GB", Impossible, "cannot exist"},
		{"011 1 919 555 121", "US", Impossible, "cannot exist"},
		{"+1 119 555 1212", "US", Impossible, "cannot exist"},
		{"919\u0301 555 1212", "US", Unreadable, "it holds U+0301, which cannot be seen"},
		{"+1234567890123456", "US", TooManyDigits, `"+1234567890123456" has more than 15 digits`},
		{"919 555 1212", "", NoCountry, `"919 555 1212" has no country code, and no region is set to read it by: begin with +`},
		{"0113 496 0000", "", NoCountry, "no country code"},
		{"+0 919 555 1212", "US", UnknownCountry, "has no country code that exists"},
		{"011 999 555 1212", "US", UnknownCountry, "has no country code that exists"},
		{"0011 999 555 1212", "AU", UnknownCountry, "has no country code that exists"},
		{"919 555 1212", "UK", UnknownRegion, `cannot be read by region "UK", which is not known: use a two-letter code such as US or GB`},
		{"919 555 1212", "001", UnknownRegion, "not known"},
		{"+19195551212+19195551213", "US", Several, "looks like more than one number: put a comma between them"},
		{"919 555 1212 +1 919 555 1213", "US", Several, "more than one number"},
		{"*67 919 555 1212", "US", Unreadable, `"*67 919 555 1212" is not a phone number: type its digits`},
		{"1.91956E+10", "US", Letters, "has letters"}, // as a spreadsheet writes it
		{"+", "US", Unreadable, "is not a phone number"},
		{"+1", "US", Unreadable, "is not a phone number"},
		{"()", "US", Unreadable, "is not a phone number"},
		{"919 555 1212\x1b[31m", "US", Unreadable, `"919 555 1212\x1b[31m" is not a phone number`},
		{"919 555\xff 1212", "US", Unreadable, `"919 555\xff 1212" is not a phone number`},
		{"919 555 1212;what", "US", Unreadable, "is not a phone number"},
		{"\u202e2121 555 919*", "US", Unreadable, `"\u202e2121 555 919*"`},
	}
	for _, tt := range tests {
		got, err := Parse(tt.typed, tt.region)
		refusal, ok := errors.AsType[*Error](err)
		if !ok || refusal.Problem != tt.want || refusal.Typed != tt.typed {
			t.Errorf("Parse(%q, %q): got %+v, %#v, want the problem %q", tt.typed, tt.region, got, err, tt.want)
			continue
		}
		if !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Parse(%q, %q) error:\n got %s\nwant %s in it", tt.typed, tt.region, err, tt.says)
		}
	}
}

func TestErrorIsShort(t *testing.T) {
	_, err := Parse(strings.Repeat("\x1b", 10_000), "US")
	if got := len(err.Error()); got > 300 {
		t.Errorf("error on 10,000 control characters: got %d bytes, want at most 300", got)
	}
}

// Each region of the plans has a name, and its example of a mobile number is read
// back as itself from the national form and others.
func TestEveryRegion(t *testing.T) {
	for region := range phonenumbers.GetSupportedRegions() {
		if countryName(region) == "" {
			t.Errorf("countryName(%q): got none", region)
		}
		example := phonenumbers.GetExampleNumberForType(region, phonenumbers.MOBILE)
		if example == nil {
			continue
		}
		want := phonenumbers.Format(example, phonenumbers.E164)
		for _, format := range []phonenumbers.PhoneNumberFormat{
			phonenumbers.NATIONAL, phonenumbers.INTERNATIONAL, phonenumbers.RFC3966,
		} {
			typed := phonenumbers.Format(example, format)
			if region == "AR" && format == phonenumbers.NATIONAL {
				typed = "011 15-2345-6789" // phonenumbers 1.8.1 puts the mobile 15 over the area code
			}
			got, err := Parse(typed, region)
			if err != nil || got.E164 != want {
				t.Errorf("Parse(%q, %q): got %q, %v, want %q", typed, region, got.E164, err, want)
			}
		}
	}
}

func TestDigitValue(t *testing.T) {
	for _, script := range []string{"0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿"} {
		want := rune(0)
		for _, r := range script {
			if got := digitValue(r); got != want {
				t.Errorf("digitValue(%U): got %d, want %d", r, got, want)
			}
			want++
		}
	}
}

func TestCountryName(t *testing.T) {
	for region, want := range map[string]string{
		"AC": "Ascension Island", "US": "United States", "ZW": "Zimbabwe", "CI": "Côte d'Ivoire",
		"": "", "us": "", "ZZ": "", "U": "", "USA": "", "001": "", "\nA": "", "d ": "",
	} {
		if got := countryName(region); got != want {
			t.Errorf("countryName(%q): got %q, want %q", region, got, want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, typed := range []string{"+19195551212", "(919) 555-1212", "+19995550400", strings.Repeat("9", 10_000)} {
		b.Run(quoteShort(typed), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Parse(typed, "US") // one of them is refused
			}
		})
	}
}

func ExampleParse() {
	for _, typed := range []string{"(919) 555-1212", "011 44 20 7946 0018", "+1 999 555 0400", "555-1212"} {
		n, err := Parse(typed, "US")
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s, country %q, kind %q, warning %q\n", n.E164, n.Country, n.Kind, n.Warning)
	}
	// Output:
	// +19195551212, country "United States", kind "landline or mobile", warning ""
	// +442079460018, country "United Kingdom", kind "landline", warning ""
	// +19995550400, country "", kind "", warning "this area code is not in use: check the number"
	// "555-1212" is too short (United States): type all of it, with the area code
}

func TestIsRegion(t *testing.T) {
	for region, want := range map[string]bool{"US": true, "gb": true, " DE ": true, "": false, "XX": false, "USA": false} {
		if got := IsRegion(region); got != want {
			t.Errorf("%q: got %v, want %v", region, got, want)
		}
	}
}

func TestParseSender(t *testing.T) {
	for _, c := range []struct{ typed, region, want, says string }{
		{"(919) 555-1212", "US", "+19195551212", ""},
		{" TELEX ", "US", "TELEX", ""},
		{"800-FLOWERS", "US", "800-FLOWERS", ""},
		{"12345", "US", "12345", ""},
		{"\u202a345678\u202c", "US", "345678", ""},
		{"12345", "", "12345", ""},
		{"tel:+1-919-555-1212", "", "+19195551212", ""},
		{"ABCDEFGHIJKL", "US", "", "at most 11 of A-Z a-z 0-9 space - + _ &"},
		{"1-800-FLOWERS", "US", "", "at most 11 of"},
		{"Ünï", "US", "", "not a sender id"},
		{"+12345", "US", "", "short codes are 5 or 6 digits without +"},
		{"+4412345", "US", "", "short codes are 5 or 6 digits without +"},
		{"+1919555121", "US", "", "cannot exist"},
		{"1234", "US", "", "too short"},
		{"1234567", "US", "", "too short"},
	} {
		got, n, err := ParseSender(c.typed, c.region)
		if got != c.want || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("ParseSender(%q, %q): got %q, %v, want %q, an error with %q", c.typed, c.region, got, err, c.want, c.says)
		}
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("ParseSender(%q): got a %T, want an *Error", c.typed, err)
			}
		}
		if n.E164 != "" && n.E164 != got {
			t.Errorf("ParseSender(%q): got %q, known as %q", c.typed, got, n.E164)
		}
	}
}
