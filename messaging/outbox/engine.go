package outbox

import (
	"context"
	"database/sql"
	"time"
)

// A Place is where an outbox is kept: a database that an engine knows how to open, as
// the package sqlite does for one in a file.
//
// It holds the tables that the statements of this package name, which are plain SQL with
// "?" for each argument: meta, counters, leases, paces, messages, exchanges, moves, events,
// strays, deliveries, runs, run_moves, run_people, threads, talks, optouts, drafts, contacts,
// contact_groups and folds, as the migrations of the engine for
// SQLite make them, and tallies, which the database keeps by itself from the rows of
// messages that are not queued or being sent. Times are integers,
// microseconds since 1970 in UTC; yes and no are 1 and 0; texts compare byte by byte.
type Place interface {
	// String names the place for people: a path, or an address without secrets. It is the
	// Path of errors.
	String() string
	// Open makes the database if there is none, brings its tables up to date, and has it
	// settled. What it returns is for one process. Errors are [*Error]s or those of ctx;
	// after one no message was changed.
	Open(ctx context.Context, o Opening) (Engine, error)
}

// An Opening is how a place is opened.
type Opening struct {
	Now func() time.Time // the clock
	// Settle completes the opening by the rules of the outbox, when everything else is
	// done. Its error is that of the opening. An engine that sets a damaged database aside
	// calls it again, with the new one; nothing else calls the engine meanwhile.
	Settle func(ctx context.Context, e Engine) error
	// ToRead opens for reading alone what cannot be written, if the engine can: see
	// [Report.Unwritable]. Nothing is made, changed or settled then.
	ToRead bool
	// Gate is asked at the beginning of each change: see [Gate.Enter]. Nil lets all in.
	Gate *Gate
	// Sound refuses a damaged database instead of setting it aside.
	Sound bool
	// Existing makes no outbox where there is none: that is [ErrNoOutbox].
	Existing bool
}

// A Report is what an engine found at its opening.
type Report struct {
	// SetAside is the new name of a damaged database that stood in the way; "" if there
	// was none. What it holds is not in this outbox.
	SetAside string
	// Unwritable is why the outbox can be read only: see [Options.ToRead]. It is nil if it
	// can be written; otherwise every change fails with the same cause.
	Unwritable *Error
	// Shared says that processes of several hosts may use the database.
	Shared bool
	// Written is when the database was last written to before this opening, by a clock of
	// this machine. An engine that cannot know says the time of the opening; zero is long
	// ago, and keeps old messages from being deleted unasked.
	Written time.Time
}

