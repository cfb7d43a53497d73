package history

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/widget"
)

// numbered is a store of n messages.
type numbered struct {
	n       int64
	version int64
	fails   error

	changed  map[int64]outbox.Entry // since they were listed
	mailings map[int64]outbox.Mailing
	asked    []outbox.Filter
	reread   []int64             // what was asked for by id
	holds    func(id int64) bool // which have what is searched for; nil: all
	tick     func()              // is called for each that a search looks at; nil is nothing
	words    map[int64]string    // texts other than "Hi"
	handed   int                 // how many were only handed over
	names    map[string]string   // of contacts
	named    int                 // how often they were asked for
}

func (s *numbered) entry(id int64) outbox.Entry {
	return outbox.Entry{ID: id, State: outbox.Delivered, Direction: "out", Message: messaging.Message{From: "+19195550100", To: []string{"+19195551212"}, Text: cmp.Or(s.words[id], "Hi")}}
}

func (s *numbered) Look(_ context.Context, f outbox.Filter, enough func() bool) (outbox.Page, error) {
	s.asked = append(s.asked, f)
	var p outbox.Page
	from, to, step := s.n, int64(1), int64(-1)
	if f.Before > 0 {
		from = f.Before - 1
	}
	if f.After > 0 || f.Oldest {
		from, to, step = f.After+1, s.n, +1
	}
	for id := from; (to-id)*step >= 0; id += step {
		p.Reached = id
		if s.holds == nil || f.Search == "" || s.holds(id) {
			p.Entries = append(p.Entries, s.entry(id))
		}
		if len(p.Entries) == f.Limit {
			break
		}
		if s.tick != nil && f.Search != "" {
			s.tick()
		}
		if id != to && enough != nil && enough() {
			p.Back = time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)
			break
		}
	}
	p.End = len(p.Entries) < f.Limit && p.Back.IsZero()
	if step > 0 {
		slices.Reverse(p.Entries)
	}
	return p, nil
}

func (s *numbered) Entries(_ context.Context, ids []int64) ([]outbox.Entry, error) {
	s.reread = append(s.reread, ids...)
	var found []outbox.Entry
	for _, id := range ids {
		found = append(found, s.entry(id))
	}
	return found, nil
}

func (s *numbered) Version(context.Context) (int64, error) { return s.version, s.fails }

func (s *numbered) Detail(_ context.Context, id int64) (outbox.Detail, error) {
	if e, there := s.changed[id]; there {
		return outbox.Detail{Entry: e}, nil
	}
	return outbox.Detail{Entry: s.entry(id)}, nil
}

func (s *numbered) Counts(context.Context) (map[outbox.State]int, error) {
	return map[outbox.State]int{outbox.Delivered: int(s.n)}, nil
}

func (s *numbered) HandedOver(context.Context) (int, error) { return s.handed, nil }

func (s *numbered) Mailings(_ context.Context, ids []int64) (map[int64]outbox.Mailing, error) {
	found := map[int64]outbox.Mailing{}
	for _, id := range ids {
		if m, there := s.mailings[id]; there {
			found[id] = m
		}
	}
	return found, nil
}

func (s *numbered) ContactNames(context.Context, []string) (map[string]string, error) {
	s.named++
	return s.names, nil
}

func (s *numbered) Check(context.Context, outbox.Lister, int64) (outbox.Finding, error) {
	return outbox.Finding{}, nil
}

// shown is the page over a store, with its newest rows read.
func shown(t *testing.T, s Store) *Page {
	t.Helper()
	h := New(t.Context(), func() Store { return s }, func() API { return API{} }, keys.New(), time.Now)
	h.Resize(70, 20) // without a message beside the list
	h.front = true
	give(t, h, h.load(loadNewest)())
	return h
}

// give is the console's loop without its clocks: m, and what comes of reading after it.
func give(t *testing.T, h *Page, m tea.Msg) page.Intent {
	t.Helper()
	in, cmd := h.Update(m, nil)
	if cmd == nil {
		return in
	}
	for _, next := range messages(cmd) {
		in = give(t, h, next)
	}
	return in
}

// messages are what comes of a command, or of several.
func messages(cmd tea.Cmd) (all []tea.Msg) {
	switch next := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range next {
			all = append(all, messages(c)...)
		}
	default:
		all = append(all, next)
	}
	return all
}

func press(code rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: code} }

func screen(h *Page) string { return strings.Join(h.View(nil, widget.Theme{}).Lines, "\n") }

