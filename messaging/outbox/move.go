package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"telex/messaging"
)

// Start records that the request of a queued message is about to leave.
// After an error it must not. A message that was settled meanwhile, by another telex that
// took this one for dead perhaps, is a [*SettledError]; one of a process that
// is over, as this one is by the name that it had before it was taken for dead, is
// [ErrTakenForDead]. If one of its recipients opted out
// since it was queued, or is held, the error is an [*OptOutError] and the message [Unsent].
func (o *Outbox) Start(ctx context.Context, id int64) error {
	err := o.write(ctx, "record the message before sending it", func(ctx context.Context, tx Tx) error {
		return o.start(ctx, tx, id)
	})
	if refused, ok := errors.AsType[*OptOutError](err); ok {
		return o.leaveOut(ctx, id, refused)
	}
	if err == nil {
		o.memory.started(id, o.now())
	}
	return err
}

// start is Start within a transaction.
func (o *Outbox) start(ctx context.Context, tx Tx, id int64) error {
	now, err := standingOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if now.state != Queued {
		return &SettledError{MoveError{ID: id, From: now.state, To: Sending}, now.said}
	}
	alive, err := o.lives(ctx, tx, now.owner)
	if err == nil && !alive {
		err = ErrTakenForDead
	}
	if err != nil {
		return err
	}
	if err := refuseOptedOutRow(ctx, tx, id); err != nil {
		return err
	}
	return o.moveFrom(ctx, tx, now, Sending, "", "")
}

// Abandon records that queued messages will not be sent. A message that is being
// sent, or was, is a [*MoveError]: that nothing of it left is for [Outbox.Settle] to
// say. Then none of them is changed.
func (o *Outbox) Abandon(ctx context.Context, ids []int64, why string) error {
	return o.abandon(ctx, ids, 0, why)
}

