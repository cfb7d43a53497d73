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
	Err   error // of the outbox; it is tried again
}

// Answer answers what is to be answered with no person, until ctx ends: with the texts of
// [Options.Replies] whoever opts out, comes back or asks for help, once, by an event with
// credentials, within five minutes. Several processes may do so on one outbox: each message
// is answered by one of them, and by none a second time, even if that process died; but what
// certainly was not created, for there was no connection or the API took no more, is tried
// again within the five minutes. An answer is a message like every other, recorded before and
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
		err := a.all(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var again <-chan time.Time
		switch rest, _ := a.holds(); {
		case err != nil && !o.Passes(err):
			return err
		case err != nil:
			how.Tell(AnswerNews{Err: err})
			again = how.After(answerAgain)
		case rest > 0:
			again = how.After(rest)
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

	mu      sync.Mutex
	backoff time.Duration // of the last that was certainly not created; 0: the last was
	until   time.Time     // when the next one may leave
}

// all takes all that is to be answered now, and has it sent.
func (a *answerer) all(ctx context.Context) error {
	for ctx.Err() == nil {
		rest, alone := a.holds()
		if rest > 0 {
			return nil
		}
		next, err := a.takeOwed(ctx, a.how)
		switch {
		case err != nil || next == nil:
			return err
		case next.id == 0:
			a.how.Tell(AnswerNews{Entry: next.to, Kind: next.kind, Why: next.why})
			continue
		}
		a.places <- struct{}{}
		ended := make(chan struct{})
		a.sending.Go(func() {
			defer func() { <-a.places }()
			defer close(ended)
			a.send(ctx, next)
		})
		if alone { // whether they leave again, one finds out for all
			<-ended
		}
	}
	return nil
}

// holds is for how long nothing leaves, for the last ones did not; alone is that the next one
// tries for all.
func (a *answerer) holds() (rest time.Duration, alone bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return min(a.until.Sub(a.now()), max(a.backoff, lastHold)), a.backoff > 0
}

// send sends an answer that is recorded as being sent, and tells of it.
func (a *answerer) send(ctx context.Context, next *owed) {
	n := AnswerNews{Entry: next.to, Kind: next.kind}
	if n.Result = a.sendAnswer(ctx, a.how, next); n.Result.owedAgain() && n.Result.Unrecorded == nil {
		n.Again = a.hold(lessonOf(n.Result, "").wait)
	} else if n.Result.Err == nil {
		a.mu.Lock()
		a.backoff, a.until = 0, time.Time{}
		a.mu.Unlock()
	}
	a.how.Tell(n)
	a.wakeAnswers()
}

// hold keeps answers from leaving for as long as the API says, or for twice as long as the
// last time, and says until when.
func (a *answerer) hold(wait time.Duration) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := a.now(); !a.until.After(now) || wait > 0 {
		a.backoff = max(min(max(2*a.backoff, firstHold), lastHold), wait)
		a.until = now.Add(a.backoff)
	}
	return a.until
}

// sendAnswer sends an answer that is recorded as being sent. When ctx ends it may end, too:
// to break it off at once would leave nobody knowing what became of it. One that certainly was
// not created is owed again.
func (o *Outbox) sendAnswer(ctx context.Context, how AnswerOptions, a *owed) Result {
	limited, cancel := inPeace(ctx, answerLimit, answerGrace, how.After)
	defer cancel()
	r := Result{ID: a.id}
	r.Receipt, r.Err = o.send(limited, how.API, a.owner, a.message)
	r.Unrecorded = o.settleAnswer(context.WithoutCancel(ctx), a, r)
	return r
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
