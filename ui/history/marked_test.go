package history

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/page"
)

func letter(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Text: string(r)} }

var space = tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}

// TestMarked: what is marked is acted on together; esc takes the marks away before it
// leaves.
func TestMarked(t *testing.T) {
	h := shown(t, &numbered{n: 5})
	give(t, h, space)
	give(t, h, letter('j')) // over 4
	give(t, h, space)
	if got := strings.Count(screen(h), "* "); got != 2 {
		t.Errorf("got %d marks, want 2:\n%s", got, screen(h))
	}
	all, ok := give(t, h, letter('s')).(SendAllAgain)
	if !ok || len(all.Entries) != 2 || all.Entries[0].ID != 3 || all.Entries[1].ID != 5 {
		t.Errorf("got %+v asked for, want messages 3 and 5", all)
	}
	give(t, h, letter('k'))
	give(t, h, space) // 3 again
	if len(h.marked) != 1 {
		t.Errorf("got %d marked, want a second space to unmark", len(h.marked))
	}
	if in := give(t, h, press(tea.KeyEscape)); in != nil || len(h.marked) != 0 {
		t.Errorf("got %v and %d marked, want esc to unmark first", in, len(h.marked))
	}
	if in := give(t, h, press(tea.KeyEscape)); in != (page.Back{}) {
		t.Errorf("got %v, want the second esc to leave", in)
	}
}

// TestMarkedElsewhere: what is pressed while the cursor stands on another message is about the
// marked one, is said to be, and that is sent again as one that is not marked is.
func TestMarkedElsewhere(t *testing.T) {
	const said = "s r E: * and not this one"
	h := shown(t, &numbered{n: 5})
	h.Resize(80, 20)
	if give(t, h, space); !strings.Contains(screen(h), said) { // which goes on to 4
		t.Errorf("got no %q:\n%s", said, screen(h))
	}
	if again, ok := give(t, h, letter('s')).(SendAgain); !ok || again.Entry.ID != 5 {
		t.Errorf("got %+v asked for, want the marked message 5", again)
	}
	h.rows.mailings[4] = outbox.Mailing{Last: 4, Size: 7}
	if again, ok := give(t, h, letter('s')).(SendAgain); !ok || again.Entry.ID != 5 {
		t.Errorf("on a row of seven: got %+v asked for, want the marked message 5", again)
	}
	if give(t, h, letter('k')); strings.Contains(screen(h), said) {
		t.Errorf("got %q where the marked message is shown:\n%s", said, screen(h))
	}
}

