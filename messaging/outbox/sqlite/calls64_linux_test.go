//go:build !386 && !arm

package sqlite

import "golang.org/x/sys/unix"

// The calls by which files are locked and mapped.
const (
	callFcntl = unix.SYS_FCNTL
	callMmap  = unix.SYS_MMAP
)
