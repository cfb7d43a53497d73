package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/segment"
)

// A Rate is so many segments in a span of time. The zero Rate is none that was chosen.
type Rate struct {
	Count int
	Per   time.Duration
}

// NoLimit is a Rate that is never reached.
func NoLimit() Rate { return Rate{Count: -1} }

// DefaultRate is what Bandwidth sends on of an account where nothing else was agreed: one
// segment a second, over all of its numbers. Source: Bandwidth support, 360014169214 and
// 360014275553.
func DefaultRate() Rate { return Rate{1, time.Second} }

// mostRate bounds the count of a Rate that is typed.
const mostRate = 1_000_000

// errRate says how a rate is written.
var errRate = errors.New("not a rate such as 5/s, 240/m or 2000/24h, nor unlimited")

// ParseRate reads a count, a slash and a span of time whose 1 may be left out: "5/s",
// "240/m", "2000/24h"; a count alone is a second's. "unlimited" is [NoLimit]. The count is
// at most 1,000,000, the span from a millisecond to a day.
func ParseRate(s string) (Rate, error) {
	if s == "unlimited" {
		return NoLimit(), nil
	}
	count, per, ok := strings.Cut(s, "/")
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > mostRate {
		return Rate{}, fmt.Errorf("%q is %w", s, errRate)
	}
	if !ok {
		return Rate{n, time.Second}, nil
	}
	if per != "" && strings.Trim(per[:1], "smh") == "" {
		per = "1" + per
	}
	span, err := time.ParseDuration(per)
	if err != nil || span < time.Millisecond || span > 24*time.Hour {
		return Rate{}, fmt.Errorf("%q is %w", s, errRate)
	}
	return Rate{n, span}, nil
}

// String is the rate as [ParseRate] reads it; "" for the zero Rate.
func (r Rate) String() string {
	switch {
	case r == Rate{}:
		return ""
	case !r.Limits():
		return "unlimited"
	}
	per := r.Per.String()
	for _, zero := range []string{"m0s", "h0m"} { // 1m0s, 24h0m0s
		if strings.HasSuffix(per, zero) {
			per = per[:len(per)-2]
		}
	}
	if len(per) == 2 && per[0] == '1' {
		per = per[1:]
	}
	return strconv.Itoa(r.Count) + "/" + per
}

// Limits reports whether the rate is ever reached.
func (r Rate) Limits() bool { return r.Count > 0 && r.Per > 0 }

// Lasts is how long so many segments take at this rate; 0 if it is never reached.
func (r Rate) Lasts(segments int) time.Duration {
	if !r.Limits() {
		return 0
	}
	whole, rest := segments/r.Count, segments%r.Count
	return time.Duration(whole)*r.Per + r.Per*time.Duration(rest)/time.Duration(r.Count)
}

// Cost is what a message takes of a [Rate]: the segments of an SMS, the recipients of an
// MMS.
func Cost(m messaging.Message) int {
	if m.IsMMS() {
		return len(m.To)
	}
	return max(segment.Of(m.Text).Segments, 1)
}

// A Pace is how fast a run sends at most. All runs and all processes of an outbox take from
// the same: what one has sent another does not send as well. The strictest rate wins.
type Pace struct {
	Account Rate // of all that the account sends; the zero one is [DefaultRate]
	// Senders have rates of their own, by their numbers. The zero Rate is none.
	Senders   map[string]Rate
	Campaigns []Campaign
}

// A Campaign is numbers that share a rate.
type Campaign struct {
	ID      string
	Senders []string
	Rate    Rate // the zero one is none
}

// A limit is a rate that a message counts against.
type limit struct {
	name string // of its row
	rate Rate
}

