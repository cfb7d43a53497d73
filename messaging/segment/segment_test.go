package segment

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOf(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	ж := func(n int) string { return strings.Repeat("ж", n) }
	tests := []struct {
		name string
		text string
		want Count
	}{
		{"empty", "", Count{GSM7, 0, 0, 0, 160, 160}},
		{"one", "a", Count{GSM7, 1, 1, 1, 160, 159}},
		{"one short of a segment", a(159), Count{GSM7, 159, 159, 1, 160, 1}},
		{"a full segment", a(160), Count{GSM7, 160, 160, 1, 160, 0}},
		{"one over a segment", a(161), Count{GSM7, 161, 161, 2, 153, 145}},
		{"two full segments", a(306), Count{GSM7, 306, 306, 2, 153, 0}},
		{"one over two", a(307), Count{GSM7, 307, 307, 3, 153, 152}},
		{"longest text of the API", a(2048), Count{GSM7, 2048, 2048, 14, 153, 94}},

		{"extension costs two", "€", Count{GSM7, 1, 2, 1, 160, 158}},
		{"80 extensions", strings.Repeat("€", 80), Count{GSM7, 80, 160, 1, 160, 0}},
		{"extension fills one segment", a(158) + "{", Count{GSM7, 159, 160, 1, 160, 0}},
		{"extension overflows one segment", a(159) + "{", Count{GSM7, 160, 161, 2, 153, 145}},
		{"extension ends at the boundary", a(151) + "{" + a(153), Count{GSM7, 305, 306, 2, 153, 0}},
		{"extension over the boundary", a(152) + "{" + a(151), Count{GSM7, 304, 305, 2, 153, 0}},
		{"extension pushes out a segment", a(152) + "{" + a(152), Count{GSM7, 305, 306, 3, 153, 152}},
		{"waste in each segment", strings.Repeat("€", 153), Count{GSM7, 153, 306, 3, 153, 151}},

		{"one unit", "ж", Count{UCS2, 1, 1, 1, 70, 69}},
		{"one short of a unit segment", ж(69), Count{UCS2, 69, 69, 1, 70, 1}},
		{"a full unit segment", ж(70), Count{UCS2, 70, 70, 1, 70, 0}},
		{"one over a unit segment", ж(71), Count{UCS2, 71, 71, 2, 67, 63}},
		{"two full unit segments", ж(134), Count{UCS2, 134, 134, 2, 67, 0}},
		{"one over two unit segments", ж(135), Count{UCS2, 135, 135, 3, 67, 66}},
		{"one character drags the rest along", a(70) + "ж", Count{UCS2, 71, 71, 2, 67, 63}},
		{"extension costs one in UCS-2", "€ж", Count{UCS2, 2, 2, 1, 70, 68}},

		{"pair", "😀", Count{UCS2, 1, 2, 1, 70, 68}},
		{"35 pairs", strings.Repeat("😀", 35), Count{UCS2, 35, 70, 1, 70, 0}},
		{"pair overflows one segment", ж(69) + "😀", Count{UCS2, 70, 71, 2, 67, 63}},
		{"pair ends at the boundary", ж(65) + "😀" + ж(67), Count{UCS2, 133, 134, 2, 67, 0}},
		{"pair over the boundary", ж(66) + "😀" + ж(65), Count{UCS2, 132, 133, 2, 67, 0}},
		{"pair pushes out a segment", ж(66) + "😀" + ж(66), Count{UCS2, 133, 134, 3, 67, 66}},
		{"one flag is two pairs", "🇫🇷", Count{UCS2, 2, 4, 1, 70, 66}},

		{"line ends", "\r\n", Count{GSM7, 2, 2, 1, 160, 158}},
		{"form feed", "\f", Count{GSM7, 1, 2, 1, 160, 158}},
		{"tab", "\t", Count{UCS2, 1, 1, 1, 70, 69}},
		{"escape is no character", "\x1b", Count{UCS2, 1, 1, 1, 70, 69}},
		{"NUL", "\x00", Count{UCS2, 1, 1, 1, 70, 69}},
		{"backtick", "`", Count{UCS2, 1, 1, 1, 70, 69}},
		{"small c cedilla", "ç", Count{UCS2, 1, 1, 1, 70, 69}},
		{"capital C cedilla", "Ç", Count{GSM7, 1, 1, 1, 160, 159}},
		{"a letter and its accent apart", "e\u0301", Count{UCS2, 2, 2, 1, 70, 68}},
		{"small Greek", "ω", Count{UCS2, 1, 1, 1, 70, 69}},
		{"each invalid byte is one unit", "a\xff\xfe", Count{UCS2, 3, 3, 1, 70, 67}},
		{"an encoded surrogate is three invalid bytes", "\xed\xa0\x80", Count{UCS2, 3, 3, 1, 70, 67}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Of(tt.text); got != tt.want {
				t.Errorf("Of(%q)\n got %+v\nwant %+v", tt.text, got, tt.want)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	a := strings.Repeat("a", 152)
	ж := strings.Repeat("ж", 66)
	tests := []struct {
		name string
		text string
		want []string
	}{
		{"empty", "", nil},
		{"one", "hello", []string{"hello"}},
		{"160 stay one", a + "12345678", []string{a + "12345678"}},
		{"161 become two", a + "123456789", []string{a + "1", "23456789"}},
		{"extension moves on whole", a + "{12345678", []string{a, "{12345678"}},
		{"pair moves on whole", ж + "😀12345", []string{ж, "😀12345"}},
		{"invalid bytes are kept", ж + "\xff\xfe123", []string{ж + "\xff", "\xfe123"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Split(tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("Split(%q)\n got %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestEncodingString(t *testing.T) {
	for e, want := range map[Encoding]string{GSM7: "GSM-7", UCS2: "UCS-2"} {
		if got := e.String(); got != want {
			t.Errorf("Encoding(%d).String(): got %q, want %q", e, got, want)
		}
	}
}

// The alphabet as TS 23.038 prints it, by code, with the escape at 0x1B; and
// the characters of its extension table.
const (
	standardAlphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	standardExtension = "\f^{}\\[~]|€"
)

func TestAlphabet(t *testing.T) {
	if n := utf8.RuneCountInString(standardAlphabet); n != 128 {
		t.Fatalf("the test's own alphabet has %d characters, want 128", n)
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		want := 0
		switch {
		case r == '\x1b':
		case strings.ContainsRune(standardAlphabet, r):
			want = 1
		case strings.ContainsRune(standardExtension, r):
			want = 2
		}
		if r == utf8.RuneError {
			want = 0 // ContainsRune finds it in any invalid string
		}
		if got := septets(r); got != want {
			t.Errorf("septets(%U): got %d, want %d", r, got, want)
		}
	}
}

func TestOfAllocatesNothing(t *testing.T) {
	for name, text := range benchmarkTexts() {
		if got := testing.AllocsPerRun(10, func() { Of(text) }); got != 0 {
			t.Errorf("Of, %s: got %v allocations, want 0", name, got)
		}
	}
}

func benchmarkTexts() map[string]string {
	return map[string]string{
		"GSM7/160":  strings.Repeat("0123456789abcde€", 10),
		"GSM7/2048": strings.Repeat("0123456789abcde€", 128),
		"UCS2/160":  strings.Repeat("0123456789abcd’😀", 10),
		"UCS2/2048": strings.Repeat("0123456789abcd’😀", 128),
		// The worst case: all of it is read as GSM-7 before the last character tells.
		"late/2048": strings.Repeat("a", 2047) + "’",
	}
}

func BenchmarkOf(b *testing.B) {
	for _, name := range []string{"GSM7/160", "GSM7/2048", "UCS2/160", "UCS2/2048", "late/2048"} {
		text := benchmarkTexts()[name]
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Of(text)
			}
		})
	}
}

func BenchmarkForcing(b *testing.B) {
	for _, name := range []string{"GSM7/2048", "UCS2/2048"} {
		text := benchmarkTexts()[name]
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Forcing(text)
			}
		})
	}
}

func ExampleOf() {
	for _, text := range []string{"See you at 10", "See you at 10€", "See you at 10 – ok?"} {
		c := Of(text)
		fmt.Printf("%s: %d characters, %d units, %d segment, %d left\n", c.Encoding, c.Characters, c.Units, c.Segments, c.Left)
	}
	// Output:
	// GSM-7: 13 characters, 13 units, 1 segment, 147 left
	// GSM-7: 14 characters, 15 units, 1 segment, 145 left
	// UCS-2: 19 characters, 19 units, 1 segment, 51 left
}

// Characters that count twice explain a count that surprises: 153 of ] are 3 segments.
func TestTwice(t *testing.T) {
	for _, c := range []struct {
		text            string
		twice, segments int
	}{
		{"", 0, 0},
		{"Hello", 0, 1},
		{"[ok] 5 €", 3, 1},
		{strings.Repeat("]", 153), 153, 3},
		{"日本", 0, 1},
		{"日本 😀", 1, 1},
		{strings.Repeat("€", 80), 80, 1},
		{strings.Repeat("€", 81), 81, 2},
	} {
		if got := Of(c.text); got.Twice() != c.twice || got.Segments != c.segments {
			t.Errorf("%q: got %d twice in %d segments, want %d in %d", c.text, got.Twice(), got.Segments, c.twice, c.segments)
		}
	}
}
