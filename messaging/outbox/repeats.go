package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
)

// RepeatedWithin is for how long a message that went out counts as a repetition; later
// the same text is another occasion. One that may have arrived without anybody's knowing
// counts for ever: see [Entry.Undecided]. No clock ends that, which may jump.
const RepeatedWithin = 10 * time.Minute

// A Repeat is somebody who got the same text and media already, or may have.
type Repeat struct {
	Recipient string
	Entry     Entry         // the latest one
	Ago       time.Duration // since it left, or, if it did not yet, since it was made; below 0 if a clock is wrong
}

// A RepeatError refuses to send the same again without an explicit yes. Nothing
// was recorded and nothing may be sent.
type RepeatError struct{ Repeats []Repeat }

func (e *RepeatError) Error() string {
	var words []string
	for _, r := range e.Repeats {
		words = append(words, fmt.Sprintf("%s %s the same %s ago (message %d, %s)",
			r.Recipient, r.Got(), max(r.Ago, 0).Round(time.Second), r.Entry.ID, r.Entry.State))
	}
	return strings.Join(words, "; ")
}

// Got says how sure it is that the recipient has it: "got", "was sent", "may have got" or
// "is about to get".
func (r Repeat) Got() string {
	switch {
	case r.Entry.State == Queued, r.Entry.State == Scheduled:
		return "is about to get"
	case r.Entry.Undecided():
		return "may have got"
	}
	if r.Entry.State != Delivered { // accepted is not delivered
		return "was sent"
	}
	return "got"
}

// Repeats says who of the recipients of messages got, or may have got, the same
// text and media, from whatever number: within [RepeatedWithin] of its leaving, or ever if
// it is not known whether it arrived. It looks at what all processes sent. A message that
// seems to be of a time to come was made before the clock was set back, and counts.
func (o *Outbox) Repeats(ctx context.Context, messages []messaging.Message) ([]Repeat, error) {
	return o.RepeatsAt(ctx, messages, o.now())
}

// RepeatsAt is Repeats for messages that are to leave at another time. What is scheduled for
// within [RepeatedWithin] of that counts, too.
func (o *Outbox) RepeatsAt(ctx context.Context, messages []messaging.Message, at time.Time) ([]Repeat, error) {
	repeats, err := o.repeats(ctx, o.engine.Reader(), messages, at, true)
	return repeats, o.reading("look for repetitions", err)
}

// repeats is RepeatsAt; what is scheduled counts if soon.
func (o *Outbox) repeats(ctx context.Context, q Querier, messages []messaging.Message, now time.Time, soon bool) ([]Repeat, error) {
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
		if soon {
			if err := findSoon(ctx, q, []byte(digest), rows, now); err != nil {
				return nil, err
			}
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
			at, err := left(ctx, q, e)
			if err != nil {
				return nil, err
			}
			repeats = append(repeats, Repeat{Recipient: to, Entry: e, Ago: now.Sub(at)})
		}
	}
	return repeats, nil
}

// earlier are the ways to have got the same before, each with an index of its own: of a
// text that was sent a million times only the rows that count are looked at.
var earlier = [...]struct {
	condition string
	within    []time.Duration // what stands for each ?: so long ago; none if whatever its age counts
}{
	{
		"m.created_at > ? AND m.state NOT IN ('rejected', 'unsent', 'scheduled', 'missed') AND (m.created_at > ? OR " + leftSince + ")",
		[]time.Duration{RepeatedWithin + shortWait, RepeatedWithin, RepeatedWithin},
	},
	// Of a run, or of a long batch, a message waits its turn, and leaves long after it was made.
	{
		"m.updated_at > ? AND m.updated_at - m.created_at >= 60000000 AND m.state NOT IN ('rejected', 'unsent', 'scheduled', 'missed') AND " + leftSince,
		[]time.Duration{RepeatedWithin, RepeatedWithin},
	},
	{"m.state IN ('queued', 'sending', 'unknown', 'unconfirmed')", nil}, // as the index has it
	{"m.doubt = 1", nil},
}

const (
	leftSince = "EXISTS (SELECT 1 FROM moves v WHERE v.message = m.id AND v.state = 'sending' AND v.at > ?)"
	// shortWait is how long after it was made a message changes whose age tells when it
	// left; one that changes later is in the index of those that waited.
	shortWait = time.Minute
)

// findRepeats notes for each recipient in rows the latest row by which it got, or may
// have got, what the digest is of.
func findRepeats(ctx context.Context, q Querier, digest []byte, rows map[string]int64, now time.Time) error {
	for _, way := range earlier {
		args := []any{digest}
		for _, ago := range way.within {
			args = append(args, stamp(now.Add(-ago)))
		}
		found, err := q.QueryContext(ctx, "SELECT m.id, m.state, m.recipients, m.doubt FROM messages m WHERE m.content = ? AND "+way.condition, args...)
		if err != nil {
			return fmt.Errorf("look for repetitions: %w", err)
		}
		groups, err := noteRepeats(found, rows)
		if err != nil {
			return fmt.Errorf("look for repetitions: %w", err)
		}
		for _, e := range groups {
			all, err := deliveriesOf(ctx, q, e)
			if err != nil {
				return fmt.Errorf("look for repetitions: %w", err)
			}
			noteRepeat(rows, e.ID, reached(e, all, way.within == nil))
		}
	}
	return nil
}

