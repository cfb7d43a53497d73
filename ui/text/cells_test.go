package text

import (
	"math/rand/v2"
	"strings"
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

// TestWidth: what is counted without a table comes to as much as with it, whatever is
// among it, and a text that fits is not cut.
func TestWidth(t *testing.T) {
	t.Parallel()
	parts := []string{
		"plain", " ", "│", "é", "…", "\x1b[1m", "\x1b[38;2;1;20;255m", "\x1b[m", "\x1b[", "\x1b", "\x1b[[m", "\x1b[?25l", "\x1b]8;;x\x1b\\", "m", "12;",
		"日本", "e\u0301", "🎉", "©", "\u200b", "\t", "\n", "\x7f", "\x80", "\xff", "\u0085",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		s := b.String()
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Fatalf("%q: got %d cells, want %d", s, got, want)
		}
		w := random.IntN(12)
		if got, want := Truncate(s, w), ansi.Truncate(s, w, "…"); got != want {
			t.Fatalf("%q in %d: got %q, want %q", s, w, got, want)
		}
	}
}
