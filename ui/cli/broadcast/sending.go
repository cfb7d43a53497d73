package broadcast

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"telex/messaging"
	"telex/messaging/broadcast"
	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// A sending is a broadcast that this telex sends.
type sending struct {
	Options
	flags flags
	o     *outbox.Outbox
	id    who.Identity
	by    outbox.By
	link  who.Link
	rate  string // another one than the run has; "" for that
	files upload
}

// connect finds credentials and makes the way to the API.
func (s *sending) connect(ctx context.Context, command string) error {
	for _, said := range s.id.Warnings() {
		s.Output.Say("warning: %s", said)
	}
	if s.id.Sandbox {
		s.Output.Say("sandbox: nothing is really sent")
	}
	if err := s.Authorise(ctx, &s.id, command, s.Asks.Asker(ask.NotWithJSON(s.flags.asJSON))); err != nil {
		return err
	}
	var err error
	if s.link, err = s.Connect(ctx, s.id); err != nil {
		return err
	}
	s.link.Prepare(ctx)
	return nil
}

// drain sends a running broadcast, and tells of it until it ends. If the user ends it first
// it is paused.
func (s *sending) drain(ctx context.Context, id int64) error {
	r, err := s.o.Run(ctx, id)
	if err != nil {
		return given(ctx, err)
	}
	how, err := s.options(r)
	if err != nil {
		return err
	}
	show := newProgress(s, id)
	how.Told, how.Changed, how.Outage = show.told, show.changed, show.outage
	asking, enough := context.WithCancel(context.WithoutCancel(ctx))
	defer enough()
	var beside sync.WaitGroup
	beside.Go(func() {
		// What it cannot ask it says, and asks again; what becomes of messages is not this command's end.
		_ = s.o.Asker(outbox.AskOptions{
			API: s.link, By: s.by, After: s.After, Unheard: s.id.Sandbox, Beside: true,
			Tell: func(n outbox.AskNews) {
				if n.Err != nil {
					s.Output.Say("%s", words.AskTrouble(n.Err, n.Again.In(s.Now().Location())))
				}
			},
		}).Run(asking)
	})
	beside.Go(func() { s.keepFiles(asking, r) })
	show.begin(ctx)
	r, failed := s.o.Drain(ctx, s.api(), id, how)
	show.end()
	enough()
	beside.Wait()
	if failed != nil {
		s.Output.Say("telex: broadcast %d stopped: %s", id, say.Plain(failed))
	}
	if show.lost > 0 {
		s.Output.Say("warning: %s", Lost(show.lost))
	}
	if !isAway(failed) {
		s.deleteFiles(ctx)
	}
	return s.ended(ctx, r, id, failed)
}

// ended pauses a broadcast that the user ended, and says how it stands.
func (s *sending) ended(ctx context.Context, r outbox.Run, id int64, failed error) error {
	gaveUp := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	if gaveUp && (r.State == outbox.RunRunning || failed != nil) {
		s.pause(ctx, id, failed)
	}
	err := s.report(ctx, id)
	switch {
	case outbox.NotRecorded(failed) && (err == nil || outbox.NotRecorded(err)):
		return say.Told(say.CodeOf(failed)) // it was said
	case err != nil || failed == nil:
		return err
	}
	return say.Told(say.ExitFailed)
}

// pause pauses a broadcast that the user ended. Where the database is away nobody waits for it
// once more.
func (s *sending) pause(ctx context.Context, id int64, failed error) {
	goesOn := "any telex may go on with it; to pause it later: " + words.PauseRun(id, s.Shell(s.flags.Sandbox))
	if isAway(failed) {
		s.Output.Say("warning: it could not be paused; %s", goesOn)
		return
	}
	err := s.o.PauseRun(ctx, id, outbox.Reason{Kind: outbox.ReasonPerson, Note: "by ctrl+c"})
	if _, moved := errors.AsType[*outbox.RunError](err); err != nil && !moved { // it may have ended meanwhile
		s.Output.Say("warning: it could not be paused: %s; %s", say.Plain(err), goesOn)
	}
}

// isAway reports whether something failed because the database is away.
func isAway(err error) bool {
	return errors.Is(err, outbox.ErrUnreachable) || errors.Is(err, outbox.ErrUndecided)
}

// report says how a broadcast stands, in the end, and is how the command ends.
func (s *sending) report(ctx context.Context, id int64) error {
	r, err := s.o.Run(ctx, id)
	if err != nil {
		return err
	}
	c, err := s.o.RunCounts(ctx, id)
	if err != nil {
		return err
	}
	s.Output.Say("broadcast %d is %s", id, words.RunState(r, s.Now().Location()))
	s.Output.Say("%s", words.RunCounts(r.State, c))
	s.tellBeginning(ctx, r)
	if next := words.NextForRun(r, s.Shell(s.flags.Sandbox)); next != "" {
		s.Output.Say("%s", next)
	}
	if r.State == outbox.RunPaused || r.State == outbox.RunCancelled {
		if n := c.States[outbox.Accepted]; n > 0 {
			s.Output.Say("%s with Bandwidth already, which cannot be recalled", isAre(n))
		}
	}
	if r.State == outbox.RunDone {
		s.Output.Say("what became of each: %s", words.ReportRun(id, s.Shell(s.flags.Sandbox)))
	}
	if s.flags.asJSON {
		shown, err := s.shown(ctx, r, c)
		if err != nil {
			return err
		}
		if err := s.Output.Value(shown); err != nil {
			return err
		}
	}
	if code := codeOf(r, c); code != say.ExitOK {
		return say.Told(code)
	}
	return nil
}

