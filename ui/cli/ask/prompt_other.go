//go:build !unix

package ask

import "os"

// Controlling opens the console that the process belongs to.
func Controlling() (Pair, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return Pair{}, err //nolint:wrapcheck // it only says that there is none
	}
	out, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		_ = in.Close()     // nothing was read
		return Pair{}, err //nolint:wrapcheck // it only says that there is none
	}
	return Pair{in, out}, nil
}
