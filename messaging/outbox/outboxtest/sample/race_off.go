//go:build !race

package sample

// Racing says that the race detector watches, which makes a test ten times as slow, and
// finds nothing where there is one goroutine.
const Racing = false
