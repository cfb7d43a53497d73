package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"telex/ui/text/texttest"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want, lines string }{
		{"plain", "Hello", "Hello", "Hello"},
		{"empty", "", "", ""},
		{"letters", "Grüße 日本 مرحبا", "Grüße 日本 مرحبا", "Grüße 日本 مرحبا"},
		{"line ends", "a\nb\r\nc\rd", "a⏎b␍⏎c␍d", "a\nb\nc\nd"},
		{"tab", "a\tb", "a    b", "a    b"},
		{"escape", "\x1b[31mred", "␛[31mred", "␛[31mred"},
		{"bell and delete", "\a\x7f\x00", "␇␡␀", "␇␡␀"},
		{"C1", "\u009b31m\u0085", "<U+009B>31m<U+0085>", "<U+009B>31m<U+0085>"},
		{"bidi", "a\u202eb\u2066c", "a<U+202E>b<U+2066>c", "a<U+202E>b<U+2066>c"},
		{"zero width", "a\u200bb\ufeff", "a<U+200B>b<U+FEFF>", "a<U+200B>b<U+FEFF>"},
		{"line separators", "a\u2028b\u2029", "a<U+2028>b<U+2029>", "a<U+2028>b<U+2029>"},
		{"private use", "\ue000", "<U+E000>", "<U+E000>"},
		{"tag characters", "\U000e0041", "<U+E0041>", "<U+E0041>"},
		{"not UTF-8", "a\xff\x9bb", "a\ufffd\ufffdb", "a\ufffd\ufffdb"},
		{"emoji", "👩\u200d👧 ❤\ufe0f", "👩\u200d👧 ❤\ufe0f", "👩\u200d👧 ❤\ufe0f"},
		{"wide spaces", "a\u00a0b\u3000c", "a\u00a0b\u3000c", "a\u00a0b\u3000c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("Clean(%q): got %q, want %q", tt.in, got, tt.want)
			}
			if got := CleanLines(tt.in); got != tt.lines {
				t.Errorf("CleanLines(%q): got %q, want %q", tt.in, got, tt.lines)
			}
		})
	}
}

// TestClip: what is cut short is clean, also where the cut goes through a sign.
func TestClip(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[5mb\r\nc\u202e":                    "a␛[5mb\nc<U+202E>",
		strings.Repeat("\x1b", mostRead) + "four": strings.Repeat("␛", mostRead) + "\n(and 4 more bytes)",
		strings.Repeat("a", mostRead-1) + "日":     strings.Repeat("a", mostRead-1) + "\ufffd\n(and 2 more bytes)",
	} {
		if got := Clip(in); got != want {
			t.Errorf("Clip(%.20q…): got %.40q…, want %.40q…", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "Hello", "\x1b]0;title\a", "\u009b2J", "a\r\nb\rc\n", "\u202edcba", "\xff\xfe\x1b", "👩\u200d👧", "\x90q\x9c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		one, several := Clean(s), CleanLines(s)
		if !utf8.ValidString(one) || !utf8.ValidString(several) {
			t.Errorf("Clean(%q): got %q and %q, want UTF-8", s, one, several)
		}
		if i := strings.IndexFunc(one, texttest.Dangerous); i >= 0 {
			t.Errorf("Clean(%q): got %q with a dangerous character at %d", s, one, i)
		}
		if i := strings.IndexFunc(several, func(r rune) bool { return r != '\n' && texttest.Dangerous(r) }); i >= 0 {
			t.Errorf("CleanLines(%q): got %q with a dangerous character at %d", s, several, i)
		}
		if again := Clean(one); again != one {
			t.Errorf("Clean(%q): got %q, cleaned again %q, want the same", s, one, again)
		}
		if again := CleanLines(several); again != several {
			t.Errorf("CleanLines(%q): got %q, cleaned again %q, want the same", s, several, again)
		}
	})
}

// A flag is never torn off its hyphens; a word that no line holds is broken at them.
func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		s    string
		w    int
		want []string
	}{
		{"then: telex resume 2 --sandbox", 24, []string{"then: telex resume 2", "--sandbox"}},
		{"on 2026-11-26 at nine", 10, []string{"on", "2026-11-26", "at nine"}},
		{"a request-validation: no", 12, []string{"a request-", "validation:", "no"}},
		{"- 1\n  -2", 4, []string{"- 1", "  -2"}},
		{"odd \ue02d -x", 6, []string{"odd \ue02d ", "-x"}},
		{"x", 0, nil},
	} {
		if got := Wrap(tt.s, tt.w); !slices.Equal(got, tt.want) {
			t.Errorf("%q by %d: got %q, want %q", tt.s, tt.w, got, tt.want)
		}
	}
}
