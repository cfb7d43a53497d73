package work

import (
	"bytes"
	"fmt"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/broadcast"
	"telex/ui/cli/say"
	"telex/ui/text"
	"telex/ui/words"
)

// A line is what --json prints of one thing that was done.
type line struct {
	Type      string   `json:"type"` // "message" or "broadcast"
	At        string   `json:"at"`
	ID        int64    `json:"id,omitempty"` // of the message
	To        []string `json:"to,omitempty"`
	State     string   `json:"state,omitempty"` // of the message, or of the broadcast
	MessageID string   `json:"message_id,omitempty"`
	Error     string   `json:"error,omitempty"`
	// Why the outbox does not have the state of the message, which is known.
	Unrecorded string `json:"unrecorded,omitempty"`
	Broadcast  int64  `json:"broadcast,omitempty"`
	Name       string `json:"name,omitempty"`
	Reason     string `json:"reason,omitempty"` // why a broadcast is in its state, or waits
	Skip       string `json:"skip,omitempty"`   // why somebody of a broadcast gets nothing, and what else there is to say of that
	Note       string `json:"note,omitempty"`
	Until      string `json:"until,omitempty"` // when a broadcast that waits goes on
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// feed is where lines are printed, whoever reads them.
func (w *worker) feed() *say.Feed {
	show := func(line string) error { return w.Output.Text(line + "\n") } // each is clean
	lost := func(n int) string {
		if w.asJSON {
			return fmt.Sprintf(`{"omitted":%d}`, n)
		}
		return fmt.Sprintf("          (%s not shown: nobody read these lines)", text.Count(n, "line"))
	}
	return say.NewFeed(show, lost, func(err error) { w.say("warning: %v; the work goes on", err) })
}

// print prints what was done: as JSON, or in words.
func (w *worker) print(l line, said string) {
	l.At = stamp(w.Now())
	if !w.asJSON {
		w.lines.Add(w.Now().Local().Format(time.TimeOnly) + "  " + text.Clean(said))
		return
	}
	body, err := say.Encode(l)
	if err != nil {
		return // strings and numbers always encode
	}
	w.lines.Add(messaging.EscapeJSON(bytes.TrimSpace(body)))
}

// leaves tells what became of a message that was due.
func (w *worker) leaves(n outbox.DueNews) {
	to := words.AllRecipients(n.Entry.Message)
	if n.Result.Receipt != nil || n.Result.Err != nil && n.State != outbox.Scheduled {
		w.sent(line{To: n.Entry.Message.To}, to, n.Result)
		return
	}
	l := line{Type: "message", ID: n.Entry.ID, To: n.Entry.Message.To, State: string(n.State), Error: n.Why}
	said := fmt.Sprintf("message %d to %s: %s: %s", n.Entry.ID, to, n.State, n.Why)
	w.print(l, said)
	if n.State == outbox.Missed {
		w.say("%s; it was due %s; %s", said, words.When(n.Entry.Due, w.Now().Location()), words.Next(n.State, w.Shell(w.sandbox)))
	}
}

// sent tells what became of a message to somebody; l says to what it belongs.
func (w *worker) sent(l line, to string, r outbox.Result) {
	l.Type, l.ID = "message", r.ID
	of := ""
	if l.Broadcast != 0 {
		of = fmt.Sprintf(" of broadcast %d", l.Broadcast)
	}
	switch {
	case l.Skip != "":
		l.State = "skipped"
		w.print(l, fmt.Sprintf("%s%s gets nothing: %s", to, of, words.LeftOut(outbox.Skip(l.Skip), l.Note)))
	case outbox.NotRecorded(r.Unrecorded):
		w.lost.Add(1)
		l.State, l.Unrecorded = messaging.OutcomeOf(r.Err).String(), say.Plain(r.Unrecorded)
		if r.Receipt != nil {
			l.MessageID = r.Receipt.ID
		}
		w.print(l, fmt.Sprintf("warning: message %d to %s%s%s", r.ID, to, of, broadcast.Unrecorded(r)))
	case r.Err == nil:
		l.State, l.MessageID = messaging.Accepted.String(), r.Receipt.ID
		w.print(l, fmt.Sprintf("message %d to %s%s: accepted", r.ID, to, of))
	default:
		what := words.Describe(r.Err)
		l.State, l.Error = what.Outcome.String(), what.What
		w.print(l, fmt.Sprintf("message %d to %s%s: %s: %s", r.ID, to, of, what.Outcome, what.What))
	}
}
