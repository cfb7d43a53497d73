package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// Lister tells what the API knows of messages; a [messaging.Client] does.
type Lister interface {
	List(ctx context.Context, q messaging.Query) (*messaging.Page, error)
}

// Verdict is what the API says of a message whose outcome is unknown.
type Verdict string

// The verdicts.
const (
	// NotChecked: the API was not asked yet.
	NotChecked Verdict = ""
	// Found: exactly one message at the API fits, and it fits no other row of the
	// outbox. The message was created; its row has the API's id now.
	Found Verdict = "found"
	// Several: more than one message at the API fits, or one fits more than one row.
	Several Verdict = "several"
	// Similar: something of the same kind went to the same recipients, but it is of
	// another length.
	Similar Verdict = "similar"
	// NoneYet: nothing fits, but the API may not list it yet.
	NoneYet Verdict = "none yet"
	// None: nothing fits though [BelieveNoneAfter] went by. It was most likely never
	// created; the row stays unknown, for that is no proof.
	None Verdict = "none"
	// TooOld: the API keeps no record of the time.
	TooOld Verdict = "too old"
)

const (
	// BelieveNoneAfter is how long after the end of a send its absence from the
	// API's list says something. The API names no time within which its list is
	// complete; messages usually appear in it within seconds.
	BelieveNoneAfter = 15 * time.Minute
	// apiKeeps is for how long the API lists messages.
	apiKeeps = 14 * 24 * time.Hour
	// clockSlack widens the time window at both ends: this machine's clock may be wrong.
	clockSlack = 5 * time.Minute
	// mostPages bounds one look; a window with more is not conclusive.
	mostPages = 10
)

// A Finding is what a look at the API brought.
type Finding struct {
	Entry      Entry      // as it is now
	Deliveries []Delivery // likewise
	Verdict    Verdict
	Candidates []Candidate // what fits or is similar, the earliest first
	Rivals     []int64     // other rows that are unknown and fit a candidate as well
	From, To   time.Time   // the window that was searched
}

// Check asks the API about message id and records what it says: for a message
// that was accepted its delivery, for an unknown one whether it was created. It is
// of no use for others and returns them as they are.
func (o *Outbox) Check(ctx context.Context, api Lister, id int64) (Finding, error) {
	d, err := o.Detail(ctx, id)
	if err != nil {
		return Finding{}, err
	}
	switch {
	case d.MessageID != "" && d.Direction == Out:
		return o.follow(ctx, api, d.Entry)
	case d.State == Unknown:
		return o.reconcile(ctx, api, d)
	}
	return Finding{Entry: d.Entry, Deliveries: d.Deliveries}, nil
}

// follow asks for the delivery of an accepted message.
func (o *Outbox) follow(ctx context.Context, api Lister, e Entry) (Finding, error) {
	page, err := o.metered(api, e.By.BaseURL).List(ctx, messaging.Query{MessageID: e.MessageID})
	if err != nil {
		return Finding{Entry: e}, fmt.Errorf("ask the API about message %d: %w", e.ID, err)
	}
	if _, err := o.Deliver(ctx, e.ID, page.Records); err != nil {
		return Finding{Entry: e}, err
	}
	now, err := o.Detail(ctx, e.ID)
	return Finding{Entry: now.Entry, Deliveries: now.Deliveries}, err
}

