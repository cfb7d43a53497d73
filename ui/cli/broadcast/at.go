package broadcast

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging/broadcast/hours"
	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/draft"
	"telex/ui/words"
)

// A beginning is when a broadcast is to begin, as it was typed.
type beginning struct {
	at        string
	theirTime bool
	read      draft.Later
	zone      *time.Location // by whose clocks a time of day is; nil: those here
	all       bool           // nobody may be left out because it is not known where they are
}

// register adds the flags of it; by is what --at does.
func (b *beginning) register(cmd *cobra.Command, by string) {
	cmd.Flags().StringVar(&b.at, "at", "", by)
	cmd.Flags().BoolVar(&b.theirTime, "their-time", false, "with --at: to each person at that time by their own\nclock, and on one day")
	_ = cmd.RegisterFlagCompletionFunc("at", who.CompleteNothing) // fails only for a flag that is not there
}

// later reports whether it is later at all.
func (b *beginning) later() bool { return b.at != "" }

// check reads the time. Given says whether there is one.
func (b *beginning) check(given bool, now time.Time) (err error) {
	if !given {
		if b.theirTime {
			return &say.UsageError{What: "--their-time says by which clocks --at is; nothing was sent", Hint: "add --at with a time, such as --at 09:00"}
		}
		return nil
	}
	if b.read, err = draft.ReadLater(b.at, now); err != nil {
		return say.Usagef("--at: %s; nothing was sent", err)
	}
	if b.theirTime && !b.read.IsClock() {
		return say.Usagef("--their-time is by everybody's own clock, and --at %s says already when that is; nothing was sent", say.Quoted(b.at))
	}
	return nil
}

// wallForm is how what a clock shows is kept.
const wallForm = "2006-01-02T15:04:05"

// begins is when somebody may get theirs by their own clock; nil if all may at once.
func (s settings) begins(clock *hours.Hours) (func(number, zone string) (time.Time, string), error) {
	if s.Clock == "" {
		return nil, nil //nolint:nilnil // it says so
	}
	wall, err := time.Parse(wallForm, s.Clock)
	if err != nil {
		return nil, fmt.Errorf("read what clocks show: %w", err)
	}
	return func(number, zone string) (time.Time, string) {
		at, ok := clock.Shown(wall, number, zone)
		if !ok {
			return time.Time{}, "where they are their number does not tell; a column zone of the list would"
		}
		return at, ""
	}, nil
}

// notBefore is the later of now and when the broadcast is to begin.
func (s settings) notBefore(now time.Time) time.Time {
	if s.At.At.After(now) {
		return s.At.At
	}
	return now
}

// whereabouts are people by their numbers, with the zone that is known of each.
type whereabouts = iter.Seq2[string, string]

// ofRows are those of a list who can be texted.
func ofRows(rows iter.Seq[list.Row]) whereabouts {
	return func(yield func(number, zone string) bool) {
		for row := range rows {
			if row.Reject == "" && !row.Duplicate && !yield(row.Number, row.Zone) {
				return
			}
		}
	}
}

// put is when it is to begin, into settings. By everybody's own clock it is the first day on
// which that is still to come for all of the people.
func (b *beginning) put(s *settings, now time.Time, people whereabouts, clock *hours.Hours) error {
	s.At, s.Clock = outbox.When{}, ""
	if !b.later() {
		return nil
	}
	if !b.theirTime {
		zone := b.zone
		if zone == nil {
			zone = draft.NamedZone(now)
		}
		at, err := b.read.When(zone, now)
		if err != nil {
			return say.Usagef("--at: %s; nothing was sent", err)
		}
		s.At = at
		return nil
	}
	wall, every := b.read.Wall(now)
	for ; ; wall = wall.Add(every) {
		look := lookAt(people, wall, now, clock)
		switch {
		case look.over != "" && every == 0:
			return say.Usagef("--at: by the clock of %s %s is over; nothing was sent", look.over, say.Quoted(b.at))
		case look.over != "":
			continue
		case look.first.IsZero() || look.nowhere != "" && b.all:
			return &say.UsageError{
				What: "--their-time: where " + cmp.Or(look.nowhere, "they") + " may be, no number tells; nothing was sent", Hint: "a column zone of the list would, or leave --their-time out",
			}
		case look.first.Sub(now) > draft.MostLater:
			return say.Usagef("--at: %s is more than a year ahead; nothing was sent", say.Quoted(b.at))
		}
		// By the zone of the first one: that is when it begins.
		s.At, s.Clock = outbox.WhenShows(wall, look.first.Location()), wall.Format(wallForm)
		if hours.Location(s.At.Zone) == nil {
			s.At = outbox.WhenAt(look.first)
		}
		return nil
	}
}

// A look is what a time on everybody's own clock means for some people.
type look struct {
	first         time.Time // when it is that for the first of them
	over, nowhere string    // the number of one for whom it is over, and of one of whom nobody knows where they are
}

// lookAt looks until one is found for whom it is over.
func lookAt(people whereabouts, wall, now time.Time, clock *hours.Hours) (l look) {
	for number, zone := range people {
		at, ok := clock.Shown(wall, number, zone)
		switch {
		case !ok:
			l.nowhere = number
		case !at.After(now):
			l.over = number
			return l
		case l.first.IsZero() || at.Before(l.first):
			l.first = at
		}
	}
	return l
}

// tellBeginning says by whose clocks a broadcast begins later, and what begins it.
func (s *sending) tellBeginning(ctx context.Context, r outbox.Run) {
	due := r.Due()
	if due.IsZero() {
		return
	}
	for _, l := range s.beginningWords(ctx, r) {
		s.Output.Say("%s", l)
	}
}

// beginningWords are what tellBeginning says.
func (s *sending) beginningWords(ctx context.Context, r outbox.Run) (all []string) {
	due := r.Due()
	if kept, err := settingsOf(r); err == nil && kept.Clock != "" {
		all = append(all, "each gets it then by their own clock: it begins with the first of them")
	}
	if note := words.ClockNote(due, hours.Location(due.Zone)); note != "" {
		all = append(all, note)
	}
	if working, err := s.o.Working(ctx); err == nil {
		all = append(all, fmt.Sprintf("%s; %d minutes after that it is missed, and never begins by itself", words.BegunBy(s.Shell(s.flags.Sandbox), working), int(outbox.Grace.Minutes())))
	}
	return all
}
