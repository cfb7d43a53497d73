//go:build !linux

package e2e

// crashing is for the tests that look at a terminal after a crash, which there are
// none of here.
func crashing() {}
