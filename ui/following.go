package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/words"
)

// A following is the asker of a console: it asks Bandwidth what became of all open messages
// of the account, or hears what another telex asked, as long as the console runs.
type following struct {
	asker *outbox.Asker
	stop  context.CancelFunc
	over  chan struct{}       // closed when it has ended
	news  chan outbox.AskNews // holds the newest
	times int                 // tells it from those of earlier links
	look  time.Time           // when a key had it look last
}

// askNews is what the asker tells; it has ended if there is none.
type askNews struct {
	times int
	news  *outbox.AskNews
}

// lookOnKey is how often keys have the asker look whether another telex sent something: an
// idle console does not wake up for that.
const lookOnKey = 10 * time.Second

// begin follows what is in store through a link; nothing if that is not possible, or is
// done already.
func (f *following) begin(ctx context.Context, store *outbox.Outbox, api account.Lister, by outbox.By) tea.Cmd {
	if store == nil || api == nil || store.Report().Unwritable != nil {
		return nil
	}
	f.end(ctx)
	ctx, stop := context.WithCancel(ctx)
	over, news := make(chan struct{}), make(chan outbox.AskNews, 1)
	f.stop, f.over, f.news = stop, over, news
	f.times++
	f.asker = store.Asker(outbox.AskOptions{API: api, By: by, Tell: func(n outbox.AskNews) {
		select {
		case old := <-news: // which nobody took yet
			if n.Err == nil {
				n.Err, n.Again = old.Err, old.Again
			}
		default:
		}
		news <- n
	}})
	asker := f.asker
	go func() {
		defer close(over)
		_ = asker.Run(ctx) // the outbox failed: whoever uses it is told
	}()
	return f.await()
}

// await waits for news.
func (f *following) await() tea.Cmd {
	times, news, over := f.times, f.news, f.over
	return func() tea.Msg {
		select {
		case n := <-news:
			return askNews{times, &n}
		case <-over:
			return askNews{times, nil}
		}
	}
}

// end stops the asker, and waits for that.
func (f *following) end(ctx context.Context) {
	if f.stop == nil {
		return
	}
	f.stop()
	f.stop, f.asker = nil, nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWait)
	defer cancel()
	select {
	case <-f.over:
	case <-ctx.Done():
	}
}

// seen has the asker look, for the outbox was changed.
func (f *following) seen() {
	if f.asker != nil {
		f.asker.Look()
	}
}

// touch has the asker look, if a key has not had it look lately.
func (f *following) touch(now time.Time) {
	if f.asker != nil && now.Sub(f.look).Abs() >= lookOnKey {
		f.look = now
		f.asker.Look()
	}
}

// follow begins to follow what is in the outbox, when that and the way to the API are there.
func (a *app) follow() tea.Cmd {
	return a.following.begin(a.ctx, a.store, a.conn.link.Lister, a.by())
}

// onAskNews reads what changed, or tells that nobody answers.
func (a *app) onAskNews(msg askNews) tea.Cmd {
	if msg.times != a.following.times || msg.news == nil {
		return nil
	}
	n := msg.news
	if n.Err == nil {
		return tea.Batch(a.following.await(), a.readOpen())
	}
	a.blame(n.Err)
	if a.page != page.Response {
		a.say(page.Status{
			Text: words.AskTrouble(n.Err, n.Again.In(a.now().Location())),
			Kind: page.StatusWarn,
		})
	}
	return a.following.await()
}

// blame notes with the open messages of the batch why nothing more is known of them.
func (a *app) blame(err error) {
	b := a.batch
	if b == nil || b.running() {
		return
	}
	for i := range b.results {
		if r := &b.results[i]; r.follows() {
			r.askErr = err
		}
	}
	a.screens[page.Response].Update(batchChanged{}, &a.form)
}
