package words

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"telex/messaging/segment"
	"telex/ui/text"
)

// Encoding is the encoding of a text in words: "standard (GSM-7)".
func Encoding(e segment.Encoding) string {
	if e == segment.UCS2 {
		return "Unicode (" + e.String() + ")"
	}
	return "standard (" + e.String() + ")"
}

// scripts are the writings whose letters are named together, for one of them says little
// and a text in one has hundreds.
var scripts = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"Cyrillic", unicode.Cyrillic},
	{"Greek", unicode.Greek},
	{"Hebrew", unicode.Hebrew},
	{"Arabic", unicode.Arabic},
	{"Devanagari", unicode.Devanagari},
	{"Thai", unicode.Thai},
	{"Korean", unicode.Hangul},
	{"Japanese", unicode.Hiragana},
	{"Japanese", unicode.Katakana},
	{"Chinese/Japanese", unicode.Han},
}

// Forcing names what forces a text into UCS-2, in the order in which it stands there, each
// once and at most most of them: "curly quotes (3), dash, emoji". It is clean, and of
// what telex has a name for it is ASCII. Chars are those of [segment.Forcing].
func Forcing(chars []segment.Char, most int) string {
	var names []string
	count := map[string]int{}
	for _, ch := range chars {
		name := forcingName(ch)
		if count[name] == 0 {
			names = append(names, name)
		}
		count[name]++
	}
	more := max(len(names)-most, 0)
	shown := slices.Clone(names[:len(names)-more])
	for i, name := range shown {
		if n := count[name]; n > 1 && name != "emoji" { // one emoji may be several characters
			shown[i] = fmt.Sprintf("%s (%d)", manyOf(name), n)
		}
	}
	said := strings.Join(shown, ", ")
	if more > 0 {
		said += fmt.Sprintf(" and %d more", more)
	}
	return said
}

// forcingName is what people call a character, or the character itself.
func forcingName(ch segment.Char) string {
	switch {
	case isEmoji(ch.Rune):
		return "emoji"
	case ch.HasEqual && (ch.Equal == "'" || ch.Equal == `"`):
		return "curly quote"
	case ch.HasEqual && ch.Equal == "-":
		return "dash"
	case ch.HasEqual && (ch.Equal == "..." || ch.Equal == ".."):
		return "ellipsis"
	case ch.HasEqual && ch.Equal == "*":
		return "bullet"
	case ch.HasEqual && ch.Equal == " ":
		return "special space"
	}
	for _, s := range scripts {
		if unicode.Is(s.table, ch.Rune) {
			return s.name
		}
	}
	return CharName(ch)
}

// CharName shows a character that can be seen as itself, others by number.
func CharName(ch segment.Char) string {
	if text.Clean(ch.Text) == ch.Text && strings.TrimSpace(ch.Text) != "" {
		return ch.Text
	}
	return fmt.Sprintf("U+%04X", ch.Rune)
}

// manyOf is the name of several.
func manyOf(name string) string {
	switch name {
	case "curly quote", "bullet", "special space":
		return name + "s"
	case "dash":
		return "dashes"
	case "ellipsis":
		return "ellipses"
	}
	return name
}

// isEmoji reports whether r is a picture, or joins and colours pictures.
func isEmoji(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r >= 0x2B00 && r <= 0x2BFF || r == 0xFE0F || r == 0x200D
}
