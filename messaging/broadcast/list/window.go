package list

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A window is the part of a text that is looked at, and knows its line.
type window struct {
	in         io.Reader
	lineEnd    byte
	line       int // on which rest begins
	eof        bool
	buf        []byte
	start, end int
}

func newWindow(in io.Reader, lineEnd byte) window {
	return window{in: in, lineEnd: lineEnd, line: 1, buf: make([]byte, 64<<10)}
}

// rest is what was read and not taken. It is good until fill.
func (w *window) rest() []byte { return w.buf[w.start:w.end] }

// advance takes the next n bytes of rest.
func (w *window) advance(n int) {
	w.line += bytes.Count(w.buf[w.start:w.start+n], []byte{w.lineEnd})
	w.start += n
}

// retreat gives back the last n bytes that were taken. It is good until fill.
func (w *window) retreat(n int) {
	w.start -= n
	w.line -= bytes.Count(w.buf[w.start:w.start+n], []byte{w.lineEnd})
}

// fill adds to rest, or sets eof.
func (w *window) fill() error {
	if w.start > 0 {
		copy(w.buf, w.rest())
		w.start, w.end = 0, w.end-w.start
	}
	if w.end == len(w.buf) {
		w.buf = append(w.buf, make([]byte, len(w.buf))...)
	}
	for range 100 { // as many empty reads as bufio bears
		n, err := w.in.Read(w.buf[w.end:])
		w.end += n
		if errors.Is(err, io.EOF) {
			w.eof = true
			return nil
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if n > 0 {
			return nil
		}
	}
	return io.ErrNoProgress
}

// lineEndOf is what lines end with, as far as text shows: a CR alone does so where there
// is no LF.
func lineEndOf(text []byte) byte {
	if bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// Lines cut a text into lines.
type lines struct{ window }

func newLines(in io.Reader, lineEnd byte) *lines { return &lines{newWindow(in, lineEnd)} }

// next is the next line without its end, cut at mostRow, and which one it is; io.EOF
// after the last. It is good until the next call.
func (l *lines) next() (text []byte, line int, err error) {
	line = l.line
	for {
		rest := l.rest()
		n := bytes.IndexByte(rest, l.lineEnd)
		switch {
		case n >= 0:
			l.advance(n + 1)
			return bytes.TrimSuffix(rest[:n], []byte("\r")), line, nil
		case l.eof && len(rest) == 0:
			return nil, line, io.EOF
		case l.eof:
			l.advance(len(rest))
			return rest, line, nil
		case len(rest) > mostRow:
			return l.cut(rest[:mostRow])
		}
		if err := l.fill(); err != nil {
			return nil, line, err
		}
	}
}

// cut leaves out the rest of a line that begins so and is too long.
func (l *lines) cut(text []byte) ([]byte, int, error) {
	line, text := l.line, bytes.Clone(text)
	for {
		n := bytes.IndexByte(l.rest(), l.lineEnd)
		if n >= 0 {
			l.advance(n + 1)
			return text, line, nil
		}
		l.advance(len(l.rest()))
		if l.eof {
			return text, line, nil
		}
		if err := l.fill(); err != nil {
			return nil, line, err
		}
	}
}
