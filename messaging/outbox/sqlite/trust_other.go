//go:build !unix

package sqlite

// trusted is left to the system here: the folder is in the user's own.
func trusted(string) error { return nil }
