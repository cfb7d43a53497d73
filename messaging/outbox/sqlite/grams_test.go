package sqlite

import (
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"github.com/ncruces/go-sqlite3/ext/fts5"
)

// gramsIn are the grams that the index gets of a text.
func gramsIn(t *testing.T, text string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	sample.Must(t, grams{}.Tokenize(fts5.TOKENIZE_DOCUMENT, text, "", func(_ fts5.TokenFlag, token string, _, _ int) error {
		all[token] = true
		return nil
	}))
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
		if got := strings.Join(gramsOf(w, mostGrams), " "); got != want {
			t.Errorf("looked up for %q: %s, want %s", w, got, want)
		}
	}
	if got := gramsOf(strings.Repeat("abc", 99), 5); len(got) != 5 {
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
			for _, g := range gramsOf(w, mostGrams) {
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

// TestCandidates: rows are asked for by single grams, within what was asked for alone; of
// each word the rarest go first, and there are few of them however long the search is.
func TestCandidates(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	texts := []string{"common words", "common birds", "rare words", "common words too", "none"}
	for _, text := range texts {
		sample.Begun(t, o, sample.SMS(text))
	}
	got := func(search string, lo, hi int64) []int64 {
		t.Helper()
		ids, err := eng(o).Candidates(t.Context(), outbox.Terms(search), lo, hi)
		sample.Must(t, err)
		return ids
	}
	for search, want := range map[string][]int64{"common": {4, 2, 1}, "common words": {4, 1}, "rare birds": nil, "words": {4, 3, 1}, "xyzzy": nil} {
		if ids := got(search, 1, 5); !slices.Equal(ids, want) {
			t.Errorf("%q: got %v, want %v", search, ids, want)
		}
	}
	if ids := got("common", 2, 3); !slices.Equal(ids, []int64{2}) {
		t.Errorf("from 2 to 3: got %v, want 2", ids)
	}
	for _, search := range []string{"statement", "an appointment in the warehouse", "(919) 555-0113", "+19195550000", strings.Repeat("quite long ", 9)} {
		all := queries(outbox.Terms(search))
		for _, q := range slices.Concat(all...) {
			if strings.Contains(q, " AND ") || strings.Count(q, `"`) > 4 {
				t.Errorf("%q: %s is asked, want one gram, or one of two", search, q)
			}
		}
		some, err := eng(o).rarest(t.Context(), all, 1, 5)
		if err != nil || len(some) > mostAsked || len(some) < min(len(all), mostAsked) {
			t.Errorf("%q: %v, %v are asked of %v, want %d at most", search, some, err, all, mostAsked)
		}
	}
	some, err := eng(o).rarest(t.Context(), queries(outbox.Terms("common rarelyseen")), 1, 5)
	if err != nil || len(some) != mostAsked || some[0] != `"ely"` {
		t.Errorf("got %v, %v, want the gram first that no row has", some, err)
	}
}
