package history

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/palette"
	"telex/ui/text"
)

// Where the words that are searched for are in fewer messages than a screen shows, those
// follow that have words like them. They are looked for among the newest alone.

// similarAmong is how many messages are looked at for that.
const similarAmong = 500

// similarRead is the messages that are like what was searched for.
type similarRead struct {
	load    int
	entries []outbox.Entry
	names   map[string]string // of the people in them
	err     error
}

// To is the page that reads.
func (similarRead) To() page.ID { return page.History }

// lookForSimilar looks for messages like what is searched for, if so few were found.
func (h *Page) lookForSimilar(kind loadKind) tea.Cmd {
	f := h.selects()
	if kind != loadNewest || f.Search == "" || len(h.rows.found()) >= h.atOnce() {
		return nil
	}
	words := f.Search
	f.Search, f.Limit = "", similarAmong
	ctx, store, load, most := h.ctx, h.store(), h.reading.load, h.atOnce()
	return func() tea.Msg {
		p, err := store.Look(ctx, f, nil)
		var like []outbox.Entry
		for _, e := range p.Entries {
			m := e.Message
			if len(like) < most && palette.Like(words, strings.Join(slices.Concat([]string{m.Text, m.Tag, m.From}, m.To), " ")) {
				like = append(like, e)
			}
		}
		m := similarRead{load: load, entries: like, err: err}
		if m.err == nil {
			m.names, m.err = namesOf(ctx, store, like, nil)
		}
		return m
	}
}

func (h *Page) onSimilar(msg similarRead) page.Intent {
	if msg.load != h.reading.load {
		return nil
	}
	if msg.err != nil {
		return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}
	}
	h.rows.addSimilar(msg.entries, msg.names)
	h.rows.fit(h.listRows())
	return nil
}
