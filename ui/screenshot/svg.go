// Package screenshot draws what a terminal shows as SVG: the pictures of README.md and the
// documents, and all screens for whoever changes one.
package screenshot

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"telex/ui/text"
)

const (
	cellW, cellH = 9, 19 // of a picture's letters at 15 px
	margin       = 14
)

// ink are the 16 colours of a picture's terminal, then its letters and background.
var ink = map[bool][18]string{
	false: {
		"#2e3436", "#ef5350", "#8ae234", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5d8df",
		"#555753", "#ff6b68", "#8ae234", "#fce94f", "#729fcf", "#ad7fa8", "#34e2e2", "#eeeeec", "#d5d8df", "#1c1e26",
	},
	true: {
		"#000000", "#c4302b", "#2f7d32", "#8a6d00", "#1d5fb4", "#8e3a9d", "#007a7a", "#55575b",
		"#77797d", "#d32f2f", "#2f7d32", "#8a6d00", "#1d5fb4", "#8e3a9d", "#007a7a", "#222222", "#24262c", "#fafafa",
	},
}

// A Pen is how a cell is drawn.
type Pen struct {
	bold, faint, underline, reverse bool
	colour                          int    // one of 16; -1 is that of letters
	letters, ground                 string // colours of a picture, as SVG has them; "" for none
}

// Plain is the pen of letters that have no style.
var Plain = Pen{colour: -1}

// With is the pen after a sequence of SGR with these parameters, as they stand between
// "\x1b[" and "m".
func (p Pen) With(parameters string) Pen {
	all := strings.Split(parameters, ";")
	for i := 0; i < len(all); i++ {
		switch n, _ := strconv.Atoi(all[i]); {
		case (n == 38 || n == 48) && i+4 < len(all) && all[i+1] == "2":
			c := fmt.Sprintf("rgb(%s)", strings.Join(all[i+2:i+5], ","))
			if i += 4; n == 38 {
				p.letters = c
			} else {
				p.ground = c
			}
		case n == 0:
			p = Plain
		case n == 1:
			p.bold = true
		case n == 2:
			p.faint = true
		case n == 4:
			p.underline = true
		case n == 7:
			p.reverse = true
		case n >= 30 && n <= 37:
			p.colour = n - 30
		case n >= 90 && n <= 97:
			p.colour = n - 90 + 8
		case n == 39:
			p.colour = -1
		}
	}
	return p
}

// String is what a pen makes of letters; "" for what they are without it.
func (p Pen) String() string {
	var words []string
	for _, w := range []struct {
		is   bool
		word string
	}{{p.bold, "bold"}, {p.faint, "faint"}, {p.underline, "underline"}, {p.reverse, "reverse"}} {
		if w.is {
			words = append(words, w.word)
		}
	}
	if p.colour >= 0 {
		words = append(words, [...]string{
			"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "grey", "bright red", "bright green",
			"bright yellow", "bright blue", "bright magenta", "bright cyan", "bright white",
		}[p.colour])
	}
	if p.letters != "" {
		words = append(words, p.letters)
	}
	if p.ground != "" {
		words = append(words, "on "+p.ground)
	}
	return strings.Join(words, " ")
}

// SVG is a picture of a screen of w by h cells. Content is its lines, with sequences of SGR
// for the 16 colours, bold, faint, underlined and reverse; others are left out. It is drawn
// as a terminal shows it that is light, or dark. The title is for who does not see it.
func SVG(content string, w, h int, light bool, title string) string {
	colours := ink[light]
	var b strings.Builder
	width, height := w*cellW+2*margin, h*cellH+2*margin
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n<title>%s</title>\n",
		width, height, width, height, html.EscapeString(title), html.EscapeString(title))
	fmt.Fprintf(&b, "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"%s\"/>\n", colours[17])
	fmt.Fprintf(&b, "<g font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"15\" fill=\"%s\" xml:space=\"preserve\">\n", colours[16])
	for y, line := range strings.Split(content, "\n") {
		drawLine(&b, line, y, colours)
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// drawLine draws runs of cells that look alike.
func drawLine(b *strings.Builder, line string, y int, colours [18]string) {
	now, at, run := Plain, 0, ""
	flush := func() {
		drawRun(b, run, at, y, now, colours)
		at, run = at+text.Width(run), ""
	}
	state := ansi.NormalState
	for len(line) > 0 {
		sequence, width, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		if width > 0 {
			run += sequence
			continue
		}
		if parameters, is := strings.CutPrefix(sequence, "\x1b["); is && strings.HasSuffix(parameters, "m") {
			flush()
			now = now.With(strings.TrimSuffix(parameters, "m"))
		}
	}
	flush()
}

func drawRun(b *strings.Builder, run string, at, y int, p Pen, colours [18]string) {
	bare := strings.TrimLeft(run, " ")
	x, cells := margin+at*cellW, text.Width(run)
	fill := colours[16]
	if p.colour >= 0 {
		fill = colours[p.colour]
	}
	if p.letters != "" {
		fill = p.letters
	}
	if p.ground != "" && cells > 0 {
		fmt.Fprintf(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", x, margin+y*cellH, cells*cellW, cellH, p.ground)
	}
	if p.reverse && cells > 0 {
		fmt.Fprintf(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", x, margin+y*cellH, cells*cellW, cellH, fill)
		fill = colours[17]
	}
	if strings.TrimSpace(run) == "" {
		return
	}
	x += (cells - text.Width(bare)) * cellW
	bare = strings.TrimRight(bare, " ")
	style := ""
	if fill != colours[16] {
		style += fmt.Sprintf(" fill=%q", fill)
	}
	if p.bold {
		style += ` font-weight="bold"`
	}
	if p.faint {
		style += ` opacity="0.6"`
	}
	if p.underline {
		style += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\"%s>%s</text>\n",
		x, margin+y*cellH+cellH-5, text.Width(bare)*cellW, style, html.EscapeString(bare))
}
