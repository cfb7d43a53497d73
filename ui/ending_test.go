package ui

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/sqlitetest"
)

// TestFarewell: what is kept is said, but not to who goes on with another account, and
// the outbox is closed whatever failed.
func TestFarewell(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kept, goesOn bool
		err          error
		want         string
	}{
		"nothing":    {},
		"kept":       {kept: true, want: "is kept; the next telex offers it"},
		"goes on":    {kept: true, goesOn: true},
		"not kept":   {err: errors.New("no disk"), want: "could not be kept: no disk"},
		"lost on it": {goesOn: true, err: errors.New("no disk"), want: "could not be kept: no disk"},
	} {
		store, err := outbox.Open(t.Context(), sqlitetest.At(filepath.Join(t.TempDir(), "outbox.db")), outbox.Options{Now: testNow})
		if err != nil {
			t.Fatal(err)
		}
		f := farewell{
			store: store, inFlight: &inFlight{}, goesOn: tt.goesOn, now: testNow,
			save: func(context.Context) (bool, error) { return tt.kept, tt.err },
		}
		got := strings.Join(f.lines(t.Context()), "\n")
		if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if _, err := store.Version(t.Context()); err == nil {
			t.Errorf("%s: got an outbox that still answers", name)
		}
	}
}
