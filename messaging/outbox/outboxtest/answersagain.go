package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	return answersWhile(t, o, leaps(c), api, enough)
}

// answersWhile is answersOver where time goes by so. A hundred news are enough for every test.
func answersWhile(t testing.TB, o *process, after func(time.Duration) <-chan time.Time, api outbox.API, enough func(outbox.AnswerNews) bool) (all []outbox.AnswerNews) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := o.Answer(ctx, outbox.AnswerOptions{API: api, By: ours, After: after, Tell: func(n outbox.AnswerNews) {
		if all = append(all, n); enough(n) || len(all) == 100 {
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
		at := began.Add([]time.Duration{0, 5 * time.Second, 35 * time.Second, 55 * time.Second}[i])
		if off := d.Created.Sub(at); off < 0 || off > time.Second {
			t.Errorf("try %d was made %s after the first, want %s", i+1, d.Created.Sub(began), at.Sub(began))
		}
		before = n.Result.ID
	}
	want(t, "sent", slices.Compact(api.texts()), sample.Alice+" "+replies.Stop)
	sound(t, o)
}

// testAnswersAgainLate: it is tried again for five minutes, and no time is told that lies behind
// them: then it is given up.
func (on *suite) testAnswersAgainLate(t *testing.T) {
	c := sample.NewClock()
	end := c.Now().Add(5 * time.Minute)
	o, api := on.opened(t, on.place(t), replying(c)), &stammer{errs: slices.Repeat([]error{sample.NeverLeft()}, 100)}
	for i, from := range []string{sample.Alice, sample.Bob} {
		sample.Heard(t, o.Outbox, sample.Came(fmt.Sprint("n", i), from, "HELP"))
	}
	givenUp, tries := 0, map[int64]int{}
	for _, n := range answersOver(t, o, c, api, func(n outbox.AnswerNews) bool {
		if n.GivenUp {
			givenUp++
		}
		return givenUp == 2 || n.Why != ""
	}) {
		if tries[n.Entry.ID]++; n.GivenUp != n.Again.IsZero() || !n.Again.Before(end) || n.Why != "" {
			t.Errorf("told of %+v, want that it is tried again in time, or given up", n)
		}
	}
	for id, n := range tries {
		if n < 7 || n > 8 { // after 0, 5, 15, 35, 75, 135, 195 and 255 seconds, or later
			t.Errorf("the answer to message %d was tried %d times in five minutes", id, n)
		}
	}
	if n := owedNow(t, o); n != 0 {
		t.Errorf("%d are owed, want none", n)
	}
	sound(t, o)
}

// testAnswersAgainInTime: whether there is another try is decided with the pause before it.
func (on *suite) testAnswersAgainInTime(t *testing.T) {
	for _, test := range []struct {
		late  time.Duration
		err   error
		again bool
	}{
		{5*time.Minute - 6*time.Second, broken(), true},
		{5*time.Minute - 5*time.Second, broken(), false},
		{5*time.Minute - 5*time.Second, sample.NeverLeft(), false},
		{time.Minute, limited(4*time.Minute - time.Second), true},
		{time.Minute, limited(4 * time.Minute), false},
	} {
		c := sample.NewClock()
		o, api := on.opened(t, on.place(t), replying(c)), &stammer{errs: []error{test.err}}
		sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "HELP"))
		c.Advance(test.late)
		news := answered(t, o, api, 1)[0]
		if again := owedNow(t, o) == 1; again != test.again || again == news.Again.IsZero() || again == news.GivenUp {
			t.Errorf("%s after it was written, after %v: owed %t, told of %+v, want another try: %t", test.late, test.err, again, news, test.again)
		}
	}
}

