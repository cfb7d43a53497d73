//go:build !unix

package cli

import "os"

// controllingTerminal opens the console that the process belongs to.
func controllingTerminal() (terminalPair, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return terminalPair{}, err //nolint:wrapcheck // it only says that there is none
	}
	out, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		_ = in.Close()             // nothing was read
		return terminalPair{}, err //nolint:wrapcheck // it only says that there is none
	}
	return terminalPair{in, out}, nil
}
