package draft

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"telex/messaging"
)

// maxTextBytes bounds what is read as a text: far more than a message can hold.
const maxTextBytes = 64 << 10

// ReadText reads the text of a message from a file. One line end at its end is
// left out, for editors and echo add it; so is a byte order mark, which would be sent
// as a character and cost the whole text its encoding. UTF-16 that says it is so by its
// mark is read, and as says that; of other encodings the error names the remedy. The error
// does not name the file.
func ReadText(r io.Reader) (text, as string, err error) {
	b, err := io.ReadAll(io.LimitReader(r, maxTextBytes+1))
	if err != nil {
		return "", "", fmt.Errorf("cannot be read: %w", err)
	}
	if len(b) > maxTextBytes {
		return "", "", fmt.Errorf("is longer than %d KiB, but a message holds %d characters at most", maxTextBytes>>10, messaging.MaxTextChars)
	}
	if text, as, err = decodeText(b); err != nil {
		return "", "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), as, nil
}

// decodeText makes a text of bytes. Read is the encoding, if it is another than UTF-8.
func decodeText(b []byte) (text, read string, err error) {
	for _, order := range []struct {
		mark  []byte
		bytes binary.ByteOrder
	}{{[]byte{0xff, 0xfe}, binary.LittleEndian}, {[]byte{0xfe, 0xff}, binary.BigEndian}} {
		if rest, ok := bytes.CutPrefix(b, order.mark); ok {
			text, err = decodeUTF16(rest, order.bytes)
			return text, "UTF-16", err
		}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if from := looksLike(b); from != "" {
		return "", "", fmt.Errorf("is not in UTF-8, but looks like %s: convert it with iconv -f %s -t UTF-8", from, from)
	}
	return string(b), "", nil
}

func decodeUTF16(b []byte, order binary.ByteOrder) (string, error) {
	if len(b)%2 != 0 {
		return "", errors.New("begins like UTF-16, but ends in the middle of a character: it is damaged")
	}
	units := make([]uint16, 0, len(b)/2)
	for pair := range slices.Chunk(b, 2) {
		units = append(units, order.Uint16(pair))
	}
	runes := utf16.Decode(units)
	if slices.Contains(runes, utf8.RuneError) {
		return "", errors.New("begins like UTF-16, but holds half a character: it is damaged")
	}
	return string(runes), nil
}

// looksLike is the encoding that b seems to be in, by the name that iconv has for it;
// "" for UTF-8, and where nothing tells.
func looksLike(b []byte) string {
	var nul [2]int // at even and odd places
	for i, c := range b {
		if c == 0 {
			nul[i%2]++
		}
	}
	switch half := len(b) / 2; {
	case half < 2: // too little to tell by
	case nul[0] == 0 && nul[1]*5 >= half*4: // four in five: the rest is beyond Latin
		return "UTF-16LE"
	case nul[1] == 0 && nul[0]*5 >= half*4:
		return "UTF-16BE"
	}
	if utf8.Valid(b) || bytes.ContainsFunc(b, func(r rune) bool { return !messaging.IsSendable(r) && r < 0x80 }) {
		return ""
	}
	// Windows has letters and quotes where Latin-1 has controls.
	if slices.ContainsFunc(b, func(c byte) bool { return c >= 0x80 && c <= 0x9f }) {
		return "WINDOWS-1252"
	}
	return "ISO-8859-1"
}
