package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// A Prospect is what speaks against a message that a run is planned to send.
type Prospect struct {
	Skip Skip // what it would be left out for now; "" for nothing
	Note string
	New  bool // nobody here ever sent anything to the number
}

// newQuery asks whether a number got anything, or may have.
const newQuery = `SELECT NOT EXISTS (SELECT 1 FROM threads t JOIN talks k ON k.thread = t.id JOIN messages m ON m.id = k.message
	WHERE t.name >= ? AND t.name < ? AND m.direction = 'out' AND m.state NOT IN ('rejected', 'unsent', 'scheduled', 'missed'))`

// Foresee says, for a run that is planned, what would become of messages to one person each
// if their turn was now: it asks what [Outbox.Drain] asks at the turn, and whether the
// number takes texts at all. Of b it needs By and Again. Most is how many messages a person may get in 24 hours; 0 is
// any number. Of a message that is not filled, for it has neither text nor media, nobody
// got the same. Hand it some hundreds at a time.
func (o *Outbox) Foresee(ctx context.Context, b Broadcast, messages []messaging.Message, most int) ([]Prospect, error) {
	const op = "look what speaks against the messages"
	all := make([]Prospect, len(messages))
	numbers := make([]string, len(messages))
	for i, m := range messages {
		numbers[i] = m.To[0]
	}
	bad, err := o.Trouble(ctx, numbers)
	if err != nil {
		return nil, err
	}
	f := foresight{most: most, now: o.now(), trouble: map[string]Trouble{}}
	for _, t := range bad {
		f.trouble[t.Number] = t
	}
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) (err error) {
		if f.since, err = recentSince(ctx, q, b.Again, f.now); err != nil {
			return err
		}
		if f.outs, err = optedOut(ctx, q, b.By.AccountID, true, messages); err != nil {
			return err
		}
		if f.noTexts, err = withoutTexts(ctx, q, numbers); err != nil {
			return err
		}
		for i, m := range messages {
			if all[i], err = o.prospect(ctx, q, m, f); err != nil {
				return err
			}
		}
		return nil
	})
	return all, o.reading(op, err)
}

// A foresight is what is known before each message is looked at.
type foresight struct {
	outs    []OptOut
	noTexts map[string]int
	trouble map[string]Trouble
	most    int
	now     time.Time
	since   time.Time // from when on who got the same counts
}

// prospect is Foresee for one message.
func (o *Outbox) prospect(ctx context.Context, q Querier, m messaging.Message, f foresight) (p Prospect, err error) {
	number := m.To[0]
	from, to := talksWith(number)
	if err := q.QueryRowContext(ctx, newQuery, from, to).Scan(&p.New); err != nil {
		return p, fmt.Errorf("look whether the number is new: %w", err)
	}
	if at := slices.IndexFunc(f.outs, func(out OptOut) bool { return out.Number == number }); at >= 0 {
		p.Skip, p.Note = f.outs[at].skip()
		return p, nil
	}
	if code := f.noTexts[number]; code != 0 {
		p.Skip, p.Note = takesNoTexts(code)
		return p, nil
	}
	if p.New { // who got nothing got not the same, and takes texts as far as is known
		return p, nil
	}
	if m.Text != "" || len(m.Media) > 0 {
		same, err := o.recents(ctx, q, []messaging.Message{m}, f.since)
		if err != nil {
			return p, err
		}
		if same[0] != "" {
			p.Skip, p.Note = SkipRecent, same[0]
			return p, nil
		}
	}
	t, isBad := f.trouble[number]
	switch {
	case isBad && t.OptedOut(): // and came back, or the ledger would know
	case isBad:
		p.Skip, p.Note = SkipNoTexts, fmt.Sprintf("%d, %s", t.Code.Code, t.Code.Brief)
	default:
		p.Skip, p.Note, err = isOverCap(ctx, q, number, f.most, f.now)
	}
	return p, err
}

// skip is why somebody gets nothing who opted out or is held.
func (out OptOut) skip() (Skip, string) {
	if out.Held {
		return SkipHeld, out.why()
	}
	return SkipOptedOut, out.why()
}
