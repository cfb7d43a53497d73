package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/segment"
	"telex/ui/page"
	"telex/ui/text"
)

// replaceDialog shows what writing a text in GSM-7 would change, and what for.
func replaceDialog(changes []segment.Replacement, before, after segment.Count, act func() tea.Cmd) page.Dialog {
	d := page.Dialog{Title: "Replace what GSM-7 does not have?", Yes: "replace", Act: act}
	for _, c := range changes {
		to := c.To
		if to == "" {
			to = "(nothing)"
		}
		from := []rune(c.From)
		d.Body = append(d.Body, fmt.Sprintf("  %s  becomes  %s   %s", nameOfChar(c.From, from[0]), to, text.Count(c.Count, "time")))
	}
	d.Body = append(d.Body, "", fmt.Sprintf("Now %s, %s; then %s, %s.",
		before.Encoding, text.Count(before.Segments, "segment"), after.Encoding, text.Count(after.Segments, "segment")))
	return d
}
