package picture

import (
	"encoding/binary"
	"image/color"
	"slices"
)

// pngParts are what a PNG is made of.
type pngParts struct {
	location, private bool
	moves             bool   // it is one of several pictures (APNG)
	bare              []byte // the picture without what else it says
}

// pngChunks are those that the picture is made of. Source: PNG, third edition, 11; of what
// may be left out those that change how it looks, and of APNG all.
var pngChunks = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "bKGD", "acTL", "fcTL", "fdAT"}

// splitPNG takes a PNG apart. What stands behind its end goes.
func splitPNG(b []byte) (parts pngParts, err error) {
	const signature, frame = 8, 12 // bytes: length, type and checksum are around a chunk's own
	if len(b) < signature {
		return parts, errNotWhole
	}
	bare := append(make([]byte, 0, len(b)), b[:signature]...)
	for at := signature; ; {
		if len(b)-at < frame {
			return parts, errNotWhole
		}
		n := int64(binary.BigEndian.Uint32(b[at:]))
		if n > int64(len(b)-at-frame) {
			return parts, errNotWhole
		}
		end := at + frame + int(n)
		kind, body := string(b[at+4:at+8]), b[at+8:end-4]
		switch {
		case slices.Contains(pngChunks, kind):
			bare = append(bare, b[at:end]...)
			parts.moves = parts.moves || kind == "acTL"
		default:
			parts.private = true
			parts.location = parts.location || kind == "eXIf" && readExif(body).location || kind == "iTXt" && xmpLocates(body)
		}
		at = end
		if kind == "IEND" {
			parts.bare, parts.private = bare, parts.private || at < len(b)
			return parts, nil
		}
	}
}

// deep reports whether the colours of a picture have 16 bits each.
func deep(m color.Model) bool {
	return m == color.RGBA64Model || m == color.NRGBA64Model || m == color.Gray16Model
}
