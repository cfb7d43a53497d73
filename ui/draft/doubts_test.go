package draft

import (
	"testing"

	"telex/messaging/number"
)

// Of many doubtful numbers the first are named and the rest is counted.
func TestNumberDoubtsCount(t *testing.T) {
	doubt := func(to string) number.Number { return number.Number{E164: to, Warning: "is odd"} }
	for more, want := range map[int]string{1: "To: 1 more number like these", 2: "To: 2 more numbers like these"} {
		got := numberDoubts(make([]string, mostNumberDoubts+more), doubt)
		if len(got) != mostNumberDoubts+1 || got[mostNumberDoubts] != want {
			t.Errorf("got %q, want %q at the end", got, want)
		}
	}
}
