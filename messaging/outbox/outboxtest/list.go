package outboxtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testPages goes through all rows in both directions, while others are added.
func (on *suite) testPages(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	const rows = 25
	for i := range rows {
		sample.Begun(t, o.Outbox, sample.SMS(fmt.Sprintf("text %d", i)))
	}
	var down, up []int64
	for f := (outbox.Filter{Limit: 10}); ; {
		page := sample.IDsIn(t, o.Outbox, f)
		if len(page) == 0 {
			break
		}
		down = append(down, page...)
		f.Before = page[len(page)-1]
		sample.Begun(t, o.Outbox, sample.SMS("another")) // what comes meanwhile is on no later page
	}
	for f := (outbox.Filter{Limit: 10, Oldest: true}); ; {
		page := sample.IDsIn(t, o.Outbox, f)
		if len(page) == 0 {
			break
		}
		up = append(page, up...)
		f.After = page[0]
	}
	for name, got := range map[string][]int64{"down": down, "up": up[3:]} {
		if len(got) != rows || got[0] != rows || got[rows-1] != 1 || !slices.IsSortedFunc(got, func(a, b int64) int { return int(b - a) }) {
			t.Errorf("%s: ids %v, want %d to 1, each once", name, got, rows)
		}
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Oldest: true, Limit: 3}); !slices.Equal(got, []int64{3, 2, 1}) {
		t.Errorf("the oldest three: %v, want 3, 2, 1", got)
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{After: 3, Before: 6}); !slices.Equal(got, []int64{5, 4}) {
		t.Errorf("between 3 and 6: %v, want 5, 4", got)
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{}); len(got) != rows+3 {
		t.Errorf("%d rows on the first page, want %d", len(got), rows+3)
	}
}

func (on *suite) testSearch(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	for _, m := range []messaging.Message{
		{Text: `Hello "World": 100% off_season \o/`, Tag: "Ticket-17"},     // 1
		{Text: "GRÜSSE aus Köln, 北京 and Ελλάδα 🎈", Tag: "x"},               // 2
		{To: []string{"+14155552671", "+442071838750"}, Text: "group"},     // 3
		{Text: "call 2071 or 555-2671", Tag: "1234567890"},                 // 4
		{Text: "NEAR AND OR NOT ^ * - + ( ) { } : a\x00b"},                 // 5
		{Text: "line\nbreak\ttab\u00a0wide end", From: "TELEX", Tag: "ab"}, // 6
		{Text: "strasse STRAẞE ſtop \u212a"},                               // 7
	} {
		m.ApplicationID = sample.Application
		if m.From == "" {
			m.From = sample.Sender
		}
		if m.To == nil {
			m.To = []string{"+19195551212"}
		}
		sample.Begun(t, o.Outbox, m)
	}
	sample.Must(t, o.Settle(t.Context(), 5, sample.Receipt("1589228074636lm4k2je7j7jklbn2", sample.SMS("")), nil))
	tests := map[string][]int64{
		"": {7, 6, 5, 4, 3, 2, 1}, " \t\n": {7, 6, 5, 4, 3, 2, 1},
		"hello": {1}, "ELLO": {1}, "world": {1}, `"World":`: {1}, "100%": {1}, "%": {1}, "off_season": {1}, `\o/`: {1}, `\`: {1}, `"`: {1},
		"h_llo": {}, "off%": {}, "ticket-17": {1},
		"grüsse": {2}, "ÜSSE": {2}, "köln,": {2}, "ö": {2}, "ÖL": {2}, "北": {2}, "北京": {2}, "ελλάδα": {2}, "ΛΛ": {2}, "🎈": {2}, "京北": {},
		"+14155552671": {3}, "4155552671": {3}, "52671": {3}, "2671": {4, 3}, "+44": {3}, "442071838750": {3}, "2071": {4, 3}, "26714": {},
		"+1415555267": {3}, "14155552672": {}, "555 2671": {4, 3}, "+19195551212": {7, 6, 5, 4, 2, 1}, sample.Sender: {7, 5, 4, 3, 2, 1}, "telex": {6},
		"1234567890": {7, 5, 4, 3, 2, 1}, "234567": {7, 5, 4, 3, 2, 1}, "6789012": {},
		"near": {5}, "AND": {5, 2}, "NEAR(": {}, "^": {5}, "*": {5}, "a b": {6, 5}, "- +": {5, 4, 1}, "( )": {5}, "a\x00b": {6, 5},
		"linebreak": {}, "break tab": {6}, "wide": {6}, "line wide break": {6}, "ab": {6}, "line line LINE": {6},
		"straße": {7}, "STRASSE": {7}, "straẞe": {7}, "Stop": {7}, "k": {7, 6, 2, 1},
		"1": {7, 6, 5, 4, 3, 2, 1}, "#1": {1}, "#9": {}, "1589228074636lm4k2je7j7jklbn2": {5}, "1589228074636LM4K2JE7J7JKLBN2": {}, "1589228074636": {},
		"xyz": {}, "q": {}, "qq": {}, "hello xyz": {}, "hello q": {}, "\xff": {}, "\ufffd": {}, "\x00": {7, 6, 5, 4, 3, 2, 1},
	}
	for search, want := range tests {
		if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: search}); !slices.Equal(got, want) {
			t.Errorf("search %q: %v, want %v", search, got, want)
		}
	}
	for _, long := range []string{strings.Repeat("hello ", 5000), strings.Repeat("long", 5000), strings.Repeat("\"*( ", 5000), strings.Repeat("a b c d ", 999)} {
		if _, err := o.List(t.Context(), outbox.Filter{Search: long}); err != nil {
			t.Errorf("search %.20q…: %v, want nil", long, err)
		}
	}
}

