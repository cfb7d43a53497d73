package ui

import (
	"errors"
	"image"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"telex/messaging/picture"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/widget"
)

// A viewer shows a picture of this machine as the phone gets it: in half blocks, and in
// pixels once the terminal has said that it takes them, which nothing waits for. Unpacking
// and drawing are done by commands, whose results name the viewer; one that was closed is
// told nothing.
type viewer struct {
	file    draft.File
	back    key.Binding
	draws   bool // the terminal has what half blocks need: their sign, and colours
	w, h    int
	picture *image.RGBA // nil: it is not unpacked yet, or cannot be; it is never changed
	kind    string      // media type
	bad     string      // why it is not shown
	blocks  []string    // the picture in the cells there are

	takes   terminal.Graphics
	over    *terminal.Graphic // the picture in pixels, in the cells there are; nil for none
	drawing bool              // it is being drawn
	stale   bool              // and what comes of that is not for the cells there are
}

// The cells of a picture: half blocks of more would be slow on a line, and pixels need no
// more to be seen.
const (
	blocksW, blocksH = 40, 12
	pixelsW, pixelsH = 80, 30
)

// mostShown is how many pixels a picture keeps in either direction for being looked at.
const mostShown = 800

// A pictureRead is a file that was unpacked.
type pictureRead struct {
	viewer  *viewer
	kind    string
	picture *image.RGBA
	err     error
}

// A pictureDrawn is a picture in pixels.
type pictureDrawn struct {
	viewer *viewer
	over   *terminal.Graphic
}

// showPicture asks the app to show a file.
type showPicture struct{ file draft.File }

func (showPicture) IsIntent() {}

// isOwn reports whether the file under the cursor is one of this machine.
func (m *media) isOwn(f *draft.Form) bool {
	if m.list.At >= len(f.Media) {
		return false
	}
	_, own := f.OwnFile(f.Media[m.list.At])
	return own
}

// look asks for a picture of the list to be shown.
func (m *media) look(at int, f *draft.Form) page.Intent {
	own, ok := f.OwnFile(f.Media[at])
	if !ok {
		return page.Warn("only files of this machine are shown here: open the link in a browser")
	}
	return showPicture{own}
}

// showPicture shows a file of the form as it is sent. The terminal is asked what pictures it
// takes, unless it is to have no colours.
func (a *app) showPicture(file draft.File) tea.Cmd {
	environ := a.deps.Environ
	v := &viewer{file: file, back: a.keys.Back}
	v.draws = !a.theme.ASCII && terminal.Colours(environ, a.deps.Theme) != colorprofile.ASCII
	a.show(v)
	attach, paths, from := a.deps.Attach, pathsOf(a.form.OwnFiles()), a.form.From
	read := func() tea.Msg { return readPicture(v, attach, paths, from) }
	if !v.draws {
		return read
	}
	return tea.Batch(read, terminal.AskGraphics)
}

// readPicture makes all files of a message fit, which share what it may carry, and unpacks
// what became of the one that is shown.
func readPicture(v *viewer, attach func([]string, string) ([]Attached, []error), paths []string, from string) pictureRead {
	files, wrong := attach(paths, from)
	i := slices.IndexFunc(files, func(a Attached) bool { return a.Path == v.file.Path })
	if i < 0 {
		if len(wrong) == 0 {
			wrong = []error{errors.New("it is not there any more")}
		}
		for _, err := range wrong {
			if strings.HasPrefix(err.Error(), v.file.Path+": ") {
				return pictureRead{viewer: v, err: err}
			}
		}
		return pictureRead{viewer: v, err: wrong[0]}
	}
	m, err := picture.Thumbnail(files[i].Content, mostShown, mostShown)
	if err != nil {
		err = errors.New(v.file.Name() + " " + err.Error())
	}
	return pictureRead{viewer: v, kind: files[i].Type, picture: m, err: err}
}

