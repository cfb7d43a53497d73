package ui

import (
	"context"
	"fmt"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// unfinished says what is not known of a batch that the program ended in.
func (b *batch) unfinished() []string {
	var lines []string
	if b == nil {
		return nil
	}
	for _, r := range b.results {
		to := words.Recipients(r.message.To)
		switch {
		case r.state == sending:
			lines = append(lines, "message to "+to+": "+words.Meaning(messaging.Unknown)+"; telex ended while it was being sent")
		case r.state == waiting && b.running():
			lines = append(lines, "message to "+to+": not sent")
		case r.state == answered && r.stateNow() == outbox.Unknown:
			lines = append(lines, "message to "+to+": "+words.Meaning(messaging.Unknown))
		}
	}
	return lines
}

// settled is unfinished with what the outbox knows by now: the commands of the
// batch went on after the last Update.
func (b *batch) settled(ctx context.Context, store *outbox.Outbox, by Sender) []string {
	if b == nil || b.plan == nil {
		return b.unfinished()
	}
	var lines []string
	for _, r := range b.results {
		d, err := store.Detail(ctx, r.id)
		if err != nil {
			return b.unfinished()
		}
		to := words.Recipients(r.message.To)
		line := fmt.Sprintf("message %d to %s: ", r.id, to)
		switch outcome := d.State.Outcome(); {
		case outcome == messaging.Unknown:
			line += words.Meaning(messaging.Unknown) + "; " + words.NextForUnknown(r.id, by.Profile, by.shell())
		case r.state == answered:
			continue // the user saw it
		case outcome == messaging.Accepted:
			line += "accepted"
		case outcome == messaging.Rejected:
			line += "rejected: " + text.Clean(d.Error)
		default:
			line += "not sent"
		}
		lines = append(lines, line)
	}
	return lines
}

// lately are the rows of the last batch whose end the user may not have seen.
func (b *batch) lately() []int64 {
	var ids []int64
	if b == nil {
		return nil
	}
	for _, r := range b.results {
		if r.id != 0 && (r.state != answered || r.stateNow() == outbox.Unknown) {
			ids = append(ids, r.id)
		}
	}
	return ids
}
