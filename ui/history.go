package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// historyStore is the outbox as History uses it.
type historyStore interface {
	List(ctx context.Context, f outbox.Filter) ([]outbox.Entry, error)
	Version(ctx context.Context) (int64, error)
	Detail(ctx context.Context, id int64) (outbox.Detail, error)
	Check(ctx context.Context, api outbox.Lister, id int64) (outbox.Finding, error)
}

const (
	// lookEvery is how often History looks whether another process changed something,
	// while it is in front.
	lookEvery = time.Second
	// searchAfter is how long after a key the search begins, so that a burst of keys
	// costs one.
	searchAfter = 150 * time.Millisecond
)

// history is the page beside the steps that lists every message, newest first, and
// shows all that is recorded of one.
type history struct {
	ctx      context.Context
	store    func() historyStore // nil until it is open
	lister   account.Lister
	by       outbox.By // who would ask the API
	sandbox  bool
	now      func() time.Time
	bindings keys.History
	global   keys.Global

	search    widget.Field
	searching bool // the search has the cursor
	state     outbox.State
	rows      window
	opened    *opened                  // the message that is shown; nil for the list
	wanted    int64                    // the message that is to be shown; 0 for the list
	found     map[int64]outbox.Finding // what the API said in this run, by message
	w, h      int

	front   bool // the page is shown, so that others' changes are looked for
	visit   int  // tells the clock of this visit from those of earlier ones
	version int64
	failed  string // why the history could not be read; clean, "" if it could
	read    bool   // something was read, so that no row means that there is none
}

func newHistory(ctx context.Context, store func() historyStore, d Deps, k *keys.Map, now func() time.Time) *history {
	return &history{
		ctx: ctx, store: store, lister: d.Link.Lister, now: now, sandbox: d.Sandbox,
		by:       outbox.By{AccountID: d.AccountID, BaseURL: d.Link.BaseURL},
		bindings: k.History, global: k.Global, search: widget.NewField(false), found: map[int64]outbox.Finding{},
	}
}

// sendAgain asks the app to put a message before the user once more.
type sendAgain struct{ entry outbox.Entry }

// leaveHistory goes back to where History was opened from.
type leaveHistory struct{}

func (sendAgain) IsIntent()    {}
func (leaveHistory) IsIntent() {}

// Messages of History. Visit and load tell stale ones.
type (
	historyDue     struct{ visit int }
	historyVersion struct {
		visit   int
		version int64
		err     error
	}
	searchDue     struct{ value string }
	historyOpened struct {
		id     int64
		detail outbox.Detail
		err    error
	}
	historyAsked struct {
		id      int64
		finding outbox.Finding
		err     error
	}
)

func (historyDue) To() page.ID     { return page.History }
func (historyVersion) To() page.ID { return page.History }
func (historyListed) To() page.ID  { return page.History }
func (historyOpened) To() page.ID  { return page.History }
func (historyAsked) To() page.ID   { return page.History }
func (searchDue) To() page.ID      { return page.History }

func (h *history) Show(*draft.Form, page.Entry) tea.Cmd {
	h.searching = false
	h.search.Blur()
	return h.begin()
}

// begin reads what there is and starts to look for changes, once the outbox is open.
func (h *history) begin() tea.Cmd {
	h.front = true
	h.visit++
	if h.store() == nil {
		return nil
	}
	if len(h.rows.entries) == 0 {
		return tea.Batch(h.load(loadNewest), h.lookLater())
	}
	return tea.Batch(h.load(loadAnew), h.readWanted(), h.lookLater())
}

func (h *history) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	h.front = false
	h.wanted, h.opened = 0, nil
	h.searching = false
	h.search.Blur()
	return nil, nil
}

func (h *history) Jump(messaging.Field, int, *draft.Form) {}
func (h *history) Typing() bool                           { return h.searching }

func (h *history) Resize(w, height int) {
	h.w, h.h = w, height
	h.search.Resize(w-widget.LabelWidth, 1)
	h.rows.fit(h.listRows())
	if h.opened != nil {
		h.opened.layOut(w, h.now().Location(), h.askWords(h.opened.detail.Entry))
	}
}

