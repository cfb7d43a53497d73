package outbox

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
)

// RecentWithin is for how long the same words to the same person are refused in a run. One
// of which it is not known whether it arrived counts for ever, as in [RepeatedWithin]; in a
// run that repeats another, see [Broadcast.Again], so does what arrived since that was made.
const RecentWithin = 24 * time.Hour

// recentQuery and recentEnd are around the conditions of a question for what people got, or
// may have got, or are about to, and sameQuery is that for one of them: in that order an index
// has it. It is written so that no other index answers: to a planner without statistics one
// of the content, which all in a run have in common, or of the states would look as good.
const (
	recentQuery = "SELECT id, state, recipients, content FROM messages m WHERE ("
	sameQuery   = "m.recipients = ? AND m.content IS NOT DISTINCT FROM ?"
	recentEnd   = `) AND m.direction || '' = 'out'
	AND ((m.created_at > ? OR m.due_at > ?) AND m.state || '' IN ('accepted', 'sent', 'delivered')
		OR m.state || '' IN ('queued', 'sending', 'unknown', 'unconfirmed') OR m.doubt + 0 = 1)`
)

// refused says why a person gets nothing who may be written to and did not opt out; "" if
// nothing speaks against it.
func (t *turn) refused(ctx context.Context, tx Tx, c claim, against objections, now time.Time) (why Skip, note string, err error) {
	if same := against.recent[c.person.N]; same != "" {
		return SkipRecent, same, nil
	}
	if code := against.noTexts[c.person.Number]; code != 0 {
		why, note = takesNoTexts(code)
		return why, note, nil
	}
	return isOverCap(ctx, tx, c.person.Number, t.how.DailyCap, now)
}

// objections are what speaks against messages, asked for together.
type objections struct {
	recent  map[int]string // what says the same, by the number of the person in the run
	noTexts map[string]int // see withoutTexts
}

// object asks for what speaks against messages.
func (t *turn) object(ctx context.Context, tx Tx, filled []claim, now time.Time) (o objections, err error) {
	since, err := recentSince(ctx, tx, t.run.Broadcast.Again, now)
	if err != nil {
		return o, err
	}
	messages := make([]messaging.Message, len(filled))
	for i, c := range filled {
		messages[i] = c.message
	}
	notes, err := t.outbox.recents(ctx, tx, messages, since)
	if err != nil {
		return o, err
	}
	o.recent = map[int]string{}
	for i, note := range notes {
		o.recent[filled[i].person.N] = note
	}
	o.noTexts, err = withoutTexts(ctx, tx, numbersOf(filled))
	return o, err
}

// takesNoTexts is [SkipNoTexts] for a number of which a code said once that it takes none.
func takesNoTexts(code int) (why Skip, note string) {
	return SkipNoTexts, fmt.Sprintf("delivery error %d said so", code)
}

// withoutTexts are those of numbers that take no texts, and the codes that said so.
func withoutTexts(ctx context.Context, q Querier, numbers []string) (map[string]int, error) {
	codes := map[string]int{}
	for some := range inSome(len(numbers)) {
		if err := addWithoutTexts(ctx, q, numbers[some.from:some.to], codes); err != nil {
			return nil, fmt.Errorf("read the contacts: %w", err)
		}
	}
	return codes, nil
}

func addWithoutTexts(ctx context.Context, q Querier, numbers []string, codes map[string]int) error {
	in, args := among(numbers)
	rows, err := q.QueryContext(ctx, "SELECT number, no_texts FROM contacts WHERE no_texts <> 0 AND number IN "+in, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number string
		var code int
		if err := rows.Scan(&number, &code); err != nil {
			return err //nolint:wrapcheck // as above
		}
		codes[number] = code
	}
	return rows.Err() //nolint:wrapcheck // as above
}

