//go:build unix

package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// CanSuspend reports whether a shell with job control is there to take the
// terminal and bring telex back. As leader of its session (ssh -t host telex, the
// entry of a container) the kernel would ignore the stop and telex would hang.
func CanSuspend() bool {
	parent := os.Getppid()
	parentSession, err := unix.Getsid(parent)
	if err != nil {
		return false
	}
	own, err := unix.Getsid(0)
	if err != nil {
		return false
	}
	parentGroup, err := unix.Getpgid(parent)
	return err == nil && parentSession == own && parentGroup != unix.Getpgrp()
}
