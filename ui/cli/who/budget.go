package who

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/config"
	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// An OverBudget refuses what may come to more than a profile may spend in a month, or of which
// nobody can say.
type OverBudget struct{ What, Hint string }

func (e *OverBudget) Error() string { return e.What }

// Refused is an error of the outbox as the end of a command: an [*OverBudget] as one by which
// nothing was sent, any other as it is.
func Refused(err error) error {
	if over, is := errors.AsType[*OverBudget](err); is {
		return &say.UsageError{What: over.What + "; nothing was sent", Hint: over.Hint}
	}
	return err
}

// A Reserve is what a broadcast was planned to come to, kept with it, so that what it still
// has to send counts as spent.
type Reserve struct {
	High     int64 `json:"high,omitempty"` // at most, in millionths
	Messages int   `json:"messages,omitempty"`
}

// rest is what so many of its people may come to.
func (r Reserve) rest(waiting int) int64 {
	if r.Messages <= 0 || r.High <= 0 || waiting <= 0 {
		return 0
	}
	each := (r.High + int64(r.Messages) - 1) / int64(r.Messages)
	return each * int64(waiting)
}

// WithinBudget refuses what may bring the month of a time over the budget of a profile, as the
// error of a command. The outbox is nil if there is none yet.
func (h Home) WithinBudget(ctx context.Context, o *outbox.Outbox, id Identity, sum price.Range, at time.Time) error {
	if id.Profile.Budget.Month == nil {
		return nil
	}
	var books *outbox.Books
	if o != nil {
		now := o.Books()
		books = &now
	}
	return Refused(h.within(ctx, books, id, sum, at, &earlier{}))
}

// Budget judges by the budget of a profile what comes to a sum and leaves at a time, when it
// is recorded: its error is an [*OverBudget], or one of the outbox. It is nil if there is none.
//
// What counts is all that the outbox has of the account in that month: what was sent, by
// whichever telex of it, what is to be sent, and what came in, if there are figures for that.
func (h Home) Budget(id Identity, sum price.Range, at time.Time) outbox.Judge {
	if id.Profile.Budget.Month == nil {
		return nil
	}
	known := &earlier{}
	return func(ctx context.Context, b outbox.Books) error { return h.within(ctx, &b, id, sum, at, known) }
}

// within is the judgement of [Home.Budget]; books are nil if there is no outbox yet. What is
// known of an earlier judgement may be too much, and is looked at again before it refuses.
func (h Home) within(ctx context.Context, books *outbox.Books, id Identity, sum price.Range, at time.Time, known *earlier) error {
	limit := id.Profile.Budget.Month
	figures := id.Figures()
	name := "budget.month of profile " + id.Profile.Name
	switch {
	case !figures.Known():
		return &OverBudget{name + " needs figures, and there are none", figuresHint(id)}
	case sum.Unpriced > 0:
		return &OverBudget{name + " cannot be held: your figures do not cover " + text.Count(sum.Unpriced, "recipient"), figuresHint(id)}
	}
	month := monthOf(at.In(h.Now().Location()))
	kept := known.looked
	spent, err := spentIn(ctx, books, id, figures, month, known)
	if err == nil && kept && spent.Add(sum).Exceeds(*limit) {
		spent, err = spentIn(ctx, books, id, figures, month, &earlier{})
	}
	if err != nil || !spent.Add(sum).Exceeds(*limit) {
		return err
	}
	but := ""
	if spent.Unpriced > 0 {
		but = fmt.Sprintf(" without %s that your figures do not cover,", text.Count(spent.Unpriced, "recipient"))
	}
	return &OverBudget{
		fmt.Sprintf("%s is %s: %s of %s is spent or planned already,%s and this is %s by your figures",
			name, price.Format(*limit, figures.Currency), spent, month.since.Format("January 2006"), but, sum),
		"to send it anyway, give a higher month under [profiles." + id.Profile.Name + ".budget] in config.toml",
	}
}

// A month is one of the calendar, by the clock on the wall.
type month struct{ since, until time.Time }

func monthOf(t time.Time) month {
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
	return month{first, first.AddDate(0, 1, 0)}
}

// An earlier sum is what an account spent in a month by the messages up to the newest one that
// was there at the first look. Since then they may have come to less.
type earlier struct {
	looked bool
	newest int64
	sum    price.Range
}

