package history

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// Several messages can be marked, and what is pressed then is about all of them.

// SendAllAgain asks the app to put the words of several messages, which are the same in
// all of them, before the user once more, for all of their recipients.
type SendAllAgain struct{ Entries []outbox.Entry }

// IsIntent marks it as a [page.Intent].
func (SendAllAgain) IsIntent() {}

// mark marks a message, or unmarks it.
func (h *Page) mark(e outbox.Entry) {
	if _, there := h.marked[e.ID]; there {
		delete(h.marked, e.ID)
		return
	}
	h.marked[e.ID] = e
}

// allMarked are the marked messages, the oldest first.
func (h *Page) allMarked() []outbox.Entry {
	var all []outbox.Entry
	for _, id := range slices.Sorted(maps.Keys(h.marked)) {
		all = append(all, h.marked[id])
	}
	return all
}

// onMarked takes a key that is about the marked messages, and reports whether it was one.
func (h *Page) onMarked(msg tea.KeyPressMsg) (page.Intent, tea.Cmd, bool) {
	b := h.bindings
	switch {
	case key.Matches(msg, b.Ask):
		in, cmd := h.checkMarked()
		return in, cmd, true
	case key.Matches(msg, b.Again):
		return nil, h.readMarked(), true
	case key.Matches(msg, b.CopyID):
		return h.copyMarked(), nil, true
	case key.Matches(msg, b.Export):
		h.export(h.selects())
		return nil, nil, true
	}
	return nil, nil, false
}

// refreshMarked keeps marked messages as they are by now.
func (h *Page) refreshMarked(entries []outbox.Entry) {
	for _, e := range entries {
		if _, there := h.marked[e.ID]; there {
			h.marked[e.ID] = e
		}
	}
}

// markedRead is the marked messages as they are when they are to be sent again.
type markedRead struct {
	entries []outbox.Entry
	err     error
}

// To is the page that read.
func (markedRead) To() page.ID { return page.History }

// readMarked reads the marked messages, of which not all need be in the list.
func (h *Page) readMarked() tea.Cmd {
	ctx, store, all := h.ctx, h.store(), h.allMarked()
	if store == nil {
		return nil
	}
	return func() tea.Msg {
		entries, err := now(ctx, store, all)
		return markedRead{entries, err}
	}
}

// now is messages as they are by now.
func now(ctx context.Context, store Store, entries []outbox.Entry) ([]outbox.Entry, error) {
	var read []outbox.Entry
	for _, e := range entries {
		d, err := store.Detail(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		read = append(read, d.Entry)
	}
	return read, nil
}

func (h *Page) onMarkedRead(msg markedRead) page.Intent {
	if msg.err != nil {
		return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}
	}
	h.refreshMarked(msg.entries)
	if !h.front || len(h.marked) == 0 {
		return nil // they are not marked any more
	}
	if all := h.allMarked(); len(all) > 1 {
		return sendTogether(all)
	}
	in, _ := h.again(h.allMarked()[0])
	return in
}

// sendTogether is for messages that say the same from the same number: it is one text that
// is written then.
func sendTogether(all []outbox.Entry) page.Intent {
	first := all[0]
	for _, e := range all {
		if no := notAgain(e); no != nil {
			return no
		}
		m := e.Message
		switch {
		case e.Undecided():
			return page.Warn(fmt.Sprintf("message %d may have arrived: check it, or send it again on its own", e.ID))
		case len(m.To) > 1:
			return page.Warn(fmt.Sprintf("message %d is a group message: send it again on its own", e.ID))
		case m.Text != first.Message.Text || e.TextOmitted || !slices.Equal(m.Media, first.Message.Media):
			return page.Warn("the marked messages do not say the same: send them again one by one")
		case m.From != first.Message.From || e.By.AccountID != first.By.AccountID:
			return page.Warn("the marked messages are from different numbers: send them again one by one")
		}
	}
	return SendAllAgain{all}
}

