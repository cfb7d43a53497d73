package slip

import (
	"slices"
	"testing"
)

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

func TestNear(t *testing.T) {
	t.Parallel()
	names := []string{"account", "application", "approve", "region", "rate", "store", "store_of"}
	for _, tt := range []struct {
		typed string
		want  []string
	}{
		{"acount", []string{"account"}},
		{"acc", []string{"account"}},
		{"store", []string{"store", "store_of"}},
		{"region", []string{"region"}},
		{"regoin", []string{"region"}},
		{"applicatoin", []string{"application"}},
		{"a", nil},
		{"", nil},
		{"colour", nil},
		{"pplication", nil}, // which begins otherwise
	} {
		if got := Near(tt.typed, names); !slices.Equal(got, tt.want) {
			t.Errorf("Near(%q) = %q, want %q", tt.typed, got, tt.want)
		}
	}
	if got := Near("ap", append(names, "apart", "apply")); got != nil {
		t.Errorf("got %q, want none of so many", got)
	}
}
