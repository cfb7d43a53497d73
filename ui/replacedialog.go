package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/segment"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// replaceDialog shows what writing a text with plain characters would change, and what
// for.
func replaceDialog(changes []segment.Replacement, cost unicodeCost, act func() tea.Cmd) page.Dialog {
	d := page.Dialog{Title: "Use plain characters?", Yes: "replace", Act: act, Light: true}
	for _, c := range changes {
		to := c.To
		if to == "" {
			to = "(nothing)"
		}
		from := segment.Char{Text: c.From, Rune: []rune(c.From)[0]}
		d.Body = append(d.Body, fmt.Sprintf("  %s  becomes  %s   %s", words.CharName(from), to, text.Count(c.Count, "time")))
	}
	said := fmt.Sprintf("Now %s, %s; then %s, %s.", words.Encoding(cost.before.Encoding), text.Count(cost.before.Segments, "segment"),
		words.Encoding(cost.replaced.Encoding), text.Count(cost.replaced.Segments, "segment"))
	if !cost.gains() {
		said = fmt.Sprintf("That saves nothing: it stays %s, %s, because of %s.",
			words.Encoding(cost.before.Encoding), text.Count(cost.before.Segments, "segment"), cost.stuck)
	}
	d.Body = append(d.Body, "", said)
	return d
}
