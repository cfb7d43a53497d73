package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/widget"
)

// edited is the end of the user's editor.
type edited struct {
	path   string
	editor string // as $VISUAL or $EDITOR has it
	err    error
}

// maxEdited is the most that is read back from the editor: a text has 2048
// characters at most, so this is no message.
const maxEdited = 1 << 20

// openEditor writes the text to a file that only the user may read, and hands the
// terminal to the editor.
func (a *app) openEditor() tea.Cmd {
	path, err := writeEdit(a.ctx, a.store, a.form.Text)
	if err != nil {
		return a.act(page.Failed("the editor was not opened: " + text.Clean(err.Error())))
	}
	a.editing.Store(true)
	cmd := terminal.Editor(a.deps.Environ, path)
	cmd.Env = a.deps.Environ
	if a.deps.Out != nil {
		cmd.Stdin, cmd.Stdout = a.deps.In, a.deps.Out // themselves: an editor wants a terminal
	}
	editor := terminal.EditorName(a.deps.Environ)
	return terminal.Exec(cmd, func(err error) tea.Msg { return edited{path, editor, err} })
}

// writeEdit writes a text to a file for the editor: where the next telex finds it if
// this one is killed, or among the system's temporary files as long as store is nil.
func writeEdit(ctx context.Context, store *outbox.Outbox, text string) (path string, err error) {
	var f *os.File
	if store != nil {
		f, err = store.EditFile(ctx)
	} else {
		f, err = os.CreateTemp("", "telex-*.txt") // 0600
	}
	if err != nil {
		return "", fmt.Errorf("make a file for it: %w", err)
	}
	_, err = io.WriteString(f, text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("write the text to a file: %w", err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// onEdited takes over what the editor left. If that cannot be, the text stays as
// it was, and the file where it is.
func (a *app) onEdited(msg edited) tea.Cmd {
	a.editing.Store(false)
	if msg.err != nil {
		said := fmt.Sprintf("the editor, %s, failed, so the text is as it was: %s", text.Clean(msg.editor), text.Clean(msg.err.Error()))
		if left, err := readEdit(msg.path); err == nil && left == strings.TrimSuffix(a.form.Text, "\n") && os.Remove(msg.path) == nil {
			return a.act(page.Failed(said)) // nothing was written in it
		}
		return a.act(page.Failed(said + "; its file is " + text.Clean(msg.path)))
	}
	body, err := readEdit(msg.path)
	if err != nil {
		return a.act(page.Failed("the text of the editor was not used: " + text.Clean(err.Error()) + "; its file is " + text.Clean(msg.path)))
	}
	if err := os.Remove(msg.path); err != nil {
		a.say(page.Status{Text: "the editor's file could not be removed: " + text.Clean(msg.path), Kind: page.StatusWarn})
	}
	body, gone := text.PlainText(body)
	if gone == "" {
		gone = text.TabsWords(body)
	}
	if gone != "" {
		a.say(page.Status{Text: gone, Kind: page.StatusWarn})
	}
	a.compose.text.Set(body)
	a.form.Text = a.compose.text.Value() // what is sent is what is shown
	return a.screen().Show(&a.form, page.AtDefault)
}

// readEdit is what an editor left.
func readEdit(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err //nolint:wrapcheck // *fs.PathError says all
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, maxEdited+1))
	switch {
	case err != nil:
		return "", err //nolint:wrapcheck // as above
	case len(b) > maxEdited, bytes.Count(b, []byte("\n")) > widget.MostLines:
		return "", errors.New("it is far too long for a message")
	case !utf8.Valid(b):
		return "", errors.New("it is not UTF-8")
	}
	// Editors end the last line, which is not meant as part of the message.
	return strings.TrimSuffix(text.NormalizeNewlines(string(b)), "\n"), nil
}
