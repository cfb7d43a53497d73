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

// layer is a text in which escapes were undone some times, and the parts of the original
// that its bytes stand for.
type layer struct {
	text  []byte
	parts []part // in their order; nil: the text is the original
}

// part is a part of a layer, up to the next one: what an escape stands for, or bytes that
// stand for themselves.
type part struct {
	at      int32 // where it begins
	source  int32 // where the original begins that it stands for
	escaped int32 // how long that is, if it was an escape; 0 if not
}

func layerOf(text []byte) layer { return layer{text: text} }

// source is the part of the original that bytes i to j-1 stand for.
func (l layer) source(i, j int) span {
	if l.parts == nil {
		return span{i, j}
	}
	return span{l.byteAt(i).from, l.byteAt(j - 1).to}
}

// byteAt is the part of the original that one byte stands for.
func (l layer) byteAt(i int) span {
	p := l.parts[l.partAt(i)]
	if p.escaped > 0 {
		return span{int(p.source), int(p.source + p.escaped)}
	}
	from := int(p.source) + i - int(p.at)
	return span{from, from + 1}
}

// partAt is which part a byte is in.
func (l layer) partAt(i int) int {
	n, begins := slices.BinarySearchFunc(l.parts, i, func(p part, i int) int { return int(p.at) - i })
	if !begins {
		n--
	}
	return n
}

// escapes are the bytes with which escapes begin.
const escapes = `\%&`

// copy adds bytes i to j-1 of another layer, as they are.
func (l *layer) copy(of layer, i, j int) {
	if of.parts == nil {
		l.add(i, 0)
	} else {
		for n := of.partAt(i); n < len(of.parts) && int(of.parts[n].at) < j; n++ {
			p := of.parts[n]
			if ahead := i - int(p.at); ahead > 0 && p.escaped == 0 {
				p.source += int32(ahead) //nolint:gosec // as in add
			}
			at := len(l.text) + max(int(p.at)-i, 0)
			l.parts = append(l.parts, part{int32(at), p.source, p.escaped}) //nolint:gosec // as in add
		}
	}
	l.text = append(l.text, of.text[i:j]...)
}

// add begins a part at the end of the text.
func (l *layer) add(source, escaped int) {
	l.parts = append(l.parts, part{int32(len(l.text)), int32(source), int32(escaped)}) //nolint:gosec // texts are a few MiB at most
}

// undone is l with one more layer of escapes undone. It reports false if there was
// none.
func (l layer) undone() (layer, bool) {
	if !bytes.ContainsAny(l.text, escapes) {
		return l, false
	}
	next, changed := layer{text: make([]byte, 0, len(l.text)), parts: []part{}}, false
	for i := 0; i < len(l.text); {
		n := bytes.IndexAny(l.text[i:], escapes)
		if n < 0 {
			n = len(l.text) - i
		}
		if n > 0 {
			next.copy(l, i, i+n)
			i += n
			continue
		}
		plain, n := unescape(l.text[i:])
		if n == 0 {
			next.copy(l, i, i+1)
			i++
			continue
		}
		changed = true
		if at := l.source(i, i+n); len(plain) > 0 {
			next.add(at.from, at.to-at.from)
			next.text = append(next.text, plain...)
		}
		i += n
	}
	return next, changed
}

// find is where the original has one of the forms, as far as this layer shows. In a
// text that was cut, the beginning of a form at its end is one too.
func (l layer) find(forms lookout, cut bool) []span {
	seen := forms.begin(l.text)
	if len(seen) == 0 && !cut {
		return nil
	}
	short, at := fold(l.text)
	if len(short) < minHidden {
		return nil // a beginning of fewer is none either
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
	begins map[uint64][]int
	maybe  *[1 << (lookoutBits - 6)]uint64
}

// lookoutBits is from how many bits of a hash maybe judges.
const lookoutBits = 14

func lookoutFor(forms []secretForm) lookout {
	l := lookout{all: slices.Clone(forms), begins: map[uint64][]int{}, maybe: new([1 << (lookoutBits - 6)]uint64)}
	for i, f := range l.all {
		first := binary.LittleEndian.Uint64([]byte(f.text))
		l.begins[first] = append(l.begins[first], i)
		at := hashOf(first)
		l.maybe[at>>6] |= 1 << (at & 63)
	}
	return l
}

// hashOf is a hash of eight bytes, by multiplication: Knuth, The Art of Computer
// Programming, 6.4.
func hashOf(eight uint64) uint64 { return eight * 0x9e3779b97f4a7c15 >> (64 - lookoutBits) }

// begin names the forms whose first bytes are in a text, folded.
func (l lookout) begin(text []byte) map[int]bool {
	var seen map[int]bool
	var eight uint64 // the last bytes, the first of them lowest
	n := 0
	for _, c := range text {
		c, stays := foldByte(c)
		if !stays {
			continue
		}
		eight = eight>>8 | uint64(c)<<56
		if n++; n < minHidden {
			continue
		}
		if at := hashOf(eight); l.maybe[at>>6]&(1<<(at&63)) == 0 {
			continue
		}
		for _, form := range l.begins[eight] {
			if seen == nil {
				seen = map[int]bool{}
			}
			seen[form] = true
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
		c, stays := foldByte(c)
		if !stays {
			if places == nil {
				places = make([]int32, i, len(text))
				for j := range places {
					places[j] = int32(j)
				}
			}
			continue
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

// foldByte is fold of one byte; stays is false if nothing is left of it.
func foldByte(c byte) (folded byte, stays bool) {
	switch {
	case c > '_', c >= '.' && c < 'A': // most
		return c, true
	case c == ' ', c == '\t', c == '\r', c == '\n', c == 0:
		return 0, false
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A', true
	case c == '-':
		return '+', true
	case c == '_':
		return '/', true
	}
	return c, true
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
