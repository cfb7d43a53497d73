package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"telex/messaging"
	"telex/messaging/callback"
)

// A Taken event is what became of one that was received.
type Taken struct {
	Message int64 // the row that it belongs to; 0 if none has its id, or none yet
	State   State // of that row then; "" if there is none
	// News is false for what was known already: such an event changed nothing.
	News bool
}

// What is kept of an event's fields, in bytes. What is longer is cut.
const (
	mostField   = 1024
	mostHeard   = callback.MaxRaw // of a text
	mostListed  = 100             // recipients or files of a message that came in
	mostAddress = 4096            // of a file
)

// Receive records callbacks of the API, in one transaction: when it returns nil they are
// where no crash can take them away. By says for whom the listener listens. It returns
// what became of each.
//
// Events change a message by their own id alone, in whatever order they come, and doubles
// change nothing. One for an id that no message has is kept until one has it. What comes in
// becomes a row that is [Received].
//
// An event that nobody vouches for, [callback.Untrusted], changes no state: it is kept, and
// if the message is not settled the API is to be asked about it once, see
// [Outbox.WantsAsking]. Of what comes in such events make rows, which say so: see
// [Inbound.Unproven].
//
// What opts out is in the ledger then, see [OptOut]: STOP of whoever says it, START only of
// an event that can be believed.
func (o *Outbox) Receive(ctx context.Context, by By, events []callback.Event) ([]Taken, error) {
	if len(events) == 0 {
		return nil, nil
	}
	taken := make([]Taken, len(events))
	err := o.write(ctx, "record what was heard", func(ctx context.Context, tx Tx) error {
		at := o.now()
		for i, v := range events {
			var err error
			if taken[i], err = o.receive(ctx, tx, by, v, at); err != nil {
				return err
			}
		}
		if slices.ContainsFunc(events, func(v callback.Event) bool { return v.Trust == callback.Trusted }) {
			if err := remember(ctx, tx, trustedName(by), strconv.FormatInt(stamp(at), 10)); err != nil {
				return err
			}
		}
		return remember(ctx, tx, heardName(by), strconv.FormatInt(stamp(at), 10))
	})
	if err != nil {
		return nil, err
	}
	o.wakeAskers() // there may be something to be asked at once
	o.wakeAnswers()
	return taken, nil
}

// heardName names the note of when a listener of an account heard something.
func heardName(by By) string { return "heard_at " + by.AccountID }

// trustedName names the note of when it heard something that somebody vouched for: a
// stranger's callbacks say nothing of whether Bandwidth's arrive.
func trustedName(by By) string { return "trusted_at " + by.AccountID }

// Heard is when a listener of the account of by heard something last; zero if none ever
// did.
func (o *Outbox) Heard(ctx context.Context, by By) (time.Time, error) {
	at, err := heardAt(ctx, o.engine.Reader(), heardName(by))
	return at, o.reading("look when something was heard", err)
}

// gapName names the note of since when nobody has looked up what came in.
func gapName(by By) string { return "gap_from " + by.AccountID }

// Gap is since when messages to the account of by may be missing: when a listener heard
// something last before this call, or before an earlier one if [Outbox.CloseGap] did not
// follow it. It is noted, so that neither what is heard afterwards nor the end of the process
// changes it. It is zero if none ever listened. Call it before [Outbox.Receive].
func (o *Outbox) Gap(ctx context.Context, by By) (time.Time, error) {
	var since time.Time
	err := o.write(ctx, "note since when messages may be missing", func(ctx context.Context, tx Tx) (err error) {
		if since, err = heardAt(ctx, tx, heardName(by)); err != nil {
			return err
		}
		noted, err := heardAt(ctx, tx, gapName(by))
		if err != nil {
			return err
		}
		if !noted.IsZero() && !noted.After(since) {
			since = noted
			return nil
		}
		if since.IsZero() {
			return nil
		}
		return remember(ctx, tx, gapName(by), strconv.FormatInt(stamp(since), 10))
	})
	return since, err
}

