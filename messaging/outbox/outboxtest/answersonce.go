package outboxtest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testAnswersOnce: however many listen and answer, and however often a callback comes, each
// message has one answer.
func (on *suite) testAnswersOnce(t *testing.T) {
	c, path, api := sample.NewClock(), on.place(t), &mouth{}
	var all []*process
	for range 3 {
		all = append(all, on.opened(t, path, replying(c)))
	}
	const messages = 12
	news := make(chan outbox.AnswerNews, 100)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, o := range all {
		running.Go(func() {
			if err := o.Answer(ctx, outbox.AnswerOptions{API: api, By: ours, Tell: func(n outbox.AnswerNews) { news <- n }}); err != nil {
				t.Errorf("Answer = %v", err)
			}
		})
	}
	var expected []string
	for i := range messages {
		from := fmt.Sprintf("+1919555%04d", 2000+i)
		expected = append(expected, from+" "+replies.Help)
		for _, o := range all { // each hears it, as behind one address that posts to several
			sample.Heard(t, o.Outbox, sample.Came(fmt.Sprint("n", i), from, "HELP"))
		}
	}
	for range messages {
		if n := <-news; n.Why != "" || n.Result.Err != nil || n.Err != nil {
			t.Errorf("told of %+v", n)
		}
	}
	for _, o := range all {
		for i := range messages {
			sample.Heard(t, o.Outbox, sample.Came(fmt.Sprint("n", i), fmt.Sprintf("+1919555%04d", 2000+i), "HELP"))
		}
	}
	cancel()
	running.Wait()
	got := api.texts()
	slices.Sort(got)
	want(t, "sent", got, expected...)
	if n := len(news) + owedNow(t, all[0]); n != 0 {
		t.Errorf("%d more were told of or are to be answered", n)
	}
}

// testAnswersKilled: a process that dies leaves an answer for the next one, if it did not
// begin it; and one that it began is unknown, and is sent by nobody else.
func (on *suite) testAnswersKilled(t *testing.T) {
	c, path := sample.NewClock(), on.place(t)
	first := on.opened(t, path, replying(c))
	sample.Heard(t, first.Outbox, sample.Came("a", sample.Alice, "STOP"))
	first.crash()
	second := on.opened(t, path, replying(c))
	dying := &mouth{do: second.crash}
	ctx, cancel := context.WithCancel(t.Context())
	_ = second.Answer(ctx, outbox.AnswerOptions{API: dying, By: ours, Tell: func(n outbox.AnswerNews) {
		if n.Result.Unrecorded == nil && n.Err == nil { // what it could not write down, before or after, it may say
			t.Errorf("told of %+v by a process that is dead", n)
		}
		cancel()
	}})
	cancel()
	want(t, "sent before it died", dying.texts(), sample.Alice+" "+replies.Stop)

	third, api := on.opened(t, path, replying(c)), &mouth{}
	sample.Heard(t, third.Outbox, sample.Came("b", sample.Bob, "HELP"))
	news := answered(t, third, api, 1)
	want(t, "sent by the next one", api.texts(), sample.Bob+" "+replies.Help)
	if news[0].Entry.Message.From != sample.Bob || owedNow(t, third) != 0 {
		t.Errorf("told of %+v", news)
	}
	began := sample.Value[int64](t, third.engine, "SELECT id FROM messages WHERE answers = 1")
	sample.WantState(t, third.Outbox, began, outbox.Unknown)
	again := sample.Came("a", sample.Alice, "STOP") // for the dead one did not answer it
	sample.Heard(t, third.Outbox, again)
	again.Time = again.Time.Add(time.Second) // which makes it an event of its own
	sample.Heard(t, third.Outbox, again)
	if n := owedNow(t, third); n != 0 {
		t.Errorf("%d are to be answered again", n)
	}
	sound(t, third)
}

// testAnswersSlowly: an answer that takes long keeps nobody else waiting, and one that is on
// its way when all is to end has its time, so that its outcome is known.
func (on *suite) testAnswersSlowly(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), replying(c))
	begun, goOn := make(chan struct{}), make(chan struct{})
	api := sample.API{OnSend: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == sample.Alice {
			close(begun)
			select {
			case <-goOn:
			case <-ctx.Done():
				return nil, sample.Lost()
			}
		}
		return sample.Receipt("to "+m.To[0], m), nil
	}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	news, ended := make(chan outbox.AnswerNews, 10), make(chan error, 1)
	never := make(chan time.Time)
	go func() {
		ended <- o.Answer(ctx, outbox.AnswerOptions{API: api, By: ours, After: func(time.Duration) <-chan time.Time { return never }, Tell: func(n outbox.AnswerNews) { news <- n }})
	}()
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "HELP"))
	<-begun
	sample.Heard(t, o.Outbox, sample.Came("b", sample.Bob, "HELP"))
	if n := <-news; n.Entry.Message.From != sample.Bob || n.Result.Err != nil {
		t.Errorf("told of %+v, want the one that is not slow", n)
	}
	cancel()
	select {
	case err := <-ended:
		t.Errorf("Answer = %v while one is on its way", err)
	default:
	}
	close(goOn)
	if n := <-news; n.Entry.Message.From != sample.Alice || n.Result.Err != nil {
		t.Errorf("told of %+v, want what was on its way", n)
	}
	if err := <-ended; err != nil {
		t.Errorf("Answer = %v", err)
	}
	sound(t, o)
}
