package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/optout"
)

// What is kept of words, notes and numbers of an entry, in bytes.
const mostEvidence = 500

// AddOptOuts enters what a person decided, or a list that a person gave, into the ledger
// and returns how many of it were not in there. Number is needed, and By; Since is now if
// it is zero, and User is who uses the outbox. What was held of those numbers is decided by that, and its evidence is kept.
func (o *Outbox) AddOptOuts(ctx context.Context, entries []OptOut) (added int, err error) {
	for some := range slices.Chunk(entries, runAtOnce) {
		n := 0
		err := o.write(ctx, "enter the opt-outs", func(ctx context.Context, tx Tx) error {
			n = 0
			at := o.now()
			for _, out := range some {
				news, err := o.decideOut(ctx, tx, out, at)
				if err != nil {
					return err
				}
				n += bit(news)
			}
			return nil
		})
		if err != nil {
			return added, err
		}
		added += n
	}
	return added, nil
}

// decideOut enters one entry that a person made, and ends what was held of its number.
func (o *Outbox) decideOut(ctx context.Context, tx Tx, out OptOut, at time.Time) (news bool, err error) {
	if back, err := comesBack(ctx, tx, out); err != nil || back {
		return false, err
	}
	held, err := optOuts(ctx, tx, OptOutFilter{Numbers: []string{out.Number}, Held: true})
	if err != nil {
		return false, err
	}
	for _, h := range held {
		if out.Message == 0 {
			out.Message, out.Words = h.Message, h.Words
		}
		if err := endOptOut(ctx, tx, h.ID, at, OptedByPerson); err != nil {
			return false, err
		}
	}
	out.Held, out.Code, out.User = false, 0, o.options.User
	if out.Since.IsZero() {
		out.Since = at
	}
	return enter(ctx, tx, out)
}

// comesBack reports whether an imported entry is one of this ledger that was exported: there is
// an open one since the same second. That one stays as it is, so that whoever made it can end it.
func comesBack(ctx context.Context, q Querier, out OptOut) (back bool, err error) {
	if out.By != OptedByImport || out.Since.IsZero() {
		return false, nil
	}
	second := out.Since.Truncate(time.Second)
	err = q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM optouts WHERE ended_at = 0 AND held = 0 AND number = ? AND sender = ? AND since >= ? AND since < ?)",
		kept(out.Number, mostField), out.Sender, stamp(second), stamp(second.Add(time.Second))).Scan(&back)
	if err != nil {
		return false, fmt.Errorf("look for the opt-out: %w", err)
	}
	return back, nil
}

// enter adds an entry, unless an open one says the same, and reports whether it did.
func enter(ctx context.Context, tx Tx, out OptOut) (news bool, err error) {
	name, host, own := out.User.columns()
	result, err := tx.ExecContext(ctx, `INSERT INTO optouts (number, sender, account, held, since, source, note, words, code, message, unproven, by_name, by_host, by_own)
		SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM optouts WHERE ended_at = 0
			AND number = ? AND sender = ? AND account IN ('', ?) AND held = ? AND (held = 0 OR source = ? AND (source <> ? OR message = ?)))`,
		kept(out.Number, mostField), out.Sender, out.Account, bit(out.Held), stamp(out.Since), string(out.By), kept(out.Note, mostEvidence), kept(out.Words, mostEvidence), out.Code, out.Message, bit(out.Unproven),
		name, host, own,
		kept(out.Number, mostField), out.Sender, out.Account, bit(out.Held), string(out.By), string(HeldForGap), out.Message)
	if news, err = changed(result, err, "enter the opt-out"); err != nil || !news {
		return false, err
	}
	return true, touch(ctx, tx)
}

// endOptOut ends one entry.
func endOptOut(ctx context.Context, tx Tx, id int64, at time.Time, by OptOutBy) error {
	if _, err := tx.ExecContext(ctx, "UPDATE optouts SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at = 0", stamp(at), string(by), id); err != nil {
		return fmt.Errorf("end the opt-out: %w", err)
	}
	return touch(ctx, tx)
}

// Remove ends the entries of numbers, and what is held of them: a person says that they
// want texts. Sender "" ends those about all of our numbers and about each. It returns what
// it ended.
func (o *Outbox) Remove(ctx context.Context, numbers []string, sender string) ([]OptOut, error) {
	return o.end(ctx, "end the opt-outs", numbers, func(out OptOut) bool { return sender == "" || out.Sender == sender })
}

// Release ends what is held of numbers: a person says that they may have texts. Those that
// opted out stay so. It returns what it ended.
func (o *Outbox) Release(ctx context.Context, numbers []string) ([]OptOut, error) {
	return o.end(ctx, "release the numbers", numbers, func(out OptOut) bool { return out.Held })
}

