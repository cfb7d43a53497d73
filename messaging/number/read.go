package number

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"telex/messaging/blank"
)

// read finds the digits in what was typed, and whether a + stood before them.
// digits is not empty unless there is a problem. The work is linear in the
// length of typed.
func read(typed string) (digits string, international bool, problem Problem) {
	s := withoutName(strings.TrimSpace(clean(typed)))
	s, params, _ := strings.Cut(s, ";")
	context, problem := parameters(params)
	if problem != "" {
		return "", false, problem
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if isTrunkZero(s, i) && (international || b.Len() > 0) {
				continue
			}
			b.WriteRune(r)
		case r == '+':
			if international || b.Len() > 0 {
				return "", false, Several
			}
			international = true
		case strings.ContainsRune(" -.()[]/~", r):
		default:
			return "", false, unexpected(s[i:], b.Len())
		}
	}
	digits = b.String()
	if digits == "" {
		if s == "" {
			return "", false, Empty
		}
		return "", false, Unreadable
	}
	if context != "" && !international {
		return context + digits, true, ""
	}
	return digits, international, ""
}

// isTrunkZero reports whether the digit at i is the 0 of "(0)", which stands
// where the national prefix is left out: +44 (0)20 7946 0018.
func isTrunkZero(s string, i int) bool {
	return i > 0 && strings.HasPrefix(s[i-1:], "(0)")
}

// unexpected says what is wrong with a text that goes on with rest, not empty,
// where neither digits nor what may stand between them is, after digits digits.
func unexpected(rest string, digits int) Problem {
	if digits > 0 && isExtension(rest) {
		return Extension
	}
	if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(r) {
		return Letters
	}
	return Unreadable
}

// isExtension reports whether s reads like "x123", "ext. 123", "#123" or ",,123".
func isExtension(s string) bool {
	start := strings.IndexFunc(s, unicode.IsDigit)
	if start < 0 || strings.Trim(s[start:], "0123456789 #") != "" {
		return false
	}
	switch strings.ToLower(strings.Trim(s[:start], " .:-,#")) {
	case "", "x", "ext", "extn", "extension", "p", "w": // p and w are pauses
		return true
	}
	return false
}

// parameters reads what RFC 3966 puts after the number: the digits of a
// phone-context, which complete a local number, and an extension. Others are
// ignored, and so is a context that is a domain.
func parameters(s string) (context string, problem Problem) {
	for p := range strings.SplitSeq(s, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(p), "=")
		switch name = strings.ToLower(name); {
		case name == "ext" && found, isExtension("#" + p): // ";123" is how phones write a pause
			return "", Extension
		case name == "phone-context" && strings.HasPrefix(value, "+"):
			context = onlyDigits(value)
		case !found && strings.TrimSpace(p) != "":
			return "", Unreadable
		}
	}
	return context, ""
}

// withoutName drops who the number belongs to: Ada <…>, "Lovelace, Ada" …, Ada: …,
// tel:…; and quotes around the number. A label with too many digits is none: "+1 919 555
// 1212 ext: 5".
func withoutName(s string) string {
	for range 2 { // a name, then a number, as a row of a CSV file may have both in quotes
		quoted, rest, ok := cutQuoted(s)
		rest = strings.TrimLeft(rest, " ,;")
		switch {
		case !ok:
		case rest == "":
			s = strings.TrimSpace(quoted)
		case countDigits(quoted) < minDigits:
			s = rest
		}
	}
	if _, inside, ok := strings.Cut(s, "<"); ok && strings.HasSuffix(inside, ">") {
		s = strings.TrimSpace(strings.TrimSuffix(inside, ">"))
	}
	label, rest, ok := strings.Cut(s, ":")
	if ok && strings.ContainsFunc(label, unicode.IsLetter) && countDigits(label) < minDigits {
		s = strings.TrimSpace(rest)
	}
	return s
}

// minDigits is how many digits are taken for a number where fewer may be part of
// a name.
const minDigits = 7

func countDigits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// onlyDigits leaves out of s what is no digit.
func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// clean maps what looks like a digit, a sign or a space to the ASCII one, and
// drops what cannot be seen: direction marks, zero-width characters, fillers.
func clean(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x80 && r >= ' ':
			return r
		case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
			return r - 0xFEE0
		case blank.IsHidden(r):
			return -1
		case blank.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Nd, r):
			return '0' + digitValue(r)
		case unicode.Is(unicode.Pd, r), r == '−':
			return '-'
		case r == '·', r == '•', r == '∙':
			return '.'
		}
		return r
	}, typed)
}

// digitValue returns the value of a decimal digit of any script. Unicode keeps
// digits in runs of ten code points, each from its zero upwards; a few runs
// follow one another.
func digitValue(r rune) rune {
	first := r
	for unicode.Is(unicode.Nd, first-1) {
		first--
	}
	return (r - first) % 10
}
