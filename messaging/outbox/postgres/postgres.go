// Package postgres keeps an outbox in a PostgreSQL database, of version 13 or later, which
// processes of several hosts use at once.
//
// It needs a database, or a schema in one that the address names by search_path, in which
// nothing else has the names of the outbox's tables, and a role that may create them there;
// later ones need no more than to read and write them. No extension is used.
//
// Changes exclude one another: each transaction holds one advisory lock, and so reads what
// nobody else changes. One that the server took back, or that ended with its connection, is
// made again. Where a connection is lost amid a commit, the next one finds out how that
// ended before anybody is told.
//
// A process lives for as long as its lease in the database is not over, by the clock of the
// database: see lease.go. One that could not renew it in time is taken for dead by the
// others, who settle its messages: it ends what is on its way, lets nothing else of that
// leave, and begins other messages under a new name.
package postgres

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"telex/messaging/outbox"

	"github.com/jackc/pgx/v5"
)

// A place is a database.
type place struct {
	config *pgx.ConnConfig
	name   string // for people, without secrets
	folder string
	// password is asked for one where neither the address nor libpq's ways have it; it may be nil.
	password func(ctx context.Context) (string, error)
	hooks    hooks
	haste    *haste // of the engine that it became; nil before
}

// At is the place of a database: address is postgres://USER@HOST:PORT/DATABASE, with the
// parameters of libpq behind a "?". What it does not say the variables of libpq do (PGHOST,
// PGSSLMODE and so on), a service file, and for the password .pgpass. Other hosts than this
// one are reached by TLS with their names verified (sslmode=verify-full) unless something
// says otherwise.
//
// Folder is where the files of this host are: the texts that an editor has open, and nothing
// else. It is made, for this user alone, if it is not there.
//
// The place names no password, and no error has one.
func At(address, folder string) (outbox.Place, error) {
	config, name, err := parse(address)
	if err != nil {
		return nil, err
	}
	return place{config: config, name: name, folder: folder}, nil
}

// WithPassword is a place of this package that asks for a password before it connects, where
// neither the address nor the variables and files of libpq have one. The answer "" is that
// there is none to be had, which is right for servers that want none; an error keeps it from
// connecting. Ask is called for each connection, perhaps by several at once. Other places
// stay as they are.
func WithPassword(at outbox.Place, ask func(ctx context.Context) (string, error)) outbox.Place {
	if p, ok := at.(place); ok && p.config.Password == "" {
		p.password = ask
		return p
	}
	return at
}

// complete puts the password into the settings of a connection that is about to be made.
func (p place) complete(ctx context.Context, config *pgx.ConnConfig) (err error) {
	if p.password != nil {
		config.Password, err = p.password(ctx)
	}
	return err
}

func (p place) String() string { return p.name }

// hooks are how tests reach in; the zero value is how telex runs.
type hooks struct {
	lease    time.Duration             // how long a lease lasts; 0 is leaseTime
	clock    func() time.Time          // that of this host; nil is time.Now
	silence  func() time.Duration      // how long a server may say nothing; nil is silenceTime
	patience time.Duration             // how long a change waits for a server that is away, or for how it ended; 0 is reachTime, or decideTime
	around   func(sql string)          // before each statement; nil is nothing
	decided  func(committed bool)      // when it was found out how a commit ended; nil is nothing
	soon     time.Duration             // after how long it is told what is waited for; 0 is soonTime
	resting  func(time.Duration) error // in the place of waiting before trying again; nil waits
}

func (h hooks) now() time.Time {
	if h.clock != nil {
		return h.clock()
	}
	return time.Now()
}

func (h hooks) mostSilent() time.Duration {
	if h.silence != nil {
		return h.silence()
	}
	return silenceTime
}

// An engine is one open database.
type engine struct {
	place
	opening outbox.Opening
	report  outbox.Report
	db      *sql.DB // readers
	own     *sql.DB // the writer's connection, and that of the lease
	writer  *writer
	lease   *lease
	schema  schema
	skew    skew
	opened  atomic.Bool
}

