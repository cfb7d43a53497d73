package cli

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

// Questions are asked on the terminal that the process belongs to, whatever its input
// and output are, so that a text can come from a pipe and an id can go into one. They
// are read byte by byte: what is typed ahead is left for the next one.

// A terminalPair is the terminal that questions are asked on. On Windows reading and
// writing are two files.
type terminalPair struct{ in, out *os.File }

func (t terminalPair) close() {
	_ = t.in.Close() // nothing is lost: it was only asked on
	if t.out != t.in {
		_ = t.out.Close()
	}
}

// maxAnswerBytes bounds what is read of one answer.
const maxAnswerBytes = 64 << 10

// question asks one thing, in lines of which the last one ends in the cursor. Secret
// answers are not shown: the terminal is told so before the question stands there, for
// what is typed ahead may be a part of the answer.
func (a *app) question(ctx context.Context, body string, secret bool) (string, error) {
	if a.openTerminal == nil {
		return "", say.ErrNoTerminal
	}
	t, err := a.openTerminal()
	if err != nil {
		return "", say.ErrNoTerminal
	}
	fd := int(t.in.Fd())
	setUp, read := term.GetState, readLine
	if secret {
		setUp, read = term.MakeRaw, readHidden
	}
	before, err := setUp(fd)
	if err != nil {
		t.close()
		return "", say.ErrNoTerminal
	}
	_, _ = io.WriteString(t.out, strings.ReplaceAll(text.CleanLines(body), "\n", "\r\n")+" ")
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1) // with room: nobody may be waiting any more
	go func() {
		text, err := read(t.in)
		answers <- answer{text, err}
	}()
	var got answer
	select {
	case got = <-answers:
		defer t.close()
	case <-ctx.Done():
		got.err = say.ErrCancelled // the reading goes on until the process ends, which is soon
	}
	if errors.Is(got.err, say.ErrCancelled) {
		say.Interrupt(ctx)
	}
	_ = term.Restore(fd, before)
	if secret || got.err != nil {
		_, _ = io.WriteString(t.out, "\n") // that was not shown, or not typed
	}
	return got.text, got.err
}

// askLine asks for a line that is shown while it is typed. It has no blanks around it.
func (a *app) askLine(ctx context.Context, text string) (string, error) {
	line, err := a.question(ctx, text, false)
	return strings.TrimSpace(line), err
}

// askSecret asks for a line that is not shown. Trim takes the blanks around it away,
// which copied secrets often have.
func (a *app) askSecret(ctx context.Context, text string, trim bool) (config.Secret, error) {
	line, err := a.question(ctx, text, true)
	if trim {
		line = strings.TrimSpace(line)
	}
	return config.NewSecret(line), err
}

// confirm asks a question whose answer is yes or, by anything else, no.
func (a *app) confirm(ctx context.Context, text string) (bool, error) {
	answer, err := a.askLine(ctx, text+" [y/N]")
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
		case len(line) == maxAnswerBytes:
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
		case len(line) == maxAnswerBytes:
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

// terminalAsker asks for what a chain of secrets lacks on the terminal. Why says why
// nobody is to be asked; "" is that somebody may be.
func (a *app) terminalAsker(why string) asker {
	if why != "" || !a.canAsk() {
		return asker{unasked: why}
	}
	return asker{credentials: a.askCredentials, passphrase: a.askPassphrase}
}

// canAsk reports whether there is a terminal to ask on.
func (a *app) canAsk() bool {
	if a.openTerminal == nil {
		return false
	}
	t, err := a.openTerminal()
	if err != nil {
		return false
	}
	t.close()
	return true
}

// passphraseAsker asks for the passphrase of the encrypted file, if it can.
func (a *app) passphraseAsker(can bool) config.AskPassphrase {
	if !can {
		return nil
	}
	return a.askPassphrase
}

// notWithJSON is why nobody is asked by a command with --json; "" without it.
func notWithJSON(asJSON bool) string {
	if asJSON {
		return "nothing is asked with --json"
	}
	return ""
}

// askCredentials asks for what goes on requests.
func (a *app) askCredentials(ctx context.Context, q config.Question) (id string, secret config.Secret, err error) {
	whose := "account " + q.AccountID
	if q.Profile != "" {
		whose = "profile " + q.Profile
	}
	idName, secretName := idWords(q.Kind), secretWords(q.Kind)
	if id = q.ID; id == "" {
		if id, err = a.askLine(ctx, fmt.Sprintf("The %s of %s:", idName, whose)); err != nil {
			return "", config.Secret{}, err
		}
	}
	secret, err = a.askSecret(ctx, fmt.Sprintf("The %s of %s, for this run (it is not shown):", secretName, whose), true)
	return id, secret, err
}

// idWords and secretWords are what the parts of credentials are called.
func idWords(k config.Kind) string {
	if k == config.Basic {
		return "username"
	}
	return "client id"
}

func secretWords(k config.Kind) string {
	if k == config.Basic {
		return "password"
	}
	return "client secret"
}

// askPassphrase asks for that of the encrypted file, for a new one twice.
func (a *app) askPassphrase(ctx context.Context, q config.PassphraseQuestion) (config.Secret, error) {
	text := "Passphrase of " + q.Path + " (it is not shown):"
	if q.Again {
		text = "It was not that one. " + text
	}
	if !q.New {
		return a.askSecret(ctx, text, false)
	}
	text = "Choose a passphrase for " + q.Path + ", which will be asked for when telex sends (it is not shown):"
	for {
		first, err := a.askSecret(ctx, text, false)
		if err != nil {
			return config.Secret{}, err
		}
		text = "It cannot be empty. Choose a passphrase:"
		if first.Reveal() == "" {
			continue
		}
		second, err := a.askSecret(ctx, "The same again:", false)
		if err != nil {
			return config.Secret{}, err
		}
		if first.Reveal() == second.Reveal() {
			return first, nil
		}
		text = "The two were not the same. Choose a passphrase:"
	}
}
