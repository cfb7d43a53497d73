package history

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

const (
	// searchLabel is the column at which the search begins.
	searchLabel = 8
	// headsFrom is from how many rows on one is spent on the heads of the columns.
	headsFrom = 14
)

// headRows is how many rows stand above those of the history.
func (h *Page) headRows() int {
	if h.h >= headsFrom {
		return 3
	}
	return 2
}

// listRows is how many rows of the history fit.
func (h *Page) listRows() int { return max(h.h-h.headRows(), 1) }

// panes reports whether the message with the cursor stands beside the list: there is one,
// and room for it.
func (h *Page) panes() bool { return h.w >= widget.Panes && len(h.rows.entries) > 0 }

// View is the list, with the message under the cursor beside it where there is room, or
// the message that is shown whole.
func (h *Page) View(_ *draft.Form, t widget.Theme) widget.Frame {
	if h.opened != nil {
		return h.opened.view(h.h, t)
	}
	var out widget.Frame
	h.typingRow(&out, t)
	out.Add(h.stateRow(t))
	if h.headRows() > 2 {
		out.Add(h.heads(t))
	}
	body := h.listView(t)
	if h.panes() {
		var beside widget.Frame
		if e, ok := h.rows.selected(); ok && h.beside != nil && h.beside.detail.ID == e.ID {
			beside = h.beside.frame(t)
		}
		if said := h.markedWords(); said != "" {
			beside.Lines = slices.Insert(beside.Lines, 0, t.Focus.Render(said))
		}
		body = widget.Beside(body, beside, h.w, h.listRows(), t)
	}
	body = body.Fit(h.w, h.listRows())
	if c := body.Cursor; c != nil && !h.Typing() {
		c.Y += h.headRows()
		out.Cursor = c
	}
	out.Lines = append(out.Lines, body.Lines...)
	return out
}

// searchHint is what stands in the search until something is typed.
const searchHint = "words, a number, an id; since:yesterday, on:fri"

// typingRow is what is searched for, or the name of the file that is asked for.
func (h *Page) typingRow(out *widget.Frame, t widget.Theme) {
	label, field, typing := "Search", &h.search, h.searching
	if h.saving != nil {
		label, field, typing = "Save as", &h.saving.name, true
	}
	label = text.Pad(label, searchLabel)
	if typing {
		label = t.Focus.Render(label)
	}
	lines, cursor := field.View()
	line := lines[0]
	if h.searching && h.search.Value() == "" {
		line = t.Faint.Render(text.Truncate(searchHint, max(h.w-searchLabel, 0)))
	}
	at := out.Add(label + line)
	if cursor != nil {
		cursor.X += searchLabel
		cursor.Y = at
		out.Cursor = cursor
	}
}

// heads are what the columns of the list are called.
func (h *Page) heads(t widget.Theme) string {
	if len(h.rows.entries) == 0 {
		return ""
	}
	return t.Label.Render("   " + h.columns(h.listWidth()).heads())
}

// listWidth is how wide the list is.
func (h *Page) listWidth() int {
	if !h.panes() {
		return h.w
	}
	w, _ := widget.PaneWidths(h.w)
	return w
}

// listView is the rows in sight, under the days they are of.
func (h *Page) listView(t widget.Theme) widget.Frame {
	var out widget.Frame
	w := h.listWidth()
	if len(h.rows.entries) == 0 {
		for _, l := range text.Wrap(h.emptyWords(), w) {
			out.Add(l)
		}
		return out
	}
	c := h.columns(w)
	day, urgent := "", h.urgent()
	from, to := h.rows.list.Visible()
	for i := from; i < min(to, len(h.rows.entries)); i++ {
		e := h.rows.entries[i]
		if i == len(h.rows.found()) {
			day = ""
			out.Add("   " + t.Label.Render("with similar words"))
		}
		if title := titleAt(i, from, urgent); title != "" {
			out.Add("   " + t.Label.Render(title))
		}
		if d := words.Day(e.Created, c.now); d != day {
			day = d
			out.Add("   " + t.Faint.Render(d))
		}
		at := out.Add(h.cursorMark(i) + c.line(e, &h.rows, t))
		if i == h.rows.list.At {
			out.Cursor = widget.Steady(0, at)
		}
	}
	if how := h.howFar(); how != "" && to == len(h.rows.entries) {
		out.Add("   " + t.Faint.Render(how))
	}
	return out
}

