package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Count says "1 recipient", "2 recipients".
func Count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// People counts people: "1 person", "2 people".
func People(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// Wrap breaks clean text into lines of at most w cells, at spaces where it can. A flag, a
// date or a number with hyphens stays whole if a line can hold it.
func Wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	const hyphen, standIn = "-", "\ue02d" // which is as wide, and means nothing
	if strings.Contains(s, standIn) || !strings.Contains(s, hyphen) {
		return strings.Split(ansi.Wrap(s, w, ""), "\n")
	}
	words := strings.Split(s, " ")
	for i, word := range words {
		if Width(word) <= w {
			words[i] = strings.ReplaceAll(word, hyphen, standIn)
		}
	}
	lines := ansi.Wrap(strings.Join(words, " "), w, "")
	return strings.Split(strings.ReplaceAll(lines, standIn, hyphen), "\n")
}

// Pad fills s with spaces up to w cells; it never cuts.
func Pad(s string, w int) string {
	return s + strings.Repeat(" ", max(w-Width(s), 0))
}

// Truncate cuts s to w cells, of which the last one says that there was more.
func Truncate(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// Size is how large a file is, in the units of shops and phones: "312 KB".
func Size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 999_500:
		return fmt.Sprintf("%d KB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// LastDigits is a number by its last four digits, clean, by which people know their own;
// "" for none.
func LastDigits(number string) string {
	number = Clean(number)
	if n := utf8.RuneCountInString(number); n > 4 {
		return "…" + string([]rune(number)[n-4:])
	}
	return number
}
