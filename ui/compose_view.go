package ui

import (
	"fmt"
	"strings"

	"telex/messaging"
	"telex/messaging/segment"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

func (c *compose) View(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	label := func(i int, s string) string {
		if i == c.at {
			return text.Pad(t.Focus.Render(s), widget.LabelWidth)
		}
		return text.Pad(s, widget.LabelWidth)
	}
	c.line(&out, label(fromField, "From"), &c.from, c.fromHint())
	text := label(textField, "Text")
	if c.w < widget.Narrow {
		text = strings.TrimRight(text, " ") + "  " // the counter needs the columns
	}
	out.Add(text + c.counter(f))
	lines, cursor := c.text.View()
	out.Put(textIndent, lines, cursor)
	out.Add(strings.Repeat(" ", textIndent) + c.note(f, t))
	c.line(&out, label(tagField, "Tag"), &c.tag, c.tagHint())
	at := out.Add(label(priorityField, "Priority") + c.priorityWords(f.Priority))
	if c.at == priorityField {
		out.Cursor = widget.Steady(widget.LabelWidth, at)
	}
	c.line(&out, label(expiresField, "Expires"), &c.expires, c.expiresHint(f))
	return out
}

// line is a label, a field and, behind what is typed, a hint if there is room.
func (c *compose) line(out *widget.Frame, label string, in *widget.Field, hint string) {
	lines, cursor := in.View()
	body := lines[0]
	row := out.Add(label + body)
	if cursor != nil {
		cursor.X += widget.LabelWidth
		cursor.Y = row
		out.Cursor = cursor
	}
	if hint == "" {
		return
	}
	if room := c.w - widget.LabelWidth - text.Width(body) - 3; room >= text.Width(hint) {
		out.Lines[row] += "   " + hint
	}
}

// counter has one number that changes with every key, on purpose: the terminal is
// sent everything between the first and the last cell that changed, and what is
// left of a segment can be seen from its room. An MMS has no segments, and goes in
// whatever encoding.
func (c *compose) counter(f *draft.Form) string {
	n := c.count
	switch {
	case f.IsMMS() && c.w < widget.Narrow:
		return fmt.Sprintf("MMS %4d chars", n.Characters)
	case f.IsMMS():
		return fmt.Sprintf("MMS %4d of %d characters", n.Characters, messaging.MaxTextChars)
	}
	room := max(n.Segments, 1) * n.PerSegment
	if c.w < widget.Narrow {
		return fmt.Sprintf("%s %4d chars %2d seg of %d", n.Encoding, n.Characters, n.Segments, room)
	}
	return fmt.Sprintf("%s %4d of %d characters  %2d %s room for %d", n.Encoding, n.Characters,
		messaging.MaxTextChars, n.Segments, text.Pad(plural(n.Segments, "segment"), len("segments,")), room)
}

func plural(n int, word string) string {
	if n == 1 {
		return word + ","
	}
	return word + "s,"
}

// note says what is remarkable about the text: too long, what forces UCS-2, or what
// makes it longer than it looks.
func (c *compose) note(f *draft.Form, t widget.Theme) string {
	if over := c.count.Characters - messaging.MaxTextChars; over > 0 {
		return t.Danger.Render(fmt.Sprintf("%d characters too many", over))
	}
	switch {
	case f.IsMMS():
		return ""
	case c.count.Encoding != segment.UCS2:
		return words.Twice(c.count)
	}
	note := "UCS-2 because of " + c.forcing
	if c.equals > 0 {
		note = "ctrl+r replaces " + fmt.Sprint(c.equals) + "; " + note
	}
	return note
}

func (c *compose) fromHint() string {
	switch i := indexOf(c.numbers, c.from.Value()); {
	case c.at != fromField:
		return ""
	case len(c.numbers) > 1:
		return fmt.Sprintf("%d of %d: up/down", i+1, len(c.numbers))
	}
	return ""
}

// tagHint is what is wrong with the tag, or what it is for if it is empty and has the
// cursor.
func (c *compose) tagHint() string {
	if c.tagWhy == "" && c.at == tagField && c.tag.Value() == "" {
		return "for your own systems; no personal data"
	}
	return c.tagWhy
}

func (c *compose) expiresHint(f *draft.Form) string {
	switch {
	case strings.TrimSpace(f.Expires) == "" && c.at == expiresField:
		return "2h, 1d, 15:04 or a date; never if empty"
	case strings.TrimSpace(f.Expires) == "":
		return ""
	case f.Expiration.IsZero():
		return "not a time: write 2h, 15:04 or 2006-01-02 15:04"
	case !f.Expiration.After(c.now()):
		return "in the past"
	}
	return words.Time(f.Expiration)
}

func (c *compose) priorityWords(p messaging.Priority) string {
	words, more := "not set", " (Bandwidth takes default)"
	switch p {
	case messaging.PriorityHigh:
		words, more = "high", " (first in your queue: 10DLC, toll-free, short code)"
	case messaging.PriorityDefault:
		words, more = "default", ""
	}
	if c.w >= widget.Narrow {
		words += more
	}
	if c.at == priorityField {
		words += "   up/down"
	}
	return words
}