// testSearchIsComplete compares searches for pieces of what is there, and for what
// nearly is, with a look at every row.
func (on *suite) testSearchIsComplete(t *testing.T) {
	sample.Alone(t)
	o := on.opened(t, on.place(t), outbox.Options{})
	r := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // the same each time, on purpose
	letters := []rune("aabcÄäßẞ12345555 -.\"🎈")
	random := func(n int) string {
		s := make([]rune, n)
		for i := range s {
			s[i] = letters[r.IntN(len(letters))]
		}
		return string(s)
	}
	var rows []messaging.Message
	states := outbox.States()
	for i := range 120 {
		m := messaging.Message{From: "+1555" + random(3), Text: random(r.IntN(30)), Tag: random(r.IntN(8)), ApplicationID: sample.Application}
		for range 1 + r.IntN(2) {
			m.To = append(m.To, fmt.Sprintf("+1555%07d", 1000000+r.IntN(5000000)))
		}
		sample.Put(t, o.engine, sample.Begun(t, o.Outbox, m)[0], states[i%len(states)])
		rows = append(rows, m)
	}
	for range 300 {
		m := rows[r.IntN(len(rows))]
		source := []rune(strings.Join(append([]string{m.Text, m.From, m.Tag, random(9)}, m.To...), " "))
		from := r.IntN(len(source))
		search := string(source[from:min(from+1+r.IntN(14), len(source))])
		if r.IntN(3) == 0 {
			search += " " + random(1+r.IntN(3))
		}
		f := outbox.Filter{Search: search, Limit: 1000}
		if r.IntN(3) == 0 {
			f.State = states[r.IntN(len(states))]
		}
		if got, want := sample.IDsIn(t, o.Outbox, f), looked(rows, states, f); !slices.Equal(got, want) {
			t.Fatalf("search %q in state %q: %v, want %v", search, f.State, got, want)
		}
	}
}

