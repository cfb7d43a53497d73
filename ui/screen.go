package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/widget"
)

// A page is one screen of the console. The first five are the steps, in order.
type page int

const (
	composePage page = iota
	recipientsPage
	mediaPage
	reviewPage
	responsePage
	historyPage // this one and the next are beside the steps
	setupPage
	pages // how many there are
)

// steps are the names of the steps, as the header shows them.
var steps = [...]string{"Compose", "Recipients", "Media", "Review", "Response"}

func (p page) String() string {
	switch p {
	case historyPage:
		return "History"
	case setupPage:
		return "Setup"
	default:
		return steps[p]
	}
}

// beside reports whether p is none of the steps.
func (p page) beside() bool { return p > responsePage }

// entry says how a page is come to, which decides where its cursor goes.
type entry int

const (
	atDefault entry = iota // by its step: where one most likely wants to be
	atStart                // by tab from the page before
	atEnd                  // by shift+tab from the page behind
)

// A screen is one page. The app owns the form, the size, and who is in front; a
// screen owns its widgets only. All calls come from the app's Update, but view,
// which must not change anything.
type screen interface {
	// show is called each time the page comes to the front.
	show(f *draft.Form, how entry) tea.Cmd
	// update takes keys, pastes and the results of the screen's own commands.
	update(msg tea.Msg, f *draft.Form) (intent, tea.Cmd)
	// resize gives the cells of the page's part of the terminal.
	resize(w, h int)
	view(f *draft.Form, t widget.Theme) widget.Frame
	// jump puts the cursor into a field, and on element index if that is not -1.
	jump(field messaging.Field, index int, f *draft.Form)
	// leave is called before another page comes to the front. It takes over what
	// is still half typed, and may tell of it.
	leave(f *draft.Form) (intent, tea.Cmd)
	// keys are what works now, the most useful first.
	keys(f *draft.Form) []key.Binding
	// typing reports whether a text field has the cursor.
	typing() bool
}

// An intent is what a screen asks of the app; nil asks nothing.
type intent interface{ isIntent() }

type (
	// nextPage and prevPage flow on from the last or first field.
	nextPage struct{}
	prevPage struct{}
	// goToField shows the page of a field with the cursor in it.
	goToField struct {
		field messaging.Field
		index int
	}
	// repair shows a field that was refused; to is the recipient it is about, if it
	// is that of one of several messages.
	repair struct {
		field messaging.Field
		index int
		to    string
	}
	// submit: the user confirmed on Review.
	submit struct{ consent consent }
	// stop: the user cancels the send that is under way.
	stop struct{}
	// again goes back to Compose with what should be sent again; fresh with nothing.
	again struct{}
	fresh struct{}
	// ask opens a dialog.
	ask struct{ dialog dialog }
	// tell puts words on the status line.
	tell struct{ status status }
	// copyOut sends a value to the terminal's clipboard.
	copyOut struct{ what, value string }
	// edit opens the text in the user's editor.
	edit struct{}
)

// A consent is what the user said an explicit yes to.
type consent struct {
	repeat     bool // somebody gets it twice
	production bool // it goes out in earnest
}

func (nextPage) isIntent()  {}
func (prevPage) isIntent()  {}
func (goToField) isIntent() {}
func (repair) isIntent()    {}
func (submit) isIntent()    {}
func (stop) isIntent()      {}
func (again) isIntent()     {}
func (fresh) isIntent()     {}
func (ask) isIntent()       {}
func (tell) isIntent()      {}
func (copyOut) isIntent()   {}
func (edit) isIntent()      {}

// A status is the line above the keys. A failure or warning stays until something
// replaces it or esc takes it away; a success goes with the next key.
type status struct {
	text string // clean
	kind statusKind
}

type statusKind int

const (
	statusDone statusKind = iota
	statusWarn
	statusFailed
)

// pastedNowhere tells that a paste found no text field; nil for other messages.
func pastedNowhere(msg tea.Msg) intent {
	if _, paste := msg.(tea.PasteMsg); paste {
		return warn("pasted nothing: the cursor is not in a text field")
	}
	return nil
}

func done(text string) intent   { return tell{status{text, statusDone}} }
func warn(text string) intent   { return tell{status{text, statusWarn}} }
func failed(text string) intent { return tell{status{text, statusFailed}} }
