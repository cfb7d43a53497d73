package cli

import (
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
)

// What the tests that run a program of its own call these.
type (
	exitCode     = say.Code
	terminalPair = ask.Pair
)

const (
	exitOK       = say.ExitOK
	exitFailed   = say.ExitFailed
	exitUsage    = say.ExitUsage
	exitRejected = say.ExitRejected
)
