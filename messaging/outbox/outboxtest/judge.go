package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

var errEnough = errors.New("that is enough")

// atMost judges that no more than so many messages and runs are there, and counts how often it
// was asked. What it does at first is done when it is asked for the first time.
func atMost(most int, first func()) (may outbox.Judge, asked *int) {
	asked = new(int)
	return func(ctx context.Context, b outbox.Books) error {
		n := 0
		err := b.EachLater(ctx, account.AccountID, time.Time{}, time.Now().AddDate(100, 0, 0), 0, func(outbox.Billed) error { n++; return nil })
		if err != nil {
			return err
		}
		runs, err := b.Runs(ctx)
		if err != nil {
			return err
		}
		if *asked++; *asked == 1 {
			first()
		}
		if n+len(runs) >= most {
			return errEnough
		}
		return nil
	}, asked
}

// testJudges: of several that are judged at one moment, by several processes, no more are
// recorded than may be, whatever each is.
func (on *suite) testJudges(t *testing.T) {
	const all, most = 6, 2
	path := on.place(t)
	var ready, done sync.WaitGroup
	ready.Add(all)
	together := func() {
		ready.Done()
		ready.Wait()
	}
	var mu sync.Mutex
	recorded, refused := 0, 0
	for i := range all {
		o := on.opened(t, path, outbox.Options{})
		may, _ := atMost(most, together)
		done.Go(func() {
			var err error
			plan := outbox.Plan{By: account, Messages: []messaging.Message{sample.SMS(fmt.Sprint("text ", i))}, May: may}
			switch i % 3 {
			case 0:
				_, err = o.Plan(t.Context(), sample.API{}, plan)
			case 1:
				_, err = o.Schedule(t.Context(), plan, outbox.WhenAt(time.Now().Add(48*time.Hour)))
			default:
				b := toPeople()
				b.By = account
				_, err = o.NewBroadcastIf(t.Context(), b, may)
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				recorded++
			case errors.Is(err, errEnough) && !outbox.NotRecorded(err):
				refused++
			default:
				t.Errorf("number %d = %v, want it recorded or refused", i, err)
			}
		})
	}
	done.Wait()
	if recorded != most || refused != all-most {
		t.Errorf("%d were recorded and %d refused, want %d and %d", recorded, refused, most, all-most)
	}
}

// testJudgedOnce: where nothing else happens a judge is asked once, and what it refuses is not
// there.
func (on *suite) testJudgedOnce(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	plan := func(may outbox.Judge) error {
		_, err := o.Plan(t.Context(), sample.API{}, outbox.Plan{By: account, Messages: []messaging.Message{sample.SMS("text")}, May: may})
		return err
	}
	for i, want := range []error{nil, errEnough} {
		may, asked := atMost(1, func() {})
		if err := plan(may); !errors.Is(err, want) || *asked != 1 {
			t.Errorf("plan %d = %v, judged %d times, want %v, once", i, err, *asked, want)
		}
	}
	if n := len(inOrder(t, o)); n != 1 {
		t.Errorf("%d messages are there, want 1", n)
	}
}

// testJudgeFails: what a judge could not read is an error of the outbox, of whatever it was
// asked for, and what it says is said once.
func (on *suite) testJudgeFails(t *testing.T) {
	at := on.place(t)
	o, other := on.opened(t, at, outbox.Options{}), on.opened(t, at, outbox.Options{})
	for name, fails := range map[string]int{"before": 1, "in the transaction": 2} {
		asked := 0
		_, err := o.Begin(t.Context(), outbox.Plan{By: account, Messages: []messaging.Message{sample.SMS(name)}, May: func(context.Context, outbox.Books) error {
			if asked++; asked == fails {
				return &outbox.Error{Err: outbox.ErrUnreachable}
			}
			sample.Begun(t, other.Outbox, sample.SMS("meanwhile"))
			return nil
		}})
		e, ours := errors.AsType[*outbox.Error](err)
		if !ours || !errors.Is(err, outbox.ErrUnreachable) || e.Op != "record the message before sending it" || e.Path != o.Path() {
			t.Errorf("%s: %v, want an error that says what was tried, and where", name, err)
		}
	}

	sample.Change(t, o.engine, "ALTER TABLE run_people RENAME TO elsewhere")
	_, err := o.Books().Waiting(t.Context(), 1)
	if err == nil || strings.Count(err.Error(), "count the people of the run") != 1 {
		t.Errorf("Waiting = %v, want an error that says once what was tried", err)
	}
	sample.Change(t, o.engine, "ALTER TABLE elsewhere RENAME TO run_people")
}