// looked are the ids of the rows, the newest first, that hold all words, or the digits
// of those that may be a number, or are named by them.
func looked(rows []messaging.Message, states []outbox.State, f outbox.Filter) []int64 {
	ids := []int64{}
	lower := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ẞ", "ß") }
	for i, m := range slices.Backward(rows) {
		all := true
		numbers := append([]string{m.From}, m.To...)
		for _, t := range outbox.Terms(f.Search) {
			has := true
			for _, w := range t.Words {
				has = has && slices.ContainsFunc(append([]string{m.Text, m.Tag}, numbers...), func(p string) bool { return strings.Contains(lower(p), lower(w)) })
			}
			all = all && (has || t.Dialled != "" && slices.ContainsFunc(numbers, func(p string) bool { return strings.Contains(p, t.Dialled) }))
		}
		named := strings.TrimLeft(strings.TrimSpace(f.Search), "0") == fmt.Sprint(i+1)
		if (all || named) && (f.State == "" || f.State == states[i%len(states)]) {
			ids = append(ids, int64(i+1))
		}
	}
	return ids
}

// testSearchInStates looks at both ways to search in a state: through its rows
// where they are few, else through the index.
func (on *suite) testSearchInStates(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	for range 40 {
		sample.Begun(t, o.Outbox, sample.SMS("needle"), sample.SMS("hay"))
	}
	sample.Bare(t, o.engine, 5000, outbox.Failed, time.Time{})
	for id := int64(1); id <= 80; id++ {
		sample.Put(t, o.engine, id, []outbox.State{outbox.Failed, outbox.Failed, outbox.Rejected, outbox.Rejected, outbox.Rejected, outbox.Failed}[id%6])
	}
	for _, s := range []outbox.State{outbox.Failed, outbox.Rejected} {
		want := []int64{}
		for id := int64(79); id > 0; id -= 2 { // the odd ones are needles
			if sample.RowOf(t, o.Outbox, id).State == s {
				want = append(want, id)
			}
		}
		f := outbox.Filter{State: s, Search: "Needle"}
		if got := sample.IDsIn(t, o.Outbox, f); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
		f.Before, f.Limit = want[3], 3
		if got := sample.IDsIn(t, o.Outbox, f); !slices.Equal(got, want[4:7]) {
			t.Errorf("%s before %d: %v, want %v", s, f.Before, got, want[4:7])
		}
		f.Before, f.Oldest = 0, true
		if got := sample.IDsIn(t, o.Outbox, f); !slices.Equal(got, want[len(want)-3:]) {
			t.Errorf("the oldest %s: %v, want %v", s, got, want[len(want)-3:])
		}
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{State: outbox.Delivered, Search: "needle"}); len(got) != 0 {
		t.Errorf("delivered: %v, want none", got)
	}
	// One that is named is on the page that it belongs to.
	for before, want := range map[int64][]int64{0: {7}, 8: {7}, 7: {}} {
		if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: "#7", Before: before}); !slices.Equal(got, want) {
			t.Errorf("#7 before %d: %v, want %v", before, got, want)
		}
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: "#7", State: outbox.Delivered}); len(got) != 0 {
		t.Errorf("#7 among the delivered: %v, want none", got)
	}
}

func (on *suite) testFind(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	m := sample.SMS("Hi")
	a, b := sample.Begun(t, o.Outbox, m)[0], sample.Begun(t, o.Outbox, m)[0]
	sample.Must(t, o.Settle(t.Context(), a, sample.Receipt("api-A", m), nil))
	sample.Must(t, o.Settle(t.Context(), b, sample.Receipt("12345", m), nil))
	for name, want := range map[string]int64{"1": a, "2": b, "api-A": a, "12345": b} {
		if id, err := o.Find(t.Context(), name); err != nil || id != want {
			t.Errorf("Find(%q) = %d, %v, want %d", name, id, err, want)
		}
	}
	for _, name := range []string{"", "0", "-1", "3", "api-a", "api", "99999999999999999999"} {
		if id, err := o.Find(t.Context(), name); !errors.Is(err, outbox.ErrNotFound) || name != "" && !strings.Contains(err.Error(), name) {
			t.Errorf("Find(%q) = %d, %v, want ErrNotFound", name, id, err)
		}
	}
	if _, err := o.Detail(t.Context(), 3); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Detail(3) = %v, want ErrNotFound", err)
	}
}

