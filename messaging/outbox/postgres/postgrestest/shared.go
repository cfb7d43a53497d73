package postgrestest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
)

var shared struct {
	once sync.Once
	*Server
	err error
}

// Shared is one server for all tests of a package, from the first that asks for it until
// [CloseShared]. Where there is no PostgreSQL the test is skipped, or fails if
// TELEX_INTEGRATION=1 wants it; the quick round, -short, starts none. Any goroutine of a test
// may call it.
func Shared(t testing.TB) *Server {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: no PostgreSQL is started")
	}
	shared.once.Do(func() { shared.Server, shared.err = Start(context.Background()) }) //nolint:forbidigo // it outlives the test
	switch {
	case errors.Is(shared.err, ErrMissing) && !sample.Thorough():
		t.Skipf("%v (Debian: apt-get install postgresql)", shared.err)
	case errors.Is(shared.err, ErrMissing):
		t.Fatalf("%v, and TELEX_INTEGRATION=1 wants it", shared.err)
	case shared.err != nil:
		t.Fatal(shared.err)
	}
	return shared.Server
}

// CloseShared ends the server of [Shared], if there is one. TestMain calls it behind the last
// test.
func CloseShared() error {
	if shared.Server == nil {
		return nil
	}
	return shared.Close()
}