// end ends those open entries of numbers that a person means.
func (o *Outbox) end(ctx context.Context, op string, numbers []string, means func(OptOut) bool) (ended []OptOut, err error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		ended = nil
		at := o.now()
		for _, held := range []bool{false, true} {
			found, err := optOuts(ctx, tx, OptOutFilter{Numbers: numbers, Held: held})
			if err != nil {
				return err
			}
			for _, out := range found {
				if !means(out) {
					continue
				}
				if err := endOptOut(ctx, tx, out.ID, at, OptedByPerson); err != nil {
					return err
				}
				out.Ended, out.EndedBy = at, OptedByPerson
				ended = append(ended, out)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// heed takes what somebody wrote in message id into the ledger.
func (o *Outbox) heed(ctx context.Context, tx Tx, id int64, n note, trust callback.Trust) error {
	if n.from == "" {
		return nil
	}
	out := OptOut{
		Number: n.from, Account: n.by.AccountID, Since: saidAt(n.said, n.at), Words: n.words, Message: id, Unproven: trust < callback.Trusted,
	}
	if trust >= callback.Trusted { // its text is known now, if it was not
		if err := prove(ctx, tx, out); err != nil {
			return err
		}
		if err := endHeld(ctx, tx, out, HeldForGap, HeldForGap); err != nil {
			return err
		}
	}
	switch n.class {
	case optout.Certain: // also if nobody vouches for it: that is the safe side
		out.By = OptedByKeyword
		return learn(ctx, tx, out)
	case optout.Likely:
		out.By, out.Held = HeldForWords, true
		return learn(ctx, tx, out)
	case optout.In:
		return letIn(ctx, tx, out, trust)
	case optout.None, optout.Help:
	}
	return nil
}

// yesWithin is how long after a text that asks for YES somebody opts in by that.
const yesWithin = 24 * time.Hour

// clocksApart is how far the clock of this machine may be ahead of Bandwidth's.
const clocksApart = time.Minute

// answersYes is n with its class, if it answers a text that asks for YES.
func (o *Outbox) answersYes(ctx context.Context, q Querier, n note) (note, error) {
	if n.ifAsked == n.class {
		return n, nil
	}
	said := saidAt(n.said, n.at)
	var asked bool
	from, to := stamp(said.Add(-yesWithin)), stamp(said.Add(clocksApart))
	of := []any{n.by.AccountID, n.own, "%" + likeEscaper.Replace(`"`+n.from+`"`) + "%"}
	err := q.QueryRowContext(ctx, "SELECT EXISTS ("+askedForYes+"created_at >= ? AND created_at <= ?) OR EXISTS ("+askedForYes+"due_at <> 0 AND due_at >= ? AND due_at <= ? AND updated_at >= ?)",
		slices.Concat(of, []any{from, to}, of, []any{from, to, from})...).Scan(&asked)
	if err != nil {
		return n, fmt.Errorf("look whether YES was asked for: %w", err)
	}
	if asked {
		n.class = n.ifAsked
	}
	return n, nil
}

// askedForYes selects what went to a number and asks for YES; by when it was made, or, if it was
// scheduled, when it was to leave.
const askedForYes = `SELECT 1 FROM messages WHERE account_id = ? AND sender = ? AND recipients LIKE ? ESCAPE '\'
	AND state NOT IN ('queued', 'rejected', 'unsent', 'scheduled', 'missed') AND opt_in = 1 AND `

// hold enters that a number wrote what nobody knows.
func hold(ctx context.Context, tx Tx, id int64, n note) error {
	out := OptOut{Number: n.from, Account: n.by.AccountID, Since: saidAt(n.said, n.at), By: HeldForGap, Held: true, Message: id}
	return learn(ctx, tx, out)
}

// optOutWords are the keywords of the profile of by beside those that everybody knows.
func (o *Outbox) optOutWords(by By) []string {
	if o.options.OptOutWords == nil {
		return nil
	}
	return o.options.OptOutWords(by.Profile)
}

// saidAt is when something was said that got here at a time: a clock that lies ahead does
// not count.
func saidAt(said, got time.Time) time.Time {
	if said.IsZero() || said.After(got) {
		return got
	}
	return said
}

// learn enters what a message says, once for each message; nothing if the number wrote
// START since: callbacks come in any order.
func learn(ctx context.Context, tx Tx, out OptOut) error {
	var over bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM optouts WHERE number = ?
		AND (message = ? AND held = ? AND source = ? OR held = 0 AND ended_by = ? AND ended_at > ? AND account IN ('', ?)))`,
		out.Number, out.Message, bit(out.Held), string(out.By), string(OptedByKeyword), stamp(out.Since), out.Account).Scan(&over)
	if err != nil {
		return fmt.Errorf("read the opt-outs: %w", err)
	}
	if over {
		return nil
	}
	if news, err := enter(ctx, tx, out); err != nil || news || out.Held {
		return err
	}
	// It is known; but a START that was written before this one ends nothing, and it may be
	// proven by now.
	_, err = tx.ExecContext(ctx, "UPDATE optouts SET again = ? WHERE number = ? AND held = 0 AND ended_at = 0 AND again < ? AND account IN ('', ?)",
		stamp(out.Since), out.Number, stamp(out.Since), out.Account)
	if err == nil && !out.Unproven {
		_, err = tx.ExecContext(ctx, "UPDATE optouts SET unproven = 0 WHERE number = ? AND held = 0 AND ended_at = 0 AND unproven = 1 AND account = ?", out.Number, out.Account)
	}
	if err != nil {
		return fmt.Errorf("enter the opt-out: %w", err)
	}
	return nil
}

// letIn ends what keywords and codes said of a number before it wrote START. What a person
// entered stays, and so does everything if nobody vouches for the event: then a person is
// asked.
func letIn(ctx context.Context, tx Tx, start OptOut, trust callback.Trust) error {
	before, err := scanOptOuts(tx.QueryContext(ctx, "SELECT "+optOutColumns+` FROM optouts o WHERE o.number = ? AND o.held = 0 AND o.ended_at = 0
		AND o.source IN (?, ?) AND o.since <= ? AND o.again <= ? ORDER BY o.id`,
		start.Number, string(OptedByKeyword), string(OptedByCode), stamp(start.Since), stamp(start.Since)))
	if err != nil {
		return err
	}
	before = slices.DeleteFunc(before, func(out OptOut) bool { return !out.of(start.Account) })
	if trust < callback.Trusted {
		if len(before) == 0 {
			return nil
		}
		start.By, start.Held = HeldForStart, true
		return learn(ctx, tx, start)
	}
	if len(before) == 0 { // what comes later may have been written before
		start.By = OptedByKeyword
		if news, err := enter(ctx, tx, start); err != nil || !news {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE optouts SET ended_at = since, ended_by = source WHERE number = ? AND message = ? AND held = 0 AND ended_at = 0", start.Number, start.Message)
		if err != nil {
			return fmt.Errorf("note that somebody wants texts: %w", err)
		}
	}
	for _, out := range before {
		if err := endOptOut(ctx, tx, out.ID, start.Since, OptedByKeyword); err != nil {
			return err
		}
	}
	return endHeld(ctx, tx, start, HeldForStart, OptedByKeyword)
}

// prove notes that somebody vouches for what a message said.
func prove(ctx context.Context, tx Tx, of OptOut) error {
	if _, err := tx.ExecContext(ctx, "UPDATE optouts SET unproven = 0 WHERE number = ? AND unproven = 1 AND message = ?", of.Number, of.Message); err != nil {
		return fmt.Errorf("change the opt-out: %w", err)
	}
	return nil
}

// endHeld ends what is held of a number because of one message, or, for START, of all to the
// account that said so, for what it says is known now.
func endHeld(ctx context.Context, tx Tx, of OptOut, why, by OptOutBy) error {
	held, err := optOuts(ctx, tx, OptOutFilter{Numbers: []string{of.Number}, Held: true})
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.By != why || !h.of(of.Account) || h.Message != of.Message && why != HeldForStart {
			continue
		}
		if err := endOptOut(ctx, tx, h.ID, of.Since, by); err != nil {
			return err
		}
	}
	return nil
}

// heedCode takes a delivery into the ledger that failed because the recipient opted out, and
// notes of a contact that its number takes no texts, or that it took one after all.
func heedCode(ctx context.Context, tx Tx, e Entry, d Delivery, at time.Time) error {
	code, _ := messaging.ExplainCode(d.ErrorCode)
	number := d.Recipient
	if len(e.Message.To) == 1 {
		number = e.Message.To[0] // whatever the API calls the one recipient
	}
	takes, failed := d.State() == Delivered && !e.Message.IsMMS(), d.State() == Failed
	switch {
	case !slices.Contains(e.Message.To, number):
		return nil
	case failed && code.Reaction == messaging.ReactNumberNoGood:
		_, err := markNoTexts(ctx, tx, number, d.ErrorCode, at)
		return err
	case takes:
		_, err := markNoTexts(ctx, tx, number, 0, at)
		return err
	case !failed || code.Reaction != messaging.ReactOptedOut:
		return nil
	}
	return learn(ctx, tx, OptOut{
		Number: number, Account: e.By.AccountID, Since: saidAt(at, d.At), By: OptedByCode, Code: d.ErrorCode, Message: e.ID,
	})
}