// testAnswersAgainAside: an answer that fails again and again keeps nobody else's from leaving;
// where nothing leaves for a moment, who was not tried yet finds out for all.
func (on *suite) testAnswersAgainAside(t *testing.T) {
	const theAPIFails = "the API fails"
	for name, fails := range map[string]error{theAPIFails: broken(), "no connection": sample.NeverLeft(), "the API takes no more": limited(0)} {
		c := sample.NewClock()
		o := on.opened(t, on.place(t), replying(c))
		api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
			if m.To[0] == sample.Alice {
				return nil, fails
			}
			return sample.Receipt("to "+m.To[0], m), nil
		}}
		sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "STOP"))
		others, leap, began := []string{sample.Bob, sample.Carol}, leaps(c), c.Now()
		written := false
		all := answersWhile(t, o, func(d time.Duration) <-chan time.Time {
			if written {
				return leap(d)
			}
			written = true // just after the first failure
			for i, from := range others {
				sample.Heard(t, o.Outbox, sample.Came(fmt.Sprint("n", i), from, "STOP"))
			}
			return nil
		}, api, func(n outbox.AnswerNews) bool { return n.GivenUp || n.Why != "" })
		slices.SortFunc(all, func(a, b outbox.AnswerNews) int { return int(a.Result.ID - b.Result.ID) })
		var tried []string
		for _, n := range all {
			tried = append(tried, n.Entry.Message.From)
			waited := sample.RowOf(t, o.Outbox, n.Result.ID).Created.Sub(began)
			if n.Result.Err == nil && (waited < time.Second) != (name == theAPIFails) {
				t.Errorf("%s: %s was answered after %s", name, n.Entry.Message.From, waited)
			}
		}
		expected := slices.Concat([]string{sample.Alice}, others, slices.Repeat([]string{sample.Alice}, 7))
		want(t, name+": tried", tried, expected...)
		if n := owedNow(t, o); n != 0 {
			t.Errorf("%s: %d are owed, want none", name, n)
		}
		sound(t, o)
	}
}

// testAnswersAgainPauses: the pauses of an answer grow whatever becomes of others, and whichever
// process makes the tries: they are read from the outbox.
func (on *suite) testAnswersAgainPauses(t *testing.T) {
	c, path := sample.NewClock(), on.place(t)
	both := []*process{on.opened(t, path, replying(c)), on.opened(t, path, replying(c))}
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == sample.Alice {
			return nil, broken()
		}
		return sample.Receipt("to "+m.To[0], m), nil
	}}
	sample.Heard(t, both[0].Outbox, sample.Came("a", sample.Alice, "HELP"))
	others := 0
	onlyOther := func() {
		t.Helper()
		others++
		from := fmt.Sprintf("+1919555%04d", 3000+others)
		v := sample.Came(fmt.Sprint("n", others), from, "HELP")
		v.Message.Time = c.Now()
		sample.Heard(t, both[0].Outbox, v)
		if n := answered(t, both[others%2], api, 1)[0]; n.Entry.Message.From != from || n.Result.Err != nil {
			t.Errorf("%s after the start: told of %+v, want the answer to %s alone", c.Now().Sub(sample.NewClock().Now()), n, from)
		}
	}
	const s = time.Second
	for i, pause := range []time.Duration{5 * s, 10 * s, 20 * s, 40 * s, 60 * s, 60 * s, 60 * s} {
		n := answered(t, both[i%2], api, 1)[0]
		if n.Entry.Message.From != sample.Alice || !n.Again.Equal(c.Now().Add(pause)) {
			t.Errorf("try %d: told of %+v, want that it is tried again after %s", i+1, n, pause)
		}
		onlyOther()
		c.Advance(pause - s)
		onlyOther()
		c.Advance(s)
	}
	if tries := sample.Value[int](t, both[0].engine, "SELECT count(*) FROM messages WHERE answers = 1"); tries != 7 {
		t.Errorf("%d tries, want 7", tries)
	}
	sound(t, both[0])
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
	c.Advance(5 * time.Second)
	api := &mouth{}
	answered(t, two, api, 1)
	want(t, "sent", api.texts(), sample.Alice+" "+replies.Help)
	if n := owedNow(t, one); n != 0 {
		t.Errorf("%d are owed, want none", n)
	}
}
