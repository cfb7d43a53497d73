package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
)

const (
	// answerWithin is how long after it was written a message is answered by itself at most.
	// One confirmation of an opt-out is allowed, within five minutes: 47 CFR
	// 64.1200(a)(12); the others would only puzzle after that.
	answerWithin = 5 * time.Minute
	// answeredOnce is how long a number gets no other answer by itself after one: two
	// programs that answer each other end with that.
	answeredOnce = time.Hour
)

// owe notes that what somebody wrote in message id is to be answered by itself, if there is
// a text for that. An event without credentials makes telex write to nobody: anybody who
// finds the listener could choose to whom.
func (o *Outbox) owe(ctx context.Context, tx Tx, id int64, n note, trust callback.Trust) error {
	kind := replyTo(n.class)
	if trust < callback.Trusted || kind == "" || o.repliesOf(n.by.Profile).of(kind) == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE messages SET owes = ? WHERE id = ? AND copy_of = 0 AND NOT EXISTS (SELECT 1 FROM messages
		WHERE answers <> 0 AND state NOT IN ('rejected', 'unsent') AND answers = ?)`, kind, id, id)
	if err != nil {
		return fmt.Errorf("note that it is to be answered: %w", err)
	}
	return nil
}

// repliesOf are the texts of a profile.
func (o *Outbox) repliesOf(profile string) Replies {
	if o.options.Replies == nil {
		return Replies{}
	}
	return o.options.Replies(profile)
}

// An owed answer is one that was taken: it is recorded as being sent, or is not sent.
type owed struct {
	debt    debt
	to      Entry  // what came in
	kind    string // of the reply
	message messaging.Message
	id      int64  // the row of the answer; 0 if none is sent
	owner   string // whose that row is
	why     string // none is
}

// takeOwed takes a message that is to be answered, for this process alone; nil if another one
// took it since that was read. Its answer is [Sending] then, so that it leaves once at most,
// whatever becomes of the process.
func (o *Outbox) takeOwed(ctx context.Context, how AnswerOptions, d debt) (*owed, error) {
	const op = "record the answer before sending it"
	if err := o.claim(ctx, op); err != nil {
		return nil, err
	}
	var taken *owed
	var plan Plan
	at := o.now()
	err := o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		taken = nil
		ids, err := idsOf(ctx, tx, "SELECT id FROM messages WHERE owes <> '' AND id = ?", d.message)
		if err != nil || len(ids) == 0 {
			return err
		}
		before, err := triedBefore(ctx, tx, d.message, at)
		if err != nil || before != d.last {
			return err
		}
		a := &owed{debt: d, owner: o.engine.Owner()}
		if a.to, err = o.entry(ctx, tx, d.message); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, "SELECT owes FROM messages WHERE id = ?", d.message).Scan(&a.kind); err != nil {
			return fmt.Errorf("read what is to be answered: %w", err)
		}
		if err := set(ctx, tx, d.message, "owes = ''"); err != nil {
			return err
		}
		a.message = o.replyMessage(a.to, a.kind, d.end, how)
		if a.why, err = whyNoReply(ctx, tx, a, how.Own, at); err != nil || a.why != "" {
			taken = a
			return err
		}
		plan = Plan{By: how.By, Messages: []messaging.Message{a.message}, ResendOf: before, answers: d.message}
		plan.By.Profile = a.to.By.Profile
		if a.id, err = o.insert(ctx, tx, plan, a.message, Sending, at); err != nil {
			return err
		}
		taken = a
		return o.index(ctx, tx, []int64{a.id}, plan.Messages)
	})
	if err != nil {
		return nil, err
	}
	if taken != nil && taken.id != 0 {
		o.memory.begun(plan, []int64{taken.id}, at)
	}
	return taken, nil
}

// triedBefore is the last answer to a message that was not created; 0 if there is none. The
// plus keeps engines from looking for the largest id by going back through all messages.
func triedBefore(ctx context.Context, tx Tx, to int64, now time.Time) (id int64, err error) {
	err = tx.QueryRowContext(ctx, "SELECT coalesce(max(+id), 0) FROM messages WHERE answers <> 0 AND created_at > ? AND answers = ?",
		stamp(now.Add(-answeredOnce)), to).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("look who was answered: %w", err)
	}
	return id, nil
}

// owedAgain reports whether an answer that ended so is to be tried again: it certainly was not
// created, and another one may be.
func (r Result) owedAgain() bool {
	l := lessonOf(r, "")
	if l.again && l.stop == (Reason{}) {
		return true
	}
	e, ok := errors.AsType[*messaging.Error](r.Err)
	return ok && e.Outcome == messaging.Rejected && e.Status >= http.StatusInternalServerError
}

// settleAnswer is [Outbox.Settle] of an answer, which is owed again if it is to be tried again.
func (o *Outbox) settleAnswer(ctx context.Context, a *owed, r Result, again bool) error {
	o.memory.ended(r.ID, r.Receipt, r.Err, o.now())
	err := o.record(ctx, func(ctx context.Context, tx Tx) error {
		if err := o.settle(ctx, tx, r.ID, r.Receipt, r.Err); err != nil || !again {
			return err
		}
		return set(ctx, tx, a.to.ID, "owes = ?", a.kind)
	})
	if err == nil {
		o.memory.settled(r.ID)
		o.wakeAskers()
	}
	return err
}

// replyMessage is the answer to a message, from the number that it came to, until its end.
func (o *Outbox) replyMessage(to Entry, kind string, end time.Time, how AnswerOptions) messaging.Message {
	m := messaging.Message{
		From: to.In.Own, To: []string{to.Message.From}, ApplicationID: to.Message.ApplicationID, Text: o.repliesOf(to.By.Profile).of(kind),
	}
	if m.ApplicationID == "" {
		m.ApplicationID = how.ApplicationID
	}
	if kind == replyStop { // Bandwidth's queue must not make it late
		m.Expiration = end.Truncate(time.Millisecond)
	}
	return m
}

// whyNoReply is why a message is not answered by itself; "" if it is.
func whyNoReply(ctx context.Context, tx Tx, a *owed, own []string, now time.Time) (string, error) {
	number, tollFree := a.to.Message.From, messaging.KindOfSender(a.message.From) == messaging.TollFree
	switch {
	case !now.Before(a.debt.end):
		return "it was written more than five minutes ago", nil
	case a.kind == replyStop && tollFree:
		return "the network answers an opt-out from a toll-free number", nil
	case len(a.to.Message.To) > 1:
		return "it was written to a group", nil
	case messaging.IsShortCode(number):
		return "the sender is a short code", nil
	case slices.Contains(own, number):
		return "the sender is a number of yours", nil
	}
	if ps := a.message.Problems(now); len(ps) > 0 {
		return ps[0].Error(), nil
	}
	var ours, lately bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM threads WHERE own = ?), EXISTS (SELECT 1 FROM messages
		WHERE answers <> 0 AND created_at > ? AND recipients = ? AND state NOT IN ('rejected', 'unsent'))`,
		number, stamp(now.Add(-answeredOnce)), encodeList(a.message.To)).Scan(&ours, &lately)
	switch {
	case err != nil:
		return "", fmt.Errorf("look who was answered: %w", err)
	case ours:
		return "the sender is a number of yours", nil
	case lately:
		return "the sender was answered within the last hour", nil
	}
	return refuseReply(ctx, tx, a)
}

