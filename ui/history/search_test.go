package history

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/ui/page"

	tea "charm.land/bubbletea/v2"
)

// searched types into the search and begins it.
func searched(h *Page, typed string) tea.Cmd {
	h.search.Set(typed)
	_, cmd := h.Update(searchDue{typed}, nil)
	return cmd
}

// clocked gives a page a clock that goes on by step with each message that a search looks at.
func clocked(h *Page, s *numbered, step time.Duration) {
	at := time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	h.now = func() time.Time { return at }
	s.tick = func() { at = at.Add(step) }
}

// TestSearchInParts: what is found within 40 ms is shown, with how far back it was looked;
// the rest is looked for in the background, and added to it.
func TestSearchInParts(t *testing.T) {
	s := &numbered{n: 1000}
	h := shown(t, s)
	s.holds = func(id int64) bool { return id == 990 || id == 100 }
	clocked(h, s, time.Millisecond)
	cmd := searched(h, "order")
	first := messages(cmd)
	if len(first) != 1 {
		t.Fatalf("got %d answers, want the first part alone", len(first))
	}
	_, rest := h.Update(first[0], nil)
	if got := first[0].(listed).page; got.Reached != 961 || len(got.Entries) != 1 {
		t.Errorf("got %d reached with %d found, want 40 messages looked at in 40 ms", got.Reached, len(got.Entries))
	}
	if got := screen(h); !strings.Contains(got, "searched back to Sun 3 May") || h.Selected() != 990 {
		t.Errorf("got\n%s\nwant row 990 and how far back was looked", got)
	}
	parts := 0
	for todo := messages(rest); len(todo) > 0; {
		m := todo[0]
		todo = todo[1:]
		if l, ok := m.(listed); ok {
			parts++
			if l.page.Reached > 711 && !l.page.End {
				t.Errorf("got %d reached in the background, want 250 ms of it", l.page.Reached)
			}
		}
		if _, cmd := h.Update(m, nil); cmd != nil {
			todo = append(todo, messages(cmd)...)
		}
	}
	if got := idsOf(h.rows.found()); !slices.Equal(got, []int64{990, 100}) || parts != 4 {
		t.Errorf("got rows %v in %d parts, want both in 4", got, parts)
	}
	if got := screen(h); strings.Contains(got, "searched back") || !h.rows.atOldest || h.reading.loading {
		t.Errorf("got\n%s\nwant nothing of how far when it is done", got)
	}
}

// TestNothingFoundSoFar: an empty list says how far back was looked, and in the end that
// there is nothing.
func TestNothingFoundSoFar(t *testing.T) {
	s := &numbered{n: 300, holds: func(int64) bool { return false }}
	h := shown(t, s)
	clocked(h, s, time.Millisecond)
	cmd := searched(h, "order")
	_, rest := h.Update(messages(cmd)[0], nil)
	if got := screen(h); !strings.Contains(got, "Nothing found so far: searched back to Sun 3 May.") {
		t.Errorf("got\n%s", got)
	}
	for _, m := range messages(rest) {
		give(t, h, m)
	}
	if got := screen(h); !strings.Contains(got, "No matching messages: “order”.") {
		t.Errorf("got\n%s", got)
	}
}

// TestTypingSaysNothingOfWhatIsThere: until the search begins nobody knows what it finds.
func TestTypingSaysNothingOfWhatIsThere(t *testing.T) {
	h := shown(t, &numbered{n: 9, holds: func(int64) bool { return false }})
	for _, m := range messages(searched(h, "order")) {
		give(t, h, m)
	}
	h.Update(letter('/'), nil)
	h.Update(letter('s'), nil)
	if got := screen(h); strings.Contains(got, "No matching messages") || !strings.Contains(got, "Reading.") {
		t.Errorf("got\n%s", got)
	}
	for _, m := range messages(searched(h, "orders")) {
		give(t, h, m)
	}
	if got := screen(h); !strings.Contains(got, "No matching messages: “orders”.") {
		t.Errorf("got\n%s", got)
	}
	h.search.Set("")
	if got := screen(h); !strings.Contains(got, "Search  words, a number, an id; since:yesterday") {
		t.Errorf("got\n%s\nwant a hint what can be searched for", got)
	}
}

// TestSearchIsGivenUp: another search, a key in it, and leaving end what is being looked
// for; an answer that comes all the same changes nothing.
func TestSearchIsGivenUp(t *testing.T) {
	for name, giveUp := range map[string]func(h *Page){
		"another search": func(h *Page) { searched(h, "else") },
		"a letter":       func(h *Page) { h.searching = true; h.search.Focus(); h.Update(letter('x'), nil) },
		"esc":            func(h *Page) { h.Update(press(tea.KeyEscape), nil) },
		"leaving":        func(h *Page) { _, _ = h.Leave(nil) },
	} {
		s := &stopped{numbered: &numbered{n: 300}}
		h := shown(t, s)
		cmd := searched(h, "order")
		s.asked = func() { giveUp(h) }
		late := messages(cmd)[0]
		if s.ctx.Err() == nil {
			t.Errorf("%s: the search goes on", name)
		}
		before := screen(h)
		if _, cmd := h.Update(late, nil); cmd != nil || screen(h) != before {
			t.Errorf("%s: a late answer changed the screen", name)
		}
	}
}

