package text

import "testing"

// TestFirstSign: an emoji is of two cells whatever the terminal says, a syllable of as many as
// the terminal has for it, and what terminals do not agree on is odd.
func TestFirstSign(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, sign     string
		whole, byParts int
		odd            bool
	}{
		{"ab", "a", 1, 1, false},
		{"e\u0301f", "e\u0301", 1, 1, false},
		{"漢字", "漢", 2, 2, false},
		{"👍 ", "👍", 2, 2, false},
		{"𠀀", "𠀀", 2, 2, false},
		{"م\u064e", "م\u064e", 1, 1, false},
		{"❤", "❤", 1, 1, false},
		{"❤\ufe0f!", "❤\ufe0f", 2, 2, true},
		{"1\ufe0f\u20e3", "1\ufe0f\u20e3", 2, 2, true},
		{"👨‍👩‍👧‍👦|", "👨‍👩‍👧‍👦", 2, 2, true},
		{"👍🏽", "👍🏽", 2, 2, true},
		{"🇩🇪🇫🇷", "🇩🇪", 2, 2, true},
		{"\U0001f1e9", "\U0001f1e9", 2, 2, true},
		{"क्षि", "क्षि", 1, 3, true},
		{"กำ", "กำ", 1, 2, true},
		{"\u200d", "\u200d", 0, 0, false},
		{"", "", 0, 0, false},
	} {
		for whole, cells := range map[bool]int{true: c.whole, false: c.byParts} {
			if got := FirstSign(c.text, whole); got != (Sign{c.sign, cells, c.odd}) && !drawsByParts {
				t.Errorf("%q, whole %t: got %+v, want %q of %d cells, odd %t", c.text, whole, got, c.sign, cells, c.odd)
			}
		}
	}
	if n := CellsByParts("\x1b[1ma👨‍👩‍👧‍👦\x1b[mक्षि漢"); n != 8 && !drawsByParts {
		t.Errorf("CellsByParts: got %d, want 8", n)
	}
}
