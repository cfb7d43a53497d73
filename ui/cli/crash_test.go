package cli

import (
	"strings"
	"testing"

	"telex/ui/cli/say"
)

// TestCrashIsNoUsageError: a bug ends with 1, for 2 would say that nothing was sent.
func TestCrashIsNoUsageError(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	if code := crashed(&said, "a bug", []byte("goroutine 1")); code != int(say.ExitFailed) || !strings.Contains(said.String(), "a bug") {
		t.Errorf("got %d and %q, want 1 and the bug", code, said.String())
	}
}
