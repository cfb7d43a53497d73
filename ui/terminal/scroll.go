//go:build unix

package terminal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A scroll moves the rows from top up to before end, by up rows; down, if that is
// negative.
type scroll struct{ top, end, up int }

// scroll moves rows of which many stand elsewhere in lines, if that saves bytes.
func (c *canvas) scroll(lines []line) {
	if c.over != nil {
		return
	}
	top, end := 0, c.h
	for top < end && lines[top] == c.lines[top] {
		top++
	}
	for end > top && lines[end-1] == c.lines[end-1] {
		end--
	}
	saved := len("\x1b[10;20r\x1b[20;1H\x1b[r\x1b[10;20H") // what it has to save
	costs, all := make([]cost, c.h), 0
	for y := top; y < end; y++ {
		costs[y] = cost{changes(c.lines[y].text, lines[y].text), changes("", lines[y].text)}
		all += costs[y].change
	}
	if all <= saved {
		return
	}
	var best scroll
	tries := mostTried
	for n := 1; n < end-top && tries > 0; n++ {
		for _, up := range []int{n, -n} {
			if s, saves := c.found(lines, costs, top, end, up, &tries); saves > saved {
				best, saved = s, saves
			}
		}
	}
	if best.up != 0 {
		c.perform(best)
	}
}

// mostTried is how many scrolls are thought through for one repaint. Where rows are alike
// there are hundreds.
const mostTried = 100

// found is the scroll by up rows that saves the most bytes between two rows.
func (c *canvas) found(lines []line, costs []cost, top, end, up int, tries *int) (best scroll, saved int) {
	first, last := max(top, top-up), min(end, end-up)
	begin := -1 // of the rows that are worth to be moved so far
	for y := first; y < last && *tries > 0; y++ {
		from, worth := y, false
		for y < last && lines[y] == c.lines[y+up] {
			worth = worth || lines[y].text != "" && costs[y].change > 0
			y++
		}
		if !worth {
			continue
		}
		*tries--
		s := scroll{min(from, from+up), max(y, y+up), up}
		saves := c.saves(s, lines, costs)
		if begin >= 0 { // what is between both is written anew
			longer := scroll{min(begin, begin+up), s.end, up}
			if all := c.saves(longer, lines, costs); all > saves {
				s, saves, from = longer, all, begin
			}
		}
		if begin = from; saves > saved {
			best, saved = s, saves
		}
	}
	return best, saved
}

// A cost is about how many bytes a row costs: as it is, and where it was cleared.
type cost struct{ change, anew int }

// saves is about how many bytes less rows cost after a scroll.
func (c *canvas) saves(s scroll, lines []line, costs []cost) (bytes int) {
	for y := s.top; y < s.end; y++ {
		bytes += costs[y].change
		switch from := y + s.up; {
		case from < s.top || from >= s.end: // it was cleared
			bytes -= costs[y].anew
		case lines[y] != c.lines[from]:
			bytes -= changes(c.lines[from].text, lines[y].text)
		}
	}
	return bytes
}

// changes is about how many bytes change a row into another one.
func changes(was, is string) int {
	if was == is {
		return 0
	}
	was, is = strings.TrimRight(was, " "), strings.TrimRight(is, " ")
	n := 0
	for n < len(was) && n < len(is) && was[n] == is[n] {
		n++
	}
	was, is = was[n:], is[n:]
	if len(was) == len(is) {
		for len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
			was, is = was[:len(was)-1], is[:len(is)-1]
		}
	}
	return len(strings.TrimLeft(is, " ")) + len("\x1b[K")
}

// perform scrolls, by what each terminal knows: a region of it, at whose last row a line
// ends, or at whose first one it goes up.
func (c *canvas) perform(s scroll) {
	at, way, n := s.end-1, "\n", s.up
	if s.up < 0 {
		at, way, n = s.top, ansi.ReverseIndex, -s.up
	}
	c.say(fmt.Sprintf("\x1b[%d;%dr", s.top+1, s.end)) // DECSTBM
	c.x = -1
	c.move(0, at, nil)
	c.say(strings.Repeat(way, n) + "\x1b[r")
	c.x = -1
	moved := slices.Clone(c.lines)
	for y := s.top; y < s.end; y++ {
		moved[y] = line{}
		if from := y + s.up; from >= s.top && from < s.end {
			moved[y] = c.lines[from]
		}
	}
	c.lines = moved
}
