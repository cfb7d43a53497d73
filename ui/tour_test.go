package ui

import (
	"fmt"
	"html"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/ui/widget"
)

// A frame is what the console shows for a while.
type frame struct {
	content string
	stays   time.Duration // in the picture
}

// TestPictureMoves compares the moving picture of README.md with what the console shows
// now, as [TestPictures] does the others; the same -update draws it anew.
func TestPictureMoves(t *testing.T) {
	var frames []frame
	drive(t, viewDeps(accept), func(d *driver) {
		d.a.theme = widget.Look{Theme: widget.ThemeDark}.New()
		d.size(80, 24)
		show := func(stays time.Duration) { frames = append(frames, frame{d.a.View().Content, stays}) }
		typed := func(text string) {
			for word := range strings.FieldsSeq(text) {
				d.typeText(word + " ")
				show(220 * time.Millisecond)
			}
		}
		show(time.Second)
		typed("Your table is ready. See you soon — and bring “Max”")
		show(2 * time.Second)
		d.press("ctrl+r")
		show(2500 * time.Millisecond)
		d.press("enter")
		show(2 * time.Second)
		d.press("ctrl+n")
		show(time.Second)
		d.paste("(919) 555-1212")
		show(1500 * time.Millisecond)
		d.press("ctrl+n", "ctrl+n")
		show(2500 * time.Millisecond)
		d.enterOnReview()
		show(2 * time.Second)
		d.advance(4 * time.Second)
		show(3 * time.Second)
		d.press("f2")
		d.advance(time.Second)
		show(4 * time.Second)
	})
	moves := motion(frames, 80, 24, "telex, from a text to its delivery: Compose, Recipients, Review, Response and History")
	checkPicture(t, filepath.Join("..", "docs", "tour.svg"), moves)
	if len(moves) > 200<<10 {
		t.Errorf("the moving picture has %d KiB, want 200 at most", len(moves)>>10)
	}
}

// motion is an SVG that shows frames one after the other, for ever. A row that stays as it
// is over several frames is there once.
func motion(frames []frame, w, h int, title string) string {
	var total time.Duration
	for _, f := range frames {
		total += f.stays
	}
	whole, _, found := strings.Cut(svg("", w, h, false, title), "</g>\n</svg>\n")
	if !found {
		panic("a picture does not end as it did")
	}
	var b strings.Builder
	b.WriteString(whole)
	rows := make([][]string, len(frames))
	for i, f := range frames {
		rows[i] = strings.Split(f.content, "\n")
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
				until += frames[j].stays
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