// refuseReply asks the ledger, as everything is that is sent. There is one exception to it:
// see confirmsOptOut.
func refuseReply(ctx context.Context, tx Tx, a *owed) (why string, err error) {
	var against []OptOut
	for _, held := range []bool{false, true} {
		found, err := optOuts(ctx, tx, OptOutFilter{Numbers: a.message.To, Held: held})
		if err != nil {
			return "", err
		}
		for _, out := range found {
			if out.By != HeldForGap && out.of(a.to.By.AccountID) && (out.Sender == "" || out.Sender == a.message.From) {
				against = append(against, out)
			}
		}
	}
	switch {
	case a.kind == replyStop && confirmsOptOut(a.to.ID, against):
		return "", nil
	case a.kind == replyStop && len(against) == 0:
		return "the sender wants texts again", nil
	case len(against) > 0:
		return "the sender " + against[0].why(), nil
	}
	return "", nil
}

// confirmsOptOut is the one case in which somebody who opted out gets a text: the
// confirmation of that, to which the keyword that they just wrote gives the right, once.
// Nothing but that very message may stand against them: who opted out before, is held, or
// was entered by a person, gets none.
func confirmsOptOut(message int64, against []OptOut) bool {
	return len(against) == 1 && against[0].By == OptedByKeyword && against[0].Message == message && !against[0].Held
}
