package ui

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"telex/ui/text"
	"telex/ui/widget"
)

// pictures are the screens that README.md and the documents show, by the file's name in
// docs, and what each shows.
var pictures = map[string]struct{ view, says string }{
	"console":  {"compose-ucs2", "Compose: a text with the live count of characters and segments"},
	"response": {"response-error", "Response: a message that Bandwidth refused, and which field it names"},
	"history":  {"history", "History: messages with their states, newest first, and all that is known of one"},
}

// TestPictures compares the pictures in docs with what the console shows now; -update
// draws them anew. With TELEX_PICTURES=folder all screens are drawn there, in three sizes
// and as terminals show them that are dark, light, without colour, and without UTF-8.
func TestPictures(t *testing.T) {
	for _, v := range views {
		for file, p := range pictures {
			if p.view == v.name {
				t.Run(file, func(t *testing.T) {
					checkPicture(t, filepath.Join("..", "docs", file+".svg"), drawn(t, v, look{theme: widget.ThemeDark}, 80, 24, p.says))
				})
			}
		}
		folder := os.Getenv("TELEX_PICTURES")
		if folder == "" {
			continue
		}
		for name, l := range map[string]look{"dark": {theme: widget.ThemeDark}, "light": {theme: widget.ThemeLight}, "plain": {theme: widget.ThemeNone}, "ascii": {theme: widget.ThemeNone, ascii: true}} {
			for _, size := range [][2]int{{40, 12}, {80, 24}, {160, 45}} {
				file := filepath.Join(folder, fmt.Sprintf("%s-%dx%d-%s.svg", v.name, size[0], size[1], name))
				if err := os.WriteFile(file, []byte(drawn(t, v, l, size[0], size[1], v.name)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func checkPicture(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test ./ui -run Pictures -update draws it", err)
	}
	if got != string(want) {
		t.Errorf("%s shows what the console does not show any more; go test ./ui -run Pictures -update draws it anew", path)
	}
}

// A look is how a picture's terminal shows things.
type look struct {
	theme string
	ascii bool
}

// drawn is a picture of a view.
func drawn(t *testing.T, v view, l look, w, h int, says string) (picture string) {
	t.Helper()
	drive(t, viewDeps(v.send), func(d *driver) {
		d.a.theme = widget.Look{Theme: l.theme, ASCII: l.ascii}.New()
		d.size(w, h)
		v.walk(d)
		picture = svg(d.a.View().Content, w, h, l.theme == widget.ThemeLight, "telex, "+says)
	})
	return picture
}

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

// A pen is how a cell is drawn.
type pen struct {
	bold, faint, underline, reverse bool
	colour                          int // -1 is that of letters
}

// with is the pen after a sequence of SGR.
func (p pen) with(parameters string) pen {
	for s := range strings.SplitSeq(parameters, ";") {
		switch n, _ := strconv.Atoi(s); {
		case n == 0:
			p = pen{colour: -1}
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

// svg draws a screen of w by h cells.
func svg(content string, w, h int, light bool, title string) string {
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
	now, at, run := pen{colour: -1}, 0, ""
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
			now = now.with(strings.TrimSuffix(parameters, "m"))
		}
	}
	flush()
}

func drawRun(b *strings.Builder, run string, at, y int, p pen, colours [18]string) {
	bare := strings.TrimLeft(run, " ")
	x, cells := margin+at*cellW, text.Width(run)
	fill := colours[16]
	if p.colour >= 0 {
		fill = colours[p.colour]
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
