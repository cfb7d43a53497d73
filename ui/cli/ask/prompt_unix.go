//go:build unix

package ask

import "os"

// Controlling opens the terminal that the process belongs to.
func Controlling() (Pair, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return Pair{}, err //nolint:wrapcheck // it only says that there is none
	}
	return Pair{f, f}, nil
}
