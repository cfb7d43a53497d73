// Package sqlitetest is for the tests of those who keep an outbox in a file and ask
// other things of it than that it outlasts a loss of power.
package sqlitetest

import (
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/outbox/sqlite/internal/disk"
)

// Hasten has no commit of this process wait for the disk, which costs a test more than
// all else, and a new database begin as a copy of one that is made now, which costs less
// than all migrations; garbage is collected less often, see [sample.CollectLess], and files
// are in memory, see [sample.InMemory]. It is called before anything is opened; a process that
// is killed loses nothing by it.
func Hasten() {
	disk.Synchronous = "off"
	sample.CollectLess()
	sample.InMemory()
	content, err := sample.Untouched(sqlite.At)
	if err != nil {
		panic(err)
	}
	disk.Make = disk.Copies(content)
}
