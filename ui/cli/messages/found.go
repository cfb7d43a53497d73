package messages

import (
	"strconv"
	"time"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// verdictNext is what to do after a verdict; "" if nothing is left to do.
func verdictNext(v outbox.Verdict, of outbox.Entry, in words.Shell) string {
	id := strconv.FormatInt(of.ID, 10)
	again := in.CommandOf(of.By.Profile, "send", "--resend-of", id, "--yes")
	switch v {
	case outbox.Found:
		return ""
	case outbox.NotChecked, outbox.NoneYet:
		return "ask again later, or let telex keep asking: " + in.CommandOf(of.By.Profile, "status", id, "--watch")
	case outbox.Several, outbox.Similar:
		return "compare these with Bandwidth's message log; only if it is not among them: " + again
	case outbox.None:
		return "that is not proof; if twice does less harm than not at all: " + again
	case outbox.TooOld:
	}
	return "search Bandwidth's message log by recipient and time; only if it is not there: " + again
}

// tellFinding says what the API said.
func tellFinding(out *say.Printer, in words.Shell, f outbox.Finding, deliveries []outbox.Delivery) {
	id := f.Entry.ID
	switch {
	case f.Verdict != outbox.NotChecked:
		out.Say("message %d: %s", id, words.Verdict(f.Verdict))
		for _, c := range f.Candidates {
			out.Say("  %s", words.Candidate(c, f.Entry.Message))
		}
		if f.Verdict == outbox.Found {
			out.Say("  %s", words.Sentence("it", f.Entry, deliveries))
		}
		if len(f.Rivals) > 0 {
			out.Say("  it could also be %s", words.Rivals(f.Rivals))
		}
		if next := verdictNext(f.Verdict, f.Entry, in); next != "" {
			out.Say("  %s", next)
		}
	default:
		out.Say("%s", words.Message(f.Entry, deliveries))
	}
	if f.Entry.GivenUp() {
		out.Say("  %s", words.Asked(f.Entry, time.UTC))
	}
	for _, line := range words.Deliveries(deliveries) {
		out.Say("  %s", line)
	}
	if code := f.Entry.ErrorCode; code != 0 {
		out.Say("  telex explain %d says what that means and what to do", code)
	}
}

// A StatusRow is what --json prints of a message that the API was asked about.
type StatusRow struct {
	Row
	Verdict    string         `json:"verdict,omitempty"`
	Candidates []candidateRow `json:"candidates,omitempty"`
	Rivals     []int64        `json:"rivals,omitempty"`
	Deliveries []deliveryRow  `json:"deliveries,omitempty"`
}

type candidateRow struct {
	MessageID    string   `json:"message_id"`
	Received     string   `json:"received,omitempty"` // in the API's words
	Statuses     []string `json:"statuses,omitempty"` // one a recipient
	SegmentCount int      `json:"segment_count,omitempty"`
	Exact        bool     `json:"exact"` // length and segments are the same too
}

func statusRowOf(f outbox.Finding, deliveries []outbox.Delivery) StatusRow {
	r := StatusRow{Row: RowOf(f.Entry), Verdict: string(f.Verdict), Rivals: f.Rivals, Deliveries: deliveryRows(deliveries)}
	for _, c := range f.Candidates {
		candidate := candidateRow{MessageID: c.MessageID, Received: c.Received, SegmentCount: c.SegmentCount, Exact: c.Exact}
		for _, record := range c.Records {
			candidate.Statuses = append(candidate.Statuses, string(record.Status))
		}
		r.Candidates = append(r.Candidates, candidate)
	}
	return r
}
