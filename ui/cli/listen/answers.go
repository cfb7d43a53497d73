package listen

import (
	"context"
	"fmt"
	"strings"
	"time"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// repliesOf are the answers that are sent with no person, if they can be sent.
func repliesOf(w *who.World, id who.Identity) (outbox.Replies, error) {
	file, err := w.Configuration()
	if err != nil {
		return outbox.Replies{}, nil //nolint:nilerr // who opens the outbox warns of that
	}
	replies := outbox.Replies(file.Replies(id.Profile.Name))
	if err := replies.Check(); err != nil {
		return outbox.Replies{}, &say.UsageError{What: fmt.Sprintf("%s: [replies] %v", file.Path(), err)}
	}
	return replies, nil
}

// introduceReplies says what is answered with no person, or why nothing is.
func (l *Listener) introduceReplies() {
	if !l.replies.Any() {
		return
	}
	var kinds []string
	for _, k := range []struct{ text, what string }{{l.replies.Stop, "opt-outs"}, {l.replies.Start, "START"}, {l.replies.Help, "HELP"}} {
		if k.text != "" {
			kinds = append(kinds, k.what)
		}
	}
	what := strings.Join(kinds, ", ")
	switch {
	case l.Sandbox:
		l.say("warning: %s: not answered, as the sandbox of this outbox is within the console", what)
	case len(l.Users) == 0:
		l.say("warning: %s: not answered, as without --user anybody could make telex write to any number", what)
	default:
		l.say("listen: answering %s, as [replies] says", what)
	}
}

// answer answers with no person what is to be answered so, until ctx ends.
func (l *Listener) answer(ctx context.Context) {
	if !l.replies.Any() || l.Sandbox || len(l.Users) == 0 {
		return
	}
	const not = "nothing is answered by itself"
	link, err := l.link(ctx)
	if err == nil {
		defer link.Close()
		err = l.o.Answer(ctx, outbox.AnswerOptions{API: link, By: l.by, ApplicationID: l.id.ApplicationID, Own: l.OwnNumbers(l.id), Tell: func(n outbox.AnswerNews) {
			for _, line := range answerLines(n, l.Now().Location()) {
				l.say("%s", line)
			}
		}})
	}
	if err != nil && ctx.Err() == nil {
		l.notes.Warn(not, err)
	}
}

// answerLines say what became of a message that was to be answered. Zone is that of the reader.
func answerLines(n outbox.AnswerNews, zone *time.Location) []string {
	if n.Err != nil {
		what, _, hint := say.Parts(n.Err)
		return append([]string{"warning: nothing can be answered now: " + what}, hintLine(hint)...)
	}
	what := fmt.Sprintf("message %d of %s (%s)", n.Entry.ID, text.Clean(n.Entry.Message.From), strings.ToUpper(n.Kind))
	if n.Why != "" {
		return []string{"listen: " + what + " gets no answer: " + text.Clean(n.Why)}
	}
	if n.Result.Err == nil {
		return []string{fmt.Sprintf("listen: %s is answered by message %d", what, n.Result.ID)}
	}
	r := words.Describe(n.Result.Err)
	said := fmt.Sprintf("warning: the answer to %s, message %d, is %s: %s", what, n.Result.ID, r.Outcome, r.What)
	switch {
	case !n.Again.IsZero():
		return []string{strings.TrimRight(said, ".") + "; it is tried again at " + n.Again.In(zone).Format(time.TimeOnly)}
	case n.GivenUp:
		return []string{strings.TrimRight(said, ".") + "; it is given up, as the five minutes for it end before the next try"}
	}
	return append([]string{said}, hintLine(r.Next)...)
}

func hintLine(hint string) []string {
	if hint == "" {
		return nil
	}
	return []string{"  " + hint}
}
