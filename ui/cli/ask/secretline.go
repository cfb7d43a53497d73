package ask

import (
	"fmt"
	"io"
	"strings"

	"telex/config"
	"telex/ui/cli/say"
)

// SecretLine reads the one line of standard input, for --secret-stdin.
func SecretLine(in io.Reader) (config.Secret, error) {
	if say.IsTerminal(in) {
		return config.Secret{}, &say.UsageError{
			What: "--secret-stdin is for input from a pipe or file: what is typed on a terminal would be shown",
			Hint: "leave it out, and telex asks for the secret without showing it",
		}
	}
	b, err := io.ReadAll(io.LimitReader(in, MaxAnswerBytes+1))
	if err != nil {
		return config.Secret{}, fmt.Errorf("--secret-stdin: standard input cannot be read: %w", err)
	}
	line := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	switch {
	case len(b) > MaxAnswerBytes, strings.Contains(line, "\n"):
		return config.Secret{}, say.Usagef("--secret-stdin: standard input holds more than one line; it should hold the secret and nothing else")
	case line == "":
		return config.Secret{}, say.Usagef("--secret-stdin: standard input is empty")
	}
	return config.NewSecret(line), nil
}
