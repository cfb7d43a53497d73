//go:build !linux

package outbox

// FileSystem is not known here.
func FileSystem(string) string { return "" }