// CloseGap notes that what came in since [Outbox.Gap] was looked up and recorded.
func (o *Outbox) CloseGap(ctx context.Context, by By) error {
	return o.write(ctx, "note that nothing is missing", func(ctx context.Context, tx Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM meta WHERE name = ?", gapName(by)); err != nil {
			return fmt.Errorf("delete the note: %w", err)
		}
		return nil
	})
}

// heardAt is the time of a note.
func heardAt(ctx context.Context, q Querier, name string) (time.Time, error) {
	var value []byte
	err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read the note: %w", err)
	}
	at, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		return time.Time{}, nil //nolint:nilerr // nobody can read it: it is as if nothing was heard
	}
	return timeOf(at), nil
}

func (o *Outbox) receive(ctx context.Context, tx Tx, by By, v callback.Event, at time.Time) (Taken, error) {
	h := o.heardOf(v, at)
	if v.Type.Inbound() && v.Message.ID != "" {
		return o.receiveMessage(ctx, tx, by, v, h)
	}
	apiID := kept(v.Message.ID, mostField)
	id, err := outgoing(ctx, tx, apiID)
	if err != nil {
		return Taken{}, err
	}
	if id == 0 {
		news, err := h.stray(ctx, tx, apiID)
		return Taken{News: news}, err
	}
	state, news, err := o.hear(ctx, tx, id, h)
	return Taken{Message: id, State: state, News: news}, err
}

