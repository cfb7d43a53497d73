package cli

import (
	"context"
	"path/filepath"
	"runtime"

	"telex/messaging/outbox"
	"telex/ui/words"
)

// envStateHome is where programs of this user keep what is theirs to remember.
// See https://specifications.freedesktop.org/basedir-spec/latest/
const envStateHome = "XDG_STATE_HOME"

// outboxOptions are what the user chose for the outbox in the file of profiles. What
// cannot be read there must not keep anybody from reading what was sent, so then it is
// guessed the careful way: nothing is deleted, and no text is written down. Whatever
// sends for an account reads the file first, and fails.
func (a *app) outboxOptions() outbox.Options {
	file, err := a.configuration()
	if err != nil {
		return outbox.Options{Now: a.now, OmitText: true}
	}
	chosen := file.Outbox()
	receipts := map[string]bool{} // by the name of the profile, as the file is now
	for _, name := range file.Names() {
		p, err := file.Profile(name)
		receipts[name] = err == nil && p.MMSReceipts
	}
	return outbox.Options{
		Now: a.now, Keep: chosen.Keep, OmitText: chosen.OmitText,
		MMSReceipts: func(profile string) bool { return receipts[profile] },
	}
}

// warnOfConfiguration says so if outboxOptions had to guess.
func (a *app) warnOfConfiguration() {
	_, err := a.configuration()
	if err == nil {
		return
	}
	what, more, hint := phrase(err)
	a.output.say("warning: %s", what)
	for _, line := range more {
		a.output.say("  - %s", line)
	}
	a.output.say("  until then no old message is deleted and no text is recorded; %s", hint)
}

// outboxPath is where the outbox is. The sandbox has one of its own.
func (a *app) outboxPath(sandbox bool) (string, error) {
	name := "outbox.db"
	if sandbox {
		name = "sandbox.db"
	}
	state, _ := a.env(envStateHome)
	if !filepath.IsAbs(state) { // the specification says to ignore such a name
		home, _ := a.env("HOME")
		if home == "" && runtime.GOOS == "windows" {
			home, _ = a.env("USERPROFILE")
		}
		if !filepath.IsAbs(home) {
			return "", &usageError{
				what: "there is no folder to record messages in: " + envStateHome + " and HOME name none",
				hint: "set " + envStateHome + " to a folder by its absolute name",
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
func (a *app) openOutbox(ctx context.Context, sandbox bool) (*outbox.Outbox, error) {
	return a.openOutboxWith(ctx, sandbox, a.outboxOptions())
}

// openOutboxToRead is openOutbox for a command that can do without writing, on a full
// disk for one.
func (a *app) openOutboxToRead(ctx context.Context, sandbox bool) (*outbox.Outbox, error) {
	options := a.outboxOptions()
	options.ToRead = true
	return a.openOutboxWith(ctx, sandbox, options)
}

func (a *app) openOutboxWith(ctx context.Context, sandbox bool, options outbox.Options) (*outbox.Outbox, error) {
	path, err := a.outboxPath(sandbox)
	if err != nil {
		return nil, err
	}
	a.warnOfConfiguration()
	o, err := outbox.Open(ctx, path, options)
	if err != nil {
		return nil, err
	}
	if err := o.Unwritable(); err != nil {
		what, _, hint := phrase(err)
		a.output.say("warning: nothing can be recorded now, and so nothing sent; what is recorded is only read: %s", what)
		a.output.say("  %s", hint)
		return o, nil
	}
	if aside := o.SetAside(); aside != "" {
		a.output.say("warning: the outbox %s was damaged; it was set aside as %s and a new one was begun", o.Path(), aside)
		a.output.say("  the history lacks the messages recorded in it, and telex cannot warn of sending one of them again")
	}
	if err := a.tellUntold(ctx, o, sandbox); err != nil {
		a.closeOutbox(o)
		return nil, err
	}
	return o, nil
}

// closeOutbox closes o. What it could not settle the next telex will.
func (a *app) closeOutbox(o *outbox.Outbox) {
	if err := o.Close(); err != nil {
		a.output.say("warning: %v", err)
	}
}

// tellUntold tells of the messages of ended processes, once.
func (a *app) tellUntold(ctx context.Context, o *outbox.Outbox, sandbox bool) error {
	entries, err := o.Untold(ctx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		a.output.say("from before: message %d to %s is %s: %s", e.ID, recipientsOf(e.Message), e.State, e.Error)
		if e.State == outbox.Unknown {
			a.output.say("  %s; %s", words.Means(e.State), words.NextForUnknown(e.ID, sandbox))
		}
	}
	if err := o.Told(ctx, entries); err != nil {
		a.output.say("warning: %v; the next telex will tell of them again", err)
	}
	return nil
}
