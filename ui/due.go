package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// An open console sends what is due of its account, as telex work does: each message is
// taken by one of them. It sleeps until something is due, and while nothing is scheduled
// until the outbox is changed.

// lookAtClock is how long it sleeps at most while something is scheduled: a machine that was
// asleep has timers that are late by that, and its clock may have been set.
const lookAtClock = time.Minute

// dueSends is that sending.
type dueSends struct {
	changed chan struct{}      // tells that something may be due sooner
	stop    context.CancelFunc // ends it; nil if it is not under way
	try     int
}

// nudge has it look what is due, if it sleeps.
func (d *dueSends) nudge() {
	select {
	case d.changed <- struct{}{}:
	default: // it is about to
	}
}

// dueSent is what became of messages that were due.
type dueSent struct {
	try    int
	news   []outbox.DueNews
	end    outbox.DueEnd
	untold []outbox.Entry
	err    error
}

// sendDue sends what is due, from a time on, and tells when something was. It is called
// again with each of that, and when there is another way to the API.
func (a *app) sendDue(from time.Time) tea.Cmd {
	a.stopDue()
	link := a.conn.link
	if a.store == nil || link.Sender == nil || a.store.Report().Unwritable != nil {
		return nil
	}
	ctx, stop := context.WithCancel(a.ctx)
	a.dueSends.stop = stop
	a.dueSends.try++
	if a.dueSends.changed == nil {
		a.dueSends.changed = make(chan struct{}, 1)
	}
	s := dueSender{
		store: a.store, flight: &a.inFlight, now: a.now, changed: a.dueSends.changed,
		how: outbox.DueOptions{API: link.Sender, By: a.laterBy(), Limit: a.deps.runOptions().Limit, Parallel: a.deps.runOptions().Parallel, May: a.deps.MayText},
	}
	try := a.dueSends.try
	return func() tea.Msg {
		for next := from; s.sleep(ctx, next); {
			m := s.send(ctx)
			if m.try = try; ctx.Err() != nil {
				return nil
			}
			if len(m.news) > 0 || m.end.Missed > 0 {
				return m
			}
			if next = m.end.Next; m.err != nil {
				next = s.now().Add(lookAtClock)
			}
		}
		return nil
	}
}

// stopDue ends it. What is on its way then has some seconds.
func (a *app) stopDue() {
	if a.dueSends.stop != nil {
		a.dueSends.stop()
		a.dueSends.stop = nil
	}
}

// A dueSender is one run of it, outside of the app's goroutine.
type dueSender struct {
	store   *outbox.Outbox
	flight  *inFlight
	now     func() time.Time
	changed <-chan struct{}
	how     outbox.DueOptions
}

// send sends what is due now.
func (s dueSender) send(ctx context.Context) (m dueSent) {
	s.flight.begin()
	defer s.flight.end()
	s.how.Tell = func(n outbox.DueNews) { m.news = append(m.news, n) }
	m.end, m.err = s.store.SendDue(ctx, s.how)
	if m.end.Others+m.end.Missed > 0 && ctx.Err() == nil {
		m.untold, _ = s.store.Untold(ctx) // the next telex tells what this one could not read
	}
	return m
}

// sleep waits until a time, zero is none, or until something changed; false if ctx ended.
func (s dueSender) sleep(ctx context.Context, until time.Time) bool {
	for ctx.Err() == nil {
		left := lookAtClock
		if !until.IsZero() {
			if left = min(until.Sub(s.now()), lookAtClock); left <= 0 {
				return true
			}
		}
		over := time.NewTimer(left)
		if until.IsZero() {
			over.Stop() // it never is
		}
		select {
		case <-ctx.Done():
		case <-s.changed:
			over.Stop()
			return true
		case <-over.C:
		}
		over.Stop()
	}
	return false
}

// onDueSent tells what became of messages that were due.
func (a *app) onDueSent(msg dueSent) tea.Cmd {
	if msg.try != a.dueSends.try {
		return nil
	}
	var sent []outbox.DueNews
	for _, n := range msg.news {
		if n.State.Outcome() == messaging.Accepted {
			sent = append(sent, n)
		}
	}
	switch {
	case msg.end.Stopped != "":
		a.say(page.Status{Text: "what is due could not be sent: " + text.Clean(msg.end.Stopped) + "; it is tried again in a minute", Kind: page.StatusWarn})
	case len(sent) == 1:
		e := sent[0].Entry
		a.say(page.Status{Text: fmt.Sprintf("Message %d to %s, which was due, was accepted", e.ID, words.FirstRecipients(e.Message.To)), Kind: page.StatusDone})
	case len(sent) > 1:
		a.say(page.Status{Text: text.Count(len(sent), "message") + " that were due were accepted", Kind: page.StatusDone})
	}
	historyWords := "History (" + a.keys.History.Help().Key + ")"
	a.withdraw(func(n notice) bool { return len(n.untold) > 0 && n.rank != aboutDrafts }) // they are among these
	a.add(untoldNotices(msg.untold, a.now().Location(), historyWords, a.deps.askedBy(historyWords))...)
	cmds := []tea.Cmd{a.sendDue(msg.end.Next), a.follow()}
	if a.calls() && a.elsewhere && len(msg.untold) > 0 {
		cmds = append(cmds, a.call("a message that was due was not sent"))
	}
	return tea.Batch(cmds...)
}

// leftWaiting says at the end of the console what is scheduled and will not be sent by it.
func leftWaiting(ctx context.Context, store *outbox.Outbox, in words.Shell, now time.Time) string {
	all, err := store.ScheduledDue(ctx)
	if err != nil || len(all) == 0 {
		return ""
	}
	working, err := store.Working(ctx)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s to be sent later, the first %s: %s", text.Count(len(all), "message"), words.When(all[0].Due, now.Location()), words.ByWhom(in, working, false))
}