// mostReaders bounds the connections for reading, of which a server has few.
const mostReaders = 4

// Open connects and brings the tables up to date.
func (p place) Open(ctx context.Context, opening outbox.Opening) (outbox.Engine, error) {
	p.haste = &haste{}
	e := &engine{place: p, opening: opening, report: outbox.Report{Written: opening.Now(), Shared: true}}
	err := e.open(ctx)
	if err == nil {
		e.opened.Store(true)
		return e, nil
	}
	err = failure("open the outbox", p.name, err)
	if opening.ToRead && errors.Is(err, outbox.ErrReadOnly) && e.openToRead(ctx) == nil {
		e.report.Unwritable, _ = errors.AsType[*outbox.Error](err)
		e.opened.Store(true)
		return e, nil
	}
	return nil, err
}

// open connects and has everything settled.
func (e *engine) open(ctx context.Context) (err error) {
	if err := makePrivate(e.folder); err != nil {
		return err
	}
	every := settings
	if e.opening.Gate.Exclusive() {
		every += allRows
	}
	e.own = e.connect(every + byIndex)
	e.own.SetMaxOpenConns(2)
	e.own.SetMaxIdleConns(2)
	e.db = e.connect(every + readOnly)
	e.db.SetMaxOpenConns(mostReaders)
	e.db.SetMaxIdleConns(mostReaders)
	defer func() {
		if err != nil {
			e.disconnect()
		}
	}()
	if e.opening.Existing {
		if now, err := look(ctx, e.own); err != nil || now.version == 0 {
			return cmp.Or[error](err, &outbox.Error{Op: "open the outbox", Err: outbox.ErrNoOutbox, Hint: "correct the address; nothing was changed"})
		}
	}
	if e.schema, err = e.migrate(ctx, e.own); err != nil {
		return err
	}
	e.lease = newLease(e.own, e.hooks)
	e.writer = newWriter(e)
	if err := e.lease.sweep(ctx); err != nil {
		return err
	}
	return e.opening.Settle(ctx, e)
}

// openToRead connects to what cannot be written.
func (e *engine) openToRead(ctx context.Context) (err error) {
	e.db = e.connect(settings + readOnly)
	e.db.SetMaxOpenConns(mostReaders)
	e.own, e.writer = nil, nil
	if e.schema, err = look(ctx, e.db); err == nil && e.schema.version < newest() {
		err = errors.New("its tables are older than this telex, and it cannot be written")
	}
	if err != nil {
		_ = e.db.Close()
		return err
	}
	e.lease = newLease(nil, e.hooks)
	return nil
}

func (e *engine) disconnect() {
	if e.writer != nil {
		_ = e.writer.Close(nil, func() {})
	}
	if e.lease != nil {
		e.lease.stop()
	}
	_ = e.own.Close()
	_ = e.db.Close()
}

// makePrivate makes the folder for files of this host, for this user alone.
func makePrivate(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	return nil
}

// Report is what was found at the opening.
func (e *engine) Report() outbox.Report { return e.report }

// Reader is the connections for reading. While the database is being opened it is the
// writer's: most commands only write, and need no other.
func (e *engine) Reader() outbox.Querier {
	if !e.opened.Load() && e.own != nil {
		return steady{e.own}
	}
	return steady{e.db}
}

// Brief is what Reader is.
func (e *engine) Brief() outbox.Querier { return e.Reader() }

// Read asks in a transaction.
func (e *engine) Read(ctx context.Context, ask func(ctx context.Context, q outbox.Querier) error) error {
	var tx *sql.Tx
	err := steadily(func() (err error) {
		tx, err = e.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
		return err //nolint:wrapcheck // below
	})
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return ask(ctx, tx)
}

// Write makes a change together with those that come meanwhile; see writer.
func (e *engine) Write(ctx context.Context, do outbox.Change) error {
	return e.writer.Write(ctx, do)
}

