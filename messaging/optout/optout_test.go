package optout

import (
	"os"
	"strings"
	"testing"
)

// phrasesOf are the lines of a table: a class and a text.
func phrasesOf(t testing.TB, name string) [][2]string {
	t.Helper()
	table, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all [][2]string
	for i, line := range strings.Split(strings.TrimSuffix(string(table), "\n"), "\n") {
		class, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("%s:%d: no tab", name, i+1)
		}
		if i > 0 {
			all = append(all, [2]string{class, text})
		}
	}
	return all
}

// classes are the words that the tables have for them.
var classes = map[string]Class{"out": Certain, "held": Likely, "in": In, "help": Help, "none": None}

// TestPhrases: what people wrote, and what they meant by it.
func TestPhrases(t *testing.T) {
	counts := map[string]map[string]int{}
	for _, name := range []string{"phrases.tsv", "more.tsv"} {
		counts[name] = map[string]int{}
		for _, p := range phrasesOf(t, name) {
			want, ok := classes[p[0]]
			if !ok {
				t.Fatalf("%s: no class %q", name, p[0])
			}
			counts[name][p[0]]++
			if got := ClassOf(p[1], Setting{}); got != want {
				t.Errorf("ClassOf(%q) = %s, want %s", p[1], got, want)
			}
		}
	}
	if n := counts["phrases.tsv"]; n["out"]+n["held"]+n["in"]+n["help"]+n["none"] != 81 {
		t.Errorf("phrases.tsv has %v, want 81 lines", n)
	}
	if n := counts["more.tsv"]; n["out"]+n["held"] < 60 || n["none"] < 60 {
		t.Errorf("more.tsv has %v, want 60 that opt out and 60 that do not", n)
	}
}

// TestSentences: whatever else stands in a text, beside thanks, a keyword in it is not
// certain.
func TestSentences(t *testing.T) {
	for _, word := range out {
		for _, s := range []string{"the %", "% the bill", "we % here", "I will % tomorrow", "%ping", "% 4", "is it the %?", "%, then go", "yes %"} {
			text := strings.ReplaceAll(s, "%", word)
			if got := ClassOf(text, Setting{}); got == Certain {
				t.Errorf("ClassOf(%q) = certain, want anything else", text)
			}
		}
		for _, s := range []string{" %\n", "%!", "\"%.\"", "% please", "Please, %", "%. Thank you so much!", "%\U0001F6D1", "% %"} {
			text := strings.ReplaceAll(s, "%", strings.ToUpper(word))
			if got := ClassOf(text, Setting{}); got != Certain {
				t.Errorf("ClassOf(%q) = %s, want certain", text, got)
			}
		}
	}
}

// TestSetting: words of one's own opt out, and YES opts in where it was asked for.
func TestSetting(t *testing.T) {
	own := Setting{Words: []string{"Ça suffit!", "unfollow", "", "😀"}}
	yes := Setting{AskedForYes: true}
	for _, test := range []struct {
		text string
		s    Setting
		want Class
	}{
		{"CA SUFFIT", own, Certain},
		{"Unfollow, thanks", own, Certain},
		{"please do not unfollow her", own, None},
		{"😀", own, None},
		{"unfollow", Setting{}, None},
		{"YES", yes, In},
		{"Yes, please!", yes, In},
		{"yes I'll be there", yes, None},
		{"stop", yes, Certain},
		{"YES", own, None},
	} {
		if got := ClassOf(test.text, test.s); got != test.want {
			t.Errorf("ClassOf(%q, %+v) = %s, want %s", test.text, test.s, got, test.want)
		}
	}
}

// TestLong: however long a text is, it is read to an end, and is no keyword.
func TestLong(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("stop ", 100_000), strings.Repeat("a ", 100_000), strings.Repeat("\u0301", 100_000), strings.Repeat("stop texting me ", 10_000),
	} {
		if got := ClassOf(text, Setting{}); got == Certain {
			t.Errorf("ClassOf(%q…) = certain, want anything else", text[:10])
		}
	}
	if got := ClassOf(strings.Repeat(" \n", 10_000)+"stop", Setting{}); got != Certain {
		t.Errorf("a keyword behind blank lines is %s, want certain", got)
	}
}

func TestString(t *testing.T) {
	for c, want := range map[Class]string{Certain: "certain", Likely: "likely", In: "in", Help: "help", None: "none", 99: "none"} {
		if got := c.String(); got != want {
			t.Errorf("Class(%d) is %q, want %q", c, got, want)
		}
	}
}

// FuzzClassOf: any text has a class, and neither capitals nor blanks around it change that.
func FuzzClassOf(f *testing.F) {
	for _, name := range []string{"phrases.tsv", "more.tsv"} {
		for _, p := range phrasesOf(f, name) {
			f.Add(p[1])
		}
	}
	f.Add("\xff\x00stop")
	f.Add("STOP!0")
	f.Add("S T O P\nP")
	f.Add("\u0529report you")
	f.Fuzz(func(t *testing.T, text string) {
		got := ClassOf(text, Setting{})
		if len(text) < 10_000 {
			if padded := ClassOf(" \n"+text+"\u200b ", Setting{}); padded != got {
				t.Errorf("ClassOf(%q) = %s, and %s with blanks around it", text, got, padded)
			}
		}
		words := wordsOf(text)
		core := polite.trim(words)
		if (wishes(words, core) || stands(text)) && !hinted(words) {
			t.Errorf("%q is a wish, and has none of the hints", text)
		}
		if got == Certain && len(words) > mostWords {
			t.Errorf("ClassOf(%q) = certain, want a keyword", text)
		}
	})
}
