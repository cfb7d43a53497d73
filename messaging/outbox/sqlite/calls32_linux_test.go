//go:build 386 || arm

package sqlite

import "golang.org/x/sys/unix"

// The calls by which files are locked and mapped, where offsets do not fit into a word.
const (
	callFcntl = unix.SYS_FCNTL64
	callMmap  = unix.SYS_MMAP2
)
