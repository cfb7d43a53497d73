package segment

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestForcing(t *testing.T) {
	tests := []struct {
		name string
		text string
		want []Char
	}{
		{"empty", "", nil},
		{"GSM-7", "Déjà vu: 5 € [ok]", nil},
		{"quotes", "é “a”", []Char{
			{"“", '“', 2, 3, `"`, true},
			{"”", '”', 4, 7, `"`, true},
		}},
		{"emoji has no equal", "a😀b", []Char{{"😀", '😀', 1, 1, "", false}}},
		{"zero-width goes", "a\u200bb", []Char{{"\u200b", 0x200B, 1, 1, "", true}}},
		{"joiner of an emoji stays", "👩\u200d👧", []Char{
			{"👩", '👩', 0, 0, "", false},
			{"\u200d", 0x200D, 1, 4, "", false},
			{"👧", '👧', 2, 7, "", false},
		}},
		{"accent on its own code point", "cafe\u0301!", []Char{{"e\u0301", 0x0301, 3, 3, "é", true}}},
		{"accent on a letter that GSM-7 lacks so", "a\u0301", []Char{{"\u0301", 0x0301, 1, 1, "", false}}},
		{"accent after a ligature", "\uFB01\u0300", []Char{{"\uFB01\u0300", 0xFB01, 0, 0, "fì", true}}},
		{"invalid byte", "a\xffb", []Char{{"\xff", utf8.RuneError, 1, 1, "", false}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Forcing(tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("Forcing(%q)\n got %+v\nwant %+v", tt.text, got, tt.want)
			}
		})
	}
}

func TestReplace(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"GSM-7 is left alone", "5 € [ok]\r\n", "5 € [ok]\r\n"},
		{"double quotes", "“a” „b‟ «c» 5″", `"a" "b" "c" 5"`},
		{"single quotes", "‘a’ ‚b‛ it`s o´clock 5′", "'a' 'b' it's o'clock 5'"},
		{"dashes", "a–b—c‐d\u2011e−f", "a-b-c-d-e-f"},
		{"ellipsis", "wait…", "wait..."},
		{"spaces", "a\u00a0b\u202fc\u2009d\u3000e\tf", "a b c d e f"},
		{"line ends", "a\u2028b\u0085c\vd", "a\nb\nc\nd"},
		{"zero width", "\ufeffa\u200bb\u00adc\u2060d\u200ee", "abcde"},
		{"bullets", "• one\n· two", "* one\n* two"},
		{"signs", "Acme™ ©®, 3×4 ≤ 12 → №1", "Acme(TM) (C)(R), 3x4 <= 12 -> No.1"},
		{"full width", "\uff28\uff45\uff4c\uff4c\uff4f\uff01\uff40", "Hello!'"},
		{"ligatures", "o\ufb03ce \ufb02oor", "office floor"},
		{"same letter, other code point", "\u2126\u212b\u212a", "ΩÅK"},
		{"decomposed letters", "e\u0301a\u0300C\u0327n\u0303", "éàÇñ"},
		{"decomposed full width", "\uff45\u0301", "é"},
		{"two accents keep the second", "A\u030a\u0301", "Å\u0301"},
		{"letters keep their accents", "ça está ı ł ő", "ça está ı ł ő"},
		{"numbers keep their value", "1½ m²", "1½ m²"},
		{"Greek stays Greek", "Αθήνα", "Αθήνα"},
		{"emoji stays, the rest goes", "“hi” 👩\u200d👧", "\"hi\" 👩\u200d👧"},
		{"keycap stays whole", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"selector of a sign goes with it", "\u2122\ufe0f", "(TM)"},
		{"invalid bytes stay", "“\xff”", "\"\xff\""},
		{"only invisible", "\u200b", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Replace(tt.text); got != tt.want {
				t.Errorf("Replace(%q)\n got %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

// Every code point by itself: an equal must be GSM-7, or the console would
// promise a change that changes nothing.
func TestEqualsAreGSM7(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		equal, f := equalOf(r)
		if encodingOf(equal) != GSM7 {
			t.Errorf("equalOf(%U): got %q, which is not GSM-7", r, equal)
		}
		if (equal != "") != (f == equalled) {
			t.Errorf("equalOf(%U): got %q with fate %d", r, equal, f)
		}
		if (septets(r) > 0) != (f == plain) {
			t.Errorf("equalOf(%U): got fate %d, but it costs %d septets", r, f, septets(r))
		}
	}
}

func TestReplacements(t *testing.T) {
	text := "“a” — “b” 😀 e\u0301"
	want := []Replacement{{"“", `"`, 2}, {"”", `"`, 2}, {"—", "-", 1}, {"e\u0301", "é", 1}}
	if got := Replacements(text); !slices.Equal(got, want) {
		t.Errorf("Replacements(%q)\n got %+v\nwant %+v", text, got, want)
	}
	for _, text := range []string{"", "plain", "😀"} {
		if got := Replacements(text); got != nil {
			t.Errorf("Replacements(%q): got %+v, want nil", text, got)
		}
	}
}

func ExampleReplacements() {
	text := "“Meet at 10 – bring cash…”"
	for _, r := range Replacements(text) {
		fmt.Printf("%s becomes %s\n", r.From, r.To)
	}
	fmt.Println(Replace(text), Of(text).Encoding, "to", Of(Replace(text)).Encoding)
	// Output:
	// “ becomes "
	// – becomes -
	// … becomes ...
	// ” becomes "
	// "Meet at 10 - bring cash..." UCS-2 to GSM-7
}

func TestForcingSpansTheText(t *testing.T) {
	text := strings.Repeat("a“😀é\xff e\u0301", 3)
	for _, c := range Forcing(text) {
		if got := text[c.Offset : c.Offset+len(c.Text)]; got != c.Text {
			t.Errorf("at byte %d: got %q, want %q", c.Offset, got, c.Text)
		}
		if got := utf8.RuneCountInString(text[:c.Offset]); got != c.Index {
			t.Errorf("index of %q at byte %d: got %d, want %d", c.Text, c.Offset, c.Index, got)
		}
	}
}
