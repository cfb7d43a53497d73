package postgres

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
)

// TestSameTables: each column that the engine for SQLite has, this one has too, and the
// other way round but for what is its own.
func TestSameTables(t *testing.T) {
	needed(t)
	settled := outbox.Opening{Now: time.Now, Settle: func(context.Context, outbox.Engine) error { return nil }}
	columns := func(at outbox.Place, query string) []string {
		t.Helper()
		e, err := at.Open(t.Context(), settled)
		sample.Must(t, err)
		defer func() {
			_ = e.Close(nil)
			e.Release()
		}()
		all := sample.Lines(t, e, query)
		for i := range all {
			all[i] = strings.NewReplacer("[{", "", " true}]", "", " true} {", ".").Replace(all[i])
		}
		slices.Sort(all)
		return all
	}
	file := columns(sqlite.At(filepath.Join(t.TempDir(), "telex", "outbox.db")),
		"SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'search%'")
	here := columns(newPlace(t), "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'first_%'")
	for _, c := range file {
		if !slices.Contains(here, c) {
			t.Errorf("PostgreSQL lacks %s", c)
		}
	}
	for _, c := range here {
		own := slices.ContainsFunc([]string{"search.", "owners.", "marks.", "telex_schema.", "tallies.part"}, func(p string) bool { return strings.HasPrefix(c, p) })
		if !own && !slices.Contains(file, c) {
			t.Errorf("PostgreSQL has %s, which SQLite has not", c)
		}
	}
	if len(file) < 100 {
		t.Errorf("SQLite has %d columns, want all", len(file))
	}
}
