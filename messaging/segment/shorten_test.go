package segment

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestShorten(t *testing.T) {
	t.Parallel()
	words := strings.TrimSpace(strings.Repeat("word ", 80)) // 399 characters
	for name, test := range map[string]struct {
		text     string
		segments int
		tail     string
		want     string
	}{
		"what fits":           {"The disk is full", 1, "", "The disk is full"},
		"exactly":             {strings.Repeat("a", 160), 1, "", strings.Repeat("a", 160)},
		"with its tail":       {"The disk is full", 1, " (and 14 more)", "The disk is full (and 14 more)"},
		"at a word":           {words, 1, "", strings.TrimSpace(strings.Repeat("word ", 31)) + "..."},
		"two segments":        {words, 2, "", strings.TrimSpace(strings.Repeat("word ", 60)) + "..."},
		"before a tail":       {words, 1, " (and 14 more)", strings.TrimSpace(strings.Repeat("word ", 28)) + "... (and 14 more)"},
		"a tail too much":     {strings.Repeat("word ", 32)[:159], 1, " (and 1 more)", strings.TrimSpace(strings.Repeat("word ", 29)) + "... (and 1 more)"},
		"one word":            {strings.Repeat("x", 200), 1, "", strings.Repeat("x", 157) + "..."},
		"a long word at last": {"see " + strings.Repeat("x", 200), 1, "", "see " + strings.Repeat("x", 153) + "..."},
		"commas":              {"a, " + strings.Repeat("b", 100) + ", ; " + strings.Repeat("c", 90), 1, "", "a, " + strings.Repeat("b", 100) + "..."},
		"lines":               {strings.Repeat("b", 100) + "\n" + strings.Repeat("c", 90), 1, "", strings.Repeat("b", 100) + "..."},
		"UCS-2":               {strings.Repeat("жжжж ", 20), 1, "", strings.TrimSpace(strings.Repeat("жжжж ", 13)) + "..."},
		"out of UCS-2":        {strings.Repeat("word ", 31) + strings.Repeat("ж", 40), 1, "", strings.TrimSpace(strings.Repeat("word ", 31)) + "..."},
		"accents stay":        {strings.Repeat("e\u0301", 60), 1, "", strings.Repeat("e\u0301", 33) + "..."},
		"flags stay":          {strings.Repeat("🇩🇪", 60), 1, "", strings.Repeat("🇩🇪", 16) + "..."},
		"families stay":       {"x" + strings.Repeat("👩\u200d👧", 60), 1, "", "x" + strings.Repeat("👩\u200d👧", 13) + "..."},
		"nothing":             {"", 1, " (and 2 more)", " (and 2 more)"},
	} {
		got, kept := Shorten(test.text, test.segments, test.tail)
		if got != test.want {
			t.Errorf("%s: got  %q\nwant %q", name, got, test.want)
		}
		if !strings.HasPrefix(got, test.text[:kept]) {
			t.Errorf("%s: %q does not begin with the first %d bytes of the text", name, got, kept)
		}
	}
}

// FuzzShorten: it fits, is no shorter than it has to be, and invents nothing.
func FuzzShorten(f *testing.F) {
	f.Add("The disk is full, see /var/log", uint8(1), "")
	f.Add(strings.Repeat("жук e\u0301 🇩🇪 ", 40), uint8(2), " (and 3 more)")
	f.Add(strings.Repeat("\xff€", 200), uint8(1), "x")
	f.Fuzz(func(t *testing.T, text string, n uint8, tail string) {
		segments := int(n%13) + 1
		if utf8.RuneCountInString(tail) > 50 {
			return
		}
		got, kept := Shorten(text, segments, tail)
		if Of(got).Segments > segments {
			t.Errorf("%q has %d segments, want %d", got, Of(got).Segments, segments)
		}
		want := text[:kept] + tail
		if kept < len(text) {
			want = text[:kept] + Ellipsis + tail
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if whole := Of(text+tail).Segments <= segments; whole != (kept == len(text)) {
			t.Errorf("it fits: %t, and %d of %d bytes are kept", whole, kept, len(text))
		}
		if again, _ := Shorten(text, segments, tail); again != got {
			t.Errorf("once %q, then %q", got, again)
		}
	})
}
