package cli

import (
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// What the tests that run a program of its own call these.
type (
	exitCode     = say.Code
	terminalPair = ask.Pair
)

// pages reads an outbox page by page.
var pages = who.Pages

const (
	exitOK       = say.ExitOK
	exitFailed   = say.ExitFailed
	exitUsage    = say.ExitUsage
	exitRejected = say.ExitRejected
)
