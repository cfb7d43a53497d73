//go:build linux

package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
)

// Every page of the manual is one that mandoc finds nothing to say about.
func TestManualLint(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	mandoc := program(t, "mandoc")
	folder := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), binary, "man", "--into", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "man?", "*"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("got the pages %q (%v), want one for each command", pages, err)
	}
	out, err := exec.CommandContext(t.Context(), mandoc, append([]string{"-T", "lint", "-W", "style"}, pages...)...).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "" {
		t.Errorf("mandoc -T lint: %v:\n%s", err, out)
	}
}