// lookLater lets a second go by. One clock runs at a time, and only while History
// is in front.
func (h *history) lookLater() tea.Cmd {
	visit := h.visit
	return tea.Tick(lookEvery, func(time.Time) tea.Msg { return historyDue{visit} })
}

func (h *history) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case historyDue:
		return nil, h.look(msg)
	case historyVersion:
		return nil, h.onVersion(msg)
	case historyListed:
		return h.onListed(msg), nil
	case historyOpened:
		return h.onOpened(msg), nil
	case historyAsked:
		return h.onAsked(msg)
	case searchDue:
		if msg.value == h.search.Value() {
			return nil, h.load(loadNewest)
		}
		return nil, nil
	case tea.PasteMsg:
		if !h.searching {
			return page.PastedNowhere(msg), nil
		}
		return nil, h.typed(msg)
	case tea.KeyPressMsg:
		switch {
		case h.opened != nil:
			return h.inOpened(msg)
		case h.searching:
			return h.inSearch(msg)
		}
		return h.inList(msg)
	}
	return nil, nil
}

// look asks whether somebody changed something.
func (h *history) look(due historyDue) tea.Cmd {
	store := h.store()
	if !h.front || due.visit != h.visit || store == nil {
		return nil
	}
	ctx, visit := h.ctx, h.visit
	return func() tea.Msg {
		version, err := store.Version(ctx)
		return historyVersion{visit, version, err}
	}
}

func (h *history) onVersion(msg historyVersion) tea.Cmd {
	if !h.front || msg.visit != h.visit {
		return nil
	}
	if msg.err != nil || msg.version == h.version || h.rows.loading {
		return h.lookLater()
	}
	return tea.Batch(h.load(loadAnew), h.readWanted(), h.lookLater())
}

// inSearch takes a key while the search has the cursor.
func (h *history) inSearch(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, h.global.Back) && h.search.Value() != "":
		h.search.Set("")
		return nil, h.load(loadNewest)
	case key.Matches(msg, h.global.Back), key.Matches(msg, h.global.NextField), key.Matches(msg, h.global.PrevField),
		key.Matches(msg, h.bindings.Open), msg.String() == "down", msg.String() == "up":
		h.searching = false
		h.search.Blur()
		return nil, nil
	}
	return nil, h.typed(msg)
}

// typed gives the search a key or a paste, and searches a moment later.
func (h *history) typed(msg tea.Msg) tea.Cmd {
	before := h.search.Value()
	cmd := h.search.Update(msg)
	now := h.search.Value()
	if now == before {
		return cmd
	}
	return tea.Batch(cmd, tea.Tick(searchAfter, func(time.Time) tea.Msg { return searchDue{now} }))
}

// inList takes a key while the rows have the cursor.
func (h *history) inList(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	b := h.bindings
	switch {
	case key.Matches(msg, h.global.Back):
		return h.back()
	case key.Matches(msg, b.Search), key.Matches(msg, h.global.NextField), key.Matches(msg, h.global.PrevField):
		h.searching = true
		h.search.Focus()
		return nil, nil
	case key.Matches(msg, b.State):
		h.turnState(msg.String() == "left")
		return nil, h.load(loadNewest)
	case key.Matches(msg, b.Move):
		return nil, h.move(msg)
	}
	e, ok := h.rows.selected()
	if !ok {
		return nil, nil
	}
	switch {
	case key.Matches(msg, b.Open):
		h.wanted = e.ID
		return nil, h.readWanted()
	case key.Matches(msg, b.Ask):
		return h.ask(e)
	case key.Matches(msg, b.Again):
		return h.again(e)
	case key.Matches(msg, b.CopyID):
		return copyID(e.MessageID), nil
	}
	return nil, nil
}

// back takes the filter away first, then leaves.
func (h *history) back() (page.Intent, tea.Cmd) {
	if h.search.Value() == "" && h.state == "" {
		return leaveHistory{}, nil
	}
	h.search.Set("")
	h.state = ""
	return nil, h.load(loadNewest)
}

// turnState takes the next state as the filter, or the one before. Any state is
// one of them.
func (h *history) turnState(backwards bool) {
	all := append([]outbox.State{""}, outbox.States()...)
	by := 1
	if backwards {
		by = len(all) - 1
	}
	h.state = all[(slices.Index(all, h.state)+by)%len(all)]
}

