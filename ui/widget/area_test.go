package widget

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"telex/ui/keys"
)

// theirs is Bubbles' text area as a field would have it.
func theirs(w, h int) *textarea.Model {
	m := textarea.New()
	m.CharLimit, m.MaxHeight, m.MaxWidth = 0, h, 0
	m.DynamicHeight, m.MaxContentHeight = true, math.MaxInt32
	m.Prompt, m.ShowLineNumbers = "", false
	m.SetVirtualCursor(false)
	m.SetStyles(textarea.Styles{})
	m.SetWidth(w)
	m.Focus()
	return &m
}

func focused(w, h int) *area {
	a := newArea(w, h, keys.TextField(true))
	a.focused = true
	return a
}

// pressed are keys by their names.
var pressed = map[string]tea.KeyPressMsg{
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "enter": {Code: tea.KeyEnter}, "backspace": {Code: tea.KeyBackspace},
	"delete": {Code: tea.KeyDelete}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
	"alt+<": {Code: '<', Mod: tea.ModAlt}, "alt+>": {Code: '>', Mod: tea.ModAlt},
	"alt+f": {Code: 'f', Mod: tea.ModAlt}, "alt+b": {Code: 'b', Mod: tea.ModAlt}, "alt+d": {Code: 'd', Mod: tea.ModAlt},
	"alt+c": {Code: 'c', Mod: tea.ModAlt}, "alt+l": {Code: 'l', Mod: tea.ModAlt}, "alt+u": {Code: 'u', Mod: tea.ModAlt},
	"ctrl+k": {Code: 'k', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+w": {Code: 'w', Mod: tea.ModCtrl},
	"ctrl+t": {Code: 't', Mod: tea.ModCtrl}, "ctrl+g": {Code: 'g', Mod: tea.ModCtrl}, "shift+left": {Code: tea.KeyLeft, Mod: tea.ModShift},
}

// typing is what types a text, or the key of that name.
func typing(name string) tea.Msg {
	if k, ok := pressed[name]; ok {
		return k
	}
	if r := []rune(name); len(r) == 1 && r[0] != '\n' {
		return tea.KeyPressMsg{Code: r[0], Text: name}
	}
	return tea.PasteMsg{Content: name}
}

// look is what an area shows, and where its cursor is.
func look(rows []string, c *tea.Cursor) string {
	for i, row := range rows {
		row = strings.TrimRight(row, " ")
		if i == c.Y {
			row += "  <" // with the column of the cursor:
			row += strings.Repeat("-", c.X)
		}
		rows[i] = row
	}
	return strings.Join(rows, "\n")
}

// overflows reports whether Bubbles' text area makes a row wider than it is, and cuts off
// the wide character at its end.
func overflows(text []rune, w int) bool {
	word := 0
	for i, r := range text {
		switch {
		case unicode.IsSpace(r):
			word = i + 1
		case cells(text[word:i+1]) > w:
			return true
		case cells(text[word:i+1])+cells(text[i:i+1]) > w:
			word = i + 1
		}
	}
	return false
}

// TestAreaIsBubbles: whatever is typed, the text, the cursor and the rows are those of
// Bubbles' text area, but for what the tests below tell.
func TestAreaIsBubbles(t *testing.T) {
	t.Parallel()
	names := []string{
		"a", "b", "é", "日", "語", " ", " ", "🎉", "e\u0301", "word ", "words and ", "a\tb", "\n", "two\nlines", "longlonglonglonglonglong", "end.\n\n", "\r\n", "x\x07y", "a\u3000b",
	}
	for _, name := range []string{
		"enter", "backspace", "left", "right", "home", "end", "alt+f", "alt+b", "alt+d", "ctrl+k", "ctrl+u", "ctrl+t", "alt+c", "alt+l", "alt+u", "alt+<", "alt+>",
	} {
		names = append(names, name, name)
	}
	random := rand.New(rand.NewPCG(11, 13))
	runs := 15
	if testing.Short() {
		runs = 3
	}
	for range runs {
		w := 2 + random.IntN(30)
		ours, other := focused(w, 1000), theirs(w, 1000)
		var done []string
		for range 120 {
			name := names[random.IntN(len(names))]
			done = append(done, name)
			ours.update(typing(name))
			*other, _ = other.Update(typing(name))
			if got, want := ours.text(), other.Value(); got != want {
				t.Fatalf("%d cells, %q: got %q, want %q", w, done, got, want)
			}
			if ours.at != other.Line() || ours.col != other.Column() {
				t.Fatalf("%d cells, %q: got the cursor at %d,%d of %q, want %d,%d", w, done, ours.at, ours.col, ours.text(), other.Line(), other.Column())
			}
			if slices.ContainsFunc(ours.lines, func(l line) bool { return overflows(l.text, w) }) {
				break
			}
			got, want := look(ours.shown(), ours.cursor()), look(strings.Split(other.View(), "\n"), other.Cursor())
			if got != want {
				t.Fatalf("%d cells, %q: got\n%s\nwant\n%s", w, done, got, want)
			}
		}
	}
}

// TestAreaKeys: what it does otherwise than Bubbles' text area, each for a reason.
func TestAreaKeys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text, keys string // with the cursor at the end of the text
		want             string // with | where it is then
	}{
		{"a line is not joined by what takes its last character", "ab\ncd", "up end left delete", "a|\ncd"},
		{"the spaces before the first word stay", "  ab", "ctrl+w", "  |"},
		{"nothing is selected that nobody sees", "ab cd", "shift+left ctrl+g x", "ab cx|d"},
		{"down goes into the row that has no character yet", "aaaaaaaaaa\nc", "alt+< down", "aaaaaaaaaa|\nc"},
	} {
		a := focused(10, 5)
		a.set(tt.text)
		for _, name := range strings.Fields(tt.keys) {
			a.update(typing(name))
		}
		lines := strings.Split(a.text(), "\n")
		here := []rune(lines[a.at])
		lines[a.at] = string(here[:a.col]) + "|" + string(here[a.col:])
		if got := strings.Join(lines, "\n"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestAreaScrolls: the cursor is always seen, up and down go by one row, and no row is
// hidden above while there is room below.
func TestAreaScrolls(t *testing.T) {
	t.Parallel()
	names := []string{
		"up", "up", "up", "down", "down", "down", "pgup", "pgdown", "left", "right", "home", "end", "alt+<", "alt+>",
		"a", "words and more words ", "日本語", "enter", "backspace", "delete", "ctrl+w", "ctrl+k",
	}
	random := rand.New(rand.NewPCG(17, 19))
	for range 100 {
		a := focused(4+random.IntN(20), 1+random.IntN(6))
		a.set(strings.Repeat("some words that make rows\n", random.IntN(6)))
		for range 100 {
			if random.IntN(30) == 0 {
				a.resize(4+random.IntN(20), 1+random.IntN(6))
			}
			name := names[random.IntN(len(names))]
			row, text := a.row(), a.text()
			a.update(typing(name))
			now, total := a.row(), a.total()
			if now < a.top || now >= a.top+a.h || a.top > max(total-a.h, 0) || a.top < 0 {
				t.Fatalf("%s: got row %d of %d seen from %d, %d high", name, now, total, a.top, a.h)
			}
			if shown := a.shown(); len(shown) != min(total, a.h) {
				t.Fatalf("%s: got %d rows shown of %d, %d high", name, len(shown), total, a.h)
			}
			if c := a.cursor(); c.Y != now-a.top || c.X < 0 || c.X > a.w {
				t.Fatalf("%s: got the cursor at %d,%d, want row %d within %d cells", name, c.X, c.Y, now-a.top, a.w)
			}
			switch {
			case name == "up" && now != max(row-1, 0), name == "down" && now != min(row+1, total-1):
				t.Fatalf("%s: got from row %d to %d of %d in %q", name, row, now, total, text)
			case slices.Contains([]string{"up", "down", "pgup", "pgdown"}, name) && a.text() != text:
				t.Fatalf("%s: got the text changed", name)
			}
		}
	}
}

// TestAreaWorkOfAKey: a key in a long text of many lines lays out the line that it
// changes, and no other.
func TestAreaWorkOfAKey(t *testing.T) {
	a := focused(34, 10)
	a.set(strings.TrimSuffix(strings.Repeat(strings.Repeat("telex ", 50)+"\n", 200), "\n"))
	a.total()
	allocs := func() float64 {
		return testing.AllocsPerRun(20, func() {
			a.update(typing("x"))
			a.update(typing("backspace"))
			a.shown()
		})
	}
	long := allocs()
	a.set(strings.Repeat("telex ", 50))
	if short := allocs(); long > short+10 {
		t.Errorf("got %v allocations for two keys among 200 lines, %v in one line, want about the same", long, short)
	}
}
