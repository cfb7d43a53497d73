package words

import (
	"fmt"
	"strings"
	"time"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// Skip says in a few words why somebody of a broadcast gets nothing.
func Skip(s outbox.Skip) string {
	switch s {
	case outbox.SkipBadNumber:
		return "no number that can be texted"
	case outbox.SkipShortCode:
		return "a short code or an emergency number"
	case outbox.SkipDuplicate:
		return "the number is in the list already"
	case outbox.SkipOptedOut:
		return "opted out"
	case outbox.SkipHeld:
		return "may have opted out, and nobody decided yet"
	case outbox.SkipRecent:
		return "got this text within a day, or may have got it"
	case outbox.SkipBadField:
		return "a field of the text is missing"
	case outbox.SkipTooLong:
		return "the text gets too long"
	case outbox.SkipOutside:
		return "outside your countries"
	case outbox.SkipNoTexts:
		return "the number takes no texts"
	case outbox.SkipOverCap:
		return "had enough texts for a day"
	case outbox.SkipInvalid:
		return "Bandwidth would refuse the message"
	case outbox.SkipTimeIsOver:
		return "the time to text them is over"
	case SkipCancelled:
		return "the broadcast was cancelled before their turn"
	case "no-hours":
		return "no hour suits all places where they may be"
	}
	return string(s)
}

// SkipCancelled is why those get nothing who waited when their broadcast was cancelled, which
// is for good. The outbox notes it of the broadcast, and not of them.
const SkipCancelled outbox.Skip = "cancelled"

// LeftOut is Skip with what is known besides, which may hold anything.
func LeftOut(s outbox.Skip, note string) string {
	note = text.Clean(note)
	switch {
	case note == "":
		return Skip(s)
	case s == outbox.SkipOptedOut, s == outbox.SkipHeld: // it says the same, and since when
		return note
	}
	return Skip(s) + ": " + note
}

// RunState says how a broadcast stands: "paused: the credentials were refused". Zone is that
// of the reader.
func RunState(r outbox.Run, zone *time.Location) string {
	said := string(r.State)
	if due := r.Due(); !due.IsZero() {
		said += ", begins " + When(due, zone)
		if r.WantsApproval() {
			said += ", " + WantsApproval
		}
		return said
	}
	if r.Reason.Kind == outbox.ReasonMissed && r.State == outbox.RunPaused {
		return said + ": it was to begin " + When(r.Reason.Due, zone) + ", and " + text.Clean(r.Reason.Note)
	}
	switch why := RunReason(r.Reason); {
	case !over(r) && r.WantsApproval():
		said += ", " + WantsApproval
	case r.State == outbox.RunRunning && r.Hold.Until.After(r.Updated) && r.Hold.Reason.Kind != "":
		said += ", waits until " + r.Hold.Until.In(zone).Format("15:04:05") + ": " + r.Hold.Reason.String()
	case why != "" && (r.Reason.Kind != outbox.ReasonPerson || r.Reason.Note != ""): // by hand is how most are
		said += ": " + why
	}
	if r.Slowed > 0 && r.State == outbox.RunRunning {
		said += fmt.Sprintf(", at 1/%d of its pace, for carriers sent too little on", 1<<r.Slowed)
	}
	return said
}

// WantsApproval is said of a broadcast that waits for another person's yes.
const WantsApproval = "wants approval"

// NobodySends is said of a broadcast that runs and that no process sends: its telex was
// killed.
const NobodySends = "nobody sends it now"

// over reports whether nothing more becomes of a broadcast.
func over(r outbox.Run) bool { return r.State == outbox.RunDone || r.State == outbox.RunCancelled }

// RunReason says why a broadcast was paused or cancelled, clean: of a person what they noted.
func RunReason(r outbox.Reason) string {
	switch {
	case r.Kind == outbox.ReasonPerson && r.Note != "":
		return text.Clean(r.Note)
	case r.Kind == outbox.ReasonApproved:
		return "approved by " + text.Clean(r.Note)
	}
	return text.Clean(r.String())
}

// User names somebody who made or approved something, clean: "ana", "root at bastion".
func User(u outbox.User) string { return text.Clean(u.String()) }

// NextForRun is what to do about a broadcast that was paused, or waits for somebody; "" for
// one that needs nothing.
func NextForRun(r outbox.Run, in Shell) string {
	if r.State != outbox.RunPaused && r.State != outbox.RunPlanned {
		return ""
	}
	if r.WantsApproval() {
		return "somebody else than " + User(r.Broadcast.Starter()) + " has to approve it: " + ApproveRun(r.ID, in)
	}
	resume := ResumeRun(r.ID, in)
	if !r.Due().IsZero() {
		return fmt.Sprintf("at another time: %s; now: %s; not at all: %s", ChangeRun(r.ID, in), resume, CancelRun(r.ID, in))
	}
	switch r.Reason.Kind {
	case outbox.ReasonMissed:
		return fmt.Sprintf("to begin it now: %s; at another time: %s; not at all: %s", resume, ChangeRun(r.ID, in), CancelRun(r.ID, in))
	case outbox.ReasonCode, outbox.ReasonSeveral:
		return fmt.Sprintf("telex explain %d says what to do; then: %s", r.Reason.Code, resume)
	case outbox.ReasonCredentials:
		return in.CommandOf(r.Broadcast.By.Profile, "doctor") + " says what is wrong with the credentials; then: " + resume
	case outbox.ReasonSender:
		return in.CommandOf(r.Broadcast.By.Profile, "doctor") + " looks at numbers and application; then: " + resume
	case outbox.ReasonFailures:
		return ReportRun(r.ID, in) + " names them; to go on anyway: " + resume
	case outbox.ReasonLost:
		return fmt.Sprintf("those are never sent again by themselves; when the line is better: %s", resume)
	case outbox.ReasonProxy, outbox.ReasonBetween:
		return "look at what is between telex and Bandwidth; then: " + resume
	case outbox.ReasonPerson, outbox.ReasonApproved, outbox.ReasonFiles, outbox.HoldLimited, outbox.HoldOffline, outbox.HoldMidnight, outbox.HoldDue:
	}
	return "to go on: " + resume
}

// RunCounts says what became of the people of a broadcast in a state, what is best known
// first: "1180 people: 900 delivered, 12 not delivered, 240 waiting".
func RunCounts(state outbox.RunState, c outbox.RunCounts) string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(c.States[outbox.Delivered]-c.HandedOver, "delivered")
	add(c.HandedOver, HandedOver)
	for _, s := range []struct {
		state outbox.State
		what  string
	}{
		{outbox.Sent, "sent"},
		{outbox.Accepted, "on their way"},
		{outbox.Sending, "being sent"},
		{outbox.Unconfirmed, "without a receipt"},
		{outbox.Failed, "not delivered"},
		{outbox.Rejected, "rejected"},
		{outbox.Unsent, "not sent"},
		{outbox.Unknown, "unknown"},
	} {
		add(c.States[s.state], s.what)
	}
	if state == outbox.RunCancelled {
		add(c.Waiting, "cancelled before their turn")
	} else {
		add(c.Waiting, "waiting")
	}
	skipped := 0
	for _, n := range c.Skipped {
		skipped += n
	}
	add(skipped, "left out")
	add(c.Pruned, "deleted since")
	if len(parts) == 0 {
		return text.People(c.People)
	}
	return text.People(c.People) + ": " + strings.Join(parts, ", ")
}

// RunProblems are what a person should look at of a broadcast: those of whom it is not known
// whether they got it, and those who did not.
func RunProblems(c outbox.RunCounts) []string {
	var all []string
	if n := c.States[outbox.Unknown]; n > 0 {
		all = append(all, text.Count(n, "message")+" unknown: may be on the way; telex never sends it again by itself")
	}
	if n := c.States[outbox.Failed]; n > 0 {
		all = append(all, text.Count(n, "message")+" not delivered")
	}
	if n := c.States[outbox.Rejected]; n > 0 {
		all = append(all, text.Count(n, "message")+" rejected by Bandwidth")
	}
	if n := c.States[outbox.Unsent]; n > 0 {
		all = append(all, text.Count(n, "message")+" not sent")
	}
	for _, s := range outbox.Skips() {
		if n := c.Skipped[s]; n > 0 {
			all = append(all, fmt.Sprintf("%d left out: %s", n, Skip(s)))
		}
	}
	return all
}
