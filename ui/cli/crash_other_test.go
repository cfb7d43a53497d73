//go:build !linux

package cli

// crashing is for the tests that look at a terminal after a crash, which there are
// none of here.
func crashing() {}
