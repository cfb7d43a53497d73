package ui

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// askedBy is by, which asks the API about messages of earlier runs; "" where nobody can
// answer, for the sandbox forgets with its telex.
func (s Sender) askedBy(by string) string {
	if s.Sandbox {
		return ""
	}
	return by
}

// shell is where commands are pasted that are shown.
func (s Sender) shell() words.Shell { return words.Shell{Sandbox: s.Sandbox, Profile: s.InUse} }

// untoldWords says what became of messages whose telex ended, three at most by name.
// Lists is where the user finds the others, asks where the API is asked about one.
func untoldWords(entries []outbox.Entry, zone *time.Location, lists, asks string) []string {
	var lines []string
	for _, n := range untoldNotices(entries, zone, lists, asks) {
		lines = append(lines, n.text)
	}
	return lines
}

// untoldNotices are the same to be shown one at a time, first those of which it is unknown
// whether they were sent.
func untoldNotices(entries []outbox.Entry, zone *time.Location, lists, asks string) []notice {
	const most = 3
	entries = slices.Clone(entries)
	sort.SliceStable(entries, func(i, j int) bool { return untoldRank(entries[i]) < untoldRank(entries[j]) })
	var told []notice
	for i, e := range entries {
		if i == most {
			rest := entries[most:]
			told = append(told, notice{text: fmt.Sprintf("and %s: see %s", text.Count(len(rest), "more message"), lists), untold: rest, rank: untoldRank(e)})
			break
		}
		means := words.Meaning(e.State.Outcome())
		if e.State.Outcome() == messaging.Accepted && e.State != outbox.Accepted {
			means = words.Sentence("it", e, nil) // it got further since
		}
		if e.State == outbox.Unsent {
			means = "nothing shows that it was sent" // by whoever found the row, who did not see it
		}
		if e.State == outbox.Missed {
			means = "it was to be sent " + words.When(e.Due, zone) + " and was not; in History you decide what becomes of it"
		}
		said := fmt.Sprintf("message %d to %s: %s", e.ID, words.FirstRecipients(e.Message.To), means)
		if e.Error != "" {
			said += " (" + text.Clean(e.Error) + ")"
		}
		if e.State == outbox.Unknown && asks != "" {
			said += "; " + words.LooksFor(asks)
		}
		told = append(told, notice{text: said, untold: []outbox.Entry{e}, rank: untoldRank(e)})
	}
	return told
}

// untoldRank is how important it is to tell of a message.
func untoldRank(e outbox.Entry) rank {
	if e.State == outbox.Unknown {
		return aboutUnknown
	}
	return aboutMessages
}

// missedRunNotices tell of the broadcasts that did not begin at their time, until a person
// decides about them. Page is where that is.
func missedRunNotices(missed []outbox.Run, zone *time.Location, page string) []notice {
	var told []notice
	for _, r := range missed {
		told = append(told, notice{text: missedRunWords(r, zone) + "; " + page + " says what can be done", rank: aboutMessages})
	}
	return told
}

func missedRunWords(r outbox.Run, zone *time.Location) string {
	return fmt.Sprintf("broadcast %d, %s, is %s", r.ID, text.Clean(r.Name), words.RunState(r, zone))
}
