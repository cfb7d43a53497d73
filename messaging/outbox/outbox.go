// Package outbox is the durable record of every message: a database that is written
// before the network is touched. Which one, an [Engine] says: see [Place].
//
// Its rules:
//
//   - A message is a row, committed as [Sending] with the exact request, before
//     the first byte of the request leaves. If that commit fails nothing is sent.
//   - The outcome is committed, with the exact answer, before anybody is told it.
//   - States change by the table of [State.Next] only, each change in one
//     transaction. Any other change is a [*MoveError], and nothing is written.
//   - A row that is being sent belongs to a process. When that process is gone,
//     the next one that opens the outbox turns the row [Unknown], and tells of it
//     once: see [Outbox.Untold].
//   - A queued message belongs to a process too, and is [Unsent] when that is gone.
//   - The people of a [Broadcast] have no message before it is their turn: then it is made,
//     with the text as it is then, and recorded as [Sending]. Nobody has two, but for one
//     that certainly was not created. See [Outbox.Drain].
//   - What becomes known of a delivery is an [Event], which stays; a message's state
//     follows from its events and never goes back.
//   - What was taken is asked about by its age until it is settled or the API forgets it,
//     by one process for all: see [Asker].
//   - Nothing is sent to who opted out, nor to who may have until a person decided: see
//     [OptOut]. That is asked when a message is recorded as [Sending].
//   - Of alerts with the same key one goes and the others are counted: see [Alert].
//   - What is sent with no person is what [Options.Replies] says, to whom [Outbox.Answer]
//     says.
//   - What is due with nobody at the screen one process does for all, if there is one: see
//     [Outbox.TakeWork]. That nothing leaves twice does not depend on it.
//   - Several processes may use one outbox at once.
//   - Of an outbox that was copied into another one only that takes changes: see the package
//     copying. So what waits in both leaves once.
//
// The database holds texts and numbers of messages, unless [Options.OmitText] is set, but
// never credentials.
//
// An Outbox is safe for concurrent use. What it returns belongs to the caller.
package outbox

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Options are what may be chosen of an outbox.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// OmitText keeps texts of messages and drafts out of the database. They can be
	// neither searched, shown nor sent again then. The digest by which a repeated
	// text is found stays; its key is in the same database.
	OmitText bool
	// Keep is how many days messages are kept; 0 is for ever. It counts only where the
	// outbox is not [Report.Shared]: see [Outbox.Keeping]. Older ones are
	// deleted when the outbox is opened, once a day, a thousand at each opening. Those
	// whose outcome is unknown stay, and so do drafts. Nothing is deleted while the clock is far from the
	// newest message and the last write, and never most of the messages in a day, unless
	// Keep is one or two.
	Keep int
	// MMSReceipts reports whether Bandwidth gives receipts of MMS to the account of a
	// profile; nil: to none. See [messaging.GradeOf]. It must be safe for concurrent use.
	MMSReceipts func(profile string) bool
	// OptOutWords are keywords by which people opt out of the texts of a profile, beside
	// those that everybody knows; nil: none. It must be safe for concurrent use.
	OptOutWords func(profile string) []string
	// Replies are what is answered with no person, by the profile of the listener that heard
	// what came in; nil: nothing. It must be safe for concurrent use. See [Outbox.Answer].
	Replies func(profile string) Replies
	// User is who uses this outbox: what is made here is theirs, and no draft of somebody else
	// is seen. Without a name all are, unless [Report.Shared].
	User User
	// ToRead opens for reading alone what cannot be written, for the disk is full or
	// rights are missing, or because its messages were moved or are being copied to another
	// outbox: see [Report.Unwritable]. Nothing is made or changed then, nor are the messages
	// of dead processes settled.
	ToRead bool
	// Sound refuses a damaged outbox instead of setting it aside: for who would tell nobody
	// of that.
	Sound bool
}

