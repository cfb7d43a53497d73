package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"telex/messaging"
	"telex/ui/text"
)

// printer is what a run speaks through. It is safe for concurrent use.
type printer struct {
	mu       sync.Mutex
	out, err io.Writer
	hidden   messaging.Hidden // the secrets in use; see hide
	mask     messaging.Mask   // takes them out
}

func newPrinter(out, err io.Writer) *printer {
	return &printer{out: out, err: err}
}

// say writes one line for people to standard error. It is cleaned as a whole, so
// arguments need no cleaning: a line end within one becomes a picture.
func (p *printer) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprintln(p.err, p.mask.String(text.Clean(fmt.Sprintf(format, args...))))
}

// prompt writes a question to standard error, cleaned, and leaves the cursor
// behind it.
func (p *printer) prompt(question string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprint(p.err, p.mask.String(text.Clean(question)))
}

// error tells of an error, with what belongs to it below.
func (p *printer) error(err error) {
	what, more, hint := phrase(err)
	p.say("telex: %s", what)
	for _, line := range more {
		p.say("  - %s", line)
	}
	if hint != "" {
		p.say("  %s", hint)
	}
}

// line writes one line of a result to standard output, cleaned.
func (p *printer) line(format string, args ...any) error {
	return p.write(text.Clean(fmt.Sprintf(format, args...)) + "\n")
}

// value writes v as JSON to standard output. Nothing in it can drive a terminal.
func (p *printer) value(v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return p.json(body)
}

// json writes one JSON value to standard output, on lines of its own.
func (p *printer) json(body []byte) error {
	return p.write(messaging.EscapeJSON(bytes.TrimSpace(body)) + "\n")
}

// write writes text that is safe for a terminal to standard output.
func (p *printer) write(text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := io.WriteString(p.out, p.mask.String(text)); err != nil {
		return fmt.Errorf("write to standard output: %w", err)
	}
	return nil
}

// encode makes JSON of v without the escapes that only HTML needs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return b.Bytes(), nil
}
