package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// dueOf is whose messages the helpers send.
var dueOf = outbox.By{AccountID: "9900000"}

// helpDue sends what is due until nothing is scheduled. What leaves it says, before it has an
// answer, and writes it into a file, which outlives it.
func helpDue(ctx context.Context, path, noted string) error {
	left, err := os.OpenFile(noted, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = left.Close() }()
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	say("open")
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if _, err := fmt.Fprintln(left, m.Text); err != nil {
			return nil, err
		}
		say("left %s", m.Text)
		return sample.Receipt("api-"+m.Text, m), nil
	}}
	for {
		end, err := o.SendDue(ctx, outbox.DueOptions{API: api, By: dueOf, Parallel: 4})
		if err != nil {
			return err
		}
		if end.Next.IsZero() {
			return o.Close()
		}
		<-time.After(time.Until(end.Next))
	}
}

// TestDueKilled has two processes send many messages that are due at one moment, and kills
// them again and again: each message leaves once at most, and none is lost.
func TestDueKilled(t *testing.T) {
	path := place(t)
	o := opened(t, path, outbox.Options{})
	const many = 40
	var messages []messaging.Message
	for i := range many {
		messages = append(messages, sample.SMS(fmt.Sprint("n", i)))
	}
	at := time.Now().Add(300 * time.Millisecond)
	_, err := o.Schedule(t.Context(), outbox.Plan{By: dueOf, Messages: messages}, outbox.WhenAt(at))
	sample.Must(t, err)
	noted := filepath.Join(t.TempDir(), "left")
	rounds := 3
	if os.Getenv("TELEX_SOAK") != "" {
		rounds *= 5
	}
	if testing.Short() {
		rounds = 1
	}
	for i := range rounds {
		one, other := started(t, "due", path, noted), started(t, "due", path, noted)
		one.want("open")
		other.want("open")
		for range 1 + i%3 { // at the due moment itself, and somewhat later
			one.line()
		}
		one.kill()
		for range i % 5 {
			other.line()
		}
		other.kill()
	}
	started(t, "due", path, noted).end()
	lines, err := os.ReadFile(noted)
	sample.Must(t, err)
	left := map[string]int{}
	for text := range strings.FieldsSeq(string(lines)) {
		left[text]++
	}
	for text, n := range left {
		if n != 1 {
			t.Errorf("%s left %d times", text, n)
		}
	}
	entries, err := o.List(t.Context(), outbox.Filter{Limit: 2 * many})
	sample.Must(t, err)
	unknown := 0
	for _, e := range entries {
		switch n := left[e.Message.Text]; {
		case e.State == outbox.Unknown:
			unknown++ // it may have left, and nobody says that it did not
		case e.State != outbox.Accepted || n != 1:
			t.Errorf("message %d is %s and left %d times, want it to be accepted", e.ID, e.State, n)
		}
	}
	if len(entries) != many || unknown > 4*2*rounds || !slices.ContainsFunc(entries, func(e outbox.Entry) bool { return e.State == outbox.Accepted }) {
		t.Errorf("%d rows, of which %d are unknown after %d kills", len(entries), unknown, 2*rounds)
	}
	t.Logf("%d left, %d unknown", len(left), unknown)
}

// TestIndexesOfDue: who looks whether something is due reads what is due alone, and writes
// nothing if nothing is.
func TestIndexesOfDue(t *testing.T) {
	var asked []question
	watch, o := observed(t, &asked)
	sample.Bare(t, eng(o), 300, outbox.Accepted, sample.NewClock().Now())
	_, err := watch.Schedule(t.Context(), outbox.Plan{By: dueOf, Messages: []messaging.Message{sample.SMS("Hi")}}, outbox.WhenAt(time.Now().Add(time.Hour)))
	sample.Must(t, err)
	asked = nil
	end, err := watch.SendDue(t.Context(), outbox.DueOptions{By: dueOf})
	if err != nil || end.Next.IsZero() || end.Sent+end.Missed+end.Others != 0 {
		t.Fatalf("SendDue = %+v, %v, want nothing, and when to come again", end, err)
	}
	if len(asked) > 5 {
		t.Errorf("%d statements for nothing: %v", len(asked), asked)
	}
	for _, q := range asked {
		plan := strings.Join(sample.Lines(t, eng(o), "EXPLAIN QUERY PLAN "+q.query, q.args...), "\n")
		if !strings.HasPrefix(q.query, "SELECT") || !strings.Contains(plan, "messages_due") && !strings.Contains(plan, "runs_open") {
			t.Errorf("%s: %s; want a question that goes by what is scheduled, or by the runs that are open", q.query, plan)
		}
	}
}
