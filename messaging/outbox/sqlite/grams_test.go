package sqlite

import (
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

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
