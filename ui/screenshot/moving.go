package screenshot

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// A Frame is what a screen shows for a while.
type Frame struct {
	Content string // as of [SVG]
	Stays   time.Duration
}

// Moving is a picture of a dark screen that shows frames one after the other, for ever. A
// row that stays as it is over several frames is there once.
func Moving(frames []Frame, w, h int, title string) string {
	var total time.Duration
	for _, f := range frames {
		total += f.Stays
	}
	whole, _, found := strings.Cut(SVG("", w, h, false, title), "</g>\n</svg>\n")
	if !found {
		panic("a picture does not end as it did")
	}
	var b strings.Builder
	b.WriteString(whole)
	rows := make([][]string, len(frames))
	for i, f := range frames {
		rows[i] = strings.Split(f.Content, "\n")
	}
	row := func(i, y int) string {
		if y < len(rows[i]) {
			return rows[i][y]
		}
		return ""
	}
	for y := range h {
		var from time.Duration
		for i := 0; i < len(frames); {
			until, j := from, i
			for ; j < len(frames) && row(j, y) == row(i, y); j++ {
				until += frames[j].Stays
			}
			var drawn strings.Builder
			drawLine(&drawn, row(i, y), y, ink[false])
			if drawn.Len() > 0 {
				b.WriteString(between(drawn.String(), from, until, total))
			}
			from, i = until, j
		}
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// between is a part of a picture that is to be seen from one time to another of each round.
func between(part string, from, until, round time.Duration) string {
	if from == 0 && until == round {
		return part
	}
	at := func(d time.Duration) string { return fmt.Sprintf("%.4f", d.Seconds()/round.Seconds()) }
	times, values := at(from)+";"+at(until), "visible;hidden"
	if from > 0 {
		times, values = "0;"+times, "hidden;"+values
	} else {
		times = "0;" + at(until)
	}
	if until == round {
		times, values = strings.TrimSuffix(times, ";"+at(until)), strings.TrimSuffix(values, ";hidden")
	}
	still := "hidden" // where pictures do not move the last frame is shown
	if until == round {
		still = "visible"
	}
	return fmt.Sprintf("<g visibility=\"%s\"><animate attributeName=\"visibility\" calcMode=\"discrete\" dur=\"%.2fs\" repeatCount=\"indefinite\" keyTimes=\"%s\" values=\"%s\"/>\n%s</g>\n",
		still, round.Seconds(), html.EscapeString(times), values, part)
}
