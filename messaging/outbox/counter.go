package outbox

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sort"
	"time"

	"telex/messaging"
)

// A counter counts the messages of a span, in one reading.
type counter struct {
	q      Querier
	of     Span
	lo, hi int64 // the ids of its messages are between these
}

// Words for what became of a message that are no states.
const (
	handedOver = string(messaging.GradeHandedOver) // delivered, and no more is known
	unproven   = "unproven"                        // received
)

// mms is whether the row m is an MMS: see [messaging.Message.IsMMS]. It has no segments,
// also where the API counts one.
const mms = `(m.media <> '' OR m.recipients LIKE '%","%')`

// handedMMS is whether the row m, which is delivered and worth grade, was only handed
// over: as the tallies have it, rows without a grade are older than that column.
func handedMMS(grade string) string {
	return "(" + grade + " = 'handed-over' OR " + grade + " = '' AND " + mms + ")"
}

// toSeveral is whether the row m is a message of ours to several recipients, and isOne whether
// the delivery d is that of one of them.
const (
	toSeveral = `(m.direction = 'out' AND m.recipients LIKE '%","%')`
	isOne     = `replace(m.recipients, '"' || d.recipient || '"', '') <> m.recipients`
)

// A counted is where rows are counted, and as what.
type counted struct {
	from     string // rows, with that of the message as m
	id       string // the column by which they are found: the id of the message
	where    string // of which rows; "" for all
	key      string // of the group that a row is in
	became   string // what became of it: a state, handedOver or unproven
	times    string // as how many it counts
	segments string // how many it has
}

// ofMessages counts messages, by a key.
func ofMessages(key string) counted {
	return counted{
		from: "messages m", id: "m.id", key: key, became: becameOfMessage, times: "1", segments: "CASE WHEN " + mms + " THEN 0 ELSE m.segment_count END",
	}
}

// becameOfMessage is what became of the row m.
var becameOfMessage = "CASE WHEN m.state = 'delivered' AND " + handedMMS("m.grade") + " THEN '" + handedOver +
	"' WHEN m.unproven = 1 THEN '" + unproven + "' ELSE m.state END"

// ofRecipients counts everybody whom a message of ours went to, and messages that came in, by
// the carrier; "" where none is named. Added up, they are all messages, those to several
// recipients once for each.
func ofRecipients() []counted {
	one := ofMessages("coalesce((SELECT max(d.carrier) FROM deliveries d WHERE d.message = m.id), '')")
	one.where = "NOT " + toSeveral
	// Of several those of whom there is news are counted by the same states as [Delivery.State],
	// and the others as the message is.
	told := counted{
		from: "deliveries d JOIN messages m ON m.id = d.message", id: "d.message", where: toSeveral + " AND " + isOne, key: "d.carrier",
		became: fmt.Sprintf(`CASE WHEN d.error_code = %d THEN 'unconfirmed'
		WHEN d.status = 'DELIVERED' AND %s THEN '%s' WHEN d.status = 'DELIVERED' THEN 'delivered'
		WHEN d.status IN ('FAILED', 'UNDELIVERED') THEN 'failed' WHEN d.status IN ('SENT', 'ACCEPTED') THEN 'sent' ELSE 'accepted' END`,
			messaging.CodeNoReceipt, handedMMS("d.grade"), handedOver), times: "1", segments: "0",
	}
	others := counted{
		from: "messages m", id: "m.id", where: toSeveral, key: "''", became: becameOfMessage, segments: "0",
		times: `(length(m.recipients) - length(replace(m.recipients, '","', ''))) / 3 + 1
		- (SELECT count(*) FROM deliveries d WHERE d.message = m.id AND ` + isOne + ")",
	}
	return []counted{one, told, others}
}

// within are the conditions of the span on the row m, which is gone through by its id.
func (c counter) within() conditions {
	return c.of.times(conditions{}.and("m.id BETWEEN ? AND ?", c.lo, c.hi).and("m.copy_of = 0"), "+m.created_at")
}

// times adds the conditions of the span on a column.
func (s Span) times(w conditions, column string) conditions {
	if !s.Since.IsZero() {
		w = w.and(column+" >= ?", stamp(s.Since))
	}
	if !s.Until.IsZero() {
		w = w.and(column+" < ?", stamp(s.Until))
	}
	return w
}

// narrowed is a counter of part of the span. It knows between which ids the messages are,
// which is what a statement goes by: of a week it reads no more than that week.
func (c counter) narrowed(ctx context.Context, of Span) (counter, error) {
	w := of.times(conditions{}, "created_at")
	query := "SELECT min(id), max(id) FROM messages" + w.clause()
	if len(w.where) == 0 {
		query = "SELECT (SELECT min(id) FROM messages), (SELECT max(id) FROM messages)"
	}
	var lo, hi sql.NullInt64
	if err := c.q.QueryRowContext(ctx, query, w.args...).Scan(&lo, &hi); err != nil {
		return c, fmt.Errorf("count messages: %w", err)
	}
	if !lo.Valid {
		lo.Int64, hi.Int64 = 1, 0
	}
	return counter{q: c.q, of: of, lo: lo.Int64, hi: hi.Int64}, nil
}

// Totals are all messages, and the same by what became of them and by their codes.
type totals struct {
	all           Tally
	became, codes []Group
}

// total adds up all messages, with the codes in the same pass: who reads figures mostly wants
// them too, and to go through the messages is what takes.
func (c counter) total(ctx context.Context) (s totals, err error) {
	became, codes := tallies{}, tallies{}
	err = c.each(ctx, func(code, what string, t Tally) {
		s.all.add(t)
		became.add(what, t)
		if code != noCode {
			codes.add(code, t)
		}
	}, ofMessages("m.error_code"))
	s.became, s.codes = became.groups(), codes.groups()
	return s, err
}