// findSoon notes for each recipient in rows the latest row that is scheduled for about a
// time and that the digest is of.
func findSoon(ctx context.Context, q Querier, digest []byte, rows map[string]int64, at time.Time) error {
	found, err := q.QueryContext(ctx, "SELECT m.id, m.state, m.recipients, m.doubt FROM messages m WHERE m.content = ? AND m.state = 'scheduled' AND +m.due_at > ? AND +m.due_at < ?",
		digest, stamp(at.Add(-RepeatedWithin)), stamp(at.Add(RepeatedWithin)))
	if err == nil {
		_, err = noteRepeats(found, rows)
	}
	if err != nil {
		return fmt.Errorf("look for repetitions: %w", err)
	}
	return nil
}

// left is when a message left, or, if it did not yet, when it was made.
func left(ctx context.Context, q Querier, e Entry) (time.Time, error) {
	var at sql.NullInt64
	if err := q.QueryRowContext(ctx, "SELECT max(at) FROM moves WHERE message = ? AND state = 'sending'", e.ID).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("read when message %d left: %w", e.ID, err)
	}
	if !at.Valid {
		return e.Created, nil
	}
	return timeOf(at.Int64), nil
}

// noteRepeats goes through what was found once, however much it is. It keeps and returns
// the few of which the deliveries tell who got them: what went to a group and not to all.
func noteRepeats(found *sql.Rows, rows map[string]int64) (groups []Entry, err error) {
	defer func() { _ = found.Close() }()
	for found.Next() {
		var e Entry
		var recipients string
		if err := found.Scan(&e.ID, &e.State, &recipients, &e.Doubt); err != nil {
			return nil, err //nolint:wrapcheck // findRepeats does
		}
		e.Message.To = listOf(recipients)
		switch open := e.State == Failed || e.State == Unconfirmed; {
		case open && len(e.Message.To) > 1:
			groups = append(groups, e)
		case open:
			noteRepeat(rows, e.ID, reached(e, nil, false))
		default:
			noteRepeat(rows, e.ID, e.Message.To)
		}
	}
	return groups, found.Err() //nolint:wrapcheck // findRepeats does
}

// noteRepeat notes that those who got a row did, if it is their latest so far.
func noteRepeat(rows map[string]int64, id int64, got []string) {
	for _, to := range got {
		if row, ok := rows[to]; ok && row < id {
			rows[to] = id
		}
	}
}

// reached are those of the recipients of e, which failed or is unconfirmed, who got it or
// may have: all but those who certainly did not. If open, those who have a receipt are
// left out as well.
func reached(e Entry, all []Delivery, open bool) []string {
	to := e.Message.To
	if len(to) == 1 { // whatever the API calls the one recipient
		if e.Undecided() {
			return to
		}
		return nil
	}
	return slices.DeleteFunc(slices.Clone(to), func(number string) bool {
		return slices.ContainsFunc(all, func(d Delivery) bool {
			certain := d.State() == Failed && !d.MayHaveArrived() || open && d.State() == Delivered
			return d.Recipient == number && certain
		})
	})
}

// refuseRepeats is a RepeatError if somebody would get the same twice.
func (o *Outbox) refuseRepeats(ctx context.Context, q Querier, p Plan) error {
	return o.refuseRepeatsAt(ctx, q, p, o.now(), true)
}

// refuseRepeatsAt is refuseRepeats for what leaves at a time; what is scheduled counts if soon.
func (o *Outbox) refuseRepeatsAt(ctx context.Context, q Querier, p Plan, at time.Time, soon bool) error {
	repeats, err := o.repeats(ctx, q, p.Messages, at, soon)
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
// anything if it is not known whether it arrived, or the same words and files.
func (o *Outbox) resent(ctx context.Context, q Querier, p Plan) ([]Repeat, error) {
	if p.ResendOf == 0 {
		return nil, nil
	}
	e, err := o.entry(ctx, q, p.ResendOf)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // it was pruned
	}
	if err != nil || !e.Undecided() && e.State.Outcome() != messaging.Accepted {
		return nil, err
	}
	got := e.Message.To
	if e.State == Failed {
		all, err := deliveriesOf(ctx, q, e)
		if err != nil {
			return nil, err
		}
		got = reached(e, all, false)
	}
	at, err := left(ctx, q, e)
	if err != nil {
		return nil, err
	}
	var repeats []Repeat
	for _, m := range p.Messages {
		same := e.TextOmitted || asSeen(m.Text) == asSeen(e.Message.Text) && slices.Equal(m.Media, e.Message.Media)
		if !same && !e.Undecided() {
			continue
		}
		for _, to := range m.To {
			if slices.Contains(got, to) {
				repeats = append(repeats, Repeat{Recipient: to, Entry: e, Ago: o.now().Sub(at)})
			}
		}
	}
	return repeats, nil
}
