package conversations

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// saveWithin is how long the files of one message may take.
const saveWithin = time.Minute

// saved is the end of saving the files of a message.
type saved struct {
	paths   []string
	foreign int // how many are not the account's, and were left alone
	err     error
}

func (saved) To() page.ID { return page.Conversations }

// words tell of it on the status line.
func (s saved) words() page.Intent {
	var parts []string
	if len(s.paths) > 0 {
		parts = append(parts, "saved as "+text.Clean(strings.Join(s.paths, ", ")))
	}
	if s.foreign > 0 {
		parts = append(parts, text.Count(s.foreign, "file")+" not fetched: the address is not one of your account at Bandwidth")
	}
	if s.err != nil {
		return page.Failed(strings.Join(append(parts, "not saved: "+text.Clean(s.err.Error())), "; "))
	}
	if s.foreign > 0 {
		return page.Warn(strings.Join(parts, "; "))
	}
	return page.Done(strings.Join(parts, "; "))
}

// withFiles is the last message in sight that came with files.
func (p *Page) withFiles() (outbox.Entry, bool) {
	t := p.talk
	if t == nil {
		return outbox.Entry{}, false
	}
	rows := p.talkRows()
	from := t.shownFrom(rows)
	for i := min(from+rows, len(t.lines)) - 1; i >= from; i-- {
		if n := t.lines[i].entry - 1; n >= 0 && n < len(t.entries) && len(t.entries[n].Message.Media) > 0 && t.entries[n].Direction == outbox.In {
			return t.entries[n], true
		}
	}
	return outbox.Entry{}, false
}

// save fetches the files of that message into the folder where telex was started.
func (p *Page) save() (page.Intent, tea.Cmd) {
	e, some := p.withFiles()
	files := p.deps.Files()
	switch {
	case !some:
		return page.Warn("no message in sight came with a file"), nil
	case files == nil:
		return page.Warn("no account is connected, so nothing can be fetched"), nil
	}
	ctx := p.ctx
	return page.Done("fetching " + text.Count(len(e.Message.Media), "file")), func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, saveWithin)
		defer cancel()
		return saveAll(ctx, files, e)
	}
}

// saveAll saves the files of a message that the account has at Bandwidth. Others are left
// alone: whoever wrote the message chose where they are.
func saveAll(ctx context.Context, files account.Files, e outbox.Entry) (s saved) {
	for i, address := range e.Message.Media {
		name, ours := files.MediaName(address)
		if !ours {
			s.foreign++
			continue
		}
		var content bytes.Buffer
		if _, err := files.Download(ctx, name, &content); err != nil {
			s.err = errors.New(words.Describe(err).What + " (Bandwidth keeps files for 48 hours)")
			return s
		}
		path, err := write(fmt.Sprintf("telex-%d-%d%s", e.ID, i+1, extension(content.Bytes())), content.Bytes())
		if err != nil {
			s.err = err
			return s
		}
		s.paths = append(s.paths, path)
	}
	return s
}

// write writes a new file that only the user may read, which it takes away again where
// that fails. What is there by its name stays as it is.
func write(name string, content []byte) (path string, err error) {
	if path, err = filepath.Abs(name); err != nil {
		return "", fmt.Errorf("find the folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("%s is there already, and stays as it is", path)
	}
	if err != nil {
		return "", fmt.Errorf("save the file: %w", err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("save the file: %w", errors.Join(err, os.Remove(path)))
	}
	return path, nil
}

// extension is what the name of a file ends in, by what is in it and by nothing that
// anybody says of it. What a system might run, or open as a page, is none of them.
func extension(content []byte) string {
	switch {
	case len(content) > 10 && string(content[4:8]) == "ftyp" && string(content[8:10]) == "3g":
		return ".3gp"
	case bytes.HasPrefix(content, []byte("BEGIN:VCARD")):
		return ".vcf"
	}
	kind, _, _ := strings.Cut(http.DetectContentType(content), ";")
	switch kind {
	case "image/jpeg":
		return ".jpg"
	case "image/png", "image/gif", "image/webp", "image/bmp", "video/mp4", "video/webm", "application/pdf":
		return "." + kind[strings.Index(kind, "/")+1:]
	case "audio/mpeg":
		return ".mp3"
	case "audio/wave":
		return ".wav"
	case "application/ogg":
		return ".ogg"
	case "text/plain":
		return ".txt"
	}
	return ".bin"
}
