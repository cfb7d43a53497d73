package cli

import (
	"strings"
	"testing"
)

// A flag that is misspelt is answered with the one that was meant, if that is plain.
func TestFlagMisspelt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"--too":         "did you mean --to?",
		"--txt":         "did you mean --text?",
		"--indivdual":   "did you mean --individual?",
		"--prio":        "did you mean --priority?",
		"--secret":      "see telex send --help",
		"--recipients":  "see telex send --help",
		"-t":            "see telex send --help",
		"--tex":         "did you mean --text or --text-file?",
		"--xpriority":   "see telex send --help",
		"--client-cert": "see telex send --help",
	} {
		got := runTelex(t, nil, "", "send", typed, "hush")
		got.want(t, exitUsage, "unknown flag "+typed, want)
		if strings.Contains(got.err, "hush") {
			t.Errorf("%s: its value is repeated: %s", typed, got.err)
		}
	}
}

func TestSlips(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"to", "to", 0}, {"too", "to", 1}, {"", "text", 4}, {"text", "", 4}, {"form", "from", 2}, {"kitten", "sitting", 3}} {
		if got := slips(tt.a, tt.b); got != tt.want {
			t.Errorf("slips(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
