package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

const (
	// mostAtOnce bounds how many messages one round asks about; the next one goes on.
	mostAtOnce = 20_000
	// listedAfter is how old a message is that the API's list should have, and searchedFor
	// how many of those that it lacks are asked for by id in a round.
	listedAfter, searchedFor = time.Minute, fewEnough
)

// errNotOurs ends a round for which another process has the lease.
var errNotOurs = errors.New("another telex asks")

// A round is some questions to the API, one after the other, about messages of one account.
type round struct {
	outbox *Outbox
	api    Lister
	by     By
	lease  string        // renewed while it lasts; "" is none
	due    time.Time     // since when there has been something to ask
	within time.Duration // of one question

	left     int       // questions that are taken out of the budget
	paid     time.Time // when they were
	searched int       // messages that were asked for by id, for the list lacked them
	stretch  int64     // by how much pauses are longer; see heardStretch
}

// ask asks about messages, and records what is said. After an error part of them were.
func (r *round) ask(ctx context.Context, messages []openMessage) error {
	all := slicesOf(messages)
	want := 0
	for _, s := range all {
		want += s.pages()
	}
	if err := r.pay(ctx, want); err != nil {
		return err
	}
	for _, s := range all {
		if err := r.askSlice(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// pages is how many questions s takes, if nobody else sent anything.
func (s slice) pages() int { return (s.records() + pageSize - 1) / pageSize }

// pay takes questions out of the budget, if this process may ask.
func (r *round) pay(ctx context.Context, want int) error {
	var got int
	var until time.Time
	held := true
	err := r.outbox.write(ctx, "count the questions", func(ctx context.Context, tx Tx) (err error) {
		got, until, r.stretch = 0, time.Time{}, 1
		if r.lease != "" {
			if held, err = r.outbox.takeLease(ctx, tx, r.lease, r.due); err != nil || !held {
				return err
			}
		}
		heard, err := heardAt(ctx, tx, trustedName(r.by))
		if err != nil {
			return err
		}
		if ago := r.outbox.now().Sub(heard); ago >= 0 && ago < heardFor {
			r.stretch = heardStretch
		}
		got, until, err = r.outbox.takeBudget(ctx, tx, r.by.BaseURL, want)
		return err
	})
	switch {
	case err != nil:
		return err
	case !held:
		return errNotOurs
	case got == 0:
		return r.outbox.tooOften(until)
	}
	r.left, r.paid = r.left+got, r.outbox.now()
	return nil
}

// list asks one question.
func (r *round) list(ctx context.Context, q messaging.Query) (*messaging.Page, error) {
	if r.left == 0 || r.lease != "" && r.outbox.now().Sub(r.paid) > leaseIdle/3 {
		if err := r.pay(ctx, 1); err != nil {
			return nil, err
		}
	}
	r.left--
	limited, cancel := context.WithTimeout(ctx, r.within)
	defer cancel()
	page, err := r.api.List(limited, q)
	if noted := r.outbox.noteLimit(ctx, r.by.BaseURL, err); noted != nil {
		return nil, noted
	}
	return page, err
}

// askSlice asks about the messages of s, and records what is said of them.
func (r *round) askSlice(ctx context.Context, s slice) error {
	page, err := r.list(ctx, s.query())
	if err != nil {
		return err
	}
	if earlier, later, ok := s.halves(); ok && page.Total >= apiReach { // there is more than its pages reach
		if err := r.askSlice(ctx, earlier); err != nil {
			return err
		}
		return r.askSlice(ctx, later)
	}
	said := newHearsay(s.messages)
	err = r.follow(ctx, s, page, said)
	if err == nil {
		err = r.search(ctx, said)
	}
	if err != nil {
		return errors.Join(r.outbox.recordSaid(context.WithoutCancel(ctx), said.heard(), r.stretch), err)
	}
	return r.outbox.recordSaid(context.WithoutCancel(ctx), said.all(), r.stretch)
}

// follow goes through the pages of a list, until all that is wanted was there, or asking
// for the rest by id takes fewer questions.
func (r *round) follow(ctx context.Context, s slice, page *messaging.Page, said *hearsay) error {
	q, seen := s.query(), 0
	for {
		said.take(page.Records)
		seen += len(page.Records)
		if len(said.missing) == 0 || page.Next == "" || page.Next == q.PageToken || seen >= apiReach {
			return nil
		}
		if left := (min(page.Total, apiReach) - seen + pageSize - 1) / pageSize; len(said.missing) < left {
			return r.byID(ctx, said, said.absent(0, r.outbox.now()))
		}
		q.PageToken = page.Next
		var err error
		if page, err = r.list(ctx, q); err != nil {
			return err
		}
	}
}

// search asks by id for some messages that the list should have had.
func (r *round) search(ctx context.Context, said *hearsay) error {
	if len(said.messages) < 2 {
		return nil
	}
	absent := said.absent(listedAfter, r.outbox.now())
	absent = absent[:min(len(absent), searchedFor-r.searched)]
	r.searched += len(absent)
	return r.byID(ctx, said, absent)
}

// byID asks for messages one by one.
func (r *round) byID(ctx context.Context, said *hearsay, messages []openMessage) error {
	for _, m := range messages {
		page, err := r.list(ctx, messaging.Query{MessageID: m.api})
		if err != nil {
			return err
		}
		said.take(page.Records)
	}
	return nil
}

// AskAbout asks the API about messages that it took and that are not settled, in as few
// questions as that takes, and records what it says. They are messages of one account; the
// others among ids are left out. The error is that of the first question that had no
// answer; what was said before it is recorded.
func (o *Outbox) AskAbout(ctx context.Context, api Lister, by By, ids []int64) error {
	const op = "read what is to be asked"
	var messages []openMessage
	for some := range slices.Chunk(ids, rowsAtOnce) {
		open, err := openMessages(ctx, o.engine.Reader(), "account_id = ? AND base_url = ? AND message_id <> '' AND state IN ('accepted', 'sent', 'unconfirmed') AND id IN ("+places(len(some))+")",
			append([]any{by.AccountID, by.BaseURL}, anys(some)...)...)
		if err != nil {
			return o.reading(op, err)
		}
		messages = append(messages, open...)
	}
	if len(messages) == 0 {
		return nil
	}
	r := round{outbox: o, api: api, by: by, within: askWithin}
	if err := r.ask(ctx, messages); err != nil {
		return fmt.Errorf("ask the API: %w", err)
	}
	return nil
}

// openMessages reads messages that are to be asked about.
func openMessages(ctx context.Context, q Querier, where string, args ...any) ([]openMessage, error) {
	rows, err := q.QueryContext(ctx, "SELECT id, message_id, sender, recipients, ask_from, taken_at FROM messages WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read what is to be asked: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []openMessage
	for rows.Next() {
		var m openMessage
		var to string
		var from, taken int64
		if err := rows.Scan(&m.id, &m.api, &m.sender, &to, &from, &taken); err != nil {
			return nil, fmt.Errorf("read what is to be asked: %w", err)
		}
		m.recipients, m.from, m.taken = len(listOf(to)), timeOf(from), timeOf(taken)
		all = append(all, m)
	}
	return all, rows.Err() //nolint:wrapcheck // reading does
}
