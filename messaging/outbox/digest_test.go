package outbox

import (
	"testing"
)

// Texts that look the same are the same to the guard, and others are not.
func TestAsSeen(t *testing.T) {
	for _, same := range [][]string{
		{"Hello", "Hello ", " Hello", "Hello\n", "Hello\r\n", "Hello\u200b", "\ufeffHello", "Hel\u00adlo", "Hello\u00a0", "Hello\t"},
		{"one\ntwo", "one\r\ntwo", "one\rtwo", "one \ntwo", "one\t\ntwo\n\n"},
		{"a b", "a\u00a0b", "a\tb", "a\u2009b", "a\u2800b"},
		{"café", "cafe\u0301"},
		{"Ångström", "A\u030angstro\u0308m", "\u212bngström"},
		{"Việt", "Vie\u0323\u0302t", "Vi\u00ea\u0323t", "Vie\u0302\u0323t"},
		{"한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"},
		{"が", "か\u3099"},
		{"й", "и\u0306"},
		{"ΐ", "ι\u0308\u0301"},
	} {
		for _, s := range same[1:] {
			if asSeen(s) != asSeen(same[0]) {
				t.Errorf("%+q: got %+q, want %+q as of %+q", s, asSeen(s), asSeen(same[0]), same[0])
			}
		}
	}
	for _, other := range [][2]string{
		{"cafe", "café"},
		{"a b", "ab"},
		{"a  b", "a b"},
		{"Hello", "hello"},
		{"a\nb", "a b"},
		{"\u2764", "\u2764\ufe0f"},
		{"👩\u200d👧", "👩👧"},
		{"a\n\nb", "a\nb"},
	} {
		if asSeen(other[0]) == asSeen(other[1]) {
			t.Errorf("%+q and %+q: got the same, want them apart", other[0], other[1])
		}
	}
}

func FuzzAsSeen(f *testing.F) {
	for _, s := range []string{"", "Hello \r\n", "Vie\u0323\u0302t", "한글", "\u200b\u0301a", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := asSeen(s)
		if again := asSeen(once); again != once {
			t.Errorf("asSeen(%+q): got %+q, and of that %+q", s, once, again)
		}
		if asSeen(s+" ") != once || asSeen(s+"\r") != once {
			t.Errorf("asSeen(%+q): a blank at the end makes another text", s)
		}
	})
}
