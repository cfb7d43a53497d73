package outbox

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// A counter counts the messages of a span, in one reading.
type counter struct {
	q  Querier
	of Span
}

// Words for what became of a message that are no states.
const (
	handedOver = "handed-over" // delivered, and no more is known
	unproven   = "unproven"    // received
)

// handedMMS is whether the row m, which is delivered and worth grade, was only handed
// over: as the tallies have it, rows without a grade are older than that column.
func handedMMS(grade string) string {
	return "(" + grade + " = 'handed-over' OR " + grade + ` = '' AND (m.media <> '' OR m.recipients LIKE '%","%'))`
}

// A counted is where rows are counted, and as what.
type counted struct {
	from   string // rows, with that of the message as m
	key    string // of the group that a row is in
	became string // what became of it: a state, handedOver or unproven
	sent   string // its segments, and those of what came in
	heard  string
}

// ofMessages counts messages, by a key.
func ofMessages(key string) counted {
	return counted{"messages m", key, "CASE WHEN m.state = 'delivered' AND " + handedMMS("m.grade") + " THEN '" + handedOver +
		"' WHEN m.unproven = 1 THEN '" + unproven + "' ELSE m.state END",
		"CASE WHEN m.direction = 'in' THEN 0 ELSE m.segment_count END", "CASE WHEN m.direction = 'in' THEN m.segment_count ELSE 0 END"}
}

// ofRecipients counts those of whom there is news, by the same states as [Delivery.State].
func ofRecipients(key string) counted {
	return counted{"deliveries d JOIN messages m ON m.id = d.message", key, fmt.Sprintf(`CASE WHEN d.error_code = %d THEN 'unconfirmed'
		WHEN d.status = 'DELIVERED' AND %s THEN '%s' WHEN d.status = 'DELIVERED' THEN 'delivered'
		WHEN d.status IN ('FAILED', 'UNDELIVERED') THEN 'failed' WHEN d.status IN ('SENT', 'ACCEPTED') THEN 'sent' ELSE 'accepted' END`,
		messaging.CodeNoReceipt, handedMMS("d.grade"), handedOver), "0", "0"}
}

// within are the conditions of the span on the row m.
func (c counter) within() (w conditions) {
	w = w.and("m.copy_of = 0")
	if !c.of.Since.IsZero() {
		w = w.and("m.created_at >= ?", stamp(c.of.Since))
	}
	if !c.of.Until.IsZero() {
		w = w.and("m.created_at < ?", stamp(c.of.Until))
	}
	return w
}

func (c counter) total(ctx context.Context) (Tally, error) {
	groups, err := c.groups(ctx, ofMessages("''"), c.within())
	if err != nil || len(groups) == 0 {
		return Tally{}, err
	}
	return groups[0].Tally, nil
}

func (c counter) table(ctx context.Context, by Breakdown, total Tally) (t Table, err error) {
	t.By = by
	switch by {
	case ByState:
		t.Groups = byState(total)
	case ByCode, ByReaction:
		t.Groups, err = c.groups(ctx, ofMessages("m.error_code"), c.within().and("m.error_code <> 0"))
	case BySender:
		t.Groups, err = c.groups(ctx, ofMessages("CASE WHEN m.direction = 'in' THEN m.own ELSE m.sender END"), c.within())
	case ByCarrier:
		t.Groups, err = c.groups(ctx, ofRecipients("d.carrier"), c.within())
	case ByDay:
		t.Groups, err = c.days(ctx)
	default:
		return t, fmt.Errorf("%q is no breakdown", by)
	}
	if by == ByReaction {
		t.Groups = byReaction(t.Groups)
	}
	if len(t.Groups) > MostGroups {
		t.Groups, t.More = t.Groups[:MostGroups], true
	}
	return t, err
}

