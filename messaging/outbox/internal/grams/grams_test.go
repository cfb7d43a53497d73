package grams_test

import (
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/internal/grams"
)

// gramsIn are the grams that the index gets of a text.
func gramsIn(t *testing.T, text string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := grams.Of(text, func(gram string) error {
		all[gram] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestGrams(t *testing.T) {
	for text, want := range map[string]string{
		"":          "",
		" \n":       "",
		"a":         "a",
		"Ab cd":     "a ab b c cd d",
		"abcd":      "a ab abc b bc bcd c cd d",
		"1234567":   "1 12 123 123456 2 23 234 234567 3 34 345 4 45 456 5 56 567 6 67 7",
		"+12345":    "+ +1 +12 1 12 123 2 23 234 3 34 345 4 45 5",
		"ÄÖ\u00a0🎈": "Ä ÄÖ Ö 🎈",
	} {
		var got []string
		for g := range gramsIn(t, text) {
			got = append(got, g)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("grams of %q: %q, want %s", text, got, want)
		}
	}
	for w, want := range map[string]string{
		"a": "a", "ab": "ab", "abc": "abc", "abcd": "abc bcd", "abcdefg": "abc def efg", "123456": "123456", "1234567": "123456 234567",
		"+19195551234": "+19 195551 551234", "ticket-17": "tic ket -17", "order-123456": "ord er- 123456", "äöü🎈": "äöü öü🎈",
	} {
		if got := strings.Join(grams.In(w, grams.Most), " "); got != want {
			t.Errorf("looked up for %q: %s, want %s", w, got, want)
		}
	}
	if got := grams.In(strings.Repeat("abc", 99), 5); len(got) != 5 {
		t.Errorf("%d grams are looked up, want 5", len(got))
	}
}

// FuzzGrams checks that the index has what is looked up for every word of a text, so
// that no search misses a row.
func FuzzGrams(f *testing.F) {
	f.Add("Hello World", 2, 5)
	f.Add("+19195551234 and 5551234", 3, 9)
	f.Add("STRAẞE ſtop \u212aelvin \xff\x00 🎈", 0, 30)
	f.Fuzz(func(t *testing.T, text string, from, length int) {
		from = min(max(from, 0), len(text))
		piece := text[from:min(from+min(max(length, 0), 1000), len(text))]
		have := gramsIn(t, text)
		whole := outbox.Fold(text)
		for _, w := range strings.Fields(strings.ReplaceAll(outbox.Fold(piece), "\x00", " ")) {
			if !strings.Contains(whole, w) {
				continue // cut within a character, or NUL
			}
			for _, g := range grams.In(w, grams.Most) {
				if !have[g] {
					t.Errorf("gram %q of %q, in %q, is not in the index", g, w, text)
				}
			}
			if again := outbox.Fold(w); again != w {
				t.Errorf("%q is folded once more, to %q", w, again)
			}
		}
	})
}
