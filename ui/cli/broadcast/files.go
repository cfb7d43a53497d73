package broadcast

import (
	"context"
	"fmt"
	"sync"
	"time"

	"telex/messaging/broadcast"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// An attachment is a file of this machine that goes with all messages of a broadcast, as it
// is kept with it: one upload is enough for all.
type attachment struct {
	Path     string    `json:"path"`
	At       int       `json:"at"`     // where its address stands among the media
	Stored   string    `json:"stored"` // its name at Bandwidth, which is another for another content
	SHA256   string    `json:"sha256"`
	Bytes    int       `json:"bytes"`
	Uploaded time.Time `json:"uploaded_at,omitzero"`
}

// sentFiles are the files of a broadcast with these media, as its messages have them.
func (s settings) sentFiles(media []string) (sent []outbox.SentFile) {
	for _, f := range s.Files {
		if f.At < len(media) { // what was corrected may have fewer
			sent = append(sent, outbox.SentFile{URL: media[f.At], Path: f.Path, Bytes: f.Bytes, SHA256: f.SHA256})
		}
	}
	return sent
}

// renewedAfter is how old an upload gets. Bandwidth keeps files for 48 hours, and a message
// waits for some of them at most. Source: Bandwidth support, 360025055494.
const renewedAfter = 40 * time.Hour

// looksAtFiles is how often it is looked how old an upload is: a machine that slept counts no
// time while it does.
const looksAtFiles = time.Minute

// An upload is when Bandwidth got the files of a broadcast the last time. It is for several
// goroutines.
type upload struct {
	mu sync.Mutex
	at time.Time // by the clock on the wall; zero if there are no files
}

// put notes that Bandwidth got the files.
func (u *upload) put(at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.at = at.Round(0)
}

// left is for how long no message needs the files anew; 0 or less if the next one does.
func (u *upload) left(now time.Time) time.Duration {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.at.IsZero() {
		return renewedAfter
	}
	return u.at.Add(renewedAfter).Sub(now)
}

// A filesLink is the way to the API by which no message goes whose files are too old.
type filesLink struct {
	who.Link

	files *upload
	now   func() time.Time
}

// api is the way on which the broadcast is sent.
func (s *sending) api() filesLink { return filesLink{s.link, &s.files, s.Now} }

// Pause is for how long no message may leave, as of a [messaging.Client].
func (l filesLink) Pause() time.Duration {
	pause := l.Link.Pause()
	if l.files.left(l.now()) <= 0 {
		pause = max(pause, time.Second) // until they are there
	}
	return pause
}

// attach makes media that are files of this machine fit, and gives them their addresses.
func (f startFlags) attach(with Options, id who.Identity, b *broadcast.Broadcast) (files []who.File, kept []attachment, err error) {
	var paths []string
	media := append([]string(nil), b.Message.Media...)
	for i, m := range media {
		if who.IsFile(m) {
			paths = append(paths, m)
			kept = append(kept, attachment{Path: m, At: i})
		}
	}
	if len(paths) == 0 {
		return nil, nil, nil
	}
	files, wrong := who.Attach(paths, b.Senders[0], id.Profile.MediaBudget, false)
	if len(wrong) > 0 {
		e := &say.UsageError{What: "the files need correcting; nothing was sent:"}
		for _, err := range wrong {
			e.More = append(e.More, "--media "+say.Plain(err))
		}
		return nil, nil, e
	}
	client, err := with.NewClient(with.Keyless(id))
	if err != nil {
		return nil, nil, err
	}
	for i, file := range files {
		if id.Profile.MediaDelete {
			file.Stored = outbox.OwnFile(file.Stored)
			files[i] = file
		}
		with.Output.Say("%s: %s", say.Quoted(file.Path), words.Picture(file.File))
		for _, doubt := range words.PictureDoubts(file.File) {
			with.Output.Say("warning: %s %s", say.Quoted(file.Path), doubt)
		}
		kept[i].Stored, kept[i].SHA256, kept[i].Bytes = file.Stored, file.SHA256, len(file.Content)
		media[kept[i].At] = client.MediaURL(file.Stored)
	}
	b.Message.Media = media
	return files, kept, nil
}

// upload stores the files of a broadcast at Bandwidth, before it is made.
func (s *sending) upload(ctx context.Context, p *planned) error {
	for i, file := range p.files {
		kept := &p.settings.Files[i]
		p.made.Message.Media[kept.At] = s.link.MediaURL(file.Stored) // that of a sandbox of its own is known only now
		if err := s.put(ctx, file); err != nil {
			return err
		}
		kept.Uploaded = s.Now()
		s.files.put(kept.Uploaded)
	}
	return nil
}

// put stores one file.
func (s *sending) put(ctx context.Context, file who.File) error {
	s.Output.Say("uploading %s, %s", say.Quoted(file.Path), text.Size(int64(len(file.Content))))
	limited, cancel := context.WithTimeout(ctx, s.flags.Timeout)
	defer cancel()
	err := s.link.Upload(limited, file.Stored, file.Type, file.Content)
	if err == nil {
		return nil
	}
	code := say.CodeOf(err)
	if code == say.ExitUnknown { // of the upload: no message has left
		code = say.ExitUnsent
	}
	return say.EndWith(code, &say.UsageError{
		What: fmt.Sprintf("nothing was sent: %s could not be uploaded: %s", say.Quoted(file.Path), words.Describe(err).What),
		Hint: "start it again when that is mended",
	})
}

// renew uploads the files of a broadcast anew if Bandwidth may not have them for long any
// more, before anything more is sent.
func (s *sending) renew(ctx context.Context, r outbox.Run) error {
	kept, err := settingsOf(r)
	if err != nil || len(kept.Files) == 0 {
		return err
	}
	s.files.put(kept.Files[0].Uploaded)
	if s.files.left(s.Now()) > 0 {
		return nil
	}
	return s.putAgain(ctx, r, kept.Files)
}

// putAgain uploads files as they were, all of them.
func (s *sending) putAgain(ctx context.Context, r outbox.Run, kept []attachment) error {
	var paths []string
	for _, k := range kept {
		paths = append(paths, k.Path)
	}
	files, wrong := who.Attach(paths, r.Broadcast.Senders[0], s.id.Profile.MediaBudget, false)
	if len(wrong) > 0 {
		return say.Usagef("broadcast %d needs its files once more, which Bandwidth keeps for 48 hours: %s; nothing was sent", r.ID, say.Plain(wrong[0]))
	}
	for i, file := range files {
		if err := kept[i].stays(r.ID, file); err != nil {
			return err
		}
		file.Stored = kept[i].Stored
		if err := s.put(ctx, file); err != nil {
			return err
		}
	}
	s.files.put(s.Now())
	return nil
}

// stays refuses a file that is another one now than it was for a broadcast.
func (a attachment) stays(id int64, file who.File) error {
	if outbox.CommonFile(file.Stored) == outbox.CommonFile(a.Stored) {
		return nil
	}
	return say.Usagef("broadcast %d needs %s once more, and it is another file now; nothing was sent", id, say.Quoted(file.Path))
}

// keepFiles uploads the files of a broadcast anew as long as it is being sent. If that cannot
// be done it is paused.
func (s *sending) keepFiles(ctx context.Context, r outbox.Run) {
	kept, err := settingsOf(r)
	if err != nil || len(kept.Files) == 0 {
		return
	}
	after := s.After
	if after == nil {
		after = time.After
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-after(min(s.files.left(s.Now()), looksAtFiles)):
		}
		if s.files.left(s.Now()) > 0 {
			continue
		}
		if err := s.putAgain(ctx, r, kept.Files); err != nil && ctx.Err() == nil {
			s.pauseForFiles(ctx, r, err)
			return
		}
	}
}

// pauseForFiles pauses a broadcast whose files cannot be uploaded again.
func (s *sending) pauseForFiles(ctx context.Context, r outbox.Run, err error) {
	s.Output.Error(err)
	if err := s.o.PauseRun(ctx, r.ID, outbox.Reason{Kind: outbox.ReasonPerson, Note: "a file could not be uploaded again"}); err != nil {
		s.Output.Error(err)
	}
}
