package cli

import (
	"context"
	"path/filepath"
	"runtime"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// envStateHome is where programs of this user keep what is theirs to remember.
// See https://specifications.freedesktop.org/basedir-spec/latest/
const envStateHome = "XDG_STATE_HOME"

// outboxOptions are what the user chose for the outbox in the file of profiles. What
// cannot be read there must not keep anybody from reading what was sent, so then it is
// guessed the careful way: nothing is deleted, and no text is written down. Whatever
// sends for an account reads the file first, and fails.
func (h home) outboxOptions() outbox.Options {
	file, err := h.configuration()
	if err != nil {
		return outbox.Options{Now: h.now, OmitText: true}
	}
	chosen := file.Outbox()
	receipts := map[string]bool{} // by the name of the profile, as the file is now
	for _, name := range file.Names() {
		p, err := file.Profile(name)
		receipts[name] = err == nil && p.MMSReceipts
	}
	return outbox.Options{
		Now: h.now, Keep: chosen.Keep, OmitText: chosen.OmitText,
		MMSReceipts: func(profile string) bool { return receipts[profile] },
	}
}

// warnOfConfiguration says so if outboxOptions had to guess.
func (h home) warnOfConfiguration() {
	_, err := h.configuration()
	if err == nil {
		return
	}
	what, more, hint := say.Parts(err)
	h.output.Say("warning: %s", what)
	for _, line := range more {
		h.output.Say("  - %s", line)
	}
	h.output.Say("  until then no old message is deleted and no text is recorded; %s", hint)
}

// outboxPath is where the outbox is. The sandbox has one of its own.
func (h home) outboxPath(sandbox bool) (string, error) {
	name := "outbox.db"
	if sandbox {
		name = "sandbox.db"
	}
	state, _ := h.env(envStateHome)
	if !filepath.IsAbs(state) { // the specification says to ignore such a name
		home, _ := h.env("HOME")
		if home == "" && runtime.GOOS == "windows" {
			home, _ = h.env("USERPROFILE")
		}
		if !filepath.IsAbs(home) {
			return "", &say.UsageError{
				What: "there is no folder to record messages in: " + envStateHome + " and HOME name none",
				Hint: "set " + envStateHome + " to a folder by its absolute name",
			}
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "telex", name), nil
}

// openOutbox opens the outbox, or the sandbox's, and says on standard error what
// the user has to know before anything else: that a damaged one was set aside, and
// what became of the messages of earlier processes that did not live to tell.
// Close it after the last use.
func (h home) openOutbox(ctx context.Context, sandbox bool) (*outbox.Outbox, error) {
	return h.openOutboxWith(ctx, sandbox, h.outboxOptions())
}

// openOutboxToRead is openOutbox for a command that can do without writing, on a full
// disk for one.
func (h home) openOutboxToRead(ctx context.Context, sandbox bool) (*outbox.Outbox, error) {
	options := h.outboxOptions()
	options.ToRead = true
	return h.openOutboxWith(ctx, sandbox, options)
}

func (h home) openOutboxWith(ctx context.Context, sandbox bool, options outbox.Options) (*outbox.Outbox, error) {
	path, err := h.outboxPath(sandbox)
	if err != nil {
		return nil, err
	}
	h.warnOfConfiguration()
	o, err := outbox.Open(ctx, path, options)
	if err != nil {
		return nil, err
	}
	if err := o.Unwritable(); err != nil {
		what, _, hint := say.Parts(err)
		h.output.Say("warning: nothing can be recorded now, and so nothing sent; what is recorded is only read: %s", what)
		h.output.Say("  %s", hint)
		return o, nil
	}
	if aside := o.SetAside(); aside != "" {
		h.output.Say("warning: the outbox %s was damaged; it was set aside as %s and a new one was begun", o.Path(), aside)
		h.output.Say("  the history lacks the messages recorded in it, and telex cannot warn of sending one of them again")
	}
	if err := h.tellUntold(ctx, o, sandbox); err != nil {
		h.closeOutbox(o)
		return nil, err
	}
	return o, nil
}

// closeOutbox closes o. What it could not settle the next telex will.
func (h home) closeOutbox(o *outbox.Outbox) {
	if err := o.Close(); err != nil {
		h.output.Say("warning: %v", err)
	}
}

// tellUntold tells of the messages of ended processes, once.
func (h home) tellUntold(ctx context.Context, o *outbox.Outbox, sandbox bool) error {
	entries, err := o.Untold(ctx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		h.output.Say("from before: message %d to %s is %s: %s", e.ID, words.Recipients(e.Message), e.State, e.Error)
		if e.State == outbox.Unknown {
			h.output.Say("  %s; %s", words.State(e.State), words.NextForUnknown(e.ID, sandbox))
		}
	}
	if err := o.Told(ctx, entries); err != nil {
		h.output.Say("warning: %v; the next telex will tell of them again", err)
	}
	return nil
}
