package outbox

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// answerLimit is how long one answer may take, with all its tries.
	answerLimit = time.Minute
	// answersAtOnce is how many answers may be on their way at once: one that takes long keeps
	// nobody else waiting.
	answersAtOnce = 16
	// answerGrace is how long an answer that is on its way has when it is to end.
	answerGrace = 5 * time.Second
	// answerAgain is the pause before it is looked again after a failure of the outbox.
	answerAgain = 5 * time.Second
)

// AnswerOptions are how [Outbox.Answer] answers.
type AnswerOptions struct {
	API API
	By  By // the account, and the address of API; the profile is that of the message
	// ApplicationID is that of answers to messages that name none.
	ApplicationID string
	// Own are numbers of ours, in E.164, beside those that the outbox knows: none of them
	// is answered.
	Own []string
	// Tell hears what became of each message that was to be answered; nil is nobody. It is
	// never called twice at once, and what follows waits for it.
	Tell func(AnswerNews)
	// After is how time goes by; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// AnswerNews is what became of one message that was to be answered, or that the outbox
// failed.
type AnswerNews struct {
	Entry  Entry  // what came in; zero if the outbox failed
	Kind   string // "stop", "start" or "help"
	Why    string // it is not answered; "" if it is
	Result Result // of the answer, if there is one
	// Again is when it is answered again at the earliest: the answer certainly was not created,
	// for no fault of its own. Zero: it is not.
	Again time.Time
	// GivenUp is that it would be, but only when it is too late for an answer.
	GivenUp bool
	Err     error // of the outbox; it is tried again
}

// Answer answers what is to be answered with no person, until ctx ends: with the texts of
// [Options.Replies] whoever opts out, comes back or asks for help, once, by an event with
// credentials, within five minutes. Several processes may do so on one outbox: each message
// is answered by one of them, and by none a second time, even if that process died; but what
// certainly was not created, for there was no connection or the API took no more, is tried
// again within the five minutes, each with pauses of its own that grow, whichever process made
// the tries; unless the outbox could not record how the try ended. An answer is a message like every other, recorded before and
// after: see [Entry.Answers].
//
// Nobody is answered who got such an answer within the last hour, nor a short code, a number
// of ours, a group, or who is in the ledger; but the opt-out itself is confirmed, once, unless
// it went to a toll-free number, where the network does that.
//
// It returns nil when ctx ends, and what is on its way then ended or had its time; another error is that of the outbox, which does not pass.
func (o *Outbox) Answer(ctx context.Context, how AnswerOptions) error {
	if how.After == nil {
		how.After = time.After
	}
	var telling sync.Mutex
	tell := how.Tell
	how.Tell = func(n AnswerNews) {
		telling.Lock()
		defer telling.Unlock()
		if tell != nil {
			tell(n)
		}
	}
	a := &answerer{Outbox: o, how: how, places: make(chan struct{}, answersAtOnce)}
	defer a.sending.Wait()
	for {
		next, err := a.all(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var again <-chan time.Time
		switch {
		case err != nil && !o.Passes(err):
			return err
		case err != nil:
			how.Tell(AnswerNews{Err: err})
			again = how.After(answerAgain)
		case !next.IsZero(): // the clock may be set meanwhile
			again = how.After(min(max(next.Sub(o.now()), 0), lastHold))
		}
		select {
		case <-o.owed:
		case <-again:
		case <-ctx.Done():
			return nil
		}
	}
}

// An answerer is a run of [Outbox.Answer].
type answerer struct {
	*Outbox
	how     AnswerOptions
	places  chan struct{}
	sending sync.WaitGroup

	mu    sync.Mutex
	until time.Time     // when the next one may leave
	pause time.Duration // that ends then
	alone bool          // the next one tries for all
}

// all has all sent that may leave now, and says when there is more to do; zero: nothing is
// left.
func (a *answerer) all(ctx context.Context) (next time.Time, err error) {
	debts, err := a.debts(ctx, a.how.By)
	if err != nil {
		return next, err
	}
	for _, d := range debts {
		if ctx.Err() != nil {
			break
		}
		held, alone := a.holds()
		at, seen := d.ready(held), false
		if !at.After(a.now()) {
			if seen, err = a.see(ctx, d, alone); err != nil {
				return next, err
			}
			at = a.now().Add(firstHold) // if it was not seen to, another process is at it
		}
		if !seen && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, err
}

// see has the answer to one message sent, or tells why there is none; it does neither if
// another process did. Alone is that it waits for the end of that.
func (a *answerer) see(ctx context.Context, d debt, alone bool) (seen bool, err error) {
	next, err := a.takeOwed(ctx, a.how, d)
	switch {
	case err != nil || next == nil:
		return false, err
	case next.id == 0:
		a.how.Tell(AnswerNews{Entry: next.to, Kind: next.kind, Why: next.why})
		return true, nil
	}
	a.places <- struct{}{}
	ended := make(chan struct{})
	a.sending.Go(func() {
		defer func() { <-a.places }()
		defer close(ended)
		a.send(ctx, next)
	})
	if alone {
		<-ended
	}
	return true, nil
}

// holds is until when nothing leaves, for what holds one holds all; alone is that the next one
// finds out for all whether that is over. A clock that was set back ends it.
func (a *answerer) holds() (until time.Time, alone bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.until.Sub(a.now()) > a.pause {
		a.until = time.Time{}
	}
	return a.until, a.alone
}

// heed keeps all answers from leaving for a moment, or for as long as the API says, if there
// was no connection or the API takes no more for now. What else becomes of one says nothing of
// the others.
func (a *answerer) heed(l lesson) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.alone = l.again && (l.limited || l.offline); !a.alone {
		return
	}
	pause := max(firstHold, l.wait)
	if until := a.now().Add(pause); until.After(a.until) {
		a.until, a.pause = until, pause
	}
}

// send sends an answer that is recorded as being sent, and tells of it. When ctx ends it may
// end, too: to break it off at once would leave nobody knowing what became of it.
func (a *answerer) send(ctx context.Context, next *owed) {
	limited, cancel := inPeace(ctx, answerLimit, answerGrace, a.how.After)
	defer cancel()
	r := Result{ID: next.id}
	r.Receipt, r.Err = a.Outbox.send(limited, a.how.API, next.owner, next.id, next.message)
	a.heed(lessonOf(r, "")) // before it is owed again
	again, givenUp := next.debt.again(r, a.now())
	r.Unrecorded = a.settleAnswer(context.WithoutCancel(ctx), next, r, !again.IsZero())
	if r.Unrecorded != nil {
		again = time.Time{}
	}
	a.how.Tell(AnswerNews{Entry: next.to, Kind: next.kind, Result: r, Again: again, GivenUp: givenUp})
	a.wakeAnswers()
}

// inPeace is a context for what is on its way: it ends at a limit, and a grace after ctx.
func inPeace(ctx context.Context, limit, grace time.Duration, after func(time.Duration) <-chan time.Time) (context.Context, context.CancelFunc) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-after(grace):
			cancel()
		case <-limited.Done():
		}
	})
	return limited, func() {
		stop()
		cancel()
	}
}

// wakeAnswers has what is owed be seen to, if somebody in this process does.
func (o *Outbox) wakeAnswers() {
	select {
	case o.owed <- struct{}{}:
	default: // it is about to
	}
}

// Passes reports whether the outbox may do later what it did not do now, as when the disk is
// full.
func (o *Outbox) Passes(err error) bool {
	for _, stays := range []error{ErrGone, ErrClosed, ErrDamaged, ErrNewer, ErrUnsafe, ErrFileSystem} {
		if errors.Is(err, stays) {
			return false
		}
	}
	return NotRecorded(err) && o.Report().Unwritable == nil
}
