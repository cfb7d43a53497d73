package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/wallclock"
)

// Grace is by how much a scheduled message may be late. Later nothing sends it by itself: it
// is [Missed], for what was right then may be wrong now. It is its expiration at Bandwidth,
// too, unless an earlier one was asked for.
const Grace = 15 * time.Minute

// A When is the time at which a scheduled message is to leave. The zero one is at once.
type When struct {
	// At is the moment, by what was known of the zone when it was looked at last.
	At time.Time `json:"at"`
	// Wall is what a clock in the zone shows then, as if it were UTC, and Zone the zone's
	// name, such as America/New_York. They stay if the zone's rules change, and At follows.
	// Both are zero for a moment that no clock was named for.
	Wall time.Time `json:"wall,omitzero"`
	Zone string    `json:"zone,omitempty"`
}

// WhenAt is a moment.
func WhenAt(at time.Time) When { return When{At: at.UTC()} }

// WhenShows is when a clock in a zone shows wall, to the second: the first time where it is
// set back over that and shows it twice, and where it is set forward over it the moment of
// that. Wall is what it shows, as if it were UTC; the zone has the name that the system
// knows it by.
func WhenShows(wall time.Time, zone *time.Location) When {
	wall = wallclock.Wall(wall)
	return When{At: wallclock.Shows(wall, zone).First.UTC(), Wall: wall, Zone: zone.String()}
}

// IsZero reports whether it is at once.
func (w When) IsZero() bool { return w.At.IsZero() }

// String is what the clock shows and in which zone, or the moment in UTC.
func (w When) String() string {
	if w.Zone == "" {
		return w.At.UTC().Format("Mon 2006-01-02 15:04:05 MST")
	}
	return w.Wall.Format("Mon 2006-01-02 15:04:05") + " " + w.Zone
}

// Late is until when a message that is due then may leave.
func (w When) Late() time.Time { return w.At.Add(Grace) }

// anew is w by the rules of its zone as this system has them now.
func (w When) anew() When {
	if w.Zone == "" {
		return w
	}
	zone, err := time.LoadLocation(w.Zone)
	if err != nil { // the moment stays that it was when somebody knew the zone
		return w
	}
	return WhenShows(w.Wall, zone)
}

const wallForm = "2006-01-02T15:04:05"

// stored is w as the database has it.
func (w When) stored() (at int64, wall, zone string) {
	if w.Zone == "" {
		return stamp(w.At), "", ""
	}
	return stamp(w.At), w.Wall.Format(wallForm), w.Zone
}

// whenOf reads what stored made.
func whenOf(at int64, wall, zone string) When {
	w := When{At: timeOf(at)}
	if shown, err := time.Parse(wallForm, wall); err == nil && zone != "" {
		w.Wall, w.Zone = shown, zone
	}
	return w
}

// errWhen refuses a plan whose times do not fit it.
var errWhen = errors.New("the plan needs one time for all messages, or one for each")

