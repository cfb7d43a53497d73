package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"telex/messaging"
)

// A Plan is what is about to be sent: the messages of one confirmation.
type Plan struct {
	By       By
	Messages []messaging.Message
	// Files are those of this machine among the media of the messages.
	Files []SentFile
	// ResendOf names the row that the messages repeat; 0 for none.
	ResendOf int64
	// Draft is the draft that they came from; it is deleted in the transaction that
	// makes the rows, unless another process writes it by now. 0 for none.
	Draft int64
	// Yes sends what somebody got already, or may have got: see [Outbox.Repeats], and
	// however long ago that was if ResendOf names it. Without it that is a
	// [*RepeatError].
	Yes bool
	// OptIn says that the texts ask for YES: whoever writes that within 24 hours after one
	// opts in by it. See [OptOut].
	OptIn bool
	// Alert says which messages are folded: not sent, for one with the same key was.
	Alert Alert
	// May says why the messages may not be recorded, whatever Yes says; nil: they may.
	May Judge

	answers int64 // the row that is answered with no person; 0 for none
}

// errNoMessages refuses a plan that would delete its draft and send nothing.
var errNoMessages = errors.New("the plan holds no message")

// Begin records messages before the first of them is sent: that one as Sending,
// those behind it as Queued, all in one transaction. It returns their ids in order, without
// those that the plan's Alert keeps from being sent.
// After an error no message may be sent. It is an [*OptOutError], whatever Yes says, if one
// of the recipients opted out or is held.
func (o *Outbox) Begin(ctx context.Context, p Plan) ([]int64, error) {
	p.Messages = slices.Clone(p.Messages)
	b, err := o.begin(ctx, p)
	return b.ids, err
}

// A beginning is what came of a plan.
type beginning struct {
	owner    string  // whose the rows are
	ids      []int64 // of the rows
	messages []messaging.Message
	foldings []Folding // of all messages of the plan; nil if it has no key
}

// begin is Begin for a plan whose messages nobody changes any more.
func (o *Outbox) begin(ctx context.Context, p Plan) (beginning, error) {
	const op = "record the message before sending it"
	if len(p.Messages) == 0 {
		return beginning{}, o.failure(op, errNoMessages)
	}
	if err := o.claim(ctx, op); err != nil {
		return beginning{}, err
	}
	may, err := o.asked(ctx, op, p.May)
	if err != nil {
		return beginning{}, err
	}
	var b beginning
	at := o.now() // of all of them
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		b = beginning{owner: o.engine.Owner()}
		if err := refuseOptedOut(ctx, tx, p.By.AccountID, p.Messages...); err != nil {
			return err
		}
		if !p.Yes && p.Alert.Key == "" {
			if err := o.refuseRepeats(ctx, tx, p); err != nil {
				return err
			}
		}
		if err := may(ctx, Books{o, tx}); err != nil {
			return err
		}
		for _, m := range p.Messages {
			if err := o.beginOne(ctx, tx, p, m, at, &b); err != nil {
				return err
			}
		}
		if err := o.index(ctx, tx, b.ids, b.messages); err != nil {
			return err
		}
		if p.Draft == 0 {
			return nil
		}
		return o.deleteDraft(ctx, tx, p.Draft)
	})
	if err != nil {
		return beginning{}, err
	}
	p.Messages = b.messages
	o.memory.begun(p, b.ids, at)
	return b, nil
}

// beginOne records one message of a plan, unless it is folded, and adds it to b.
func (o *Outbox) beginOne(ctx context.Context, tx Tx, p Plan, m messaging.Message, at time.Time, b *beginning) error {
	f, err := o.folding(ctx, tx, p, m, at)
	if err != nil {
		return err
	}
	if f.name != nil {
		b.foldings = append(b.foldings, f.Folding)
	}
	if f.Held {
		return f.hold(ctx, tx)
	}
	state := Sending
	if len(b.ids) > 0 {
		state = Queued
	}
	id, err := o.insert(ctx, tx, p, f.Message, state, at)
	if err != nil {
		return err
	}
	b.ids, b.messages = append(b.ids, id), append(b.messages, f.Message)
	return f.goes(ctx, tx, id, at)
}

// claim makes sure that a row may name this process, and that the name leads to the
// outbox still: the lock would be made anew in whatever is there.
func (o *Outbox) claim(ctx context.Context, op string) error {
	if err := o.refuse(op); err != nil {
		return err
	}
	err := o.engine.Present()
	if err == nil && !o.gone.Load() {
		before := o.engine.Owner()
		if err = o.engine.Claim(ctx); err == nil && o.engine.Owner() != before {
			err = o.recover(ctx) // what it had begun is that of a dead process
		}
	}
	return o.ended(ctx, op, err)
}

// send sends message id, which belongs to this process under a name, if it still does: whoever
// waited, or slept, may have been taken for dead meanwhile.
func (o *Outbox) send(ctx context.Context, api API, owner string, id int64, m messaging.Message) (*messaging.Receipt, error) {
	may := func(ctx context.Context) error { return o.ended(ctx, "send the message", o.engine.Sure(ctx, owner)) }
	if err := may(ctx); err != nil {
		return nil, unsent(err)
	}
	receipt, err := api.Send(messaging.Guarded(ctx, may), m)
	if err != nil || receipt == nil {
		return receipt, err
	}
	return o.ownReceipt(ctx, id, receipt)
}

