package say

import "testing"

func TestSlips(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"to", "to", 0}, {"too", "to", 1}, {"", "text", 4}, {"text", "", 4}, {"form", "from", 1}, {"ab", "ba", 1}, {"abc", "ca", 3}, {"tpye", "type", 1}, {"kitten", "sitting", 3}} {
		if got := slips(tt.a, tt.b); got != tt.want {
			t.Errorf("slips(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
