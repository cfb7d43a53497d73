package outboxtest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// deliver sends a message that counts as delivered, in so many segments.
func deliver(t *testing.T, o *process, by outbox.By, text string, segments int, to ...string) {
	t.Helper()
	m := messaging.Message{From: sample.Sender, To: to, Text: text, ApplicationID: sample.Application}
	batch, err := o.Plan(t.Context(), sample.API{}, outbox.Plan{By: by, Messages: []messaging.Message{m}, Yes: true})
	sample.Must(t, err)
	sample.Change(t, o.engine, "UPDATE messages SET state = 'delivered', segment_count = ? WHERE id = ?", segments, batch.IDs()[0])
}

// billed is what the account has in a span, asked for in two parts: up to a message, and behind it.
func billed(t *testing.T, books outbox.Books, since, until time.Time, newest int64) (all []string) {
	t.Helper()
	add := func(b outbox.Billed) error {
		all = append(all, fmt.Sprintf("%s %d %d %s", b.State, b.Segments, len(b.Message.To), b.Message.Text))
		return nil
	}
	sample.Must(t, books.EachEarlier(t.Context(), account.AccountID, since, until, newest, add))
	sample.Must(t, books.EachLater(t.Context(), account.AccountID, since, until, newest, add))
	slices.Sort(all)
	return all
}

// testBilled: what a month came to is added up of all messages of the account in it, whoever
// sent them and when they are to leave; each has what its price goes by.
func (on *suite) testBilled(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	start := clock.Now()
	deliver(t, o, account, "Hi", 2, sample.Alice)
	deliver(t, o, account, "not counted yet", 0, sample.Alice, sample.Bob)
	other := account
	other.AccountID = "other"
	deliver(t, o, other, "Hi", 1, sample.Alice)
	scheduled, err := o.Schedule(t.Context(), outbox.Plan{By: account, Messages: []messaging.Message{{From: sample.Sender, To: []string{sample.Bob}, Text: "later"}}, Yes: true}, outbox.WhenAt(start.Add(48*time.Hour)))
	sample.Must(t, err)
	last := scheduled[0]
	sample.Change(t, o.engine, "UPDATE messages SET text = '', text_omitted = 1, text_length = 71 WHERE text = 'not counted yet'")

	books := o.Books()
	now := start.Add(-time.Second)
	for name, c := range map[string]struct {
		since, until time.Time
		want         []string
	}{
		"today":    {now, start.Add(24 * time.Hour), []string{"delivered 2 1 ", "delivered 2 2 "}}, // the text that nobody has any more counts as the longest
		"tomorrow": {start.Add(24 * time.Hour), start.Add(72 * time.Hour), []string{"scheduled 0 1 later"}},
		"all":      {now, start.Add(72 * time.Hour), []string{"delivered 2 1 ", "delivered 2 2 ", "scheduled 0 1 later"}},
		"before":   {start.Add(-48 * time.Hour), now, nil},
	} {
		for id := range last + 2 {
			if got := billed(t, books, c.since, c.until, id); !slices.Equal(got, c.want) {
				t.Errorf("%s, up to %d and later: got %q, want %q", name, id, got, c.want)
			}
		}
	}
	if newest, err := books.Newest(t.Context()); err != nil || newest != last {
		t.Errorf("Newest = %d, %v, want %d", newest, err, last)
	}
	later := 0
	sample.Must(t, books.EachLater(t.Context(), account.AccountID, now, start.Add(72*time.Hour), last, func(b outbox.Billed) error {
		if later++; b.State != outbox.Scheduled {
			t.Errorf("behind the newest there is one that is %s", b.State)
		}
		return nil
	}))
	if later != 1 {
		t.Errorf("%d are given behind the newest, want the one that is sent later", later)
	}
	enough := errors.New("enough")
	if err := books.EachEarlier(t.Context(), account.AccountID, now, start.Add(time.Hour), last, func(outbox.Billed) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("EachEarlier = %v, want the error of do", err)
	}
}
