// Package texttest judges in tests whether text may reach a terminal, and has text that must not.
package texttest

import "unicode"

// Dangerous reports whether a terminal must not get r. It is written apart from
// the code it checks; U+200C and U+200D are allowed, for Persian is written with the
// one and emoji are made with the other.
func Dangerous(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r <= 0x9f: // C0, DEL, C1
		return true
	case r == 0xad, r == 0x61c, r == 0x180e, r == 0xfeff, r >= 0xe0000 && r <= 0xe007f:
		return true
	case r >= 0x200b && r <= 0x200f && r != 0x200c && r != 0x200d, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	}
	return unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cs, r)
}