// A stopped store does something while it searches for the first time.
type stopped struct {
	*numbered

	asked func()
	ctx   context.Context //nolint:containedctx // it is looked at
}

func (s *stopped) Look(ctx context.Context, f outbox.Filter, enough func() bool) (outbox.Page, error) {
	if asked := s.asked; f.Search != "" && asked != nil {
		s.asked, s.ctx = nil, ctx
		asked()
	}
	return s.numbered.Look(ctx, f, enough)
}

// TestSearchAnew: when something changed, the rows of a search are read again by their ids,
// and only what is newer is searched.
func TestSearchAnew(t *testing.T) {
	s := &numbered{n: 500, holds: func(id int64) bool { return id%100 == 0 }}
	h := shown(t, s)
	for _, m := range messages(searched(h, "order")) {
		give(t, h, m)
	}
	if got := idsOf(h.rows.found()); !slices.Equal(got, []int64{500, 400, 300, 200, 100}) {
		t.Fatalf("got rows %v", got)
	}
	give(t, h, letter('j'))
	s.n, s.asked, s.reread = 700, nil, nil
	for _, m := range messages(h.load(loadAnew)) {
		give(t, h, m)
	}
	if got := idsOf(h.rows.found()); !slices.Equal(got, []int64{700, 600, 500, 400, 300, 200, 100}) || h.Selected() != 400 {
		t.Errorf("got rows %v and %d selected, want the new ones before them", got, h.Selected())
	}
	for _, f := range s.asked {
		if f.Search != "" && f.After != 500 {
			t.Errorf("%+v was searched for, want only what is newer than 500", f)
		}
	}
	if !slices.Equal(s.reread, []int64{500, 400, 300, 200, 100}) {
		t.Errorf("got %v read again", s.reread)
	}
}

// TestSimilar: where few messages have the words, those follow that have words like them,
// under a word that says so; they are no part of what is exported.
func TestSimilar(t *testing.T) {
	s := &numbered{n: 9, words: map[int64]string{3: "Your corner table", 5: "crnr is exact", 7: "concert tonight"}}
	s.holds = func(id int64) bool { return id == 5 }
	h := shown(t, s)
	for _, m := range messages(searched(h, "crnr")) {
		give(t, h, m)
	}
	if got := idsOf(h.rows.entries); !slices.Equal(got, []int64{5, 3}) || h.rows.similar != 1 {
		t.Errorf("got rows %v, %d of them similar, want 5, and 3 after it", got, h.rows.similar)
	}
	got := screen(h)
	exact, word, like := strings.Index(got, "crnr is exact"), strings.Index(got, "with similar words"), strings.Index(got, "Your corner table")
	if exact < 0 || word < exact || like < word {
		t.Errorf("got\n%s\nwant the exact one, the word, the similar one", got)
	}
	give(t, h, press(tea.KeyEnd))
	if h.Selected() != 3 {
		t.Errorf("end: got row %d selected, want 3", h.Selected())
	}
	s.holds = func(int64) bool { return false }
	for _, m := range messages(searched(h, "cornr")) {
		give(t, h, m)
	}
	if tell, ok := give(t, h, letter('E')).(page.Tell); !ok || !strings.Contains(tell.Status.Text, "no message has these words") {
		t.Errorf("E: got %+v, want to be told that there is nothing to export", tell)
	}
}

// TestDays: a search takes days, and says where one is not understood.
func TestDays(t *testing.T) {
	s := &numbered{n: 9}
	h := shown(t, s)
	clocked(h, s, 0)
	for _, m := range messages(searched(h, "hi since:yesterday until:2026-05-19")) {
		give(t, h, m)
	}
	day := func(d int) time.Time { return time.Date(2026, 5, d, 0, 0, 0, 0, time.UTC) }
	i := slices.IndexFunc(s.asked, func(f outbox.Filter) bool { return f.Search != "" })
	if f := s.asked[i]; f.Search != "hi" || !f.Since.Equal(day(19)) || !f.Until.Equal(day(20)) || f.Folded {
		t.Errorf("got %+v asked", f)
	}
	s.asked = nil
	for _, m := range messages(searched(h, "on:today")) {
		give(t, h, m)
	}
	if f := s.asked[0]; f.Search != "" || !f.Since.Equal(day(20)) || !f.Folded {
		t.Errorf("got %+v asked, want what was made together as one row", f)
	}
	if cmd := searched(h, "hi since:never"); cmd != nil || !strings.Contains(screen(h), "since:never is not understood: write a day such as today") || h.Selected() != 0 {
		t.Errorf("got\n%s\nwant to be told, and no rows", screen(h))
	}
}

