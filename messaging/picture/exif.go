package picture

import (
	"bytes"
	"encoding/binary"
)

// Tags that are looked at. Source: Exif 2.32, tables 4, 15 and 16.
const (
	tagOrientation = 0x0112
	tagGPS         = 0x8825
	gpsLatitude    = 2
	gpsLongitude   = 4
	gpsArea        = 28
)

// An exif is what is read of a picture's own words.
type exif struct {
	orientation int  // 1 to 8; 1 is upright, and where nothing is said
	location    bool // it tells where it was taken
}

// readExif reads a TIFF structure, as Exif has it. What cannot be read is not there.
func readExif(b []byte) exif {
	e := exif{orientation: 1}
	if len(b) < 8 {
		return e
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return e
	}
	readIFD(b, order, order.Uint32(b[4:]), func(tag uint16, value []byte) {
		switch tag {
		case tagOrientation:
			if o := int(order.Uint16(value)); o >= 1 && o <= 8 {
				e.orientation = o
			}
		case tagGPS:
			readIFD(b, order, order.Uint32(value), func(tag uint16, _ []byte) {
				e.location = e.location || tag == gpsLatitude || tag == gpsLongitude || tag == gpsArea
			})
		}
	})
	return e
}

// readIFD gives the entries of a directory at an offset to do: the tag, and the four bytes
// of its value, or of where that is.
func readIFD(b []byte, order binary.ByteOrder, at uint32, do func(tag uint16, value []byte)) {
	const entry = 12
	if int64(at)+2 > int64(len(b)) {
		return
	}
	n := int(order.Uint16(b[at:]))
	rest := b[at+2:]
	for range n {
		if len(rest) < entry {
			return
		}
		do(order.Uint16(rest), rest[8:entry])
		rest = rest[entry:]
	}
}

// xmpLocates reports whether a packet of XMP tells where a picture was taken.
func xmpLocates(packet []byte) bool {
	return bytes.Contains(packet, []byte("GPSLatitude")) || bytes.Contains(packet, []byte("GPSLongitude"))
}
