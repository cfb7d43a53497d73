//go:build !linux && !darwin && !freebsd

package sqlite

import "os"

// try makes a file in folder, and returns what the system says to it.
func try(folder string) error {
	f, err := os.CreateTemp(folder, ".try-*")
	if err != nil {
		return unnamed("make a file", err)
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	return nil
}
