//go:build unix

package terminal

import (
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// A canvas knows which lines a terminal shows, and makes the bytes that change them into
// others. It keeps lines, and makes cells of those alone that are others than before: the
// cells of a large screen are megabytes, and its first frame would be spent on making them.
type canvas struct {
	w, h    int
	able    bool // the terminal moves to a row or to a column, and erases characters
	colours colorprofile.Profile
	mixed   bool // what is shown may be counted in several ways
	whole   bool // the terminal gives cells to signs, not to what they are made of

	out    []byte
	lines  []line   // that are shown
	stale  bool     // not all of the last view are
	x, y   int      // the cursor; x is w behind the last column, and -1 if it is not known where
	over   *Graphic // lies over it, and is not to be erased or moved; nil for none
	pen    uv.Style
	styles []uv.Style // of the cells of the row that is drawn, the plain one first
	row    [2][]cell  // as it was, and as it will be
}

func newCanvas(w, h int, term string, colours colorprofile.Profile) *canvas {
	c := &canvas{w: w, h: h, able: isAble(term), colours: colours, whole: true, x: -1, y: -1}
	c.lines, c.stale = make([]line, h), true
	c.styles = []uv.Style{{}}
	c.row = [2][]cell{make([]cell, w), make([]cell, w)}
	return c
}

// isAble reports whether a kind of terminal knows more than the VT100 does. It is asked by
// its name: those that are known have it in common.
func isAble(term string) bool {
	kind, _, _ := strings.Cut(term, "-")
	return slices.Contains([]string{"xterm", "tmux", "screen", "linux", "alacritty", "contour", "foot", "ghostty", "kitty", "rio", "st", "wezterm"}, kind)
}

// say writes what is no part of the lines and moves no cursor.
func (c *canvas) say(s string) { c.out = append(c.out, s...) }

// clear clears the screen.
func (c *canvas) clear() {
	c.ink(uv.Style{})
	c.say(ansi.CursorHomePosition + ansi.EraseEntireScreen)
	c.x, c.y = 0, 0
	clear(c.lines)
}

// count counts cells in another way from now on. What is shown was counted as before.
func (c *canvas) count(mixed, whole bool) {
	if c.mixed && whole != c.whole {
		for y := range c.lines {
			if c.read(c.row[0], c.lines[y]) {
				c.lines[y], c.stale = unknown, true
			}
		}
	}
	c.mixed, c.whole = mixed, whole
}

// show changes what is shown into lines, of which there must be as many as rows.
func (c *canvas) show(lines []line) {
	c.scroll(lines)
	for y, l := range lines {
		if l != c.lines[y] {
			c.change(y, c.lines[y], l)
		}
	}
	c.ink(uv.Style{})
	c.lines, c.stale = lines, false
}

// change changes one row.
func (c *canvas) change(y int, was, is line) {
	c.styles = append(c.styles[:0], uv.Style{})
	before, after := c.row[0], c.row[1]
	drifts := c.read(before, was)
	if c.read(after, is) || drifts || was == unknown {
		c.rewrite(y, after)
		return
	}
	first, last := 0, c.w-1
	for first < c.w && before[first] == after[first] {
		first++
	}
	if first == c.w {
		return
	}
	for before[last] == after[last] {
		last--
	}
	end, endBefore := written(after), written(before)
	if !c.under(y) && c.shift(y, first, end, endBefore) {
		return
	}
	erase := endBefore-end > len(ansi.EraseLineRight) && last >= end && !c.under(y)
	if erase {
		last = end - 1
	}
	c.overwrite(y, first, last)
	if erase {
		c.move(max(first, end), y, after)
		c.ink(uv.Style{})
		c.say(ansi.EraseLineRight)
	}
}

// under reports whether a picture lies over a part of a row, of which no more is written
// then than the cells that changed.
func (c *canvas) under(y int) bool {
	return c.over != nil && y >= c.over.Y && y < c.over.Y+c.over.H
}

// written is the column behind the last cell of a row that is not blank.
func written(row []cell) int {
	end := len(row)
	for end > 0 && row[end-1] == blank {
		end--
	}
	return end
}

// overwrite writes those cells from first to last that are others than before.
func (c *canvas) overwrite(y, first, last int) {
	before, after := c.row[0], c.row[1]
	margin := c.blanks(after[:last+1])
	for x := first; x <= last; x++ {
		if before[x] == after[x] {
			continue
		}
		if n := c.blanks(after[x : last+1]); c.able && n > leastErased && !c.under(y) {
			c.erase(x, y, n, x < margin)
			x += n - 1
			continue
		}
		if c.y == y && c.x >= 0 && c.x < x && after[c.x].style == after[x].style {
			c.ink(c.styles[after[x].style]) // in which what is between is written again, perhaps
		}
		c.move(x, y, after)
		c.write(after[x])
	}
}

// erase makes n cells blank; left says that those left of them are, too.
func (c *canvas) erase(x, y, n int, left bool) {
	c.ink(uv.Style{})
	if left && x+n < c.w {
		c.move(x+n-1, y, nil)
		c.say(ansi.EraseLineLeft)
		return
	}
	c.move(x, y, c.row[1])
	c.sequence(n, 'X') // ECH, after which the cursor is where it was
}

// leastErased is how many blanks are fewer bytes than erasing them and going on behind.
const leastErased = 12

// blanks is how many cells at the beginning look as if nothing was written.
func (c *canvas) blanks(row []cell) int {
	n := 0
	for n < len(row) && row[n].text == blank.text && bare(c.styles[row[n].style]) {
		n++
	}
	return n
}

// bare reports whether a blank in a style looks like one in none.
func bare(s uv.Style) bool {
	const ofLetters = uv.AttrBold | uv.AttrFaint | uv.AttrItalic | uv.AttrBlink | uv.AttrRapidBlink
	return s.Bg == nil && s.Underline == uv.UnderlineNone && s.Attrs&^ofLetters == 0
}

// shift moves what follows a place where cells came in or went, and reports whether that
// was all of a row.
func (c *canvas) shift(y, first, end, endBefore int) bool {
	const least = 8 // cells that move, for fewer of which it does not pay
	before, after := c.row[0], c.row[1]
	more := end - endBefore
	switch {
	case !c.able || more == 0 || min(end, endBefore)-first-max(-more, 0) < least && more < 0, more > 0 && endBefore-first < least:
		return false
	case more > 0:
		if !slices.Equal(before[first:endBefore], after[first+more:end]) {
			return false
		}
		c.move(first, y, after)
		c.ink(uv.Style{})
		c.sequence(more, '@') // ICH
		for x := first; x < first+more; x++ {
			c.write(after[x])
		}
	default:
		if !slices.Equal(before[first-more:endBefore], after[first:end]) {
			return false
		}
		c.move(first, y, after)
		c.ink(uv.Style{})
		c.sequence(-more, 'P') // DCH
	}
	return true
}

// rewrite writes a row from its beginning, for what stands in it may be elsewhere than
// is thought. Nothing of it gets into the next row, and where the cursor is afterwards is
// not known.
func (c *canvas) rewrite(y int, row []cell) {
	c.move(0, y, nil)
	c.ink(uv.Style{})
	c.say(ansi.ResetModeAutoWrap + ansi.EraseLineRight)
	end, odd := written(row), false
	for x, it := range row[:end] {
		c.ink(c.styles[it.style])
		if it.odd {
			c.place(x, y, it)
			odd = true
			continue
		}
		c.say(it.text)
	}
	if odd && end < c.w { // of which something may be behind all that followed
		c.ink(uv.Style{})
		c.say(ansi.EraseLineRight)
	}
	c.say(ansi.SetModeAutoWrap)
	c.x = -1
}

// place writes a cell at the cursor, of which nobody knows where it leaves that, and goes on
// behind it. Cells that the terminal does not use for it look like it; those that it uses
// beyond are for what follows.
func (c *canvas) place(x, y int, it cell) {
	if !bare(c.styles[it.style]) {
		c.say(strings.Repeat(" ", int(it.width)))
		c.column(x, y)
	}
	c.say(it.text)
	if end := x + int(it.width); end < c.w {
		c.column(end, y)
	}
}

// write writes a cell at the cursor. The last one of the screen is written so that nothing
// scrolls.
func (c *canvas) write(it cell) {
	if it.width == 0 {
		return
	}
	c.ink(c.styles[it.style])
	if c.x == c.w-1 && c.y == c.h-1 {
		c.say(ansi.ResetModeAutoWrap + it.text + ansi.SetModeAutoWrap)
		c.x = -1
		return
	}
	c.say(it.text)
	c.x += int(it.width)
}

// ink makes the style of what is written next another one.
func (c *canvas) ink(s uv.Style) {
	if s == c.pen {
		return
	}
	change := s.Diff(&c.pen)
	if s.IsZero() {
		change = ansi.ResetStyle
	}
	c.say(change)
	c.pen = s
}
