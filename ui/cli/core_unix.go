//go:build unix

package cli

import "golang.org/x/sys/unix"

// noCoreDumps keeps what is in memory, which secrets are, out of a file when telex
// crashes, also with GOTRACEBACK=crash. Programs that telex starts inherit the limit,
// and may raise it again: only the soft one is set. Where it cannot be set nothing is
// said, for nobody could do anything about it.
func noCoreDumps() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
}
