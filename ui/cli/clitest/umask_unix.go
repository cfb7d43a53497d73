//go:build unix

package clitest

import "syscall"

// usualUmask makes folders of the tests ones that telex trusts, whatever the umask of
// whoever runs them.
func usualUmask() { syscall.Umask(0o022) }
