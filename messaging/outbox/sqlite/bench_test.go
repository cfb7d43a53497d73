package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite/internal/disk"
)

// BenchmarkHistory reads an outbox of many rows: 20,000, or as many as the
// environment variable TELEX_BENCH_ROWS says.
func BenchmarkHistory(b *testing.B) {
	rows := largeRows(b)
	path := filled(b, rows)
	durably(b)
	b.Run("open", func(b *testing.B) { benchOpen(b, path) })
	o := opened(b, path, outbox.Options{})
	middle := int64(rows / 2)
	known := sample.RowOf(b, o, middle)
	for known.MessageID == "" {
		middle++
		known = sample.RowOf(b, o, middle)
	}
	benchLists(b, o, known, middle, rows)
	benchAsides(b, o, known)
	b.Run("send", func(b *testing.B) { benchSend(b, path) })
	b.Run("delete", func(b *testing.B) { benchDelete(b, o) })
	b.Run("memory", func(b *testing.B) { benchMemory(b, path, rows) })
}

// benchLists asks for pages as History does. Known is the message of the row in the middle.
func benchLists(b *testing.B, o *outbox.Outbox, known outbox.Detail, middle int64, rows int) {
	number := known.Message.To[0]
	for _, test := range []struct {
		name string
		f    outbox.Filter
	}{
		{"page/newest", outbox.Filter{}},
		{"page/folded", outbox.Filter{Folded: true}},
		{"page/since", outbox.Filter{Since: known.Created}},
		{"page/until", outbox.Filter{Until: known.Created}},
		{"page/next", outbox.Filter{Before: int64(rows) - 99}},
		{"page/middle", outbox.Filter{Before: middle}},
		{"page/middle_up", outbox.Filter{After: middle}},
		{"page/oldest", outbox.Filter{Oldest: true}},
		{"state/common", outbox.Filter{State: outbox.Delivered}},
		{"state/rare", outbox.Filter{State: outbox.Unknown}},
		{"state/none", outbox.Filter{State: outbox.Queued}},
		{"search/common_word", outbox.Filter{Search: commonWord}},
		{"search/common_word_middle", outbox.Filter{Search: commonWord, Before: middle}},
		{"search/two_words", outbox.Filter{Search: commonWord + " tuesday"}},
		{"search/rare_word", outbox.Filter{Search: rareWord}},
		{"search/no_such_word", outbox.Filter{Search: "xyzzy"}},
		{"search/no_such_word_of_common_parts", outbox.Filter{Search: absentWord}},
		{"search/no_such_pair", outbox.Filter{Search: commonWord + " emergency"}},
		{"search/number", outbox.Filter{Search: number}},
		{"search/end_of_number", outbox.Filter{Search: number[len(number)-4:]}},
		{"search/no_such_number", outbox.Filter{Search: absentDial}},
		{"search/our_number", outbox.Filter{Search: known.Message.From}},
		{"search/tag", outbox.Filter{Search: known.Message.Tag}},
		{"search/id", outbox.Filter{Search: fmt.Sprint(middle)}},
		{"search/id_of_the_API", outbox.Filter{Search: known.MessageID}},
		{"search/two_letters", outbox.Filter{Search: "on"}},
		{"search/no_such_two_letters", outbox.Filter{Search: "qk"}},
		{"search/one_letter", outbox.Filter{Search: "a"}},
		{"state_and_search/common", outbox.Filter{State: outbox.Delivered, Search: commonWord}},
		{"state_and_search/rare", outbox.Filter{State: outbox.Unknown, Search: commonWord}},
		{"state_and_search/some", outbox.Filter{State: outbox.Rejected, Search: commonWord}},
		{"state_and_search/never_together", outbox.Filter{State: outbox.Rejected, Search: elseWord}},
	} {
		test.f.Limit = screen
		b.Run(test.name, func(b *testing.B) { benchLook(b, o, test.f) })
	}
}

// screen is how many rows History reads at once in a terminal of usual size.
const screen = 25

// benchLook is a page as telex history waits for it, and what of it History shows first.
func benchLook(b *testing.B, o *outbox.Outbox, f outbox.Filter) {
	b.ReportAllocs()
	n := 0
	var first time.Duration
	for b.Loop() {
		entries, err := o.List(b.Context(), f)
		sample.Must(b, err)
		n = len(entries)
		b.StopTimer()
		began := time.Now()
		_, err = o.Look(b.Context(), f, func() bool { return time.Since(began) >= 40*time.Millisecond })
		sample.Must(b, err)
		first = max(first, time.Since(began))
		b.StartTimer()
	}
	b.ReportMetric(float64(n), "rows")
	b.ReportMetric(float64(first.Microseconds()), "µs-first-at-most")
}