// reconcile looks for an unknown message at the API.
func (o *Outbox) reconcile(ctx context.Context, api Lister, d Detail) (Finding, error) {
	f := Finding{Entry: d.Entry, Deliveries: d.Deliveries}
	f.From, f.To = window(d)
	if o.now().Sub(f.To) > apiKeeps {
		f.Verdict = TooOld
		return f, o.note(ctx, &f)
	}
	records, complete, err := listAll(ctx, o.metered(api, d.By.BaseURL), d.Message, f.From, f.To)
	if err != nil {
		return f, fmt.Errorf("ask the API about message %d: %w", d.ID, err)
	}
	if f.Candidates, err = o.unclaimed(ctx, candidates(d.Entry, records)); err != nil {
		return f, err
	}
	if f.Rivals, err = o.rivals(ctx, d.Entry, f.Candidates); err != nil {
		return f, err
	}
	sure := 0
	for _, c := range f.Candidates {
		if c.Exact {
			sure++
		}
	}
	switch {
	case !complete, sure > 1, sure == 1 && len(f.Rivals) > 0:
		f.Verdict = Several
	case sure == 1:
		f.Verdict = Found
	case len(f.Candidates) > 0:
		f.Verdict = Similar
	case o.now().Sub(ended(d)) < BelieveNoneAfter:
		f.Verdict = NoneYet
	default:
		f.Verdict = None
	}
	return f, o.note(ctx, &f)
}

// note records a finding, and what was found if that is certain. If the row was
// settled in the meantime, that stands.
func (o *Outbox) note(ctx context.Context, f *Finding) error {
	id := f.Entry.ID
	err := o.write(ctx, "record what the API says", func(ctx context.Context, tx Tx) error {
		e, err := o.entry(ctx, tx, id)
		if err != nil || e.State != Unknown {
			return err
		}
		if f.Verdict == Found {
			if err := o.claimFound(ctx, tx, f); err != nil {
				return err
			}
		}
		if err := set(ctx, tx, id, "checked_at = ?, verdict = ?", stamp(o.now()), string(f.Verdict)); err != nil {
			return err
		}
		return touch(ctx, tx)
	})
	if err != nil {
		return err
	}
	now, err := o.Detail(ctx, id)
	if err == nil {
		f.Entry, f.Deliveries = now.Entry, now.Deliveries
	}
	return err
}

// claimFound makes the one that fits the row's own, unless another process has
// claimed it since the list came: then there are several rows for it.
func (o *Outbox) claimFound(ctx context.Context, tx Tx, f *Finding) error {
	id := f.Entry.ID
	c := f.Candidates[slices.IndexFunc(f.Candidates, func(c Candidate) bool { return c.Exact })]
	taken, err := idsOf(ctx, tx, "SELECT id FROM messages WHERE message_id = ? AND message_id <> '' AND direction = 'out'", c.MessageID)
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		f.Verdict, f.Rivals = Several, taken
		return nil
	}
	if err := o.move(ctx, tx, id, Accepted, foundAs+c.MessageID); err != nil {
		return err
	}
	if err := set(ctx, tx, id, "message_id = ?, segment_count = ?, taken_at = ?, untold = 0, error = ''", c.MessageID, c.SegmentCount, apiStamp(c.Received)); err != nil {
		return err
	}
	if _, err = o.deliver(ctx, tx, id, c.Records); err != nil {
		return err
	}
	return o.adopt(ctx, tx, id, c.MessageID)
}

// window is when the message can have been created.
func window(d Detail) (from, to time.Time) {
	return began(d).Add(-clockSlack), ended(d).Add(clockSlack)
}

// longestSend bounds how long a process that was killed may have been trying.
const longestSend = time.Hour

// began is when the send began: a message may have waited for its turn before.
func began(d Detail) time.Time {
	for _, m := range d.Moves {
		if m.State == Sending {
			return m.At
		}
	}
	return d.Created
}

// ended is when the send was over, as far as is known. Of a process that was killed
// only two things are: it was not before the send began, and not after somebody
// noticed.
func ended(d Detail) time.Time {
	start := began(d)
	at := start
	for _, m := range d.Moves {
		if m.State == Unknown && m.At.After(at) {
			at = m.At
			if longest := start.Add(longestSend); m.Note != "" && at.After(longest) {
				at = longest
			}
		}
	}
	for _, a := range d.Attempts {
		if end := a.Start.Add(a.Took); end.After(at) {
			at = end
		}
	}
	return at
}
