package words

import (
	"fmt"
	"slices"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// Verdict says what the API knows of a message whose outcome was unknown.
func Verdict(v outbox.Verdict) string {
	switch v {
	case outbox.NotChecked:
		return "nobody looked for it at Bandwidth yet"
	case outbox.Found:
		return "found it – it was sent: exactly one message at Bandwidth matches this one, and no other of yours"
	case outbox.Several:
		return "it is not certain which message at Bandwidth this is, if any"
	case outbox.Similar:
		return "Bandwidth has something of the same kind for the same recipients, but of another length"
	case outbox.NoneYet:
		return "not found so far; it is too early to be sure"
	case outbox.None:
		return "not found, and it should have shown up by now: almost certainly not sent"
	case outbox.TooOld:
		return "Bandwidth has no record of that time any more"
	}
	return text.Clean(string(v))
}

// Candidate is a message at the API that may be ours, in one line: id, time, how far it
// came, and of an SMS the segments.
func Candidate(c outbox.Candidate, ours messaging.Message) string {
	var statuses []string
	for _, r := range c.Records {
		if s := string(r.Status); !slices.Contains(statuses, s) {
			statuses = append(statuses, s)
		}
	}
	words := fmt.Sprintf("%s, received %s, %s", c.MessageID, c.Received, strings.Join(statuses, "/"))
	if !ours.IsMMS() {
		words += ", " + text.Count(c.SegmentCount, "segment")
	}
	if !c.Exact {
		words += ", but of another length"
	}
	return text.Clean(words)
}

// Rivals names other rows that a message at the API may be as well.
func Rivals(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = fmt.Sprintf("message %d", id)
	}
	return strings.Join(words, " or ")
}

// Finding is what a look for an unknown message brought, a line for each fact.
func Finding(f outbox.Finding) []string {
	lines := []string{Verdict(f.Verdict)}
	for _, c := range f.Candidates {
		lines = append(lines, Candidate(c, f.Entry.Message))
	}
	if len(f.Rivals) > 0 {
		lines = append(lines, "it could also be "+Rivals(f.Rivals))
	}
	if next := verdictNext(f.Verdict); next != "" {
		lines = append(lines, next)
	}
	return lines
}

// verdictNext is what to do after a verdict; "" if nothing is left to do.
func verdictNext(v outbox.Verdict) string {
	switch v {
	case outbox.Found:
		return ""
	case outbox.NotChecked, outbox.NoneYet:
		return "ask again in a minute"
	case outbox.Several, outbox.Similar:
		return "compare these with Bandwidth's message log before you send it again"
	case outbox.None:
		return "that is not proof; send it again only if twice does less harm than not at all"
	case outbox.TooOld:
	}
	return "search Bandwidth's message log by recipient and time before you send it again"
}
