package history

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
	"telex/ui/words"
)

// A Store is the outbox as History uses it. Its calls are made in commands.
type Store interface {
	Look(ctx context.Context, f outbox.Filter, enough func() bool) (outbox.Page, error)
	Entries(ctx context.Context, ids []int64) ([]outbox.Entry, error)
	Version(ctx context.Context) (int64, error)
	Detail(ctx context.Context, id int64) (outbox.Detail, error)
	Check(ctx context.Context, api outbox.Lister, id int64) (outbox.Finding, error)
	Counts(ctx context.Context) (map[outbox.State]int, error)
	HandedOver(ctx context.Context) (int, error)
	Mailings(ctx context.Context, ids []int64) (map[int64]outbox.Mailing, error)
	ContactNames(ctx context.Context, numbers []string) (map[string]string, error)
}

// An API is the way to ask Bandwidth what became of a message.
type API struct {
	Lister  account.Lister // nil: nobody can be asked
	By      outbox.By      // who would ask
	Sandbox bool           // it is the sandbox, which forgets its messages when telex ends
	Working bool           // telex work runs here
	Shell   words.Shell    // where commands are pasted that are shown
}

const (
	// lookEvery is how often History looks whether another process changed something,
	// while it is in front.
	lookEvery = time.Second
	// lookSeldom is how often it looks where it is told of changes, for those that it was
	// not told of.
	lookSeldom = 30 * time.Second
	// searchAfter is how long after a key the search begins, so that a burst of keys
	// costs one.
	searchAfter = 150 * time.Millisecond
)

// A Page is the page beside the steps that lists every message, newest first, and
// shows all that is recorded of one.
type Page struct {
	ctx      context.Context
	store    func() Store // nil until it is open
	api      func() API
	now      func() time.Time
	bindings keys.History
	global   keys.Global

	filter
	rows    rows
	around  *rows // those among which the mailing that is opened stands; nil for none
	reading reading
	saving  *saving // messages for which the name of a file is asked for; nil for none
	marked  map[int64]outbox.Entry
	opened  *opened                  // the message that is shown whole; nil for the list
	toShow  int64                    // the message that is to be shown; 0 for the list
	found   map[int64]outbox.Finding // what the API said in this run, by message
	beside  *beside                  // the message beside the list; nil until it was read
	turns   int                      // tells the message that is to be read for that from earlier ones
	w, h    int

	looking
}

// New is the page with nothing read yet. Store is nil until the outbox is open; both
// functions are called whenever there is something to read or to ask.
func New(ctx context.Context, store func() Store, api func() API, k *keys.Map, now func() time.Time) *Page {
	return &Page{
		ctx: ctx, store: store, api: api, now: now, bindings: k.History, global: k.Global, filter: filter{search: widget.NewField(false)}, found: map[int64]outbox.Finding{}, marked: map[int64]outbox.Entry{},
	}
}

// SendAgain asks the app to put a message of the history before the user once more.
type SendAgain struct{ Entry outbox.Entry }

// IsIntent marks it as a [page.Intent].
func (SendAgain) IsIntent() {}

// Messages of History. Visit and load tell stale ones.
type (
	due         struct{ visit int }
	versionRead struct {
		visit   int
		version int64
		err     error
	}
	searchDue   struct{ value string }
	messageRead struct {
		id     int64
		detail outbox.Detail
		err    error
	}
)

func (due) To() page.ID         { return page.History }
func (versionRead) To() page.ID { return page.History }
func (messageRead) To() page.ID { return page.History }
func (searchDue) To() page.ID   { return page.History }

// Show begins with the newest message, of all of them. Who comes back finds what was left:
// filter, marks, the cursor, and the message that was shown.
func (h *Page) Show(_ *draft.Form, how page.Entry) tea.Cmd {
	if how == page.AsLeft && h.read {
		return tea.Batch(h.begin(loadAnew), h.readWanted())
	}
	h.toShow, h.opened, h.around = 0, nil, nil
	h.clear()
	clear(h.marked)
	return h.Begin()
}

// Begin reads what there is and starts to look for changes. The app calls it when the
// outbox is open, if the page is in front then.
func (h *Page) Begin() tea.Cmd { return h.begin(loadNewest) }

func (h *Page) begin(kind loadKind) tea.Cmd {
	h.endVisit()
	h.front, h.left = true, make(chan struct{})
	h.visit++
	if h.store() == nil {
		return nil
	}
	return tea.Batch(h.load(kind), h.lookLater())
}

// Leave ends what was being typed, and the looking for changes.
func (h *Page) Leave(*draft.Form) (page.Intent, tea.Cmd) {
	h.endVisit()
	h.beside, h.saving = nil, nil
	h.reading.end()
	h.leaveSearch()
	return nil, nil
}

// Jump does nothing: no field of a message is filled in here.
func (h *Page) Jump(messaging.Field, int, *draft.Form) {}

// Typing reports whether the search has the cursor, or the name of a file.
func (h *Page) Typing() bool { return h.searching || h.saving != nil }

// Closes reports whether a prompt is open, a message or the search.
func (h *Page) Closes(*draft.Form) bool { return h.Typing() || h.opened != nil }

// Resize lays the message out that is shown.
func (h *Page) Resize(w, height int) {
	h.w, h.h = w, height
	h.search.Resize(w-searchLabel, 1)
	if h.saving != nil {
		h.saving.name.Resize(w-searchLabel, 1)
	}
	h.rows.fit(h.listRows())
	if h.opened != nil {
		h.layOutOpened()
	}
	h.layOutBeside()
}