// Present says whether the tables are those that were opened.
func (e *engine) Present() error {
	ctx, cancel := context.WithTimeout(context.Background(), presentTime) //nolint:forbidigo // the interface has no context
	defer cancel()
	var table sql.NullInt64
	err := steadily(func() error {
		return e.db.QueryRowContext(ctx, "SELECT to_regclass('messages')::oid").Scan(&table)
	})
	if err != nil {
		return fmt.Errorf("look for the tables: %w", err)
	}
	return e.schema.same(table.Int64)
}

// presentTime bounds Present.
const presentTime = 10 * time.Second

// Explain puts what PostgreSQL or the network said into words.
func (e *engine) Explain(err error) error { return failure("", e.name, err) }

// Ahead is by how much the clock of the server is ahead.
func (e *engine) Ahead() time.Duration { return e.skew.ahead() }

// Hurry has nobody wait for a server that is away for longer than so long altogether.
func (e *engine) Hurry(most time.Duration) {
	each := most
	if p := e.hooks.patience; p > 0 {
		most = min(most, p)
	}
	e.haste.begin(most, each)
}

// Calm ends that.
func (e *engine) Calm() { e.haste.end() }

// Waiting is why something is tried again right now.
func (e *engine) Waiting() error {
	if e.writer == nil {
		return nil
	}
	if failed := e.writer.failed.Load(); failed != nil {
		return e.Explain(*failed)
	}
	return nil
}

// Soon is how long nobody is told of that.
func (e *engine) Soon() time.Duration { return cmp.Or(e.hooks.soon, soonTime) }

// soonTime is that: what takes less is no news.
const soonTime = 3 * time.Second

// Owner is the random name of this process, which has another one with each lease.
func (e *engine) Owner() string { return e.lease.owner() }

// Claim makes sure that this process has a lease.
func (e *engine) Claim(ctx context.Context) error { return e.lease.claim(ctx) }

// Sure makes sure that the lease under a name is not over.
func (e *engine) Sure(ctx context.Context, owner string) error { return e.lease.sure(ctx, owner) }

// Alive looks whether the lease of a process is over.
func (e *engine) Alive(ctx context.Context, q outbox.Querier, owner string) (alive bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM owners WHERE name = ? AND until > clock_timestamp())", owner).Scan(&alive)
	return alive, err //nolint:wrapcheck // who asks does
}

// Living are those whose leases are not over.
func (e *engine) Living(ctx context.Context, q outbox.Querier) (names []string, err error) {
	rows, err := q.QueryContext(ctx, "SELECT name FROM owners WHERE name <> ? AND until > clock_timestamp()", e.Owner())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err //nolint:wrapcheck // as above
		}
		names = append(names, name)
	}
	return names, rows.Err() //nolint:wrapcheck // as above
}

// Beside is a name in the folder, of this database alone.
func (e *engine) Beside() string {
	sum := sha256.Sum256([]byte(e.name))
	return filepath.Join(e.folder, hex.EncodeToString(sum[:8]))
}

// Retire ends the use of the name.
func (e *engine) Retire() bool { return e.lease.retire() }

// Close completes the changes and makes the last one. The connection of the lease stays
// until it is released.
func (e *engine) Close(last outbox.Change) error {
	_ = e.db.Close() // read only: there is nothing to lose
	if e.writer == nil {
		return nil
	}
	return e.writer.Close(last, func() {})
}

// Release ends the lease.
func (e *engine) Release() {
	e.lease.release()
	if e.own != nil {
		_ = e.own.Close()
	}
}

// Tend has the server reuse the room of what was deleted. It does that by itself as well,
// in time.
func (e *engine) Tend(ctx context.Context, all bool) error {
	if !all {
		return nil
	}
	db := e.connectPatiently(settings)
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, "VACUUM messages, exchanges, moves, deliveries, events, talks, search, drafts, run_people"); err != nil {
		return fmt.Errorf("give the room back: %w", err)
	}
	return nil
}
