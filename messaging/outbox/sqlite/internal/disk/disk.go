// Package disk says how long a commit waits for the disk.
package disk

// Synchronous is SQLite's setting of that name. With "full" every commit outlasts a loss
// of power, and that is how telex runs. Only sqlitetest changes it, before anything is
// opened.
var Synchronous = "full"
