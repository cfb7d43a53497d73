package outbox

import (
	"context"
	"errors"
	"time"

	"telex/messaging"
)

const (
	// answerLimit is how long one answer may take, with all its tries.
	answerLimit = time.Minute
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
	// called by the goroutine of [Outbox.Answer], which waits for it.
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
// It returns nil when ctx ends; another error is that of the outbox, which does not pass.
func (o *Outbox) Answer(ctx context.Context, how AnswerOptions) error {
	if how.After == nil {
		how.After = time.After
	}
	if how.Tell == nil {
		how.Tell = func(AnswerNews) {}
	}
	for {
		err := o.answerAll(ctx, how)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it is over, whatever did not end before that
		}
		var again <-chan time.Time
		switch {
		case err != nil && !o.passes(err):
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

// answerAll answers all that is to be answered now.
func (o *Outbox) answerAll(ctx context.Context, how AnswerOptions) error {
	for {
		a, err := o.takeOwed(ctx, how)
		if err != nil || a == nil {
			return err
		}
		news := AnswerNews{Entry: a.to, Kind: a.kind, Why: a.why}
		if a.id != 0 {
			batch := &Batch{outbox: o, api: how.API, messages: []messaging.Message{a.message}, ids: []int64{a.id}}
			limited, cancel := context.WithTimeout(ctx, answerLimit)
			news.Result = batch.Send(limited, 0)
			cancel()
		}
		how.Tell(news)
	}
}

// wakeAnswers has what is owed be seen to, if somebody in this process does.
func (o *Outbox) wakeAnswers() {
	select {
	case o.owed <- struct{}{}:
	default: // it is about to
	}
}

// passes reports whether the outbox may do later what it did not do now.
func (o *Outbox) passes(err error) bool {
	for _, stays := range []error{ErrGone, ErrClosed, ErrDamaged, ErrNewer, ErrUnsafe, ErrFileSystem} {
		if errors.Is(err, stays) {
			return false
		}
	}
	return NotRecorded(err) && o.Report().Unwritable == nil
}
