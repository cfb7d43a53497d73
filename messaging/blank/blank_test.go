package blank

import (
	"testing"
	"unicode"
)

func TestIs(t *testing.T) {
	for _, c := range []struct {
		runes         []rune
		space, hidden bool
	}{
		{[]rune{' ', '\t', '\n', '\r', '\f', '\v', 0x85, 0xA0, 0x2003, 0x2028, 0x202F, 0x3000, 0x2800, 0x1D159}, true, false},
		{[]rune{
			0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180E, 0x200B, 0x200D, 0x200F, 0x202E, 0x2060, 0x2065, 0x206F,
			0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFC, 0xE0001, 0xE0020, 0xE0100,
		}, false, true},
		// What is seen, and controls, which are another matter than blanks.
		{[]rune{'a', '-', '0', 0x00, 0x1B, 0x7F, 0x300, 0x600, 0x6DD, 0x1F600, 0xFFFD}, false, false},
	} {
		for _, r := range c.runes {
			if IsSpace(r) != c.space || IsHidden(r) != c.hidden || Is(r) != (c.space || c.hidden) {
				t.Errorf("%U: got space %v, hidden %v, blank %v, want %v, %v", r, IsSpace(r), IsHidden(r), Is(r), c.space, c.hidden)
			}
		}
	}
}

func TestAll(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "   ": true, "\n\n": true, "\u00a0": true, "\u200b": true, "\u2800": true, "\u3164": true,
		" \u200b\ufe0f\t": true, ".": false, " a ": false, "\u2764\ufe0f": false, "\xff": false, "\x00": false,
	} {
		if got := All(s); got != want {
			t.Errorf("All(%q): got %v, want %v", s, got, want)
		}
	}
}

// Nothing that prints ink is taken for a blank: letters, digits, punctuation and
// symbols of any script, but for the few that are named.
func TestNothingSeenIsBlank(t *testing.T) {
	drawnAsNothing := map[rune]bool{
		0x115F: true, 0x1160: true, 0x3164: true, 0xFFA0: true, // Hangul fillers, which are letters
		0x2800: true, 0xFFFC: true, 0x1D159: true,
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		ink := unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
		if ink && Is(r) && !drawnAsNothing[r] {
			t.Errorf("%U, a %q, is taken for a blank", r, r)
		}
	}
}
