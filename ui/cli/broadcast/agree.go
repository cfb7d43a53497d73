package broadcast

import (
	"context"
	"fmt"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// typedFrom is from how many people on the count has to be typed. Fewer are easily read
// through.
const typedFrom = 20

// agree asks whether a plan is to be sent, and twice what was sent before.
func (f startFlags) agree(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, p planned) error {
	similar, before, err := o.SimilarRun(ctx, p.source.sum, p.made.Template.String(), p.made.Message.Media)
	if err != nil {
		return err
	}
	before = before && p.source.again == 0
	if before {
		sent := "was sent to the same list before"
		if !similar.Due().IsZero() {
			sent = "is to be sent to the same list already"
		}
		with.Output.Say("warning: the same text %s: broadcast %d, %s, is %s", sent, similar.ID, words.Day(similar.Created, with.Now()), words.RunState(similar, with.Now().Location()))
	}
	if f.yes {
		return nil
	}
	if why := with.Asks.Unasked(f.asJSON); why != "" {
		return &say.UsageError{What: why + "; nothing was sent", Hint: "look at the plan by --dry-run, then add --yes"}
	}
	question := fmt.Sprintf("send %s?", text.Count(p.Messages, "message"))
	if at := p.settings.At; !at.IsZero() {
		question = fmt.Sprintf("send %s, from %s on?", text.Count(p.Messages, "message"), words.When(at, with.Now().Location()))
	}
	if before {
		question = "send it once more? " + question
	}
	if id.Profile.Production {
		question = "profile " + id.Profile.Name + " is marked as production; " + question
	}
	if p.Messages < typedFrom && !id.Profile.Production {
		sure, err := with.Asks.Confirm(ctx, question)
		if err != nil || sure {
			return err
		}
		return say.ErrCancelled
	}
	return typed(ctx, with.Asks, question, "send them", p.Messages)
}
