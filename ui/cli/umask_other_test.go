//go:build !unix

package cli

// usualUmask does nothing: there is none.
func usualUmask() {}
