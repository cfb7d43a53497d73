// Package blank knows the characters of which nobody sees anything: spaces, and
// those that Unicode says to show as nothing. It is the one list of them, by
// property and not by hand, so that it grows with Unicode's own.
//
// Nothing here keeps state: every function may be called concurrently.
package blank

import (
	"strings"
	"unicode"
)

// IsHidden reports whether r takes no room and shows nothing by itself: zero-width
// spaces and joiners, soft hyphens, direction marks, variation selectors, fillers
// for a missing letter. Some of them shape their neighbours, as in emoji.
//
// These are Unicode's Default_Ignorable_Code_Points and its other format
// characters, and U+FFFC, which stands in a copied text where a picture was. Source:
// the derivation in DerivedCoreProperties.txt of the Unicode character database.
func IsHidden(r rune) bool {
	if r < 0x80 {
		return false
	}
	if r == 0xFFFC {
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r) // signs around Arabic and other digits, which are seen
}

// IsSpace reports whether r takes room and shows nothing: white space of any width,
// line ends, and two signs that are drawn as none, the empty Braille cell and the
// musical null note head.
func IsSpace(r rune) bool {
	return unicode.IsSpace(r) || r == 0x2800 || r == 0x1D159
}

// Is reports whether nothing of r is seen.
func Is(r rune) bool { return IsSpace(r) || IsHidden(r) }

// All reports whether nothing of s is seen. An empty text shows nothing.
func All(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !Is(r) })
}
