//go:build !unix

package terminal

// CanSuspend is never true where there is no job control.
func CanSuspend() bool { return false }
