package terminal

import "testing"

// TestEnvLast: of a variable that is there more than once the last counts.
func TestEnvLast(t *testing.T) {
	t.Parallel()
	environ := []string{"TZ=Nowhere/Bad", "TZ2=x", "odd", "TZ=UTC", "EMPTY="}
	for name, want := range map[string]string{"TZ": "UTC", "TZ2": "x", "odd": "", "EMPTY": "", "MISSING": ""} {
		if got := Env(environ, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
