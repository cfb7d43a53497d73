//go:build unix

package e2e

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/postgres"
	"telex/messaging/outbox/postgres/postgrestest"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/clitest"
)

// A place is where the telexes of a test have their outbox.
type place struct {
	outbox.Place

	env []string
	// buried has the others see at once that a killed telex is over.
	buried func(pid int)
}

// everywhere runs a test for an outbox in a file and for one in PostgreSQL.
func everywhere(t *testing.T, do func(t *testing.T, at place)) {
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		do(t, inFile(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		do(t, inDatabase(t, running(t)))
	})
}

func inFile(t *testing.T) place {
	state := t.TempDir()
	return place{
		Place: sqlite.At(filepath.Join(state, "telex", "outbox.db")), env: []string{"XDG_STATE_HOME=" + state},
		buried: func(int) {}, // the system does it
	}
}

// running is the PostgreSQL of these tests.
func running(t *testing.T) *postgrestest.Server {
	t.Helper()
	return clitest.PostgreSQL(t)
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
	}
}
