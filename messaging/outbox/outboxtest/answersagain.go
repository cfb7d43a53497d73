package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A stammer ends its first calls by errors.
type stammer struct {
	mouth

	errs []error
}

func (s *stammer) Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
	receipt, err := s.mouth.Send(ctx, m)
	if n := len(s.sent); n <= len(s.errs) {
		return nil, s.errs[n-1]
	}
	return receipt, err
}

// answersOver runs a process that answers, while time goes by as it waits, until what it tells
// is enough.
func answersOver(t testing.TB, o *process, c *sample.Clock, api outbox.API, enough func(outbox.AnswerNews) bool) (all []outbox.AnswerNews) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := o.Answer(ctx, outbox.AnswerOptions{API: api, By: ours, After: leaps(c), Tell: func(n outbox.AnswerNews) {
		if all = append(all, n); enough(n) {
			cancel()
		}
	}})
	if err != nil {
		t.Errorf("Answer = %v, want nil", err)
	}
	return all
}

func limited(wait time.Duration) error {
	return &messaging.Error{Op: "send message", Outcome: messaging.Rejected, Status: 429, Wait: wait, Err: messaging.ErrRateLimited}
}

func broken() error {
	return &messaging.Error{Op: "send message", Outcome: messaging.Rejected, Status: 503, Type: "service-unavailable"}
}

// testAnswersAgain: an answer that certainly was not created is tried again, with pauses that
// grow, until it is; each try is a row, which points at the one before.
func (on *suite) testAnswersAgain(t *testing.T) {
	c := sample.NewClock()
	o, api := on.opened(t, on.place(t), replying(c)), &stammer{errs: []error{sample.NeverLeft(), limited(30 * time.Second), broken()}}
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "STOP"))
	began := c.Now()
	all := answersOver(t, o, c, api, func(n outbox.AnswerNews) bool { return n.Result.Err == nil })
	if len(all) != 4 || owedNow(t, o) != 0 {
		t.Fatalf("told of %+v, want four tries, and that nothing is owed", all)
	}
	before := int64(0)
	for i, n := range all {
		want := []outbox.State{outbox.Unsent, outbox.Rejected, outbox.Rejected, outbox.Accepted}[i]
		d := sample.RowOf(t, o.Outbox, n.Result.ID)
		if d.State != want || d.Answers != n.Entry.ID || d.ResendOf != before || n.Again.IsZero() != (want == outbox.Accepted) {
			t.Errorf("try %d is %s, repeats %d and is to be made again at %v, want %s", i+1, d.State, d.ResendOf, n.Again, want)
		}
		at := began.Add([]time.Duration{0, 5 * time.Second, 35 * time.Second, 95 * time.Second}[i])
		if off := d.Created.Sub(at); off < 0 || off > time.Second {
			t.Errorf("try %d was made %s after the first, want %s", i+1, d.Created.Sub(began), at.Sub(began))
		}
		before = n.Result.ID
	}
	want(t, "sent", slices.Compact(api.texts()), sample.Alice+" "+replies.Stop)
	sound(t, o)
}

// testAnswersAgainLate: after five minutes it is tried no more, and what came meanwhile is told
// of too; who is tried for first finds out for all.
func (on *suite) testAnswersAgainLate(t *testing.T) {
	c := sample.NewClock()
	o, api := on.opened(t, on.place(t), replying(c)), &stammer{errs: slices.Repeat([]error{sample.NeverLeft()}, 100)}
	for i, from := range []string{sample.Alice, sample.Bob} {
		sample.Heard(t, o.Outbox, sample.Came(fmt.Sprint("n", i), from, "HELP"))
	}
	late := 0
	all := answersOver(t, o, c, api, func(n outbox.AnswerNews) bool {
		if strings.Contains(n.Why, "more than five minutes ago") {
			late++
		}
		return late == 2
	})
	if n := len(all) - late; n < 7 || n > 12 || owedNow(t, o) != 0 {
		t.Errorf("%d tries in five minutes, and %d are owed, want some, and none", n, owedNow(t, o))
	}
	sound(t, o)
}

// testAnswersNotAgain: what may have been created is never tried again, nor what would fare no
// better.
func (on *suite) testAnswersNotAgain(t *testing.T) {
	for name, err := range map[string]error{
		"lost": sample.Lost(), "a page of a gateway": sample.GatewayPage(), "refused": sample.Refusal("STOP"), "another error": errors.New("odd"),
		"credentials": &messaging.Error{Op: "send message", Outcome: messaging.Rejected, Status: 401, Err: messaging.ErrUnauthorized},
	} {
		c := sample.NewClock()
		o, api := on.opened(t, on.place(t), replying(c)), &stammer{errs: []error{err}}
		sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "HELP"))
		news := answered(t, o, api, 1)[0]
		if len(api.sent) != 1 || owedNow(t, o) != 0 || !news.Again.IsZero() {
			t.Errorf("%s: %d tries, %d owed, and another one at %v, want one try", name, len(api.sent), owedNow(t, o), news.Again)
		}
	}
}

// testAnswersAgainByOthers: what one process could not send another one sends, once.
func (on *suite) testAnswersAgainByOthers(t *testing.T) {
	c, path := sample.NewClock(), on.place(t)
	one, two := on.opened(t, path, replying(c)), on.opened(t, path, replying(c))
	sample.Heard(t, one.Outbox, sample.Came("a", sample.Alice, "HELP"))
	answered(t, one, &stammer{errs: []error{sample.NeverLeft()}}, 1)
	if n := owedNow(t, two); n != 1 {
		t.Errorf("%d are owed, want 1", n)
	}
	api := &mouth{}
	answered(t, two, api, 1)
	want(t, "sent", api.texts(), sample.Alice+" "+replies.Help)
	if n := owedNow(t, one); n != 0 {
		t.Errorf("%d are owed, want none", n)
	}
}
