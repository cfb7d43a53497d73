package keys

import (
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// named are the keys that have names of their own.
var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
	"f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f11": tea.KeyF11, "f12": tea.KeyF12,
}

// Press is the press of a key by its name, as it would come from the terminal.
func Press(name string) (press tea.KeyPressMsg, ok bool) {
	base := name
	for _, m := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if rest, is := strings.CutPrefix(base, m.prefix); is && rest != "" {
			base, press.Mod = rest, press.Mod|m.mod
		}
	}
	if code, is := named[base]; is {
		press.Code = code
		if code == tea.KeySpace && press.Mod == 0 {
			press.Text = " "
		}
		return press, true
	}
	r, size := utf8.DecodeRuneInString(base)
	if size == 0 || size != len(base) {
		return press, false
	}
	press.Code = r
	if press.Mod == 0 {
		press.Text = base
	}
	return press, true
}

// A Stroke is what does an action: keys, one after the other, and what it does in words.
type Stroke struct {
	Keys  []string
	Label string // of the keys, for people
	Does  string
}

// Strokes are the ways to do what a binding does, apart from moving about: none for keys
// that only move, two for one such as "g/i" that does either of two things.
func Strokes(b key.Binding) []Stroke {
	label, does, all := b.Help().Key, b.Help().Desc, b.Keys()
	has := func(names []string) bool {
		return len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(all, n) })
	}
	if has([]string{label}) {
		return []Stroke{{[]string{label}, label, does}}
	}
	if in := strings.Fields(label); has(in) { // "esc esc"
		return []Stroke{{in, label, does}}
	}
	either, each := strings.Split(label, "/"), strings.Split(does, " / ")
	if has(either) && len(either) == len(each) && utf8.RuneCountInString(either[0]) == 1 {
		var out []Stroke
		for i := range either {
			out = append(out, Stroke{either[i : i+1], either[i], each[i]})
		}
		return out
	}
	return nil
}
