package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// The statements of the outbox have "?" for each argument, and texts may hold what
// PostgreSQL's cannot: a NUL, or bytes that are no UTF-8. Both are seen to on the way, so that
// nothing else has to know.

// settings are those of every connection: a process that was stopped amid a transaction
// loses it and with it the lock, whoever waits for the lock is told in the end, and a commit
// is on the disk before it is told.
const settings = `SELECT set_config('idle_in_transaction_session_timeout', '15s', false), set_config('lock_timeout', '30s', false),
	set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`

// byIndex are those of connections for changes. Their statements are compiled once, perhaps
// while the tables are empty, where to read all of one costs least, and are asked for as long
// as a run lasts: each has an index to go by.
const byIndex = ", set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)"

// readOnly are those of connections for reading, behind the others.
const readOnly = ", set_config('default_transaction_read_only', 'on', false)"

// allRows are those of who copies: a question to which a policy hides rows is refused.
const allRows = ", set_config('row_security', 'off', false)"

// connect is connections that are made when they are needed, and end where the server says
// nothing for too long.
func (p place) connect(settings string) *sql.DB {
	p.config = p.config.Copy()
	if p.haste == nil {
		p.haste = &haste{}
	}
	p.config.DialFunc = impatiently(p.config.DialFunc, p.hooks.mostSilent, p.haste)
	return p.connectPatiently(settings)
}

// connectPatiently is connect for statements that may take however long.
func (p place) connectPatiently(settings string) *sql.DB {
	return sql.OpenDB(connector{stdlib.GetConnector(*p.config, stdlib.OptionBeforeConnect(p.complete), stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, settings)
		return err //nolint:wrapcheck // failure does
	})), p.hooks.around})
}

type connector struct {
	driver.Connector
	around func(string)
}

// Connect makes a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err //nolint:wrapcheck // failure does
	}
	around := c.around
	if around == nil {
		around = func(string) {}
	}
	return &link{Conn: conn.(*stdlib.Conn), around: around, known: map[string]bool{}}, nil
}

// A link is a connection that takes statements and texts as the outbox has them.
type link struct {
	*stdlib.Conn
	around func(string)
	known  map[string]bool // statements that were asked before
	within context.Context //nolint:containedctx // that of the transaction; nil: there is none
	kept   []*later        // statements that are to be sent
}

// mostKnown bounds them; a statement that was forgotten is as one that never came.
const mostKnown = 1000

// atOnce has a statement that comes for the first time compiled and done in one go. To compile
// it for the next times is to wait for the server once more, and most programs end before.
func (l *link) atOnce(query string, args []driver.NamedValue) []driver.NamedValue {
	if l.known[query] {
		return args
	}
	if len(l.known) >= mostKnown { // lists of any length make statements of their own
		clear(l.known)
	}
	l.known[query] = true
	return slices.Insert(args, 0, driver.NamedValue{Value: pgx.QueryExecModeExec})
}

var (
	_ driver.QueryerContext     = (*link)(nil)
	_ driver.ExecerContext      = (*link)(nil)
	_ driver.ConnBeginTx        = (*link)(nil)
	_ driver.NamedValueChecker  = (*link)(nil)
	_ driver.SessionResetter    = (*link)(nil)
	_ driver.ConnPrepareContext = (*link)(nil)
)

// CheckNamedValue makes an argument one of PostgreSQL's.
func (l *link) CheckNamedValue(v *driver.NamedValue) (err error) {
	if _, ok := v.Value.([]int64); ok {
		return nil
	}
	if v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value); err != nil {
		return err //nolint:wrapcheck // database/sql says of which argument
	}
	if s, ok := v.Value.(string); ok {
		v.Value = escape(s)
	}
	return nil
}

// QueryContext asks.
func (l *link) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	l.around(query)
	if err := l.flush(ctx); err != nil {
		return nil, err
	}
	found, err := l.Conn.QueryContext(ctx, numbered(query), l.atOnce(query, args))
	if err != nil {
		return nil, err //nolint:wrapcheck // failure does
	}
	return rows{found.(*stdlib.Rows)}, nil
}

// ExecContext changes something.
func (l *link) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	l.around(query)
	if l.within != nil && changesRows(query) {
		kept := l.keep(query, args)
		if len(l.kept) < mostKept {
			return kept, nil
		}
		return kept, l.flush(ctx)
	}
	if err := l.flush(ctx); err != nil {
		return nil, err
	}
	if len(args) > 0 { // what has none is never compiled
		args = l.atOnce(query, args)
	}
	return l.Conn.ExecContext(ctx, numbered(query), args) //nolint:wrapcheck // as above
}

// PrepareContext compiles.
func (l *link) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return l.Conn.PrepareContext(ctx, numbered(query)) //nolint:wrapcheck // as above
}

type rows struct{ *stdlib.Rows }

// Next reads a row.
func (r rows) Next(values []driver.Value) error {
	if err := r.Rows.Next(values); err != nil {
		return err //nolint:wrapcheck // io.EOF as it is
	}
	for i, v := range values {
		if s, ok := v.(string); ok {
			values[i] = unescape(s)
		}
	}
	return nil
}

// numbered puts $1, $2 and so on in the place of each "?" that is not within quotes.
func numbered(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	out := make([]byte, 0, len(query)+16)
	n, quoted := 0, false
	for i := range len(query) {
		switch c := query[i]; {
		case c == '\'':
			quoted = !quoted
			out = append(out, c)
		case c == '?' && !quoted:
			n++
			out = strconv.AppendInt(append(out, '$'), int64(n), 10)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// A byte that no text of PostgreSQL may have stands there as a character for private use,
// and so does each byte of such a character.
const (
	private     = '\U0010F800' // that of byte 0
	privateHead = "\xf4\x8f"   // with which all of them begin
)

func isPrivate(r rune) bool { return r >= private && r < private+256 }

// escape is a text that PostgreSQL can keep.
func escape(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") && !strings.Contains(s, privateHead) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == 0 || isPrivate(r) || r == utf8.RuneError && size == 1 {
			for ; size > 0; size-- {
				b.WriteRune(private + rune(s[i]))
				i++
			}
			continue
		}
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}

// unescape is the text as it was.
func unescape(s string) string {
	if !strings.Contains(s, privateHead) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isPrivate(r) {
			b.WriteByte(byte(r - private)) //nolint:gosec // isPrivate knows that it fits
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