func isAre(n int) string {
	if n == 1 {
		return "1 message is"
	}
	return fmt.Sprintf("%d messages are", n)
}

// codeOf is how start and resume end: by the worst of what became of the messages, as far as
// Bandwidth took them, and by whether the broadcast got to its end.
func codeOf(r outbox.Run, c outbox.RunCounts) say.Code {
	code := say.ExitOK
	worse := func(is bool, other say.Code) {
		if is {
			code = say.Worst(code, other)
		}
	}
	worse(c.States[outbox.Rejected] > 0, say.ExitRejected)
	worse(c.States[outbox.Unsent] > 0, say.ExitUnsent)
	worse(c.States[outbox.Unknown]+c.States[outbox.Sending] > 0, say.ExitUnknown)
	worse(r.State == outbox.RunPaused || r.State == outbox.RunCancelled, say.ExitUnsent)
	worse(r.State == outbox.RunPaused && r.Reason.Kind == outbox.ReasonCredentials, say.ExitRefused)
	if len(c.States) == 0 && c.Waiting == 0 {
		worse(true, say.ExitUsage) // nobody got anything
	}
	return code
}

// options say how a broadcast is sent, as it was begun.
func (s *sending) options(r outbox.Run) (outbox.DrainOptions, error) {
	kept, err := settingsOf(r)
	if err != nil {
		return outbox.DrainOptions{}, err
	}
	if s.rate != "" {
		kept.Rate = s.rate
	}
	pace, err := kept.pace()
	if err != nil {
		return outbox.DrainOptions{}, fmt.Errorf("broadcast %d: its rate: %w", r.ID, err)
	}
	clock, err := kept.clock(s.Now().Location())
	if err != nil {
		return outbox.DrainOptions{}, say.Usagef("%s", say.Plain(err))
	}
	begins, err := kept.begins(clock)
	if err != nil {
		return outbox.DrainOptions{}, fmt.Errorf("broadcast %d: when it begins: %w", r.ID, err)
	}
	return outbox.DrainOptions{
		Parallel: kept.Parallel, Limit: s.flags.Timeout, Pace: pace, DailyCap: kept.DailyCap, After: s.After,
		Prepare: func(r outbox.Run) (outbox.Fill, error) {
			made, err := kept.made(r, clock)
			if err != nil {
				return nil, err
			}
			return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
				m, skip, why := made.Make(p.Number, func(field string) (string, bool) { v, known := p.Fields[field]; return v, known })
				if kept.ExpiresS > 0 {
					m.Expiration = s.Now().Add(time.Duration(kept.ExpiresS) * time.Second)
				}
				return m, outbox.Skip(skip), why, nil
			}, nil
		},
		Window: func(p outbox.Person, now time.Time) (from, until time.Time) {
			at := now
			if begins != nil { // whose place is not known was left out by the plan
				if own, _ := begins(p.Number, p.Zone); own.After(now) {
					at = own
				}
			}
			from, until, ok := clock.Next(p.Number, p.Zone, at)
			if !ok { // never, as things are: it is looked again tomorrow
				return now.Add(24 * time.Hour), now.Add(25 * time.Hour)
			}
			return from, until
		},
	}, nil
}

// sample sends the longest text to somebody, to be looked at before the others get theirs.
func (f startFlags) sample(ctx context.Context, s *sending, p planned) error {
	to, err := recipient(s.Options, s.id, f.sampleTo)
	if err != nil {
		return err
	}
	at := len(p.Samples) - 1
	for i, one := range p.Samples {
		if one.Kind == broadcast.LongestOf {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	m := p.made.Message
	m.From, m.To, m.Text, m.Tag = p.made.Senders[0], []string{to}, p.Samples[at].Text, sampleTag
	batch, err := s.o.Plan(ctx, s.link, outbox.Plan{By: s.by, Messages: []messaging.Message{m}, Yes: true})
	if err != nil {
		return given(ctx, fmt.Errorf("the sample was not sent, and nothing else: %w", err))
	}
	var result outbox.Result
	batch.Run(ctx, outbox.RunOptions{Limit: f.Timeout, After: func(_ int, r outbox.Result) { result = r }})
	if result.Err != nil {
		what := words.Describe(result.Err)
		s.Output.Say("the sample to %s was not accepted: %s", to, what.What)
		return say.EndWith(say.CodeOf(result.Err), &say.UsageError{What: "nothing else was sent", Hint: what.Next})
	}
	s.Output.Say("sample sent to %s: message %d, %s, the longest text", to, result.ID, text.Count(p.Samples[at].Segments, "segment"))
	if f.yes || f.asJSON {
		return nil
	}
	sure, err := s.Asks.Confirm(ctx, "look at your phone; send the broadcast now?")
	if err == nil && !sure {
		err = say.ErrCancelled
	}
	return err
}

// sampleTag marks the message to oneself in the history and in callbacks.
const sampleTag = "sample"
