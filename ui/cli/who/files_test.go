package who

import (
	"bytes"
	"slices"
	"testing"

	"telex/messaging/picture"
)

// What a message may carry is divided among its pictures, and less from a toll-free number.
func TestBudgets(t *testing.T) {
	photo := func(n int) []byte { return append([]byte("\xff\xd8\xff"), make([]byte, n-3)...) }
	film := func(n int) []byte { return append([]byte("\x00\x00\x00\x18ftypmp42"), make([]byte, n-12)...) }
	const local, free = "+19195551212", "+18005551212"
	for name, tt := range map[string]struct {
		contents [][]byte
		from     string
		budget   int
		want     []int
	}{
		"one":                         {[][]byte{photo(4_000_000)}, local, 0, []int{500_000}},
		"from a toll-free number":     {[][]byte{photo(4_000_000)}, free, 3_000_000, []int{525_000}},
		"more than usual":             {[][]byte{photo(4_000_000)}, local, 3_000_000, []int{3_000_000}},
		"two":                         {[][]byte{photo(4_000_000), photo(100_000)}, local, 0, []int{400_000, 100_000}},
		"beside a film":               {[][]byte{film(200_000), photo(4_000_000)}, local, 0, []int{0, 300_000}},
		"beside one that is too long": {[][]byte{film(3_000_000), photo(4_000_000)}, local, 0, []int{0, 250_000}},
		"one that could not be read":  {[][]byte{nil, photo(4_000_000)}, local, 0, []int{0, 500_000}},
	} {
		if got := budgetsOf(tt.contents, tt.from, tt.budget); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	if picture.Sniff(bytes.Repeat([]byte("x"), 9)).IsPicture() {
		t.Error("anything is a picture")
	}
}
