package broadcast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"telex/messaging/broadcast"
	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/rejects"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// run keeps the broadcast and its people, and sends it.
func (f startFlags) run(ctx context.Context, s *sending, p planned) error {
	if at := p.settings.At; f.begins.later() && !at.At.After(s.Now()) { // the question may have stood there for long
		return say.Usagef("--at is over by now: it was %s; nothing was sent", words.When(at, s.Now().Location()))
	}
	options, err := json.Marshal(p.settings)
	if err != nil {
		return fmt.Errorf("keep how it is sent: %w", err)
	}
	stopAt, err := f.stopPercent()
	if err != nil {
		return err
	}
	name := f.name
	if name == "" {
		name = filepath.Base(p.source.name)
	}
	m, me := p.made.Message, s.User()
	r, err := s.o.NewBroadcastIf(ctx, outbox.Broadcast{
		Name: name, By: s.by, ApplicationID: m.ApplicationID, Senders: p.made.Senders, Text: p.made.Template.String(), Media: m.Media, Tag: m.Tag,
		List: outbox.List{Name: p.source.name, Sum: p.source.sum}, StopAt: stopAt, Options: options, Again: p.source.again,
		StartedBy: me.Name, Host: me.Host, OwnName: me.Own, Approve: s.id.Profile.Approve,
	}, f.budget(s.Options, s.id, p))
	if err != nil {
		return given(ctx, who.Refused(err))
	}
	if !f.asJSON {
		if err := s.Output.Line("%d", r.ID); err != nil {
			return s.abandon(ctx, r, err)
		}
	}
	s.Output.Say("broadcast %d: keeping %s", r.ID, text.Count(p.People, "row"))
	if err := s.fill(ctx, r, p); err != nil {
		return s.abandon(ctx, r, err)
	}
	if f.begins.later() {
		if err := s.o.ScheduleRun(ctx, r.ID, p.settings.At, nil); err != nil {
			return given(ctx, err)
		}
	}
	if f.unattended() || r.WantsApproval() {
		s.Output.Say("broadcast %d is prepared", r.ID)
		return s.report(ctx, r.ID)
	}
	if err := s.o.StartRun(ctx, r.ID); err != nil {
		return given(ctx, err)
	}
	return s.drain(ctx, r.ID)
}

// errOtherPeople ends the filling of a broadcast whose list is another one than it was.
var errOtherPeople = errors.New("the list has other people now than when it was planned")

// fill adds the people to a run behind those that it has, and writes those who get nothing
// into a file beside the list.
func (s *sending) fill(ctx context.Context, r outbox.Run, p planned) error {
	last, err := s.lastOf(ctx, r)
	if err != nil {
		return err
	}
	left := rejects.For(p.source.path, p.source.fields)
	p.made.Now = p.settings.notBefore(s.Now()) // the question may have stood there for long
	n := 0
	var unkept, failed error
	added, err := s.o.AddPeople(ctx, r.ID, r.People, func(yield func(outbox.Person) bool) {
		for someone, err := range p.made.People() {
			if n++; err == nil && n == r.People && someone.Number != last {
				err = errOtherPeople
			}
			if err != nil {
				failed = err
				return
			}
			if someone.Skip != "" && p.source.path != "" && unkept == nil {
				unkept = left.Add(rejected(someone))
			}
			if n > r.People && !yield(personOf(p.made, someone)) {
				return
			}
		}
		failed = p.source.err()
	})
	err = errors.Join(err, failed, ctx.Err())
	if err == nil && r.People+added != p.People {
		err = errOtherPeople
	}
	if err != nil {
		if name, _, _ := left.Close(); name != "" {
			_ = os.Remove(name) // it would be told of nowhere
		}
		return err
	}
	name, n, err := left.Close()
	if err = errors.Join(unkept, err); err != nil {
		s.Output.Say("warning: who is left out cannot be written into a file: %s; %s has them", say.Plain(err), words.ReportRun(r.ID, s.Shell(s.flags.Sandbox)))
	} else if name != "" {
		s.Output.Say("%s left out, and why: %s", text.Count(n, "row"), name)
	}
	return nil
}

// lastOf is the number of the last one whom a run has; "" if there is nobody.
func (s *sending) lastOf(ctx context.Context, r outbox.Run) (string, error) {
	if r.People == 0 {
		return "", nil
	}
	page, err := s.o.RunPeople(ctx, r.ID, outbox.PeopleFilter{}, r.People-1, 1)
	if err != nil || len(page) == 0 {
		return "", err
	}
	return page[0].Number, nil
}

// abandon cancels a run that could not be filled, unless it is another telex's by now.
func (s *sending) abandon(ctx context.Context, r outbox.Run, err error) error {
	if ended := s.takenOver(r, err); ended != nil {
		return ended
	}
	why := outbox.Reason{Kind: outbox.ReasonPerson, Note: "it could not be filled"}
	if ended := s.o.CancelRun(context.WithoutCancel(ctx), r.ID, why); ended != nil {
		s.Output.Say("warning: %s", say.Plain(ended))
	}
	if ctx.Err() != nil {
		return say.ErrCancelled
	}
	return fmt.Errorf("nothing was sent, and broadcast %d is cancelled: %w", r.ID, err)
}

// takenOver is how a command ends whose broadcast another one goes on with, or ended; nil if
// it was stopped by something else.
func (s *sending) takenOver(r outbox.Run, err error) error {
	e := &say.UsageError{Hint: "to see how it stands: " + words.ShowRun(r.ID, s.Shell(s.flags.Sandbox))}
	moved, is := errors.AsType[*outbox.RunError](err)
	switch {
	case errors.Is(err, outbox.ErrFilledElsewhere):
		e.What = fmt.Sprintf("another telex prepares broadcast %d; this one has sent nothing of it", r.ID)
	case is:
		e.What = fmt.Sprintf("broadcast %d is %s by now; this telex has sent nothing of it", r.ID, moved.From)
	default:
		return nil
	}
	return say.EndWith(say.ExitUnsent, e)
}

// rejected is the row of somebody who gets nothing, and why.
func rejected(p *broadcast.Person) (row list.Row, reason string) {
	reason = string(p.Skip) + ": " + words.LeftOut(outbox.Skip(p.Skip), p.Why)
	return list.Row{Line: p.Line, Value: p.Number, Values: p.Values}, reason
}
