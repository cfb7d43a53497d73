package history

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// besideAfter is how long after the last key the message under the cursor is drawn
// beside the list: a key that is held costs a row, and not a page.
const besideAfter = 150 * time.Millisecond

// mostBubble is how many lines of a text are shown there.
const mostBubble = 6

// beside is the message under the cursor, laid out to stand beside the list.
type beside struct {
	detail outbox.Detail
	head   []headline // what became of it
	rest   []string   // its text, and what else is recorded
}

// A headline says what became of messages, in the tone of their state, or how many they are.
type headline struct {
	text string
	of   outbox.Entry // its state and grade; none for all of them
}

// Messages of what stands beside the list.
type (
	besideDue  struct{ visit, turn int }
	besideRead struct {
		turn   int
		detail outbox.Detail
		err    error
	}
)

// To is the page that waits.
func (besideDue) To() page.ID { return page.History }

// To is the page that reads.
func (besideRead) To() page.ID { return page.History }

// follow reads the message under the cursor a moment later, unless it stands there.
func (h *Page) follow() tea.Cmd {
	e, ok := h.rows.selected()
	if !h.panes() || !ok {
		return nil
	}
	if b := h.beside; b != nil && b.detail.ID == e.ID && b.detail.Updated.Equal(e.Updated) && b.detail.Checked.Equal(e.Checked) {
		return nil
	}
	h.turns++
	visit, turn := h.visit, h.turns
	return tea.Tick(besideAfter, func(time.Time) tea.Msg { return besideDue{visit, turn} })
}

// Resized reads what there is room for since the page was resized.
func (h *Page) Resized() tea.Cmd {
	if !h.front || h.opened != nil {
		return nil
	}
	var more tea.Cmd
	if w := &h.rows; len(w.found()) < h.atOnce() && !w.atOldest && h.read {
		more = h.load(loadOlder)
	}
	return tea.Batch(more, h.follow())
}

// onBesideDue reads, if the cursor stayed.
func (h *Page) onBesideDue(due besideDue) tea.Cmd {
	e, ok := h.rows.selected()
	store := h.store()
	if !ok || store == nil || !h.front || due.visit != h.visit || due.turn != h.turns {
		return nil
	}
	ctx, id, turn := h.ctx, e.ID, due.turn
	return func() tea.Msg {
		detail, err := store.Detail(ctx, id)
		return besideRead{turn, detail, err}
	}
}

func (h *Page) onBesideRead(msg besideRead) page.Intent {
	if msg.turn != h.turns {
		return nil
	}
	if msg.err != nil {
		return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}
	}
	h.beside = &beside{detail: msg.detail}
	h.layOutBeside()
	return nil
}

// layOutBeside makes the lines beside the list: what became of the message, its text, and
// what else is recorded but what went over the wire.
func (h *Page) layOutBeside() {
	b := h.beside
	if b == nil {
		return
	}
	_, w := widget.PaneWidths(h.w)
	d := b.detail
	b.head, b.rest = nil, nil
	m, several := h.rows.mailings[d.ID]
	if several {
		b.head = mailingHead(m)
	} else {
		for _, l := range text.Wrap(words.Sign(d.Entry)+" "+words.Headline(d), w) {
			b.head = append(b.head, headline{l, d.Entry})
		}
	}
	if body := d.Message.Text; body != "" {
		b.rest = widget.Bubble(text.Clip(body), w, mostBubble)
	}
	if several {
		return // what else is recorded is of one of them
	}
	for _, f := range whoFirst(h.facts(d)) {
		if f.Label == "request" {
			break
		}
		if f.Label != "state" && f.Label != "text" {
			b.rest = append(b.rest, widget.PaneRows(f.Label, text.Clip(f.Value), w)...)
		}
		if by := h.byWhom(d.Entry); f.Label == "due" && by != "" {
			b.rest = append(b.rest, widget.PaneRows("", by, w)...)
		}
	}
}

// whoFirst are facts, with who wrote and who gets it before the others: a row may have no more
// of them than a name.
func whoFirst(facts []words.Fact) []words.Fact {
	var who, others []words.Fact
	into := &others
	for _, f := range facts {
		if f.Label != "" { // without one it goes on
			if into = &others; f.Label == "to" || f.Label == "from" {
				into = &who
			}
		}
		*into = append(*into, f)
	}
	return slices.Concat(who, others)
}

// frame is the lines, what became of it in its tone.
func (b *beside) frame(t widget.Theme) widget.Frame {
	var out widget.Frame
	for _, l := range b.head {
		style := t.Title
		if l.of.State != "" {
			style = t.In(page.Tone(l.of)).Bold()
		}
		out.Add(style.Render(l.text))
	}
	out.Lines = append(out.Lines, b.rest...)
	return out
}