// limits are those that a message from a sender counts against.
func (p Pace) limits(by By, from string) []limit {
	account := p.Account
	if account == (Rate{}) {
		account = DefaultRate()
	}
	all := []limit{{"account " + by.AccountID + " " + by.BaseURL, account}}
	for _, c := range p.Campaigns {
		if slices.Contains(c.Senders, from) {
			all = append(all, limit{"campaign " + by.AccountID + " " + c.ID, c.Rate})
		}
	}
	all = append(all, limit{"sender " + by.AccountID + " " + from, p.Senders[from]})
	return slices.DeleteFunc(all, func(l limit) bool { return !l.rate.Limits() })
}

// lateness is by how much a process may be late and make up for it: what wakes it, and the
// disk, take time. It is so short that it lets no two segments leave together where a pace
// is one that a person would choose.
const lateness = 50 * time.Millisecond

// A bucket is what is left of one limit: by the generic cell rate algorithm with a burst
// of one, nothing leaves before free, and what leaves puts that off by what it takes.
// Source: ITU-T I.371.
type bucket struct {
	at, free time.Time
	changed  bool
}

// rebase has a bucket go by a clock that was set back since: what was to be waited for then
// is from now on.
func (b *bucket) rebase(now time.Time) {
	if b.at.After(now) {
		b.at, b.free, b.changed = now, now.Add(b.free.Sub(b.at)), true
	}
}

// take notes that something leaves that takes so long.
func (b *bucket) take(now time.Time, lasts time.Duration) {
	from := b.free
	if earliest := now.Add(-lateness); from.Before(earliest) {
		from = earliest
	}
	b.at, b.free, b.changed = now, from.Add(lasts), true
}

// A pacer takes of the limits of a run, within a transaction. Buckets go by the clock that
// all processes share: where each went by its own, those of two hosts would let twice as much
// leave.
type pacer struct {
	tx      Tx
	pace    Pace
	by      By
	slowed  int           // how often the pace was halved
	now     time.Time     // by the clock of this process, as are the times that it returns
	ahead   time.Duration // by how much the shared one is
	buckets map[string]*bucket
}

// lasts is how long a message of a cost keeps others from leaving by a limit.
func (p *pacer) lasts(l limit, cost int) time.Duration { return l.rate.Lasts(cost) << p.slowed }

// of is the bucket of a limit.
func (p *pacer) of(ctx context.Context, l limit) (*bucket, error) {
	if b := p.buckets[l.name]; b != nil {
		return b, nil
	}
	var at, free int64
	err := p.tx.QueryRowContext(ctx, "SELECT at, free FROM paces WHERE name = ?", l.name).Scan(&at, &free)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read the pace: %w", err)
	}
	b := &bucket{at: timeOf(at), free: timeOf(free)}
	b.rebase(p.now.Add(p.ahead))
	p.buckets[l.name] = b
	return b, nil
}

// when is when the next message of a sender may leave, whatever it costs: not after now if
// it may.
func (p *pacer) when(ctx context.Context, from string) (time.Time, error) {
	var latest time.Time
	for _, l := range p.pace.limits(p.by, from) {
		b, err := p.of(ctx, l)
		if err != nil {
			return latest, err
		}
		if b.free.After(latest) {
			latest = b.free
		}
	}
	return latest.Add(-p.ahead), nil
}

// take notes that a message leaves.
func (p *pacer) take(ctx context.Context, m messaging.Message) error {
	cost := Cost(m)
	for _, l := range p.pace.limits(p.by, m.From) {
		b, err := p.of(ctx, l)
		if err != nil {
			return err
		}
		b.take(p.now.Add(p.ahead), p.lasts(l, cost))
	}
	return nil
}

// keep writes down what changed.
func (p *pacer) keep(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(p.buckets)) {
		b := p.buckets[name]
		if !b.changed {
			continue
		}
		_, err := p.tx.ExecContext(ctx, `INSERT INTO paces (name, at, free) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET at = excluded.at, free = excluded.free`, name, stamp(b.at), stamp(b.free))
		if err != nil {
			return fmt.Errorf("note the pace: %w", err)
		}
	}
	return nil
}
