package config

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A document is the text of a TOML file with the places of all that is in it, so
// that one thing can be changed and the rest stay as its user wrote it.
type document struct {
	text     []byte
	sections []section // as the headers begin them; the first is the top of the file
	entries  []entry   // every key with a value, in order; those within inline tables behind their table
}

// A span is a part of the text, from its first byte to the one behind its last.
type span struct{ from, to int }

// A section is a header with all up to the next one.
type section struct {
	path   []string // of the table that it is about
	header span     // the line of the header, without its end; empty for the top of the file
	array  bool     // it adds a table to a list of them
}

// An entry is a key with its value.
type entry struct {
	path    []string // from the top of the file
	whole   span     // from the first byte of the key to the last of the value
	value   span
	kind    unstable.Kind // of the value
	section int
	within  int // the entry of the inline table that this is in; -1 for none
}

// parseDocument reads text, which it keeps. It looks at the form only: whether a key
// is there twice is for the decoder to say.
func parseDocument(text []byte) (*document, error) {
	d := &document{text: text, sections: []section{{}}}
	var p unstable.Parser
	p.Reset(d.text)
	for p.NextExpression() {
		n := p.Expression()
		switch n.Kind {
		case unstable.Table, unstable.ArrayTable:
			path, place := keyOf(n)
			d.sections = append(d.sections, section{path, d.line(place), n.Kind == unstable.ArrayTable})
		case unstable.KeyValue:
			here := len(d.sections) - 1
			d.add(n, d.sections[here].path, here, -1)
		default:
		}
	}
	if err := p.Error(); err != nil {
		return nil, err //nolint:wrapcheck // only ever seen by whoever looks why a test fails: the decoder speaks first
	}
	return d, nil
}

// add notes a key with its value, and those within that.
func (d *document) add(n *unstable.Node, table []string, section, within int) {
	path, key := keyOf(n)
	end := int(n.Raw.Offset + n.Raw.Length)
	value := d.skip(key.to, " \t")
	value = d.skip(value+len("="), " \t")
	e := entry{
		path:  append(slices.Clone(table), path...),
		whole: span{key.from, end}, value: span{value, end},
		kind: n.Value().Kind, section: section, within: within,
	}
	d.entries = append(d.entries, e)
	if e.kind != unstable.InlineTable {
		return
	}
	self := len(d.entries) - 1
	for it := n.Value().Children(); it.Next(); {
		if it.Node().Kind == unstable.KeyValue {
			d.add(it.Node(), e.path, section, self)
		}
	}
}

// keyOf is the key of a header or entry, and where it stands.
func keyOf(n *unstable.Node) ([]string, span) {
	var path []string
	var place span
	for it := n.Key(); it.Next(); {
		raw := it.Node().Raw
		if path == nil {
			place.from = int(raw.Offset)
		}
		place.to = int(raw.Offset + raw.Length)
		path = append(path, string(it.Node().Data))
	}
	return path, place
}

// find is the entry of that path.
func (d *document) find(path ...string) (int, bool) {
	i := slices.IndexFunc(d.entries, func(e entry) bool { return slices.Equal(e.path, path) })
	return i, i >= 0
}

// header is the section whose header names that table. The top of the file is that
// of no name.
func (d *document) header(path []string) (int, bool) {
	i := slices.IndexFunc(d.sections, func(s section) bool { return !s.array && slices.Equal(s.path, path) })
	return i, i >= 0
}

// where is the number of the line that a key or table is in, counted from 1; 0 if
// there is none of that path. A key with full stops in it is found by its parts too.
func (d *document) where(path ...string) int {
	name := strings.Join(path, ".")
	for _, e := range d.entries {
		if strings.Join(e.path, ".") == name {
			return d.lineNumber(e.whole.from)
		}
	}
	for _, s := range d.sections[1:] {
		if strings.Join(s.path, ".") == name {
			return d.lineNumber(s.header.from)
		}
	}
	for _, e := range d.entries { // a table made by a key of something in it
		if strings.HasPrefix(strings.Join(e.path, "."), name+".") {
			return d.lineNumber(e.whole.from)
		}
	}
	return 0
}

func (d *document) lineNumber(offset int) int {
	return 1 + bytes.Count(d.text[:offset], []byte("\n"))
}

// line is the line that a place is in, without its end. The place may have several
// lines: then it is all of them.
func (d *document) line(place span) span {
	return span{bytes.LastIndexByte(d.text[:place.from], '\n') + 1, d.lineEnd(place.to)}
}

// lineEnd is where the line of offset ends: at the byte that ends it, or at the end
// of the text.
func (d *document) lineEnd(offset int) int {
	i := bytes.IndexByte(d.text[offset:], '\n')
	if i < 0 {
		return len(d.text)
	}
	if end := offset + i; end > offset && d.text[end-1] == '\r' {
		return end - 1
	}
	return offset + i
}

// nextLine is where the line after the one of offset begins.
func (d *document) nextLine(offset int) int {
	i := bytes.IndexByte(d.text[offset:], '\n')
	if i < 0 {
		return len(d.text)
	}
	return offset + i + 1
}

// at is the byte at an offset; 0 behind the last, which no text has in it.
func (d *document) at(offset int) byte {
	if offset >= len(d.text) {
		return 0
	}
	return d.text[offset]
}

// skip is the first place from offset on that has none of those bytes.
func (d *document) skip(offset int, bytesOf string) int {
	for offset < len(d.text) && strings.IndexByte(bytesOf, d.text[offset]) >= 0 {
		offset++
	}
	return offset
}

// newline is how the text ends its lines.
func (d *document) newline() string {
	if i := bytes.IndexByte(d.text, '\n'); i > 0 && d.text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// comma is where the comma is that follows offset with nothing but blanks, ends of
// lines and comments between.
func (d *document) comma(offset int) (int, error) {
	for {
		offset = d.skip(offset, " \t\r\n")
		switch d.at(offset) {
		case '#':
			offset = d.lineEnd(offset)
		case ',':
			return offset, nil
		default:
			return 0, errNoComma
		}
	}
}

var errNoComma = errors.New("no comma follows")
