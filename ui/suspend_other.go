//go:build !unix

package ui

// canSuspend is never true where there is no job control.
func canSuspend() bool { return false }
