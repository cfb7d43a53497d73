package draft

import (
	"testing"

	"telex/ui/text"
)

func TestZoneDoubt(t *testing.T) {
	for name, doubt := range map[string]bool{
		"": false, "UTC": false, ":UTC": false, "Nowhere/Bad": true, "CET-1CEST,M3.5.0": true, "/no/such/file": true, "\x1b[31m": true,
	} {
		got := ZoneDoubt(name)
		if (got != "") != doubt || text.Clean(got) != got {
			t.Errorf("%q: got %q, want a doubt: %v", name, got, doubt)
		}
	}
}
