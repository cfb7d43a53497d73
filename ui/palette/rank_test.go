package palette

import (
	"slices"
	"strings"
	"testing"
)

// TestRank: what people type of a name finds it first.
func TestRank(t *testing.T) {
	t.Parallel()
	texts := []string{
		"next step", "previous step", "History", "unfinished messages", "Setup: accounts", "redraw the screen",
		"suspend to the shell", "quit", "send again", "copy id", "copy JSON", "export CSV", "check all", "open $EDITOR",
	}
	for query, want := range map[string]string{
		"hist": "History", "cj": "copy JSON", "ci": "copy id", "sa": "send again", "ns": "next step", "rs": "redraw the screen",
		"quit": "quit", "QUIT": "quit", "copy j": "copy JSON", "unf": "unfinished messages", "edi": "open $EDITOR", "csv": "export CSV", "ca": "check all",
	} {
		got := Rank(query, texts)
		if len(got) == 0 || texts[got[0]] != want {
			t.Errorf("Rank(%q) = %v, want %q first", query, named(got, texts), want)
		}
	}
	if got := Rank("xyzzy", texts); len(got) > 0 {
		t.Errorf("Rank(xyzzy) = %v, want nothing", named(got, texts))
	}
	if got := Rank(" ", texts); len(got) != len(texts) || !slices.IsSorted(got) {
		t.Errorf("Rank of nothing = %v, want all as they were", got)
	}
}

func named(at []int, texts []string) []string {
	var out []string
	for _, i := range at {
		out = append(out, texts[i])
	}
	return out
}

// FuzzScore: a text is found exactly if the letters are in it in their order, and letters
// in one piece at its start are worth no less than any others.
func FuzzScore(f *testing.F) {
	f.Add("hi", "History")
	f.Add("aa", "a")
	f.Add("é", "Éa")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, query, text string) {
		_, got := Score(query, text)
		rest, want := []rune(strings.ToLower(text)), true
		for _, r := range letters(query) {
			i := slices.Index(rest, r)
			if want = i >= 0; !want {
				break
			}
			rest = rest[i+1:]
		}
		if got != want {
			t.Errorf("Score(%q, %q) finds it: %v, want %v", query, text, got, want)
		}
	})
}

func TestLike(t *testing.T) {
	const text = "+19995554720 Your corner table at 7, see you at the Café"
	for query, want := range map[string]bool{
		"": true, "crnr": true, "CRNR tbl": true, "corner": true, "caf": true, "cfé": true, "4720": true,
		"orner": true, "rnr": false, "crnr zebra": false, "4702": false, "47200": false, "yu": false, "yr": false, "see crnr": true, "tabel": false,
	} {
		if got := Like(query, text); got != want {
			t.Errorf("%q: got %t, want %t", query, got, want)
		}
	}
}
