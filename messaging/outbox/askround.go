package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"telex/messaging"
)

const (
	// mostAtOnce bounds how many messages one round asks about; the next one goes on.
	mostAtOnce = 20_000
	// mostBeside bounds them beside a run that this process sends, and pageBeside how many
	// records a question brings then.
	mostBeside, pageBeside = 500, 200
	// listedAfter is how old a message is that the API's list should have, and searchedFor
	// how many of those that it lacks are asked for by id in a round.
	listedAfter, searchedFor = time.Minute, fewEnough
	// mostUnanswered is how many questions without an answer, one after the other, end a
	// round. Refusals are answers.
	mostUnanswered = 3
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
	page   int           // records that a question brings at most

	unheard bool // see [AskOptions]

	left       int       // questions that are taken out of the budget
	paid       time.Time // when they were
	searched   int       // messages that were asked for by id, for the list lacked them
	stretch    int64     // by how much pauses are longer; see heardStretch
	answered   bool      // a question had an answer
	unanswered int       // questions that had none, one after the other
}

// A someError is why some messages of a round have no answer that have their next question
// at their next age, as if they had one: others have.
type someError struct {
	error
	again time.Time // the first of those questions; zero if there is none
}

func (e *someError) Unwrap() error { return e.error }

// ask asks about messages, and records what is said. After an error part of them were: a
// question that is refused, or takes too long, keeps nobody from asking the others.
func (r *round) ask(ctx context.Context, messages []openMessage) error {
	all := slicesOf(messages)
	want := 0
	for _, s := range all {
		want += s.pages(r.page)
	}
	if err := r.pay(ctx, want); err != nil {
		return err
	}
	var first error
	var refused, late []openMessage
	for len(all) > 0 {
		s := all[0]
		parts, err := r.askSlice(ctx, s)
		all = append(parts, all[1:]...)
		if err == nil {
			continue
		}
		if endsAll(ctx, err) {
			return err
		}
		if first == nil {
			first = err
		}
		if isRefusal(err) {
			refused = append(refused, s.messages...)
		} else {
			late = append(late, s.messages...)
		}
		if r.unanswered >= mostUnanswered {
			break
		}
	}
	if len(late) > 0 && !r.answered {
		return first // it may be that nobody answers
	}
	if first == nil {
		return nil
	}
	again, err := r.outbox.postpone(context.WithoutCancel(ctx), append(refused, late...), r.stretch)
	if err != nil {
		return err
	}
	return &someError{first, again}
}

// endsAll reports whether an error of one question is that of all: the way to the API, the
// credentials, the limit, the lease, the outbox.
func endsAll(ctx context.Context, err error) bool {
	e, ok := errors.AsType[*messaging.Error](err)
	switch {
	case !ok, ctx.Err() != nil, NotRecorded(err), errors.Is(err, messaging.ErrUnauthorized), errors.Is(err, messaging.ErrRateLimited):
		return true
	case e.Status == 0:
		return e.Outcome == messaging.Unsent || !errors.Is(err, context.DeadlineExceeded)
	}
	return e.Status == http.StatusProxyAuthRequired
}

// isRefusal reports whether err says that the question itself is wrong: another one may not
// be.
func isRefusal(err error) bool {
	e, ok := errors.AsType[*messaging.Error](err)
	return ok && e.Outcome == messaging.Rejected && e.Status >= 400 && e.Status < 500 && e.Status != http.StatusRequestTimeout
}

// pages is how many questions s takes, if nobody else sent anything.
func (s slice) pages(size int) int { return (s.records() + size - 1) / size }

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
		if ago := r.outbox.now().Sub(heard); ago >= 0 && ago < heardFor && !r.unheard {
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
	switch {
	case err == nil:
		r.answered, r.unanswered = true, 0
	case !isRefusal(err):
		r.unanswered++
	}
	return page, err
}

// askSlice asks about the messages of s, and records what is said of them; or it returns
// the slices that are to be asked about instead.
func (r *round) askSlice(ctx context.Context, s slice) ([]slice, error) {
	page, err := r.list(ctx, s.query(r.page))
	if err != nil {
		return nil, err
	}
	if earlier, later, ok := s.halves(); ok && page.Total >= apiReach { // there is more than its pages reach
		return []slice{earlier, later}, nil
	}
	said := newHearsay(s.messages)
	err = r.follow(ctx, s, page, said)
	if err == nil {
		err = r.search(ctx, said)
	}
	if err != nil {
		return nil, errors.Join(r.outbox.recordSaid(context.WithoutCancel(ctx), said.heard(), r.stretch), err)
	}
	return nil, r.outbox.recordSaid(context.WithoutCancel(ctx), said.all(), r.stretch)
}

// follow goes through the pages of a list, until all that is wanted was there, or asking
// for the rest by id takes fewer questions.
func (r *round) follow(ctx context.Context, s slice, page *messaging.Page, said *hearsay) error {
	q, seen := s.query(r.page), 0
	for {
		said.take(page.Records)
		seen += len(page.Records)
		if len(said.missing) == 0 || page.Next == "" || page.Next == q.PageToken || seen >= apiReach {
			return nil
		}
		if left := (min(page.Total, apiReach) - seen + r.page - 1) / r.page; len(said.missing) < left {
			return r.byID(ctx, said, said.absent(0, r.outbox.now()))
		}
		// So that no more than two pages of a long list are in memory.
		if err := r.outbox.recordSaid(context.WithoutCancel(ctx), said.whole(), r.stretch); err != nil {
			return err
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
	if said.asked < 2 {
		return nil
	}
	absent := said.absent(listedAfter, r.outbox.now())
	absent = absent[:min(len(absent), searchedFor-r.searched)]
	r.searched += len(absent)
	return r.byID(ctx, said, absent)
}

// byID asks for messages one by one. After an error the others were asked for, if they
// could be.
func (r *round) byID(ctx context.Context, said *hearsay, messages []openMessage) error {
	var first error
	for _, m := range messages {
		page, err := r.list(ctx, messaging.Query{MessageID: m.api})
		if err == nil {
			said.take(page.Records)
			continue
		}
		if endsAll(ctx, err) || r.unanswered >= mostUnanswered {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// AskAbout asks the API about messages that it took and that are not settled, in as few
// questions as that takes, and records what it says. They are messages of one account; the
// others among ids are left out. The error is that of the first question that had no
// answer, or of the one that ended them; what was said is recorded.
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
	r := round{outbox: o, api: api, by: by, within: askWithin, page: pageSize}
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
