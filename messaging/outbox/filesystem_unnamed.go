//go:build !linux

package outbox

// fileSystem is not known here.
func fileSystem(string) string { return "" }