// again asks for a message once more, if that makes sense.
func (h *history) again(e outbox.Entry) (page.Intent, tea.Cmd) {
	if e.State == outbox.Queued || e.State == outbox.Sending {
		return page.Warn(words.Message(e, nil)), nil
	}
	return sendAgain{e}, nil
}

// ask asks the API what became of a message.
func (h *history) ask(e outbox.Entry) (page.Intent, tea.Cmd) {
	store := h.store()
	if why := h.cannotAsk(e); why != "" || store == nil {
		return page.Warn(why), nil
	}
	ctx, lister := h.ctx, h.lister
	return page.Done(fmt.Sprintf("asking the API about message %d", e.ID)), func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		finding, err := store.Check(ctx, lister, e.ID)
		return historyAsked{e.ID, finding, err}
	}
}

// cannotAsk is why the API behind this console cannot be asked about a message;
// "" if it can.
func (h *history) cannotAsk(e outbox.Entry) string {
	switch {
	case h.lister == nil:
		return "there is nobody to ask"
	case e.MessageID == "" && e.State != outbox.Unknown:
		return fmt.Sprintf("there is nothing to ask the API about: message %d is %s", e.ID, text.Clean(string(e.State)))
	case h.sandbox && e.By.BaseURL != h.by.BaseURL:
		return fmt.Sprintf("the sandbox forgets its messages when telex ends, and message %d is from an earlier run", e.ID)
	case e.By.AccountID != h.by.AccountID:
		return fmt.Sprintf("message %d was sent for account %s, and this console is that of %s", e.ID, text.Clean(e.By.AccountID), text.Clean(h.by.AccountID))
	case e.By.BaseURL != h.by.BaseURL:
		return fmt.Sprintf("message %d was sent through %s, and this console would ask %s", e.ID, text.Clean(e.By.BaseURL), text.Clean(h.by.BaseURL))
	}
	return ""
}

// askWords say with which key the API is asked about a message; "" if it cannot be.
func (h *history) askWords(e outbox.Entry) string {
	if h.cannotAsk(e) != "" {
		return ""
	}
	return h.bindings.Ask.Help().Key + " asks the API about it"
}

func (h *history) onAsked(msg historyAsked) (page.Intent, tea.Cmd) {
	if msg.err != nil {
		return page.Failed(words.Describe(msg.err).What), nil
	}
	e := msg.finding.Entry
	h.rows.replace(e)
	h.found[msg.id] = msg.finding
	phrase := words.Message(e, msg.finding.Deliveries)
	if v := msg.finding.Verdict; v != outbox.NotChecked {
		phrase = fmt.Sprintf("message %d: %s", e.ID, words.Verdict(v))
	}
	if e.State == outbox.Unknown {
		return page.Warn(phrase), h.readWanted()
	}
	return page.Done(phrase), h.readWanted()
}

func (h *history) Keys(*draft.Form) []key.Binding {
	b := h.bindings
	leave := h.global.Back
	if h.opened != nil {
		return h.openedKeys()
	}
	e, some := h.rows.selected()
	if h.searching {
		b.Open.SetHelp(b.Open.Help().Key, "to the list")
		leave.SetHelp(leave.Help().Key, "to the list")
		if h.search.Value() != "" {
			leave.SetHelp(leave.Help().Key, "no search")
		}
		return []key.Binding{b.Open, leave}
	}
	b.Open.SetEnabled(some)
	b.Move.SetEnabled(some)
	b.Ask.SetEnabled(some && h.cannotAsk(e) == "")
	b.Again.SetEnabled(some)
	b.CopyID.SetEnabled(some && e.MessageID != "")
	if h.search.Value() != "" || h.state != "" {
		leave.SetHelp(leave.Help().Key, "show all")
	}
	return []key.Binding{b.Open, b.Search, b.State, b.Ask, b.Again, leave, b.CopyID, b.Move}
}

// filterWords say what is selected; "" for everything.
func (h *history) filterWords() string {
	var words []string
	if h.state != "" {
		words = append(words, string(h.state))
	}
	if s := strings.TrimSpace(h.search.Value()); s != "" {
		words = append(words, "“"+text.Clean(s)+"”")
	}
	return strings.Join(words, ", ")
}
