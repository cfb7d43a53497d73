package segment

import (
	"cmp"

	"telex/messaging/blank"
)

// What counts as an equal. A replacement may change how a text looks, never
// what it says:
//
//   - Typography becomes what a typewriter would have written: quotes, dashes,
//     dots, spaces, bullets, and signs that have a well-known spelling.
//   - A letter stays the same letter. It is written with another code point
//     (full-width A, ligature fi, e with a combining acute), but never loses an
//     accent or changes script: Portuguese faça (do) would become faca (knife),
//     Spanish está (is) esta (this), and Turkish ı is another letter than i.
//   - A number keeps its value, so fractions and superscripts stay: 1½ would
//     read 11/2, and 10² 102.
//   - Greek capitals that look Latin stay too. In a word with small letters
//     they would gain nothing, and search and screen readers would lose it.
//   - Emoji have no equal.

// equalOf returns what may become of r, and its equal when there is one.
func equalOf(r rune) (string, fate) {
	if septets(r) > 0 {
		return "", plain
	}
	if blank.IsHidden(r) {
		return "", invisible
	}
	if r >= 0xFF01 && r <= 0xFF5E && r != 0xFF40 { // full-width ASCII, except its backtick
		return string(r - 0xFEE0), equalled
	}
	if equal := cmp.Or(quote(r), dashOrSpace(r), sign(r), letter(r)); equal != "" {
		return equal, equalled
	}
	return "", stuck
}

// quote returns the typewriter form of quotation marks, apostrophes and primes,
// "" for anything else.
func quote(r rune) string {
	switch r {
	case '‘', '’', '‚', '‛', '‹', '›', '′', '´', '`', '\uFF40',
		'\u02B9', '\u02BB', '\u02BC': // modifier prime, turned comma (okina) and apostrophe
		return "'"
	case '“', '”', '„', '‟', '«', '»', '″', '〝', '〞', '〟', '\u02BA':
		return `"`
	}
	return ""
}

// dashOrSpace returns the typewriter form of dashes, spaces, line ends and
// bullets, "" for anything else.
func dashOrSpace(r rune) string {
	switch r {
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', // hyphens, en dash, em dash, bar
		'\u2043', '\u2212', '\uFE58', '\uFE63': // hyphen bullet, minus, small forms
		return "-"
	case '\t', '\u2800', '\u00A0', '\u202F', '\u205F', '\u3000', // tab, empty Braille cell, no-break, mathematical, ideographic
		'\u2000', '\u2001', '\u2002', '\u2003', '\u2004', '\u2005',
		'\u2006', '\u2007', '\u2008', '\u2009', '\u200A': // quads, em, en, figure, thin, hair
		return " "
	case '\v', '\u0085', '\u2028', '\u2029': // vertical tab, next line, line and paragraph separator
		return "\n"
	case '•', '‣', '◦', '●', '○', '▪', '·', '‧', '∙', '∗':
		return "*"
	}
	return ""
}

// sign returns the common spelling of a sign, "" for anything else.
func sign(r rune) string {
	switch r {
	case '…':
		return "..."
	case '‥':
		return ".."
	case '‼':
		return "!!"
	case '⁇':
		return "??"
	case '⁈':
		return "?!"
	case '⁉':
		return "!?"
	case '⁄', '∕':
		return "/"
	case '∶':
		return ":"
	case '¦':
		return "|"
	case '×':
		return "x"
	case '˜', '∼':
		return "~"
	case 'ˆ':
		return "^"
	case '≤':
		return "<="
	case '≥':
		return ">="
	case '→':
		return "->"
	case '←':
		return "<-"
	case '⇒':
		return "=>"
	case '™':
		return "(TM)"
	case '®':
		return "(R)"
	case '©':
		return "(C)"
	case '№':
		return "No."
	case '℅':
		return "c/o"
	case '￡':
		return "£"
	case '￥':
		return "¥"
	}
	return ""
}

// letter returns the same letter, or letters, as GSM-7 writes them, "" for
// anything else. The left side are ligatures and signs that Unicode keeps apart
// from the letters they are.
func letter(r rune) string {
	switch r {
	case '\uFB00':
		return "ff"
	case '\uFB01':
		return "fi"
	case '\uFB02':
		return "fl"
	case '\uFB03':
		return "ffi"
	case '\uFB04':
		return "ffl"
	case '\uFB05', '\uFB06':
		return "st"
	case 'ĳ':
		return "ij"
	case 'Ĳ':
		return "IJ"
	case '\u212A': // kelvin
		return "K"
	case '\u212B': // ångström
		return "Å"
	case '\u2126': // ohm
		return "Ω"
	case '\u2206': // increment
		return "Δ"
	case '\u2211': // n-ary sum
		return "Σ"
	case '\u220F': // n-ary product
		return "Π"
	}
	return ""
}

// combiningLead is the first byte, in UTF-8, of every accent that composed
// knows: those from U+0300 to U+033F.
const combiningLead = 0xCC

// composed returns the GSM-7 letter that letter and the combining accent after
// it are, as some systems write file names and pastes. Source: the canonical
// decompositions of the alphabet's letters in the Unicode character database.
func composed(letter, accent rune) (rune, bool) {
	switch string([]rune{letter, accent}) {
	case "a\u0300":
		return 'à', true
	case "e\u0300":
		return 'è', true
	case "i\u0300":
		return 'ì', true
	case "o\u0300":
		return 'ò', true
	case "u\u0300":
		return 'ù', true
	case "e\u0301":
		return 'é', true
	case "E\u0301":
		return 'É', true
	case "n\u0303":
		return 'ñ', true
	case "N\u0303":
		return 'Ñ', true
	case "a\u0308":
		return 'ä', true
	case "A\u0308":
		return 'Ä', true
	case "o\u0308":
		return 'ö', true
	case "O\u0308":
		return 'Ö', true
	case "u\u0308":
		return 'ü', true
	case "U\u0308":
		return 'Ü', true
	case "a\u030A":
		return 'å', true
	case "A\u030A":
		return 'Å', true
	case "C\u0327":
		return 'Ç', true
	}
	return 0, false
}
