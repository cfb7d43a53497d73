package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
)

// For how long an earlier message counts as a repetition: one that went out, and
// one whose outcome is unknown. After a day the same text is another occasion.
const (
	RepeatedWithin = 10 * time.Minute
	UnknownWithin  = 24 * time.Hour
)

// A Repeat is somebody who got the same text and media already, or may have.
type Repeat struct {
	Recipient string
	Entry     Entry         // the latest one
	Ago       time.Duration // since it was made
}

// A RepeatError refuses to send the same again without an explicit yes. Nothing
// was recorded and nothing may be sent.
type RepeatError struct{ Repeats []Repeat }

func (e *RepeatError) Error() string {
	var words []string
	for _, r := range e.Repeats {
		got := "got"
		switch {
		case r.Entry.State == Queued:
			got = "is about to get"
		case r.Entry.State.Outcome() == messaging.Unknown:
			got = "may have got"
		}
		words = append(words, fmt.Sprintf("%s %s the same %s ago (message %d, %s)",
			r.Recipient, got, r.Ago.Round(time.Second), r.Entry.ID, r.Entry.State))
	}
	return strings.Join(words, "; ")
}

// Repeats says who of the recipients of messages got, or may have got, the same
// text and media lately, from whatever number: within [RepeatedWithin], or within
// [UnknownWithin] if that outcome is unknown or still to come. It looks at what all
// processes sent.
func (o *Outbox) Repeats(ctx context.Context, messages []messaging.Message) ([]Repeat, error) {
	repeats, err := o.repeats(ctx, o.db, messages)
	return repeats, o.reading("look for repetitions", err)
}

func (o *Outbox) repeats(ctx context.Context, q querier, messages []messaging.Message) ([]Repeat, error) {
	now := o.now()
	wanted := map[string]map[string]int64{} // digest → recipient → the row it got the same by
	for _, m := range messages {
		digest := string(o.digestOf(m.Text, m.Media))
		if wanted[digest] == nil {
			wanted[digest] = map[string]int64{}
		}
		wanted[string(o.digestAsIs(m.Text, m.Media))] = wanted[digest] // which older rows have
		for _, to := range m.To {
			wanted[digest][to] = 0
		}
	}
	for digest, rows := range wanted {
		if err := findRepeats(ctx, q, []byte(digest), rows, now); err != nil {
			return nil, err
		}
	}
	var repeats []Repeat
	for _, m := range messages {
		rows := wanted[string(o.digestOf(m.Text, m.Media))]
		for _, to := range m.To {
			if rows[to] == 0 {
				continue
			}
			e, err := o.entry(ctx, q, rows[to])
			if err != nil {
				return nil, err
			}
			repeats = append(repeats, Repeat{Recipient: to, Entry: e, Ago: max(now.Sub(e.Created), 0)})
		}
	}
	return repeats, nil
}

// findRepeats notes for each recipient in rows the latest row by which it got, or
// may get, what the digest is of. It goes through the day's rows of the digest
// once, however many there are, and keeps none.
func findRepeats(ctx context.Context, q querier, digest []byte, rows map[string]int64, now time.Time) error {
	found, err := q.QueryContext(ctx, `SELECT m.id, m.state, m.created_at, m.recipients,
			CASE m.state WHEN 'failed' THEN (SELECT json_group_array(d.recipient) FROM deliveries d
				WHERE d.message = m.id AND d.status IN ('FAILED', 'UNDELIVERED')) ELSE '' END
		FROM messages m WHERE m.content = ? AND m.created_at > ? AND m.state NOT IN ('rejected', 'unsent')
		ORDER BY m.created_at DESC, m.id DESC`, digest, stamp(now.Add(-UnknownWithin)))
	if err != nil {
		return fmt.Errorf("look for repetitions: %w", err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var id, created int64
		var state State
		var recipients, failed string
		if err := found.Scan(&id, &state, &created, &recipients, &failed); err != nil {
			return fmt.Errorf("look for repetitions: %w", err)
		}
		if now.Sub(timeOf(created)) >= RepeatedWithin && !undecided(state) {
			continue
		}
		list, without := listOf(recipients), listOf(failed)
		if state == Failed && len(list) == 1 {
			continue
		}
		for _, to := range list {
			if row, ok := rows[to]; ok && row == 0 && !slices.Contains(without, to) {
				rows[to] = id
			}
		}
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("look for repetitions: %w", err)
	}
	return nil
}

// undecided reports whether a message in state s may be created yet, or may have
// been without our knowing.
func undecided(s State) bool { return s == Queued || s.Outcome() == messaging.Unknown }

// refuseRepeats is a RepeatError if somebody would get the same twice.
func (o *Outbox) refuseRepeats(ctx context.Context, q querier, p Plan) error {
	repeats, err := o.repeats(ctx, q, p.Messages)
	if err != nil {
		return err
	}
	resent, err := o.resent(ctx, q, p)
	if err != nil {
		return err
	}
	for _, r := range resent {
		if !slices.ContainsFunc(repeats, func(have Repeat) bool { return have.Recipient == r.Recipient }) {
			repeats = append(repeats, r)
		}
	}
	if len(repeats) == 0 {
		return nil
	}
	return &RepeatError{repeats}
}

// resent is who may have got, however long ago, the message that a plan sends again:
// anything if its outcome is not known, or the same words and files.
func (o *Outbox) resent(ctx context.Context, q querier, p Plan) ([]Repeat, error) {
	if p.ResendOf == 0 {
		return nil, nil
	}
	e, err := o.entry(ctx, q, p.ResendOf)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // it was pruned
	}
	if err != nil || !undecided(e.State) && e.State.Outcome() != messaging.Accepted || e.State == Failed {
		return nil, err
	}
	var repeats []Repeat
	for _, m := range p.Messages {
		same := e.TextOmitted || asSeen(m.Text) == asSeen(e.Message.Text) && slices.Equal(m.Media, e.Message.Media)
		if !same && !undecided(e.State) {
			continue
		}
		for _, to := range m.To {
			if slices.Contains(e.Message.To, to) {
				repeats = append(repeats, Repeat{Recipient: to, Entry: e, Ago: max(o.now().Sub(e.Created), 0)})
			}
		}
	}
	return repeats, nil
}
