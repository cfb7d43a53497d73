package listen

import (
	"context"

	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// askOn asks the API what became of messages that callbacks leave open, until ctx ends: of
// some none comes, and one without credentials decides nothing. See [outbox.Asker].
func (l *Listener) askOn(ctx context.Context) {
	if l.Asked || l.Sandbox {
		return // the sandbox within telex has forgotten what it took
	}
	const not = "Bandwidth is not asked about messages that callbacks leave open"
	link, err := l.link(ctx)
	if err == nil {
		defer link.Close()
		err = l.o.Asker(outbox.AskOptions{API: link, By: l.by, Tell: func(n outbox.AskNews) {
			if n.Err != nil {
				l.say("%s", words.AskTrouble(n.Err, n.Again.In(l.Now().Location())))
			}
		}}).Run(ctx)
	}
	if err != nil && ctx.Err() == nil {
		l.notes.Warn(not, err)
	}
}

// link is the way to the API. Nobody is asked for a secret: a listener runs unattended.
func (l *Listener) link(ctx context.Context) (who.Link, error) {
	id := l.id
	if err := l.Authorise(ctx, &id, who.CommandStatus, ask.Asker{Unasked: "telex listen asks for no secret of the API"}); err != nil {
		return who.Link{}, err
	}
	return l.Connect(ctx, id)
}
