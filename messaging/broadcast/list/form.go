package list

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// A form is what a file is encoded in.
type form string

const (
	utf8Plain   form = "utf-8"
	utf8Marked  form = "utf-8-bom"
	utf16LE     form = "utf-16le"
	utf16BE     form = "utf-16be"
	utf16LEMark form = "utf-16le-bom"
	utf16BEMark form = "utf-16be-bom"
	windows1252 form = "windows-1252" // and ISO 8859-1, which differs in control characters alone
)

// reader reads a file from its beginning in UTF-8, without its mark. What is no UTF-8
// stays as it is in forms that should be that.
func (f form) reader(in io.ReadSeeker) (io.Reader, error) {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read it: %w", err)
	}
	switch f {
	case utf8Marked:
		if _, err := io.CopyN(io.Discard, in, 3); err != nil {
			return nil, fmt.Errorf("read it: %w", err)
		}
	case utf16LE, utf16LEMark:
		return transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), nil
	case utf16BE, utf16BEMark:
		return transform.NewReader(in, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()), nil
	case windows1252:
		return transform.NewReader(in, western{}), nil
	case utf8Plain:
	}
	return in, nil
}

// inspect reads all of a file once, 64 KiB at a time, and tells its encoding and sum. It
// refuses what is no text.
func inspect(f io.ReadSeeker) (form, string, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", "", fmt.Errorf("read it: %w", err)
	}
	sum := sha256.New()
	chunk := make([]byte, 64<<10)
	var size int64
	var found form
	var judge utf8Judge
	for {
		n, err := io.ReadFull(f, chunk)
		part := chunk[:n]
		if size == 0 && n > 0 {
			var refused error
			if found, refused = formOf(part); refused != nil {
				return "", "", refused
			}
		}
		size += int64(n)
		sum.Write(part)
		if found == "" {
			judge.read(part)
		}
		switch {
		case size > mostFile:
			return "", "", ErrTooLong
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			if size == 0 {
				return "", "", ErrEmpty
			}
			if found == "" {
				found = judge.form()
			}
			return found, hex.EncodeToString(sum.Sum(nil)), nil
		case err != nil:
			return "", "", fmt.Errorf("read it: %w", err)
		}
	}
}

// formOf is the form that the first bytes of a file prove; "" if they prove none. The
// error is of a file that is known to be something else.
func formOf(head []byte) (form, error) {
	for _, k := range []struct{ magic, is string }{
		{"PK\x03\x04", "it is a workbook or an archive (.xlsx, .ods, .zip), not a text file: open it and save it as CSV"},
		{"\xd0\xcf\x11\xe0", "it is an old Excel workbook (.xls), not a text file: open it and save it as CSV"},
		{"%PDF", "it is a PDF, not a text file: export the list as CSV"},
		{"\x1f\x8b", "it is compressed: unpack it first"},
		{"SQLite format 3\x00", "it is a database, not a text file: export the list as CSV"},
		{"{\\rtf", "it is a document of a word processor: save the list as CSV"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return "", errors.New(k.is)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return utf8Marked, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return utf16LEMark, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16BEMark, nil
	}
	head = head[:min(len(head), 4<<10)&^1]
	var zeros [2]int // at even and at odd bytes: Latin letters in UTF-16 have one each
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	switch half := len(head) / 2; {
	case zeros[1] > half/2 && zeros[0] <= half/8:
		return utf16LE, nil
	case zeros[0] > half/2 && zeros[1] <= half/8:
		return utf16BE, nil
	case zeros[0]+zeros[1] > len(head)/8:
		return "", errors.New("it is not a text file")
	}
	return "", nil
}

// A utf8Judge tells UTF-8 from Windows-1252 by all of a text, chunk by chunk.
type utf8Judge struct {
	rest        []byte // of a character that goes on in the next chunk
	good, wrong int    // characters of more than one byte, and bytes that are none
}

func (j *utf8Judge) read(part []byte) {
	if len(j.rest) > 0 {
		part = append(j.rest, part...)
		j.rest = nil
	}
	for len(part) > 0 {
		if part[0] < utf8.RuneSelf {
			part = part[1:]
			continue
		}
		if !utf8.FullRune(part) {
			j.rest = append([]byte(nil), part...)
			return
		}
		r, size := utf8.DecodeRune(part)
		if r == utf8.RuneError && size == 1 {
			j.wrong++
		} else {
			j.good++
		}
		part = part[size:]
	}
}

// form is UTF-8 unless more speaks against it than for it: a file may have lost a byte of
// an emoji, but letters of Windows-1252 hardly ever make UTF-8.
func (j *utf8Judge) form() form {
	if j.wrong+len(j.rest) > j.good {
		return windows1252
	}
	return utf8Plain
}
