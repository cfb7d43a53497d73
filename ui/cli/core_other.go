//go:build !unix

package cli

// noCoreDumps has nothing to do where the system has no such limit.
func noCoreDumps() {}
