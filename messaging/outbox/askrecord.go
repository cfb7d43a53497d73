package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// rowsAtOnce is how many messages a statement names, and a transaction records.
const rowsAtOnce = 500

// A hearsay is what the API said of messages in the questions of a slice.
type hearsay struct {
	messages []openMessage
	said     map[string][]messaging.Record // by the API's id
	missing  map[string]int                // how many records are still to come
	last     map[string]bool               // of which something was in the last records
	asked    int                           // how many messages there were at first
}

func newHearsay(messages []openMessage) *hearsay {
	h := &hearsay{messages: messages, said: map[string][]messaging.Record{}, missing: map[string]int{}, asked: len(messages)}
	for _, m := range messages {
		h.missing[m.api] = max(m.recipients, 1)
	}
	return h
}

// take keeps the records of its messages.
func (h *hearsay) take(records []messaging.Record) {
	h.last = map[string]bool{}
	for _, r := range records {
		left, ours := h.missing[r.MessageID]
		if _, known := h.said[r.MessageID]; !ours && !known {
			continue
		}
		h.said[r.MessageID], h.last[r.MessageID] = append(h.said[r.MessageID], r), true
		if h.missing[r.MessageID] = left - 1; left <= 1 {
			delete(h.missing, r.MessageID)
		}
	}
}

// whole takes out what was said of messages of which nothing more is to come: the last
// records had nothing of them any more.
func (h *hearsay) whole() (all []answer) {
	var rest []openMessage
	for _, m := range h.messages {
		records := h.said[m.api]
		if _, missing := h.missing[m.api]; missing || h.last[m.api] || len(records) == 0 {
			rest = append(rest, m)
			continue
		}
		all = append(all, answer{m, records})
	}
	for _, a := range all {
		delete(h.said, a.api)
	}
	h.messages = rest
	return all
}

// absent are the messages of an age of which nothing was said.
func (h *hearsay) absent(age time.Duration, now time.Time) []openMessage {
	var all []openMessage
	for _, m := range h.messages {
		if _, missing := h.missing[m.api]; missing && len(h.said[m.api]) == 0 && now.Sub(m.from) >= age {
			all = append(all, m)
		}
	}
	return all
}

// An answer is what the API said of one message; nothing if it does not list it yet.
type answer struct {
	openMessage
	records []messaging.Record
}

// all is what was said of each message that was asked about.
func (h *hearsay) all() []answer {
	all := make([]answer, len(h.messages))
	for i, m := range h.messages {
		all[i] = answer{m, h.said[m.api]}
	}
	return all
}

// heard is all without those of which nothing was said: they were not asked about, if the
// questions ended before their time.
func (h *hearsay) heard() []answer {
	return slices.DeleteFunc(h.all(), func(a answer) bool { return len(a.records) == 0 })
}

