package broadcast

import (
	"context"
	"fmt"

	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// typedFrom is from how many people on the count has to be typed. Fewer are easily read
// through.
const typedFrom = 20

// noTerminal is why nobody is asked.
const noTerminal = "there is no terminal to ask on"

// agree asks whether a plan is to be sent, and twice what was sent before.
func (f startFlags) agree(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, p planned) error {
	similar, before, err := o.SimilarRun(ctx, p.source.sum, p.made.Template.String(), p.made.Message.Media)
	if err != nil {
		return err
	}
	before = before && p.source.again == 0
	if before {
		with.Output.Say("warning: the same text was sent to the same list before: broadcast %d, %s, is %s", similar.ID, words.Day(similar.Created, with.Now()), similar.State)
	}
	if f.yes {
		return nil
	}
	if why := ask.NotWithJSON(f.asJSON); why != "" || !with.Asks.CanAsk() {
		if why == "" {
			why = noTerminal
		}
		return &say.UsageError{What: why + "; nothing was sent", Hint: "look at the plan by --dry-run, then add --yes"}
	}
	question := fmt.Sprintf("send %s?", text.Count(p.Messages, "message"))
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
