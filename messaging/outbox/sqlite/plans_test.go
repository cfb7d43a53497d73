package sqlite

import (
	"context"
	"slices"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestIndexesOfMakers: who looks for what somebody sent goes through those messages alone.
func TestIndexesOfMakers(t *testing.T) {
	path := place(t)
	var asked []question
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{User: outbox.User{Name: "ana", Host: "north"}})
	sample.Must(t, err)
	t.Cleanup(func() { sample.Must(t, watch.Close()) })
	o := opened(t, path, outbox.Options{})
	sample.Begun(t, watch, sample.SMS("Hi"))
	at := sample.NewClock().Now()
	for name, f := range map[string]outbox.Filter{
		"a name": {By: "Ana"}, "a login": {By: "Ana at north"}, "folded": {By: "Ana", Folded: true}, "dates": {By: "Ana", Since: at, Until: at.AddDate(99, 0, 0)},
		"oldest": {By: "Ana", Oldest: true},
	} {
		asked = nil
		found, err := watch.List(t.Context(), f)
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d messages, %v, want 1", name, len(found), err)
		}
		got := asking(t, asked, "lower(m.by_name)").plan(t, o)
		if !strings.Contains(got, "INDEX messages_by (<expr>=?") || strings.Contains(got, "SCAN m") || strings.Contains(got, "FOR ORDER BY") != (name == "a login") {
			t.Errorf("%s:\n%s, want the index of makers, and nothing sorted but what several names give", name, got)
		}
	}
}

// TestIndexesOfBooks: what came since a first look at the books is found by its ids, and what
// is sent later among what is.
func TestIndexesOfBooks(t *testing.T) {
	var asked []question
	watch, o := observed(t, &asked)
	asked = nil
	at, none := sample.NewClock().Now(), func(outbox.Billed) error { return nil }
	sample.Must(t, watch.Books().EachEarlier(t.Context(), "a", at, at.AddDate(0, 1, 0), 100, none))
	sample.Must(t, watch.Books().EachLater(t.Context(), "a", at, at.AddDate(0, 1, 0), 100, none))
	indexes := []string{"messages_created (created_at>? AND created_at<?)", "PRIMARY KEY (rowid>?)", "messages_due_late"}
	if len(asked) != len(indexes) {
		t.Fatalf("%d questions are asked, want %d: %v", len(asked), len(indexes), asked)
	}
	for i, index := range indexes {
		if got := asked[i].plan(t, o); !strings.Contains(got, index) {
			t.Errorf("%s goes by %s, want %s", asked[i].query, got, index)
		}
	}
}

// TestIndexesOfRecents: what several people of a run got lately is asked for at once, and found
// by each of them.
func TestIndexesOfRecents(t *testing.T) {
	var asked []question
	watch, o := observed(t, &asked)
	const people = 8
	run := sample.Started(t, watch, sample.Broadcast(), sample.People(people))
	_, err := watch.Drain(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("api-"+m.To[0], m), nil
	}}, run, sample.Fast(outbox.DrainOptions{Parallel: people}))
	sample.Must(t, err)
	const one = "m.recipients = ? AND m.content IS NOT DISTINCT FROM ?"
	together := 0
	for _, q := range slices.DeleteFunc(asked, func(q question) bool { return !strings.Contains(q.query, one) }) {
		of := strings.Count(q.query, one)
		together = max(together, of)
		if got := q.plan(t, o); strings.Count(got, "INDEX messages_same (recipients=? AND content=?)") != of || strings.Contains(got, "SCAN m") {
			t.Errorf("for %d people:\n%s, want the index of the same messages for each", of, got)
		}
	}
	if together < 2 {
		t.Errorf("at most %d people were asked for at once, want several", together)
	}
}
