package list

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// TestWestern: every byte is what the library's table says, also where the reader's room ends.
func TestWestern(t *testing.T) {
	var every []byte
	for b := range 256 {
		every = append(every, byte(b))
	}
	all := bytes.Repeat(every, 100)
	want, err := charmap.Windows1252.NewDecoder().Bytes(all)
	if err != nil {
		t.Fatal(err)
	}
	if got := (western{}).text(all); got != string(want) {
		t.Error("a text is not what the library makes of it")
	}
	for name, r := range map[string]io.Reader{
		"whole":       bytes.NewReader(all),
		"byte a time": iotest.OneByteReader(bytes.NewReader(all)),
	} {
		got, err := io.ReadAll(iotest.OneByteReader(transform.NewReader(r, western{})))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes (%v) that are not what the library makes of it", name, len(got), err)
		}
	}
	if got, err := io.ReadAll(transform.NewReader(strings.NewReader(""), western{})); err != nil || len(got) > 0 {
		t.Errorf("an empty file is %q (%v)", got, err)
	}
}
