package outboxtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// replies are the texts of the tests.
var replies = outbox.Replies{Stop: "You get no more texts.", Start: "Welcome back.", Help: "Call 919 555 0100."}

// replying are the options of a process that answers by itself.
func replying(c *sample.Clock) outbox.Options {
	return outbox.Options{Now: c.Now, Replies: func(string) outbox.Replies { return replies }}
}

// A mouth sends, and knows what.
type mouth struct {
	mu   sync.Mutex
	sent []messaging.Message
	do   func() // before each
}

func (m *mouth) Send(_ context.Context, what messaging.Message) (*messaging.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, what)
	if m.do != nil {
		m.do()
	}
	return sample.Receipt(fmt.Sprint("answer ", what.To[0], len(m.sent)), what), nil
}

// texts are who got what.
func (m *mouth) texts() (lines []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sent {
		lines = append(lines, s.To[0]+" "+s.Text)
	}
	return lines
}

// answered runs a process that answers until it told of n messages.
func answered(t testing.TB, o *process, api outbox.API, n int) (all []outbox.AnswerNews) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	news, ended := make(chan outbox.AnswerNews, 100), make(chan error, 1)
	go func() {
		ended <- o.Answer(ctx, outbox.AnswerOptions{API: api, By: ours, Own: []string{"+19195550142"}, Tell: func(n outbox.AnswerNews) {
			select {
			case news <- n:
			case <-ctx.Done():
			}
		}})
	}()
	for range n {
		select {
		case v := <-news:
			all = append(all, v)
		case err := <-ended:
			t.Fatalf("Answer = %v after %d of %d", err, len(all), n)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Answer = %v, want nil", err)
	}
	return all
}

// owedNow counts what is to be answered.
func owedNow(t testing.TB, o *process) int {
	t.Helper()
	return sample.Value[int](t, o.engine, "SELECT count(*) FROM messages WHERE owes <> ''")
}

// testAnswers: who is answered with no person, and why others are not.
func (on *suite) testAnswers(t *testing.T) {
	shared := "+18885550100" // toll-free
	from := func(text string, more ...func(*callback.Event)) callback.Event {
		v := sample.Came("the one", sample.Alice, text)
		for _, change := range more {
			change(&v)
		}
		return v
	}
	to := func(own string) func(*callback.Event) {
		return func(v *callback.Event) { v.To, v.Message.Owner, v.Message.To = own, own, []string{own} }
	}
	of := func(number string) func(*callback.Event) {
		return func(v *callback.Event) { v.Message.From = number }
	}
	for _, test := range []answerTest{
		{"STOP", from("STOP"), 0, replies.Stop},
		{"START", from("Start."), 0, replies.Start},
		{"HELP", from("help!"), 0, replies.Help},
		{"a text", from("see you"), 0, ""},
		{"what may be an opt-out", from("please stop texting me"), 0, ""},
		{"without credentials", from("HELP", func(v *callback.Event) { v.Trust = callback.Untrusted }), 0, ""},
		{"STOP without credentials", from("STOP", func(v *callback.Event) { v.Trust = callback.Untrusted }), 0, ""},
		{"STOP to a toll-free number", from("STOP", to(shared)), 0, "the network answers"},
		{"HELP to a toll-free number", from("HELP", to(shared)), 0, replies.Help},
		{"a short code", from("HELP", of("12345")), 0, "a short code"},
		{"a name", from("HELP", of("ACME")), 0, "E.164"},
		{"a number of ours", from("HELP", of("+19195550142")), 0, "a number of yours"},
		{"a number of ours that the outbox knows", from("HELP", of(ownToo)), 0, "a number of yours"},
		{"a group", from("HELP", func(v *callback.Event) { v.Message.To = append(v.Message.To, sample.Bob) }), 0, "a group"},
		{"just in time", from("STOP"), 5*time.Minute - time.Second, replies.Stop},
		{"late", from("STOP"), 5 * time.Minute, "more than five minutes ago"},
	} {
		on.testAnswer(t, test)
	}
}

// An answerTest is one thing that somebody writes.
type answerTest struct {
	name  string
	event callback.Event
	late  time.Duration
	want  string // the text, or why there is none; "" for not even a question of it
}

func (on *suite) testAnswer(t *testing.T, test answerTest) {
	t.Helper()
	c := sample.NewClock()
	o, api := on.opened(t, on.place(t), replying(c)), &mouth{}
	theirs := sample.SMS("from another number", sample.Bob)
	theirs.From = ownToo
	sample.Begun(t, o.Outbox, theirs)
	sample.Heard(t, o.Outbox, test.event)
	if test.want == "" {
		if n := owedNow(t, o); n != 0 {
			t.Errorf("%s: it is to be answered", test.name)
		}
		return
	}
	c.Advance(test.late)
	news := answered(t, o, api, 1)[0]
	said := news.Why
	if len(api.sent) == 1 {
		said = api.sent[0].Text
		checkAnswer(t, test.name, sample.RowOf(t, o.Outbox, news.Result.ID), news, test.event)
	}
	if !strings.Contains(said, test.want) || owedNow(t, o) != 0 || len(api.sent) > 1 {
		t.Errorf("%s: %q, %d sent, want %q", test.name, said, len(api.sent), test.want)
	}
	sound(t, o)
}

// checkAnswer demands that the row of an answer is as that of every message.
func checkAnswer(t testing.TB, name string, d outbox.Detail, news outbox.AnswerNews, to callback.Event) {
	t.Helper()
	if d.State != outbox.Accepted || d.Answers != news.Entry.ID || d.Message.From != to.To || !slices.Equal(d.Message.To, []string{to.Message.From}) || len(d.Moves) != 2 || d.By != ours {
		t.Errorf("%s: the row is %+v, want one as of every message", name, d)
	}
	if e := d.Message.Expiration; news.Kind == "stop" != e.Equal(sample.NewClock().Now().Add(5*time.Minute)) {
		t.Errorf("%s: it expires at %s", name, e)
	}
}