// Schedule records messages that are to leave later, in one transaction, and returns their
// ids in order: at[0] for all of them, or one for each. They belong to no process. Who calls
// [Outbox.SendDue] when they are due sends them.
//
// As by Begin nobody may have opted out or be held, and unless the plan says Yes nobody may
// have got the same, or be about to, by the time it leaves; both are asked again then. A plan
// has no Alert. After an error nothing was recorded.
func (o *Outbox) Schedule(ctx context.Context, p Plan, at ...When) (ids []int64, err error) {
	const op = "record the message to be sent later"
	p.Messages = slices.Clone(p.Messages)
	switch {
	case len(p.Messages) == 0:
		return nil, o.failure(op, errNoMessages)
	case len(at) != 1 && len(at) != len(p.Messages), p.Alert.Key != "", slices.ContainsFunc(at, When.IsZero):
		return nil, o.failure(op, errWhen)
	}
	for len(at) < len(p.Messages) {
		at = append(at, at[0])
	}
	at = slices.Clone(at)
	for i := range at {
		at[i] = at[i].anew()
	}
	may, err := o.asked(ctx, op, p.May)
	if err != nil {
		return nil, err
	}
	now := o.now()
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		ids = nil
		if err := refuseOptedOut(ctx, tx, p.By.AccountID, p.Messages...); err != nil {
			return err
		}
		if err := o.refuseLater(ctx, tx, p, at); err != nil {
			return err
		}
		if err := may(ctx, Books{o, tx}); err != nil {
			return err
		}
		for i, m := range p.Messages {
			id, err := o.insertDue(ctx, tx, p, m, now, at[i])
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		if err := o.index(ctx, tx, ids, p.Messages); err != nil {
			return err
		}
		if p.Draft == 0 {
			return nil
		}
		return o.deleteDraft(ctx, tx, p.Draft)
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// refuseLater is a [*RepeatError] if somebody would get the same twice by the times at which
// the messages of a plan leave.
func (o *Outbox) refuseLater(ctx context.Context, tx Tx, p Plan, at []When) error {
	if p.Yes {
		return nil
	}
	var repeats []Repeat
	for i, m := range p.Messages {
		one := p
		one.Messages = []messaging.Message{m}
		err := o.refuseRepeatsAt(ctx, tx, one, at[i].At, true)
		if refused, ok := errors.AsType[*RepeatError](err); ok {
			repeats = append(repeats, refused.Repeats...)
		} else if err != nil {
			return err
		}
	}
	if len(repeats) > 0 {
		return &RepeatError{repeats}
	}
	return nil
}

// insertDue adds the row of a message that is to leave later. Its text is kept until then,
// whatever the options say.
func (o *Outbox) insertDue(ctx context.Context, tx Tx, p Plan, m messaging.Message, now time.Time, when When) (int64, error) {
	id, err := o.insert(ctx, tx, p, m, Scheduled, now)
	if err != nil {
		return 0, err
	}
	at, wall, zone := when.stored()
	if err := set(ctx, tx, id, "owner = '', due_at = ?, due_wall = ?, due_zone = ?, due_yes = ?", at, wall, zone, bit(p.Yes)); err != nil {
		return 0, err
	}
	return id, o.holdText(ctx, tx, id, m)
}

// holdText puts the text into the row of a message that has not left, where the outbox was
// told to keep none.
func (o *Outbox) holdText(ctx context.Context, tx Tx, id int64, m messaging.Message) error {
	if !o.options.OmitText || m.Text == "" {
		return nil
	}
	return o.putText(ctx, tx, id, m, false)
}

// dropText takes the text out of the row again.
func (o *Outbox) dropText(ctx context.Context, tx Tx, id int64, m messaging.Message) error {
	if !o.options.OmitText || m.Text == "" {
		return nil
	}
	m.Text = ""
	return o.putText(ctx, tx, id, m, true)
}

func (o *Outbox) putText(ctx context.Context, tx Tx, id int64, m messaging.Message, omitted bool) error {
	if err := set(ctx, tx, id, "text = ?, text_omitted = ?", m.Text, bit(omitted)); err != nil {
		return err
	}
	return putRequest(ctx, tx, id, m)
}

// putRequest makes the request of a row that of m.
func putRequest(ctx context.Context, tx Tx, id int64, m messaging.Message) error {
	request, err := m.Body()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE exchanges SET request = ? WHERE id = ?", request, id); err != nil {
		return fmt.Errorf("change the request: %w", err)
	}
	return nil
}

// A Due is what is scheduled of one account, at one address.
type Due struct {
	By   By // with one of the profiles
	N    int
	Next time.Time // when the first of them is due; it may be over
}

// Due says what is scheduled, by account and address, those first that are due first.
func (o *Outbox) Due(ctx context.Context) ([]Due, error) {
	const op = "look what is to be sent later"
	rows, err := o.engine.Reader().QueryContext(ctx, `SELECT min(profile), account_id, base_url, count(*), min(due_at) FROM messages
		WHERE state = 'scheduled' GROUP BY account_id, base_url ORDER BY min(due_at)`)
	if err != nil {
		return nil, o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	var all []Due
	for rows.Next() {
		var d Due
		var next int64
		if err := rows.Scan(&d.By.Profile, &d.By.AccountID, &d.By.BaseURL, &d.N, &next); err != nil {
			return nil, o.reading(op, err)
		}
		d.Next = timeOf(next)
		all = append(all, d)
	}
	return all, o.reading(op, rows.Err())
}

// ofAccount selects what is scheduled for an account and an address.
const ofAccount = "state = 'scheduled' AND account_id = ? AND base_url IN ('', ?)"

// NextDue is when the next scheduled message of an account, at the address of by, is due; it
// may be over. It is zero if there is none.
func (o *Outbox) NextDue(ctx context.Context, by By) (time.Time, error) {
	var at int64
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT due_at FROM messages WHERE "+ofAccount+" ORDER BY due_at LIMIT 1", by.AccountID, by.BaseURL).Scan(&at)
	if noRows(err) {
		err = nil
	}
	return timeOf(at), o.reading("look what is to be sent later", err)
}

// MissedDue are the messages that were not sent in time, those first that were due first. Each
// waits for a person: see [Outbox.Reschedule] and [Outbox.Unschedule].
func (o *Outbox) MissedDue(ctx context.Context) ([]Entry, error) {
	entries, err := scanEntries(o.engine.Reader().QueryContext(ctx, "SELECT "+entryColumns+" FROM messages m WHERE m.state = 'missed' ORDER BY m.due_at, m.id"))
	return entries, o.reading("look what was missed", err)
}

// ScheduledDue are the messages that are to be sent later, those first that are due first.
func (o *Outbox) ScheduledDue(ctx context.Context) ([]Entry, error) {
	entries, err := scanEntries(o.engine.Reader().QueryContext(ctx, "SELECT "+entryColumns+" FROM messages m WHERE m.state = 'scheduled' ORDER BY m.due_at, m.id"))
	return entries, o.reading("look what is to be sent later", err)
}