// An Outbox is one open database.
type Outbox struct {
	place   Place
	options Options
	now     func() time.Time
	engine  Engine
	gate    *Gate
	marked  *Error // why it can only be read, though the engine can write; nil if it can be written
	digest  []byte // key of the contents' digests
	keep    []byte // what was noted at the opening of how long messages are kept: see keepingOf
	closed  atomic.Bool
	gone    atomic.Bool // it was taken away: nothing is read or written any more
	memory  memory
	names   names
	askers  askers
	drains  atomic.Int32  // runs that this process sends now
	hurries atomic.Int32  // who is to end: see Hurry
	owed    chan struct{} // says that there may be something to answer
}

// Open opens the outbox at a place, and makes it if it is not there. A database that is
// damaged may be set aside: see [Report.SetAside]. It settles what dead processes left
// behind. Errors are [*Error]s; after one no message was changed.
func Open(ctx context.Context, at Place, options Options) (*Outbox, error) {
	o := &Outbox{place: at, options: options, now: options.Now, gate: &Gate{}, owed: make(chan struct{}, 1)}
	if o.now == nil {
		o.now = time.Now
	}
	e, err := at.Open(ctx, Opening{Now: o.now, Settle: o.settleAll, ToRead: options.ToRead, Sound: options.Sound, Gate: o.gate})
	if err != nil {
		return nil, err
	}
	o.engine = e
	if why := e.Report().Unwritable; why != nil {
		if err := o.readKey(ctx); err != nil { // it is nothing to read either
			_ = e.Close(nil)
			e.Release()
			if errors.Is(err, ErrCopying) {
				return nil, err
			}
			return nil, why
		}
	}
	return o, nil
}

// settleAll settles the rows of dead processes and deletes what is too old.
func (o *Outbox) settleAll(ctx context.Context, e Engine) error {
	o.engine, o.marked = e, nil
	if err := o.makeKey(ctx); err != nil {
		return err
	}
	if o.marked == nil {
		if err := o.recover(ctx); err != nil {
			return err
		}
		return o.tidy(ctx)
	}
	return nil
}

// Present says whether what was written is still where the next telex looks for it; the
// error is that of a write.
func (o *Outbox) Present(ctx context.Context) error {
	if err := o.refuse("look for what was recorded"); err != nil {
		return err
	}
	err := o.engine.Present()
	if o.gone.Load() {
		err = ErrGone
	}
	return o.ended(ctx, "look for what was recorded", err)
}

// Path names where the outbox is.
func (o *Outbox) Path() string { return o.place.String() }

// OmitsText reports whether texts are kept out of the outbox.
func (o *Outbox) OmitsText() bool { return o.options.OmitText }

// Report is what was found at the opening.
func (o *Outbox) Report() Report {
	r := o.engine.Report()
	if r.Unwritable == nil {
		r.Unwritable = o.marked
	}
	return r
}

// refuse is the answer to a change of an outbox that can be read only; nil if it can be
// changed.
func (o *Outbox) refuse(op string) error {
	why := o.Report().Unwritable
	if why == nil {
		return nil
	}
	e := *why
	e.Op = op
	return &e
}

// Close ends the use of the outbox. Changes that have begun are completed first.
// Messages of this process that are still queued become unsent, and those whose request may
// be on its way unknown. Calls that come later fail with ErrClosed; a
// second Close does nothing.
func (o *Outbox) Close() error {
	if o.closed.Swap(true) {
		return nil
	}
	var last Change
	if o.engine.Retire() {
		last = func(ctx context.Context, tx Tx) error {
			return o.settleOwner(ctx, tx, o.engine.Owner(), true)
		}
	}
	err := o.engine.Close(last)
	if errors.Is(err, ErrMoved) || errors.Is(err, ErrCopying) {
		err = nil // nothing of a process that lives is open in what is copied
	}
	if errors.Is(err, ErrGone) {
		err = o.recordAnew(context.Background(), o.failure("close the outbox", err)) //nolint:forbidigo // it must happen
	}
	o.memory.mu.Lock() // who records anew is done then
	heir := o.memory.heir
	o.memory.mu.Unlock()
	o.engine.Release()
	if heir != nil {
		err = errors.Join(err, heir.Close())
	}
	return o.failure("close the outbox", err)
}
