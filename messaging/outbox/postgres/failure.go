package postgres

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"

	"telex/messaging/outbox"

	"github.com/jackc/pgx/v5/pgconn"
)

// Codes of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
const (
	serialization     = "40001"
	deadlock          = "40P01"
	undefinedTable    = "42P01"
	noRight           = "42501"
	readOnlyServer    = "25006"
	idleTooLong       = "25P03"
	lockTaken         = "55P03"
	cancelled         = "57014"
	shutDown          = "57P01"
	crashed           = "57P02"
	startingUp        = "57P03"
	tooMany           = "53300"
	noSuchDatabase    = "3D000"
	noSuchSchema      = "3F000"
	classConnection   = "08"
	classCredentials  = "28"
	classResources    = "53"
	classSystem       = "58"
	classBroken       = "XX"
	diskFull          = "53100"
	tooOldForFunction = "42883"
)

// pgCode is what the server said; "" if it did not.
func pgCode(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// isRetryable reports whether the server took a transaction back for no fault of its own.
func isRetryable(err error) bool {
	switch pgCode(err) {
	case serialization, deadlock, idleTooLong, shutDown, crashed, startingUp:
		return true
	}
	return false
}

// isUnreachable reports whether no connection came about, for a reason that may pass.
func isUnreachable(err error) bool {
	if code := pgCode(err); code != "" {
		return isRetryable(err) || strings.HasPrefix(code, classConnection) || code == tooMany
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return connecting || isBroken(err)
}

// isBroken reports whether a connection ended.
func isBroken(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, pgconn.ErrConnClosed) || pgconn.SafeToRetry(err)
}

// steadily asks something that may be asked twice, and again where the connection had ended
// meanwhile, as the one of a server does that was started anew.
func steadily(ask func() error) (err error) {
	for range mostAsked {
		if err = ask(); err == nil || !isBroken(err) {
			return err
		}
	}
	return err
}

// mostAsked is how often that is.
const mostAsked = 3

// A steady database is asked so.
type steady struct{ db *sql.DB }

// QueryContext asks.
func (s steady) QueryContext(ctx context.Context, query string, args ...any) (found *sql.Rows, err error) {
	err = steadily(func() (err error) {
		found, err = s.db.QueryContext(ctx, query, args...) //nolint:rowserrcheck,sqlclosecheck // whoever asks closes them
		return err                                          //nolint:wrapcheck // who asks does
	})
	return found, err
}

// QueryRowContext asks for one row.
func (s steady) QueryRowContext(ctx context.Context, query string, args ...any) (row *sql.Row) {
	_ = steadily(func() error { // the row has the error
		row = s.db.QueryRowContext(ctx, query, args...)
		return row.Err()
	})
	return row
}

// failure makes an Error of what PostgreSQL or the network said. Errors of our own pass as
// they are, with the path.
func failure(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*outbox.Error](err); ok {
		e.Path = cmp.Or(e.Path, path)
		return err
	}
	if errors.Is(err, context.Canceled) || pgCode(err) == cancelled && !strings.Contains(err.Error(), "statement timeout") {
		return cause{context.Canceled, err}
	}
	if errors.Is(err, context.DeadlineExceeded) && pgCode(err) == "" {
		if _, connecting := errors.AsType[*pgconn.ConnectError](err); !connecting {
			return err
		}
	}
	e := &outbox.Error{Op: op, Path: path, Err: inShort(err)}
	explain(e, err)
	return e
}

// networkWords are what Go and pgx say of a connection that is the same each time, or, as a
// port of this host, another each time.
var networkWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:[a-z]+ error: |failed to [a-z ]+: )?(?:timeout: )?(?:dial|read|write) (?:tcp|unix)[46]?(?: [^ ]+)?: (?:connect: |read: |write: )?`)
})

// inShort is err as it can be shown. What pgx says of a failed connection names the user and
// the database again, and one way after the other that led nowhere: what the server said is
// shown where it said something, else each way once.
func inShort(err error) error {
	said, answered := errors.AsType[*pgconn.PgError](err)
	e, connecting := errors.AsType[*pgconn.ConnectError](err)
	if connecting = connecting && errors.Unwrap(e) != nil; !connecting {
		if answered || !isBroken(err) {
			return err
		}
		return shortened{networkWords().ReplaceAllString(err.Error(), ""), err}
	}
	if answered {
		return shortened{said.Message, err}
	}
	var ways []string
	for way := range strings.Lines(errors.Unwrap(e).Error()) {
		if way = networkWords().ReplaceAllString(strings.TrimSpace(way), ""); !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	return shortened{strings.Join(ways, "; "), err}
}

// A shortened error says of another one what is worth saying.
type shortened struct {
	text string
	err  error
}

func (s shortened) Error() string { return s.text }

func (s shortened) Unwrap() error { return s.err }

// A cause is an error in our words, with the one that the words are about.
type cause struct{ words, err error }

func (c cause) Error() string {
	if errors.Is(c.err, c.words) {
		return c.err.Error()
	}
	return c.words.Error() + " (" + c.err.Error() + ")"
}

func (c cause) Unwrap() []error { return []error{c.words, c.err} }

// explain puts err into the words of e, and says what follows from its cause.
func explain(e *outbox.Error, err error) {
	code := pgCode(err)
	short := e.Err
	switch {
	case errors.Is(err, outbox.ErrUndecided):
		e.Hint = "look in History before you send it again; if it is there, it was recorded"
	case errors.Is(err, outbox.ErrGone):
		e.Hint = "find out who replaced the tables, then start telex again"
	case code == undefinedTable:
		e.Err, e.Hint = cause{outbox.ErrGone, err}, "find out who took the tables away, then start telex again"
	case code == diskFull:
		e.Err, e.Hint = cause{outbox.ErrFull, err}, "free some space on the database's disk and try again"
	case code == readOnlyServer:
		e.Err, e.Hint = cause{outbox.ErrReadOnly, err}, "name the server that takes writes; target_session_attrs=read-write in the address finds it among several"
	case code == noRight && strings.Contains(err.Error(), "would be affected by row-level security"):
		e.Hint = "a policy of the database hides rows from this role: copy as the owner of the tables"
	case code == noRight:
		e.Err, e.Hint = cause{outbox.ErrReadOnly, err}, "have the owner of the database grant this role what it needs"
	case code == lockTaken:
		e.Err, e.Hint = cause{outbox.ErrLocked, err}, "find out which session holds it (pg_locks), end that and try again"
	case strings.HasPrefix(code, classCredentials):
		e.Err, e.Hint = cause{outbox.ErrDenied, short}, "check the role and its password: PGPASSWORD, .pgpass, a service file, or telex outbox login"
	case code == noSuchDatabase:
		e.Hint = "have it created, or correct the address"
	case code == noSuchSchema:
		e.Hint = "create the schema that search_path names, or correct the address"
	case code == tooMany:
		e.Err, e.Hint = cause{outbox.ErrUnreachable, short}, "the server has no more connections: end some, or raise max_connections"
	case code == tooOldForFunction:
		e.Hint = "telex needs PostgreSQL 13 or later"
	case strings.HasPrefix(code, classResources), strings.HasPrefix(code, classSystem), strings.HasPrefix(code, classBroken):
		e.Hint = "the server has trouble; look at its log"
	case isUnreachable(err), isRetryable(err):
		e.Err, e.Hint = cause{outbox.ErrUnreachable, short}, "check that the server runs and can be reached from here, and how the address names TLS (sslmode)"
	default:
		e.Hint = "look at the server's log"
	}
}
