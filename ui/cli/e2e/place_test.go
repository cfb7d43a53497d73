//go:build unix

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/ncruces/go-sqlite3/driver"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres"
	"telex/messaging/outbox/postgres/postgrestest"
	"telex/messaging/outbox/sqlite"
)

// A place is where the telexes of a test have their outbox.
type place struct {
	outbox.Place

	env []string
	// buried has the others see at once that a killed telex is over.
	buried func(pid int)
	// locked keeps every telex from writing to the outbox, which is there, until it is let go.
	locked  func(ctx context.Context) (letGo func(), err error)
	another func() place // of the same kind
}

// everywhere runs a test for an outbox in a file and, in the thorough round, for one in
// PostgreSQL; the quick round has neither.
func everywhere(t *testing.T, do func(t *testing.T, at place)) {
	t.Helper()
	sample.Whole(t)
	t.Parallel()
	places := len(thorough("file", "PostgreSQL"))
	t.Run("file", func(t *testing.T) {
		beside(t, places)
		do(t, inFile(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		sample.Deep(t)
		beside(t, places)
		do(t, inDatabase(t, postgrestest.Shared(t)))
	})
}

func inFile(t *testing.T) place {
	state := t.TempDir()
	path := filepath.Join(state, "telex", "outbox.db")
	return place{
		Place: sqlite.At(path), env: []string{"XDG_STATE_HOME=" + state},
		buried: func(int) {}, // the system does it
		locked: func(ctx context.Context) (func(), error) {
			source := url.URL{
				Scheme: "file", OmitHost: true, Path: path,
				RawQuery: url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)"}}.Encode(),
			}
			db, err := driver.Open(source.String())
			if err != nil {
				return nil, err
			}
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				return nil, errors.Join(err, db.Close())
			}
			return func() { _, _ = tx.Rollback(), db.Close() }, nil
		},
		another: func() place { return inFile(t) },
	}
}

var databases atomic.Int64

// inDatabase is a new database of a server.
func inDatabase(t *testing.T, s *postgrestest.Server) place {
	t.Helper()
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := s.Exec(t.Context(), "postgres", "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	at, err := postgres.At(s.Address(name), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return place{
		Place: at, env: []string{"XDG_STATE_HOME=" + t.TempDir(), "TELEX_OUTBOX=" + s.Address(name)},
		buried: func(pid int) {
			t.Helper()
			// Which would take 30 seconds.
			if err := s.Exec(t.Context(), name, "UPDATE owners SET until = clock_timestamp() WHERE pid = $1", pid); err != nil {
				t.Error(err)
			}
		},
		// Which is what each change writes to first.
		locked:  func(ctx context.Context) (func(), error) { return s.Hold(ctx, name, "LOCK TABLE marks") },
		another: func() place { return inDatabase(t, s) },
	}
}
