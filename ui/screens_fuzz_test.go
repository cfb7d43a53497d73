package ui

import (
	"bytes"
	"context"
	"flag"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/broadcasts"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/text/texttest"
	"telex/ui/widget"
)

// hostileHistory is a history of which every word is s.
type hostileHistory struct{ s string }

func (h hostileHistory) entry() outbox.Entry {
	return outbox.Entry{
		ID: 1, State: outbox.State(h.s), Direction: h.s, MessageID: h.s, Error: h.s, ErrorCode: 99999,
		By:      outbox.By{Profile: h.s, AccountID: h.s, BaseURL: h.s},
		Message: messaging.Message{From: h.s, To: []string{h.s, h.s}, Text: h.s, Media: []string{h.s}, Tag: h.s, Priority: messaging.Priority(h.s)},
	}
}

func (h hostileHistory) Look(context.Context, outbox.Filter, func() bool) (outbox.Page, error) {
	return outbox.Page{Entries: []outbox.Entry{h.entry()}, End: true}, nil
}

func (h hostileHistory) Entries(context.Context, []int64) ([]outbox.Entry, error) {
	return []outbox.Entry{h.entry()}, nil
}
func (h hostileHistory) Version(context.Context) (int64, error) { return 1, nil }

func (h hostileHistory) Detail(context.Context, int64) (outbox.Detail, error) {
	return outbox.Detail{Entry: h.entry(), Request: []byte(h.s), Answer: hostileAnswerOf(h.s)}, nil
}

func (h hostileHistory) Counts(context.Context) (map[outbox.State]int, error) {
	return map[outbox.State]int{outbox.State(h.s): 2, outbox.Failed: 1}, nil
}

func (h hostileHistory) HandedOver(context.Context) (int, error) { return 2, nil }

func (h hostileHistory) Mailings(context.Context, []int64) (map[int64]outbox.Mailing, error) {
	return nil, nil
}

func (h hostileHistory) ContactNames(context.Context, []string) (map[string]string, error) {
	return map[string]string{h.s: h.s}, nil
}

func (h hostileHistory) Check(context.Context, outbox.Lister, int64) (outbox.Finding, error) {
	return outbox.Finding{}, nil
}

func hostileAnswerOf(s string) *messaging.Answer {
	return &messaging.Answer{Status: 202, Line: s, Proto: s, Body: []byte(s), Header: map[string][]string{s: {s, s}}}
}

