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
	for up := top - end + 1; up < end-top; up++ {
		first, last := max(top, top-up), min(end, end-up)
		for y := first; y < last && up != 0; y++ {
			from := y
			for y < last && lines[y].text != "" && lines[y] == c.lines[y+up] {
				y++
			}
			if y == from {
				continue
			}
			s := scroll{min(from, from+up), max(y, y+up), up}
			if saves := s.saves(costs); saves > saved {
				best, saved = s, saves
			}
		}
	}
	if best.up != 0 {
		c.perform(best)
	}
}

// A cost is about how many bytes a row costs: as it is, and where it was cleared.
type cost struct{ change, anew int }

// saves is about how many bytes less rows cost after a scroll that brings each to its
// place, but for those that it clears.
func (s scroll) saves(costs []cost) (bytes int) {
	for y := s.top; y < s.end; y++ {
		bytes += costs[y].change
		if from := y + s.up; from < s.top || from >= s.end {
			bytes -= costs[y].anew
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
