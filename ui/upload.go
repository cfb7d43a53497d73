package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
	"telex/ui/words"
)

// An Attached file is one of this machine that was made fit to be sent.
type Attached struct {
	draft.File // but for its URL

	Type    string // media type
	Content []byte
}

// addressOf is the address that a file will have, by its name at Bandwidth. Before there is a
// way to the account it is a likely one, which is corrected when the file is uploaded.
func (a *app) addressOf(stored string) string {
	if up := a.conn.link.Uploads; up != nil {
		return up.MediaURL(stored)
	}
	return strings.TrimRight(cmp.Or(a.conn.link.BaseURL, messaging.DefaultBaseURL), "/") + "/users/" + a.deps.AccountID + "/media/" + stored
}

// pathsOf are where files are.
func pathsOf(files []draft.File) []string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	return paths
}

// uploaded is the end of bringing the files of a form to Bandwidth.
type uploaded struct {
	consent page.Consent
	form    draft.Form   // for which it was done
	files   []draft.File // as they are there now
	err     error
}

// errOther is a file that is not what was looked at on Review.
var errOther = errors.New("became another one since you added it: look at it, then send again")

// uploadFirst uploads the files of this machine that go with the form, and sends that then.
func (a *app) uploadFirst(c page.Consent) tea.Cmd {
	if a.uploading {
		return nil
	}
	up := a.conn.link.Uploads
	if up == nil || a.deps.Attach == nil {
		return a.act(page.Failed("files of yours cannot be uploaded: " + cmp.Or(a.conn.why(a.keys.Setup), "there is no way to the account")))
	}
	a.uploading = true
	form, ctx, attach, limit := a.form.Clone(), a.ctx, a.deps.Attach, a.deps.uploadLimit()
	a.say(page.Status{Text: "uploading " + text.Count(len(form.OwnFiles()), "file") + "; then it is sent", Kind: page.StatusWarn})
	return func() tea.Msg {
		files, err := uploadAll(ctx, &form, attach, up, limit)
		return uploaded{c, form, files, err}
	}
}

// uploadLimit is for how long the upload of a file is tried.
func (d Deps) uploadLimit() time.Duration {
	if d.TimeLimit > 0 {
		return d.TimeLimit
	}
	return messaging.DefaultTimeLimit
}

// uploadAll brings the files of a form to Bandwidth, as they are now. If one is not what
// was added, nothing is uploaded, and the error is errOther.
func uploadAll(ctx context.Context, f *draft.Form, attach func([]string, string) ([]Attached, []error), up account.Uploads, limit time.Duration) ([]draft.File, error) {
	own := f.OwnFiles()
	made, wrong := attach(pathsOf(own), f.From)
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	var files []draft.File
	var other error
	for i := range made {
		made[i].URL = up.MediaURL(made[i].Stored)
		files = append(files, made[i].File)
		if made[i].Stored != own[i].Stored {
			other = fmt.Errorf("%s %w", made[i].Name(), errOther)
		}
	}
	if other != nil {
		return files, other
	}
	for _, m := range made {
		limited, cancel := context.WithTimeout(ctx, limit)
		err := up.Upload(limited, m.Stored, m.Type, m.Content)
		cancel()
		if err != nil {
			return nil, fmt.Errorf("%s could not be uploaded: %s", m.Name(), words.Describe(err).What)
		}
	}
	return files, nil
}

// onUploaded sends the form, if it is still what was confirmed.
func (a *app) onUploaded(msg uploaded) tea.Cmd {
	a.uploading = false
	same := a.form.Same(&msg.form)
	if same {
		for _, f := range msg.files {
			a.form.Attach(f)
		}
		a.refresh()
	}
	switch {
	case msg.err != nil:
		why := text.Clean(strings.ReplaceAll(msg.err.Error(), "\n", "; "))
		return a.act(page.Failed("nothing was sent: " + why))
	case !same, a.page != page.Review:
		return a.act(page.Warn("nothing was sent: you went on while files were uploaded"))
	}
	return a.send(msg.consent)
}

// addMedia puts addresses and files of this machine behind the media, line by line.
func (p *plain) addMedia(items []string) {
	own := ownFiles{attach: p.deps.Attach, home: terminal.Env(p.deps.Environ, "HOME")}
	var fresh []string
	for _, item := range items {
		if own.isPath(item) {
			fresh = append(fresh, own.abs(item))
		} else {
			p.form.Media = append(p.form.Media, item)
		}
	}
	if len(fresh) == 0 {
		return
	}
	files, wrong := p.deps.Attach(append(pathsOf(p.form.OwnFiles()), fresh...), p.form.From)
	for _, err := range wrong {
		p.say("Problem: " + text.Clean(err.Error()))
	}
	for _, f := range files {
		f.URL = p.deps.Link.Uploads.MediaURL(f.Stored)
		p.form.Attach(f.File)
		p.say(f.Name() + ": " + f.Said)
	}
}

// upload brings the files of the form to Bandwidth, and reports whether it may be sent.
func (p *plain) upload(ctx context.Context) bool {
	if len(p.form.OwnFiles()) == 0 {
		return true
	}
	p.say("Uploading " + text.Count(len(p.form.OwnFiles()), "file"))
	files, err := uploadAll(ctx, &p.form, p.deps.Attach, p.deps.Link.Uploads, p.deps.uploadLimit())
	for _, f := range files {
		p.form.Attach(f)
	}
	if err != nil {
		p.say("Unsent: " + text.Clean(strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	return err == nil
}
