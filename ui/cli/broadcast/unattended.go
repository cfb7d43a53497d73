package broadcast

import (
	"context"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// An Unattended sends broadcasts with nobody at the keyboard, as telex work does.
type Unattended struct {
	*who.World
	Outbox *outbox.Outbox
	// The rest are as those of [outbox.DrainOptions].
	Grace   time.Duration
	Told    func(outbox.Person, messaging.Message, outbox.Result)
	Changed func(outbox.Run)
	Outage  func(error)
	Rest    func(until time.Time) bool
	After   func(time.Duration) <-chan time.Time
}

// MayBegin reports whether a broadcast waits for whichever telex sends it: it was prepared for
// that, to its end, or its time has come, and nobody has to approve it first. One that somebody
// begins is not for others before it runs.
func MayBegin(r outbox.Run, now time.Time) bool {
	kept, err := settingsOf(r)
	if err != nil || !isBroadcast(r) || !kept.filled(r) || r.WantsApproval() {
		return false
	}
	if due := r.Due(); !due.IsZero() {
		return !now.Before(due.At)
	}
	return r.State == outbox.RunPlanned && kept.Detached
}

// WantsApproval reports whether a broadcast is prepared to its end, and waits for another
// person's yes.
func WantsApproval(r outbox.Run) bool {
	kept, err := settingsOf(r)
	return err == nil && r.State == outbox.RunPlanned && isBroadcast(r) && kept.filled(r) && r.WantsApproval()
}

// MayGoOn reports whether a broadcast runs, so that any telex may send of it.
func MayGoOn(r outbox.Run) bool { return r.State == outbox.RunRunning && isBroadcast(r) }

// begin begins a broadcast that does not run, unless its time is another one by now, or over.
func (u Unattended) begin(ctx context.Context, r outbox.Run) (bool, error) {
	switch {
	case !r.Due().IsZero():
		return u.Outbox.BeginDue(ctx, r.ID)
	case r.State == outbox.RunPlanned:
		return true, u.Outbox.StartRun(ctx, r.ID)
	}
	return true, nil
}

// Send sends a broadcast as it was begun, for as long as [outbox.Outbox.Drain] does. One whose
// files cannot be uploaded any more is paused.
func (u Unattended) Send(ctx context.Context, r outbox.Run, id who.Identity, link who.Link) (outbox.Run, error) {
	s := &sending{
		Options: Options{World: u.World, After: u.After}, o: u.Outbox, id: id, by: r.Broadcast.By, link: link,
		flags: flags{Flags: who.Flags{Timeout: messaging.DefaultTimeLimit, Sandbox: id.Sandbox}},
	}
	if begun, err := u.begin(ctx, r); err != nil {
		return r, err
	} else if !begun {
		return u.Outbox.Run(ctx, r.ID)
	}
	if err := s.renew(ctx, r); err != nil {
		if say.CodeOf(err) == say.ExitUsage { // only a person can mend that
			s.pauseForFiles(ctx, r, err)
			return u.Outbox.Run(ctx, r.ID)
		}
		return r, err
	}
	how, err := s.options(r)
	if err != nil {
		return r, err
	}
	how.Grace, how.Told, how.Changed, how.Outage, how.Rest = u.Grace, u.Told, u.Changed, u.Outage, u.Rest
	keeping, enough := context.WithCancel(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		s.keepFiles(keeping, r)
	}()
	defer func() { <-kept }()
	defer enough()
	return u.Outbox.Drain(ctx, s.api(), r.ID, how)
}
