package words

import (
	"testing"

	"telex/messaging/segment"
	"telex/ui/text"
)

func TestForcing(t *testing.T) {
	for body, want := range map[string]string{
		"plain":               "",
		"“so” it’s — 🎉":       "curly quotes (3), dash, emoji",
		"wait…":               "ellipsis",
		"a… b… – —":           "ellipses (2), dashes (2)",
		"🎉🎊":                  "emoji",
		"Привет":              "Cyrillic (6)",
		"日本 and ł":            "Chinese/Japanese (2), ł",
		"a\u00a0b\u200bc":     "special space, U+200B",
		"ąęłśżźćńőű":          "ą, ę, ł, ś, ż, ź, ć, ń and 2 more",
		"ł ł":                 "ł (2)",
		"• one\n• two “x” a′": "bullets (2), curly quotes (3)",
	} {
		got := Forcing(segment.Forcing(body), 8)
		if got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
		if text.Clean(got) != got {
			t.Errorf("%q: got %q, want it clean", body, got)
		}
	}
}