// benchOpen is what opening History takes a program that has nothing open yet.
func benchOpen(b *testing.B, path string) {
	for b.Loop() {
		o, err := openWith(b.Context(), path, outbox.Options{}, hooks{})
		sample.Must(b, err)
		entries, err := o.List(b.Context(), outbox.Filter{})
		if err != nil || len(entries) != 100 {
			b.Fatalf("List = %d rows, %v, want 100", len(entries), err)
		}
		b.StopTimer()
		sample.Must(b, o.Close())
		b.StartTimer()
	}
}

// benchAsides are the other questions that screens and commands ask.
func benchAsides(b *testing.B, o *outbox.Outbox, known outbox.Detail) {
	for _, aside := range []struct {
		name string
		ask  func(ctx context.Context) error
	}{
		{"version", func(ctx context.Context) error { _, err := o.Version(ctx); return err }},
		{"recent_recipients", func(ctx context.Context) error { _, err := o.RecentRecipients(ctx, 20); return err }},
		{"repeats", func(ctx context.Context) error {
			_, err := o.Repeats(ctx, []messaging.Message{known.Message})
			return err
		}},
		{"detail", func(ctx context.Context) error { _, err := o.Detail(ctx, known.ID); return err }},
		{"find", func(ctx context.Context) error { _, err := o.Find(ctx, known.MessageID); return err }},
		{"untold", func(ctx context.Context) error { _, err := o.Untold(ctx); return err }},
		{"counts", func(ctx context.Context) error { _, err := o.Counts(ctx); return err }},
		{"latest_drafts", func(ctx context.Context) error { _, _, err := o.LatestDrafts(ctx, 2); return err }},
		{"prunable", func(ctx context.Context) error { _, err := o.Prunable(ctx, known.Created); return err }},
	} {
		b.Run(aside.name, func(b *testing.B) {
			for b.Loop() {
				sample.Must(b, aside.ask(b.Context()))
			}
		})
	}
}

// sent is one send as the outbox sees it, with an API that answers at once.
func sent(b *testing.B, o *outbox.Outbox, text string) {
	m := sample.SMS(text)
	batch, err := o.Plan(b.Context(), sample.API{OnSend: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("", m), nil
	}}, outbox.Plan{Messages: []messaging.Message{m}})
	if err != nil {
		b.Error(err)
		return
	}
	if r := batch.Send(b.Context(), 0); r.Err != nil || r.Unrecorded != nil {
		b.Error(errors.Join(r.Err, r.Unrecorded))
	}
}

// BenchmarkSend is what the outbox adds to one send: two durable commits.
func BenchmarkSend(b *testing.B) {
	durably(b)
	benchSend(b, place(b))
}

func benchSend(b *testing.B, path string) {
	var commits atomic.Int64
	o := hooked(b, path, outbox.Options{}, hooks{committed: func(int) { commits.Add(1) }})
	text := time.Now().String() // none that is there already
	i := 0
	for b.Loop() {
		sent(b, o, fmt.Sprint("benchmark ", text, i))
		i++
	}
	b.ReportMetric(float64(commits.Load())/float64(i), "commits/op")
}

// BenchmarkBurst sends many messages at once in one process. What is committed
// together shares the wait for the disk.
func BenchmarkBurst(b *testing.B) {
	durably(b)
	for _, n := range []int{1, 8, 64, 256} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var commits, changes atomic.Int64
			o := hooked(b, place(b), outbox.Options{}, hooks{committed: func(n int) { commits.Add(1); changes.Add(int64(n)) }})
			bursts := 0
			for b.Loop() {
				var wait sync.WaitGroup
				for i := range n {
					wait.Go(func() { sent(b, o, fmt.Sprint("burst ", bursts, " message ", i)) })
				}
				wait.Wait()
				bursts++
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(bursts*n), "µs/message")
			b.ReportMetric(float64(commits.Load())/float64(changes.Load()), "commits/change")
		})
	}
}

// BenchmarkRun is what the outbox adds to a message of a batch of 1,000 that is run with as
// many at once as may be.
func BenchmarkRun(b *testing.B) {
	const n = 1000
	var commits atomic.Int64
	for b.Loop() {
		o := hooked(b, place(b), outbox.Options{}, hooks{committed: func(int) { commits.Add(1) }})
		messages := make([]messaging.Message, n)
		for i := range messages {
			messages[i] = sample.SMS("The same text to everybody, as most batches have it", fmt.Sprintf("+1919555%04d", i))
		}
		batch, err := o.Plan(b.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
			return sample.Receipt("api-"+m.To[0], m), nil
		}}, outbox.Plan{Messages: messages})
		sample.Must(b, err)
		batch.Run(b.Context(), outbox.RunOptions{Parallel: outbox.MostParallel, After: func(i int, r outbox.Result) {
			sample.Must(b, errors.Join(r.Err, r.Unrecorded))
		}})
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/message")
	b.ReportMetric(float64(commits.Load())/float64(b.N*n), "commits/message")
}

