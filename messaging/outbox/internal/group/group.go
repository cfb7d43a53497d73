// Package group makes the changes of one process to its outbox. Those that come while a
// commit is under way are committed together, so that a burst of them costs few waits for
// the disk; each caller hears of its change when it is committed, not before.
package group

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"telex/messaging/outbox"
)

// A Transact makes changes in one transaction: see [Make]. The error is that of all of
// them; results are those of each.
type Transact func(ctx context.Context, changes []outbox.Change) (results []error, err error)

// A Queue is the changes that wait for their turn. It is safe for concurrent use.
type Queue struct {
	transact Transact
	// blameless reports whether no change is at fault when a transaction fails so.
	blameless func(err error) bool
	jobs      chan *job
	quit      chan struct{} // closed: no more jobs
	done      chan struct{} // closed: the last one is through
	once      sync.Once
}

// A job is a change that somebody waits for. It may be made twice: once with others, and
// again alone if that failed.
type job struct {
	ctx    context.Context
	do     outbox.Change
	begun  atomic.Bool // set by whoever comes first: the queue, or the caller who gives up
	result chan error  // of capacity 1
}

// most bounds how many changes share a commit, and so how long the first of them waits.
const most = 128

// New starts a queue. It calls transact, and blameless, by one goroutine at a time. When
// several changes failed together each is made alone, unless none is at fault.
func New(transact Transact, blameless func(err error) bool) *Queue {
	q := &Queue{
		transact: transact, blameless: blameless,
		jobs: make(chan *job, most), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go q.run()
	return q
}

// Waiting is how many changes have not begun.
func (q *Queue) Waiting() int { return len(q.jobs) }

// Closing is closed when no more changes are taken.
func (q *Queue) Closing() <-chan struct{} { return q.quit }

// Write makes one change and returns when it is committed: see [outbox.Engine.Write].
func (q *Queue) Write(ctx context.Context, do outbox.Change) error {
	j := &job{ctx: ctx, do: do, result: make(chan error, 1)}
	select {
	case <-q.quit:
		return outbox.ErrClosed
	default:
	}
	select {
	case q.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-q.quit:
		return outbox.ErrClosed
	}
	select {
	case err := <-j.result:
		return err
	case <-ctx.Done():
		if j.begun.CompareAndSwap(false, true) {
			return ctx.Err()
		}
	case <-q.done:
	}
	select {
	case err := <-j.result:
		return err
	case <-q.done:
		select {
		case err := <-j.result:
			return err
		default:
			return outbox.ErrClosed // it came too late and was not begun
		}
	}
}

// Close completes the changes that have begun, makes the last one, which may be nil, and
// returns how that went. Afterwards is called then. Only the first call does anything.
func (q *Queue) Close(last outbox.Change, afterwards func()) (err error) {
	q.once.Do(func() {
		close(q.quit)
		<-q.done
		if last != nil {
			_, err = q.transact(context.Background(), []outbox.Change{last}) //nolint:forbidigo // Close has no context: it must happen
		}
		afterwards()
	})
	return err
}

func (q *Queue) run() {
	defer close(q.done)
	for {
		select {
		case j := <-q.jobs:
			q.commit(q.gather(j))
		case <-q.quit:
			for {
				select {
				case j := <-q.jobs:
					q.commit(q.gather(j))
				default:
					return
				}
			}
		}
	}
}

// gather takes what else is waiting.
func (q *Queue) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < most {
		select {
		case j := <-q.jobs:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// commit makes the changes in one transaction and tells each caller.
func (q *Queue) commit(jobs []*job) {
	live := jobs[:0]
	var changes []outbox.Change
	for _, j := range jobs {
		if !j.begun.CompareAndSwap(false, true) {
			continue // its caller has gone
		}
		if err := j.ctx.Err(); err != nil {
			j.result <- err
			continue
		}
		live, changes = append(live, j), append(changes, j.do)
	}
	if len(live) == 0 {
		return
	}
	ctx := context.WithoutCancel(live[0].ctx)
	results, err := q.transact(ctx, changes)
	if err != nil && len(live) > 1 && !q.blameless(err) {
		// One of them may be what the disk had no room for. Nothing was written, so
		// each is made alone and fails, or not, by itself.
		for _, j := range live {
			_, err := q.transact(context.WithoutCancel(j.ctx), []outbox.Change{j.do})
			j.result <- err
		}
		return
	}
	for i, j := range live {
		if err != nil {
			j.result <- err
			continue
		}
		j.result <- results[i]
	}
}

// Make makes changes within a transaction: one by itself, and of several each so that it
// can fail on its own. The error is one that ends the transaction.
func Make(ctx context.Context, tx outbox.Tx, changes []outbox.Change) (results []error, err error) {
	results = make([]error, len(changes))
	if len(changes) == 1 {
		return results, changes[0](ctx, tx)
	}
	for i, do := range changes {
		if results[i], err = within(ctx, tx, do); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// within makes a change that can fail on its own. The second error is one that
// ends the transaction.
func within(ctx context.Context, tx outbox.Tx, do outbox.Change) (failed, fatal error) {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT change"); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if failed = do(ctx, tx); failed != nil {
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO change"); err != nil {
			return nil, failed // the database has rolled back everything: a full disk, above all
		}
	}
	if _, err := tx.ExecContext(ctx, "RELEASE change"); err != nil {
		return nil, fmt.Errorf("end: %w", err)
	}
	return failed, nil
}
