package history

import (
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

const (
	// rowsAtOnce is how many rows of the history are read at once.
	rowsAtOnce = 100
	// rowsKept bounds how many are in memory, whatever the history holds.
	rowsKept = 400
	// rowsAhead is how near to the end of what is in memory more is read.
	rowsAhead = 30
)

// rows are those of the history around the selected one, newest first. The
// rest is read by key when the selection comes near an end.
type rows struct {
	entries  []outbox.Entry
	list     widget.List
	atNewest bool // there is none before the first
	atOldest bool // there is none behind the last
	loading  bool
	load     int // tells the answer that is waited for from earlier ones

	mailings  map[int64]outbox.Mailing // those that a row stands for, by its id
	wantedRow int64                    // the row that gets the cursor when it is read; 0 for none
}

// selected is the row with the cursor.
func (w *rows) selected() (outbox.Entry, bool) {
	if len(w.entries) == 0 {
		return outbox.Entry{}, false
	}
	return w.entries[min(w.list.At, len(w.entries)-1)], true
}

// Selected is the id of the message with the cursor; 0 for none.
func (h *Page) Selected() int64 {
	e, _ := h.rows.selected()
	return e.ID
}

// InSight are the ids of the messages that have a row on the screen, from the top.
func (h *Page) InSight() []int64 {
	var ids []int64
	from, to := h.rows.list.Visible()
	for _, e := range h.rows.entries[from:min(to, len(h.rows.entries))] {
		ids = append(ids, e.ID)
	}
	return ids
}

func (w *rows) fit(height int) { w.list.Resize(len(w.entries), height) }

// replace puts a row in the place of its older self.
func (w *rows) replace(e outbox.Entry) {
	if i := w.index(e.ID); i >= 0 {
		w.entries[i] = e
	}
}

func (w *rows) index(id int64) int {
	return slices.IndexFunc(w.entries, func(e outbox.Entry) bool { return e.ID == id })
}

// A loadKind is which rows are read.
type loadKind int

const (
	loadNewest loadKind = iota
	loadOldest
	loadOlder // those behind the last
	loadNewer // those before the first
	loadAnew  // those that are there, again
)

// listed is a page of the history.
type listed struct {
	load    int
	kind    loadKind
	limit   int
	within  bool // there may be rows before the first
	entries []outbox.Entry
	version int64 // from before the page was read
	counts  map[outbox.State]int
	folds   map[int64]outbox.Mailing
	err     error
}

// To is the page that reads.
func (listed) To() page.ID { return page.History }

// load reads rows. An answer that was waited for before is dropped.
func (h *Page) load(kind loadKind) tea.Cmd {
	store := h.store()
	if store == nil {
		return nil
	}
	w := &h.rows
	if w.loading && (kind == loadOlder || kind == loadNewer) {
		return nil // it comes anyway
	}
	w.loading = true
	w.load++
	f := h.selects()
	f.Limit = rowsAtOnce
	switch n := len(w.entries); {
	case kind == loadOldest:
		f.Oldest = true
	case kind == loadOlder && n > 0:
		f.Before = w.entries[n-1].ID
	case kind == loadNewer && n > 0:
		f.After = w.entries[0].ID
	case kind == loadAnew && n > 0 && w.atNewest && w.list.Top == 0:
		f.Limit = min(n+rowsAtOnce, rowsKept) // room for those that are new, above what is in sight
	case kind == loadAnew && n > 0:
		f.Limit = max(n, rowsAtOnce)
		f.Before = w.entries[0].ID + 1 // the same rows, so that nothing moves in sight
	case kind == loadNewest:
	}
	ctx, load := h.ctx, w.load
	return func() tea.Msg {
		m := listed{load: load, kind: kind, limit: f.Limit, within: f.Before > 0 || f.After > 0}
		if m.version, m.err = store.Version(ctx); m.err == nil { // first: what changes in between is seen by the next look
			m.entries, m.err = store.List(ctx, f)
		}
		if m.err == nil && f.Folded {
			m.folds, m.err = store.Mailings(ctx, idsOf(m.entries))
		}
		if m.err == nil && kind != loadOlder && kind != loadNewer {
			m.counts, m.err = store.Counts(ctx)
		}
		return m
	}
}

func (h *Page) onListed(msg listed) page.Intent {
	w := &h.rows
	if msg.load != w.load {
		return nil
	}
	w.loading = false
	if h.failed = ""; msg.err != nil {
		h.version = -1 // the next look reads again
		h.failed = text.Clean(msg.err.Error())
		return page.Failed(h.failed)
	}
	h.read = true
	if msg.counts != nil {
		h.version, h.counts = msg.version, msg.counts
	}
	w.take(msg)
	h.refreshMarked(msg.entries)
	w.fit(h.listRows())
	if i := w.index(w.wantedRow); i >= 0 {
		w.list.To(i)
	}
	w.wantedRow = 0
	h.layOutBeside() // it may stand for several now, or for itself again
	return nil
}

func idsOf(entries []outbox.Entry) []int64 {
	var ids []int64
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}

// take puts a page where it belongs, and keeps the selection on its message.
func (w *rows) take(msg listed) {
	if w.mailings == nil || msg.kind != loadOlder && msg.kind != loadNewer {
		w.mailings = map[int64]outbox.Mailing{}
	}
	maps.Copy(w.mailings, msg.folds)
	full := len(msg.entries) == msg.limit
	at, _ := w.selected()
	switch msg.kind {
	case loadNewest:
		w.entries, w.atNewest, w.atOldest = msg.entries, true, !full
		w.list.At, w.list.Top = 0, 0
	case loadOldest:
		w.entries, w.atNewest, w.atOldest = msg.entries, !full, true
		w.list.N = len(w.entries)
		w.list.To(len(w.entries) - 1)
	case loadOlder:
		w.entries = append(w.entries, msg.entries...)
		w.atOldest = !full
		if over := len(w.entries) - rowsKept; over > 0 {
			w.entries = slices.Clone(w.entries[over:])
			w.atNewest = false
			w.shift(-over)
		}
	case loadNewer:
		w.entries = append(slices.Clone(msg.entries), w.entries...)
		w.atNewest = !full
		w.shift(len(msg.entries))
		if len(w.entries) > rowsKept {
			w.entries, w.atOldest = w.entries[:rowsKept], false
		}
	case loadAnew:
		was := w.list
		w.entries, w.atOldest, w.atNewest = msg.entries, !full, !msg.within
		switch i := w.index(at.ID); {
		case i < 0: // it is gone: the cursor stays where it is
		case was.Top > 0:
			w.shift(i - was.At)
		default: // the top is in sight, and so is what comes in there
			w.list.At = i
		}
		w.list.N = len(w.entries)
	}
}

// shift moves selection and view together.
func (w *rows) shift(by int) {
	w.list.At += by
	w.list.Top += by
	w.list.N = len(w.entries)
}

// move selects another row, and reads on where the rows in memory end.
func (h *Page) move(msg tea.KeyPressMsg) tea.Cmd {
	w := &h.rows
	switch {
	case widget.ToFirst(msg) && !w.atNewest:
		return h.load(loadNewest)
	case widget.ToLast(msg) && !w.atOldest:
		return h.load(loadOldest)
	}
	w.list.Move(msg, h.bindings.Move)
	switch {
	case !w.atOldest && w.list.At > len(w.entries)-rowsAhead:
		return h.load(loadOlder)
	case !w.atNewest && w.list.At < rowsAhead:
		return h.load(loadNewer)
	}
	return nil
}
