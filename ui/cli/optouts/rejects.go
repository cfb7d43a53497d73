package optouts

import (
	"telex/ui/cli/rejects"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// mostNamed is how many bad lines are named; the file has all of them.
const mostNamed = 10

// tell names what was left out and keeps it in a list of its own.
func (l entries) tell(out *say.Printer, left *rejects.File) error {
	for i, u := range l.undated {
		if i == mostNamed {
			out.Say("and %d more", len(l.undated)-mostNamed)
			break
		}
		out.Say("warning: line %d: since %s is no date such as 2026-01-31; entered as of now", u.line, text.Clean(say.Quoted(u.typed)))
	}
	if len(l.bad) == 0 {
		return nil
	}
	var failed error
	for i, bad := range l.bad {
		switch {
		case i < mostNamed:
			out.Say("line %d: %s", bad.Line, rejects.Why(bad.why, bad.Value))
		case i == mostNamed:
			out.Say("and %d more", len(l.bad)-mostNamed)
		}
		if failed == nil {
			failed = left.Add(bad.Row, bad.why)
		}
	}
	kept, _, err := left.Close()
	if failed == nil {
		failed = err
	}
	if failed != nil {
		out.Say("%s left out, which could not be kept: %s", text.Count(len(l.bad), "line"), say.Plain(failed))
		return say.Told(say.ExitFailed)
	}
	out.Say("%s left out and kept in %s", text.Count(len(l.bad), "line"), text.Clean(kept))
	return say.Told(say.ExitUsage)
}
