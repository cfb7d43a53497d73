package send

import (
	"cmp"
	"context"
	"fmt"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// again is f with what it leaves open taken from the message it names. A message
// that may have reached somebody is sent again only if the user said so.
func again(ctx context.Context, with Options, o *outbox.Outbox, f flags) (flags, error) {
	id, err := who.Find(ctx, o, f.resendOf)
	if err != nil {
		return f, err
	}
	d, err := o.Detail(ctx, id)
	if err != nil {
		return f, err
	}
	if d.Direction == outbox.In {
		return f, &say.UsageError{What: words.CameIn(d.Entry), Hint: "to answer, send to " + d.Message.From + " with --to"}
	}
	if !f.yes && !f.dryRun && mayHaveArrived(d.Entry) {
		e := say.UsageError{What: words.Message(d.Entry, d.Deliveries) + "; nothing was sent again"}
		e.Hint = "to send it anyway, add --yes"
		if d.State == outbox.Unknown || d.State == outbox.Unconfirmed {
			e.Hint = words.NextForUnknown(id, d.By.Profile, with.Shell(f.Sandbox)) + "; " + e.Hint
		}
		return f, &e
	}
	m := d.Message
	if len(f.to) == 0 {
		f.to = m.To
	}
	if !f.textGiven && f.textFile == "" && !f.stdin {
		if d.TextOmitted {
			return f, &say.UsageError{
				What: fmt.Sprintf("the text of message %d was not kept; nothing was sent", id),
				Hint: "give it with --text or --text-file",
			}
		}
		f.text, f.textGiven = m.Text, true
	}
	if len(f.media) == 0 {
		f.media = m.Media
		if gone := words.GoneMedia(d.Entry, with.Now()); gone != "" {
			with.Output.Say("warning: %s", gone)
		}
	}
	if f.from == "" {
		f.resentFor = d.By
		f.from = m.From
		if f.Settings.ApplicationID == "" {
			f.Settings.ApplicationID = m.ApplicationID // which the sender belongs to
		}
	}
	f.tag = cmp.Or(f.tag, m.Tag)
	f.priority = cmp.Or(f.priority, string(m.Priority))
	f.optIn = f.optIn || d.OptIn
	f.resends = id
	return f, nil
}

// foreignSender is why a message cannot be sent again by id with the sender that it
// had: that belongs to another account.
func (f flags) foreignSender(id who.Identity) error {
	by := f.resentFor
	if f.resends == 0 || by.AccountID == "" || id.AccountID == "" || by.AccountID == id.AccountID {
		return nil
	}
	return &say.UsageError{
		What: fmt.Sprintf("message %d was sent for account %s, to which its sender belongs, and this would be account %s; nothing was sent",
			f.resends, by.AccountID, id.AccountID),
		Hint: who.OtherAccount(by) + ", or name a sender of this account with --from and --application-id",
	}
}

// mayHaveArrived reports whether a message may have reached somebody, or may yet.
func mayHaveArrived(e outbox.Entry) bool {
	switch e.State {
	case outbox.Missed, outbox.Rejected, outbox.Unsent, outbox.Received:
		return false
	case outbox.Failed:
		return e.Doubt
	case outbox.Scheduled, outbox.Queued, outbox.Sending, outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Unconfirmed, outbox.Unknown:
	}
	return true
}
