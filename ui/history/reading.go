package history

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
)

const (
	// firstWithin is how long a page is looked for before what was found is shown, and
	// goesOnWithin how long then, in the background, before it is said how far that came.
	firstWithin  = 40 * time.Millisecond
	goesOnWithin = 250 * time.Millisecond
)

// atOnce is how many rows of the history are read at once: a screen of them. That is also
// how near to the end of what is in memory more is read.
func (h *Page) atOnce() int { return h.listRows() }

// A loadKind is which rows are read.
type loadKind int

const (
	loadNewest loadKind = iota
	loadOldest
	loadOlder // those behind the last
	loadNewer // those before the first
	loadAnew  // those that are there, again
)

// A reading is what is being read of the rows.
type reading struct {
	loading bool
	load    int           // tells the answer that is waited for from earlier ones
	stop    func()        // ends the reading that is under way; nil before the first
	back    time.Time     // how far back was looked, while that goes on; zero otherwise
	top     int64         // the newest row there was when a search began
	filter  outbox.Filter // what is being looked for
}

// end ends what is being read, whose answer is not waited for any more.
func (r *reading) end() {
	if r.stop != nil {
		r.stop()
		r.stop = nil
	}
	r.load++
	r.loading, r.back = false, time.Time{}
}

// listed is a page of the history.
type listed struct {
	load    int
	kind    loadKind
	within  bool // there may be rows before the first
	page    outbox.Page
	similar int // how many of it, at the end, are like what was searched for
	top     int64
	version int64 // from before the page was read
	folds   map[int64]outbox.Mailing
	names   map[string]string // of the people in it
	err     error
}

// To is the page that reads.
func (listed) To() page.ID { return page.History }

// counted is how many messages there are of each state.
type counted struct {
	visit  int
	of     int64 // the mailing; 0 for all
	counts map[outbox.State]int
	handed int // of those that are delivered were only handed over
	err    error
}

// To is the page that counts.
func (counted) To() page.ID { return page.History }

// load reads rows. What was being read is given up.
func (h *Page) load(kind loadKind) tea.Cmd {
	if h.store() == nil {
		return nil
	}
	w := &h.rows
	if h.wanted().Wrong != "" { // which rows are wanted is not known
		h.reading.end()
		h.rows = rows{}
		h.rows.fit(h.listRows())
		return nil
	}
	if (h.reading.loading || h.whole()) && (kind == loadOlder || kind == loadNewer) {
		return nil // it comes anyway, or is there
	}
	f := h.selects()
	if f.Search != "" && kind == loadAnew && f.State == "" && w.atNewest {
		return h.lookAnew(f)
	}
	found := w.found()
	f.Limit = h.atOnce()
	within := firstWithin
	switch n := len(found); {
	case h.whole():
		f.Limit = rowsKept
	case kind == loadOldest:
		f.Oldest = true
	case kind == loadOlder && n > 0:
		f.Before = found[n-1].ID
	case kind == loadNewer && n > 0:
		f.After = found[0].ID
	case kind == loadAnew && n > 0 && w.atNewest && w.list.Top == 0:
		f.Limit = min(n+h.atOnce(), rowsKept) // room for those that are new, above what is in sight
	case kind == loadAnew && n > 0:
		f.Limit = max(n, h.atOnce())
		f.Before = found[0].ID + 1 // the same rows, so that nothing moves in sight
	case kind == loadNewest:
	}
	if kind == loadAnew || h.whole() {
		within = 0 // what is there stays until the whole is read
	}
	h.reading.end()
	h.reading.filter = f
	return h.look(kind, within)
}

// look looks for the rows of the filter that is being read, for so long; 0 is until all
// that are wanted are found.
func (h *Page) look(kind loadKind, within time.Duration) tea.Cmd {
	ctx, stop := context.WithCancel(h.ctx)
	r := &h.reading
	r.stop, r.loading = stop, true
	store, f, load, now := h.store(), r.filter, r.load, h.now
	return func() tea.Msg {
		defer stop()
		m := listed{load: load, kind: kind, within: f.Before > 0 || f.After > 0}
		if m.version, m.err = store.Version(ctx); m.err != nil { // first: what changes in between is seen by the next look
			return m
		}
		if kind == loadNewest && f.Search != "" {
			if m.top, m.err = newest(ctx, store); m.err != nil {
				return m
			}
		}
		began := now()
		m.page, m.err = store.Look(ctx, f, func() bool { return within > 0 && now().Sub(began) >= within })
		if m.err == nil && f.Folded {
			m.folds, m.err = store.Mailings(ctx, idsOf(m.page.Entries))
		}
		if m.err == nil {
			m.names, m.err = namesOf(ctx, store, m.page.Entries, m.folds)
		}
		return m
	}
}

