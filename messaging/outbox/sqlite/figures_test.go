package sqlite

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestFiguresReadTheirSpan: figures of a week go by the ids of that week, whatever else
// there is, and nothing that can be large is sorted at once.
func TestFiguresReadTheirSpan(t *testing.T) {
	sample.Long(t)
	var asked []question
	watch, o := observed(t, &asked)
	first := sample.NewClock().Now()
	const rows, each = 40_000, 1 << 14 // each statement groups so many ids at most
	sample.Bare(t, eng(o), rows, outbox.Failed, first)
	sample.Bare(t, eng(o), 10, outbox.Failed, first.AddDate(0, 0, 30))
	for name, test := range map[string]struct {
		of          outbox.Span
		want, most  int
		from, until int64 // ids
	}{
		"a week": {outbox.Span{Since: first.AddDate(0, 0, 25)}, 10, 11, rows + 1, rows + 10},
		"all":    {outbox.Span{}, rows + 10, 26, 1, rows + 10},
	} {
		asked = nil
		f, err := watch.Figures(t.Context(), test.of, outbox.Breakdowns()...)
		if err != nil || f.Total.Out() != test.want {
			t.Errorf("%s: %d messages, %v, want %d", name, f.Total.Out(), err, test.want)
		}
		if len(asked) > test.most {
			t.Errorf("%s: %d statements, want %d at most", name, len(asked), test.most)
		}
		for _, q := range asked {
			plan := q.plan(t, o)
			if strings.Contains(q.query, "created_at DESC LIMIT 1") && strings.Contains(plan, "messages_created") { // one row
				continue
			}
			if strings.Contains(plan, "SCAN m\n") || strings.Contains(plan, "SCAN messages") || strings.Contains(plan, "SCAN d") {
				t.Errorf("%s: %s:\n%s", name, q.query, plan)
			}
			if !strings.Contains(q.query, "GROUP BY named") {
				continue
			}
			lo, _ := q.args[0].(int64)
			if hi, _ := q.args[1].(int64); lo < test.from || hi > test.until || hi-lo >= each {
				t.Errorf("%s: %s goes from %d to %d, want within %d to %d, %d ids at most", name, q.query, lo, hi, test.from, test.until, each)
			}
		}
	}
}

// BenchmarkFigures counts an outbox of 20,000 rows, or as many as the environment variable
// TELEX_BENCH_ROWS says, four minutes apart.
func BenchmarkFigures(b *testing.B) {
	rows := largeRows(b)
	path := place(b)
	o := opened(b, path, outbox.Options{})
	first := time.Date(2022, 1, 1, 8, 0, 0, 0, time.UTC)
	manyRows(b, eng(o), rows, first)
	last := first.Add(time.Duration(rows) * 4 * time.Minute)
	for name, test := range map[string]struct {
		of outbox.Span
		by []outbox.Breakdown
	}{
		"week":        {outbox.Span{Since: last.AddDate(0, 0, -7)}, outbox.Breakdowns()},
		"all":         {outbox.Span{}, nil},
		"all/code":    {outbox.Span{}, []outbox.Breakdown{outbox.ByCode}},
		"all/sender":  {outbox.Span{}, []outbox.Breakdown{outbox.BySender}},
		"all/day":     {outbox.Span{}, []outbox.Breakdown{outbox.ByDay}},
		"all/carrier": {outbox.Span{}, []outbox.Breakdown{outbox.ByCarrier}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f, err := o.Figures(b.Context(), test.of, test.by...)
				if err != nil || f.Total.Out() == 0 {
					b.Fatalf("Figures = %+v, %v, want some", f, err)
				}
			}
		})
	}
	b.Run("memory", func(b *testing.B) {
		var before, after int64
		for b.Loop() {
			p := started(b, "figures", path, "")
			p.want("%d %d", &before, &after)
			p.end()
		}
		reportMemory(b, "MB", before, after)
	})
}

// helpFigures counts everything, and says the peak of memory before and after it.
func helpFigures(ctx context.Context, path, _ string) error {
	o, err := openWith(ctx, path, outbox.Options{}, hooks{})
	if err != nil {
		return err
	}
	before := peakMemory()
	if _, err := o.Figures(ctx, outbox.Span{}, outbox.Breakdowns()...); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	say("%d %d", before, peakMemory())
	return o.Close()
}

// manyRows makes rows of every kind that figures tell apart.
func manyRows(b *testing.B, e outbox.Engine, rows int, first time.Time) {
	b.Helper()
	const n = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
	sample.Change(b, e, n+`INSERT INTO messages (state, created_at, updated_at, owner, sender, recipients, content, text, segment_count, error_code, grade)
		SELECT CASE WHEN i % 20 = 0 THEN 'failed' WHEN i % 50 = 1 THEN 'unconfirmed' WHEN i % 50 = 3 THEN 'sent' ELSE 'delivered' END, ? + i * 240000000, ? + i * 240000000,
			'0123456789abcdef0123456789abcdef', '+1919555010' || (i % 5), '["+1919556' || (i % 9000 + 1000) || '"]', 'a digest of words', ?, 1,
			CASE WHEN i % 20 = 0 THEN 4700 + i % 70 WHEN i % 50 = 1 THEN 9902 ELSE 0 END, 'carrier' FROM n`, rows, sample.Micros(first), sample.Micros(first),
		"Hi Alice, your appointment with Dr. Adams is on Monday at 8:30. Reply C to confirm or call us to move it.")
	sample.Change(b, e, `INSERT INTO moves (message, at, state) SELECT m.id, m.created_at + s.after, s.state FROM messages m,
		(SELECT 0 AS after, 'sending' AS state UNION ALL SELECT 120000, 'accepted' UNION ALL SELECT 3000000, 'delivered') s`)
	sample.Change(b, e, `INSERT INTO deliveries (message, recipient, status, carrier, at, error_code) SELECT m.id, '+19195561000',
		CASE WHEN m.state IN ('failed', 'unconfirmed') THEN 'FAILED' ELSE 'DELIVERED' END, 'Carrier ' || (m.id % 7), m.created_at, m.error_code FROM messages m`)
}
