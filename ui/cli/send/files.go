package send

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// A composed message is one that can be sent, once the files of this machine that go with
// it are uploaded.
type composed struct {
	messaging.Draft

	full  string // the text before it was shortened
	files []who.File
	at    []int // where each of them stands in Media
}

// isFile reports whether the i-th of the media is a file of this machine.
func (d *composed) isFile(i int) bool { return slices.Contains(d.at, i) }

// attach makes the media of d those of the flags. It says what becomes of files.
func (d *composed) attach(with Options, f flags, id who.Identity) (wrong []error) {
	var paths []string
	for _, m := range f.media {
		if who.IsFile(m) {
			d.at, paths = append(d.at, len(d.Media)), append(paths, m)
		}
		d.Media = append(d.Media, m)
	}
	if len(paths) == 0 {
		if f.mediaAsIs {
			return []error{errors.New("--media-as-is is about files of yours, and --media names none")}
		}
		return nil
	}
	if id.AccountID == "" {
		return []error{fmt.Errorf("--media %s: to upload it, set %s%s", paths[0], config.EnvAccountID, id.OrProfile("account"))}
	}
	client, err := with.NewClient(with.Keyless(id))
	if err != nil {
		return []error{err}
	}
	if d.files, wrong = who.Attach(paths, d.From, id.Profile.MediaBudget, f.mediaAsIs); len(wrong) > 0 {
		for i, err := range wrong {
			wrong[i] = fmt.Errorf("--media %w", err)
		}
		return wrong
	}
	d.place(client.MediaURL)
	for _, file := range d.files {
		with.Output.Say("%s: %s", say.Quoted(file.Path), words.Picture(file.File))
		for _, doubt := range words.PictureDoubts(file.File) {
			with.Output.Say("warning: %s %s", say.Quoted(file.Path), doubt)
		}
	}
	return nil
}

// place gives the files their addresses.
func (d *composed) place(address func(name string) string) {
	for i, file := range d.files {
		d.Media[d.at[i]] = address(file.Stored)
	}
}

// sent is what is recorded of the files.
func (d *composed) sent() []outbox.SentFile {
	var all []outbox.SentFile
	for i, file := range d.files {
		all = append(all, outbox.SentFile{URL: d.Media[d.at[i]], Path: file.Path, Bytes: len(file.Content), SHA256: file.SHA256})
	}
	return all
}

// upload stores the files at Bandwidth. Nothing was sent yet, whatever comes of it.
func (d *composed) upload(ctx context.Context, with Options, f flags, l who.Link) error {
	d.place(l.MediaURL)
	for _, file := range d.files {
		with.Output.Say("uploading %s, %s", say.Quoted(file.Path), text.Size(int64(len(file.Content))))
		limited, cancel := context.WithTimeout(ctx, f.Timeout)
		err := l.Upload(limited, file.Stored, file.Type, file.Content)
		cancel()
		if err == nil {
			continue
		}
		code := say.CodeOf(err)
		if code == say.ExitUnknown { // of the upload: the message has not left
			code = say.ExitUnsent
		}
		what := &say.UsageError{
			What: fmt.Sprintf("nothing was sent: %s could not be uploaded: %s", say.Quoted(file.Path), words.Describe(err).What),
			Hint: "send it again when that is mended",
		}
		return say.EndWith(code, what)
	}
	return nil
}
