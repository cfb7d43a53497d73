package outboxtest

import (
	"context"
	"errors"
	"fmt"
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
		err := b.EachBilled(ctx, account.AccountID, time.Time{}, time.Now().AddDate(100, 0, 0), func(outbox.Billed) error { n++; return nil })
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
