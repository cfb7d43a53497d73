//go:build unix

package terminal

import (
	"bytes"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"telex/ui/text"
)

// A painter knows what the terminal shows, and makes of a view the bytes that change it
// into that one. Of a view it takes the content with its styles, the cursor but for its
// colour, the title, the modes of paste, focus and mouse, and those of the keyboard as they
// are when the screen is entered, which is always the alternate one.
// It writes nothing itself. It is for one goroutine.
type painter struct {
	term    string
	colours colorprofile.Profile
	w, h    int
	sync    bool // the terminal said that it can hold a repaint back until it is whole
	wide    bool // it counts graphemes, as it was asked to
	mixed   bool // something was shown that is counted in several ways

	out    bytes.Buffer // a repaint
	canvas *canvas      // the lines, and the part of the repaint that they and the cursor are
	last   tea.View     // what is shown
	over   *Graphic     // the picture that is drawn; nil for none
	on     bool         // the terminal is taken
	fresh  bool         // nothing of what it shows is known
}

func newPainter(environ []string, colours colorprofile.Profile) *painter {
	return &painter{term: Env(environ, "TERM"), colours: colours}
}

// forget draws all of the next view, on a screen that is cleared before.
func (p *painter) forget() { p.fresh = true }

// resize says how large the terminal is now.
func (p *painter) resize(w, h int) {
	p.w, p.h = w, h
	p.forget() // each terminal does something else with what it shows
}

// begin makes a canvas for a screen of which nothing is known.
func (p *painter) begin() {
	was := p.canvas
	p.canvas = newCanvas(p.w, p.h, p.term, p.colours)
	if was != nil {
		p.canvas.out = was.out // of what was said since the last repaint nothing is lost
	}
	p.canvas.clear()
	p.count()
	p.fresh, p.over = false, nil
}

// count counts the cells of the next view as the terminal does. Where each way to count
// comes to the same it is the one that needs no table made.
func (p *painter) count() { p.canvas.count(p.mixed, p.wide || !p.mixed) }

// report takes what the terminal says of a mode.
func (p *painter) report(m tea.ModeReportMsg) {
	switch m.Mode {
	case ansi.ModeSynchronizedOutput:
		p.sync = p.sync || m.Value == ansi.ModeReset
	case ansi.ModeUnicodeCore:
		if CountsGraphemes(m) && !p.wide {
			p.graphemes()
		}
	}
}

// graphemes asks for that.
func (p *painter) graphemes() {
	p.wide = true
	if p.on {
		p.canvas.say(ansi.SetModeUnicodeCore)
		p.count()
	}
}

// paint returns what changes the terminal into v, with a picture over it unless over is nil;
// nil for nothing. It is good until the next call.
func (p *painter) paint(v tea.View, over *Graphic) []byte {
	if v.Content == "" || p.w <= 0 || p.h <= 0 {
		return nil // the model does not know the size yet
	}
	enters, was := !p.on, p.last
	if enters {
		was = tea.View{DisableBracketedPasteMode: true}
	}
	p.out.Reset()
	if p.over != nil && p.over != over {
		p.out.WriteString(p.over.erases)
		p.forget() // clearing the screen is what takes any picture away
	}
	if enters {
		p.out.WriteString(ansi.ResetModifyOtherKeys + ansi.SetModeAltScreenSaveCursor)
	}
	if enters || p.fresh {
		p.begin()
	}
	p.canvas.say(modes(was, v, enters))
	if enters && p.wide {
		p.canvas.say(ansi.SetModeUnicodeCore)
	}
	p.draw(v.Content)
	p.illustrate(over)
	if v.Cursor != nil {
		p.canvas.move(min(v.Cursor.X, p.w-1), min(v.Cursor.Y, p.h-1), nil)
	}
	p.wrap(was.Cursor != nil, v.Cursor != nil, enters)
	p.last, p.on = v, true
	return p.out.Bytes()
}

// illustrate draws a picture over the cells, once.
func (p *painter) illustrate(over *Graphic) {
	if over == nil || p.over == over || !over.within(p.w, p.h) {
		return
	}
	p.canvas.move(over.X, over.Y, nil)
	p.canvas.say(over.draws + ansi.CursorPosition(over.X+1, over.Y+1)) // where it is thought to be
	p.over, p.canvas.over = over, over
}

