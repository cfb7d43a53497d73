package who

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// EnvStateHome is where programs of this user keep what is theirs to remember.
// See https://specifications.freedesktop.org/basedir-spec/latest/
const EnvStateHome = "XDG_STATE_HOME"

// OutboxOptions are what the user chose for the outbox in the file of profiles. What
// cannot be read there must not keep anybody from reading what was sent, so then it is
// guessed the careful way: nothing is deleted, and no text is written down. Whatever
// sends for an account reads the file first, and fails.
func (h Home) OutboxOptions() outbox.Options {
	file, err := h.Configuration()
	if err != nil {
		return outbox.Options{Now: h.Now, OmitText: true, User: h.User()}
	}
	chosen := file.Outbox()
	receipts, words := map[string]bool{}, map[string][]string{} // by the name of the profile, as the file is now
	for _, name := range file.Names() {
		p, err := file.Profile(name)
		receipts[name], words[name] = err == nil && p.MMSReceipts, p.OptOutWords
	}
	replies := map[string]outbox.Replies{}
	for _, name := range append(file.Names(), "") {
		replies[name] = outbox.Replies(file.Replies(name))
	}
	return outbox.Options{
		Now: h.Now, Keep: chosen.Keep, OmitText: chosen.OmitText, User: h.User(),
		Replies:     func(profile string) outbox.Replies { return replies[profile] },
		MMSReceipts: func(profile string) bool { return receipts[profile] },
		OptOutWords: func(profile string) []string { return words[profile] },
	}
}

// warnOfConfiguration says so if OutboxOptions had to guess.
func (h Home) warnOfConfiguration() {
	_, err := h.Configuration()
	if err == nil {
		return
	}
	what, more, hint := say.Parts(err)
	h.Output.Say("warning: %s", what)
	for _, line := range more {
		h.Output.Say("  - %s", line)
	}
	h.Output.Say("  until then no old message is deleted and no text is recorded; %s", hint)
}

