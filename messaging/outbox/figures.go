package outbox

import (
	"context"
	"slices"
	"sort"
	"strconv"
	"time"

	"telex/messaging"
)

// A Span is the time of which [Outbox.Figures] are: messages that were made not before
// Since, and before Until. Zero is no bound.
type Span struct {
	Since, Until time.Time
	Zone         *time.Location // in which days begin and end; nil is UTC
}

// A Breakdown is by what figures are broken down.
type Breakdown string

// The breakdowns.
const (
	// ByState: those that are [Delivered] and were only handed over are a group of their
	// own, "handed-over".
	ByState  Breakdown = "state"
	ByCode   Breakdown = "code"   // delivery error codes; messages without one are in none
	BySender Breakdown = "sender" // numbers of ours: the sender, or what it came to
	ByDay    Breakdown = "day"    // on which they were made, as "2006-01-02"; days without any are left out
	// ByCarrier: the carriers that the API names; "" is those of whom it names none, or has no
	// news, and who wrote. It counts recipients: messages to several count once for each.
	ByCarrier  Breakdown = "carrier"
	ByReaction Breakdown = "reaction" // what the codes ask for; see [messaging.Reaction]
)

// Breakdowns lists all breakdowns.
func Breakdowns() []Breakdown {
	return []Breakdown{ByState, ByCode, BySender, ByDay, ByCarrier, ByReaction}
}

// Valid reports whether by is one of [Breakdowns].
func (by Breakdown) Valid() bool { return slices.Contains(Breakdowns(), by) }

// MostGroups is how many groups a [Table] has at most.
const MostGroups = 1000

// MostTimed is how many messages a [Latency] is measured on at most: the latest.
const MostTimed = 20_000

// Figures say what became of the messages of a time. A group's copies of a message that
// came in count once.
type Figures struct {
	Total Tally
	// Accepting is from the sending of a message to the API's yes, with all attempts;
	// Delivering from its sending to the receipt, when that was here: where nobody listens,
	// that is when the API was asked. Both are by the clock of this machine.
	Accepting, Delivering Latency
	Tables                []Table // in the order in which they were asked for
}

// A Table is figures broken down: days the newest first, states in the order of [States],
// others the largest first.
type Table struct {
	By     Breakdown
	Groups []Group
	More   bool // there are more than MostGroups; these are the first
}

// A Group is one row of a table. The key may have come from the network.
type Group struct {
	Key string
	Tally
}

// A Tally counts messages.
type Tally struct {
	States map[State]int // without those of which there are none
	// HandedOver is how many of those that are [Delivered] were handed over, of which no
	// more is known: see [messaging.GradeHandedOver].
	HandedOver int
	Unproven   int // how many of those that came in have no proof: see [Inbound]
	// SegmentsOut and SegmentsIn are as far as the API said how many
	// there were. An MMS has none.
	SegmentsOut, SegmentsIn int
}

// Out is how many were written here, and In how many came in.
func (t Tally) Out() (n int) {
	for s, of := range t.States {
		if s != Received {
			n += of
		}
	}
	return n
}

// In is how many came in.
func (t Tally) In() int { return t.States[Received] }

func (t Tally) all() int { return t.Out() + t.In() }

// Delivered is how many arrived, as a receipt says.
func (t Tally) Delivered() int { return t.States[Delivered] - t.HandedOver }

// Open is how many may get any further without anybody's doing.
func (t Tally) Open() int {
	return t.States[Queued] + t.States[Sending] + t.States[Accepted] + t.States[Sent]
}

// Share is how much was delivered of what was delivered or failed, from 0 to 1; not ok if
// that is nothing. What is open, unconfirmed or handed over is in neither.
func (t Tally) Share() (share float64, ok bool) {
	decided := t.Delivered() + t.States[Failed]
	if decided == 0 {
		return 0, false
	}
	return float64(t.Delivered()) / float64(decided), true
}

// add counts those of another tally, too.
func (t *Tally) add(other Tally) {
	if t.States == nil {
		t.States = map[State]int{}
	}
	for s, n := range other.States {
		t.States[s] += n
	}
	t.HandedOver += other.HandedOver
	t.Unproven += other.Unproven
	t.SegmentsOut += other.SegmentsOut
	t.SegmentsIn += other.SegmentsIn
}

// A Latency is how long something took.
type Latency struct {
	Messages int // that it was measured on; the others are 0 if there are none
	// Median: half of them took no longer; P95: 95 of 100.
	Median, P95 time.Duration
}

// latencyOf measures times, which it sorts.
func latencyOf(took []time.Duration) Latency {
	if len(took) == 0 {
		return Latency{}
	}
	slices.Sort(took)
	nearest := func(percent int) time.Duration { return took[(len(took)*percent+99)/100-1] }
	return Latency{Messages: len(took), Median: nearest(50), P95: nearest(95)}
}

// Figures counts the messages of a span, with a table for each breakdown that is asked
// for. It is all of one moment. It reads every message of the span, and needs little
// memory however many there are: some for each group that it finds.
func (o *Outbox) Figures(ctx context.Context, of Span, by ...Breakdown) (Figures, error) {
	if of.Zone == nil {
		of.Zone = time.UTC
	}
	var f Figures
	err := o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		c, err := counter{q: q}.narrowed(ctx, of)
		if err != nil {
			return err
		}
		all, err := c.total(ctx)
		if f.Total = all.all; err != nil || len(all.became) == 0 {
			return err
		}
		if f.Accepting, f.Delivering, err = c.latency(ctx); err != nil {
			return err
		}
		for _, b := range by {
			t, err := c.table(ctx, b, all)
			if err != nil {
				return err
			}
			f.Tables = append(f.Tables, t)
		}
		return nil
	})
	return f, o.reading("count the messages", err)
}

// byState are messages by states, of those that became something. What came in is one state,
// with proof or without.
func byState(became []Group) (groups []Group) {
	found := map[string]*Tally{}
	for _, g := range became {
		key := g.Key
		if key == unproven {
			key = string(Received)
		}
		if found[key] == nil {
			found[key] = &Tally{}
		}
		found[key].add(g.Tally)
	}
	for _, s := range States() {
		keys := []string{string(s)}
		if s == Delivered {
			keys = append(keys, handedOver)
		}
		for _, key := range keys {
			if t := found[key]; t != nil {
				groups = append(groups, Group{Key: key, Tally: *t})
			}
		}
	}
	return groups
}

// byReaction folds codes into what they ask for.
func byReaction(codes []Group) (groups []Group) {
	for _, c := range codes {
		code, _ := strconv.Atoi(c.Key) // the database has it as a number
		explained, _ := messaging.ExplainCode(code)
		key := explained.Reaction.String()
		i := slices.IndexFunc(groups, func(g Group) bool { return g.Key == key })
		if i < 0 {
			i = len(groups)
			groups = append(groups, Group{Key: key})
		}
		groups[i].add(c.Tally)
	}
	sort.SliceStable(groups, func(i, j int) bool { return groups[j].all() < groups[i].all() })
	return groups
}
