package who

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"telex/messaging/number"
	"telex/ui/cli/say"
	"telex/ui/draft"
	"telex/ui/text"
)

// mostInput bounds a list that comes from standard input, in bytes: it is kept in memory.
const mostInput = 64 << 20

// ListName is how a list that is called name by its command is called in messages: "-" is
// standard input.
func ListName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return text.Clean(name)
}

// OpenList opens the file of a list, or for "-" what in holds. An error is a [say.UsageError]
// and ends in nothing, which says what was not done.
func (h Home) OpenList(in io.Reader, name, nothing string) (io.ReadSeekCloser, error) {
	if name != "-" {
		info, err := os.Stat(name)
		if err == nil && !info.Mode().IsRegular() {
			return nil, say.Usagef("%s is no file; %s", ListName(name), nothing)
		}
		file, err := os.Open(name)
		if err != nil {
			return nil, say.Usagef("%s %s; %s", ListName(name), say.Plain(withoutPath(err)), nothing)
		}
		return file, nil
	}
	h.sayReading(in, "list")
	content, err := io.ReadAll(io.LimitReader(in, mostInput+1))
	switch {
	case err != nil:
		return nil, say.Usagef("%s %s; %s", ListName(name), say.Plain(withoutPath(err)), nothing)
	case len(content) > mostInput:
		return nil, say.Usagef("%s is longer than %d MiB: give the file's name; %s", ListName(name), mostInput>>20, nothing)
	}
	return kept{bytes.NewReader(content)}, nil
}

// kept is content in memory.
type kept struct{ *bytes.Reader }

func (kept) Close() error { return nil }

// sayReading says how what is typed ends, if a terminal gives it.
func (h Home) sayReading(in io.Reader, what string) {
	if say.IsTerminal(in) {
		h.Output.Say("reading the %s; end it with ctrl+d on a line of its own", what)
	}
}

// ReadTextFile reads the text of a message from the file that --text-file names, or for "-"
// from in. The error names the flag.
func (h Home) ReadTextFile(in io.Reader, path string) (string, error) {
	name := "-"
	if path == "-" {
		h.sayReading(in, "text")
	} else {
		file, err := os.Open(path)
		if err != nil {
			return "", fmt.Errorf("--text-file: %w", err)
		}
		defer func() { _ = file.Close() }()
		in, name = file, say.Quoted(path)
	}
	body, as, err := draft.ReadText(in)
	if err != nil {
		return "", fmt.Errorf("--text-file %s: %w", name, err)
	}
	if as != "" {
		h.Output.Say("reading --text-file %s as %s", name, as)
	}
	return body, nil
}

// AsRecipient reads a number that texts could go to.
func AsRecipient(typed, region string) (string, error) {
	n, err := number.Parse(typed, region)
	return n.E164, err
}