// TestSaveAs: the name of the file is asked for, with one that is offered; a file that is
// there is written over only after a question.
func TestSaveAs(t *testing.T) {
	t.Chdir(t.TempDir())
	s := &numbered{n: 3}
	h := shown(t, s)
	clocked(h, s, 0)
	give(t, h, letter('E'))
	if got := screen(h); !strings.Contains(got, "Save as telex-20260520-120000.csv") || !h.Typing() {
		t.Errorf("got\n%s\nwant the name asked for", got)
	}
	give(t, h, press(tea.KeyEscape))
	if h.Typing() || len(readDir(t)) != 0 {
		t.Errorf("got %v written after esc, want nothing", readDir(t))
	}
	named := func() page.Intent {
		give(t, h, letter('E'))
		h.saving.name.Set("mine.csv")
		_, cmd := h.Update(press(tea.KeyEnter), nil)
		return give(t, h, cmd())
	}
	if tell, ok := named().(page.Tell); !ok || !strings.Contains(tell.Status.Text, "3 messages written to ") || !strings.Contains(tell.Status.Text, "mine.csv") {
		t.Errorf("got %+v, want where it is", tell)
	}
	if err := os.WriteFile("mine.csv", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	ask, ok := named().(page.Ask)
	if !ok || ask.Dialog.Yes != "replace" {
		t.Fatalf("got %+v, want a question", ask)
	}
	if b, _ := os.ReadFile("mine.csv"); string(b) != "mine" {
		t.Errorf("got %q before the answer, want it left alone", b)
	}
	if in := give(t, h, ask.Dialog.Act()()); !strings.Contains(in.(page.Tell).Status.Text, "3 messages written") || len(readCSV(t, "mine.csv")) != 4 {
		t.Errorf("got %+v, want it replaced", in)
	}
	if got := readDir(t); !slices.Equal(got, []string{"mine.csv"}) {
		t.Errorf("got %v, want one file", got)
	}
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"no/such/folder.csv", "folder", os.DevNull} { // none of them is asked about
		give(t, h, letter('E'))
		h.saving.name.Set(name)
		_, cmd := h.Update(press(tea.KeyEnter), nil)
		if tell, ok := give(t, h, cmd()).(page.Tell); !ok || tell.Status.Kind != page.StatusFailed {
			t.Errorf("%s: got %+v, want it said that it failed", name, tell)
		}
	}
}

func readDir(t *testing.T) (names []string) {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

// TestBackToTheMailing: esc leads from the messages of a mailing to where it stands,
// however far down that is.
func TestBackToTheMailing(t *testing.T) {
	s := &numbered{n: 500, mailings: map[int64]outbox.Mailing{300: {Last: 300, Size: 2, States: map[outbox.State]int{outbox.Delivered: 2}}}}
	h := shown(t, s)
	for h.Selected() > 300 {
		give(t, h, letter('j'))
	}
	sight := h.InSight()
	give(t, h, press(tea.KeyEnter))
	if h.mailing != 300 {
		t.Fatalf("got mailing %d opened", h.mailing)
	}
	give(t, h, letter('j'))
	give(t, h, press(tea.KeyEscape))
	if got := h.InSight(); h.Selected() != 300 || !slices.Equal(got, sight) {
		t.Errorf("got row %d selected among %v, want 300 among %v", h.Selected(), got, sight)
	}
}

// TestResized: a screen that became higher is filled.
func TestResized(t *testing.T) {
	h := shown(t, &numbered{n: 500})
	if n := len(h.rows.entries); n != h.listRows() {
		t.Errorf("got %d rows read, want a screen of %d", n, h.listRows())
	}
	h.Resize(70, 50)
	for _, m := range messages(h.Resized()) {
		give(t, h, m)
	}
	if n := len(h.InSight()); n != h.listRows() {
		t.Errorf("got %d rows in sight, want %d", n, h.listRows())
	}
}

// TestHandedOverIsNotDelivered: an MMS of which nobody knows that it arrived does not count
// among those that did.
func TestHandedOverIsNotDelivered(t *testing.T) {
	h := shown(t, &numbered{n: 9, handed: 2})
	if got := screen(h); !strings.Contains(got, "[all 9]  ✓ delivered 7 (● handed over 2)") {
		t.Errorf("got\n%s", got)
	}
	give(t, h, press(tea.KeyRight))
	if got := screen(h); !strings.Contains(got, "[✓ delivered 7, ● handed over 2]") {
		t.Errorf("got\n%s", got)
	}
}

// TestStatesInWords: states that share a sign are told apart by words, where there is room.
func TestStatesInWords(t *testing.T) {
	h := shown(t, &numbered{n: 9})
	h.counts, h.handed = map[outbox.State]int{outbox.Accepted: 3, outbox.Sent: 1, outbox.Delivered: 5, outbox.Failed: 2}, 4
	if got := screen(h); !strings.Contains(got, "[all 11]  ● accepted 3  ● sent 1  ✓ 1 (● handed over 4)  ✗ 2") {
		t.Errorf("got\n%s", got)
	}
	h.Resize(40, 12)
	if got := screen(h); !strings.Contains(got, "[all 11]  ● 3  ● 1  ✗ 2  …") {
		t.Errorf("in 40 columns got\n%s", got)
	}
}
