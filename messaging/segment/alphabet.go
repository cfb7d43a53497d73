package segment

// latin1 holds the septets that the first 256 code points cost in GSM-7, and 0
// for those outside it. It is never written to. The escape code (0x1B) is part
// of the encoding and not a character, so it is outside. Source: 3GPP TS 23.038
// §6.2.1 and §6.2.1.1.
var latin1 = [256]uint8{
	'\n': 1, '\r': 1, '\f': 2,

	' ': 1, '!': 1, '"': 1, '#': 1, '$': 1, '%': 1, '&': 1, '\'': 1,
	'(': 1, ')': 1, '*': 1, '+': 1, ',': 1, '-': 1, '.': 1, '/': 1,
	'0': 1, '1': 1, '2': 1, '3': 1, '4': 1, '5': 1, '6': 1, '7': 1, '8': 1, '9': 1,
	':': 1, ';': 1, '<': 1, '=': 1, '>': 1, '?': 1, '@': 1,

	'A': 1, 'B': 1, 'C': 1, 'D': 1, 'E': 1, 'F': 1, 'G': 1, 'H': 1, 'I': 1,
	'J': 1, 'K': 1, 'L': 1, 'M': 1, 'N': 1, 'O': 1, 'P': 1, 'Q': 1, 'R': 1,
	'S': 1, 'T': 1, 'U': 1, 'V': 1, 'W': 1, 'X': 1, 'Y': 1, 'Z': 1,

	'[': 2, '\\': 2, ']': 2, '^': 2, '_': 1, '`': 0,

	'a': 1, 'b': 1, 'c': 1, 'd': 1, 'e': 1, 'f': 1, 'g': 1, 'h': 1, 'i': 1,
	'j': 1, 'k': 1, 'l': 1, 'm': 1, 'n': 1, 'o': 1, 'p': 1, 'q': 1, 'r': 1,
	's': 1, 't': 1, 'u': 1, 'v': 1, 'w': 1, 'x': 1, 'y': 1, 'z': 1,

	'{': 2, '|': 2, '}': 2, '~': 2,

	'¡': 1, '£': 1, '¤': 1, '¥': 1, '§': 1, '¿': 1,
	'Ä': 1, 'Å': 1, 'Æ': 1, 'Ç': 1, 'É': 1, 'Ñ': 1, 'Ö': 1, 'Ø': 1, 'Ü': 1, 'ß': 1,
	'à': 1, 'ä': 1, 'å': 1, 'æ': 1, 'è': 1, 'é': 1, 'ì': 1, 'ñ': 1,
	'ò': 1, 'ö': 1, 'ø': 1, 'ù': 1, 'ü': 1,
}

// septets returns what r costs in GSM-7: 1, 2 for an extension character, or 0
// when r is not of that alphabet.
func septets(r rune) int {
	if r >= 0 && int(r) < len(latin1) {
		return int(latin1[r])
	}
	switch r {
	case 'Δ', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ':
		return 1
	case '€':
		return 2
	}
	return 0
}

// encodingOf returns the encoding that text travels in.
func encodingOf(text string) Encoding {
	for _, r := range text {
		if septets(r) == 0 {
			return UCS2
		}
	}
	return GSM7
}
