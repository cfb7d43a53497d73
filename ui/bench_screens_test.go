package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/page"
)

// fakeHistory is a history of n messages, newest first.
type fakeHistory struct{ n int64 }

func (f fakeHistory) entry(id int64) outbox.Entry {
	words := []string{"Your order %d has shipped and arrives on Tuesday", "Lunch at noon? %d", "日本語 %d", "Moved to %d:30;\ncall us to change it"}
	return outbox.Entry{
		ID: id, State: outbox.Delivered, Direction: "out", MessageID: fmt.Sprintf("159105492168%017d", id),
		Created: time.Date(2000, 1, 1, 0, 0, int(id), 0, time.UTC), Updated: time.Date(2000, 1, 1, 1, 0, int(id), 0, time.UTC),
		Message: messaging.Message{From: "+19195550100", To: []string{fmt.Sprintf("+1919555%04d", id%10000)}, Text: fmt.Sprintf(words[id%4], id)},
	}
}

func (f fakeHistory) Look(_ context.Context, filter outbox.Filter, _ func() bool) (outbox.Page, error) {
	from := f.n
	if filter.Before > 0 {
		from = filter.Before - 1
	}
	var rows []outbox.Entry
	for id := from; id > 0 && len(rows) < filter.Limit; id-- {
		rows = append(rows, f.entry(id))
	}
	return outbox.Page{Entries: rows, End: len(rows) < filter.Limit}, nil
}

func (f fakeHistory) Entries(_ context.Context, ids []int64) ([]outbox.Entry, error) {
	var rows []outbox.Entry
	for _, id := range ids {
		rows = append(rows, f.entry(id))
	}
	return rows, nil
}

func (f fakeHistory) Version(context.Context) (int64, error) { return 1, nil }

func (f fakeHistory) Detail(_ context.Context, id int64) (outbox.Detail, error) {
	return outbox.Detail{
		Entry:   f.entry(id),
		Request: []byte(`{"from":"+19195550100","to":["+19195551212"],"text":"` + strings.Repeat("words ", 300) + `"}`),
		Answer:  &messaging.Answer{Status: 202, Proto: "HTTP/1.1", Line: "202 Accepted", Body: []byte(`{"id":"1","text":"` + strings.Repeat("words ", 300) + `"}`)},
	}, nil
}

func (f fakeHistory) Counts(context.Context) (map[outbox.State]int, error) {
	return map[outbox.State]int{outbox.Delivered: int(f.n), outbox.Failed: 3}, nil
}

func (f fakeHistory) HandedOver(context.Context) (int, error) { return 2, nil }

func (fakeHistory) ContactNames(context.Context, []string) (map[string]string, error) {
	return nil, nil
}

func (f fakeHistory) Mailings(context.Context, []int64) (map[int64]outbox.Mailing, error) {
	return nil, nil
}

func (f fakeHistory) Check(context.Context, outbox.Lister, int64) (outbox.Finding, error) {
	return outbox.Finding{}, nil
}

// benchScreens are all screens but Compose and Recipients, each by the way to it and
// the keys that are pressed there in turn.
var benchScreens = []struct {
	name string
	walk func(a *app)
	keys []tea.KeyPressMsg
}{
	{"media", func(a *app) { a.goTo(page.Media, page.AtDefault) }, letters},
	{"review", func(a *app) { benchForm(a, 1); a.goTo(page.Review, page.AtDefault) }, upDown},
	{"review-json", func(a *app) {
		benchForm(a, 1000)
		a.goTo(page.Review, page.AtDefault)
		a.Update(tea.KeyPressMsg{Code: 'j', Text: "j"})
	}, upDown},
	{"response", func(a *app) {
		benchForm(a, 1000)
		a.batch = &batch{form: a.form.Clone(), ended: 1000}
		for _, m := range a.form.Messages() {
			receipt, err := accept(a.ctx, m)
			a.batch.results = append(a.batch.results, result{message: m, state: answered, receipt: receipt, err: err})
		}
		a.goTo(page.Response, page.AtDefault)
	}, upDown},
	{"history", func(a *app) { showHistory(a, fakeHistory{100_000}) }, upDown},
	{"history-opened", func(a *app) { openHistory(a, fakeHistory{100_000}) }, upDown},
	{"setup", func(a *app) { a.goTo(page.Setup, page.AtDefault) }, upDown},
	{"help", func(a *app) { a.Update(tea.KeyPressMsg{Code: tea.KeyF1}) }, upDown},
}

var (
	upDown  = []tea.KeyPressMsg{{Code: tea.KeyDown}, {Code: tea.KeyDown}, {Code: tea.KeyUp}, {Code: tea.KeyUp}}
	letters = []tea.KeyPressMsg{{Code: 'x', Text: "x"}, {Code: tea.KeyBackspace}}
)

// benchForm is a message to n recipients.
func benchForm(a *app, n int) {
	for i := range n {
		a.form.To = append(a.form.To, fmt.Sprintf("+1919555%04d", i))
	}
	a.form.Addressing = messaging.Individual
}

// BenchmarkScreen: one turn is one key and one screen.
func BenchmarkScreen(b *testing.B) {
	for _, s := range benchScreens {
		for _, size := range [][2]int{{80, 24}, {200, 60}} {
			b.Run(fmt.Sprintf("%s/%dx%d", s.name, size[0], size[1]), func(b *testing.B) {
				a := benchApp(b, size[0], size[1], 100)
				s.walk(a)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					a.Update(s.keys[i%len(s.keys)])
					_ = a.View()
				}
			})
		}
	}
}
