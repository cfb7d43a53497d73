package messages

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// postpone tells that the API cannot be asked now, and takes the messages as they are.
func (q *inquiry) postpone(ctx context.Context, err error) error {
	again := q.Now()
	if e, ok := errors.AsType[*messaging.Error](err); ok {
		again = again.Add(e.Wait)
	}
	q.Output.Say("%s", words.AskTrouble(err, again))
	for _, id := range q.ids {
		if _, asked := q.found[id]; asked {
			continue
		}
		d, err := q.o.Detail(ctx, id)
		if err != nil {
			return err
		}
		q.found[id] = outbox.Finding{Entry: d.Entry, Deliveries: d.Deliveries, Verdict: d.Verdict}
	}
	return nil
}

// togetherFrom is how many messages are asked about together, in fewer questions.
const togetherFrom = 6

// askTogether asks about those that the API took, if they are many.
func (q *inquiry) askTogether(ctx context.Context) error {
	if len(q.ids) < togetherFrom {
		return nil
	}
	entries, err := q.o.Entries(ctx, q.ids)
	if err != nil {
		return err
	}
	by := outbox.By{AccountID: q.account, BaseURL: q.l.BaseURL()}
	var ids []int64
	for _, e := range slices.Backward(entries) {
		if e.MessageID != "" && !e.State.Final() && e.By.BaseURL == by.BaseURL {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) < togetherFrom {
		return nil
	}
	q.asking = ids[0]
	err = q.o.AskAbout(ctx, q.l, by, ids)
	if q.f.watch && errors.Is(err, messaging.ErrRateLimited) {
		return q.postpone(ctx, err)
	}
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := q.o.Detail(ctx, id)
		if err != nil {
			return err
		}
		f := outbox.Finding{Entry: d.Entry, Deliveries: d.Deliveries}
		q.found[id] = f
		tellFinding(q.Output, q.shell, f, d.Deliveries)
	}
	return nil
}

// watch waits for what becomes of messages. Those that the API took the outbox's asker asks
// about; those of which that is not known, or that another API took, are asked about one by
// one, as often.
func (q *inquiry) watch(ctx context.Context) error {
	by := outbox.By{AccountID: q.account, BaseURL: q.l.BaseURL()}
	var followed []int64
	single := map[int64]time.Time{} // when they are asked about next
	for _, id := range q.ids {
		switch e := q.found[id].Entry; {
		case settled(q.found[id]) || e.GivenUp():
		case e.MessageID != "" && e.By.BaseURL == by.BaseURL:
			followed = append(followed, id)
		default:
			single[id] = q.again(e)
		}
	}
	if len(followed)+len(single) == 0 {
		return nil
	}
	return who.Watch{
		Outbox: q.o, API: q.l, By: by, Output: q.Output, Now: q.Now, After: q.After,
		See:  q.see,
		Also: func(ctx context.Context) (time.Time, error) { return q.askSingle(ctx, single) },
	}.Run(ctx, followed)
}

// again is when a message that is asked about by itself is asked about next.
func (q *inquiry) again(e outbox.Entry) time.Time {
	from := e.Created
	if !e.Asking.From.IsZero() {
		from = e.Asking.From
	}
	next, _ := outbox.NextAsk(q.Now().Sub(from))
	return from.Add(next)
}

// askSingle asks about those that are due, and says when there are others.
func (q *inquiry) askSingle(ctx context.Context, single map[int64]time.Time) (next time.Time, err error) {
	for _, id := range slices.Sorted(maps.Keys(single)) {
		if !single[id].After(q.Now()) {
			f, err := q.ask(ctx, id)
			if err != nil {
				return next, err
			}
			if single[id] = q.again(f.Entry); settled(f) || !single[id].After(q.Now()) {
				delete(single, id)
				continue
			}
		}
		if next.IsZero() || single[id].Before(next) {
			next = single[id]
		}
	}
	return next, nil
}

// see tells what is new of messages, and which of them may have more.
func (q *inquiry) see(ctx context.Context, entries []outbox.Entry) (open []int64, err error) {
	for _, e := range entries {
		f := q.found[e.ID]
		news := f.Entry.State != e.State
		if f.Entry = e; news {
			d, err := q.o.Detail(ctx, e.ID)
			if err != nil {
				return nil, err
			}
			f.Entry, f.Deliveries = d.Entry, d.Deliveries
			tellFinding(q.Output, q.shell, f, d.Deliveries)
		}
		if q.found[e.ID] = f; !settled(f) && !e.GivenUp() {
			open = append(open, e.ID)
		}
	}
	return open, nil
}
