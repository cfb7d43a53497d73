package list

import (
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// western reads Windows-1252, and ISO 8859-1, as UTF-8. It has no state. Package charmap of
// golang.org/x/text does it too, and brings the tables of 40 other encodings.
type western struct{ transform.NopResetter }

// none is a byte that is no character of it.
const none = utf8.RuneError

// westernHigh are the characters 0x80 to 0x9F; the others have their numbers in Unicode.
// Source: https://encoding.spec.whatwg.org/index-windows-1252.txt.
var westernHigh = [...]rune{
	0x20AC, none, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, none, 0x017D, none,
	none, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, none, 0x017E, 0x0178,
}

func (western) of(b byte) rune {
	if i := int(b) - 0x80; i >= 0 && i < len(westernHigh) {
		return westernHigh[i]
	}
	return rune(b)
}

// Transform is what transform.NewReader asks for.
func (w western) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	for _, b := range src {
		r := w.of(b)
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc++
	}
	return nDst, nSrc, nil
}

// text is b in UTF-8.
func (w western) text(b []byte) string {
	text := make([]byte, 0, 2*len(b))
	for _, c := range b {
		text = utf8.AppendRune(text, w.of(c))
	}
	return string(text)
}
