package ui

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/ui/page"
)

// The steps on which a key must cost the same whatever the number of recipients, each by
// the way to it and the keys that are pressed there in turn.
var costSteps = []struct {
	name string
	walk func(a *app)
	keys []tea.KeyPressMsg
}{
	{"Review", func(a *app) { a.goTo(page.Review, page.AtDefault) }, upDown},
	{"ReviewJSON", func(a *app) {
		a.goTo(page.Review, page.AtDefault)
		a.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	}, upDown},
	{"ReviewUndecided", func(a *app) { // each of them is a problem
		a.form.Addressing = messaging.Undecided
		a.goTo(page.Review, page.AtDefault)
	}, upDown},
	{"Compose", func(a *app) { a.goTo(page.Compose, page.AtDefault) }, letters},
	{"ComposeTag", func(a *app) {
		a.goTo(page.Compose, page.AtDefault)
		a.Update(tea.KeyPressMsg{Code: tea.KeyTab})
	}, letters},
	{"Recipients", func(a *app) { a.goTo(page.Recipients, page.AtDefault) }, letters},
	{"RecipientsList", func(a *app) { a.goTo(page.Recipients, page.AtEnd) }, upDown},
	{"Media", func(a *app) { a.goTo(page.Media, page.AtDefault) }, letters},
	{"Response", func(a *app) {
		a.batch = newBatch(a.form)
		a.batch.ended = len(a.batch.results)
		for i := range a.batch.results {
			r := &a.batch.results[i]
			r.state = answered
			r.receipt, r.err = accept(a.ctx, r.message)
		}
		a.goTo(page.Response, page.AtDefault)
	}, upDown},
}

// costApp is a console in front of a step of a message to n recipients, whose draft is kept.
func costApp(tb testing.TB, n int, walk func(a *app)) *app {
	tb.Helper()
	a := newApp(tb.Context(), testDeps(&fakeSender{send: accept}), testNow)
	a.Init()
	a.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	o, err := outbox.Open(tb.Context(), sqlite.At(tb.TempDir()+"/outbox.db"), outbox.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := o.Close(); err != nil {
			tb.Error(err)
		}
	})
	a.Update(storeOpened{store: o})
	a.form.Text = "Hello, world"
	benchForm(a, n)
	for i := range 200 { // as many as are suggested, none of which is new
		a.recipients.remember([]string{a.form.To[i%n]})
	}
	walk(a)
	a.keeper.Begin(&a.form)
	return a
}

// turner presses the keys of a step in turn, and draws the screen after each.
func turner(a *app, keys []tea.KeyPressMsg) (turn func()) {
	i := 0
	return func() {
		a.Update(keys[i%len(keys)])
		_ = a.View()
		i++
	}
}

// TestCostOfKey: a key and the screen after it take no more memory with ten thousand
// recipients than with a few. What is counted is what is allocated, and not the time.
func TestCostOfKey(t *testing.T) {
	const (
		turns = 40
		tries = 3   // for what else the process allocates meanwhile is counted as well
		slack = 1.1 // digits, and what the runtime does beside
	)
	count := func(t *testing.T, n int, walk func(*app), keys []tea.KeyPressMsg) (allocs, bytes float64) {
		t.Helper()
		turn := turner(costApp(t, n, walk), keys)
		for range 2 * len(keys) { // what is made once
			turn()
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		allocs = testing.AllocsPerRun(turns, turn)
		runtime.ReadMemStats(&after)
		return allocs, float64(after.TotalAlloc-before.TotalAlloc) / (turns + 1)
	}
	for i, s := range costSteps {
		if testing.Short() && i%3 > 0 { // Review, Compose and a list are there with -short, too
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			var allocs, bytes, fewAllocs, fewBytes float64
			for range tries {
				fewAllocs, fewBytes = count(t, 20, s.walk, s.keys) // which fill the screen
				allocs, bytes = count(t, 10_000, s.walk, s.keys)
				if allocs <= fewAllocs*slack+5 && bytes <= fewBytes*slack+4000 {
					return
				}
			}
			t.Errorf("got %.0f allocations of %.0f bytes a key with 10,000 recipients, and %.0f of %.0f with 20; want about the same", allocs, bytes, fewAllocs, fewBytes)
		})
	}
}

// benchKeys are the steps whose names begin with prefix: one turn is one key and one screen.
func benchKeys(b *testing.B, prefix string) {
	b.Helper()
	for _, s := range costSteps {
		if !strings.HasPrefix(s.name, prefix) {
			continue
		}
		for _, n := range []int{1, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", s.name, n), func(b *testing.B) {
				turn := turner(costApp(b, n, s.walk), s.keys)
				b.ReportAllocs()
				for b.Loop() {
					turn()
				}
			})
		}
	}
}

func BenchmarkReview(b *testing.B)   { benchKeys(b, "Review") }
func BenchmarkCompose(b *testing.B)  { benchKeys(b, "Compose") }
func BenchmarkTo(b *testing.B)       { benchKeys(b, "Recipients") }
func BenchmarkResponse(b *testing.B) { benchKeys(b, "Response") }
