package segment

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// naive counts as one would by hand: it writes out every unit of every
// character, then fills segments one character at a time.
func naive(text string) (Count, []string) {
	characters := []rune(text)
	c := Count{Characters: len(characters)}
	single, joined := 160, 153
	for _, r := range characters {
		if r == '\x1b' || r == utf8.RuneError || !strings.ContainsRune(standardAlphabet+standardExtension, r) {
			c.Encoding, single, joined = UCS2, 70, 67
		}
	}
	var units [][]uint16
	for _, r := range characters {
		switch {
		case c.Encoding == UCS2:
			units = append(units, utf16.Encode([]rune{r}))
		case strings.ContainsRune(standardExtension, r):
			units = append(units, []uint16{0x1b, uint16(r)})
		default:
			units = append(units, []uint16{uint16(r)})
		}
	}
	c.Units = len(slices.Concat(units...))
	c.PerSegment = joined
	if c.Units <= single {
		c.PerSegment = single
	}
	c.Left = c.PerSegment
	var segments []string
	var segment []uint16
	for len(units) > 0 {
		if len(segments) == 0 || len(segment)+len(units[0]) > c.PerSegment {
			segments, segment = append(segments, ""), nil
		}
		segment = append(segment, units[0]...)
		_, size := utf8.DecodeRuneInString(text)
		segments[len(segments)-1] += text[:size]
		text, units = text[size:], units[1:]
		c.Left = c.PerSegment - len(segment)
	}
	c.Segments = len(segments)
	return c, segments
}

func FuzzOf(f *testing.F) {
	for _, seed := range []string{
		"", "hello", "€^{}\\[~]|\f", "“curly” – it’s…", "😀👩\u200d👧🇫🇷", "a\u200bb", "e\u0301\uFB01\u0300", "\xff\xed\xa0\x80",
		strings.Repeat("a", 152) + "{" + strings.Repeat("a", 152), strings.Repeat("ж", 66) + "😀" + strings.Repeat("ж", 66),
		"ΔΦΓΛΩΠΨΣΘΞ αβγ ΑΒΓ `ç", "\x1b\x00\t\v\u2028",
	} {
		f.Add(seed, 1)
		f.Add(seed, 40)
	}
	f.Fuzz(func(t *testing.T, text string, times int) {
		// Repeating the text finds the boundaries that short inputs never reach.
		if times = min(times, 1000/(len(text)+1)); times > 1 {
			text = strings.Repeat(text, times)
		}
		want, segments := naive(text)
		if got := Of(text); got != want {
			t.Errorf("Of(%q)\n got %+v\nwant %+v", text, got, want)
		}
		split := Split(text)
		if !slices.Equal(split, segments) {
			t.Errorf("Split(%q)\n got %q\nwant %q", text, split, segments)
		}
		if joined := strings.Join(split, ""); joined != text {
			t.Errorf("Split(%q) joined: got %q", text, joined)
		}
		checkReplace(t, text)
	})
}

// checkReplace checks that Forcing, Replacements and Replace agree.
func checkReplace(t *testing.T, text string) {
	t.Helper()
	forcing := Forcing(text)
	if (len(forcing) > 0) != (Of(text).Encoding == UCS2) {
		t.Errorf("Forcing(%q): got %+v for a text in %s", text, forcing, Of(text).Encoding)
	}
	replaced := Replace(text)
	for _, c := range Forcing(replaced) {
		if c.HasEqual {
			t.Errorf("Replace(%q): got %q, in which %q still has the equal %q", text, replaced, c.Text, c.Equal)
		}
	}
	var byHand strings.Builder
	end, changes := 0, 0
	for _, c := range forcing {
		if c.HasEqual {
			byHand.WriteString(text[end:c.Offset] + c.Equal)
			end = c.Offset + len(c.Text)
			changes++
		}
	}
	byHand.WriteString(text[end:])
	if byHand.String() != replaced {
		t.Errorf("Replace(%q): got %q, want %q as Forcing has it", text, replaced, byHand.String())
	}
	for _, r := range Replacements(text) {
		changes -= r.Count
	}
	if changes != 0 {
		t.Errorf("Replacements(%q): %d fewer changes than Forcing has", text, changes)
	}
}
