package broadcast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"

	"telex/messaging/broadcast"
	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/rejects"
	"telex/ui/cli/say"
	"telex/ui/text"
	"telex/ui/words"
)

// run keeps the broadcast and its people, and sends it.
func (f startFlags) run(ctx context.Context, s *sending, p planned) error {
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
	m := p.made.Message
	r, err := s.o.NewBroadcast(ctx, outbox.Broadcast{
		Name: name, By: s.by, ApplicationID: m.ApplicationID, Senders: p.made.Senders, Text: p.made.Template.String(), Media: m.Media, Tag: m.Tag,
		List: outbox.List{Name: p.source.name, Sum: p.source.sum}, StopAt: stopAt, Options: options, StartedBy: userName(), Host: hostName(), Again: p.source.again,
	})
	if err != nil {
		return given(ctx, err)
	}
	if !f.asJSON {
		if err := s.Output.Line("%d", r.ID); err != nil {
			return err
		}
	}
	s.Output.Say("broadcast %d: keeping %s", r.ID, text.Count(p.People, "row"))
	if err := s.fill(ctx, r, p); err != nil {
		return err
	}
	if f.detach {
		s.Output.Say("broadcast %d is prepared", r.ID)
		return s.report(ctx, r.ID)
	}
	if err := s.o.StartRun(ctx, r.ID); err != nil {
		return given(ctx, err)
	}
	return s.drain(ctx, r.ID)
}

// fill adds the people to a run, and writes those who get nothing into a file beside the
// list. If it cannot be done to the end the run is cancelled.
func (s *sending) fill(ctx context.Context, r outbox.Run, p planned) error {
	left := rejects.For(p.source.path, p.source.fields)
	var unkept error
	p.made.Now = s.Now() // the question may have stood there for long
	var failed error
	added, err := s.o.AddPeople(ctx, r.ID, func(yield func(outbox.Person) bool) {
		for someone, err := range p.made.People() {
			if err != nil {
				failed = err
				return
			}
			if someone.Skip != "" && p.source.path != "" && unkept == nil {
				unkept = left.Add(rejected(someone))
			}
			if !yield(personOf(p.made, someone)) {
				return
			}
		}
		failed = p.source.err()
	})
	err = errors.Join(err, failed, ctx.Err())
	if err == nil && added != p.People {
		err = errors.New("the list has other people now than when it was planned")
	}
	if err != nil {
		if name, _, _ := left.Close(); name != "" {
			_ = os.Remove(name) // it would be told of nowhere
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
	name, n, err := left.Close()
	if err = errors.Join(unkept, err); err != nil {
		s.Output.Say("warning: who is left out cannot be written into a file: %s; %s has them", say.Plain(err), words.ReportRun(r.ID, s.flags.Sandbox))
	} else if name != "" {
		s.Output.Say("%s left out, and why: %s", text.Count(n, "row"), name)
	}
	return nil
}

// rejected is the row of somebody who gets nothing, and why.
func rejected(p *broadcast.Person) (row list.Row, reason string) {
	reason = string(p.Skip) + ": " + words.LeftOut(outbox.Skip(p.Skip), p.Why)
	return list.Row{Line: p.Line, Value: p.Number, Values: p.Values}, reason
}

// userName and hostName say who started a broadcast, for those who look at it later.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