// copyMarked copies the ids of the API, in one line.
func (h *Page) copyMarked() page.Intent {
	var ids []string
	for _, e := range h.allMarked() {
		switch in := page.CopyID(e.MessageID).(type) {
		case page.CopyOut:
			ids = append(ids, in.Value)
		default:
			if e.MessageID != "" {
				return in
			}
		}
	}
	if len(ids) == 0 {
		return page.CopyID("")
	}
	return page.CopyOut{What: text.Count(len(ids), "id"), Value: strings.Join(ids, " ")}
}

// allChecked is what Bandwidth said about several messages.
type allChecked struct {
	findings []outbox.Finding
	left     int // that were not asked about, for err
	err      error
}

// To is the page that asked.
func (allChecked) To() page.ID { return page.History }

// checkMarked asks Bandwidth what became of the marked messages, one after the other.
func (h *Page) checkMarked() (page.Intent, tea.Cmd) {
	var ask []int64
	why := ""
	for _, e := range h.allMarked() {
		if reason := h.cannotAsk(e); reason != "" {
			why = reason
			continue
		}
		ask = append(ask, e.ID)
	}
	store := h.store()
	if len(ask) == 0 || store == nil {
		return page.Warn(why), nil
	}
	ctx, lister := h.ctx, h.api().Lister
	return page.Done("checking " + text.Count(len(ask), "message")), func() tea.Msg {
		var m allChecked
		for i, id := range ask {
			f, err := checkOne(ctx, store, lister, id)
			if err != nil {
				m.left, m.err = len(ask)-i, err
				break
			}
			m.findings = append(m.findings, f)
		}
		return m
	}
}

func checkOne(ctx context.Context, store Store, lister account.Lister, id int64) (outbox.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
	defer cancel()
	return store.Check(ctx, lister, id)
}

func (h *Page) onAllChecked(msg allChecked) page.Intent {
	signs := map[string]int{}
	for _, f := range msg.findings {
		h.rows.replace(f.Entry)
		h.found[f.Entry.ID] = f
		h.refreshMarked([]outbox.Entry{f.Entry})
		signs[words.State(f.Entry)]++
	}
	var parts []string
	for _, s := range slices.Sorted(maps.Keys(signs)) {
		parts = append(parts, fmt.Sprintf("%d %s", signs[s], s))
	}
	said := "checked " + text.Count(len(msg.findings), "message") + ": " + strings.Join(parts, ", ")
	switch {
	case msg.err != nil && len(msg.findings) == 0:
		return page.Failed(fmt.Sprintf("%d not checked: %s", msg.left, words.Describe(msg.err).What))
	case msg.err != nil:
		return page.Failed(fmt.Sprintf("%s; %d not checked: %s", said, msg.left, words.Describe(msg.err).What))
	}
	return page.Done(said)
}

// markedWords say what the keys are about while messages are marked and the cursor stands
// elsewhere; "" otherwise.
func (h *Page) markedWords() string {
	n, b := len(h.marked), h.bindings
	e, _ := h.rows.selected()
	if _, this := h.marked[e.ID]; n == 0 || this && n == 1 {
		return ""
	}
	about := "* and not this one"
	if n > 1 {
		about = fmt.Sprintf("the %d marked *", n)
	}
	return fmt.Sprintf("%s %s %s: %s", b.Again.Help().Key, b.Ask.Help().Key, b.Export.Help().Key, about)
}

// markedKeys are what works while messages are marked.
func (h *Page) markedKeys(b keys.History, leave key.Binding) []key.Binding {
	n := len(h.marked)
	b.Ask.SetEnabled(true)
	b.CopyID.SetEnabled(true)
	b.Ask.SetHelp(b.Ask.Help().Key, fmt.Sprintf("check %d", n))
	b.Again.SetHelp(b.Again.Help().Key, fmt.Sprintf("send %d again", n))
	b.Export.SetHelp(b.Export.Help().Key, fmt.Sprintf("export %d", n))
	leave.SetHelp(leave.Help().Key, "unmark")
	if e, _ := h.rows.selected(); h.isMailing(e) {
		b.Open.SetHelp(b.Open.Help().Key, "open all of them")
		b.Mark.SetEnabled(false)
		return []key.Binding{b.Again, b.Ask, b.Export, b.Open, leave, b.CopyID, b.Move}
	}
	return []key.Binding{b.Again, b.Ask, b.Export, leave, b.Mark, b.CopyID, b.Move}
}
