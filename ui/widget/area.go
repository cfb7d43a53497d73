package widget

import (
	"slices"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/keys"
)

// An area is a text of several lines that is edited, and shown in rows of so many cells:
// a line is broken behind spaces where it can be, and in a word that is wider than a row.
// It is Bubbles' text area in what it does with a key, but that it selects nothing, which
// nobody would see here; and a key costs what the line and the screen cost, not what all
// of the text does. It is for one goroutine.
type area struct {
	lines    []line // one at least
	at, col  int    // the line of the cursor, and the character of it
	goal     int    // the cell that up and down keep to; 0 for the cursor's own
	top      int    // how many rows are hidden above
	w, h     int    // cells of a row, and rows that are shown at most
	keys     keys.Text
	focused  bool
	value    string // of the lines
	oldValue bool   // they were changed since
}

// A line is what stands between two line ends.
type line struct {
	text []rune
	rows []int // at which characters its rows begin; nil if that is not known
}

func newArea(w, h int, k keys.Text) *area {
	return &area{lines: make([]line, 1), w: w, h: h, keys: k}
}

// text is what was typed.
func (a *area) text() string {
	if a.oldValue {
		var b strings.Builder
		for i, l := range a.lines {
			if i > 0 {
				b.WriteByte('\n')
			}
			for _, r := range l.text {
				b.WriteRune(r)
			}
		}
		a.value, a.oldValue = b.String(), false
	}
	return a.value
}

// set makes s the text, with the cursor behind it.
func (a *area) set(s string) {
	a.lines, a.at, a.col, a.top, a.goal = make([]line, 1), 0, 0, 0, 0
	a.oldValue = true
	a.insert(s)
	a.scroll()
}

// resize says how many cells a row has, and how many rows are shown.
func (a *area) resize(w, h int) {
	if w != a.w {
		for i := range a.lines {
			a.lines[i].rows = nil
		}
	}
	a.w, a.h = w, h
	a.scroll()
}

// put replaces a line.
func (a *area) put(i int, text []rune) {
	a.lines[i] = line{text: text}
	a.oldValue = true
}

// insert types s at the cursor. What has no place in a text is left out, a tab becomes
// four spaces, and so do lines over [MostLines] go.
func (a *area) insert(s string) {
	added := [][]rune{nil}
	for _, r := range s {
		last := len(added) - 1
		switch {
		case r == '\n' || r == '\r':
			added = append(added, nil)
		case r == '\t':
			added[last] = append(added[last], ' ', ' ', ' ', ' ')
		case r == unicode.ReplacementChar || unicode.IsControl(r):
		default:
			added[last] = append(added[last], r)
		}
	}
	added = added[:min(len(added), max(0, MostLines-len(a.lines)+1))]
	if len(added) == 0 {
		return
	}
	here := a.lines[a.at].text
	tail := slices.Clone(here[a.col:])
	first := slices.Concat(here[:a.col], added[0])
	a.col = len(first)
	if more := added[1:]; len(more) > 0 {
		a.put(a.at, first)
		a.lines = slices.Insert(a.lines, a.at+1, make([]line, len(more))...)
		for _, l := range more {
			a.at++
			a.put(a.at, l)
		}
		first = more[len(more)-1]
		a.col = len(first)
	}
	a.put(a.at, append(first, tail...))
	a.goal = 0
}

// remove takes the characters from one column to another out of the line of the cursor,
// which goes there.
func (a *area) remove(from, to int) {
	a.put(a.at, slices.Concat(a.lines[a.at].text[:from], a.lines[a.at].text[to:]))
	a.to(from)
}

// join makes one line of line i and the one behind it, if there is one.
func (a *area) join(i int) {
	if i+1 < len(a.lines) {
		a.put(i, slices.Concat(a.lines[i].text, a.lines[i+1].text))
		a.lines = slices.Delete(a.lines, i+1, i+2)
	}
}

// joinAbove makes one line of that of the cursor and the one before it.
func (a *area) joinAbove() {
	if a.at > 0 {
		a.at--
		a.col = len(a.lines[a.at].text)
		a.join(a.at)
	}
}

// to puts the cursor on a character of its line.
func (a *area) to(col int) { a.col, a.goal = min(max(col, 0), len(a.here())), 0 }

// here is the line of the cursor.
func (a *area) here() []rune { return a.lines[a.at].text }

// atEnd reports whether the cursor stands behind its line.
func (a *area) atEnd() bool { return a.col >= len(a.here()) }

// update takes keys and pastes, while it has the cursor.
func (a *area) update(msg tea.Msg) {
	if !a.focused {
		return
	}
	switch msg := msg.(type) {
	case tea.PasteMsg:
		a.insert(msg.Content)
	case tea.KeyPressMsg:
		if !a.edit(msg) && !a.move(msg) {
			a.insert(msg.Text)
		}
	}
	a.scroll()
}

