package say

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/charmbracelet/x/ansi"

	"telex/messaging"
	"telex/ui/text"
)

// A Printer is what a run speaks through. It is safe for concurrent use.
type Printer struct {
	mu       sync.Mutex
	out, err io.Writer
	hidden   messaging.Hidden // the secrets in use; see hide
	mask     messaging.Mask   // takes them out
	status   string           // the line that stands below what is said; see Status
}

// NewPrinter is one that writes results to out and what is for people to err. Nothing is
// masked until [Printer.Hide].
func NewPrinter(out, err io.Writer) *Printer {
	return &Printer{out: out, err: err}
}

// Say writes one line for people to standard error, on a terminal in as many as it needs
// there. It is cleaned as a whole, so arguments need no cleaning: a line end within one
// becomes a picture.
func (p *Printer) Say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	line := p.mask.String(text.Clean(fmt.Sprintf(format, args...)))
	if terminal, is := TerminalFile(p.err); is {
		line = fitted(line, Columns(terminal))
	}
	_, _ = fmt.Fprintln(p.err, line)
	_, _ = io.WriteString(p.err, p.status)
}

// Prompt writes a question to standard error, cleaned, and leaves the cursor
// behind it.
func (p *Printer) Prompt(question string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprint(p.err, p.mask.String(text.Clean(question)))
}

// Error tells of an error, with what belongs to it below.
func (p *Printer) Error(err error) {
	what, more, hint := Parts(err)
	p.Say("telex: %s", what)
	for _, line := range more {
		p.Say("  - %s", line)
	}
	if hint != "" {
		p.Say("  %s", hint)
	}
}

// Line writes one line of a result to standard output, cleaned.
func (p *Printer) Line(format string, args ...any) error {
	return p.Text(text.Clean(fmt.Sprintf(format, args...)) + "\n")
}

// Value writes v as JSON to standard output. Nothing in it can drive a terminal.
func (p *Printer) Value(v any) error {
	body, err := Encode(v)
	if err != nil {
		return err
	}
	return p.JSON(body)
}

// Values writes n values as one JSON array to standard output, one after the other, so that
// they need not be in memory together.
func (p *Printer) Values(n int, value func(i int) any) error {
	return p.Array(func(add func(v any) error) error {
		for i := range n {
			if err := add(value(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Array writes the values that are added as one JSON array to standard output, each as it
// comes. After an error the array has no end.
func (p *Printer) Array(values func(add func(v any) error) error) error {
	before := "["
	err := values(func(v any) error {
		body, err := Encode(v)
		if err != nil {
			return err
		}
		if err := p.Text(before + messaging.EscapeJSON(bytes.TrimSpace(body))); err != nil {
			return err
		}
		before = ","
		return nil
	})
	switch {
	case err != nil:
		return err
	case before == "[":
		return p.Text("[]\n")
	}
	return p.Text("]\n")
}

// JSON writes one JSON value to standard output, on lines of its own.
func (p *Printer) JSON(body []byte) error {
	return p.Text(messaging.EscapeJSON(bytes.TrimSpace(body)) + "\n")
}

// Text writes text that is safe for a terminal to standard output.
func (p *Printer) Text(text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := io.WriteString(p.out, p.mask.String(text)); err != nil {
		return fmt.Errorf("write to standard output: %w", err)
	}
	return nil
}

// Encode makes JSON of v without the escapes that only HTML needs.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return b.Bytes(), nil
}

// Status shows a line for people on a terminal until the next one, which takes its place; ""
// takes it away. What is said meanwhile stands above it. Where standard error is no terminal
// it does nothing, and returns false.
func (p *Printer) Status(line string) bool {
	terminal, is := TerminalFile(p.err)
	if !is {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	if line != "" {
		p.status = ansi.Truncate(p.mask.String(text.Clean(line)), max(Columns(terminal)-1, 1), "")
	} else {
		p.status = ""
	}
	_, _ = io.WriteString(p.err, p.status)
	return true
}

// wipe takes the line of Status away.
func (p *Printer) wipe() {
	if p.status != "" {
		_, _ = io.WriteString(p.err, "\r\x1b[K")
	}
}
