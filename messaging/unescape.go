package messaging

import (
	"bytes"
	"encoding/binary"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// layer is a text in which escapes were undone some times, and for each of its bytes
// the part of the original that it stands for.
type layer struct {
	text     []byte
	from, to []int32 // nil: the text is the original
}

func layerOf(text []byte) layer { return layer{text: text} }

// source is the part of the original that bytes i to j-1 stand for.
func (l layer) source(i, j int) span {
	if l.from == nil {
		return span{i, j}
	}
	return span{int(l.from[i]), int(l.to[j-1])}
}

// escapes are the bytes with which escapes begin.
const escapes = `\%&`

// copy adds bytes i to j-1 of another layer, as they are.
func (l *layer) copy(of layer, i, j int) {
	l.text = append(l.text, of.text[i:j]...)
	if of.from != nil {
		l.from, l.to = append(l.from, of.from[i:j]...), append(l.to, of.to[i:j]...)
		return
	}
	for ; i < j; i++ {
		l.from, l.to = append(l.from, int32(i)), append(l.to, int32(i+1)) //nolint:gosec // texts are a few MiB at most
	}
}

// undone is l with one more layer of escapes undone. It reports false if there was
// none.
func (l layer) undone() (layer, bool) {
	if !bytes.ContainsAny(l.text, escapes) {
		return l, false
	}
	next := layer{text: make([]byte, 0, len(l.text))}
	next.from, next.to = make([]int32, 0, len(l.text)), make([]int32, 0, len(l.text))
	changed := false
	for i := 0; i < len(l.text); {
		if n := bytes.IndexAny(l.text[i:], escapes); n != 0 {
			if n < 0 {
				n = len(l.text) - i
			}
			next.copy(l, i, i+n)
			i += n
			continue
		}
		plain, n := unescape(l.text[i:])
		if n == 0 {
			plain, n = l.text[i:i+1], 1
		} else {
			changed = true
		}
		at := l.source(i, i+n)
		for range plain {
			next.from, next.to = append(next.from, int32(at.from)), append(next.to, int32(at.to)) //nolint:gosec // texts are a few MiB at most
		}
		next.text = append(next.text, plain...)
		i += n
	}
	return next, changed
}

// find is where the original has one of the forms, as far as this layer shows. In a
// text that was cut, the beginning of a form at its end is one too.
func (l layer) find(forms lookout, cut bool) []span {
	short, at := fold(l.text)
	if len(short) < minHidden {
		return nil // a beginning of fewer is none either
	}
	seen := forms.begin(short)
	if len(seen) == 0 && !cut {
		return nil
	}
	folded := string(short) // once, and not for each form
	var found []span
	for k, f := range forms.all {
		for i := 0; seen[k]; {
			n := strings.Index(folded[i:], f.text)
			if n < 0 {
				break
			}
			first, last := i+n, i+n+len(f.text)
			for last < len(folded) && folded[last] == '=' { // the end of base64
				last++
			}
			found = append(found, l.source(at(first), at(last-1)+1))
			i = last
		}
		if !cut {
			continue
		}
		if n := begun(folded, f); n > 0 {
			found = append(found, l.source(at(len(folded)-n), at(len(folded)-1)+1))
		}
	}
	return found
}

// begun is how many bytes of a form stand at the end of a text, if some of them are
// secret.
func begun(folded string, f secretForm) int {
	for n := min(len(f.text)-1, len(folded)); n >= max(minHidden, f.open+1); n-- {
		if strings.HasSuffix(folded, f.text[:n]) {
			return n
		}
	}
	return 0
}

// A lookout is forms of secrets that are looked for together: most texts have none of them,
// and are gone through once.
type lookout struct {
	all []secretForm
	// begins are those forms by their first bytes, and maybe says of all eight bytes in a row
	// whether they may be such.
	begins map[[minHidden]byte][]int
	maybe  *[1 << (lookoutBits - 6)]uint64
}

// lookoutBits is from how many bits of a hash maybe judges.
const lookoutBits = 14

func lookoutFor(forms []secretForm) lookout {
	l := lookout{all: slices.Clone(forms), begins: map[[minHidden]byte][]int{}, maybe: new([1 << (lookoutBits - 6)]uint64)}
	for i, f := range l.all {
		first := [minHidden]byte([]byte(f.text))
		l.begins[first] = append(l.begins[first], i)
		at := hashOf(first[:])
		l.maybe[at>>6] |= 1 << (at & 63)
	}
	return l
}

// hashOf is a hash of the first eight bytes of text, by multiplication: Knuth, The Art of
// Computer Programming, 6.4.
func hashOf(text []byte) uint64 {
	return binary.LittleEndian.Uint64(text) * 0x9e3779b97f4a7c15 >> (64 - lookoutBits)
}

// begin names the forms whose first bytes are in a folded text.
func (l lookout) begin(folded []byte) map[int]bool {
	var seen map[int]bool
	for i := 0; i+minHidden <= len(folded); i++ {
		if at := hashOf(folded[i:]); l.maybe[at>>6]&(1<<(at&63)) == 0 {
			continue
		}
		for _, n := range l.begins[[minHidden]byte(folded[i:])] {
			if seen == nil {
				seen = map[int]bool{}
			}
			seen[n] = true
		}
	}
	return seen
}

// fold is text without white space and NULs, in lower case and with the alphabet of
// base64 that has + and /. At says where a byte of it was.
func fold(text []byte) (folded []byte, at func(int) int) {
	folded = make([]byte, 0, len(text))
	var places []int32 // nil as long as nothing was left out
	for i, c := range text {
		switch {
		case c == ' ', c == '\t', c == '\r', c == '\n', c == 0:
			if places == nil {
				places = make([]int32, i, len(text))
				for j := range places {
					places[j] = int32(j)
				}
			}
			continue
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '-':
			c = '+'
		case c == '_':
			c = '/'
		}
		folded = append(folded, c)
		if places != nil {
			places = append(places, int32(i))
		}
	}
	if places == nil {
		return folded, func(i int) int { return i }
	}
	return folded, func(i int) int { return int(places[i]) }
}

// longestEntity bounds a character reference of HTML.
const longestEntity = 32

// unescape reads one escape at the beginning of text: what it stands for, and how long
// it is; 0 if there is none.
func unescape(text []byte) (plain []byte, n int) {
	switch text[0] {
	case '%':
		if v, ok := hexDigits(text, 1, 2); ok {
			return []byte{byte(v & 0xff)}, 3
		}
	case '&':
		end := bytes.IndexByte(text[:min(len(text), longestEntity)], ';')
		if end < 0 {
			return nil, 0
		}
		whole := string(text[:end+1])
		if s := html.UnescapeString(whole); s != whole {
			return []byte(s), end + 1
		}
	case '\\':
		return unescapeBackslash(text)
	}
	return nil, 0
}

// unescapeBackslash reads an escape of JSON, JavaScript, C or Go.
func unescapeBackslash(text []byte) (plain []byte, n int) {
	if len(text) < 2 {
		return nil, 0
	}
	switch c := text[1]; c {
	case 'u':
		return unescapeUnicode(text)
	case 'U':
		if v, ok := hexDigits(text, 2, 8); ok {
			return utf8.AppendRune(nil, v), 10
		}
	case 'x':
		if v, ok := hexDigits(text, 2, 2); ok {
			return []byte{byte(v & 0xff)}, 4
		}
	case 'n', 'r', 't', 'b', 'f', 'a', 'v':
		return []byte{'\n'}, 2 // all white space or control: see fold
	case '0', '1', '2', '3':
		if len(text) >= 4 {
			if v, err := strconv.ParseUint(string(text[1:4]), 8, 8); err == nil {
				return []byte{byte(v)}, 4
			}
		}
	}
	return text[1:2], 2
}

// unescapeUnicode reads \uXXXX, two of them if they are a pair, and \u{X}.
func unescapeUnicode(text []byte) (plain []byte, n int) {
	if len(text) > 3 && text[2] == '{' {
		if end := bytes.IndexByte(text[:min(len(text), 12)], '}'); end > 3 {
			if v, ok := hexDigits(text, 3, end-3); ok {
				return utf8.AppendRune(nil, v), end + 1
			}
		}
		return nil, 0
	}
	high, ok := hexDigits(text, 2, 4)
	if !ok {
		return nil, 0
	}
	if len(text) > 7 && text[6] == '\\' && text[7] == 'u' {
		if low, ok := hexDigits(text, 8, 4); ok && utf16.IsSurrogate(high) {
			return utf8.AppendRune(nil, utf16.DecodeRune(high, low)), 12
		}
	}
	return utf8.AppendRune(nil, high), 6
}

// hexDigits reads n digits of text from i.
func hexDigits(text []byte, i, n int) (v rune, ok bool) {
	if len(text) < i+n {
		return 0, false
	}
	parsed, err := strconv.ParseUint(string(text[i:i+n]), 16, 31)
	return rune(parsed), err == nil
}
