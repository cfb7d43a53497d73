package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// Messages that were made together are one row of the list. Opened, the list has those
// alone.

// onMailing takes a key while the row with the cursor stands for several messages.
func (h *Page) onMailing(m outbox.Mailing, msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	b := h.bindings
	switch {
	case key.Matches(msg, b.Open):
		h.openMailing(m)
		around := h.rows
		h.around = &around
		return h.refilter()
	case key.Matches(msg, b.Export):
		h.export(outbox.Filter{Mailing: m.Last})
		return nil, nil
	case key.Matches(msg, b.Ask, b.Again, b.CopyID, b.Mark):
		return page.Warn(fmt.Sprintf("these are %d messages: %s opens them", m.Size, b.Open.Help().Key)), nil
	}
	return nil, nil
}

// openMailing selects the messages of a mailing. Those that a person has to look at come first,
// or, where they are too many to be put in order, stand alone until all are asked for.
func (h *Page) openMailing(m outbox.Mailing) {
	h.mailing, h.size = m.Last, m.Size
	if !h.whole() {
		h.state = urgentOf(m)
	}
}

// whole reports whether the list is a mailing of which all messages are in memory.
func (h *Page) whole() bool {
	return h.mailing != 0 && h.size <= rowsKept && h.state == "" && h.search.Value() == ""
}

// urgentOf is the state of those of a mailing that somebody has to look at most; "" if all can
// wait.
func urgentOf(m outbox.Mailing) (worst outbox.State) {
	for _, s := range outbox.States() {
		if m.States[s] > 0 && words.Urgency(s) > words.Urgency(worst) {
			worst = s
		}
	}
	return worst
}

// urgentFirst puts rows in order: first those that somebody has to look at soonest.
func urgentFirst(entries []outbox.Entry) []outbox.Entry {
	return slices.SortedStableFunc(slices.Values(entries), func(a, b outbox.Entry) int {
		return cmp.Compare(words.Urgency(b.State), words.Urgency(a.State))
	})
}

// isMailing reports whether a row stands for several messages.
func (h *Page) isMailing(e outbox.Entry) bool {
	_, several := h.rows.mailings[e.ID]
	return several
}

// closeMailing goes back to the rows among which the mailing stands, with the cursor on it.
func (h *Page) closeMailing() tea.Cmd {
	h.mailing = 0
	if h.around != nil {
		h.rows, h.around = *h.around, nil
		h.rows.fit(h.listRows())
	}
	return h.load(loadAnew)
}

// showWord is what stands before the states.
func (h *Page) showWord() string {
	if h.mailing != 0 {
		return "Batch"
	}
	return "Show"
}

// whoGets is the recipient of a row, or how many there are of the rows it stands for.
func (w *rows) whoGets(e outbox.Entry) string {
	if m, several := w.mailings[e.ID]; several {
		return text.Count(m.Size, "text")
	}
	return words.Correspondent(e, w.names)
}

// mailingLine is a row that stands for several messages: what is worst among them, how
// many there are of each state, and how they begin.
func (c columns) mailingLine(e outbox.Entry, m outbox.Mailing, t widget.Theme) string {
	var counts []string
	for _, s := range words.Shares(m.States, m.HandedOver) {
		counts = append(counts, t.In(page.Tone(s.Of)).Render(fmt.Sprintf("%s%d", words.Sign(s.Of), s.N)))
	}
	worst := worstOf(m)
	parts := []string{e.Created.In(c.now.Location()).Format("15:04"), t.In(page.Tone(worst)).Render(words.Sign(worst))}
	size := text.Count(m.Size, "text")
	if c.state > 0 {
		parts = append(parts, text.Pad(size, c.state))
		size = ""
	}
	parts = append(parts, text.Pad(size, c.to))
	if c.id > 0 {
		parts = append(parts, strings.Repeat(" ", c.id))
	}
	return text.Truncate(strings.Join(append(parts, strings.Join(counts, " "), words.Gist(e)), " "), c.w)
}

// worstOf is what became of those of a mailing that somebody most likely has to look at: the
// state and grade.
func worstOf(m outbox.Mailing) outbox.Entry {
	for _, s := range []outbox.State{urgentOf(m), outbox.Sending, outbox.Queued, outbox.Accepted, outbox.Sent} {
		if m.States[s] > 0 {
			return outbox.Entry{State: s}
		}
	}
	worst := outbox.Entry{State: outbox.Delivered}
	if m.HandedOver > 0 {
		worst.Grade = messaging.GradeHandedOver
	}
	return worst
}

// mailingHead says of a mailing how far its messages have come, for what stands beside the
// list.
func mailingHead(m outbox.Mailing) []headline {
	out := []headline{{text: text.Count(m.Size, "text")}}
	for _, s := range words.Shares(m.States, m.HandedOver) {
		out = append(out, headline{fmt.Sprintf("%s %d %s", words.Sign(s.Of), s.N, words.State(s.Of)), s.Of})
	}
	return out
}
