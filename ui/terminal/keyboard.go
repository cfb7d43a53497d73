package terminal

import (
	"os"
	"unicode/utf8"
)

// A Keyboard is the terminal as Bubble Tea reads it, which takes its end for a pause:
// a terminal can be gone without a signal. And it drops bytes that are not UTF-8
// without a word, or takes them for keys and the beginnings of sequences: here they are
// counted, and left out. Read is for one goroutine at a time.
type Keyboard struct {
	*os.File

	ended func()      // called at the end of the input, perhaps more than once
	odd   func(n int) // called when n bytes were left out
	held  []byte      // the beginning of a character whose end has not come yet
}

// NewKeyboard reads from f, and calls ended and odd as it does.
func NewKeyboard(f *os.File, ended func(), odd func(n int)) *Keyboard {
	return &Keyboard{File: f, ended: ended, odd: odd}
}

func (k *Keyboard) Read(p []byte) (int, error) {
	room := p
	if len(p) > utf8.UTFMax {
		room = p[:len(p)-len(k.held)]
	}
	n, err := k.File.Read(room)
	if n == 0 && err != nil {
		k.ended()
	}
	if n > 0 && len(p) > utf8.UTFMax {
		n = k.decode(p, n)
	}
	return n, err //nolint:wrapcheck // whoever reads compares it
}

// decode leaves in p what is UTF-8 of its first n bytes and those held, for which there
// is room, and returns how many those are. The beginning of a character at the end is
// held until the next call.
func (k *Keyboard) decode(p []byte, n int) int {
	in := append(k.held, p[:n]...)
	k.held = nil
	out, bad := p[:0], 0
	for len(in) > 0 {
		r, size := utf8.DecodeRune(in)
		switch {
		case r == utf8.RuneError && size == 1 && !utf8.FullRune(in):
			k.held = append([]byte(nil), in...)
			size = len(in)
		case r == utf8.RuneError && size == 1:
			bad++
		default:
			out = append(out, in[:size]...)
		}
		in = in[size:]
	}
	if bad > 0 {
		k.odd(bad)
	}
	return len(out)
}
