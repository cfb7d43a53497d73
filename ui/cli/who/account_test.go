package who

import (
	"testing"

	"telex/config"
	"telex/ui/account"
)

// A profile names a region if it did so before, or if that is not the one that holds
// anyway.
func TestProfileOverRegion(t *testing.T) {
	for _, tt := range []struct{ before, typed, want string }{
		{"", "US", ""}, {"", "GB", "GB"}, {"GB", "US", "US"}, {"US", "US", "US"}, {"GB", "DE", "DE"},
	} {
		if got := ProfileOver(config.Profile{Region: tt.before}, account.Account{Region: tt.typed}).Region; got != tt.want {
			t.Errorf("%q over %q: got %q, want %q", tt.typed, tt.before, got, tt.want)
		}
	}
}
