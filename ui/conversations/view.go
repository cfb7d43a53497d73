package conversations

import (
	"telex/ui/draft"
	"telex/ui/widget"
)

// View is the list with the conversation under the cursor beside it where there is room,
// or the one that is opened.
func (p *Page) View(_ *draft.Form, t widget.Theme) widget.Frame {
	switch {
	case !p.panes() && p.open:
		return p.talkView(t)
	case !p.panes():
		return p.listView(t)
	}
	left, right := p.listView(t), p.talkView(t)
	if p.open {
		left.Cursor = nil
	}
	return widget.Beside(left, right, p.w, p.h, t)
}
