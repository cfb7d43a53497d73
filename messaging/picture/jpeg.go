package picture

import (
	"bytes"
	"encoding/binary"
)

// Markers of JPEG. Source: ITU-T T.81, table B.1.
const (
	markerSOF0 = 0xc0
	markerJPG  = 0xc8
	markerSOFF = 0xcf // DHT and DAC are among the frames
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerTEM  = 0x01
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerDQT  = 0xdb
	markerDNL  = 0xdc
	markerDRI  = 0xdd
	markerAPP0 = 0xe0
	markerAPPE = 0xee // Adobe's, without which colours are read wrongly
)

// jpegParts are what a JPEG is made of.
type jpegParts struct {
	exif

	private bool   // there is more in it than the picture
	bare    []byte // the picture without that
}

var (
	errNotWhole = &Error{What: "is a damaged picture: it cannot be read to its end"}
	exifSign    = []byte("Exif\x00\x00")
	xmpSign     = []byte("http://ns.adobe.com/")
	adobeSign   = []byte("Adobe")
	jfifSign    = []byte("JFIF\x00")
)

// splitJPEG takes a JPEG apart. What stands behind its end goes: there phones put films
// and second pictures.
func splitJPEG(b []byte) (parts jpegParts, err error) {
	parts.orientation = 1
	if len(b) < 4 || b[0] != 0xff || b[1] != markerSOI {
		return parts, errNotWhole
	}
	bare := append(make([]byte, 0, len(b)), b[:2]...)
	for at := 2; ; {
		next := nextMarker(b, at)
		parts.private = parts.private || len(bytes.Trim(b[at:next], "\xff")) > 0 // but for fill bytes
		if at = next; at+2 > len(b) {
			return parts, errNotWhole
		}
		marker := b[at+1]
		if marker == markerEOI {
			parts.bare = append(bare, 0xff, markerEOI)
			parts.private = parts.private || at+2 < len(b)
			return parts, nil
		}
		if marker == markerTEM || marker >= markerRST0 && marker <= markerSOI { // nothing belongs to it
			at += 2
			continue
		}
		if at+4 > len(b) {
			return parts, errNotWhole
		}
		end := at + 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if end < at+4 || end > len(b) {
			return parts, errNotWhole
		}
		if marker == markerSOS {
			end = endOfScan(b, end)
		}
		if parts.keeps(marker, b[at+4:end]) {
			bare = append(bare, b[at:end]...)
		}
		at = end
	}
}

// nextMarker is where the next marker stands at or behind an offset. What lies between two
// segments is nothing: decoders pass over it.
func nextMarker(b []byte, at int) int {
	for ; at+1 < len(b); at++ {
		if b[at] == 0xff && b[at+1] != 0 && b[at+1] != 0xff {
			return at
		}
	}
	return len(b)
}

// keeps reports whether a segment belongs to the picture, and notes what else it says.
func (p *jpegParts) keeps(marker byte, body []byte) bool {
	switch {
	case marker >= markerSOF0 && marker <= markerSOFF && marker != markerJPG:
		return true
	case marker == markerSOS, marker == markerDQT, marker == markerDNL, marker == markerDRI:
		return true
	case marker == markerAPP0 && bytes.HasPrefix(body, jfifSign) && len(body) == 14: // no small picture in it
		return true
	case marker == markerAPPE && bytes.HasPrefix(body, adobeSign) && len(body) == 12:
		return true
	}
	p.private = true
	switch {
	case bytes.HasPrefix(body, exifSign):
		e := readExif(body[len(exifSign):])
		p.location = p.location || e.location
		if p.orientation == 1 {
			p.orientation = e.orientation
		}
	case bytes.HasPrefix(body, xmpSign):
		p.location = p.location || xmpLocates(body)
	}
	return false
}

// endOfScan is where the next marker stands behind the data of a scan that begins at an
// offset: neither a stuffed zero nor one of the restart markers.
func endOfScan(b []byte, at int) int {
	for {
		i := bytes.IndexByte(b[at:], 0xff)
		if i < 0 || at+i+1 >= len(b) {
			return len(b)
		}
		at += i
		switch next := b[at+1]; {
		case next == 0, next >= 0xd0 && next <= 0xd7:
			at += 2
		case next == 0xff:
			at++
		default:
			return at
		}
	}
}
