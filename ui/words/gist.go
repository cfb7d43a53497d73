package words

import (
	"fmt"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// ShortRecipients is the first recipient of a message, by name where names has one, and how
// many more there are, clean; "" for none.
func ShortRecipients(to []string, names map[string]string) string {
	if len(to) == 0 {
		return ""
	}
	first := Called(to[0], names)
	if len(to) > 1 {
		first = text.Truncate(first, mostFirst)
	}
	return withMore(first, len(to))
}

// withMore is the first of n, clean, and how many more there are.
func withMore(first string, n int) string {
	if n < 2 {
		return text.Clean(first)
	}
	return fmt.Sprintf("%s +%d", text.Clean(first), n-1)
}

// mostFirst is how much of a name stands before how many others there are: as much as of the
// longest number.
const mostFirst = len("+123456789012345")

// FirstRecipients are two numbers and how many more there are, for a line that says more
// than them, clean.
func FirstRecipients(to []string) string {
	const most = 2
	shown := text.Clean(strings.Join(to[:min(len(to), most)], ", "))
	if n := len(to) - most; n > 0 {
		shown += fmt.Sprintf(" and %d more", n)
	}
	return shown
}

// Recipients are the numbers of a message, of more than a group has the first ones and how
// many more there are, clean; "(none)" where there is none.
func Recipients(to []string) string {
	switch n := len(to); {
	case n == 0:
		return text.OrNone("")
	case n > messaging.MaxRecipients:
		return FirstRecipients(to)
	}
	return text.Clean(strings.Join(to, ", "))
}

// Gist is the first line of a message's text, or what stands for it, clean.
func Gist(e outbox.Entry) string {
	switch {
	case e.Message.Text != "":
		return FirstLine(e.Message.Text)
	case e.In.Missed:
		return fmt.Sprintf("(%s, text not kept by Bandwidth)", text.Count(max(e.SegmentCount, 1), "segment"))
	case e.TextOmitted:
		return "(text not kept)"
	case e.Direction == outbox.In && len(e.Message.Media) == 0:
		return "(no text)"
	}
	return "(" + text.Count(len(e.Message.Media), "file") + ")"
}

// FirstLine is the first line of a text, clean, with a sign that there is more.
func FirstLine(body string) string {
	first, rest, _ := strings.Cut(text.NormalizeNewlines(body), "\n")
	if rest != "" {
		return text.Clean(first) + " …"
	}
	return text.Clean(first)
}
