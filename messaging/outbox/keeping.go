package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// MostDays is the longest that an outbox can be told to keep messages, in days: a century.
const MostDays = 36600

// A Keeping says for how long an outbox keeps messages.
type Keeping struct {
	Days int       // 0 is for ever
	By   User      // who said so for all; nobody where nobody did, or where it is [Options.Keep]
	At   time.Time // when they did
}

// Keeping is for how long this outbox keeps messages. A file goes by [Options.Keep]. One that
// is [Report.Shared] goes by what was said for all with [Outbox.KeepFor], and without that it
// keeps them for ever: what one person chose for themselves never deletes what others sent.
func (o *Outbox) Keeping(ctx context.Context) (Keeping, error) {
	if !o.engine.Report().Shared {
		return Keeping{Days: o.options.Keep}, nil
	}
	var value []byte
	if err := o.engine.Reader().QueryRowContext(ctx, "SELECT (SELECT value FROM meta WHERE name = 'keep')").Scan(&value); err != nil {
		return Keeping{}, o.failure("read for how long messages are kept", err)
	}
	k, err := keepingOf(value)
	if err != nil {
		return k, o.failure("read for how long messages are kept", err)
	}
	return k, nil
}

// KeepFor has an outbox that is [Report.Shared] keep messages for so many days, whoever sent
// them; 0 is for ever, and [MostDays] is the most. Older ones are deleted as [Options.Keep]
// says. It notes who said it.
func (o *Outbox) KeepFor(ctx context.Context, days int) error {
	const op = "note for how long messages are kept"
	switch {
	case !o.engine.Report().Shared:
		return &Error{Op: op, Path: o.Path(), Err: errors.New("this outbox is one machine's, and goes by what it is opened with")}
	case days < 0 || days > MostDays:
		return &Error{Op: op, Path: o.Path(), Err: fmt.Errorf("%d days are not from 0 to %d", days, MostDays)}
	}
	name, host, own := o.options.User.columns()
	value, err := marshal(keepNote{Days: days, Name: name, Host: host, Own: own == 1, At: stamp(o.now())})
	if err != nil {
		return err
	}
	return o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		// What was seen to today was seen to by another number.
		if _, err := tx.ExecContext(ctx, "DELETE FROM meta WHERE name IN ('pruned_at', 'prune_left')"); err != nil {
			return fmt.Errorf("forget the last deletion: %w", err)
		}
		return remember(ctx, tx, "keep", string(value))
	})
}

// keepAtOpen is for how many days messages are kept, as it was at the opening.
func (o *Outbox) keepAtOpen() (days int, err error) {
	if !o.engine.Report().Shared {
		return o.options.Keep, nil
	}
	k, err := keepingOf(o.keep)
	return k.Days, err
}

// A keepNote is how a [Keeping] is noted.
type keepNote struct {
	Days int    `json:"days"`
	Name string `json:"name,omitempty"`
	Host string `json:"host,omitempty"`
	Own  bool   `json:"own,omitempty"`
	At   int64  `json:"at"` // as in rows
}

// keepingOf reads a note; none says for ever.
func keepingOf(value []byte) (Keeping, error) {
	if len(value) == 0 {
		return Keeping{}, nil
	}
	var n keepNote
	if err := json.Unmarshal(value, &n); err != nil {
		return Keeping{}, fmt.Errorf("read for how long messages are kept: %w", err)
	}
	return Keeping{Days: n.Days, By: User{Name: n.Name, Host: n.Host, Own: n.Own}, At: timeOf(n.At)}, nil
}
