package terminal

import (
	"errors"
	"io"
	"os"
	"testing"
	"unicode/utf8"
)

// readAll reads what is written in pieces through a keyboard.
func readAll(t *testing.T, size int, pieces ...string) (got string, odd int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	k := NewKeyboard(r, func() {}, func(n int) { odd += n })
	p := make([]byte, size)
	for _, piece := range pieces {
		if _, err := io.WriteString(w, piece); err != nil {
			t.Fatal(err)
		}
		for left := len(piece); left > 0; {
			n, err := k.Read(p)
			if err != nil {
				t.Fatal(err)
			}
			got += string(p[:n])
			left -= min(left, size-utf8.UTFMax) // it takes that much at least
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Read(p); !errors.Is(err, io.EOF) {
		t.Errorf("got %v at the end, want EOF", err)
	}
	return got, odd
}

// TestKeyboardCountsWhatIsNotUTF8: every byte is passed on, left out and counted, or
// held until the rest of its character comes.
func TestKeyboardCountsWhatIsNotUTF8(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pieces []string
		want   string
		odd    int
	}{
		{[]string{"caf\xe9 ole"}, "caf ole", 1},
		{[]string{"\x1b[200~caf\xe9 ol\xe9\x1b[201~"}, "\x1b[200~caf ol\x1b[201~", 2},
		{[]string{"caf\xe9", " ole"}, "caf ole", 1},
		{[]string{"\x93quoted\x94"}, "quoted", 2},
		{[]string{"é€😀", "a"}, "é€😀a", 0},
		{[]string{"\xf0", "\x9f", "\x98", "\x80", "a"}, "😀a", 0},
		{[]string{"\xf0\x9f", "\x1b[A"}, "\x1b[A", 2},
		{[]string{"\ufffd"}, "\ufffd", 0},
		{[]string{"\xff"}, "", 1},
	} {
		if got, odd := readAll(t, 64, tt.pieces...); got != tt.want || odd != tt.odd {
			t.Errorf("%q: got %q and %d left out, want %q and %d", tt.pieces, got, odd, tt.want, tt.odd)
		}
	}
}
