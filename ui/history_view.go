package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// listHead is how many rows stand above those of the history.
const listHead = 2

// listRows is how many rows of the history fit.
func (h *history) listRows() int { return max(h.h-listHead, 1) }

func (h *history) View(_ *draft.Form, t widget.Theme) widget.Frame {
	if h.opened != nil {
		return h.opened.view(h.h, t)
	}
	var out widget.Frame
	label := text.Pad("Search", widget.LabelWidth)
	if h.searching {
		label = text.Pad(t.Focus.Render("Search"), widget.LabelWidth)
	}
	lines, cursor := h.search.View()
	at := out.Add(label + lines[0])
	if cursor != nil {
		cursor.X += widget.LabelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
	state := "any"
	if h.state != "" {
		state = string(h.state)
	}
	out.Add(widget.Row("State", state))
	if len(h.rows.entries) == 0 {
		for _, l := range text.Wrap(h.emptyWords(), h.w) {
			out.Add(l)
		}
		return out
	}
	c := h.columns()
	from, to := h.rows.list.Visible()
	for i := from; i < min(to, len(h.rows.entries)); i++ {
		mark := "  "
		if i == h.rows.list.At {
			mark = "> "
		}
		at := out.Add(mark + c.line(h.rows.entries[i]))
		if i == h.rows.list.At && !h.searching {
			out.Cursor = widget.Steady(0, at)
		}
	}
	return out
}

// emptyWords say why there is no row.
func (h *history) emptyWords() string {
	switch filter := h.filterWords(); {
	case h.failed != "":
		return h.failed
	case h.store() == nil:
		return "The outbox is not open yet."
	case !h.read, h.rows.loading:
		return "Reading."
	case filter != "":
		return "No message fits " + filter + ". " + h.global.Back.Help().Key + " shows all."
	}
	return "No message is recorded yet: what you send stands here."
}

// columns are how wide the parts of a row are, by the rows that are in memory.
type columns struct {
	id, time, to int
	w            int
	now          time.Time
}

// mostRecipient bounds the column of the recipient: "+123456789012345 +99".
const mostRecipient = 20

func (h *history) columns() columns {
	c := columns{w: h.w - 2, now: h.now()}
	for _, e := range h.rows.entries {
		c.id = max(c.id, len(strconv.FormatInt(e.ID, 10)))
		c.to = max(c.to, min(text.Width(words.ShortRecipients(e)), mostRecipient))
	}
	if h.w >= widget.Narrow {
		c.time = len(time.DateOnly)
	}
	return c
}

// when is a time of today, or the day of an earlier one.
func (c columns) when(t time.Time) string {
	t = t.In(c.now.Location())
	if day := t.Format(time.DateOnly); day != c.now.Format(time.DateOnly) {
		return day
	}
	return t.Format(time.TimeOnly)
}

// line is a message in one line.
func (c columns) line(e outbox.Entry) string {
	parts := []string{fmt.Sprintf("%*d", c.id, e.ID)}
	if c.time > 0 {
		parts = append(parts, text.Pad(c.when(e.Created), c.time))
	}
	parts = append(parts, text.Pad(words.State(e), words.StateColumn), text.Pad(words.ShortRecipients(e), c.to), words.Gist(e))
	between := "  "
	if c.time == 0 {
		between = " "
	}
	return ansi.Truncate(strings.Join(parts, between), c.w, "…")
}
