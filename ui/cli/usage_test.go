package cli

import (
	"strings"
	"testing"

	"telex/ui/cli/say"
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
		"-x":            "see telex send --help",
		"--tex":         "did you mean --text or --text-file?",
		"--xpriority":   "see telex send --help",
		"--client-cert": "see telex send --help",
	} {
		got := runTelex(t, nil, "", "send", typed, "hush")
		got.want(t, say.ExitUsage, "unknown flag "+typed, want)
		if strings.Contains(got.err, "hush") {
			t.Errorf("%s: its value is repeated: %s", typed, got.err)
		}
	}
}