// fuzzScreens brings s to the terminal in each way there is: typed and pasted into
// every field, as an answer, an error, a file's name, an old row, the configuration.
var fuzzScreens = []func(a *app, s string){
	func(a *app, s string) { a.Update(tea.PasteMsg{Content: s}) },
	func(a *app, s string) {
		for _, r := range []rune(s)[:min(len([]rune(s)), 12)] {
			a.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	},
	func(a *app, s string) {
		a.form.Text = s
		a.goTo(page.Compose, page.AtDefault)
		a.compose.at = tagField
		a.Update(tea.PasteMsg{Content: s})
	},
	func(a *app, s string) {
		a.goTo(page.Recipients, page.AtDefault)
		a.Update(tea.PasteMsg{Content: s})
		a.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	},
	func(a *app, s string) { a.form.To = []string{s, s + "2"}; a.goTo(page.Recipients, page.AtEnd) },
	func(a *app, s string) {
		a.form.Media = []string{s}
		a.goTo(page.Media, page.AtDefault)
		a.Update(tea.PasteMsg{Content: s})
	},
	func(a *app, s string) {
		a.form.Text, a.form.Tag, a.form.From, a.form.To, a.form.Media = s, s, s, []string{s}, []string{s}
		a.goTo(page.Review, page.AtDefault)
	},
	func(a *app, s string) {
		a.form.Text, a.form.To = s, []string{s}
		a.goTo(page.Review, page.AtDefault)
		a.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	},
	func(a *app, s string) {
		showAnswer(a, result{state: answered, receipt: &messaging.Receipt{ID: s, Owner: s, Time: s, To: []string{s}, Answer: hostileAnswerOf(s)}})
	},
	func(a *app, s string) {
		showAnswer(a, result{state: answered, receipt: &messaging.Receipt{ID: s, Answer: hostileAnswerOf(s)}})
		a.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	},
	func(a *app, s string) {
		showAnswer(a, result{state: answered, err: &messaging.Error{
			Op: s, Outcome: messaging.Rejected, Status: 400, Type: s, Detail: s, Fields: []messaging.FieldError{{Name: s, Description: s}}, Answer: hostileAnswerOf(s),
		}})
	},
	func(a *app, s string) { showHistory(a, hostileHistory{s}) },
	func(a *app, s string) { openHistory(a, hostileHistory{s}) },
	func(a *app, s string) {
		a.onDraftsFound(draftsFound{drafts: []outbox.Draft{{ID: 1, Body: []byte(s)}, {ID: 2, Body: []byte(`{"text":"` + s + `"}`)}}})
	},
	func(a *app, s string) { a.deps.Profile, a.deps.Sandbox, a.form.From = s, false, s },
	func(a *app, s string) { a.act(page.Failed(s)) },
	func(a *app, s string) { a.notify(s) },
	func(a *app, s string) {
		a.act(page.Ask{Dialog: page.Dialog{Title: s, Body: []string{s, s}, Yes: s}})
	},
	func(a *app, s string) { showRuns(a, hostileRuns{s: s}) },
	func(a *app, s string) {
		showRuns(a, hostileRuns{s: s})
		a.Update(tea.KeyPressMsg{Code: 'x', Text: "x"})
	},
	func(a *app, s string) { a.Update(edited{path: s, err: &messaging.Error{Op: s, Detail: s}}) },
}

// hostileRuns is a broadcast of which every word is s.
type hostileRuns struct {
	broadcasts.Store

	s string
}

func (h hostileRuns) Runs(context.Context) ([]outbox.Run, error) {
	return []outbox.Run{{ID: 1, State: outbox.RunPaused, Reason: outbox.Reason{Kind: outbox.ReasonKind(h.s), Sender: h.s}, Broadcast: outbox.Broadcast{
		Name: h.s, Senders: []string{h.s}, Text: h.s, Media: []string{h.s}, Tag: h.s, List: outbox.List{Name: h.s},
	}}}, nil
}

func (h hostileRuns) RunCounts(context.Context, int64) (outbox.RunCounts, error) {
	return outbox.RunCounts{People: 3, Waiting: 1, Skipped: map[outbox.Skip]int{outbox.Skip(h.s): 2}}, nil
}

// showRuns shows the broadcasts of another store.
func showRuns(a *app, store broadcasts.Store) {
	a.broadcasts = broadcasts.New(a.ctx, broadcasts.Deps{Store: func() broadcasts.Store { return store }, Now: a.now}, a.keymap)
	a.broadcasts.Resize(a.layout.W, a.layout.BodyH)
	a.screens[page.Broadcasts] = a.broadcasts
	a.Update(a.goTo(page.Broadcasts, page.AtDefault)())
}

func showAnswer(a *app, r result) {
	r.message = messaging.Message{To: []string{"+19195551212"}}
	a.tries++
	a.batch = &batch{try: a.tries, ended: 1, results: []result{r}}
	a.goTo(page.Response, page.AtDefault)
}

// FuzzScreens demands that no byte of foreign text acts on the terminal, from any
// screen. The theme has no styles here, so that every escape is a foreign one.
func FuzzScreens(f *testing.F) {
	for i := range 8 * len(fuzzScreens) { // at both sizes, with ASCII and without
		f.Add(uint8(i), hostile)
		f.Add(uint8(i), "“plain” text, 日本語 👨‍👩‍👧‍👦 שלום\r\nand more\tof it")
		f.Add(uint8(i), strings.Repeat("日本", 11)+" "+strings.Repeat("語", 60))
		f.Add(uint8(i), "\x1b[31mred\x1b[m\u200f\u061c\u2028\xff\xc0\xaf")
	}
	// A screen never covers quite the same code twice, so that making an input smaller
	// would go on for a minute each time.
	if err := flag.Set("test.fuzzminimizetime", "10x"); err != nil {
		f.Fatal(err)
	}
	sizes := [][2]int{{80, 24}, {40, 12}}
	var apps []*app
	for _, size := range sizes {
		a := newApp(f.Context(), testDeps(nil), testNow)
		a.Init()
		a.resize(size[0], size[1])
		apps = append(apps, a)
	}
	f.Fuzz(func(t *testing.T, screen uint8, s string) {
		if len(s) > 300 {
			return // what is wrong is wrong with little, and the fuzzer makes each find smaller step by step
		}
		which := int(screen) / len(fuzzScreens)
		a, size := apps[which%2], sizes[which%2]
		begun(a)
		a.theme.ASCII = which/2%4 == 3
		fuzzScreens[int(screen)%len(fuzzScreens)](a, s)
		v := a.View()
		checkForeign(t, v, size[0], size[1])
		if a.theme.ASCII && !text.IsASCII(v.Content) {
			t.Errorf("got %q, want ASCII", v.Content)
		}
		if which%2 == 1 {
			var out bytes.Buffer
			p := &plain{deps: a.deps, out: &out, now: testNow}
			p.say(s)
			checkTerminal(t, "plain", out.String(), texttest.Dangerous)
		}
	})
}

// begun makes a as it was at first, for less than a new one costs.
func begun(a *app) {
	a.deps, a.theme, a.page = testDeps(nil), widget.Theme{}, page.Compose
	a.batch, a.overlays, a.status, a.notices = nil, nil, page.Status{}, nil
	useHistory(a, nil)
	a.review.problems, a.review.sheet = nil, sheet{}
	a.recipients.bad, a.recipients.known = nil, map[string]number.Number{}
	a.reset()
	a.goTo(page.Compose, page.AtDefault)
}

// checkForeign demands a view without anything that acts on a terminal.
func checkForeign(t *testing.T, v tea.View, w, h int) {
	t.Helper()
	checkTerminal(t, "screen", v.Content, texttest.Dangerous)
	if strings.Contains(v.Content, "\x1b") {
		t.Errorf("got an escape of somebody else in %q", v.Content)
	}
	if n := strings.Count(v.Content, "\n") + 1; n != h {
		t.Errorf("%dx%d: got %d lines, want %d: %q", w, h, n, h, v.Content)
	}
	if v.WindowTitle != "telex" && v.WindowTitle != "telex (sandbox)" {
		t.Errorf("got the title %q", v.WindowTitle)
	}
}
