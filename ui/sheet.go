package ui

import (
	"fmt"
	"strings"

	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A sheet is rows of a pane with what each looks like, of which a window is shown. It is
// laid out when something changed, and drawn with a theme.
type sheet struct {
	widget.Pager
	looks []rowLook
}

// A rowLook is what a row looks like.
type rowLook struct {
	tone widget.Tone
	bold bool
	lead int // bytes at its beginning that are a label
}

// The looks there are beside those of a tone.
var (
	plainRow = rowLook{}
	asideRow = rowLook{tone: widget.Aside}
)

// add adds rows that look alike.
func (s *sheet) add(l rowLook, rows ...string) {
	for _, r := range rows {
		s.Lines, s.looks = append(s.Lines, r), append(s.looks, l)
	}
}

// facts adds facts in w cells, the labels faint. They may be of any length, and are shown
// as far as a person will read them.
func (s *sheet) facts(facts []words.Fact, w int) {
	for _, f := range facts {
		label := f.Label
		for l := range strings.SplitSeq(text.Clip(f.Value), "\n") {
			for i, row := range widget.Rows(label, l, w) {
				if i > 0 {
					label = ""
				}
				s.add(rowLook{lead: len(label)}, row)
			}
			label = ""
		}
	}
}

// marked adds a text that begins with a sign, the rows that follow indented as far.
func (s *sheet) marked(l rowLook, sign, body string, w int) {
	indent := strings.Repeat(" ", text.Width(sign)+1)
	for i, row := range text.Wrap(body, max(w-len(indent), 1)) {
		if i == 0 {
			s.add(l, sign+" "+row)
			continue
		}
		s.add(l, indent+row)
	}
}

// append adds the rows of another sheet.
func (s *sheet) append(other sheet) {
	s.Lines, s.looks = append(s.Lines, other.Lines...), append(s.looks, other.looks...)
}

// window is at most h rows in a theme.
func (s *sheet) window(h int, t widget.Theme) []string {
	top := max(min(s.Top, len(s.Lines)-h), 0)
	var out []string
	for i := top; i < min(top+h, len(s.Lines)); i++ {
		out = append(out, s.looks[i].render(s.Lines[i], t))
	}
	return out
}

// windowOf is window where a row of it says that there are more below, and the keys that
// scroll there.
func (s *sheet) windowOf(h int, keys string, t widget.Theme) []string {
	out := s.window(h, t)
	if below := len(s.Lines) - max(s.Top, 0) - h; below > 0 && h > 1 {
		out[h-1] = t.Faint.Render(fmt.Sprintf("… %d more rows: %s", below+1, keys))
	}
	return out
}

func (l rowLook) render(row string, t widget.Theme) string {
	switch {
	case l.lead > 0:
		return t.Label.Render(row[:l.lead]) + row[l.lead:]
	case l.bold:
		return t.Title.Inherit(t.In(l.tone)).Render(row)
	case l.tone != widget.Plain:
		return t.In(l.tone).Render(row)
	}
	return row
}