// edit does what a key does that changes the text, and reports whether it is one.
func (a *area) edit(k tea.KeyPressMsg) bool {
	on := a.keys
	switch {
	case key.Matches(k, on.DeleteAfterCursor):
		if a.atEnd() {
			a.join(a.at)
		} else {
			a.remove(a.col, len(a.here()))
		}
	case key.Matches(k, on.DeleteBeforeCursor):
		if a.col == 0 {
			a.joinAbove()
		} else {
			a.remove(0, a.col)
		}
	case key.Matches(k, on.DeleteCharacterBackward):
		if a.col == 0 {
			a.joinAbove()
		} else {
			a.remove(a.col-1, a.col)
		}
	case key.Matches(k, on.DeleteCharacterForward):
		if !a.atEnd() {
			a.remove(a.col, a.col+1)
		} else {
			a.join(a.at)
		}
	case key.Matches(k, on.DeleteWordBackward):
		if a.col == 0 {
			a.joinAbove()
		} else {
			a.remove(a.wordBefore(), a.col)
		}
	case key.Matches(k, on.DeleteWordForward):
		if a.atEnd() {
			a.join(a.at)
		} else {
			a.remove(a.col, a.wordBehind())
		}
	case key.Matches(k, on.InsertNewline):
		a.insert("\n")
	case key.Matches(k, on.LowercaseWordForward):
		a.recase(func(_ int, r rune) rune { return unicode.ToLower(r) })
	case key.Matches(k, on.UppercaseWordForward):
		a.recase(func(_ int, r rune) rune { return unicode.ToUpper(r) })
	case key.Matches(k, on.CapitalizeWordForward):
		a.recase(func(i int, r rune) rune {
			if i == 0 {
				return unicode.ToTitle(r)
			}
			return r
		})
	case key.Matches(k, on.TransposeCharacterBackward):
		a.transpose()
	default:
		return false
	}
	return true
}

// move does what a key does that moves the cursor, and reports whether it is one.
func (a *area) move(k tea.KeyPressMsg) bool {
	on := a.keys
	switch {
	case key.Matches(k, on.LineEnd):
		a.to(len(a.here()))
	case key.Matches(k, on.LineStart):
		a.to(0)
	case key.Matches(k, on.CharacterForward):
		a.right()
	case key.Matches(k, on.CharacterBackward):
		a.left(false)
	case key.Matches(k, on.LineNext):
		a.vertical(+1)
	case key.Matches(k, on.LinePrevious):
		a.vertical(-1)
	case key.Matches(k, on.WordForward):
		a.wordRight(func(int) {})
	case key.Matches(k, on.WordBackward):
		a.wordLeft()
	case key.Matches(k, on.InputBegin):
		a.at = 0
		a.to(0)
	case key.Matches(k, on.InputEnd):
		a.at = len(a.lines) - 1
		a.to(len(a.here()))
	case key.Matches(k, on.PageUp):
		a.page(-1)
	case key.Matches(k, on.PageDown):
		a.page(+1)
	default:
		return false
	}
	return true
}

// wordBefore is where the word before the cursor begins, in its line.
func (a *area) wordBefore() int {
	text, at := a.here(), a.col
	for at > 0 && unicode.IsSpace(text[at-1]) {
		at--
	}
	for at > 0 && !unicode.IsSpace(text[at-1]) {
		at--
	}
	return at
}

// wordBehind is where the word behind the cursor ends, in its line.
func (a *area) wordBehind() int {
	text, at := a.here(), a.col
	for at < len(text) && unicode.IsSpace(text[at]) {
		at++
	}
	for at < len(text) && !unicode.IsSpace(text[at]) {
		at++
	}
	return at
}

func (a *area) right() {
	switch {
	case !a.atEnd():
		a.to(a.col + 1)
	case a.at < len(a.lines)-1:
		a.at++
		a.to(0)
	}
}

// left goes one character back. Inside: never behind the last of a line.
func (a *area) left(inside bool) {
	if a.col == 0 && a.at > 0 {
		a.at--
		a.to(len(a.here()))
		if !inside {
			return
		}
	}
	if a.col > 0 {
		a.to(a.col - 1)
	}
}

func (a *area) wordLeft() {
	for {
		at, col := a.at, a.col
		a.left(true)
		if a.at == at && a.col == col {
			return
		}
		if !a.atEnd() && !unicode.IsSpace(a.here()[a.col]) {
			break
		}
	}
	for a.col > 0 && !unicode.IsSpace(a.here()[a.col-1]) {
		a.to(a.col - 1)
	}
}

// wordRight goes behind the next word, and calls each with the place in the word of each
// of its characters, on which the cursor stands then.
func (a *area) wordRight(each func(i int)) {
	for a.atEnd() || unicode.IsSpace(a.here()[a.col]) {
		if a.at == len(a.lines)-1 && a.atEnd() {
			return
		}
		a.right()
	}
	for i := 0; !a.atEnd() && !unicode.IsSpace(a.here()[a.col]); i++ {
		each(i)
		a.to(a.col + 1)
	}
}

// recase changes the letters of the next word.
func (a *area) recase(by func(i int, r rune) rune) {
	a.wordRight(func(i int) {
		text := slices.Clone(a.here())
		text[a.col] = by(i, text[a.col])
		a.put(a.at, text)
	})
}

// transpose exchanges the characters around the cursor, or the last two.
func (a *area) transpose() {
	text := slices.Clone(a.here())
	if a.col == 0 || len(text) < 2 {
		return
	}
	at := min(a.col, len(text)-1)
	text[at-1], text[at] = text[at], text[at-1]
	a.put(a.at, text)
	a.to(at + 1)
}