// abandon is Abandon; the first one may be recorded as being sent already, if the
// caller knows that it never was.
func (o *Outbox) abandon(ctx context.Context, ids []int64, first int64, why string) error {
	if len(ids) == 0 {
		return nil
	}
	o.memory.never(first)
	err := o.write(ctx, "record what was not sent", func(ctx context.Context, tx Tx) error {
		for _, id := range ids {
			now, err := standingOf(ctx, tx, id)
			if err != nil {
				return err
			}
			if now.state != Queued && (id != first || now.state != Sending) {
				return &MoveError{ID: id, From: now.state, To: Unsent}
			}
			if err := o.moveFrom(ctx, tx, now, Unsent, why, "error = ?", short(why)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		o.memory.stays(ids)
	}
	return err
}

// Settle records how a call to send message id ended: what Send returned. The
// outcome is on the disk when it returns nil.
func (o *Outbox) Settle(ctx context.Context, id int64, receipt *messaging.Receipt, sendErr error) error {
	o.memory.ended(id, receipt, sendErr, o.now())
	err := o.record(ctx, func(ctx context.Context, tx Tx) error {
		return o.settle(ctx, tx, id, receipt, sendErr)
	})
	if err == nil {
		o.memory.settled(id)
		o.wakeAskers()
	}
	return err
}

// recordTries is how often an outcome is recorded that others who write keep from its turn:
// each waits for as long as the engine does.
const recordTries = 3

// record makes a change that notes what became of messages. It is known once and nobody else
// has it, so it waits for its turn longer than what can be refused.
func (o *Outbox) record(ctx context.Context, do Change) (err error) {
	for range recordTries {
		if err = o.write(ctx, "record what became of the message", do); !errors.Is(err, ErrLocked) {
			return err
		}
	}
	return err
}

// advance is Settle for one message and Start for the next, in one transaction: so a process
// has no more of them on their way by its rows than in truth. After an error it did neither.
func (o *Outbox) advance(ctx context.Context, id int64, receipt *messaging.Receipt, sendErr error, next int64) error {
	o.memory.ended(id, receipt, sendErr, o.now())
	err := o.record(ctx, func(ctx context.Context, tx Tx) error {
		if err := o.settle(ctx, tx, id, receipt, sendErr); err != nil {
			return err
		}
		return o.start(ctx, tx, next)
	})
	if err == nil {
		o.memory.settled(id)
		o.memory.started(next, o.now())
		o.wakeAskers()
	}
	return err
}

// settle is Settle within a transaction.
func (o *Outbox) settle(ctx context.Context, tx Tx, id int64, receipt *messaging.Receipt, sendErr error) error {
	now, err := standingOf(ctx, tx, id)
	if err != nil {
		return err
	}
	return o.settleFrom(ctx, tx, now, receipt, sendErr)
}

// settleFrom is settle for a message that stands so.
func (o *Outbox) settleFrom(ctx context.Context, tx Tx, now standing, receipt *messaging.Receipt, sendErr error) error {
	id, x := now.id, exchangeOf(receipt, sendErr)
	if now.waits() { // nothing was called for it
		return &MoveError{ID: id, From: now.state, To: x.state()}
	}
	late, err := tellsMore(ctx, tx, now, x)
	if err != nil {
		return err
	}
	if now.textOmitted {
		x.omitText()
	}
	status, words := 0, ""
	if x.answer != nil {
		status = x.answer.Status
	}
	if x.failure != nil {
		words = short(x.failure.Error())
	}
	columns, values := "http_status = ?, error = ?, untold = 0", []any{status, words}
	if x.failure == nil {
		columns += ", message_id = ?, segment_count = ?, taken_at = ?"
		values = append(values, receipt.ID, receipt.SegmentCount, apiStamp(receipt.Time))
	}
	if late {
		err = set(ctx, tx, id, columns, values...)
	} else {
		err = o.moveFrom(ctx, tx, now, x.state(), "", columns, values...)
	}
	if err != nil {
		return err
	}
	attempts, answer, body, failed, err := x.encode()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE exchanges SET attempts = ?, answer = ?, body = ?, failure = ? WHERE id = ?",
		attempts, answer, body, failed, id); err != nil {
		return fmt.Errorf("keep the answer: %w", err)
	}
	if late {
		err = touch(ctx, tx)
	}
	if err != nil || x.failure != nil {
		return err
	}
	return o.adopt(ctx, tx, id, receipt.ID)
}

// tellsMore reports whether x belongs to a message whose process was taken for
// dead, and agrees with what was found out about it since: then there is nothing
// to move, but what came back is kept.
func tellsMore(ctx context.Context, tx Tx, now standing, x exchange) (bool, error) {
	agrees := now.state == Unknown && x.state() == Unknown ||
		now.state.Outcome() == messaging.Accepted && x.failure == nil && x.id == now.messageID
	if !agrees {
		return false, nil
	}
	var settled bool
	err := tx.QueryRowContext(ctx, "SELECT attempts IS NOT NULL OR answer IS NOT NULL OR failure IS NOT NULL FROM exchanges WHERE id = ?", now.id).Scan(&settled)
	if err != nil {
		return false, fmt.Errorf("read what was stored: %w", err)
	}
	return !settled, nil
}

// entry reads one message within a transaction.
func (o *Outbox) entry(ctx context.Context, q Querier, id int64) (Entry, error) {
	e, err := scanEntry(q.QueryRowContext(ctx, "SELECT "+entryColumns+" FROM messages m WHERE m.id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Entry{}, fmt.Errorf("message %d: %w", id, ErrNotFound)
	}
	return e, err
}

// A standing is how a message stands: what decides about its changes.
type standing struct {
	id, run     int64
	owner       string // "" where that was not read
	state       State
	messageID   string // the API's
	said        string // its error
	textOmitted bool
}

// standing is how a message stands that was read within the same transaction.
func (e Entry) standing() standing {
	return standing{id: e.ID, run: e.Run, state: e.State, messageID: e.MessageID, said: e.Error, textOmitted: e.TextOmitted}
}

// standingQuery asks how messages stand.
const standingQuery = "SELECT id, run, owner, state, message_id, error, text_omitted FROM messages WHERE id IN ("

func scanStanding(row scanner) (now standing, err error) {
	err = row.Scan(&now.id, &now.run, &now.owner, &now.state, &now.messageID, &now.said, &now.textOmitted)
	return now, err
}

// standingsOf reads how messages stand, of those that are there.
func standingsOf(ctx context.Context, tx Tx, ids []int64) (map[int64]standing, error) {
	all := map[int64]standing{}
	for some := range inSome(len(ids)) {
		if err := addStandings(ctx, tx, ids[some.from:some.to], all); err != nil {
			return nil, fmt.Errorf("read the states: %w", err)
		}
	}
	return all, nil
}

func addStandings(ctx context.Context, tx Tx, ids []int64, all map[int64]standing) error {
	rows, err := tx.QueryContext(ctx, standingQuery+places(len(ids))+")", anys(ids)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		now, err := scanStanding(rows)
		if err != nil {
			return err
		}
		all[now.id] = now
	}
	return rows.Err() //nolint:wrapcheck // as above
}

// standingOf reads how a message stands.
func standingOf(ctx context.Context, tx Tx, id int64) (standing, error) {
	now, err := scanStanding(tx.QueryRowContext(ctx, standingQuery+"?)", id))
	if errors.Is(err, sql.ErrNoRows) {
		return now, fmt.Errorf("message %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return now, fmt.Errorf("read the state: %w", err)
	}
	return now, nil
}

// move changes the state of one message, if that is allowed, and notes when.
func (o *Outbox) move(ctx context.Context, tx Tx, id int64, to State, note string) error {
	now, err := standingOf(ctx, tx, id)
	if err != nil {
		return err
	}
	return o.moveFrom(ctx, tx, now, to, note, "")
}

// setsAsking reports whether coming into a state says when the API is asked next.
func setsAsking(to State) bool { return to == Accepted || to.Final() }

// moveFrom is move for a message that stands so, and sets other columns of it with that.
func (o *Outbox) moveFrom(ctx context.Context, tx Tx, now standing, to State, note, columns string, values ...any) error {
	if !now.state.CanBecome(to) {
		return &MoveError{ID: now.id, From: now.state, To: to}
	}
	if columns != "" {
		columns = ", " + columns
	}
	moment := o.now()
	at := stamp(moment)
	switch {
	case to == Accepted:
		columns += ", ask_from = ?, ask_at = ?"
		values = append(values, at, stamp(Asking{From: moment}.next(moment)))
	case to.Final():
		columns += ", ask_at = 0"
	}
	if err := set(ctx, tx, now.id, "state = ?, updated_at = ?"+columns, append([]any{string(to), at}, values...)...); err != nil {
		return err
	}
	if err := noteMove(ctx, tx, now.id, at, to, note); err != nil {
		return err
	}
	if now.run == 0 || now.state != Sending {
		return nil // whether its run is over does not hang on it
	}
	return o.finishRun(ctx, tx, now.run)
}

// insertMove begins the statement that notes moves.
const insertMove = "INSERT INTO moves (message, at, state, note)"

// noteMove notes that message id came to be in a state, and when.
func noteMove(ctx context.Context, tx Tx, id, at int64, to State, note string) error {
	row := []any{id, at, string(to), note}
	if many, ok := tx.(*manyTx); ok {
		many.moves = append(many.moves, row)
	} else if err := insertRows(ctx, tx, insertMove, [][]any{row}); err != nil {
		return fmt.Errorf("note the change: %w", err)
	}
	return touch(ctx, tx)
}

// set changes columns of one message.
func set(ctx context.Context, tx Tx, id int64, columns string, values ...any) error {
	query := "UPDATE messages SET " + columns + " WHERE id = ?"
	if _, err := tx.ExecContext(ctx, query, append(values, id)...); err != nil {
		return fmt.Errorf("change the message: %w", err)
	}
	return nil
}

// Cells are what is set of a row.
type cells struct {
	names  []string
	values []any
}

func (c cells) and(name string, value any) cells {
	return cells{append(c.names[:len(c.names):len(c.names)], name), append(c.values[:len(c.values):len(c.values)], value)}
}

func (c cells) with(others cells) cells {
	return cells{slices.Concat(c.names, others.names), slices.Concat(c.values, others.values)}
}

// assigned is what follows SET.
func (c cells) assigned() string { return strings.Join(c.names, " = ?, ") + " = ?" }

// mostWords is how much of an error a row keeps, in bytes; the answer is kept whole.
const mostWords = 2000

func short(s string) string {
	if len(s) > mostWords {
		s = s[:mostWords] + "…"
	}
	return strings.ToValidUTF8(s, "\ufffd") // the cut may be within a character
}

// touch makes [Outbox.Version] another number, where no move does.
func touch(ctx context.Context, tx Tx) error {
	if many, ok := tx.(*manyTx); ok {
		many.touched = true
		return nil
	}
	if _, err := tx.ExecContext(ctx, "UPDATE counters SET value = value + 1 WHERE name = 'version'"); err != nil {
		return fmt.Errorf("note the change: %w", err)
	}
	return nil
}

func marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return b, nil
}
