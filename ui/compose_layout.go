package ui

import (
	"telex/ui/widget"
)

const (
	// composeLabel is the column at which the values of Compose begin, and the pane beside
	// it needs.
	composeLabel = 9
	// bubbleCells is how wide the text is drawn where there is room: about as wide as a
	// phone draws it.
	bubbleCells = 34
	// bubbleRows is how high the text is drawn at first. It doubles when there is more text,
	// so that what is below it moves seldom.
	bubbleRows = 10
	// gutterFrom is the width from which on the segments are marked right of the bubble,
	// and below which it takes the whole width.
	gutterFrom = 48
	// tallForm is the height from which on one column has a row for each field.
	tallForm = 14
	// roomyPane is the height from which on the pane beside the text has blank rows.
	roomyPane = 18
	// wideForm and wideHeight are the size from which on the fields stand below the text.
	wideForm, wideHeight = 120, 24
)

// A composeLayout says where the parts of Compose stand.
type composeLayout struct {
	w, h        int
	leftW       int   // of the column with the text
	rightW      int   // of the facts beside it; 0 if there is one column
	tall, wide  bool  // one column with a row for each field; fields below the text beside a pane
	cells, rows int   // of the text in its bubble
	room        int   // rows that it may have
	indent      int   // of the bubble
	ticks       []int // the rows of the text in which segments begin, the second's first
}

// layoutOf divides a page of w by h cells.
func layoutOf(w, h int) composeLayout {
	l := composeLayout{w: w, h: h, leftW: w, tall: h >= tallForm, cells: bubbleCells, indent: 3}
	others := 5 // what has the cursor, the counter, the border, the meter or the note
	switch {
	case w >= widget.Panes:
		l.leftW, l.rightW = widget.PaneWidths(w)
		l.wide = w >= wideForm && h >= wideHeight
		if l.wide {
			l.indent = (l.leftW - bubbleCells - 2) / 2
			others += 4
		}
	case l.tall:
		others += 4
	}
	if l.rightW == 0 && w < gutterFrom {
		l.cells, l.indent = w-4, 0
	}
	l.room = max(h-others, 1)
	l.rows = min(bubbleRows, l.room)
	return l
}

// panes reports whether there are two.
func (l *composeLayout) panes() bool { return l.rightW > 0 }

// Resize gives the text and the fields their cells.
func (c *compose) Resize(w, h int) {
	c.composeLayout = layoutOf(w, h)
	c.layOut()
	c.grow()
}

// layOut gives the fields their cells, and the text as few rows as it may have.
func (c *compose) layOut() {
	c.rows = min(bubbleRows, c.room)
	c.from.Resize(c.leftW-composeLabel-1, 1)
	fieldW := c.leftW
	if c.panes() && !c.wide {
		fieldW = c.rightW
	}
	c.tag.Resize(fieldW-composeLabel-1, 1)
	c.expires.Resize(fieldW-composeLabel-1, 1)
	c.text.Resize(c.cells, c.rows)
}

// grow gives the text more rows if it needs them, and finds where its segments begin.
func (c *compose) grow() {
	at := c.text.Rows(append(c.begins, len(c.text.Value())))
	last := len(at) - 1
	c.ticks = at[:last]
	for c.rows <= at[last] && c.rows < c.room {
		c.rows = min(2*c.rows, c.room)
	}
	c.text.Resize(c.cells, c.rows)
}
