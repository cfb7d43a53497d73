//go:build unix

package cli

import "os"

// controllingTerminal opens the terminal that the process belongs to.
func controllingTerminal() (terminalPair, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return terminalPair{}, err //nolint:wrapcheck // it only says that there is none
	}
	return terminalPair{f, f}, nil
}