// TestMarksGoWithTheirList: what a filter hides takes no key, and it is said that it is not
// marked any more.
func TestMarksGoWithTheirList(t *testing.T) {
	for name, other := range map[string]func(h *Page) tea.Msg{
		"another state": func(h *Page) tea.Msg {
			h.counts = map[outbox.State]int{outbox.Delivered: 4, outbox.Unknown: 1}
			return press(tea.KeyLeft)
		},
		"a search": func(h *Page) tea.Msg {
			h.search.Set("text")
			return searchDue{"text"}
		},
	} {
		h := shown(t, &numbered{n: 5})
		give(t, h, space)
		give(t, h, space)
		in, cmd := h.Update(other(h), nil)
		for _, m := range messages(cmd) {
			give(t, h, m)
		}
		tell, ok := in.(page.Tell)
		if !ok || tell.Status.Text != "unmarked 2 messages: this is another list" {
			t.Errorf("%s: got %+v told", name, tell)
		}
		if all, ok := give(t, h, letter('s')).(SendAllAgain); ok {
			t.Errorf("%s: s is about %+v, which are marked no more", name, all)
		}
		if got := screen(h); strings.Contains(got, "* ") {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

// TestMarkedOtherwise: messages that cannot go out again together are not sent, and it is
// said why.
func TestMarkedOtherwise(t *testing.T) {
	one := func(change func(e *outbox.Entry)) outbox.Entry {
		e := (&numbered{}).entry(2)
		change(&e)
		return e
	}
	for want, e := range map[string]outbox.Entry{
		"do not say the same":    one(func(e *outbox.Entry) { e.Message.Text = "other" }),
		"group message":          one(func(e *outbox.Entry) { e.Message.To = []string{"+1", "+2"} }),
		"may have arrived":       one(func(e *outbox.Entry) { e.State = outbox.Unknown }),
		"waits for its turn":     one(func(e *outbox.Entry) { e.State = outbox.Queued }),
		"message 2 is scheduled": one(func(e *outbox.Entry) { e.State = outbox.Scheduled }),
		"message 2 is missed":    one(func(e *outbox.Entry) { e.State = outbox.Missed }),
		"different numbers":      one(func(e *outbox.Entry) { e.Message.From = "+19195550199" }),
		"from different":         one(func(e *outbox.Entry) { e.By.AccountID = "another" }),
		"same":                   one(func(e *outbox.Entry) { e.Message.Media = []string{"https://x"} }),
	} {
		h := shown(t, &numbered{n: 5})
		h.mark((&numbered{}).entry(1))
		h.mark(e)
		tell, ok := sendTogether(h.allMarked()).(page.Tell)
		if !ok || !strings.Contains(tell.Status.Text, want) {
			t.Errorf("got %+v, want a reason that says %q", tell, want)
		}
	}
}

// TestExport: all messages that the filter selects, or those that are marked, are in a
// file of the user's own; no cell is a formula, and no file is written over.
func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	const n = exportPage + 7
	s := &numbered{n: n}
	h := shown(t, s)
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	h.now = func() time.Time { return clock }
	done := func() page.Status {
		t.Helper()
		give(t, h, letter('E'))
		_, cmd := h.Update(press(tea.KeyEnter), nil)
		tell, ok := give(t, h, cmd()).(page.Tell)
		if !ok {
			t.Fatal("got nothing told of the export")
		}
		return tell.Status
	}
	if s := done(); s.Kind != page.StatusDone || !strings.Contains(s.Text, "1007 messages written to ") {
		t.Errorf("got %+v, want where it is", s)
	}
	rows := readCSV(t, "telex-20260102-030405.csv")
	if len(rows) != n+1 || rows[1][0] != "1007" || rows[n][0] != "1" {
		t.Errorf("got %d rows, want all of them, newest first", len(rows))
	}
	if info, err := os.Stat("telex-20260102-030405.csv"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file of the user's own", info.Mode(), err)
	}
	clock = clock.Add(time.Second)
	e := (&numbered{}).entry(7)
	h.mark(e)
	e.Message.Text, e.Message.Tag = " =1+1\nand, \"so\" on", "|cmd" // as it is by now
	e.Message.From, e.Message.To = "=2+2", []string{"+19195551212", "@sum"}
	s.changed = map[int64]outbox.Entry{7: e}
	if s := done(); !strings.Contains(s.Text, "1 message written") {
		t.Errorf("got %+v, want the marked one", s)
	}
	got := readCSV(t, "telex-20260102-030406.csv")[1]
	want := []string{"7", "0001-01-01T00:00:00Z", "delivered", "'=2+2", "+19195551212 '@sum", "' =1+1\nand, \"so\" on", "'|cmd", "", "", "", ""}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestExportMended: the name of a file that could not be written, or is not to be replaced, is
// asked for again as it was typed.
func TestExportMended(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("there.csv", []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"no/such/folder/x.csv", "there.csv"} {
		h := shown(t, &numbered{n: 3})
		give(t, h, letter('E'))
		h.saving.name.Set(name)
		in := give(t, h, press(tea.KeyEnter))
		if h.saving == nil || h.saving.name.Value() != name || !h.Typing() {
			t.Fatalf("%s: after %+v it is not asked for again", name, in)
		}
		if ask, ok := in.(page.Ask); ok { // a yes ends that
			if give(t, h, ask.Dialog.Act()()); h.saving != nil {
				t.Errorf("%s: after a yes it is asked for again", name)
			}
		}
	}
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestCheckedTogether: what was found about each is counted, and a failure says how many
// were not asked about.
func TestCheckedTogether(t *testing.T) {
	h := shown(t, &numbered{n: 5})
	of := func(id int64, s outbox.State) outbox.Finding {
		e := (&numbered{}).entry(id)
		e.State = s
		return outbox.Finding{Entry: e}
	}
	tell, _ := h.onAllChecked(allChecked{findings: []outbox.Finding{of(1, outbox.Delivered), of(2, outbox.Failed), of(3, outbox.Delivered)}}).(page.Tell)
	if tell.Status.Text != "checked 3 messages: 2 delivered, 1 failed" {
		t.Errorf("got %q", tell.Status.Text)
	}
	tell, _ = h.onAllChecked(allChecked{findings: []outbox.Finding{of(1, outbox.Delivered)}, left: 4, err: messaging.ErrUnauthorized}).(page.Tell)
	if tell.Status.Kind != page.StatusFailed || !strings.Contains(tell.Status.Text, "4 not checked") {
		t.Errorf("got %+v, want how many are left", tell.Status)
	}
}

// TestMarkedAreReadAgain: a message that became unknown since it was marked is not sent
// again as one that failed.
func TestMarkedAreReadAgain(t *testing.T) {
	s := &numbered{n: 5}
	h := shown(t, s)
	give(t, h, space)
	give(t, h, space)
	e := s.entry(5)
	e.State = outbox.Unknown
	s.changed = map[int64]outbox.Entry{5: e}
	tell, ok := give(t, h, letter('s')).(page.Tell)
	if !ok || !strings.Contains(tell.Status.Text, "message 5 may have arrived") {
		t.Errorf("got %+v, want it judged as it is by now", tell)
	}
}