// outgoing is the row of the message that we sent under an id of the API; 0 if there is
// none.
func outgoing(ctx context.Context, q Querier, apiID string) (int64, error) {
	ids, err := idsOf(ctx, q, "SELECT id FROM messages WHERE message_id = ? AND message_id <> '' AND direction = ? ORDER BY id LIMIT 1", apiID, Out)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// heardOf is what is kept of an event.
func (o *Outbox) heardOf(v callback.Event, at time.Time) heard {
	h := heard{
		source: ByCallback, kind: kept(string(v.Type), mostField), recipient: kept(v.To, mostField), at: v.Time, recorded: at, code: v.ErrorCode,
		carrier: kept(v.Carrier, mostField), channel: kept(v.Message.Channel, mostField), description: kept(v.Description, mostField), trust: v.Trust,
	}
	if !v.EventTime.IsZero() {
		h.at = v.EventTime
	}
	// What is told of a message that was sent is in the columns; the rest may hold a text.
	if (v.Type.Inbound() || v.Type.Status() == "") && !o.options.OmitText {
		h.body = v.Raw
	}
	return h
}

// kept is foreign text as a database keeps it, cut at so many bytes: valid, and without the
// one character that not every database takes.
func kept(s string, most int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// mostUnproven bounds how many events that nobody vouches for are kept of one message:
// real ones are a few a recipient, and each leads to a question.
const mostUnproven = 50

// hear records what was heard of a message that we sent, and moves it on if that says so.
func (o *Outbox) hear(ctx context.Context, tx Tx, id int64, h heard) (now State, news bool, err error) {
	e, err := o.entry(ctx, tx, id)
	if err != nil {
		return "", false, err
	}
	if len(e.Message.To) == 1 {
		h.recipient = e.Message.To[0] // whatever the API calls the one recipient
	}
	if h.trust < callback.Trusted {
		news, err = o.doubt(ctx, tx, e, h)
		return e.State, news, err
	}
	status := callback.Type(h.kind).Status()
	said := Delivery{Recipient: h.recipient, Status: status, ErrorCode: h.code, Carrier: h.carrier, At: h.recorded}
	if said.State() == Delivered {
		if h.grade, err = o.gradeOf(ctx, tx, e, h); err != nil {
			return "", false, err
		}
	}
	said.Grade = h.grade
	if news, err = h.record(ctx, tx, id); err != nil || !news {
		return e.State, false, err
	}
	if status == "" || status == messaging.StatusReceived {
		return e.State, true, touch(ctx, tx) // it says nothing of a delivery
	}
	if err := addUp(ctx, tx, id, said); err != nil {
		return "", false, err
	}
	if err := raiseGrade(ctx, tx, e, h); err != nil {
		return "", false, err
	}
	if err := heedCode(ctx, tx, e, said, h.at); err != nil {
		return "", false, err
	}
	all, err := deliveriesNow(ctx, tx, e) // of those that were told of earlier, too
	if err != nil {
		return "", false, err
	}
	now, err = o.sumUp(ctx, tx, e, all, cells{}, cells{})
	return now, true, err
}

// gradeOf is what an event that says that a message arrived is worth.
func (o *Outbox) gradeOf(ctx context.Context, q Querier, e Entry, h heard) (messaging.Grade, error) {
	switch {
	case h.kind == string(callback.MessageRead):
		return messaging.GradeRead, nil
	case strings.EqualFold(h.channel, "RBM"):
		return messaging.GradeHandset, nil
	}
	receipts, err := o.hasReceipts(ctx, q, e)
	return messaging.GradeOf(e.Message, messaging.Record{Status: messaging.StatusDelivered}, receipts), err
}

// raiseGrade makes receipts be worth what a later event shows of them: it was read; or it
// is an MMS that Bandwidth has receipts for.
func raiseGrade(ctx context.Context, tx Tx, e Entry, h heard) (err error) {
	switch {
	case h.kind == string(callback.MessageRead):
		_, err = tx.ExecContext(ctx, "UPDATE deliveries SET grade = ? WHERE message = ? AND recipient = ? AND status = ? AND error_code <> ?",
			string(messaging.GradeRead), e.ID, h.recipient, string(messaging.StatusDelivered), messaging.CodeNoReceipt)
	case h.kind == string(callback.MessageSending) && e.Message.IsMMS():
		_, err = tx.ExecContext(ctx, "UPDATE deliveries SET grade = ? WHERE message = ? AND grade = ?",
			string(messaging.GradeCarrier), e.ID, string(messaging.GradeHandedOver))
	}
	if err != nil {
		return fmt.Errorf("record the delivery: %w", err)
	}
	return nil
}

// doubt records what nobody vouches for, and has the API asked if it may be true.
func (o *Outbox) doubt(ctx context.Context, tx Tx, e Entry, h heard) (news bool, err error) {
	var n int
	err = tx.QueryRowContext(ctx, "SELECT count(*) FROM events WHERE message = ? AND source = ? AND trust < ?", e.ID, ByCallback, int(callback.Trusted)).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read the events: %w", err)
	}
	if n >= mostUnproven {
		return false, nil
	}
	if news, err = h.record(ctx, tx, e.ID); err != nil || !news {
		return false, err
	}
	if !e.State.Final() {
		if err := set(ctx, tx, e.ID, "doubted = 1"); err != nil {
			return false, err
		}
		if err := o.askSoon(ctx, tx, e.ID); err != nil {
			return false, err
		}
	}
	return true, touch(ctx, tx)
}

// WantsAsking are messages that the API is to be asked about now, oldest first, at most n:
// a callback that nobody vouches for said something of them. [Outbox.Deliver] ends that,
// also without records, as does [Outbox.Check].
func (o *Outbox) WantsAsking(ctx context.Context, n int) ([]Entry, error) {
	entries, err := scanEntries(o.engine.Reader().QueryContext(ctx, "SELECT "+entryColumns+" FROM messages m WHERE m.doubted = 1 ORDER BY m.id LIMIT ?", n))
	return entries, o.reading("look for messages to ask about", err)
}

// answered notes that the API was asked about a message.
func answered(ctx context.Context, tx Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, "UPDATE messages SET doubted = 0 WHERE id = ? AND doubted = 1", id); err != nil {
		return fmt.Errorf("note the question: %w", err)
	}
	return nil
}
