package keys

import "charm.land/bubbles/v2/key"

// Text are the keys of a text field: the usual ones of readline and of Bubbles' text area,
// less those that are global here, and less those of a clipboard, which over SSH would be
// the wrong machine's. Nothing is selected, so shift with an arrow is the arrow.
type Text struct {
	CharacterForward, CharacterBackward, WordForward, WordBackward    key.Binding
	LineNext, LinePrevious, LineStart, LineEnd, PageUp, PageDown      key.Binding
	InputBegin, InputEnd                                              key.Binding
	InsertNewline, DeleteCharacterBackward, DeleteCharacterForward    key.Binding
	DeleteWordBackward, DeleteWordForward                             key.Binding
	DeleteBeforeCursor, DeleteAfterCursor                             key.Binding
	CapitalizeWordForward, LowercaseWordForward, UppercaseWordForward key.Binding
	TransposeCharacterBackward                                        key.Binding
}

func on(keys ...string) key.Binding { return key.NewBinding(key.WithKeys(keys...)) }

// TextField are the keys of a field of one line or of several.
func TextField(multiline bool) Text {
	k := Text{
		CharacterForward:  on("right", "ctrl+f", "shift+right"),
		CharacterBackward: on("left", "ctrl+b", "shift+left"),
		WordForward:       on("alt+right", "ctrl+right", "alt+f", "ctrl+shift+right", "alt+shift+right", "alt+shift+f"),
		WordBackward:      on("alt+left", "ctrl+left", "alt+b", "ctrl+shift+left", "alt+shift+left", "alt+shift+b"),
		LineNext:          on("down", "shift+down"),
		LinePrevious:      on("up", "shift+up"),
		LineStart:         on("home", "ctrl+a"),
		LineEnd:           on("end", "ctrl+e"),
		PageUp:            on("pgup"),
		PageDown:          on("pgdown"),
		InputBegin:        on("alt+<", "ctrl+home"),
		InputEnd:          on("alt+>", "ctrl+end"),

		InsertNewline:           on("enter", "ctrl+m"),
		DeleteCharacterBackward: on("backspace", "ctrl+h"),
		DeleteCharacterForward:  on("delete", "ctrl+d"),
		DeleteWordBackward:      on("alt+backspace", "ctrl+w", "ctrl+backspace"),
		DeleteWordForward:       on("alt+delete", "alt+d", "ctrl+delete"),
		DeleteBeforeCursor:      on("ctrl+u"),
		DeleteAfterCursor:       on("ctrl+k"),

		CapitalizeWordForward:      on("alt+c"),
		LowercaseWordForward:       on("alt+l"),
		UppercaseWordForward:       on("alt+u"),
		TransposeCharacterBackward: on("ctrl+t"),
	}
	if !multiline {
		for _, b := range []*key.Binding{&k.InsertNewline, &k.LineNext, &k.LinePrevious, &k.PageUp, &k.PageDown} {
			b.SetEnabled(false)
		}
	}
	return k
}

// Secret are the keys of a field that does not show what was typed, nor where a word of
// it ends.
func Secret() Text {
	k := TextField(false)
	for _, as := range []struct{ words, all *key.Binding }{
		{&k.WordForward, &k.LineEnd},
		{&k.WordBackward, &k.LineStart},
		{&k.DeleteWordForward, &k.DeleteAfterCursor},
		{&k.DeleteWordBackward, &k.DeleteBeforeCursor},
	} {
		as.all.SetKeys(append(as.all.Keys(), as.words.Keys()...)...)
		as.words.SetEnabled(false)
	}
	for _, b := range []*key.Binding{&k.CapitalizeWordForward, &k.LowercaseWordForward, &k.UppercaseWordForward, &k.TransposeCharacterBackward} {
		b.SetEnabled(false)
	}
	return k
}
