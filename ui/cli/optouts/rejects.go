package optouts

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"telex/ui/cli/say"
	"telex/ui/text"
)

// mostNamed is how many bad lines are named; the file has all of them.
const mostNamed = 10

// tell names what was left out and keeps it in a file, if there is one for it.
func (l entries) tell(out *say.Printer, file string) error {
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
	for i, bad := range l.bad {
		if i == mostNamed && file != "" {
			out.Say("and %d more", len(l.bad)-mostNamed)
			break
		}
		out.Say("line %d: %s", bad.line, text.Clean(bad.why)) // which quotes what was typed
	}
	if file == "" {
		out.Say("%s left out; --rejects FILE keeps them", text.Count(len(l.bad), "line"))
		return say.Told(say.ExitUsage)
	}
	kept, err := l.keep(file)
	if err != nil {
		out.Say("%s left out, which could not be kept: %s: %v", text.Count(len(l.bad), "line"), text.Clean(file), cause(err))
		return say.Told(say.ExitFailed)
	}
	out.Say("%s left out and kept in %s", text.Count(len(l.bad), "line"), text.Clean(kept))
	return say.Told(say.ExitUsage)
}

// keep writes what was left out into a new file, and returns its name: what is there
// already is not written over.
func (l entries) keep(name string) (string, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"line", "number", "why"})
	for _, bad := range l.bad {
		_ = w.Write([]string{strconv.Itoa(bad.line), bad.typed, bad.why})
	}
	w.Flush()
	at := name
	for n := 2; ; n++ {
		file, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) && n < 1000 {
			at = fmt.Sprintf("%s.%d", name, n)
			continue
		}
		if err != nil {
			return "", err //nolint:wrapcheck // tell does
		}
		_, err = file.Write(b.Bytes())
		return at, errors.Join(err, file.Close())
	}
}
