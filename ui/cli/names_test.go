package cli

import "telex/ui/cli/say"

// What the tests that run a program of its own call these.
type exitCode = say.Code

const (
	exitOK       = say.ExitOK
	exitFailed   = say.ExitFailed
	exitUsage    = say.ExitUsage
	exitRejected = say.ExitRejected
)
