package page

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/widget"
)

// An ID names a page, one screen of the console. The first five are the steps, in order.
type ID int

// The pages.
const (
	Compose ID = iota
	Recipients
	Media
	Review
	Response
	History // this one and those behind it are beside the steps
	Setup
	Conversations
	Broadcasts
	People
	Figures
	Count // how many there are
)

// Steps are the names of the steps, as the header shows them.
var Steps = [...]string{"Compose", "Recipients", "Media", "Review", "Response"}

func (p ID) String() string {
	switch p {
	case History:
		return "History"
	case Setup:
		return "Setup"
	case Conversations:
		return "Conversations"
	case Broadcasts:
		return "Broadcasts"
	case Figures:
		return "Figures"
	case People:
		return "People"
	default:
		return Steps[p]
	}
}

// Beside reports whether p is none of the steps.
func (p ID) Beside() bool { return p > Response }

// Entry says how a page is come to, which decides where its cursor goes.
type Entry int

// How a page is come to.
const (
	AtDefault Entry = iota // by its step: where one most likely wants to be
	AtStart                // by tab from the page before
	AtEnd                  // by shift+tab from the page behind
	AsLeft                 // back from a page beside the steps: where one was in a list
)

// A Page is one screen. The app owns the form, the size, and who is in front; a
// screen owns its widgets only. All calls come from the app's Update, but view,
// which must not change anything.
type Page interface {
	// show is called each time the page comes to the front.
	Show(f *draft.Form, how Entry) tea.Cmd
	// update takes keys, pastes and the results of the screen's own commands.
	Update(msg tea.Msg, f *draft.Form) (Intent, tea.Cmd)
	// resize gives the cells of the page's part of the terminal.
	Resize(w, h int)
	View(f *draft.Form, t widget.Theme) widget.Frame
	// jump puts the cursor into a field, and on element index if that is not -1.
	Jump(field messaging.Field, index int, f *draft.Form)
	// leave is called before another page comes to the front. It takes over what
	// is still half typed, and may tell of it.
	Leave(f *draft.Form) (Intent, tea.Cmd)
	// keys are what works now, the most useful first.
	Keys(f *draft.Form) []key.Binding
	// typing reports whether a text field has the cursor.
	Typing() bool
	// closes reports whether esc closes something that is open within the page: a prompt, a
	// search, one message of a list. That is further in than what was said above the keys.
	Closes(f *draft.Form) bool
}

// A Message is the result of a page's own command. It finds its way back to that page,
// whether it is in front or not.
type Message interface{ To() ID }

// An Intent is what a screen asks of the app; nil asks nothing.
type Intent interface{ IsIntent() }

type (
	// NextPage and prevPage flow on from the last or first field.
	NextPage struct{}
	// PrevPage is the way back from the first field.
	PrevPage struct{}
	// GoToField shows the page of a field with the cursor in it.
	GoToField struct {
		Field messaging.Field
		Index int
	}
	// Repair shows a field that was refused; to is the recipient it is about, if it
	// is that of one of several messages.
	Repair struct {
		Field messaging.Field
		Index int
		To    string
	}
	// Submit says that the user confirmed on Review.
	Submit struct{ Consent Consent }
	// Stop says that the user cancels the send that is under way.
	Stop struct{}
	// Again goes back to Compose with what should be sent again.
	Again struct{}
	// New goes back to Compose with nothing.
	New struct{}
	// Ask opens a dialog.
	Ask struct{ Dialog Dialog }
	// Tell puts words on the status line.
	Tell struct{ Status Status }
	// Twice does something when a key comes once more, for as long as the words stand that
	// promise it: until another key, or other words.
	Twice struct {
		Text string
		Key  key.Binding
		Act  func() tea.Cmd
	}
	// CopyOut sends a value to the terminal's clipboard.
	CopyOut struct{ What, Value string }
	// Back leaves a page beside the steps for the one where it was opened from.
	Back struct{}
	// Here asks something for as long as the page that asks is in front: it is about what
	// that page shows, or reads anew when it is come to.
	Here struct{ Intent Intent }
	// Edit opens the text in the user's editor.
	Edit struct{}
)

// A Consent is what the user said an explicit yes to.
type Consent struct {
	Repeat     bool // somebody gets it twice
	Production bool // it goes out in earnest
	Many       bool // so many get it
	// At is when it is to be sent; zero is now.
	At outbox.When
}

// IsIntent marks it as an [Intent].
func (NextPage) IsIntent() {}

// IsIntent marks it as an [Intent].
func (PrevPage) IsIntent() {}

// IsIntent marks it as an [Intent].
func (GoToField) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Repair) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Submit) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Stop) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Again) IsIntent() {}

// IsIntent marks it as an [Intent].
func (New) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Ask) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Tell) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Twice) IsIntent() {}

// IsIntent marks it as an [Intent].
func (CopyOut) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Back) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Edit) IsIntent() {}

// IsIntent marks it as an [Intent].
func (Here) IsIntent() {}

// A Status is the line above the keys. A failure or warning stays until something
// replaces it or esc takes it away; a success goes with the next key.
type Status struct {
	Text string
	Kind statusKind
}

type statusKind int

// What a status is about.
const (
	StatusDone statusKind = iota
	StatusWarn
	StatusFailed
)

// PastedNowhere tells that a paste found no text field; nil for other messages.
func PastedNowhere(msg tea.Msg) Intent {
	if _, paste := msg.(tea.PasteMsg); paste {
		return Warn("pasted nothing: the cursor is not in a text field")
	}
	return nil
}

// Done tells of a success.
func Done(text string) Intent { return Tell{Status{text, StatusDone}} }

// Warn tells what to look at.
func Warn(text string) Intent { return Tell{Status{text, StatusWarn}} }

// Failed tells of a failure.
func Failed(text string) Intent { return Tell{Status{text, StatusFailed}} }
