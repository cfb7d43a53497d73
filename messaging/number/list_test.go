package number

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name  string
		typed string
		want  []string
	}{
		{"nothing", "", nil},
		{"only separators", " ,;\n\t | \u200b, ", nil},
		{"one with spaces", " +1 919 555 1212 ", []string{"+1 919 555 1212"}},
		{"commas", "+19195551212,+19195551213, 919 555 1214", []string{"+19195551212", "+19195551213", "919 555 1214"}},
		{"semicolons", "(919) 555-1212; (919) 555-1213;", []string{"(919) 555-1212", "(919) 555-1213"}},
		{"lines", "919 555 1212\r\n919 555 1213\n\n919 555 1214\u2028919 555 1215", []string{"919 555 1212", "919 555 1213", "919 555 1214", "919 555 1215"}},
		{"tabs and bars", "919 555 1212\t919 555 1213|919 555 1214", []string{"919 555 1212", "919 555 1213", "919 555 1214"}},
		{"slash between spaces", "030/12345 / 030/12346", []string{"030/12345", "030/12346"}},
		{"slash at the ends", "/ 030 /", []string{"/ 030 /"}},
		{"commas of other scripts", "+19195551212，+19195551213、+19195551214", []string{"+19195551212", "+19195551213", "+19195551214"}},
		{"space before +", "+1 919 555 1212 +1 919 555 1213\u00a0+44 20 7946 0018", []string{"+1 919 555 1212", "+1 919 555 1213", "+44 20 7946 0018"}},
		{"space before full-width +", "+1 919 555 1212 ＋44 20 7946 0018", []string{"+1 919 555 1212", "＋44 20 7946 0018"}},
		{"no space before +", "+19195551212+19195551213", []string{"+19195551212+19195551213"}},
		{"digits of a name before +", "Room 12 +1 919 555 1212", []string{"Room 12 +1 919 555 1212"}},
		{"names", "Ada <+19195551212>, Bob: +19195551213", []string{"Ada <+19195551212>", "Bob: +19195551213"}},
		{"comma within a name", "Lovelace, Ada <+19195551212>", []string{"Lovelace", "Ada <+19195551212>"}},
		{"quoted name", `"Smith, Al" 9195550101, "Lee; B" <+19195550102>`, []string{`"Smith, Al" 9195550101`, `"Lee; B" <+19195550102>`}},
		{"quoted name of CSV", "\"Smith, Al\",9195550101\r\n\"Lee\"\t\"919 555 0102\"", []string{`"Smith, Al",9195550101`, "\"Lee\"\t\"919 555 0102\""}},
		{"quoted numbers", `"9195550101","9195550102"`, []string{`"9195550101"`, `"9195550102"`}},
		{"name behind", "9195550101,\"Smith\"\n9195550102", []string{"9195550101", `"Smith"`, "9195550102"}},
		{"one quote", "\"Smith, 9195550101\n9195550102\"", []string{`"Smith`, "9195550101", `9195550102"`}},
		{"RFC 3966", "tel:+1-919;ext=5;tel:555-1212;phone-context=+1919", []string{"tel:+1-919;ext=5", "tel:555-1212;phone-context=+1919"}},
		{"repeated", "+19195551212,+19195551212", []string{"+19195551212", "+19195551212"}},
		{"marks around", "\u202a+19195551212\u202c, \u202a+19195551213\u202c", []string{"+19195551212", "+19195551213"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Split(tt.typed); !slices.Equal(got, tt.want) {
				t.Errorf("Split(%q)\n got %q\nwant %q", tt.typed, got, tt.want)
			}
		})
	}
}

// What Split takes for one item with a name in quotes Parse reads as its number.
func TestQuotedNames(t *testing.T) {
	for _, typed := range []string{
		`"Smith, Al" 9195550101`, `"Smith, Al",9195550101`, `"Smith, Al","919 555 0101"`, `"Smith, Al" <+1 919 555 0101>`,
		"\"Smith, Al\"\t9195550101", `"919-555-0101"`,
	} {
		items := Split(typed)
		if len(items) != 1 {
			t.Errorf("Split(%q): got %q, want one item", typed, items)
			continue
		}
		if n, err := Parse(items[0], "US"); err != nil || n.E164 != "+19195550101" {
			t.Errorf("Parse(%q): got %q, %v, want +19195550101", items[0], n.E164, err)
		}
	}
	if _, err := Parse(`"Smith, Al"`, "US"); err == nil || !strings.Contains(err.Error(), "has letters") {
		t.Errorf("a name alone: got %v, want that it has letters", err)
	}
}

// What is wrong is said in a few words too, of short codes and emergency numbers that
// they are that.
func TestBrief(t *testing.T) {
	for typed, want := range map[string]string{
		"911": "short code", "12345": "short code", "9195551": "too short", "call me": "has letters",
		"12345678901234567890": "too long", "??": "not a phone number", "919 555 0100 x5": "has an extension",
	} {
		_, err := Parse(typed, "US")
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Brief(), want) {
			t.Errorf("%q: got %v, want %q", typed, err, want)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	typed := strings.Repeat("+1 919 555 1212, ", 1000)
	b.ReportAllocs()
	for b.Loop() {
		Split(typed)
	}
}

// e164 is the form that decides, written in another way than the code has it.
var e164 = regexp.MustCompile(`^\+[1-9]\d{1,14}$`)

// FuzzParse looks for panics, and for anything that the contract rules out.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "+19195551212", "(919) 555-1212", "tel:555-1212;phone-context=+1919", "tel:+1;ext=5", "011 44 (0)20 7946 0018",
		"Ada <+1 919 555 1212>, Bob: 030/12345 / x", "\u202a+1\u200e٩\U0001d7d7\u202c", "\xff\x00\x1b[31m", "+999999999999999",
		"0000000000", "1-800-FLOWERS x123", ";;=;", "<:>", strings.Repeat("+", 300), strings.Repeat("(0)", 100),
		"\",\"|", "\",\" / x", "\",\"\u200e",
	} {
		f.Add(seed, "US")
		f.Add(seed, "DE")
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, typed, region string) {
		for _, item := range append(Split(typed), typed) {
			n, err := Parse(item, region)
			if err != nil {
				if n != (Number{}) || err.Error() == "" || strings.ContainsAny(err.Error(), "\x00\x1b\n\u202e") {
					t.Errorf("Parse(%q, %q): got %+v with the error %q", item, region, n, err.Error())
				}
				continue
			}
			if !e164.MatchString(n.E164) {
				t.Errorf("Parse(%q, %q): got %q, which is not E.164", item, region, n.E164)
			}
			if again, err := Parse(n.E164, region); err != nil || again.E164 != n.E164 {
				t.Errorf("Parse(%q, %q) of what Parse(%q) gave: got %q, %v", n.E164, region, item, again.E164, err)
			}
		}
		if items := Split(strings.Join(Split(typed), "\n")); !slices.Equal(items, Split(typed)) {
			t.Errorf("Split(%q), joined by lines and split again: got %q, want %q", typed, items, Split(typed))
		}
	})
}
