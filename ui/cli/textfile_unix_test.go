//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"telex/ui/cli/say"
)

// A text may come from a pipe with a name, as <(…) in a shell makes one.
func TestTextFromFIFO(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no pipes with a name here: %v", err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, []byte("Hello\n"), 0o600) }()
	got := try(t, "", "--to", "+12345678902", "--text-file", pipe)
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	got.want(t, say.ExitOK)
	if !strings.Contains(got.out, `"text":"Hello"`) {
		t.Errorf("got %s, want the text", got.out)
	}
}