// testAnswersGuarded: a number has one answer an hour, whatever it writes and to whichever
// number: two programs that answer each other end with that.
func (on *suite) testAnswersGuarded(t *testing.T) {
	c := sample.NewClock()
	o, api := on.opened(t, on.place(t), replying(c)), &mouth{}
	write := func(id, text string) string {
		t.Helper()
		v := sample.Came(id, sample.Alice, text)
		v.Message.Time = c.Now()
		sample.Heard(t, o.Outbox, v)
		return answered(t, o, api, 1)[0].Why
	}
	for i, text := range []string{"HELP", "info", "START", "HELP"} {
		why := write(fmt.Sprint("n", i), text)
		if (why == "") != (i == 0) || i > 0 && !strings.Contains(why, "within the last hour") {
			t.Errorf("%d: %q", i, why)
		}
		c.Advance(15 * time.Minute)
	}
	if why := write("later", "HELP"); why != "" {
		t.Errorf("an hour later: %q, want an answer", why)
	}
	want(t, "sent", api.texts(), sample.Alice+" "+replies.Help, sample.Alice+" "+replies.Help)
}

// A wire brings what one telex sends into the outbox of another.
type wire struct {
	t    testing.TB
	to   *process
	sent int
	now  func() time.Time
}

func (w *wire) Send(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
	w.sent++
	v := sample.Came(fmt.Sprint("by wire ", m.From, w.sent), m.From, m.Text)
	v.To, v.Message.Owner, v.Message.To, v.Message.Time = m.To[0], m.To[0], m.To, w.now()
	sample.Heard(w.t, w.to.Outbox, v)
	return sample.Receipt(fmt.Sprint("sent by wire ", m.From, w.sent), m), nil
}

// testAnswersLoop: two telex that answer each other, even by words that are answered, say one
// thing each.
func (on *suite) testAnswersLoop(t *testing.T) {
	c := sample.NewClock()
	options := outbox.Options{Now: c.Now, Replies: func(string) outbox.Replies { return outbox.Replies{Help: "HELP", Start: "START"} }}
	one, two := on.opened(t, on.place(t), options), on.opened(t, on.place(t), options)
	toTwo, toOne := &wire{t: t, to: two, now: c.Now}, &wire{t: t, to: one, now: c.Now}
	sample.Heard(t, one.Outbox, sample.Came("first", sample.Alice, "HELP"))
	for range 10 {
		if owedNow(t, one)+owedNow(t, two) == 0 {
			break
		}
		answered(t, one, toTwo, owedNow(t, one))
		c.Advance(time.Minute)
		answered(t, two, toOne, owedNow(t, two))
		c.Advance(time.Minute)
	}
	if toTwo.sent != 1 || toOne.sent != 1 || owedNow(t, one)+owedNow(t, two) != 0 {
		t.Errorf("they sent %d and %d, want one each, and the end", toTwo.sent, toOne.sent)
	}
}

// testAnswersLedger: the confirmation of an opt-out is the only text that who opted out
// gets, once for each.
func (on *suite) testAnswersLedger(t *testing.T) {
	c := sample.NewClock()
	o, api := on.opened(t, on.place(t), replying(c)), &mouth{}
	n := 0
	write := func(from, text string) string {
		t.Helper()
		c.Advance(2 * time.Hour) // past the guard
		n++
		v := sample.Came(fmt.Sprint("n", n), from, text)
		v.Message.Time = c.Now()
		sample.Heard(t, o.Outbox, v)
		return answered(t, o, api, 1)[0].Why
	}
	expect := func(why, want string) {
		t.Helper()
		if (why == "") != (want == "") || !strings.Contains(why, want) {
			t.Errorf("%q, want %q", why, want)
		}
	}
	expect(write(sample.Alice, "STOP"), "")
	want(t, "refused", refused(t, o, sample.SMS("more")), sample.Alice)
	expect(write(sample.Alice, "STOP"), "opted out since")
	expect(write(sample.Alice, "HELP"), "opted out since")
	expect(write(sample.Alice, "START"), "")
	expect(write(sample.Alice, "STOP"), "")
	_, err := o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: sample.Bob, By: outbox.OptedByPerson}})
	sample.Must(t, err)
	for _, text := range []string{"HELP", "START", "STOP"} {
		expect(write(sample.Bob, text), "opted out since")
	}
	const held = "+19195551299"
	c.Advance(time.Hour)
	sample.Heard(t, o.Outbox, sample.Came("held", held, "please take me off"))
	for _, text := range []string{"HELP", "START", "STOP"} {
		expect(write(held, text), "since")
	}
	// Who came back before the answer left wants none.
	const dave = "+19195551298"
	c.Advance(2 * time.Hour)
	for i, text := range []string{"STOP", "START"} {
		v := sample.Came(fmt.Sprint("dave", i), dave, text)
		v.Message.Time = c.Now().Add(time.Duration(i) * time.Second)
		c.Advance(time.Duration(i) * 2 * time.Second)
		sample.Heard(t, o.Outbox, v)
	}
	news := answered(t, o, api, 2)
	expect(news[0].Why, "wants texts again")
	expect(news[1].Why, "")
	want(t, "sent", api.texts(), sample.Alice+" "+replies.Stop, sample.Alice+" "+replies.Start, sample.Alice+" "+replies.Stop, dave+" "+replies.Start)
	sound(t, o)
}
