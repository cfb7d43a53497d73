package draft

import (
	"strings"

	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// Gist is a draft in one clean line: its recipients and how its text begins. Of one that
// cannot be read it says so; ok is false then.
func Gist(d outbox.Draft) (gist string, ok bool) {
	f, err := Decode(d.Body)
	if err != nil {
		return text.Clean(err.Error()), false
	}
	to := "no recipient"
	if len(f.To) > 0 {
		to = "to " + words.FirstRecipients(f.To)
	}
	first, _, more := strings.Cut(f.Text, "\n")
	if r := []rune(first); len(r) > 30 {
		first, more = string(r[:29]), true
	}
	if more {
		first += "…"
	}
	if f.Text == "" {
		return to + ", no text", true
	}
	return to + ", “" + text.Clean(first) + "”", true
}
