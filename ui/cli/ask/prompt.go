package ask

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"telex/config"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// A Pair is an open terminal. On Windows reading and writing are two files.
type Pair struct{ In, Out *os.File }

func (p Pair) close() {
	_ = p.In.Close() // nothing is lost: it was only asked on
	if p.Out != p.In {
		_ = p.Out.Close()
	}
}

// A Terminal is where questions are asked. The zero one has none, and asks nobody.
type Terminal struct {
	// Open opens the terminal that the process belongs to; nil is that there is none.
	Open func() (Pair, error)
}

// MaxAnswerBytes bounds what is read of one answer.
const MaxAnswerBytes = 64 << 10

// question asks one thing, in lines of which the last one ends in the cursor. Secret
// answers are not shown: the terminal is told so before the question stands there, for
// what is typed ahead may be a part of the answer.
func (t Terminal) question(ctx context.Context, body string, secret bool) (string, error) {
	if t.Open == nil {
		return "", say.ErrNoTerminal
	}
	pair, err := t.Open()
	if err != nil {
		return "", say.ErrNoTerminal
	}
	fd := int(pair.In.Fd())
	setUp, read := term.GetState, readLine
	if secret {
		setUp, read = term.MakeRaw, readHidden
	}
	before, err := setUp(fd)
	if err != nil {
		pair.close()
		return "", say.ErrNoTerminal
	}
	_, _ = io.WriteString(pair.Out, strings.ReplaceAll(text.CleanLines(body), "\n", "\r\n")+" ")
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1) // with room: nobody may be waiting any more
	go func() {
		text, err := read(pair.In)
		answers <- answer{text, err}
	}()
	var got answer
	select {
	case got = <-answers:
		defer pair.close()
	case <-ctx.Done():
		got.err = say.ErrCancelled // the reading goes on until the process ends, which is soon
	}
	if errors.Is(got.err, say.ErrCancelled) {
		say.Interrupt(ctx)
	}
	_ = term.Restore(fd, before)
	if secret || got.err != nil {
		_, _ = io.WriteString(pair.Out, "\n") // that was not shown, or not typed
	}
	return got.text, got.err
}

// Line asks for a line that is shown while it is typed. It has no blanks around it.
func (t Terminal) Line(ctx context.Context, text string) (string, error) {
	line, err := t.question(ctx, text, false)
	return strings.TrimSpace(line), err
}

// Secret asks for a line that is not shown. Trim takes the blanks around it away,
// which copied secrets often have.
func (t Terminal) Secret(ctx context.Context, text string, trim bool) (config.Secret, error) {
	line, err := t.question(ctx, text, true)
	if trim {
		line = strings.TrimSpace(line)
	}
	return config.NewSecret(line), err
}

// Confirm asks a question whose answer is yes or, by anything else, no.
func (t Terminal) Confirm(ctx context.Context, text string) (bool, error) {
	answer, err := t.Line(ctx, text+" [y/N]")
	return isYes(answer), err
}

func isYes(answer string) bool {
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	}
	return false
}

// readLine reads up to the end of a line, and not further.
func readLine(r io.Reader) (string, error) {
	var line []byte
	for {
		c, err := readByte(r)
		switch {
		case errors.Is(err, io.EOF) && len(line) > 0:
			return string(line), nil
		case err != nil:
			return "", noAnswer(err)
		case c == '\n':
			return string(bytes.TrimSuffix(line, []byte("\r"))), nil
		case len(line) == MaxAnswerBytes:
			return "", say.ErrLongAnswer
		}
		line = append(line, c)
	}
}

// The keys that mean something to readHidden, as a terminal in raw mode sends them.
const (
	ctrlC     = 'c' - 'a' + 1
	ctrlD     = 'd' - 'a' + 1
	backspace = 'h' - 'a' + 1
	ctrlU     = 'u' - 'a' + 1
	del       = 0x7f
	ctrlZ     = 'z' - 'a' + 1
)

// readHidden reads a line from a terminal in raw mode, where keys have no meaning but
// the one they get here. Ctrl+z has none: the shell would show what is typed later.
func readHidden(r io.Reader) (string, error) {
	var line []byte
	for {
		c, err := readByte(r)
		switch {
		case err != nil:
			return "", noAnswer(err)
		case c == '\r', c == '\n':
			return string(line), nil
		case c == ctrlC:
			return "", say.ErrCancelled
		case c == ctrlD && len(line) == 0:
			return "", say.ErrNoAnswer
		case c == ctrlD, c == ctrlZ:
		case c == ctrlU:
			line = line[:0]
		case c == backspace, c == del:
			_, size := utf8.DecodeLastRune(line)
			line = line[:len(line)-size]
		case len(line) == MaxAnswerBytes:
			return "", say.ErrLongAnswer
		default:
			line = append(line, c)
		}
	}
}

func readByte(r io.Reader) (byte, error) {
	one := make([]byte, 1)
	_, err := io.ReadFull(r, one)
	return one[0], err //nolint:wrapcheck // see noAnswer
}

// noAnswer is why nothing could be read.
func noAnswer(err error) error {
	if errors.Is(err, io.EOF) { // ctrl+d
		return say.ErrNoAnswer
	}
	return fmt.Errorf("read the answer: %w", err)
}
