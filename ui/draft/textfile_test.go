package draft

import (
	"bytes"
	"testing"
)

func FuzzDecodeText(f *testing.F) {
	for _, s := range []string{"", "Hi", "\ufeffHi", "\xff\xfeH\x00", "H\x00i\x00", "caf\xe9", "\x93a\x94"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text, read, err := decodeText(b)
		if err != nil && text != "" || read == "" && err == nil && text != string(bytes.TrimPrefix(b, []byte("\ufeff"))) {
			t.Errorf("decodeText(%q): got %q, %q, %v", b, text, read, err)
		}
	})
}