// noCode is the code of messages that have none.
const noCode = "0"

func (c counter) table(ctx context.Context, by Breakdown, all totals) (t Table, err error) {
	t.By = by
	switch by {
	case ByState:
		t.Groups = byState(all.became)
	case ByCode:
		t.Groups = all.codes
	case ByReaction:
		t.Groups = byReaction(all.codes)
	case BySender:
		t.Groups, err = c.groups(ctx, ofMessages("CASE WHEN m.direction = 'in' THEN m.own ELSE m.sender END"))
	case ByCarrier:
		t.Groups, err = c.groups(ctx, ofRecipients()...)
	case ByDay:
		t.Groups, err = c.days(ctx)
	default:
		return t, fmt.Errorf("%q is no breakdown", by)
	}
	if len(t.Groups) > MostGroups {
		t.Groups, t.More = t.Groups[:MostGroups], true
	}
	return t, err
}

// Tallies are those of groups, by their keys.
type tallies map[string]*Tally

// add counts those of another tally in a group, too.
func (t tallies) add(key string, other Tally) {
	if t[key] == nil {
		t[key] = &Tally{}
	}
	t[key].add(other)
}

// groups are the largest groups, and one more than there may be if there are more.
func (t tallies) groups() []Group {
	groups := make([]Group, 0, len(t))
	for key, of := range t {
		groups = append(groups, Group{Key: key, Tally: *of})
	}
	sort.Slice(groups, func(i, j int) bool {
		return cmp.Or(cmp.Compare(groups[j].all(), groups[i].all()), cmp.Compare(groups[i].Key, groups[j].Key)) < 0
	})
	return groups[:min(len(groups), MostGroups+1)]
}

// groups counts rows by their keys.
func (c counter) groups(ctx context.Context, of ...counted) ([]Group, error) {
	found := tallies{}
	err := c.each(ctx, func(key, _ string, t Tally) { found.add(key, t) }, of...)
	return found.groups(), err
}

// each hands over what there is of each key and of what became of it, part by part. Rows are
// grouped some thousands at once, for what a database sorts it may hold in memory.
func (c counter) each(ctx context.Context, add func(key, became string, t Tally), of ...counted) error {
	for lo := c.lo; lo <= c.hi; lo += windowIDs {
		part := c
		part.lo, part.hi = lo, min(lo+windowIDs-1, c.hi)
		for _, rows := range of {
			if err := part.count(ctx, rows, add); err != nil {
				return err
			}
		}
	}
	return nil
}

// count counts the rows between two ids.
func (c counter) count(ctx context.Context, of counted, add func(key, became string, t Tally)) error {
	w := c.within().and(of.id+" BETWEEN ? AND ?", c.lo, c.hi)
	if of.where != "" {
		w = w.and(of.where)
	}
	rows, err := c.q.QueryContext(ctx, "SELECT named, became, sum(times), sum(segments) FROM (SELECT "+of.key+" AS named, "+of.became+" AS became, "+
		of.times+" AS times, "+of.segments+" AS segments FROM "+of.from+w.clause()+") r WHERE times > 0 GROUP BY named, became", w.args...)
	if err != nil {
		return fmt.Errorf("count messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key, became string
		var n, segments int
		if err := rows.Scan(&key, &became, &n, &segments); err != nil {
			return fmt.Errorf("count messages: %w", err)
		}
		add(key, became, tallyOf(became, n, segments))
	}
	return rowsEnded(rows)
}

// tallyOf counts n messages of which the same became.
func tallyOf(became string, n, segments int) Tally {
	var t Tally
	state := State(became)
	switch became {
	case handedOver:
		state, t.HandedOver = Delivered, n
	case unproven:
		state, t.Unproven = Received, n
	}
	if state == Received {
		t.SegmentsIn = segments
	} else {
		t.SegmentsOut = segments
	}
	t.States = map[State]int{state: n}
	return t
}

// days are the newest days on which there is something, and one more than there may be if
// there are more. Each is read by itself, for not all have 24 hours.
func (c counter) days(ctx context.Context) (groups []Group, err error) {
	for left := c.of; len(groups) <= MostGroups; {
		w := left.times(conditions{}.and("copy_of = 0"), "created_at")
		var last sql.NullInt64
		err := c.q.QueryRowContext(ctx, "SELECT created_at FROM messages"+w.clause()+" ORDER BY created_at DESC LIMIT 1", w.args...).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("count messages: %w", err)
		}
		at := timeOf(last.Int64).In(c.of.Zone)
		day := left
		if begins := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, c.of.Zone); begins.After(day.Since) {
			day.Since = begins
		}
		of, err := c.narrowed(ctx, day)
		if err != nil {
			return nil, err
		}
		total, err := of.total(ctx)
		if err != nil {
			return nil, err
		}
		groups = append(groups, Group{Key: at.Format(time.DateOnly), Tally: total.all})
		if left.Until = day.Since; !left.Until.After(left.Since) {
			break
		}
	}
	return groups, nil
}

// latency is how long the latest messages took.
func (c counter) latency(ctx context.Context) (accepting, delivering Latency, err error) {
	w := c.within().and("m.state IN ('accepted', 'sent', 'delivered', 'unconfirmed', 'failed')")
	// What was found at the API later was accepted nobody knows when, and has a note.
	rows, err := c.q.QueryContext(ctx, `SELECT max(CASE WHEN v.state = 'sending' THEN v.at END),
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
