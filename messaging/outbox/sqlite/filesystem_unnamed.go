//go:build !linux

package sqlite

// FileSystem is not known here.
func FileSystem(string) string { return "" }
