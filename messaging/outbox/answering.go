package outbox

import (
	"context"
	"errors"
	"sync"
	"time"

	"telex/messaging"
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
	Err    error  // of the outbox; it is tried again
}

// Answer answers what is to be answered with no person, until ctx ends: with the texts of
// [Options.Replies] whoever opts out, comes back or asks for help, once, by an event with
// credentials, within five minutes. Several processes may do so on one outbox: each message
// is answered by one of them, and by none a second time, even if that process died. An
// answer is a message like every other, recorded before and after: see [Entry.Answers].
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
	var sending sync.WaitGroup
	defer sending.Wait()
	places := make(chan struct{}, answersAtOnce)
	for {
		err := o.answerAll(ctx, how, func(a *owed) {
			places <- struct{}{}
			sending.Go(func() {
				defer func() { <-places }()
				how.Tell(AnswerNews{Entry: a.to, Kind: a.kind, Result: o.sendAnswer(ctx, how, a)})
			})
		})
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
		}
		select {
		case <-o.owed:
		case <-again:
		case <-ctx.Done():
			return nil
		}
	}
}

// answerAll takes all that is to be answered now, and has it sent.
func (o *Outbox) answerAll(ctx context.Context, how AnswerOptions, send func(*owed)) error {
	for ctx.Err() == nil {
		a, err := o.takeOwed(ctx, how)
		switch {
		case err != nil || a == nil:
			return err
		case a.id == 0:
			how.Tell(AnswerNews{Entry: a.to, Kind: a.kind, Why: a.why})
		default:
			send(a)
		}
	}
	return nil
}

// sendAnswer sends an answer that is recorded as being sent. When ctx ends it may end, too:
// to break it off at once would leave nobody knowing what became of it.
func (o *Outbox) sendAnswer(ctx context.Context, how AnswerOptions, a *owed) Result {
	limited, cancel := inPeace(ctx, answerLimit, answerGrace, how.After)
	defer cancel()
	batch := &Batch{outbox: o, api: how.API, owner: a.owner, messages: []messaging.Message{a.message}, ids: []int64{a.id}}
	return batch.Send(limited, 0)
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
