package text

import (
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// TestSameCells: what is said to have the same cells everywhere has one a character by
// each way to count, alone and beside every other; and what screens are made of is among
// it, what terminals disagree on is not.
func TestSameCells(t *testing.T) {
	t.Parallel()
	var same []rune
	for r := rune(0xa0); r <= unicode.MaxRune; r++ {
		if r >= 0xd800 && r < 0xe000 || !SameCells(string(r)) {
			continue
		}
		same = append(same, r)
		if ansi.StringWidth(string(r)) != 1 || ansi.StringWidthWc(string(r)) != 1 {
			t.Errorf("%U: got %d and %d cells, want one", r, ansi.StringWidth(string(r)), ansi.StringWidthWc(string(r)))
		}
	}
	for _, a := range same {
		for _, b := range []rune{'a', ' ', '│', 'é', '…', a} {
			if s := string([]rune{a, b, a}); ansi.StringWidth(s) != 3 || ansi.StringWidthWc(s) != 3 {
				t.Errorf("%q: got %d and %d cells, want three", s, ansi.StringWidth(s), ansi.StringWidthWc(s))
			}
		}
	}
	for s, want := range map[string]bool{
		"": true, "plain": true, "\x1b[1mbold\x1b[m │ ╭─╮ ● ✓ ✗ · … “quotes” – ’ ▸ ⏎ ╌ ├ ┤ →": true, "Grüße, żółć": true,
		"日本": false, "e\u0301": false, "🎉": false, "❤\ufe0f": false, "©": false, "▶": false, "\u200b": false, "\u00ad": false, "ภ": false,
	} {
		if got := SameCells(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}
