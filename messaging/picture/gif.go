package picture

// countFrames counts the pictures of a GIF, of which none is unpacked. Source: GIF89a, 17
// to 27.
func countFrames(b []byte) (frames int, err error) {
	const header, descriptor = 13, 10
	at := header
	table := func(packed byte) int { // of colours, in bytes
		if packed&0x80 == 0 {
			return 0
		}
		return 3 << (packed&7 + 1)
	}
	if len(b) < header {
		return 0, errNotWhole
	}
	at += table(b[10])
	blocks := func() bool { // passes over data in blocks, each with its length before it
		for at < len(b) {
			n := int(b[at])
			at += 1 + n
			if n == 0 {
				return at <= len(b)
			}
		}
		return false
	}
	for at < len(b) {
		switch b[at] {
		case 0x3b: // the end
			if frames == 0 {
				return 0, errNotWhole
			}
			return frames, nil
		case 0x21: // an extension: its label, then blocks
			at += 2
		case 0x2c: // a picture: how it lies, its colours, the least size of codes, then blocks
			if at+descriptor > len(b) {
				return 0, errNotWhole
			}
			frames++
			at += descriptor + table(b[at+9]) + 1
		default:
			return 0, errNotWhole
		}
		if !blocks() {
			return 0, errNotWhole
		}
	}
	return 0, errNotWhole
}
