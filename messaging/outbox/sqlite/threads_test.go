package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestVersion4: the conversations of messages that are there already are those that they
// would have got, and go on with what comes.
func TestVersion4(t *testing.T) {
	path := place(t)
	tos := [][]string{
		{sample.Alice},
		{sample.Carol, sample.Bob},
		{sample.Alice},
		{sample.Bob, sample.Carol},
		{sample.Bob, sample.Sender}, // to ourselves as well
		{sample.Sender},
		{sample.Bob, sample.Alice, sample.Carol},
	}
	var rows []anOldRow
	for _, to := range tos {
		rows = append(rows, anOldRow{outbox.Accepted, 0, sample.Sender, to, nil, nil, nil})
	}
	old(t, path, 4, []byte("digest"), rows, asItIs)
	o := opened(t, path, outbox.Options{})
	sound(t, o)
	names := func(e outbox.Engine) []string {
		return sample.Lines(t, e, "SELECT t.name, t.own, t.others, k.message FROM threads t JOIN talks k ON k.thread = t.id ORDER BY k.message")
	}
	fresh := opened(t, place(t), outbox.Options{})
	for i, to := range tos {
		sample.Begun(t, fresh, sample.SMS(fmt.Sprint(i), to...))
	}
	if got, want := names(eng(o)), names(eng(fresh)); !slices.Equal(got, want) || len(got) != len(tos) {
		t.Errorf("conversations are\n%s\nwant, as for new messages,\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	sample.Heard(t, o, sample.Came("in", sample.Carol, "yes", sample.Bob))
	threads, err := o.Threads(t.Context(), outbox.ThreadFilter{Unread: true})
	if err != nil || len(threads) != 1 {
		t.Fatalf("unread: %+v, %v, want the group's", threads, err)
	}
	if talk, err := o.Talk(t.Context(), outbox.TalkFilter{Threads: []int64{threads[0].ID}}); err != nil || len(talk) != 3 {
		t.Errorf("%d messages are in it, %v, want the two old ones and the new one", len(talk), err)
	}
	sound(t, o)
}

// TestIndexesOfThreads: a million messages and conversations cost a listener and a screen
// that looks no more than a few.
func TestIndexesOfThreads(t *testing.T) {
	path := place(t)
	var asked []question
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{})
	sample.Must(t, err)
	m := sample.SMS("Hi")
	id := sample.Begun(t, watch, m)[0]
	sample.Heard(t, watch, sample.Event("message-delivered", "api", sample.Alice, 0))
	sample.Must(t, watch.Settle(t.Context(), id, sample.Receipt("api", m), nil))
	sample.Heard(t, watch, sample.Came("in", sample.Alice, "yes", sample.Bob))
	threads, err := watch.Threads(t.Context(), outbox.ThreadFilter{})
	sample.Must(t, err)
	for _, f := range []outbox.ThreadFilter{{Unread: true}, {Heard: true}, {With: []string{sample.Alice}}, {Before: 3}} {
		_, err = watch.Threads(t.Context(), f)
		sample.Must(t, err)
	}
	for _, f := range []outbox.TalkFilter{{}, {After: 1, In: true}, {Before: 9}} {
		f.Threads = []int64{threads[0].ID}
		_, err = watch.Talk(t.Context(), f)
		sample.Must(t, err)
	}
	_, err = watch.ThreadOf(t.Context(), id)
	sample.Must(t, err)
	_, err = watch.Unread(t.Context())
	sample.Must(t, err)
	_, err = watch.WantsAsking(t.Context(), 10)
	sample.Must(t, err)
	sample.Must(t, watch.MarkRead(t.Context(), threads[0].ID, 100))
	_, err = watch.Prune(t.Context(), sample.NewClock().Now().AddDate(10, 0, 0))
	sample.Must(t, err)
	sample.Must(t, watch.Close())
	o := opened(t, path, outbox.Options{})
	seen := map[string]bool{}
	for _, q := range asked {
		if seen[q.query] || strings.HasPrefix(q.query, "INSERT INTO") || !strings.Contains(q.query, "threads") && !strings.Contains(q.query, "talks") &&
			!strings.Contains(q.query, "strays") && !strings.Contains(q.query, "direction =") && !strings.Contains(q.query, "doubted") {
			continue
		}
		seen[q.query] = true
		plan := q.plan(t, o)
		plan = strings.ReplaceAll(plan, "SCAN CONSTANT ROW", "") // of SELECT EXISTS, which reads no table by itself
		byIndex := strings.Contains(plan, "SCAN t USING INDEX threads_last") || strings.Contains(plan, "SCAN t USING INDEX threads_heard") ||
			strings.Contains(plan, "USING INDEX threads_unread") || strings.Contains(plan, "SCAN m USING INDEX messages_doubted") || strings.Contains(q.query, "DELETE FROM strays WHERE recorded_at")
		few := strings.Contains(q.query, "t.name >=") || strings.Contains(q.query, "WHERE api_id = ?") || strings.Contains(q.query, "WHERE content = ?")
		if strings.Contains(plan, "SCAN") && !byIndex || strings.Contains(plan, "ORDER BY") && !few {
			t.Errorf("%s\nis answered by\n%s\nwant an index and nothing much sorted", q.query, plan)
		}
	}
	if len(seen) < 15 {
		t.Errorf("%d questions were looked at, want those of conversations", len(seen))
	}
}