// recordSaid records what the API said of messages, and when they are asked about next.
func (o *Outbox) recordSaid(ctx context.Context, answers []answer, stretch int64) error {
	for some := range slices.Chunk(answers, rowsAtOnce) {
		err := o.write(ctx, "record the delivery", func(ctx context.Context, plain Tx) error {
			_, err := o.inMany(ctx, plain, func(tx *manyTx) error { return o.recordSome(ctx, tx, some, stretch) })
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *Outbox) recordSome(ctx context.Context, tx Tx, answers []answer, stretch int64) error {
	now := o.now()
	known, err := knownOf(ctx, tx, answers)
	if err != nil {
		return err
	}
	entries, err := entriesByID(ctx, tx, newsOf(known, answers))
	if err != nil {
		return err
	}
	var again []int64                     // of which the same was said as before
	byMark := map[time.Duration][]int64{} // by the age at which they are asked about next
	for _, a := range answers {
		mark, _ := NextAsk(now.Sub(a.from))
		byMark[mark] = append(byMark[mark], a.id)
		switch {
		case len(a.records) == 0:
		case saysSame(known[a.id], a.records):
			again = append(again, a.id)
		default:
			e, found := entries[a.id]
			if !found {
				return fmt.Errorf("message %d: %w", a.id, ErrNotFound)
			}
			if _, err := o.deliverTo(ctx, tx, e, a.records, len(known[a.id]) == 0); err != nil {
				return err
			}
		}
	}
	if len(again) > 0 {
		if _, err := tx.ExecContext(ctx, "UPDATE deliveries SET at = ? WHERE message IN ("+places(len(again))+")", append([]any{stamp(now)}, anys(again)...)...); err != nil {
			return fmt.Errorf("record the delivery: %w", err)
		}
	}
	if err := askNext(ctx, tx, byMark, now, stretch, "checked_at = ?, doubted = 0, ", stamp(now)); err != nil {
		return err
	}
	return touch(ctx, tx)
}

// newsOf are the messages of which something else is said than is known.
func newsOf(known map[int64]map[string]Delivery, answers []answer) (ids []int64) {
	for _, a := range answers {
		if len(a.records) > 0 && !saysSame(known[a.id], a.records) {
			ids = append(ids, a.id)
		}
	}
	return ids
}

// askNext notes at which age messages are asked about next, and sets more of their rows.
func askNext(ctx context.Context, tx Tx, byMark map[time.Duration][]int64, now time.Time, stretch int64, more string, args ...any) error {
	for mark, ids := range byMark {
		next, values := "ask_from + ?", []any{mark.Microseconds()}
		switch {
		case mark == 0:
			next, values = "0", nil
		case stretch > 1:
			next, values = "? + (ask_from + ? - ?) * ?", []any{stamp(now), mark.Microseconds(), stamp(now), stretch}
		}
		query := "UPDATE messages SET " + more + "ask_at = " + next + " WHERE ask_at <> 0 AND id IN (" + places(len(ids)) + ")"
		if _, err := tx.ExecContext(ctx, query, slices.Concat(args, values, anys(ids))...); err != nil {
			return fmt.Errorf("note when the API was asked: %w", err)
		}
	}
	return nil
}

// postpone has messages asked about next at their next age, though nothing was said of them
// now. It returns when the first of them is; zero if none is any more.
func (o *Outbox) postpone(ctx context.Context, messages []openMessage, stretch int64) (first time.Time, err error) {
	now := o.now()
	for some := range slices.Chunk(messages, rowsAtOnce) {
		byMark := map[time.Duration][]int64{}
		for _, m := range some {
			mark, ok := NextAsk(now.Sub(m.from))
			byMark[mark] = append(byMark[mark], m.id)
			if at := now.Add(m.from.Add(mark).Sub(now) * time.Duration(stretch)); ok && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
		err := o.write(ctx, "note what is asked later", func(ctx context.Context, tx Tx) error {
			if err := askNext(ctx, tx, byMark, now, stretch, ""); err != nil {
				return err
			}
			return touch(ctx, tx)
		})
		if err != nil {
			return time.Time{}, err
		}
	}
	return first, nil
}

// knownOf are the deliveries of messages, by message and recipient.
func knownOf(ctx context.Context, q Querier, answers []answer) (map[int64]map[string]Delivery, error) {
	ids := make([]int64, len(answers))
	for i, a := range answers {
		ids[i] = a.id
	}
	rows, err := q.QueryContext(ctx, "SELECT message, recipient, status, error_code, carrier FROM deliveries WHERE message IN ("+places(len(ids))+")", anys(ids)...)
	if err != nil {
		return nil, fmt.Errorf("read the deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	known := map[int64]map[string]Delivery{}
	for rows.Next() {
		var id int64
		var d Delivery
		if err := rows.Scan(&id, &d.Recipient, &d.Status, &d.ErrorCode, &d.Carrier); err != nil {
			return nil, fmt.Errorf("read the deliveries: %w", err)
		}
		if known[id] == nil {
			known[id] = map[string]Delivery{}
		}
		known[id][d.Recipient] = d
	}
	return known, rows.Err() //nolint:wrapcheck // writing does
}

// saysSame reports whether records say of everybody what is known.
func saysSame(known map[string]Delivery, records []messaging.Record) bool {
	for _, r := range records {
		d, ok := known[r.Destination]
		if !ok || d.Status != r.Status || d.ErrorCode != r.ErrorCode || d.Carrier != r.CarrierName {
			return false
		}
	}
	return len(records) >= len(known)
}
