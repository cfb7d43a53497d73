package outbox

import (
	"context"
	"fmt"
	"time"

	"telex/messaging"
)

const (
	// LastFinal is how many of the last messages of a run that are settled decide whether it
	// is paused. Those from before it was started, or started again, do not count.
	LastFinal = 50
	// severalFailed is how many of those may fail with a code of [messaging.ReactStopIfMany].
	severalFailed = 3
	// mostSlowed is how often the pace of a run is halved, and slowApart how far apart.
	mostSlowed, slowApart = 2, time.Minute
)

// react does to a run what a delivery error code of one of its messages asks for.
func (o *Outbox) react(ctx context.Context, tx Tx, e Entry, code int) error {
	if e.Run == 0 {
		return nil
	}
	r, err := run(ctx, tx, e.Run)
	if err != nil || r.State != RunRunning {
		return err
	}
	known, _ := messaging.ExplainCode(code)
	switch known.Reaction {
	case messaging.ReactStopNow:
		return o.pauseRun(ctx, tx, r.ID, Reason{Kind: ReasonCode, Code: code, Sender: e.Message.From})
	case messaging.ReactStopIfMany:
		n, err := countFinal(ctx, tx, r, func(s State, code int) bool {
			c, _ := messaging.ExplainCode(code)
			return s == Failed && c.Reaction == messaging.ReactStopIfMany
		})
		if err != nil {
			return err
		}
		if n >= severalFailed {
			return o.pauseRun(ctx, tx, r.ID, Reason{Kind: ReasonSeveral, Code: code, Failed: n, Sender: e.Message.From})
		}
	case messaging.ReactHoldUntilMidnight:
		// Which carrier the others have nobody knows, so all of them wait.
		if err := o.holdUntil(ctx, tx, &r, midnight(o.now()), Reason{Kind: HoldMidnight, Code: code}); err != nil {
			return err
		}
	case messaging.ReactSlowDown:
		if err := o.slow(ctx, tx, r); err != nil {
			return err
		}
	case messaging.ReactTooLate:
		return nil // which says nothing of the number, nor of the text
	case messaging.ReactUnclear, messaging.ReactOptedOut, messaging.ReactNumberNoGood, messaging.ReactLater, messaging.ReactMendMessage, messaging.ReactOnceMore:
	}
	return o.heedFailures(ctx, tx, &r)
}

// slow halves the pace of a run, unless that was done a moment ago: those that were on their
// way say the same.
func (o *Outbox) slow(ctx context.Context, tx Tx, r Run) error {
	now := o.now()
	if r.Slowed >= mostSlowed || r.Slowed > 0 && now.Sub(r.slowedAt) < slowApart {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "UPDATE runs SET slowed = slowed + 1, slowed_at = ? WHERE id = ?", stamp(now), r.ID); err != nil {
		return fmt.Errorf("slow the run down: %w", err)
	}
	return touch(ctx, tx)
}

// heedFailures pauses a run of which too many of the last failed.
func (o *Outbox) heedFailures(ctx context.Context, tx Tx, r *Run) error {
	if r.State != RunRunning || r.Broadcast.StopAt <= 0 {
		return nil
	}
	n, err := countFinal(ctx, tx, *r, func(s State, code int) bool {
		c, _ := messaging.ExplainCode(code)
		return s != Delivered && c.Reaction != messaging.ReactTooLate
	})
	if err != nil || n*100 < r.Broadcast.StopAt*LastFinal {
		return err
	}
	if err := o.pauseRun(ctx, tx, r.ID, Reason{Kind: ReasonFailures, Failed: n}); err != nil {
		return err
	}
	*r, err = run(ctx, tx, r.ID)
	return err
}

// finalQuery asks how the last messages of a run ended.
const finalQuery = `SELECT state, error_code FROM messages WHERE run = ? AND n <> 0 AND state IN ('delivered', 'failed', 'rejected') AND updated_at >= ?
	ORDER BY updated_at DESC LIMIT ?`

// countFinal counts those of the last messages that are settled, since the run was started,
// of which something is true.
func countFinal(ctx context.Context, tx Tx, r Run, counts func(s State, code int) bool) (n int, err error) {
	rows, err := tx.QueryContext(ctx, finalQuery, r.ID, stamp(r.Updated), LastFinal)
	if err != nil {
		return 0, fmt.Errorf("read how the last ones ended: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s State
		var code int
		if err := rows.Scan(&s, &code); err != nil {
			return 0, fmt.Errorf("read how the last ones ended: %w", err)
		}
		if counts(s, code) {
			n++
		}
	}
	return n, rowsEnded(rows)
}
