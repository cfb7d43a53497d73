package history

import (
	"context"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/widget"
)

// rowsKept bounds how many rows are in memory, whatever the history holds.
const rowsKept = 400

// rows are those of the history around the selected one, newest first. The
// rest is read by key when the selection comes near an end.
type rows struct {
	entries  []outbox.Entry
	similar  int // how many of them, at the end, are not what was searched for, but like it
	list     widget.List
	atNewest bool // there is none before the first
	atOldest bool // there is none behind the last

	mailings map[int64]outbox.Mailing // those that a row stands for, by its id
	names    map[string]string        // of the people in them who are contacts, by their numbers
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

// found are the rows that are what was searched for.
func (w *rows) found() []outbox.Entry { return w.entries[:len(w.entries)-w.similar] }

// replace puts a row in the place of its older self.
func (w *rows) replace(e outbox.Entry) {
	if i := w.index(e.ID); i >= 0 {
		w.entries[i] = e
	}
}

func (w *rows) index(id int64) int {
	return slices.IndexFunc(w.entries, func(e outbox.Entry) bool { return e.ID == id })
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
		w.mailings, w.names = map[int64]outbox.Mailing{}, map[string]string{}
	}
	maps.Copy(w.mailings, msg.folds)
	maps.Copy(w.names, msg.names)
	at, _ := w.selected()
	switch msg.kind {
	case loadNewest:
		w.entries, w.similar, w.atNewest, w.atOldest = msg.page.Entries, 0, true, msg.page.End
		w.list.At, w.list.Top = 0, 0
	case loadOldest:
		w.entries, w.similar, w.atNewest, w.atOldest = msg.page.Entries, 0, msg.page.End, true
		w.list.N = len(w.entries)
		w.list.To(len(w.entries) - 1)
	case loadOlder:
		w.takeOlder(msg)
	case loadNewer:
		w.entries = append(slices.Clone(msg.page.Entries), w.entries...)
		w.atNewest = msg.page.End
		w.shift(len(msg.page.Entries))
		if len(w.entries) > rowsKept {
			w.entries, w.similar, w.atOldest = w.entries[:rowsKept], 0, false
		}
	case loadAnew:
		was := w.list
		w.entries, w.atOldest, w.atNewest = msg.page.Entries, msg.page.End, !msg.within
		w.similar = msg.similar
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

// takeOlder puts a page behind the last row that was found. Rows that are like what was
// searched for stay behind it, unless they turn out to be what was.
func (w *rows) takeOlder(msg listed) {
	at, _ := w.selected()
	behind := slices.DeleteFunc(slices.Clone(w.entries[len(w.entries)-w.similar:]), func(e outbox.Entry) bool {
		return slices.ContainsFunc(msg.page.Entries, func(found outbox.Entry) bool { return found.ID == e.ID })
	})
	w.entries = slices.Concat(w.found(), msg.page.Entries, behind)
	w.similar, w.atOldest = len(behind), msg.page.End
	if over := len(w.entries) - rowsKept; over > 0 {
		w.entries = slices.Clone(w.entries[over:])
		w.atNewest = false
		w.shift(-over)
	}
	w.list.N = len(w.entries)
	if i := w.index(at.ID); i >= 0 && i != w.list.At {
		w.shift(i - w.list.At)
	}
}

// namesOf are the names of the people in rows, in one question for all of them. Rows that stand
// for several name nobody.
func namesOf(ctx context.Context, store Store, entries []outbox.Entry, folds map[int64]outbox.Mailing) (map[string]string, error) {
	seen := map[string]bool{}
	for _, e := range entries {
		if _, several := folds[e.ID]; several {
			continue
		}
		who := e.Message.To
		if e.Direction == outbox.In {
			who = []string{e.Message.From}
		}
		for _, n := range who {
			seen[n] = true
		}
	}
	if len(seen) == 0 {
		return nil, nil
	}
	return store.ContactNames(ctx, slices.Sorted(maps.Keys(seen)))
}

// addSimilar puts rows behind those that were found.
func (w *rows) addSimilar(entries []outbox.Entry, names map[string]string) {
	maps.Copy(w.names, names)
	w.entries = w.found()
	have := len(w.entries)
	for _, e := range entries {
		if w.index(e.ID) < 0 && len(w.entries) < rowsKept {
			w.entries = append(w.entries, e)
		}
	}
	w.similar = len(w.entries) - have
	w.list.N = len(w.entries)
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
	switch ahead := h.atOnce(); {
	case !w.atOldest && w.list.At > len(w.entries)-ahead:
		return h.load(loadOlder)
	case !w.atNewest && w.list.At < ahead:
		return h.load(loadNewer)
	}
	return nil
}
