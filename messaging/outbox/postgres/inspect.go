package postgres

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"telex/messaging/outbox"

	"github.com/jackc/pgx/v5"
)

// Facts are what a database and its server say of themselves.
type Facts struct {
	Server   string        // its version, as it says it: "15.14 (Debian 15.14-0+deb12u1)"
	Database string        // its name
	Schema   string        // that the tables are in, or would be; "" if search_path leads to none
	Role     string        // as which it was asked
	TLS      bool          // the connection is encrypted
	Latency  time.Duration // of a question that needs no work: the shortest of a few
	Ahead    time.Duration // by how much its clock is ahead of this host's, half of Latency more or less

	Exists  bool // its tables are there
	Version int  // of the tables; 0 if there are none, or this role may not read them
	Newest  int  // version that this telex knows
	Foreign bool // it has a table of the name messages that is not the outbox's

	MayRead   bool // all tables, if there are any
	MayWrite  bool // all tables, and the server takes writes
	MayCreate bool // tables, where there are none, and change them, where there are
	Standby   bool // the server is a copy of another one, and takes no writes

	Bytes   int64     // that tables and indexes take
	Senders []Process // those that send at the moment: see lease.go
}

// A Process is one that has the outbox open, and may name itself in rows.
type Process struct {
	Host string // as it calls itself
	PID  int
	// Until is how long it counts as alive, if it is not heard of any more.
	Until time.Time
}

// errNoDatabase is what a place of another engine gets.
var errNoDatabase = errors.New("it is a place of another engine, and not a database")

// Inspect asks a database of this package about itself, and changes nothing. Errors are
// those of opening it.
func Inspect(ctx context.Context, at outbox.Place) (Facts, error) {
	p, ok := at.(place)
	if !ok {
		return Facts{}, errNoDatabase
	}
	f, err := p.inspect(ctx)
	return f, failure("ask the database", p.name, err)
}

// samples is how many questions the latency is the shortest of.
const samples = 3

func (p place) inspect(ctx context.Context) (f Facts, err error) {
	config := p.config.Copy()
	if err := p.complete(ctx, config); err != nil {
		return f, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return f, err //nolint:wrapcheck // failure does
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for range samples {
		var clock time.Time
		before := time.Now()
		if err := conn.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&clock); err != nil {
			return f, fmt.Errorf("read the clock: %w", err)
		}
		if took := time.Since(before); f.Latency == 0 || took < f.Latency {
			f.Latency, f.Ahead = took, clock.Sub(before.Add(took/2))
		}
	}
	var changes bool
	err = conn.QueryRow(ctx, `SELECT current_setting('server_version'), current_database(), coalesce(current_schema(), ''), current_user,
			coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false), pg_is_in_recovery(),
			coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
			coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('messages')), true)`).
		Scan(&f.Server, &f.Database, &f.Schema, &f.Role, &f.TLS, &f.Standby, &f.MayCreate, &changes)
	if err != nil {
		return f, fmt.Errorf("read what it is: %w", err)
	}
	f.Newest, f.MayCreate = newest(), f.MayCreate && changes && !f.Standby
	return f, f.tables(ctx, conn)
}

// tables reads what there is of the outbox, and what this role may do with it.
func (f *Facts) tables(ctx context.Context, conn *pgx.Conn) error {
	var there, known bool
	err := conn.QueryRow(ctx, "SELECT to_regclass('messages') IS NOT NULL, to_regclass('telex_schema') IS NOT NULL").Scan(&there, &known)
	if err != nil || !known {
		f.Foreign = there && !known
		f.MayWrite = f.MayCreate && !there
		return err //nolint:wrapcheck // failure does
	}
	err = conn.QueryRow(ctx, `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint, coalesce(bool_and(has_table_privilege(oid, 'SELECT')), false),
			coalesce(bool_and(has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')), false),
			current_setting('transaction_read_only') = 'on'
		FROM pg_class WHERE relkind IN ('r', 'p') AND relname = ANY($1)
			AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('telex_schema'))`, tables()).
		Scan(&f.Bytes, &f.MayRead, &f.MayWrite, &known)
	if err != nil {
		return fmt.Errorf("read which rights this role has: %w", err)
	}
	f.Exists, f.MayWrite = true, f.MayWrite && !f.Standby && !known
	if !f.MayRead {
		return nil
	}
	if err := conn.QueryRow(ctx, "SELECT version FROM telex_schema").Scan(&f.Version); err != nil {
		return fmt.Errorf("read the version of the database: %w", err)
	}
	rows, err := conn.Query(ctx, "SELECT host, pid::int, until FROM owners WHERE until > clock_timestamp() ORDER BY host, pid")
	if err != nil {
		return fmt.Errorf("read who sends: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p Process
		if err := rows.Scan(&p.Host, &p.PID, &p.Until); err != nil {
			return fmt.Errorf("read who sends: %w", err)
		}
		f.Senders = append(f.Senders, p)
	}
	return rows.Err() //nolint:wrapcheck // failure does
}

// tables are the names of those that the migrations make.
func tables() (names []string) {
	for _, script := range scripts() {
		text, err := migrations.ReadFile(path.Join("migrations", script))
		if err != nil {
			return nil // it is part of the program
		}
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "CREATE TABLE "); ok {
				name, _, _ := strings.Cut(rest, " ")
				names = append(names, name)
			}
		}
	}
	return names
}

// Prepare makes the tables of an outbox, or brings them up to date, and says from which
// version to which: from 0 where there were none. Nobody's messages are touched. A role
// needs the right to create tables for that, and none of those who use them later.
func Prepare(ctx context.Context, at outbox.Place) (from, to int, err error) {
	p, ok := at.(place)
	if !ok {
		return 0, 0, errNoDatabase
	}
	db := p.connect(settings)
	defer func() { _ = db.Close() }()
	before, err := look(ctx, db)
	if err == nil {
		var now schema
		now, err = p.migrate(ctx, db)
		from, to = before.version, now.version
	}
	return from, to, failure("make the tables", p.name, err)
}
