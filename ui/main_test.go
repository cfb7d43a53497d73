package ui

import (
	"os"
	"testing"

	"telex/messaging/outbox/sqlite/sqlitetest"
)

func TestMain(m *testing.M) {
	sqlitetest.Hasten()
	os.Exit(m.Run())
}
