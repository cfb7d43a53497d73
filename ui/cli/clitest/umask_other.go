//go:build !unix

package clitest

// usualUmask does nothing: there is none.
func usualUmask() {}
