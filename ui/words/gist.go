package words

import (
	"fmt"
	"strings"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// ShortRecipients is the first recipient of a message and how many more there are,
// clean.
func ShortRecipients(e outbox.Entry) string {
	switch to := e.Message.To; len(to) {
	case 0:
		return ""
	case 1:
		return text.Clean(to[0])
	default:
		return fmt.Sprintf("%s +%d", text.Clean(to[0]), len(to)-1)
	}
}

// Recipients are the first numbers of a message and how many more there are, clean;
// "(none)" where there is none.
func Recipients(to []string) string {
	const most = 20
	if len(to) == 0 {
		return text.OrNone("")
	}
	shown := make([]string, 0, most)
	for _, n := range to[:min(len(to), most)] {
		shown = append(shown, text.Clean(n))
	}
	words := strings.Join(shown, ", ")
	if n := len(to) - len(shown); n > 0 {
		words += fmt.Sprintf(" and %d more", n)
	}
	return words
}

// Gist is the first line of a message's text, or what stands for it, clean.
func Gist(e outbox.Entry) string {
	first, rest, more := strings.Cut(text.NormalizeNewlines(e.Message.Text), "\n")
	switch {
	case more && rest != "":
		return text.Clean(first) + " …"
	case e.Message.Text != "":
		return text.Clean(first)
	case e.In.Missed:
		return fmt.Sprintf("(%s, text not kept by Bandwidth)", text.Count(max(e.SegmentCount, 1), "segment"))
	case e.TextOmitted:
		return "(text not kept)"
	case e.Direction == outbox.In && len(e.Message.Media) == 0:
		return "(no text)"
	}
	return "(" + text.Count(len(e.Message.Media), "file") + ")"
}
