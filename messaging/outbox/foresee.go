package outbox

import (
	"context"
	"fmt"
	"slices"

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
	trouble := map[string]Trouble{}
	for _, t := range bad {
		trouble[t.Number] = t
	}
	now := o.now()
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		since, err := recentSince(ctx, q, b.Again, now)
		if err != nil {
			return err
		}
		outs, err := optedOut(ctx, q, b.By.AccountID, true, messages)
		if err != nil {
			return err
		}
		for i, m := range messages {
			p, number := &all[i], numbers[i]
			*p = Prospect{}
			from, to := talksWith(number)
			if err := q.QueryRowContext(ctx, newQuery, from, to).Scan(&p.New); err != nil {
				return fmt.Errorf("look whether the number is new: %w", err)
			}
			if at := slices.IndexFunc(outs, func(out OptOut) bool { return out.Number == number }); at >= 0 {
				p.Skip, p.Note = outs[at].skip()
				continue
			}
			if p.Skip, p.Note, err = takesNoTexts(ctx, q, number); err != nil || p.Skip != "" {
				if err != nil {
					return err
				}
				continue
			}
			if p.New { // who got nothing got not the same, and takes texts as far as is known
				continue
			}
			if m.Text != "" || len(m.Media) > 0 {
				if p.Skip, p.Note, err = o.isRecent(ctx, q, m, since); err != nil {
					return err
				}
			}
			t, isBad := trouble[number]
			switch {
			case p.Skip != "":
			case isBad && t.OptedOut(): // and came back, or the ledger would know
			case isBad:
				p.Skip, p.Note = SkipNoTexts, fmt.Sprintf("%d, %s", t.Code.Code, t.Code.Brief)
			default:
				if p.Skip, p.Note, err = isOverCap(ctx, q, number, most, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return all, o.reading(op, err)
}

// skip is why somebody gets nothing who opted out or is held.
func (out OptOut) skip() (Skip, string) {
	if out.Held {
		return SkipHeld, out.why()
	}
	return SkipOptedOut, out.why()
}
