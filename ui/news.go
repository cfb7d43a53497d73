package ui

import (
	"context"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
)

const (
	// newsEvery is how often the console looks whether somebody changed the outbox, such as
	// a listener: one row is read then, and nothing is drawn unless it is another.
	newsEvery = time.Second
	// newsAfter is how long after it was told of a write it looks where the system tells of
	// them: what was written is not committed yet. Otherwise an idle console looks seldom.
	newsAfter  = 500 * time.Millisecond
	newsSeldom = time.Minute
)

// News is what was heard and not read.
type news struct {
	standing
	workHere bool            // telex work runs here
	version  int64           // of the outbox, as it was looked at last
	counted  bool            // it was read once
	more     bool            // it is to be looked once more, though nobody tells of a write
	changes  <-chan struct{} // tells of writes to the outbox; nil where nobody does
	stop     context.CancelFunc
}

// newsRead is what the outbox has since it was changed. Counting alone is no look, so that
// the one that is under way goes on.
type newsRead struct {
	standing
	version int64
	working bool
	alone   bool
}

// await waits until there may be news; false if ctx ended.
func (n *news) await(ctx context.Context) bool {
	wait := newsEvery
	if n.changes != nil && !n.more {
		seldom := time.NewTimer(newsSeldom)
		defer seldom.Stop()
		select {
		case <-ctx.Done():
			return false
		case <-seldom.C:
			return true
		case _, told := <-n.changes:
			n.more = told // once more, for a commit that takes its time
			if told {
				wait = newsAfter
			}
		}
	} else {
		n.more = false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// awaitNews waits, without waking the screens, until the outbox was changed.
func (a *app) awaitNews() tea.Cmd {
	if a.store == nil {
		return nil
	}
	a.stopNews()
	ctx, stop := context.WithCancel(a.ctx)
	a.news.stop = stop
	store, was, calls := a.store, a.news, a.mayCall()
	return func() tea.Msg {
		for first := !was.counted; first || was.await(ctx); first = false {
			version, err := store.Version(ctx)
			if err != nil || version == was.version && !first {
				continue
			}
			if read, err := readNews(ctx, store, calls); err == nil {
				read.version = version
				return read
			}
		}
		return nil
	}
}

// stopNews ends the waiting.
func (a *app) stopNews() {
	if a.news.stop != nil {
		a.news.stop()
	}
}

// onNews shows what is unread by now, lets the conversations read it, and calls the user
// if there is more of it.
func (a *app) onNews(msg newsRead) tea.Cmd {
	if !a.counted {
		a.seen = msg.standing
	}
	a.standing, a.news.workHere, a.counted = msg.standing, msg.working, true
	a.dueSends.nudge()
	cmds := []tea.Cmd{a.callFor()}
	if !msg.alone {
		a.version, a.news.more = msg.version, true
		a.following.seen() // another telex may have sent something
		cmds = append(cmds, a.awaitNews(), a.conversations.News(), a.broadcasts.News(), a.people.News(), a.figures.News())
	}
	return tea.Batch(cmds...)
}

// countUnread counts what is unread after something was read.
func (a *app) countUnread() tea.Cmd {
	if a.store == nil {
		return nil
	}
	store, ctx, calls := a.store, a.ctx, a.mayCall()
	return func() tea.Msg {
		read, err := readNews(ctx, store, calls)
		if err != nil {
			return nil // the next look counts
		}
		read.alone = true
		return read
	}
}

// readNews counts what a person has to read and to decide, and reads what else they may be
// called for.
func readNews(ctx context.Context, store *outbox.Outbox, calls bool) (read newsRead, err error) {
	if read.unread, err = store.Unread(ctx); err == nil {
		read.held, err = store.HeldNumbers(ctx)
	}
	if err == nil {
		read.working, err = store.Working(ctx)
	}
	if err == nil && calls {
		err = read.readResults(ctx, store)
	}
	return read, err
}

// newsWords say in the header what is unread, and about how many numbers a person has to
// decide; "" for nothing.
func (a *app) newsWords() string {
	var parts []string
	if a.unread > 0 {
		parts = append(parts, strconv.Itoa(a.unread)+" new")
	}
	if a.held > 0 {
		parts = append(parts, strconv.Itoa(a.held)+" held")
	}
	if len(parts) == 0 {
		return ""
	}
	key := ""
	if k := a.keys.Conversations; k.Enabled() && a.page != page.Conversations && a.layout.W >= 80 {
		key = k.Help().Key + " "
	}
	return key + strings.Join(parts, " ")
}
