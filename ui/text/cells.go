package text

// SameCells reports whether every terminal gives as many cells to s, however it counts
// them: one to each letter of Europe, sign of punctuation, arrow, line and block. Control
// sequences do not matter. It answers in time for what screens are made of, where the
// tables of other ways to count take milliseconds and megabytes to be made.
func SameCells(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return sameCells(s[i:])
		}
	}
	return true
}

func sameCells(s string) bool {
	for _, r := range s {
		switch {
		case r < 0x7f, r >= 0xa1 && r < 0x300 && r != 0xad && r != 0xa9 && r != 0xae: // less © and ®, which may be emoji
		case r >= 0x2010 && r <= 0x2027 && r != 0x203c: // dashes, quotes, bullets, ellipsis
		case r >= 0x2190 && r <= 0x2193: // arrows
		case r >= 0x2500 && r <= 0x25a9, r == 0x25b8, r == 0x25cf: // lines, blocks, ▸, ●
		case r == 0x23ce, r == 0x2713, r == 0x2717: // ⏎, ✓, ✗
		default:
			return false
		}
	}
	return true
}