// onPicture takes what commands made of a picture, or what the terminal said of pictures.
func (a *app) onPicture(msg tea.Msg) tea.Cmd {
	v, ok := openOf[*viewer](a.overlays)
	if !ok {
		return nil
	}
	switch msg := msg.(type) {
	case pictureRead:
		if msg.viewer != v {
			return nil
		}
		v.picture, v.kind = msg.picture, msg.kind
		if msg.err != nil {
			v.bad = text.Clean(msg.err.Error())
		}
		v.fill()
	case terminal.Graphics:
		v.takes = msg
	case pictureDrawn:
		if msg.viewer != v {
			return nil
		}
		v.drawing = false
		if v.stale {
			break
		}
		v.over = msg.over
		return nil
	}
	return v.draw(a.layout.BodyTop)
}

// graphic is the picture in pixels that is on the screen now; nil for none.
func (a *app) graphic() *terminal.Graphic {
	v, ok := a.overlays.top().(*viewer)
	if !ok || a.layout.TooSmall || v.over == nil {
		return nil
	}
	if bottom := a.layout.BodyTop + a.layout.BodyH - len(a.statusLine.lines(a.layout.W, a.layout.BodyH, a.theme)) + 1; v.over.Y+v.over.H > bottom {
		return nil // a long status has its cells
	}
	return v.over
}

// Graphic is the picture in pixels on the screen.
func (g *gate) Graphic() *terminal.Graphic { return g.app.graphic() }

// caption is what stands above the picture.
func (v *viewer) caption() []string {
	lines := []string{clip(text.Clean(v.file.Name()), v.w)}
	said := text.Wrap(text.Clean(v.file.Said), max(v.w, 1))
	if most := max(v.h/4, 1); len(said) > most {
		said = append(said[:most-1:most-1], clip(strings.Join(said[most-1:], " "), v.w))
	}
	return append(lines, said...)
}

// room is the cells of the picture: from which row of the viewer on, and how many.
func (v *viewer) room() (top, h int) {
	top = len(v.caption())
	if v.h-top > blocksH {
		top++ // an empty row
	}
	return top, max(v.h-top, 0)
}

// fill makes the half blocks that fit.
func (v *viewer) fill() {
	v.blocks = nil
	if _, h := v.room(); v.picture != nil && v.draws && h > 0 {
		v.blocks = widget.Blocks(picture.Fit(v.picture, min(v.w, blocksW), 2*min(h, blocksH)))
	}
}

// draw draws the picture in pixels, if the terminal takes that and it is not there yet. The
// viewer begins in that row of the screen.
func (v *viewer) draw(begins int) tea.Cmd {
	if v.picture == nil || v.over != nil || v.drawing || !v.takes.Kitty && !v.takes.Sixel {
		return nil
	}
	v.drawing, v.stale = true, false
	m, takes, w := v.picture, v.takes, min(v.w, pixelsW)
	row, h := v.room()
	return func() tea.Msg { return pictureDrawn{v, takes.Draw(m, 0, begins+row, w, min(h, pixelsH))} }
}

func (v *viewer) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok && (key.Matches(k, v.back) || k.String() == "enter" || k.String() == "q") {
		return closed{v, nil}, nil
	}
	return nil, nil
}

func (v *viewer) resize(w, h int) {
	v.w, v.h, v.over, v.stale = w, h, nil, true
	v.fill()
}

func (v *viewer) view(t widget.Theme) widget.Frame {
	var out widget.Frame
	caption := v.caption()
	out.Add(t.Title.Render(caption[0]))
	for _, l := range caption[1:] {
		out.Add(t.Faint.Render(l))
	}
	top, _ := v.room()
	for len(out.Lines) < top {
		out.Add("")
	}
	var says string
	style := t.Faint
	switch {
	case v.bad != "":
		says, style = v.bad, t.Danger
	case v.kind == "":
		says = "unpacking it"
	case !v.draws:
		says = "It is " + text.Clean(v.kind) + ". It is drawn on a terminal with UTF-8 and colours."
	case v.over != nil: // the terminal draws it over empty rows
	default:
		for _, l := range v.blocks {
			out.Add(l)
		}
	}
	for _, l := range text.Wrap(says, max(v.w, 1)) {
		out.Add(style.Render(l))
	}
	return out
}

func (v *viewer) keys() []key.Binding {
	leave := v.back
	leave.SetEnabled(true)
	leave.SetHelp("esc", "close the picture")
	return []key.Binding{leave}
}

func (v *viewer) typing() bool { return false }