// look finds it out, unless it is known.
func (e *earlier) look(ctx context.Context, books outbox.Books, account string, figures price.Figures, in month) error {
	if e.looked {
		return nil
	}
	newest, err := books.Newest(ctx)
	if err != nil {
		return err
	}
	sum := price.Range{Currency: figures.Currency}
	if err := books.EachEarlier(ctx, account, in.since, in.until, newest, adding(&sum, figures)); err != nil {
		return err
	}
	*e = earlier{true, newest, sum}
	return nil
}

// adding adds what messages came to.
func adding(sum *price.Range, figures price.Figures) func(outbox.Billed) error {
	return func(b outbox.Billed) error {
		*sum = sum.Add(billed(figures, b))
		return nil
	}
}

// spentIn is what an account spent in a month, with what is to be sent yet.
func spentIn(ctx context.Context, books *outbox.Books, id Identity, figures price.Figures, in month, known *earlier) (sum price.Range, err error) {
	sum.Currency = figures.Currency
	if books == nil {
		return sum, nil
	}
	if err := known.look(ctx, *books, id.AccountID, figures, in); err != nil {
		return sum, err
	}
	sum = known.sum
	if err := books.EachLater(ctx, id.AccountID, in.since, in.until, known.newest, adding(&sum, figures)); err != nil {
		return sum, err
	}
	runs, err := books.Runs(ctx)
	if err != nil {
		return sum, err
	}
	for _, r := range runs {
		if due := r.Due().At; !due.IsZero() && (due.Before(in.since) || !due.Before(in.until)) {
			continue // it begins in another month
		}
		high, err := reserved(ctx, *books, id, r)
		if err != nil {
			return sum, err
		}
		sum = sum.Add(price.Range{Low: high, High: high, Currency: figures.Currency})
	}
	return sum, nil
}

// billed is what a message came to, or may.
func billed(figures price.Figures, b outbox.Billed) (sum price.Range) {
	switch b.State {
	case outbox.Received:
		got := figures.Received(b.Own, b.Message.IsMMS(), b.Message.Text, b.Segments)
		got.Unpriced = 0 // who has no figure for them does not count them
		return got
	case outbox.Scheduled, outbox.Queued:
		return figures.Of(b.Message, b.Segments)
	case outbox.Missed, outbox.Sending, outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Unconfirmed, outbox.Failed, outbox.Rejected,
		outbox.Unsent, outbox.Unknown:
	}
	for _, to := range b.Message.To {
		sum = sum.Add(figures.After(b.Message, b.Segments, price.Ending{To: to, Code: b.Code, Created: b.State.Outcome()}))
	}
	return sum
}

// reserved is what a broadcast of the account may come to yet: all of it before it has all of
// its people.
func reserved(ctx context.Context, books outbox.Books, id Identity, r outbox.Run) (int64, error) {
	open := []outbox.RunState{outbox.RunPlanned, outbox.RunRunning, outbox.RunPaused}
	if r.Broadcast.By.AccountID != id.AccountID || !slices.Contains(open, r.State) {
		return 0, nil
	}
	var kept struct {
		Reserve Reserve `json:"reserve"`
		People  int     `json:"people"` // of its list
	}
	if len(r.Broadcast.Options) == 0 || json.Unmarshal(r.Broadcast.Options, &kept) != nil || kept.Reserve.Messages == 0 {
		return 0, nil //nolint:nilerr // an older telex kept none
	}
	if r.State == outbox.RunPlanned && r.People < kept.People {
		return kept.Reserve.High, nil
	}
	waiting, err := books.Waiting(ctx, r.ID)
	return kept.Reserve.rest(waiting), err
}

// CostOf is what messages come to by the figures of a profile.
func CostOf(figures price.Figures, messages []messaging.Message) price.Range {
	sum := price.Range{Currency: figures.Currency}
	for _, m := range messages {
		sum = sum.Add(figures.Of(m, 0))
	}
	return sum
}

// ShortMemory says so if the outbox forgets messages of a month before it ends, for which a
// budget is; "" if not. The outbox is nil if there is none yet.
func (h Home) ShortMemory(ctx context.Context, o *outbox.Outbox, p config.Profile) string {
	if p.Budget.Month == nil || o == nil {
		return ""
	}
	const longest = 31
	keeps, err := o.Keeping(ctx)
	if err != nil || keeps.Days == 0 || keeps.Days >= longest {
		return ""
	}
	return fmt.Sprintf("budget.month counts what the outbox has, and what is older than %s is deleted from it", text.Count(keeps.Days, "day"))
}
