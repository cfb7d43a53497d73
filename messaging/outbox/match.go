package outbox

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/segment"
)

// A Candidate is a message at the API that may be one whose outcome is unknown.
type Candidate struct {
	MessageID    string
	Received     string // when the API took it, in its own words
	SegmentCount int
	Records      []messaging.Record // one a recipient
	// Exact: length and segments are the same too, not just kind, sender and recipients.
	Exact bool
}

// listAll asks for everything from the sender to the recipients of m in a window.
// Complete is false if there was more than it looks at.
func listAll(ctx context.Context, api Lister, m messaging.Message, from, to time.Time) (records []messaging.Record, complete bool, err error) {
	q := messaging.Query{
		Source: []string{m.From}, Destination: m.To, Direction: "OUTBOUND", From: from, To: to,
	}
	for range mostPages {
		page, err := api.List(ctx, q)
		if err != nil {
			return nil, false, err
		}
		records = append(records, page.Records...)
		if page.Next == "" || page.Next == q.PageToken {
			return records, true, nil
		}
		q.PageToken = page.Next
	}
	return records, false, nil
}

// candidates groups records by message and keeps the messages that fit e.
func candidates(e Entry, records []messaging.Record) []Candidate {
	var found []Candidate
	for _, r := range records {
		i := slices.IndexFunc(found, func(c Candidate) bool { return c.MessageID == r.MessageID })
		if i < 0 {
			found = append(found, Candidate{MessageID: r.MessageID, Received: r.ReceiveTime, SegmentCount: r.SegmentCount})
			i = len(found) - 1
		}
		found[i].Records = append(found[i].Records, r)
	}
	found = slices.DeleteFunc(found, func(c Candidate) bool { return c.MessageID == "" || !similar(e, c) })
	for i, c := range found {
		found[i].Exact = exact(e, c)
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].Received < found[j].Received })
	return found
}

// similar compares what must be the same: kind, sender and recipients. What a
// record leaves out decides nothing.
func similar(e Entry, c Candidate) bool {
	m := e.Message
	kind := "sms"
	if m.IsMMS() {
		kind = "mms"
	}
	var to []string
	for _, r := range c.Records {
		to = append(to, r.Destination)
		if r.Direction != "" && !strings.EqualFold(r.Direction, "OUTBOUND") ||
			r.Type != "" && !strings.EqualFold(r.Type, kind) ||
			r.Source != "" && r.Source != m.From ||
			r.RecipientCount > 0 && r.RecipientCount != len(m.To) {
			return false
		}
	}
	slices.Sort(to)
	return slices.Equal(slices.Compact(to), slices.Sorted(slices.Values(m.To)))
}

// exact compares how long the message is, too. The API may count otherwise, above
// all for MMS, so a difference makes a candidate doubtful and not impossible.
func exact(e Entry, c Candidate) bool {
	count := segment.Of(e.Message.Text)
	for _, r := range c.Records {
		long := r.MessageLength > 0 && r.MessageLength != e.TextLength && (e.TextOmitted || r.MessageLength != count.Units)
		segments := !e.TextOmitted && !e.Message.IsMMS() && r.SegmentCount > 0 && r.SegmentCount != count.Segments
		if long || segments {
			return false
		}
	}
	return true
}

// unclaimed leaves out the messages that another row has already.
func (o *Outbox) unclaimed(ctx context.Context, all []Candidate) ([]Candidate, error) {
	var free []Candidate
	for _, c := range all {
		ids, err := idsOf(ctx, o.engine.Reader(), "SELECT id FROM messages WHERE message_id = ? AND message_id <> '' AND direction = 'out'", c.MessageID)
		if err != nil {
			return nil, o.reading("look for the message", err)
		}
		if len(ids) == 0 {
			free = append(free, c)
		}
	}
	return free, nil
}

// rivals are the other rows without an answer that a candidate of e fits too:
// unknown ones, and those that another process is sending right now.
func (o *Outbox) rivals(ctx context.Context, e Entry, found []Candidate) ([]int64, error) {
	if len(found) == 0 {
		return nil, nil
	}
	others, err := scanEntries(o.engine.Reader().QueryContext(ctx, "SELECT "+entryColumns+` FROM messages m
		WHERE m.state IN ('unknown', 'sending') AND m.id <> ? AND m.account_id = ? AND m.sender = ? AND (m.created_at BETWEEN ? AND ? OR m.due_at BETWEEN ? AND ?) ORDER BY m.id`,
		e.ID, e.By.AccountID, e.Message.From, stamp(e.Created.Add(-apiKeeps)), stamp(o.now()), stamp(e.Created.Add(-apiKeeps)), stamp(o.now())))
	if err != nil {
		return nil, o.reading("look for the message", err)
	}
	var rivals []int64
	for _, other := range others {
		if slices.ContainsFunc(found, func(c Candidate) bool { return similar(other, c) && exact(other, c) && inTime(other, c) }) {
			rivals = append(rivals, other.ID)
		}
	}
	return rivals, nil
}

// inTime reports whether c can have been created by the send of e, as far as their
// times say: not before e was recorded, nor after its outcome was.
func inTime(e Entry, c Candidate) bool {
	received, err := time.Parse(time.RFC3339, c.Received)
	if err != nil {
		return true // it says nothing
	}
	late := e.State != Sending && received.After(e.Updated.Add(clockSlack))
	return !late && !received.Before(e.Created.Add(-clockSlack))
}
