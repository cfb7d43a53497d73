package keys

import (
	"charm.land/bubbles/v2/key"
)

// The keys of the console. Three rules hold them together:
//
//   - while a text field has focus only control and function keys are global;
//   - a control letter that is global is taken out of the text fields' own keys,
//     in TextField, so that the help and the behaviour agree;
//   - every key works on a terminal that cannot tell shift+enter from enter.
//
// The footer, the help page and the README's table are all made of these.

// Global are the keys that work on every screen.
type Global struct {
	NextField, PrevField key.Binding
	NextStep, PrevStep   key.Binding
	Back                 key.Binding
	Help, HelpLetter     key.Binding
	Commands, Panes      key.Binding
	Redraw               key.Binding
	Suspend              key.Binding
	History, Drafts      key.Binding
	Setup, Conversations key.Binding
	Broadcasts           key.Binding
	People               key.Binding
	Figures              key.Binding
	Interrupt, Quit      key.Binding
}

func bind(keys []string, label, does string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
}

func newGlobalKeys() Global {
	return Global{
		NextField:     bind([]string{"tab"}, "tab", "next field"),
		PrevField:     bind([]string{"shift+tab"}, "shift+tab", "previous field"),
		NextStep:      bind([]string{"ctrl+n"}, "ctrl+n", "next step"),
		PrevStep:      bind([]string{"ctrl+p"}, "ctrl+p", "previous step"),
		Back:          bind([]string{"esc"}, "esc", "back"),
		Help:          bind([]string{"f1"}, "f1", "keys"),
		HelpLetter:    bind([]string{"?"}, "?", "keys, outside a text field"),
		Commands:      bind([]string{"ctrl+x"}, "ctrl+x", "all commands"),
		Panes:         bind([]string{"ctrl+t"}, "ctrl+t", "show or hide the panes"),
		Redraw:        bind([]string{"ctrl+l"}, "ctrl+l", "redraw the screen"),
		Suspend:       bind([]string{"ctrl+z"}, "ctrl+z", "suspend to the shell"),
		History:       bind([]string{"f2", "alt+2"}, "f2", "History"),
		Drafts:        bind([]string{"f3", "alt+3"}, "f3", "unfinished messages"),
		Setup:         bind([]string{"f4", "alt+4"}, "f4", "Setup: accounts"),
		Conversations: bind([]string{"f5", "alt+5"}, "f5", "Conversations"),
		Broadcasts:    bind([]string{"f6", "alt+6"}, "f6", "Broadcasts"),
		People:        bind([]string{"f7", "alt+7"}, "f7", "People"),
		Figures:       bind([]string{"f8", "alt+8"}, "f8", "Figures"),
		Interrupt:     bind([]string{"ctrl+c"}, "ctrl+c ctrl+c", "quit"),
		Quit:          bind([]string{"ctrl+q"}, "ctrl+q", "quit"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Global) All() []key.Binding {
	return []key.Binding{
		k.NextField, k.PrevField, k.NextStep, k.PrevStep, k.Back,
		k.Help, k.HelpLetter, k.Commands, k.History, k.Drafts, k.Setup, k.Conversations, k.Broadcasts, k.People, k.Figures, k.Panes, k.Redraw, k.Suspend, k.Interrupt, k.Quit,
	}
}

// Compose are the keys of Compose.
type Compose struct{ Editor, Replace, Recent, Template, Cycle, Undo key.Binding }

func newComposeKeys() Compose {
	return Compose{
		Editor:   bind([]string{"ctrl+o"}, "ctrl+o", "open $EDITOR"),
		Replace:  bind([]string{"ctrl+r"}, "ctrl+r", "use plain characters"),
		Recent:   bind([]string{"ctrl+y", "alt+up"}, "ctrl+y", "recent texts"),
		Template: bind([]string{"ctrl+g"}, "ctrl+g", "insert a template"),
		Cycle:    bind([]string{"up", "down"}, "up/down", "choose"),
		// Most terminals send ctrl+_ for ctrl+/ and ctrl+- too; those that tell them apart
		// name the key that was pressed.
		Undo: bind([]string{"ctrl+_", "ctrl+/", "ctrl+-", "ctrl+shift+-"}, "ctrl+_", "undo"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Compose) All() []key.Binding {
	return []key.Binding{k.Editor, k.Replace, k.Recent, k.Template, k.Undo, k.Cycle}
}

// Recipients are the keys of Recipients.
type Recipients struct{ Add, Other, Suggest, How, Pick, Correct, Remove, Undo, Filter, Doubtful, Clear, Move key.Binding }

func newRecipientsKeys() Recipients {
	return Recipients{
		Add:      bind([]string{"enter"}, "enter", "add"),
		Other:    bind([]string{"up", "down"}, "up/down", "other suggestion"),
		Suggest:  bind([]string{"ctrl+y"}, "ctrl+y", "take the suggestion"),
		How:      bind([]string{"g", "i"}, "g/i", "group / separate"),
		Pick:     bind([]string{"space"}, "space", "choose"),
		Correct:  bind([]string{"enter"}, "enter", "correct"),
		Remove:   bind([]string{"x", "delete", "backspace"}, "x", "remove"),
		Undo:     bind([]string{"u"}, "u", "undo"),
		Filter:   bind([]string{"/"}, "/", "find"),
		Doubtful: bind([]string{"!"}, "!", "only those to check"),
		Clear:    bind([]string{"X"}, "X", "remove all"),
		Move:     bind([]string{"up", "down", "pgup", "pgdown", "home", "end", "k", "j", "G"}, "up/down", "select"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Recipients) All() []key.Binding {
	return []key.Binding{k.Add, k.Other, k.Suggest, k.How, k.Pick, k.Correct, k.Remove, k.Undo, k.Filter, k.Doubtful, k.Clear, k.Move}
}

// Media are the keys of Media.
type Media struct{ Add, Move, View, Up, Down, Remove, Undo, Again key.Binding }

func newMediaKeys() Media {
	return Media{
		Add:    bind([]string{"enter"}, "enter", "add"),
		Move:   bind(moving, "up/down", "select"),
		View:   bind([]string{"v"}, "v", "show picture"),
		Up:     bind([]string{"K", "shift+up"}, "K", "move up"),
		Down:   bind([]string{"J", "shift+down"}, "J", "move down"),
		Remove: bind([]string{"x", "delete", "backspace"}, "x", "remove"),
		Undo:   bind([]string{"u"}, "u", "undo"),
		Again:  bind([]string{"r"}, "r", "look again"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Media) All() []key.Binding {
	return []key.Binding{k.Add, k.View, k.Remove, k.Undo, k.Up, k.Down, k.Again, k.Move}
}

// Review are the keys of Review.
type Review struct {
	Send, Later, Fix, Move, JSON, Curl, Everybody, Copy, Scroll, Message key.Binding
}

func newReviewKeys() Review {
	return Review{
		Send:      bind([]string{"enter"}, "enter", "send"),
		Later:     bind([]string{"l"}, "l", "send later"),
		Fix:       bind([]string{"enter"}, "enter", "go to the problem"),
		Move:      bind([]string{"up", "down"}, "up/down", "select problem"),
		JSON:      bind([]string{"j"}, "j", "JSON"),
		Curl:      bind([]string{"u"}, "u", "curl"),
		Everybody: bind([]string{"v"}, "v", "show everybody"),
		Copy:      bind([]string{"y"}, "y", "copy what is shown"),
		Scroll:    bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "scroll"),
		Message:   bind([]string{"left", "right"}, "left/right", "other message"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Review) All() []key.Binding {
	return []key.Binding{k.Send, k.Fix, k.Later, k.Move, k.Scroll, k.Message, k.JSON, k.Curl, k.Everybody, k.Copy}
}

// Response are the keys of Response.
type Response struct {
	Cancel, Fix, Choose, Move, Open, Scroll, JSON, CopyID, CopyJSON, Check, CheckAll, Export, Edit, Fresh key.Binding
}

// NewResponse are those keys as they are without a configuration.
func NewResponse() Response {
	return Response{
		Cancel:   bind([]string{"esc"}, "esc esc", "stop"),
		Fix:      bind([]string{"enter"}, "enter", "go to the field"),
		Choose:   bind([]string{"left", "right"}, "left/right", "other message"),
		Move:     bind(moving, "up/down", "select one of several"),
		Open:     bind([]string{"o"}, "o", "open"),
		Scroll:   bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "scroll"),
		JSON:     bind([]string{"j"}, "j", "raw answer"),
		CopyID:   bind([]string{"y"}, "y", "copy id"),
		CopyJSON: bind([]string{"Y"}, "Y", "copy JSON"),
		Check:    bind([]string{"r"}, "r", "check"),
		CheckAll: bind([]string{"R"}, "R", "check all"),
		Export:   bind([]string{"E"}, "E", "export CSV"),
		Edit:     bind([]string{"e"}, "e", "edit and resend"),
		Fresh:    bind([]string{"n"}, "n", "new message"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Response) All() []key.Binding {
	return []key.Binding{
		k.Cancel, k.Fix, k.Choose, k.Move, k.Open, k.Scroll, k.JSON, k.CopyID, k.CopyJSON, k.Check, k.CheckAll, k.Export, k.Edit, k.Fresh,
	}
}

// History are the keys of History.
type History struct {
	Open, Move, Search, State, Ask, Again, Now, Time, Cancel, Mark, Export, Other, Scroll, CopyID, CopyJSON key.Binding
}

// moving are the keys that go through a list or a page where nothing is typed: arrows,
// and those of vi.
var moving = []string{"up", "down", "pgup", "pgdown", "home", "end", "k", "j", "g", "G"}

func newHistoryKeys() History {
	return History{
		Open:     bind([]string{"enter"}, "enter", "open"),
		Move:     bind(moving, "up/down", "select"),
		Search:   bind([]string{"/"}, "/", "search"),
		State:    bind([]string{"left", "right"}, "left/right", "filter"),
		Ask:      bind([]string{"r"}, "r", "check"),
		Again:    bind([]string{"s"}, "s", "send again"),
		Now:      bind([]string{"n"}, "n", "send now"),
		Time:     bind([]string{"t"}, "t", "other time"),
		Cancel:   bind([]string{"x"}, "x", "cancel what waits"),
		Mark:     bind([]string{"space"}, "space", "mark"),
		Export:   bind([]string{"E"}, "E", "export CSV"),
		Other:    bind([]string{"left", "right"}, "left/right", "newer / older one"),
		Scroll:   bind(moving, "up/down", "scroll"),
		CopyID:   bind([]string{"y"}, "y", "copy id"),
		CopyJSON: bind([]string{"Y"}, "Y", "copy JSON"),
	}
}

// All are the keys in the order in which people are told of them.
func (k History) All() []key.Binding {
	return []key.Binding{
		k.Open, k.Move, k.Search, k.State, k.Ask, k.Again, k.Now, k.Time, k.Cancel, k.Mark, k.Export, k.Other, k.Scroll, k.CopyID, k.CopyJSON,
	}
}

// Setup are the keys of Setup.
type Setup struct{ Take, Move, Edit, Check, Cycle key.Binding }

func newSetupKeys() Setup {
	return Setup{
		Take:  bind([]string{"enter"}, "enter", "use"),
		Move:  bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		Edit:  bind([]string{"e"}, "e", "change"),
		Check: bind([]string{"ctrl+s"}, "ctrl+s", "check and save"),
		Cycle: bind([]string{"left", "right", "space"}, "left/right", "choose"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Setup) All() []key.Binding {
	return []key.Binding{k.Take, k.Move, k.Edit, k.Check, k.Cycle}
}

// Question are the keys of a question.
type Question struct{ Yes, No key.Binding }

// newQuestion are those keys as they are without a configuration.
func newQuestion() Question {
	return Question{
		Yes: bind([]string{"enter"}, "enter", "yes"),
		No:  bind([]string{"esc"}, "esc", "cancel"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Question) All() []key.Binding { return []key.Binding{k.Yes, k.No} }

// Group is the keys of one screen, for help pages and manuals.
type Group struct {
	Title  string
	Groups [][2]string // label and what it does
}

// Groups lists all keys of the console, screen by screen, as they are without a
// configuration.
func Groups() []Group { return New().Groups() }

// Pages are the keys of each page, in the order of the pages.
func (k *Map) Pages() [][]key.Binding {
	return [][]key.Binding{
		k.Compose.All(), k.Recipients.All(), k.Media.All(), k.Review.All(), k.Response.All(), k.History.All(), k.Setup.All(), k.Conversations.All(), k.Broadcasts.All(), k.People.All(), k.Figures.All(),
	}
}

// Groups lists the keys, everywhere first, then page by page.
func (k *Map) Groups() []Group {
	group := func(title string, bindings []key.Binding) Group {
		g := Group{Title: title}
		for _, b := range bindings {
			if b.Enabled() {
				g.Groups = append(g.Groups, [2]string{b.Help().Key, b.Help().Desc})
			}
		}
		return g
	}
	return []Group{
		group("Everywhere", k.Global.All()),
		group("Compose", k.Compose.All()),
		group("Recipients", k.Recipients.All()),
		group("Media", k.Media.All()),
		group("Review", k.Review.All()),
		group("Response", k.Response.All()),
		group("History", k.History.All()),
		group("Setup", k.Setup.All()),
		group("Conversations", k.Conversations.All()),
		group("Broadcasts", k.Broadcasts.All()),
		group("People", k.People.All()),
		group("Figures", k.Figures.All()),
		group("Drafts", k.Drafts.All()),
		group("A question", k.Question.All()),
	}
}