// newest is the id of the newest message; 0 if there is none.
func newest(ctx context.Context, store Store) (id int64, err error) {
	p, err := store.Look(ctx, outbox.Filter{Limit: 1}, nil)
	for _, e := range p.Entries {
		id = e.ID
	}
	return id, err
}

// goOn looks on in the background where a look ended before it had all that was wanted;
// nil: it has.
func (h *Page) goOn(msg listed) tea.Cmd {
	r := &h.reading
	left := r.filter.Limit - len(msg.page.Entries)
	if msg.page.End || left <= 0 {
		r.loading, r.back = false, time.Time{}
		return nil
	}
	r.filter.Limit = left
	kind := loadOlder
	if r.filter.Oldest || r.filter.After > 0 {
		kind = loadNewer
		r.filter.Oldest, r.filter.After = false, msg.page.Reached
	} else {
		r.filter.Before = msg.page.Reached
		r.back = msg.page.Back
	}
	return h.look(kind, goesOnWithin)
}

func (h *Page) onListed(msg listed) (page.Intent, tea.Cmd) {
	if msg.load != h.reading.load {
		return nil, nil
	}
	if h.failed = ""; msg.err != nil {
		h.reading.end()
		h.version = -1 // the next look reads again
		h.failed = text.Clean(msg.err.Error())
		return page.Here{Intent: page.Failed(h.failed)}, nil
	}
	h.read = true
	if msg.top != 0 {
		h.reading.top = msg.top
	}
	if h.whole() {
		msg.page.Entries = urgentFirst(msg.page.Entries)
	}
	h.rows.take(msg)
	cmds := []tea.Cmd{h.goOn(msg)}
	if msg.kind != loadOlder && msg.kind != loadNewer {
		h.version = msg.version
		cmds = append(cmds, h.count())
	}
	cmds = append(cmds, h.lookForSimilar(msg.kind))
	h.refreshMarked(msg.page.Entries)
	h.rows.fit(h.listRows())
	h.layOutBeside() // it may stand for several now, or for itself again
	return nil, tea.Batch(append(cmds, h.follow())...)
}

// lookAnew reads the rows of a search again, and looks for those that are newer: a text
// does not change, so what had not the words has them not now.
func (h *Page) lookAnew(f outbox.Filter) tea.Cmd {
	h.reading.end()
	ctx, stop := context.WithCancel(h.ctx)
	h.reading.stop, h.reading.loading = stop, true
	store, load, w := h.store(), h.reading.load, &h.rows
	h.reading.filter = outbox.Filter{} // nothing of it is left to be looked for
	found, like, end := idsOf(w.found()), idsOf(w.entries[len(w.found()):]), w.atOldest
	f.After, f.Limit = h.reading.top, rowsKept
	return func() tea.Msg {
		defer stop()
		m := listed{load: load, kind: loadAnew}
		if m.version, m.err = store.Version(ctx); m.err != nil {
			return m
		}
		if m.top, m.err = newest(ctx, store); m.err != nil {
			return m
		}
		var newer outbox.Page
		if newer, m.err = store.Look(ctx, f, nil); m.err != nil {
			return m
		}
		for _, ids := range [][]int64{found, like} {
			entries, err := store.Entries(ctx, ids)
			if m.err = err; err != nil {
				return m
			}
			m.similar = len(entries)
			m.page.Entries = append(m.page.Entries, entries...)
		}
		m.page.Entries = append(newer.Entries, m.page.Entries...)
		m.page.End = end
		m.names, m.err = namesOf(ctx, store, m.page.Entries, nil)
		return m
	}
}

// count counts the states again.
func (h *Page) count() tea.Cmd {
	ctx, store, visit, of := h.ctx, h.store(), h.visit, h.mailing
	return func() tea.Msg {
		m := counted{visit: visit, of: of}
		if of != 0 {
			all, err := store.Mailings(ctx, []int64{of})
			m.counts, m.handed, m.err = all[of].States, all[of].HandedOver, err
			return m
		}
		if m.counts, m.err = store.Counts(ctx); m.err == nil && m.counts[outbox.Delivered] > 0 {
			m.handed, m.err = store.HandedOver(ctx)
		}
		return m
	}
}

func (h *Page) onCounted(msg counted) (page.Intent, tea.Cmd) {
	if msg.visit != h.visit || msg.of != h.mailing {
		return nil, nil
	}
	if msg.err != nil {
		return page.Here{Intent: page.Failed(text.Clean(msg.err.Error()))}, nil
	}
	h.counts, h.handed, h.countedOf = msg.counts, msg.handed, msg.of
	if was := h.whole(); msg.of != 0 {
		h.size = sum(msg.counts)
		if was && !h.whole() { // it grew, and is read in pages from now on
			return nil, h.load(loadNewest)
		}
	}
	return nil, nil
}
