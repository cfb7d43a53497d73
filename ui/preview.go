package ui

import (
	"strings"
	"time"

	"telex/ui/text"
	"telex/ui/widget"
)

// A preview is a list of texts, a line each, and more of the one under the cursor: beside
// the list as a phone shows it or, where there is no room, below.
type preview struct {
	title string
	list  widget.List
	w, h  int
}

// resize gives the list of n rows its part of w by h cells.
func (p *preview) resize(n, w, h int) {
	p.w, p.h = w, h
	rows := h/2 - 1
	if w >= widget.Panes {
		rows = h - 1
	}
	p.list.Resize(n, max(rows, 1))
}

// view has the rows by their number, which it cleans, and the text of the one under the cursor.
func (p *preview) view(row func(i int) string, body string, t widget.Theme) widget.Frame {
	var out widget.Frame
	w, panes := p.w, p.w >= widget.Panes
	var beside int
	if panes {
		w, beside = widget.PaneWidths(p.w)
	}
	out.Add(t.Title.Render(p.title))
	from, to := p.list.Visible()
	for i := from; i < to; i++ {
		mark := "  "
		if i == p.list.At {
			mark = "> "
		}
		at := out.Add(text.Truncate(mark+text.Clean(row(i)), w))
		if i == p.list.At {
			out.Cursor = widget.Steady(0, at)
		}
	}
	body = text.Clip(body)
	if panes {
		var phone widget.Frame
		if body != "" {
			phone.Lines = widget.Phone([]string{body}, beside)
		}
		return widget.Beside(out, phone, p.w, p.h, t)
	}
	out.Add("")
	for l := range strings.SplitSeq(body, "\n") {
		for _, part := range text.Wrap(l, w) {
			if len(out.Lines) < p.h {
				out.Add(part)
			}
		}
	}
	return out
}

// dayTimes are n times in the past as a column.
func dayTimes(n int, at func(i int) time.Time, now time.Time) []string {
	all := make([]string, n)
	wide := 0
	for i := range all {
		all[i] = dayTime(at(i), now)
		wide = max(wide, len(all[i]))
	}
	for i := range all {
		all[i] = text.Pad(all[i], wide+2)
	}
	return all
}
