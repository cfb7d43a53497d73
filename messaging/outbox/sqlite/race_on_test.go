//go:build race

package sqlite

// racing says that the race detector watches, which makes a test ten times as slow.
const racing = true
