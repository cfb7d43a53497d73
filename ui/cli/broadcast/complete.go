package broadcast

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// complete adds to a broadcast the rest of its list, if that is as it was: telex ended while
// it prepared it. Nothing of it was sent.
func (s *sending) complete(ctx context.Context, r outbox.Run, kept settings) error {
	p, err := s.planAgain(ctx, r, kept)
	if err == nil {
		defer p.source.close()
		s.Output.Say("broadcast %d was not prepared to its end: it has %d of its %d rows; keeping the others, from %s", r.ID, r.People, kept.People, say.Quoted(p.source.name))
		err = s.fill(ctx, r, p)
	}
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		s.Output.Say("broadcast %d is not prepared to its end; to go on: %s", r.ID, words.ResumeRun(r.ID, s.Shell(s.flags.Sandbox)))
		return say.Told(say.ExitUnsent)
	}
	if ended := s.takenOver(r, err); ended != nil {
		return ended
	}
	if _, is := errors.AsType[*outbox.Error](err); is {
		return fmt.Errorf("broadcast %d is not prepared to its end, and nothing of it was sent: %w", r.ID, err)
	}
	e := &say.UsageError{
		What: fmt.Sprintf("broadcast %d was not prepared to its end: it has %d of its %d rows, and the others cannot be added:", r.ID, r.People, kept.People),
		More: []string{say.Plain(err)},
		Hint: "nothing of it was sent; resume it with the list as it was, or start it again and put this one away: " + words.CancelRun(r.ID, s.Shell(s.flags.Sandbox)),
	}
	if usage, is := errors.AsType[*say.UsageError](err); is {
		e.More = []string{strings.TrimSuffix(usage.What, "; nothing was sent")}
	}
	return e
}

// planAgain is a broadcast as it was planned, with its list, which is refused if it is
// another one than it was.
func (s *sending) planAgain(ctx context.Context, r outbox.Run, kept settings) (planned, error) {
	clock, err := kept.clock(s.Now().Location())
	if err != nil {
		return planned{}, err
	}
	made, err := kept.made(r, clock)
	if err != nil {
		return planned{}, err
	}
	from, err := s.listOf(ctx, r, kept.List)
	if err != nil {
		return planned{}, err
	}
	if from.sum != r.Broadcast.List.Sum {
		from.close()
		return planned{}, fmt.Errorf("the list %s is another one now than when it was planned", say.Quoted(from.name))
	}
	made.Rows, made.Fields, made.Now = from.rows, from.fields, kept.notBefore(s.Now())
	made.Known = known(ctx, s.o, r.Broadcast, kept.DailyCap)
	p := planned{source: from, made: made, settings: kept}
	p.People = kept.People
	return p, nil
}

// listOf opens the list of a broadcast once more.
func (s *sending) listOf(ctx context.Context, r outbox.Run, as reading) (*source, error) {
	if r.Broadcast.Again != 0 {
		old, err := s.o.Run(ctx, r.Broadcast.Again)
		if err != nil {
			return nil, err
		}
		return s.peopleOf(ctx, old, as.Only)
	}
	f := startFlags{list: cmp.Or(as.Path, r.Broadcast.List.Name)}
	for what, header := range as.Columns {
		f.columns = append(f.columns, what+"="+header)
	}
	return open(ctx, s.o, f, cmp.Or(as.Region, s.id.Region), s.Shell(s.flags.Sandbox))
}
