package sqlite

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestIndexesOfAnswers: what is asked for each text that comes in, for each answer, and to
// count who is held, goes through nobody else's rows.
func TestIndexesOfAnswers(t *testing.T) {
	path, c := place(t), sample.NewClock()
	var asked []question
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{
		Now: c.Now, Replies: func(string) outbox.Replies { return outbox.Replies{Help: "Call us.", Start: "Welcome."} },
	})
	sample.Must(t, err)
	by := outbox.By{Profile: "default", AccountID: "9900000"}
	_, err = watch.Begin(t.Context(), outbox.Plan{By: by, Messages: []messaging.Message{sample.SMS("Reply YES", sample.Bob)}, OptIn: true})
	sample.Must(t, err)
	sample.Heard(t, watch, []callback.Event{
		sample.Came("a", sample.Alice, "HELP"), sample.Came("b", sample.Bob, "YES"), sample.Came("c", sample.Carol, "wrong number"),
	}...)
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	sample.Must(t, watch.Answer(ctx, outbox.AnswerOptions{By: by, API: sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("to "+m.To[0], m), nil
	}}, After: func(time.Duration) <-chan time.Time { return nil }, Tell: func(outbox.AnswerNews) {
		if told++; told == 2 {
			cancel()
		}
	}}))
	if n, err := watch.HeldNumbers(t.Context()); n != 1 || err != nil {
		t.Errorf("HeldNumbers = %d, %v, want 1", n, err)
	}
	held, err := watch.Threads(t.Context(), outbox.ThreadFilter{Held: true})
	if err != nil || len(held) != 1 || !slices.Equal(held[0].Others, []string{sample.Carol}) || !held[0].Held {
		t.Errorf("with who is held: %+v, %v, want that with %s", held, err, sample.Carol)
	}
	sample.Must(t, watch.Close())
	o := opened(t, path, outbox.Options{})
	for part, index := range map[string]string{
		"SET owes = ? WHERE":                     "messages_answers (answers=?)",
		"WHERE owes <> '' AND acc":               "messages_owes",
		"answers <> 0 AND created_at > ? AND re": "SEARCH messages USING INDEX messages_same (recipients=?)",
		"answers <> 0 AND created_at > ? AND an": "SEARCH messages USING INDEX messages_answered (created_at>?)",
		"m.answers <> 0 AND m.created_at > ?":    "SEARCH m USING INDEX messages_answered (created_at>?)",
		"FROM threads WHERE own":                 "threads_own (own=?)",
		"opt_in = 1 AND created_at":              "messages_opt_in (created_at>? AND created_at<?)",
		"count(DISTINCT number)":                 "optouts_held",
		"GROUP BY number ORDER BY":               "optouts_held",
	} {
		q := asking(t, asked, part)
		got := q.plan(t, o)
		if !strings.Contains(got, index) || strings.Contains(got, "SCAN messages\n") || strings.HasSuffix(got, "SCAN messages") {
			t.Errorf("%s: %s, want index %s", q.query, got, index)
		}
	}
}
