package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"telex/messaging"
)

const (
	// askBudget is how many questions all processes ask within askWindow: half of the 3,500
	// that the API answers, for other programs share the address.
	askBudget = 1750
	askWindow = 5 * time.Minute
	// limitedFor is the pause after a refusal that names none.
	limitedFor = time.Minute
	// heardFor is how long after an event a listener counts as listening.
	heardFor = 10 * time.Minute
	// heardStretch is by how much longer the pauses are then.
	heardStretch = 10
)

// The counters of the questions to one API, but for its address.
const (
	counterNotBefore = "ask_not_before " // none is asked before
	counterWindow    = "ask_window "     // when the window began
	counterAsked     = "ask_count "      // how many were asked in it
)

// count reads a counter; 0 if there is none.
func count(ctx context.Context, q Querier, name string) (n int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM counters WHERE name = ?), 0)", name).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("read the counter: %w", err)
	}
	return n, nil
}

// setCount writes a counter.
func setCount(ctx context.Context, tx Tx, name string, n int64) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, n)
	if err != nil {
		return fmt.Errorf("write the counter: %w", err)
	}
	return nil
}

// takeBudget takes so many questions out of the budget of an API, or as many as are left.
// Got is 0 if none is, or the API is not to be asked before a time.
func (o *Outbox) takeBudget(ctx context.Context, tx Tx, baseURL string, want int) (got int, notBefore time.Time, err error) {
	now := o.now()
	until, err := count(ctx, tx, counterNotBefore+baseURL)
	if err != nil {
		return 0, time.Time{}, err
	}
	if at := timeOf(until); at.After(now) {
		return 0, at, nil
	}
	since, err := count(ctx, tx, counterWindow+baseURL)
	if err != nil {
		return 0, time.Time{}, err
	}
	asked, err := count(ctx, tx, counterAsked+baseURL)
	if err != nil {
		return 0, time.Time{}, err
	}
	if age := now.Sub(timeOf(since)); age >= askWindow || age < 0 {
		since, asked = stamp(now), 0
		if err := setCount(ctx, tx, counterWindow+baseURL, since); err != nil {
			return 0, time.Time{}, err
		}
	}
	if got = min(want, askBudget-int(asked)); got <= 0 {
		return 0, timeOf(since).Add(askWindow), nil
	}
	return got, time.Time{}, setCount(ctx, tx, counterAsked+baseURL, asked+int64(got))
}

// noteLimit keeps all processes from asking for as long as the API said, if err is that
// it was asked too often.
func (o *Outbox) noteLimit(ctx context.Context, baseURL string, err error) error {
	if !errors.Is(err, messaging.ErrRateLimited) {
		return nil
	}
	wait := limitedFor
	if e, ok := errors.AsType[*messaging.Error](err); ok && e.Wait > 0 {
		wait = e.Wait
	}
	until := stamp(o.now().Add(wait))
	return o.write(context.WithoutCancel(ctx), "note when Bandwidth may be asked again", func(ctx context.Context, tx Tx) error {
		before, err := count(ctx, tx, counterNotBefore+baseURL)
		if err != nil || before >= until {
			return err
		}
		if err := setCount(ctx, tx, counterNotBefore+baseURL, until); err != nil {
			return err
		}
		// What was to be asked before is asked then, and its row says so.
		if _, err := tx.ExecContext(ctx, "UPDATE messages SET ask_at = ? WHERE base_url = ? AND ask_at <> 0 AND ask_at < ?", until, baseURL, until); err != nil {
			return fmt.Errorf("note when Bandwidth may be asked again: %w", err)
		}
		return touch(ctx, tx)
	})
}

// AskPause is until when no process asks the API at an address, for it said that it was
// asked too often; zero if it may be asked.
func (o *Outbox) AskPause(ctx context.Context, baseURL string) (time.Time, error) {
	n, err := count(ctx, o.engine.Reader(), counterNotBefore+baseURL)
	if at := timeOf(n); at.After(o.now()) {
		return at, o.reading("read when Bandwidth may be asked", err)
	}
	return time.Time{}, o.reading("read when Bandwidth may be asked", err)
}

// ErrAskPaused is why a question is not asked though nobody refused it: all processes wait,
// for as long as the API said or until the budget allows it. It comes in a
// [*messaging.Error], with the time to wait.
var ErrAskPaused = errors.New("telex waits, so that Bandwidth is not asked too often")

// tooOften is the answer to a question that is not asked, for the API would refuse it.
func (o *Outbox) tooOften(until time.Time) error {
	return &messaging.Error{
		Op: "list messages", Outcome: messaging.Rejected, Status: http.StatusTooManyRequests, Type: "rate_limit_exceeded",
		Detail: "no questions before " + until.UTC().Format("15:04:05 MST"), Wait: until.Sub(o.now()), Err: ErrAskPaused,
	}
}

// A meter asks within the budget that all processes share.
type meter struct {
	outbox  *Outbox
	api     Lister
	baseURL string
}

// metered is api within the budget. The address is that of api, if it says so.
func (o *Outbox) metered(api Lister, baseURL string) meter {
	if named, ok := api.(interface{ BaseURL() string }); ok {
		baseURL = named.BaseURL()
	}
	return meter{o, api, baseURL}
}

// List asks, if it may.
func (m meter) List(ctx context.Context, q messaging.Query) (*messaging.Page, error) {
	var got int
	var until time.Time
	err := m.outbox.write(ctx, "count the question", func(ctx context.Context, tx Tx) (err error) {
		got, until, err = m.outbox.takeBudget(ctx, tx, m.baseURL, 1)
		return err
	})
	if err != nil {
		return nil, err
	}
	if got == 0 {
		return nil, m.outbox.tooOften(until)
	}
	page, err := m.api.List(ctx, q)
	if noted := m.outbox.noteLimit(ctx, m.baseURL, err); noted != nil {
		return nil, noted
	}
	return page, err
}

// AskSoon has messages asked about at once, by the asker of this process or, later, that of
// another, and not only when [NextAsk] says: something was heard of them that only the API
// can confirm. Those that the API did not take, or that are settled, are left as they are.
func (o *Outbox) AskSoon(ctx context.Context, ids ...int64) error {
	err := o.write(ctx, "note what is to be asked", func(ctx context.Context, tx Tx) error {
		for _, id := range ids {
			if err := o.askSoon(ctx, tx, id); err != nil {
				return err
			}
		}
		return touch(ctx, tx)
	})
	if err == nil {
		o.wakeAskers()
	}
	return err
}

// askSoon is AskSoon within a transaction.
func (o *Outbox) askSoon(ctx context.Context, tx Tx, id int64) error {
	_, err := tx.ExecContext(ctx, "UPDATE messages SET ask_at = ? WHERE id = ? AND message_id <> '' AND state IN ('accepted', 'sent', 'unconfirmed')",
		stamp(o.now()), id)
	if err != nil {
		return fmt.Errorf("note what is to be asked: %w", err)
	}
	return nil
}
