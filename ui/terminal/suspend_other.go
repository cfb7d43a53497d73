//go:build !unix

package terminal

// CanSuspend is never true where there is no job control.
func canSuspend() bool { return false }