// urgent is how many rows stand first because somebody has to look at them.
func (h *Page) urgent() (n int) {
	for h.whole() && n < len(h.rows.entries) && words.Urgency(h.rows.entries[n].State) > 0 {
		n++
	}
	return n
}

// titleAt is what stands above row i, of which from is the first in sight, where so many stand
// first.
func titleAt(i, from, urgent int) string {
	switch {
	case urgent > 0 && i < urgent && i == from:
		return words.ProblemsFirst
	case urgent > 0 && i == urgent:
		return words.TheRest
	}
	return ""
}

// howFar says how far back was looked, while there are older messages that may be what is
// wanted; "" if that is not so.
func (h *Page) howFar() string {
	if h.reading.back.IsZero() {
		return ""
	}
	return "searched back to " + h.dayOf(h.reading.back)
}

// cursorMark says where the cursor is, and what is marked.
func (h *Page) cursorMark(i int) string {
	at, marked := " ", " "
	if i == h.rows.list.At {
		at = ">"
	}
	if _, ok := h.marked[h.rows.entries[i].ID]; ok {
		marked = "*"
	}
	return at + marked + " "
}

// emptyWords say why there is no row.
func (h *Page) emptyWords() string {
	filter := h.filterWords()
	switch wrong, how := h.wanted().Wrong, h.howFar(); {
	case wrong != "":
		return text.Clean(wrong) + "."
	case h.failed != "":
		return h.failed
	case h.store() == nil:
		return "The outbox is not open yet."
	case how != "":
		return "Nothing found so far: " + how + "."
	case !h.read, h.reading.loading:
		return "Reading."
	case filter == "" && h.mailing != 0:
		return "These messages are not there any more. " + h.global.Back.Help().Key + " shows all."
	case filter != "":
		return "No matching messages: " + filter + ". " + h.global.Back.Help().Key + " clears the filter."
	}
	return "No messages yet: what you send is listed here."
}

// columns are how wide the parts of a row are, by the rows that are in memory.
type columns struct {
	to, state, id int
	w             int
	now           time.Time
}

const (
	// mostRecipient bounds the column of the recipient: "+123456789012345 +99".
	mostRecipient = 20
	// stateFrom and idFrom are the widths of a row from which on it has the state in
	// words, and the id.
	stateFrom, idFrom = 64, 84
)

func (h *Page) columns(w int) columns {
	c := columns{w: w - 3, now: h.now()}
	if c.w >= stateFrom {
		c.state = words.StateColumn
	}
	for _, e := range h.rows.entries {
		c.to = max(c.to, min(text.Width(h.rows.whoGets(e)), mostRecipient))
		if c.w >= idFrom {
			c.id = max(c.id, len("id"), len(fmt.Sprint(e.ID)))
		}
	}
	return c
}

// heads are what the columns are called, over them.
func (c columns) heads() string {
	parts := []string{text.Pad("time", len("15:04")), " "}
	if c.state > 0 {
		parts = append(parts, text.Pad("state", c.state))
	}
	parts = append(parts, text.Pad("to", c.to))
	if c.id > 0 {
		parts = append(parts, fmt.Sprintf("%*s", c.id, "id"))
	}
	return text.Truncate(strings.Join(append(parts, "text"), " "), c.w)
}

// dayOf is the day of a time as people call it.
func (h *Page) dayOf(t time.Time) string { return words.Day(t, h.now()) }

// line is a message in one line.
func (c columns) line(e outbox.Entry, of *rows, t widget.Theme) string {
	tone := t.In(page.Tone(e))
	if m, several := of.mailings[e.ID]; several {
		return c.mailingLine(e, m, t)
	}
	parts := []string{e.Created.In(c.now.Location()).Format("15:04"), tone.Render(words.Sign(e))}
	if c.state > 0 {
		parts = append(parts, tone.Render(text.Pad(words.State(e), c.state)))
	}
	parts = append(parts, text.Pad(text.Truncate(of.whoGets(e), c.to), c.to))
	if c.id > 0 {
		parts = append(parts, fmt.Sprintf("%*d", c.id, e.ID))
	}
	parts = append(parts, words.Gist(e))
	return text.Truncate(strings.Join(parts, " "), c.w)
}