// testVersion checks that whoever looks sees each change of another process, and
// none where nothing was changed.
func (on *suite) testVersion(t *testing.T) {
	path := on.place(t)
	o, other := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	last, err := other.Version(t.Context())
	sample.Must(t, err)
	changed := func(what string, want bool) {
		t.Helper()
		now, err := other.Version(t.Context())
		sample.Must(t, err)
		if (now > last) != want {
			t.Errorf("%s: version %d, then %d; want it to grow: %t", what, last, now, want)
		}
		last = now
	}
	changed("nothing", false)
	m := sample.SMS("Hi")
	ids := sample.Begun(t, o.Outbox, m, m)
	changed("Begin", true)
	sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt("a", m), nil))
	changed("Settle", true)
	_, err = o.Check(t.Context(), sample.Lists(sample.RecordsOf("a", m, sample.NewClock().Now(), func(r *messaging.Record) { r.Status = messaging.StatusQueued })...), ids[0])
	sample.Must(t, err)
	changed("news of a delivery that changes no state", true)
	sample.Must(t, o.Start(t.Context(), ids[1]))
	changed("Start", true)
	if o.Start(t.Context(), ids[1]) == nil {
		t.Error("Start of what is being sent = nil, want an error")
	}
	_, err = o.List(t.Context(), outbox.Filter{})
	sample.Must(t, err)
	changed("a refused move, and reading", false)
	sample.Must(t, o.Settle(t.Context(), ids[1], nil, sample.Refusal("Hi")))
	changed("Settle", true)
	deleted, err := o.Prune(t.Context(), sample.NewClock().Now().AddDate(100, 0, 0))
	if err != nil || deleted != 2 {
		t.Fatalf("Prune = %d, %v, want 2", deleted, err)
	}
	changed("Prune", true)
}

func (on *suite) testRecentRecipients(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	sample.In(t, o.Outbox, sample.SMS("a", "+1001"), outbox.Delivered)
	sample.In(t, o.Outbox, sample.SMS("a", "+1002", "+1003"), outbox.Failed)
	sample.In(t, o.Outbox, sample.SMS("a", "+1004"), outbox.Rejected)
	sample.In(t, o.Outbox, sample.SMS("a", "+1005"), outbox.Unsent)
	sample.In(t, o.Outbox, sample.SMS("a", "+1006"), outbox.Unknown)
	sample.In(t, o.Outbox, sample.SMS("a", "+1001"), outbox.Accepted)
	for n, want := range map[int]string{0: "", 1: "+1001", 3: "+1001 " + sample.Alice + " +1006", 99: "+1001 " + sample.Alice + " +1006 +1002 +1003"} {
		got, err := o.RecentRecipients(t.Context(), n)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("RecentRecipients(%d) = %v, %v, want %s", n, got, err, want)
		}
	}
}

// A number is found however it was dialled.
func (on *suite) testSearchAsDialled(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	to := func(number, text string) int64 {
		m := sample.SMS(text)
		m.To = []string{number}
		return sample.Begun(t, o.Outbox, m)[0]
	}
	us, gb := to("+19195550113", "lunch at 10-12"), to("+442079460018", "dinner")
	twice := to("+15555550113", "call (919) 555-0113 / 2026-11-25")
	for search, want := range map[string][]int64{
		"(919) 555-0113":      {twice, us}, // in the text, and in a number
		"919.555.0113":        {us},
		"919-555-0113":        {us},
		"+1 (919) 555-0113":   {twice, us},
		"1 919 555 0113":      {twice, us},
		"555-0113":            {twice, us},
		"919 555":             {twice, us},
		"lunch 555-0113":      {us},
		"+1 555 555-0113":     {twice},
		"020 7946 0018":       {gb},
		"02079460018":         {gb},
		"+44 (0)20 7946 0018": {gb},
		"+44 20 7946‑0018":    {gb},
		"2026-11-25":          {twice},
		"10-12":               {us},
		"919 555 0114":        {},
		"555-0114 lunch":      {},
	} {
		if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: search}); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", search, got, want)
		}
	}
}
