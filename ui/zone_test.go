package ui

import (
	"testing"

	"telex/ui/text"
)

func TestZoneDoubt(t *testing.T) {
	for _, c := range []struct {
		environ []string
		doubt   bool
	}{
		{nil, false},
		{[]string{"TZ="}, false},
		{[]string{"TZ=UTC"}, false},
		{[]string{"TZ=:UTC"}, false},
		{[]string{"TZ=Nowhere/Bad"}, true},
		{[]string{"TZ=CET-1CEST,M3.5.0"}, true},
		{[]string{"TZ=/no/such/file"}, true},
		{[]string{"TZ=Nowhere/Bad", "TZ=UTC"}, false},
		{[]string{"TZ=\x1b[31m"}, true},
	} {
		got := ZoneDoubt(c.environ)
		if (got != "") != c.doubt || text.Clean(got) != got {
			t.Errorf("%q: got %q, want a doubt: %v", c.environ, got, c.doubt)
		}
	}
}
