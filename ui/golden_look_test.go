package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/screenshot"
	"telex/ui/text"
	"telex/ui/widget"
)

// unlessQuick is all of the cases, but only the first where a test is to be quick.
func unlessQuick[T any](first T, more ...T) []T {
	if sample.Quick() {
		return []T{first}
	}
	return append([]T{first}, more...)
}

// looks is how the screen, whose lines are plain, looks in colour and without: which cells
// have a style; and what of it is something else in ASCII. Whatever the theme, the words
// are the same: no colour says what they do not.
func looks(t *testing.T, d *driver, plain []string) string {
	t.Helper()
	was := d.a.theme
	defer func() { d.a.theme = was }()
	shown := func(l widget.Look) []string {
		d.a.theme = l.New()
		return strings.Split(d.a.View().Content, "\n")
	}
	var b strings.Builder
	for _, name := range widget.Themes() {
		lines := shown(widget.Look{Theme: name})
		if got := strings.Split(ansi.Strip(strings.Join(lines, "\n")), "\n"); !slices.Equal(got, plain) {
			t.Errorf("theme %s: got other words:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(plain, "\n"))
		}
		if name != widget.ThemeDark && name != widget.ThemeNone {
			continue
		}
		fmt.Fprintf(&b, "theme %s:\n", name)
		for y, l := range lines {
			if runs := styled(l); len(runs) > 0 {
				fmt.Fprintf(&b, "%d: %s\n", y, strings.Join(runs, ", "))
			}
		}
	}
	b.WriteString("in ASCII:\n")
	for y, l := range shown(widget.Look{Theme: widget.ThemeNone, ASCII: true}) {
		if l = ansi.Strip(l); !text.IsASCII(l) {
			t.Errorf("line %d is not in ASCII: %q", y, l)
		}
		if l != strings.ReplaceAll(plain[y], "│", "|") {
			b.WriteString("│" + strings.TrimRight(l, " ") + "\n")
		}
	}
	return b.String()
}

// styled are the runs of cells of a line that have a style: the first, the last, and what
// they look like.
func styled(line string) []string {
	var cells []string // what each looks like; letters may be underlined one by one
	now, state := screenshot.Plain, ansi.NormalState
	for len(line) > 0 {
		sequence, width, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		if parameters, is := strings.CutPrefix(sequence, "\x1b["); is && strings.HasSuffix(parameters, "m") {
			now = now.With(strings.TrimSuffix(parameters, "m"))
		}
		cells = append(cells, slices.Repeat([]string{now.String()}, width)...)
	}
	var runs []string
	for from := 0; from < len(cells); {
		to := from
		for to < len(cells) && cells[to] == cells[from] {
			to++
		}
		if cells[from] != "" {
			runs = append(runs, fmt.Sprintf("%d-%d %s", from, to-1, cells[from]))
		}
		from = to
	}
	return runs
}
