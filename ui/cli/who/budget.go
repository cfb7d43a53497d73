package who

import (
	"context"
	"encoding/json"
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

// refused is that as the end of a command. Nothing was sent by then.
func (e *OverBudget) refused() error {
	return &say.UsageError{What: e.What + "; nothing was sent", Hint: e.Hint}
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
	err := h.Budget(ctx, o, id, sum, at)
	if over, is := err.(*OverBudget); is { //nolint:errorlint // it is never wrapped
		return over.refused()
	}
	return err
}

// Budget is WithinBudget with an error that says why, and not what became of the messages: an
// [*OverBudget], or one of the outbox.
//
// What counts is all that the outbox has of the account in that month: what was sent, by
// whichever telex of it, what is to be sent, and what came in, if there are figures for that.
// It is asked before messages are recorded, so two that begin at one moment may both pass.
func (h Home) Budget(ctx context.Context, o *outbox.Outbox, id Identity, sum price.Range, at time.Time) error {
	limit := id.Profile.Budget.Month
	if limit == nil {
		return nil
	}
	figures := id.Figures()
	name := "budget.month of profile " + id.Profile.Name
	switch {
	case !figures.Known():
		return &OverBudget{name + " needs figures, and there are none", figuresHint(id)}
	case sum.Unpriced > 0:
		return &OverBudget{name + " cannot be held: your figures do not cover " + text.Count(sum.Unpriced, "recipient"), figuresHint(id)}
	}
	month := monthOf(at.In(h.Now().Location()))
	spent, err := spentIn(ctx, o, id, figures, month)
	if err != nil {
		return err
	}
	if !spent.Add(sum).Exceeds(*limit) {
		return nil
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

// spentIn is what an account spent in a month, with what is to be sent yet.
func spentIn(ctx context.Context, o *outbox.Outbox, id Identity, figures price.Figures, in month) (sum price.Range, err error) {
	sum.Currency = figures.Currency
	if o == nil {
		return sum, nil
	}
	err = o.EachBilled(ctx, id.AccountID, in.since, in.until, func(b outbox.Billed) error {
		sum = sum.Add(billed(figures, b))
		return nil
	})
	if err != nil {
		return sum, err
	}
	runs, err := o.Runs(ctx)
	if err != nil {
		return sum, err
	}
	for _, r := range runs {
		high, err := reserved(ctx, o, id, r)
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

// reserved is what a broadcast of the account may come to yet.
func reserved(ctx context.Context, o *outbox.Outbox, id Identity, r outbox.Run) (int64, error) {
	open := []outbox.RunState{outbox.RunPlanned, outbox.RunRunning, outbox.RunPaused}
	if r.Broadcast.By.AccountID != id.AccountID || !slices.Contains(open, r.State) {
		return 0, nil
	}
	var kept struct {
		Reserve Reserve `json:"reserve"`
	}
	if len(r.Broadcast.Options) == 0 || json.Unmarshal(r.Broadcast.Options, &kept) != nil || kept.Reserve.Messages == 0 {
		return 0, nil //nolint:nilerr // an older telex kept none
	}
	c, err := o.RunCounts(ctx, r.ID)
	return kept.Reserve.rest(c.Waiting), err
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
// budget is; "" if not.
func (h Home) ShortMemory(p config.Profile) string {
	file, err := h.Configuration()
	if err != nil || p.Budget.Month == nil {
		return ""
	}
	const longest = 31
	if keep := file.Outbox().Keep; keep > 0 && keep < longest {
		return fmt.Sprintf("budget.month counts what the outbox has, and keep = %d under [outbox] deletes what is older than that many days", keep)
	}
	return ""
}