// insert adds the row of one message, made at a time, with its request. It is to be found
// once it is given to index.
func (o *Outbox) insert(ctx context.Context, tx Tx, p Plan, m messaging.Message, s State, at time.Time) (int64, error) {
	now := stamp(at)
	row, request, err := o.row(insertion{owner: o.engine.Owner(), plan: p, message: m, state: s}, now)
	if err != nil {
		return 0, err
	}
	query, args := valuesOf(insertMessage, [][]any{row})
	var id int64
	if err := tx.QueryRowContext(ctx, query+" RETURNING id", args...).Scan(&id); err != nil {
		return 0, fmt.Errorf("add the message: %w", err)
	}
	if err := insertRows(ctx, tx, insertExchange, [][]any{{id, request}}); err != nil {
		return 0, fmt.Errorf("add the message: %w", err)
	}
	if err := joinThread(ctx, tx, Entry{ID: id, Direction: Out, Message: m}); err != nil {
		return 0, err
	}
	return id, noteMove(ctx, tx, id, now, s, "")
}

// An insertion is a message whose row is to be made; N is its person of the run, 0 without
// one.
type insertion struct {
	owner   string
	plan    Plan
	message messaging.Message
	state   State
	run     int64
	n       int
}

// insertMessage begins the statement that adds rows of messages.
const insertMessage = `INSERT INTO messages (state, created_at, updated_at, owner, profile, account_id, base_url,
	application_id, sender, recipients, text, text_length, text_omitted, media, tag, priority, expiration, content, resend_of, opt_in, answers, run, n,
	by_name, by_host, by_own, files)`

// row are the values of insertMessage, and the request.
func (o *Outbox) row(i insertion, now int64) (values []any, request []byte, err error) {
	p, m := i.plan, i.message
	content, length := o.digestOf(m.Text, m.Media), utf8.RuneCountInString(m.Text)
	omitted := o.options.OmitText && m.Text != ""
	if omitted {
		m.Text = ""
	}
	if request, err = m.Body(); err != nil {
		return nil, nil, err
	}
	name, host, own := o.user()
	return []any{
		string(i.state), now, now, i.owner, p.By.Profile, p.By.AccountID, p.By.BaseURL,
		m.ApplicationID, m.From, encodeList(m.To), m.Text, length, bit(omitted), encodeList(m.Media), m.Tag, string(m.Priority),
		stamp(m.Expiration), content, p.ResendOf, bit(p.OptIn), p.answers, i.run, i.n,
		name, host, own, filesOf(m.Media, p.Files),
	}, request, nil
}

// insertAll is insert for messages to people of a run, each of whom is there once.
func (o *Outbox) insertAll(ctx context.Context, tx *manyTx, all []insertion, at time.Time) (ids []int64, err error) {
	rows, requests := make([][]any, len(all)), make([][]byte, len(all))
	for i := range all {
		if rows[i], requests[i], err = o.row(all[i], stamp(at)); err != nil {
			return nil, err
		}
	}
	of := map[int]int64{} // by n
	for some := range inSome(len(rows)) {
		if err := insertMessages(ctx, tx, rows[some.from:some.to], of); err != nil {
			return nil, fmt.Errorf("add the messages: %w", err)
		}
	}
	ids = make([]int64, len(all))
	exchanges, entries := make([][]any, len(all)), make([]Entry, len(all))
	for i, row := range all {
		id := of[row.n]
		ids[i], exchanges[i], entries[i] = id, []any{id, requests[i]}, Entry{ID: id, Direction: Out, Message: row.message}
		if err := noteMove(ctx, tx, id, stamp(at), row.state, ""); err != nil {
			return nil, err
		}
	}
	if err := insertRows(ctx, tx, insertExchange, exchanges); err != nil {
		return nil, fmt.Errorf("add the messages: %w", err)
	}
	return ids, joinThreads(ctx, tx, entries)
}

// insertExchange begins the statement that keeps requests.
const insertExchange = "INSERT INTO exchanges (id, request)"

// insertMessages adds rows of messages and says which is whose.
func insertMessages(ctx context.Context, tx Tx, some [][]any, of map[int]int64) error {
	query, args := valuesOf(insertMessage, some)
	rows, err := tx.QueryContext(ctx, query+" RETURNING id, n", args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return err //nolint:wrapcheck // as above
		}
		of[n] = id
	}
	return rows.Err() //nolint:wrapcheck // as above
}

// index makes messages be found by their words. All rows are inserted before: what is done
// between two of these may cost an index as much as the end of a transaction.
func (o *Outbox) index(ctx context.Context, tx Tx, ids []int64, messages []messaging.Message) error {
	for i, m := range messages {
		if o.options.OmitText {
			m.Text = ""
		}
		if err := o.engine.Index(ctx, tx, ids[i], strings.Join(Entry{Message: m}.searched(), "\n")); err != nil {
			return fmt.Errorf("add the message: %w", err)
		}
	}
	return nil
}

// write makes a change and puts a failure into words.
func (o *Outbox) write(ctx context.Context, op string, do Change) error {
	if err := o.refuse(op); err != nil {
		return err
	}
	return o.ended(ctx, op, o.engine.Write(ctx, do))
}

// ended puts how a change ended into words, and does what is to be done about it.
func (o *Outbox) ended(ctx context.Context, op string, err error) error {
	switch closed := o.closed.Load(); {
	case closed && errors.Is(err, ErrGone):
		err = ErrClosed // its own Close took the log away, or finds out itself
	case !closed && o.gone.Load() && (err == nil || errors.Is(err, ErrClosed)):
		err = ErrGone
	}
	if err = o.failure(op, err); errors.Is(err, ErrGone) {
		return o.recordAnew(context.WithoutCancel(ctx), err)
	}
	return err
}