// TestRowsKept: whatever the history holds, some of its rows are in memory, and each is
// reached by key, there and back.
func TestRowsKept(t *testing.T) {
	const n = 3 * rowsKept
	h := shown(t, &numbered{n: n})
	kept := 0
	walk := func(key rune, first, step int64) {
		t.Helper()
		for id := first; id >= 1 && id <= n; id += step {
			if e, _ := h.rows.selected(); e.ID != id {
				t.Fatalf("got row %d selected, want %d", e.ID, id)
			}
			kept = max(kept, len(h.rows.entries))
			give(t, h, press(key))
		}
	}
	walk(tea.KeyDown, n, -1)
	walk(tea.KeyUp, 1, +1)
	if kept > rowsKept || kept < h.atOnce() {
		t.Errorf("got %d rows kept at once, want %d at most", kept, rowsKept)
	}
	give(t, h, press(tea.KeyEnd))
	if e, _ := h.rows.selected(); e.ID != 1 {
		t.Errorf("end: got row %d, want the oldest", e.ID)
	}
	give(t, h, press(tea.KeyHome))
	if e, _ := h.rows.selected(); e.ID != n {
		t.Errorf("home: got row %d, want the newest", e.ID)
	}
}

// TestClosedMessageStaysClosed: an answer that comes after esc opens nothing.
func TestClosedMessageStaysClosed(t *testing.T) {
	h := shown(t, &numbered{n: 2})
	_, read := h.Update(press(tea.KeyEnter), nil)
	late := read()
	give(t, h, late)
	if h.opened == nil {
		t.Fatal("got no message shown after enter")
	}
	give(t, h, press(tea.KeyEscape))
	give(t, h, late)
	if h.opened != nil || !strings.Contains(screen(h), "Search") {
		t.Errorf("got a message shown again after esc:\n%s", screen(h))
	}
}

// TestReadAgainAfterFailure: what could not be read is said, and read by itself at the
// next look.
func TestReadAgainAfterFailure(t *testing.T) {
	s := &numbered{n: 2, version: 1}
	h := shown(t, s)
	s.fails = errors.New("the disk failed\x1b[2J")
	in := give(t, h, h.load(loadAnew)())
	here, _ := in.(page.Here)
	if tell, ok := here.Intent.(page.Tell); !ok || tell.Status.Kind != page.StatusFailed || !strings.Contains(tell.Status.Text, "the disk failed") || strings.Contains(tell.Status.Text, "\x1b") {
		t.Errorf("got %+v told, want the clean reason", in)
	}
	s.fails = nil
	cmd := h.onVersion(h.glance(due{h.visit})().(versionRead))
	if cmd == nil {
		t.Fatal("got no second reading")
	}
	again, ok := cmd().(tea.BatchMsg)
	if !ok {
		t.Fatal("got the clock alone, want a reading beside it")
	}
	give(t, h, again[0]())
	if h.failed != "" || len(h.rows.entries) != 2 {
		t.Errorf("got %q and %d rows, want it read again", h.failed, len(h.rows.entries))
	}
}

// TestLooksWhenTold: where changes are told of, the page looks a second after one, now and
// then without, and not any more once it is left.
func TestLooksWhenTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := shown(t, &numbered{n: 1})
		changes := make(chan struct{}, 1)
		h.Watch(changes)
		began := time.Now()
		looked := func() (after time.Duration, again bool) {
			h.Begin()
			began = time.Now()
			cmd := h.lookLater()
			msg := cmd()
			return time.Since(began), msg == tea.Msg(due{h.visit})
		}
		changes <- struct{}{}
		if after, again := looked(); !again || after != lookEvery {
			t.Errorf("got a look after %v (%v), want it a second after the change", after, again)
		}
		if after, again := looked(); !again || after != lookSeldom {
			t.Errorf("got a look after %v (%v) without a change, want it after %v", after, again, lookSeldom)
		}
		h.Begin()
		cmd := h.lookLater()
		time.AfterFunc(time.Second, func() { h.Leave(nil) })
		if msg := cmd(); msg != nil {
			t.Errorf("got %v of a page that was left, want nothing", msg)
		}
		synctest.Wait() // until it has been left
		close(changes)  // nobody tells of changes any more
		if after, again := looked(); !again || after != lookEvery {
			t.Errorf("got a look after %v (%v) once nobody tells, want one a second", after, again)
		}
	})
}

// TestLooksAgainAtWhatItCouldNotTake: a change that is seen while the rows are being read
// is looked for once more, told of or not.
func TestLooksAgainAtWhatItCouldNotTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, msg := range map[string]func(h *Page) versionRead{
			"loading":   func(h *Page) versionRead { h.reading.loading = true; return versionRead{visit: h.visit, version: 99} },
			"a failure": func(h *Page) versionRead { return versionRead{visit: h.visit, err: errors.New("busy")} },
		} {
			h := shown(t, &numbered{n: 1})
			h.Watch(make(chan struct{}))
			_, cmd := h.Update(msg(h), nil)
			began := time.Now()
			if got := cmd(); got != tea.Msg(due{h.visit}) || time.Since(began) != lookEvery {
				t.Errorf("%s: got %v after %v, want a look after a second", name, got, time.Since(began))
			}
		}
	})
}