// Watch lets the page look when it is told of a change, which may end, not once a second.
func (h *Page) Watch(changes <-chan struct{}) { h.changes = changes }

// endVisit ends the looking for changes.
func (h *Page) endVisit() {
	h.front = false
	if h.left != nil {
		close(h.left)
		h.left = nil
	}
}

// Update takes keys, pastes and what was read.
func (h *Page) Update(msg tea.Msg, _ *draft.Form) (page.Intent, tea.Cmd) {
	switch msg := msg.(type) {
	case due:
		return nil, h.glance(msg)
	case versionRead:
		return nil, h.onVersion(msg)
	case listed:
		return h.onListed(msg)
	case counted:
		return h.onCounted(msg)
	case similarRead:
		return h.onSimilar(msg), h.follow()
	case besideDue:
		return nil, h.onBesideDue(msg)
	case besideRead:
		return h.onBesideRead(msg), nil
	case markedRead:
		return h.onMarkedRead(msg), nil
	case allChecked:
		return h.onAllChecked(msg), h.follow()
	case exported:
		return h.onExported(msg), nil
	case messageRead:
		return h.onOpened(msg), nil
	case answered:
		return h.onAsked(msg)
	case searchDue:
		if msg.value == h.search.Value() {
			return h.refilter()
		}
		return nil, nil
	case tea.PasteMsg:
		switch {
		case h.saving != nil:
			return nil, h.saving.name.Update(msg)
		case h.searching:
			return nil, h.typed(msg)
		}
		return page.PastedNowhere(msg), nil
	case tea.KeyPressMsg:
		switch {
		case h.saving != nil:
			return h.inSaving(msg)
		case h.opened != nil:
			return h.inOpened(msg)
		case h.searching:
			return h.inSearch(msg)
		}
		return h.inList(msg)
	}
	return nil, nil
}

// inList takes a key while the rows have the cursor.
func (h *Page) inList(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
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
		return h.refilter()
	case key.Matches(msg, b.Move):
		return nil, tea.Batch(h.move(msg), h.follow())
	}
	e, ok := h.rows.selected()
	if !ok {
		return nil, nil
	}
	if len(h.marked) > 0 {
		if in, cmd, done := h.onMarked(msg); done {
			return in, cmd
		}
	}
	if m, several := h.rows.mailings[e.ID]; several {
		return h.onMailing(m, msg)
	}
	switch {
	case key.Matches(msg, b.Mark):
		h.mark(e)
		return nil, tea.Batch(h.move(tea.KeyPressMsg{Code: tea.KeyDown}), h.follow())
	case key.Matches(msg, b.Export):
		if len(h.rows.found()) == 0 {
			return page.Warn("no message has these words; mark those to export"), nil
		}
		h.export(h.selects())
		return nil, nil
	case key.Matches(msg, b.Open):
		h.toShow = e.ID
		return nil, h.readWanted()
	}
	return h.onMessage(msg, e)
}

// onMessage takes the keys of one message, in the list and opened.
func (h *Page) onMessage(msg tea.KeyPressMsg, e outbox.Entry) (page.Intent, tea.Cmd) {
	switch b := h.bindings; {
	case key.Matches(msg, b.Ask):
		return h.ask(e)
	case key.Matches(msg, b.Again):
		return h.again(e)
	case key.Matches(msg, b.CopyID):
		return page.CopyID(e.MessageID), nil
	case waits(e):
		return h.onWaiting(msg, e), nil
	}
	return nil, nil
}

// again asks for a message once more, if that makes sense.
func (h *Page) again(e outbox.Entry) (page.Intent, tea.Cmd) {
	if no := notAgain(e); no != nil {
		return no, nil
	}
	return SendAgain{e}, nil
}

// notAgain says why a message cannot be sent again: it is yet to leave, or came in; nil if it can.
func notAgain(e outbox.Entry) page.Intent {
	switch {
	case e.State == outbox.Queued || e.State == outbox.Sending || waits(e):
		return page.Warn(words.Message(e, nil))
	case e.Direction == outbox.In:
		return page.Warn(words.CameIn(e))
	}
	return nil
}

// Keys are what works on the list, in the search or on the message that is shown.
func (h *Page) Keys(*draft.Form) []key.Binding {
	b := h.bindings
	leave := h.global.Back
	switch {
	case h.saving != nil:
		return h.savingKeys()
	case h.opened != nil:
		return h.openedKeys()
	}
	e, some := h.rows.selected()
	several := h.isMailing(e)
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
	b.Again.SetEnabled(some && e.Direction != outbox.In && !waits(e))
	b.CopyID.SetEnabled(some && e.MessageID != "")
	b.Mark.SetEnabled(some)
	b.Export.SetEnabled(some)
	b.State.SetEnabled(len(h.counts) > 1)
	switch {
	case len(h.marked) > 0:
		return h.markedKeys(b, leave)
	case several:
		b.Open.SetHelp(b.Open.Help().Key, "open all of them")
		return []key.Binding{b.Open, b.Export, b.Search, b.State, leave, b.Move}
	case h.search.Value() != "" || h.state != "":
		leave.SetHelp(leave.Help().Key, "clear filter")
	case h.mailing != 0:
		leave.SetHelp(leave.Help().Key, "all messages")
	}
	if some && waits(e) {
		return []key.Binding{b.Open, b.Cancel, b.Time, b.Now, b.Search, b.State, leave, b.Mark, b.Export, b.Move}
	}
	return []key.Binding{b.Open, b.Again, b.Ask, b.Mark, b.Search, b.State, leave, b.CopyID, b.Export, b.Move}
}