// benchDelete deletes 500 rows, as one transaction of Prune does, and takes that back.
func benchDelete(b *testing.B, o *outbox.Outbox) {
	undo := errors.New("undo")
	for b.Loop() {
		err := eng(o).writer.Write(b.Context(), func(ctx context.Context, tx outbox.Tx) error {
			if err := deleted(ctx, tx, eng(o), "state NOT IN ('sending', 'queued', 'unknown') LIMIT 500"); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			b.Fatal(err)
		}
	}
}

// BenchmarkProcess is the outbox in a process that starts and ends with one
// message, as telex send does: what it waits for, and what memory it takes.
func BenchmarkProcess(b *testing.B) {
	path := place(b)
	sample.Must(b, opened(b, path, outbox.Options{}).Close())
	names := []string{"open", "begin", "settle", "close"}
	var total [4]int64
	var before, after int64
	n := 0
	for b.Loop() {
		var took [4]int64
		p := started(b, "once", path, fmt.Sprint(n))
		p.want("%d %d %d %d %d %d", &took[0], &took[1], &took[2], &took[3], &before, &after)
		p.end()
		for i := range took {
			total[i] += took[i]
		}
		n++
	}
	for i, name := range names {
		b.ReportMetric(float64(total[i])/float64(n), "µs-"+name)
	}
	reportMemory(b, "MB-more", before, after)
}

// helpOnce does what a process with one message does, and says how many
// microseconds each part took, and its peak of memory before and after.
func helpOnce(ctx context.Context, path, argument string) error {
	disk.Synchronous = shipped
	before := peakMemory()
	var took [4]int64
	last := time.Now()
	lap := func(i int) { took[i] = time.Since(last).Microseconds(); last = time.Now() }
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	lap(0)
	m := sample.SMS("once " + argument)
	ids, err := o.Begin(ctx, outbox.Plan{Messages: []messaging.Message{m}})
	if err != nil {
		return err
	}
	lap(1)
	if err := o.Settle(ctx, ids[0], sample.Receipt("api-"+argument, m), nil); err != nil {
		return err
	}
	lap(2)
	if err := o.Close(); err != nil {
		return err
	}
	lap(3)
	say("%d %d %d %d %d %d", took[0], took[1], took[2], took[3], before, peakMemory())
	return nil
}

// benchMemory has a new process go through all pages, with and without a search.
func benchMemory(b *testing.B, path string, rows int) {
	var first, all, before int64
	for b.Loop() {
		p := started(b, "memory", path, "")
		var seen int
		p.want("%d %d %d %d", &seen, &before, &first, &all)
		if seen < rows {
			b.Errorf("%d rows on all pages, want at least %d", seen, rows)
		}
		p.end()
	}
	reportMemory(b, "MB-first-page", before, first)
	reportMemory(b, "MB-all-pages", before, all)
}

// helpMemory goes through all pages and says how many rows that were, and the peak
// of memory: before it opened the outbox, with the first page, and at the end.
func helpMemory(ctx context.Context, path, _ string) error {
	before := peakMemory()
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	seen, first := 0, int64(0)
	for f := (outbox.Filter{}); ; {
		entries, err := o.List(ctx, f)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			break
		}
		if seen == 0 {
			first = peakMemory()
		}
		seen += len(entries)
		f.Before = entries[len(entries)-1].ID
	}
	for _, search := range []string{commonWord, absentWord, "on"} {
		if _, err := o.List(ctx, outbox.Filter{Search: search}); err != nil {
			return err
		}
	}
	say("%d %d %d %d", seen, before, first, peakMemory())
	return o.Close()
}

// peakMemory is the most memory that this process ever had, in KiB; 0 where the
// system does not tell.
func peakMemory() (kib int64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	if _, after, found := strings.Cut(string(status), "VmHWM:"); found {
		_, _ = fmt.Sscan(after, &kib)
	}
	return kib
}

// reportMemory reports how much more it became, where the system tells.
func reportMemory(b *testing.B, name string, before, after int64) {
	if before > 0 {
		b.ReportMetric(float64(after-before)/1024, name)
	}
}