// groups are the largest groups, and one more than there may be if there are more.
func (c counter) groups(ctx context.Context, of counted, w conditions) (groups []Group, err error) {
	rows, err := c.q.QueryContext(ctx, "SELECT named, became, count(*), sum(sent), sum(heard) FROM (SELECT "+of.key+" AS named, "+of.became+" AS became, "+
		of.sent+" AS sent, "+of.heard+" AS heard FROM "+of.from+w.clause()+") r GROUP BY named, became ORDER BY named", w.args...)
	if err != nil {
		return nil, fmt.Errorf("count messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key, became string
		var n, sent, heard int
		if err := rows.Scan(&key, &became, &n, &sent, &heard); err != nil {
			return nil, fmt.Errorf("count messages: %w", err)
		}
		if len(groups) == 0 || groups[len(groups)-1].Key != key {
			if len(groups) > 2*MostGroups { // those are complete
				groups = largest(groups)
			}
			groups = append(groups, Group{Key: key})
		}
		groups[len(groups)-1].add(tallyOf(became, n, sent, heard))
	}
	return largest(groups), rowsEnded(rows)
}

// largest are the largest groups, at most one more than a table has.
func largest(groups []Group) []Group {
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Or(cmp.Compare(b.all(), a.all()), cmp.Compare(a.Key, b.Key)) })
	return groups[:min(len(groups), MostGroups+1)]
}

// tallyOf counts n messages of which the same became.
func tallyOf(became string, n, sent, heard int) Tally {
	t := Tally{SegmentsOut: sent, SegmentsIn: heard}
	state := State(became)
	switch became {
	case handedOver:
		state, t.HandedOver = Delivered, n
	case unproven:
		state, t.Unproven = Received, n
	}
	t.States = map[State]int{state: n}
	return t
}

// days are the newest days on which there is something, and one more than there may be if
// there are more. Each is read by itself, for not all have 24 hours.
func (c counter) days(ctx context.Context) (groups []Group, err error) {
	for len(groups) <= MostGroups {
		var last sql.NullInt64
		w := c.within()
		err := c.q.QueryRowContext(ctx, "SELECT m.created_at FROM messages m"+w.clause()+" ORDER BY m.created_at DESC LIMIT 1", w.args...).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("count messages: %w", err)
		}
		at := timeOf(last.Int64).In(c.of.Zone)
		day := counter{q: c.q, of: c.of}
		if begins := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, c.of.Zone); begins.After(day.of.Since) {
			day.of.Since = begins
		}
		total, err := day.total(ctx)
		if err != nil {
			return nil, err
		}
		groups = append(groups, Group{Key: at.Format(time.DateOnly), Tally: total})
		if !day.of.Since.After(c.of.Since) {
			break
		}
		c.of.Until = day.of.Since
	}
	return groups, nil
}

// latency is how long the latest messages took.
func (c counter) latency(ctx context.Context) (accepting, delivering Latency, err error) {
	w := c.within().and("m.state IN ('accepted', 'sent', 'delivered', 'unconfirmed', 'failed')")
	// What was found at the API later was accepted nobody knows when, and has a note.
	rows, err := c.q.QueryContext(ctx, `SELECT min(CASE WHEN v.state = 'sending' THEN v.at END),
		min(CASE WHEN v.state = 'accepted' AND v.note = '' THEN v.at END), min(CASE WHEN v.state = 'delivered' THEN v.at END),
		max(CASE WHEN `+handedMMS("m.grade")+` THEN 1 ELSE 0 END)
		FROM (SELECT m.id, m.grade, m.media, m.recipients FROM messages m`+w.clause()+` ORDER BY m.id DESC LIMIT ?) m JOIN moves v ON v.message = m.id GROUP BY m.id`,
		append(w.args, MostTimed)...)
	if err != nil {
		return accepting, delivering, fmt.Errorf("measure messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var yes, receipts []time.Duration
	for rows.Next() {
		var sending, accepted, delivered sql.NullInt64
		var handed bool
		if err := rows.Scan(&sending, &accepted, &delivered, &handed); err != nil {
			return accepting, delivering, fmt.Errorf("measure messages: %w", err)
		}
		took := func(at sql.NullInt64) time.Duration { return time.Duration(at.Int64-sending.Int64) * time.Microsecond }
		if sending.Valid && accepted.Valid && took(accepted) >= 0 { // a clock may have been set back
			yes = append(yes, took(accepted))
		}
		if sending.Valid && delivered.Valid && !handed && took(delivered) >= 0 {
			receipts = append(receipts, took(delivered))
		}
	}
	return latencyOf(yes), latencyOf(receipts), rowsEnded(rows)
}
