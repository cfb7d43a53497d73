package history

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// opened is the message of the history that is shown whole.
type opened struct {
	detail outbox.Detail
	found  []string // what the API said in this run of an unknown message, clean
	page   widget.Pager
}

// readWanted reads all that is stored of the message that is to be shown, if one is.
func (h *Page) readWanted() tea.Cmd {
	store, ctx, id := h.store(), h.ctx, h.toShow
	if store == nil || id == 0 {
		return nil
	}
	return func() tea.Msg {
		detail, err := store.Detail(ctx, id)
		return messageRead{id, detail, err}
	}
}

func (h *Page) onOpened(msg messageRead) page.Intent {
	if msg.id != h.toShow {
		return nil // it was closed, or another is wanted by now
	}
	if msg.err != nil {
		return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}
	}
	shown := h.opened
	if shown == nil || shown.detail.ID != msg.id {
		shown = &opened{}
	}
	shown.detail, shown.found = msg.detail, nil
	if f, ok := h.found[msg.id]; ok && f.Verdict != outbox.NotChecked {
		shown.found = words.Finding(f)
	}
	h.opened = shown
	h.layOutOpened()
	return nil
}

// layOutOpened makes its lines.
func (h *Page) layOutOpened() {
	d := h.opened.detail
	h.opened.layOut(h.w, h.facts(d), h.byWhom(d.Entry))
}

// layOut makes the lines that are shown. It is done when something changed, for a
// long answer takes its time.
func (o *opened) layOut(w int, facts []words.Fact, byWhom string) {
	facts = words.After(facts, "state", words.List("found", o.found)...)
	if byWhom != "" {
		facts = words.After(facts, "due", words.Fact{Value: byWhom})
	}
	o.page.Lines = page.ClippedRows(facts, w)
}

func (o *opened) view(height int, t widget.Theme) widget.Frame {
	var out widget.Frame
	for i, l := range o.page.Window(height) {
		if i == 0 && o.page.Top == 0 {
			l = t.Title.Render(l)
		}
		out.Add(l)
	}
	return out
}

func (h *Page) inOpened(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	b := h.bindings
	switch {
	case key.Matches(msg, h.global.Back):
		h.toShow, h.opened = 0, nil
	case key.Matches(msg, b.Other):
		return nil, h.turn(msg.String())
	case key.Matches(msg, b.CopyJSON):
		return h.copyJSON(), nil
	case key.Matches(msg, b.Scroll):
		h.opened.page.Scroll(msg, b.Scroll, h.h)
	default:
		return h.onMessage(msg, h.opened.detail.Entry)
	}
	return nil, nil
}

// turn shows the newer or older message.
func (h *Page) turn(k string) tea.Cmd {
	step := tea.KeyPressMsg{Code: tea.KeyDown}
	if k == "left" {
		step.Code = tea.KeyUp
	}
	from := h.rows.list
	more := h.move(step)
	e, ok := h.rows.selected()
	if _, several := h.rows.mailings[e.ID]; several { // which is opened from the list
		h.rows.list = from
		return more
	}
	if !ok || e.ID == h.toShow {
		return more
	}
	h.toShow = e.ID
	return tea.Batch(more, h.readWanted())
}

// copyJSON copies the API's answer, or what was sent if there is none.
func (h *Page) copyJSON() page.Intent {
	if a := h.opened.detail.Answer; a != nil && len(a.Body) > 0 {
		return page.CopyBody("answer", a.Body)
	}
	return page.CopyBody("request", h.opened.detail.Request)
}

func (h *Page) openedKeys() []key.Binding {
	b, e := h.bindings, h.opened.detail.Entry
	leave := h.global.Back
	leave.SetHelp(leave.Help().Key, "list")
	b.Ask.SetEnabled(h.cannotAsk(e) == "")
	b.Again.SetEnabled(e.Direction != outbox.In && !waits(e))
	b.CopyID.SetEnabled(e.MessageID != "")
	b.Scroll.SetEnabled(len(h.opened.page.Lines) > h.h)
	b.Other.SetEnabled(len(h.rows.entries) > 1)
	if waits(e) {
		return []key.Binding{leave, b.Cancel, b.Time, b.Now, b.Scroll, b.Other, b.CopyJSON}
	}
	return []key.Binding{leave, b.Ask, b.Again, b.Scroll, b.Other, b.CopyID, b.CopyJSON}
}