// recentSince is from when on it counts that somebody got the same: who missed a run may
// have got it since by another that repeats it, or by a message of their own.
func recentSince(ctx context.Context, q Querier, again int64, now time.Time) (time.Time, error) {
	since := now.Add(-RecentWithin)
	if again == 0 {
		return since, nil
	}
	var made int64
	err := q.QueryRowContext(ctx, "SELECT created_at FROM runs WHERE id = ?", again).Scan(&made)
	switch {
	case noRows(err):
		return since, nil
	case err != nil:
		return since, fmt.Errorf("read the run that is repeated: %w", err)
	}
	if at := timeOf(made - 1); at.Before(since) { // what was made at that time counts
		since = at
	}
	return since, nil
}

// A same is words to somebody, and which of the messages say them.
type same struct {
	to      string
	content []byte
	of      []int
}

// recents say for each of messages, in their order, what its recipient got since that says
// the same; "" is nothing.
func (o *Outbox) recents(ctx context.Context, q Querier, messages []messaging.Message, since time.Time) ([]string, error) {
	var all []*same
	known := map[string]*same{}
	for i, m := range messages {
		to, seen, asIs := encodeList(m.To), o.digestOf(m.Text, m.Media), o.digestAsIs(m.Text, m.Media)
		for _, content := range slices.CompactFunc([][]byte{seen, asIs}, bytes.Equal) {
			s := known[to+string(content)]
			if s == nil {
				s = &same{to: to, content: content}
				known[to+string(content)], all = s, append(all, s)
			}
			s.of = append(s.of, i)
		}
	}
	notes := make([]string, len(messages))
	for some := range inSome(len(all)) {
		if err := addRecents(ctx, q, all[some.from:some.to], since, func(to string, content []byte, note string) {
			for _, i := range known[to+string(content)].of {
				notes[i] = note
			}
		}); err != nil {
			return nil, fmt.Errorf("look for the same message: %w", err)
		}
	}
	return notes, nil
}

// addRecents asks for several at once and hands over what there is.
func addRecents(ctx context.Context, q Querier, all []*same, since time.Time, add func(to string, content []byte, note string)) error {
	var args []any
	for _, s := range all {
		args = append(args, s.to, s.content)
	}
	query := recentQuery + strings.Repeat(" OR "+sameQuery, len(all))[len(" OR "):] + recentEnd
	rows, err := q.QueryContext(ctx, query, append(args, stamp(since), stamp(since))...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var state State
		var to string
		var content []byte
		if err := rows.Scan(&id, &state, &to, &content); err != nil {
			return err //nolint:wrapcheck // as above
		}
		add(to, content, fmt.Sprintf("message %d, which is %s, says the same", id, state))
	}
	return rows.Err() //nolint:wrapcheck // as above
}

// capQuery counts the messages to a number since a time, from whatever number of ours. The
// conversations with one other are named by it.
const capQuery = `SELECT count(*) FROM threads t JOIN talks k ON k.thread = t.id JOIN messages m ON m.id = k.message
	WHERE t.name >= ? AND t.name < ? AND m.direction = 'out' AND (m.created_at > ? OR m.due_at > ?) AND m.state NOT IN ('rejected', 'unsent', 'scheduled', 'missed')`

// isOverCap is [SkipOverCap] if a number got as many messages in the last day as it may; 0 is
// any number of them.
func isOverCap(ctx context.Context, q Querier, number string, most int, now time.Time) (why Skip, note string, err error) {
	if most <= 0 {
		return "", "", nil
	}
	var n int
	from, to := talksWith(number)
	if err := q.QueryRowContext(ctx, capQuery, from, to, stamp(now.Add(-24*time.Hour)), stamp(now.Add(-24*time.Hour))).Scan(&n); err != nil {
		return "", "", fmt.Errorf("count what the person got: %w", err)
	}
	if n < most {
		return "", "", nil
	}
	return SkipOverCap, fmt.Sprintf("%d in the last day", n), nil
}

// talksWith are the names between which those of the conversations with one number are.
func talksWith(number string) (from, to string) {
	name := pairName(number)
	return name, name[:len(name)-1] + string(name[len(name)-1]+1)
}

// noRows reports whether a question had no answer.
func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