// A Querier answers questions.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// A Tx is a transaction that changes something.
type Tx interface {
	Querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// A Change is what is done in a transaction. It may be done several times, for a failed
// one leaves no trace; its last time counts.
type Change func(ctx context.Context, tx Tx) error

// A Doubt is in the chain of an [ErrUndecided] of an engine that can say later whether the
// change was made.
type Doubt interface {
	error
	// Decide says it. After an error it is not known yet, or never will be: see
	// [Outbox.Passes].
	Decide(ctx context.Context) (made bool, err error)
}

// A Limit is how long the values in some columns of a row may be together, as those of an
// index.
type Limit struct {
	Table   string
	Columns []string
	Bytes   int
}

// An Engine is an open database, and this process as those know it that share it. It
// knows its kind of SQL and nothing of messages. It is safe for concurrent use.
//
// Where [Report.Unwritable] is set, only Report, Reader, Brief, Read, Explain, Candidates, Owner,
// Alive, Living, Beside, Retire, Close and Release are called.
type Engine interface {
	// Report is what was found at the opening.
	Report() Report

	// Reader answers single questions, each of its own moment.
	Reader() Querier
	// Brief answers a question as Reader does, of somebody who reads the answer to its end
	// before anything else is asked or written. It may be the connection that writes.
	Brief() Querier
	// Read asks several questions of one moment.
	Read(ctx context.Context, ask func(ctx context.Context, q Querier) error) error
	// Write makes one change and returns when it is where no crash or loss of power can
	// take it away; changes exclude one another, whichever process makes them. If ctx ends
	// before it has begun it is not made, and one that has begun is not given up. An error
	// says that it was not made, or that it went where nobody will find it: then it is
	// [ErrGone]. If it cannot be found out it is [ErrUndecided]. None is made that the gate of
	// the opening refuses.
	Write(ctx context.Context, do Change) error
	// Present says whether what was written is still where the next process looks for it:
	// nil or [ErrGone], or that it cannot be seen.
	Present() error
	// Explain puts into words what came of a question or a change: an [*Error] with cause
	// and hint, and of the sentinels that which fits; Op and Path are filled in if empty.
	// One that was interrupted is context.Canceled. It gets what went well, too, as nil,
	// and returns an error if the answers cannot be relied on for all that.
	Explain(err error) error

	// Index makes a message be found by its words.
	Index(ctx context.Context, tx Tx, id int64, words string) error
	// Unindex takes messages out again; Tend sees to it that no word of them stays.
	Unindex(ctx context.Context, tx Tx, ids []int64) error
	// Candidates are the ids from lo to hi of the messages that may have all terms, of which
	// there is at least one, in descending order. The rows themselves are looked at
	// afterwards: too many cost time, and none may be missing. It reads no more than what
	// it has of these ids.
	Candidates(ctx context.Context, terms []Term, lo, hi int64) ([]int64, error)
	// LastIDs are the highest ids that were given so far, by the name of the table, for those
	// tables that give ids to their rows; 0 is none. Also those count whose rows are gone.
	LastIDs(ctx context.Context, q Querier) (map[string]int64, error)
	// GiveAfter has ids given behind these from now on. It raises them only.
	GiveAfter(ctx context.Context, tx Tx, last map[string]int64) error
	// Limits are what the values of some columns may come to; nil if they may be of any length.
	Limits(ctx context.Context, q Querier) ([]Limit, error)
	// Tend overwrites what was deleted and gives the room back: all of it, or what an
	// opening has time for.
	Tend(ctx context.Context, all bool) error

	// Ahead is by how much a clock that all processes share is ahead of that of this one, as
	// far as is known; 0 where they are on one machine. It is asked within a change.
	Ahead() time.Duration

	// Owner is the name by which rows say that they belong to this process. No other
	// process had or gets it. It may be another one after a Claim, but not while a change is
	// made.
	Owner() string
	// Claim makes sure that others see this process live. It is called before a row names
	// it; after Retire it is [ErrClosed]. Once others may have taken this process for dead
	// it gets another name: the rows with its old one are those of a dead process.
	Claim(ctx context.Context) error
	// Sure makes sure that what this process began under a name nobody has settled: it is
	// called right before a message leaves, and mostly asks nobody. Once others may have
	// taken this process for dead it is [ErrTakenForDead], as is a change by which a message
	// with the old name would begin to be sent.
	Sure(ctx context.Context, owner string) error
	// Alive reports whether the process of a name still runs. Where that cannot be found
	// out it counts as alive: nothing is decided about its messages then.
	Alive(ctx context.Context, q Querier, owner string) (bool, error)
	// Living are the names of the other processes that Alive is true of. It costs by how
	// many of them there are.
	Living(ctx context.Context, q Querier) ([]string, error)
	// Beside begins the names of files that only this user can read, and later processes
	// find.
	Beside() string

	// Retire ends the naming of this process in rows, and reports whether any may name it.
	Retire() bool
	// Close completes the changes that have begun, makes the last one, which may be nil,
	// and gives the database up; what comes later is [ErrClosed]. This process still counts
	// as alive. Only the first call does anything.
	Close(last Change) error
	// Release lets others see that this process is over. No row may be open in its name.
	Release()
}