// draw shows the content of a view.
func (p *painter) draw(content string) {
	if !p.canvas.stale && content == p.last.Content {
		return
	}
	if !p.mixed && !text.SameCells(content) {
		p.mixed = true
		p.count()
	}
	p.canvas.show(linesOf(content, p.h))
}

// wrap puts what the canvas made into the repaint, with what keeps a large one from
// being seen half drawn: a short one reaches the terminal at once, and the cursor is
// where it belongs at its end.
func (p *painter) wrap(was, shown, enters bool) {
	made := p.canvas.out
	large := len(made) > onePacket
	switch {
	case !shown && (was || enters), large && shown && was && !p.sync:
		p.out.WriteString(ansi.ResetModeTextCursorEnable)
	}
	if large && p.sync {
		p.out.WriteString(ansi.SetModeSynchronizedOutput)
	}
	p.out.Write(made)
	if shown && (!was || large && !p.sync) {
		p.out.WriteString(ansi.SetModeTextCursorEnable)
	}
	if large && p.sync {
		p.out.WriteString(ansi.ResetModeSynchronizedOutput)
	}
	p.canvas.out = made[:0]
}

// leave returns what gives the terminal back as it was; nil if it was not taken. It asks
// nothing of what was drawn, for that may be what went wrong.
func (p *painter) leave() []byte {
	if !p.on {
		return nil
	}
	p.on = false
	off := ""
	if p.over != nil {
		off = p.over.erases
	}
	off += ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1) +
		ansi.CursorPosition(1, p.h) + // where no other screen is, the shell goes on below
		ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable // in this order: some terminals keep the cursor apart for each screen
	off += modes(p.last, tea.View{DisableBracketedPasteMode: true}, false)
	if p.wide {
		off += ansi.ResetModeUnicodeCore
	}
	return []byte(off)
}

// modes is what makes of the modes of one view those of another. Enters: the screen is a
// new one, with a stack of keyboard modes of its own.
func modes(was, v tea.View, enters bool) string {
	s := ""
	if was.DisableBracketedPasteMode != v.DisableBracketedPasteMode {
		s += either(v.DisableBracketedPasteMode, ansi.ResetModeBracketedPaste, ansi.SetModeBracketedPaste)
	}
	if was.ReportFocus != v.ReportFocus {
		s += either(v.ReportFocus, ansi.SetModeFocusEvent, ansi.ResetModeFocusEvent)
	}
	if was.MouseMode != v.MouseMode {
		s += mouse(v.MouseMode)
	}
	if was.WindowTitle != v.WindowTitle {
		s += ansi.SetWindowTitle(v.WindowTitle)
	}
	if enters {
		s += ansi.SetModifyOtherKeys2 + ansi.PushKittyKeyboard(kittyFlags(v.KeyboardEnhancements))
	}
	if from, to := cursorStyle(was.Cursor), cursorStyle(v.Cursor); from != to {
		s += ansi.SetCursorStyle(to)
	}
	return s
}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// mouse asks for the events of a mode, and for no others.
func mouse(m tea.MouseMode) string {
	none := ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent
	switch m {
	case tea.MouseModeCellMotion:
		return none + ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr
	case tea.MouseModeAllMotion:
		return none + ansi.SetModeMouseAnyEvent + ansi.SetModeMouseExtSgr
	case tea.MouseModeNone:
	}
	return none + ansi.ResetModeMouseExtSgr
}

// cursorStyle is the parameter of DECSCUSR; 0 is the terminal's own.
func cursorStyle(c *tea.Cursor) int {
	if c == nil {
		return 0
	}
	style := 2*int(c.Shape) + 1
	if !c.Blink {
		style++
	}
	return style
}

// kittyFlags are the keys that are told apart, by the kitty protocol.
func kittyFlags(k tea.KeyboardEnhancements) int {
	flags := ansi.KittyDisambiguateEscapeCodes
	for _, e := range []struct {
		on   bool
		flag int
	}{
		{k.ReportEventTypes, ansi.KittyReportEventTypes},
		{k.ReportAlternateKeys, ansi.KittyReportAlternateKeys},
		{k.ReportAllKeysAsEscapeCodes, ansi.KittyReportAllKeysAsEscapeCodes},
		{k.ReportAssociatedText, ansi.KittyReportAssociatedKeys},
	} {
		if e.on {
			flags |= e.flag
		}
	}
	return flags
}
