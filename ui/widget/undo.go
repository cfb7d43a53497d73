package widget

// What an undo keeps, at most: how many changes back it goes, and how many bytes of text
// it holds for that. A text has 2048 characters at most, but a paste may be longer.
const (
	mostUndo      = 200
	mostUndoBytes = 1 << 18
)

// A state is a text and where the cursor stood in it: the line, and the character of it.
type state struct {
	text      string
	line, col int
}

// undo is what a text was before its last changes, the newest last. Letters typed one
// after the other are one change, up to the end of the word.
type undo struct {
	states []state
	bytes  int
	typing bool // the newest change is a word that may go on
}

// push remembers what a text was before a change. Typed is the letters that made it, ""
// for every other change.
func (u *undo) push(was state, typed string) {
	goesOn := u.typing && typed != "" && typed != " "
	u.typing = typed != "" && typed != " "
	if goesOn {
		return
	}
	u.states, u.bytes = append(u.states, was), u.bytes+len(was.text)
	for len(u.states) > 1 && (len(u.states) > mostUndo || u.bytes > mostUndoBytes) {
		u.bytes -= len(u.states[0].text)
		u.states = u.states[1:]
	}
}

// pop is what the text was before its last change; false if no change is known.
func (u *undo) pop() (was state, ok bool) {
	u.typing = false
	last := len(u.states) - 1
	if last < 0 {
		return state{}, false
	}
	was = u.states[last]
	u.states[last] = state{}
	u.states, u.bytes = u.states[:last], u.bytes-len(was.text)
	return was, true
}
