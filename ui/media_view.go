package ui

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// panes reports whether there is room for a second pane.
func (m *media) panes() bool { return m.w >= widget.Panes }

// listWidth is how wide the field and the list are.
func (m *media) listWidth() int {
	if m.panes() {
		left, _ := widget.PaneWidths(m.w)
		return left
	}
	return m.w
}

// rowsOfFile is how many rows each of n files has: its address, and what is known of it, which
// gets more of them where all have room.
func (m *media) rowsOfFile(n int) int {
	least, most := 2, 6
	if m.panes() {
		least = 3 // which the reason needs in half the width
	}
	return min(max(m.roomForFiles()/max(n, 1), least), most)
}

// roomForFiles is how many rows there are below the field and the count.
func (m *media) roomForFiles() int { return m.h - 2 - max(len(m.badLines()), 1) }

// listRows is how many of n files are visible at once.
func (m *media) listRows(n int) int { return max(m.roomForFiles()/m.rowsOfFile(n), 1) }

// badLines say why what stands in the field was not taken.
func (m *media) badLines() []string {
	if m.bad == "" {
		return nil
	}
	lines := text.Wrap(m.bad, max(m.listWidth()-4, 1))
	for i, l := range lines {
		lines[i] = [...]string{"! ", "  "}[min(i, 1)] + l
	}
	return lines
}

// mediaDoubts are what files' URLs say against themselves, before anybody looked.
func mediaDoubts(media []string) []string {
	doubts := make([]string, len(media))
	for _, w := range (messaging.Draft{Media: media}).Warnings() {
		if w.Field == messaging.FieldMedia && w.Index >= 0 && doubts[w.Index] == "" {
			doubts[w.Index] = text.Clean(w.Why)
		}
	}
	return doubts
}

func (m *media) View(f *draft.Form, t widget.Theme) widget.Frame {
	left := m.listView(f, t)
	if !m.panes() {
		return left
	}
	return widget.Beside(left, m.sideView(f, t), m.w, m.h, t)
}

// listView is the field and the files.
func (m *media) listView(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	label := func(focused bool, s string) string {
		if focused {
			return text.Pad(t.Focus.Render(s), widget.LabelWidth)
		}
		return text.Pad(t.Label.Render(s), widget.LabelWidth)
	}
	w := m.listWidth()
	lines, cursor := m.in.View()
	at := out.Add(label(!m.inList, m.own.label()) + lines[0])
	if cursor != nil {
		cursor.X += widget.LabelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
	switch {
	case m.bad != "":
		for _, l := range m.badLines() {
			out.Add(t.Danger.Render(l))
		}
	case f.Reading > 0:
		out.Add(t.Faint.Render("  reading " + text.Count(f.Reading, "file")))
	case len(f.Media) == 0:
		out.Add(t.Faint.Render("  " + m.own.hint(w)))
	default:
		out.Add("")
	}
	at = out.Add(label(m.inList, "Media") + fmt.Sprintf("%d of %d files", len(f.Media), messaging.MaxMediaFiles))
	if m.inList && len(f.Media) == 0 { // what was removed can be put back
		out.Cursor = widget.Steady(0, at)
	}
	from, to := m.list.Visible()
	for i := from; i < min(to, len(f.Media)); i++ {
		mark := "  "
		if m.inList && i == m.list.At {
			mark = "> "
			out.Cursor = widget.Steady(0, len(out.Lines))
		}
		out.Add(clip(fmt.Sprintf("%s%2d  %s", mark, i+1, text.Clean(shownAs(f, f.Media[i]))), w))
		known := text.Wrap(m.fileWords(i, f), max(w-6, 1))
		if most := m.rowsOfFile(len(f.Media)) - 1; len(known) > most {
			known = append(known[:most-1], clip(strings.Join(known[most-1:], " "), max(w-6, 1)))
		}
		for _, l := range known {
			out.Add("      " + m.tone(i, f, t).Render(l))
		}
	}
	return out
}

// tone is how good or bad what is known of a file is.
func (m *media) tone(i int, f *draft.Form, t widget.Theme) widget.Style {
	switch w := m.fileWords(i, f); {
	case strings.HasPrefix(w, "!"):
		return t.Warn
	case strings.HasPrefix(w, "✓"):
		return t.OK
	}
	return t.Faint
}

// fileWords are what is known of a file: what its URL says, else what a look at it found.
func (m *media) fileWords(i int, f *draft.Form) string {
	if own, ok := f.OwnFile(f.Media[i]); ok {
		if len(own.Doubts) > 0 {
			return "! " + text.Clean(own.Said+": "+strings.Join(own.Doubts, "; "))
		}
		return "✓ " + text.Clean(own.Said)
	}
	if i < len(m.doubts) && m.doubts[i] != "" {
		return "! " + m.doubts[i]
	}
	return lookWords(m.looked[f.Media[i]])
}

// sideView is what the phone gets.
func (m *media) sideView(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	_, w := widget.PaneWidths(m.w)
	out.Add(t.Label.Render("WHAT THE PHONE GETS"))
	var body []string
	for i, file := range f.Media {
		body = append(body, fmt.Sprintf("[%s %d] %s", m.kind(file), i+1, fileName(file)))
	}
	if f.Text != "" {
		body = append(body, text.CleanLines(f.Text))
	}
	if len(body) == 0 {
		body = append(body, "(no text yet)")
	}
	for _, l := range widget.Bubble(strings.Join(body, "\n"), min(w, 34), max(m.h-7, 1)) {
		out.Add(l)
	}
	out.Add("")
	if len(f.Media) > 0 {
		out.Add("MMS: one price, no segments")
		out.Add(fmt.Sprintf("%d of %d files", len(f.Media), messaging.MaxMediaFiles))
		return out
	}
	for _, l := range text.Wrap("No file: it stays "+f.Kind()+".", max(w, 1)) {
		out.Add(l)
	}
	return out
}

// kind is what a file is, as far as a look at it told.
func (m *media) kind(file string) string {
	if l := m.looked[file]; l != nil && l.err == nil && strings.HasPrefix(l.facts.Type, "image/") {
		return "picture"
	}
	return "file"
}

// shownAs is a file as the list has it: its path on this machine, or its address.
func shownAs(f *draft.Form, url string) string {
	if own, ok := f.OwnFile(url); ok {
		return own.Path
	}
	return url
}

// fileName is the last part of a link.
func fileName(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Path == "" || u.Path == "/" {
		return text.Clean(link)
	}
	return text.Clean(path.Base(u.Path))
}

// lookWords says what a look found; nil is a look that is under way.
func lookWords(l *mediaLooked) string {
	switch {
	case l == nil:
		return "not looked at yet"
	case l.err != nil:
		return "! not reachable from here: " + words.Cause(l.err)
	}
	known := text.Clean(l.facts.Type)
	if l.facts.Size >= 0 {
		known = strings.TrimPrefix(known+", "+text.Size(l.facts.Size), ", ")
	}
	ws := l.facts.Warnings()
	switch {
	case len(ws) == 0:
		return "✓ " + known
	case known == "":
		return "! " + strings.Join(ws, "; ")
	}
	return "! " + known + ": " + strings.Join(ws, "; ")
}