// OutboxPath is the file where the outbox is if nothing says otherwise: see [Home.Locate].
// The sandbox has one of its own.
func (h Home) OutboxPath(sandbox bool) (string, error) {
	name := "outbox.db"
	if sandbox {
		name = "sandbox.db"
	}
	state, _ := h.Env(EnvStateHome)
	if !filepath.IsAbs(state) { // the specification says to ignore such a name
		home, _ := h.Env("HOME")
		if home == "" && runtime.GOOS == "windows" {
			home, _ = h.Env("USERPROFILE")
		}
		if !filepath.IsAbs(home) {
			return "", &say.UsageError{
				What: "there is no folder to record messages in: neither " + EnvStateHome + " nor HOME names one",
				Hint: "set " + EnvStateHome + " to a folder by its absolute name",
			}
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "telex", name), nil
}

// OpenOutbox opens the outbox, or the sandbox's, and says on standard error what
// the user has to know before anything else: that a damaged one was set aside, and
// what became of the messages of earlier processes that did not live to tell.
// Close it after the last use.
func (h Home) OpenOutbox(ctx context.Context, sandbox bool) (*outbox.Outbox, error) {
	return h.openOutboxWith(ctx, sandbox, h.OutboxOptions(), true)
}

// OpenOutboxToWork is OpenOutbox for a telex that nobody looks at: what became of the messages
// of earlier processes it leaves for the next one to tell.
func (h Home) OpenOutboxToWork(ctx context.Context, sandbox bool) (*outbox.Outbox, error) {
	return h.openOutboxWith(ctx, sandbox, h.OutboxOptions(), false)
}

// OpenOutboxToRead is OpenOutbox for a command that can do without writing, on a full
// disk for one.
func (h Home) OpenOutboxToRead(ctx context.Context, sandbox bool) (*outbox.Outbox, error) {
	options := h.OutboxOptions()
	options.ToRead = true
	return h.openOutboxWith(ctx, sandbox, options, true)
}

func (h Home) openOutboxWith(ctx context.Context, sandbox bool, options outbox.Options, tell bool) (*outbox.Outbox, error) {
	at, err := h.Place(sandbox)
	if err != nil {
		return nil, err
	}
	h.warnOfConfiguration()
	begun := h.Now()
	o, err := outbox.Open(ctx, at, options)
	if err != nil {
		h.Trace.Note("outbox: %s: %v", at, err)
		return nil, err
	}
	h.Trace.Since(begun, "outbox: %s opened", at)
	context.AfterFunc(ctx, func() { o.Hurry() }) // who pressed ctrl+c waits for no database that is away
	if err := o.Report().Unwritable; err != nil {
		what, _, hint := say.Parts(err)
		h.Output.Say("warning: nothing can be recorded now, so nothing can be sent; the history can be read: %s", what)
		h.Output.Say("  %s", hint)
		return o, nil
	}
	if aside := o.Report().SetAside; aside != "" {
		h.Output.Say("warning: the outbox %s was damaged; it is kept as %s, and a new one was started", o.Path(), aside)
		h.Output.Say("  the history lacks the messages recorded in it, and telex cannot warn you before it sends one of them again")
		h.Output.Say("  %s", words.LostOptOuts(h.Shell(sandbox)))
	}
	if !tell {
		return o, nil
	}
	if err := h.tellUntold(ctx, o, sandbox); err != nil {
		h.CloseOutbox(o)
		return nil, err
	}
	return o, nil
}

// NothingSent is the error of a message that could not be recorded, which says so once: what
// is not recorded is not sent. Nil stays nil.
func NothingSent(err error) error {
	if _, said := errors.AsType[unrecorded](err); err == nil || said {
		return err
	}
	return unrecorded{err}
}

type unrecorded struct{ error }

func (u unrecorded) Error() string {
	return "nothing was sent, because it could not be recorded: " + u.error.Error()
}

func (u unrecorded) Unwrap() error { return u.error }

// Unfinished are the drafts that nobody is writing, for a shell that completes a command.
func (h Home) Unfinished(ctx context.Context, sandbox bool) (drafts []outbox.Draft) {
	h.glance(ctx, sandbox, func(ctx context.Context, o *outbox.Outbox) {
		if found, err := o.Drafts(ctx); err == nil {
			drafts = found
		}
	})
	return drafts
}

// Waiting does something with each message that is scheduled or was missed, for a shell that
// completes a command.
func (h Home) Waiting(ctx context.Context, sandbox bool, do func(outbox.Entry)) {
	h.glance(ctx, sandbox, func(ctx context.Context, o *outbox.Outbox) {
		missed, _ := o.MissedDue(ctx)
		all, _ := o.ScheduledDue(ctx)
		for _, e := range append(missed, all...) {
			do(e)
		}
	})
}

// RunsToComplete are the newest runs, the last first, for a shell that completes a command.
func (h Home) RunsToComplete(ctx context.Context, sandbox bool) (runs []outbox.Run) {
	h.glance(ctx, sandbox, func(ctx context.Context, o *outbox.Outbox) {
		if found, err := o.NewestRuns(ctx, mostOffered); err == nil {
			runs = found
		}
	})
	return runs
}

// CloseOutbox closes o. What it could not settle the next telex will.
func (h Home) CloseOutbox(o *outbox.Outbox) {
	begun := h.Now()
	switch err := o.Close(); {
	case errors.Is(err, outbox.ErrUnreachable):
		h.Output.Say("warning: the database could not be told that this telex ended; it knows half a minute later")
	case err != nil:
		h.Output.Say("warning: %v", err)
	}
	h.Trace.Since(begun, "outbox: closed")
}

// tellUntold tells of the messages of ended processes, once.
func (h Home) tellUntold(ctx context.Context, o *outbox.Outbox, sandbox bool) error {
	entries, err := o.Untold(ctx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		h.Output.Say("from earlier: message %d to %s is %s: %s", e.ID, words.AllRecipients(e.Message), e.State, e.Error)
		if e.State == outbox.Missed {
			h.Output.Say("  it was due %s; %s", words.When(e.Due, h.Now().Location()), words.Next(e.State, h.Shell(sandbox)))
		}
		if e.State == outbox.Unknown {
			h.Output.Say("  %s; %s", words.Means(e.State), words.NextForUnknown(e.ID, e.By.Profile, h.Shell(sandbox)))
		}
	}
	if err := o.Told(ctx, entries); err != nil {
		h.Output.Say("warning: %v; the next telex will tell of them again", err)
	}
	return h.tellMissedRuns(ctx, o, sandbox)
}

// tellMissedRuns tells of the broadcasts that did not begin at their time, once.
func (h Home) tellMissedRuns(ctx context.Context, o *outbox.Outbox, sandbox bool) error {
	missed, err := o.MissedRuns(ctx)
	if err != nil {
		return err
	}
	missed = slices.DeleteFunc(missed, func(r outbox.Run) bool { return !r.Reason.Untold })
	for _, r := range missed {
		h.Output.Say("from earlier: broadcast %d, %s, is %s", r.ID, r.Name, words.RunState(r, h.Now().Location()))
		h.Output.Say("  %s", words.NextForRun(r, h.Shell(sandbox)))
	}
	if err := o.ToldRuns(ctx, missed); err != nil {
		h.Output.Say("warning: %v; the next telex will tell of them again", err)
	}
	return nil
}
