package words

import (
	"fmt"
	"strconv"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// Percent is how much part is of whole, to a tenth: never 0% for something, nor 100% for
// less than everything. It is "" of nothing.
func Percent(part, whole int) string {
	if whole == 0 {
		return ""
	}
	tenths := (part*1000 + whole/2) / whole
	switch {
	case part > 0 && tenths == 0:
		return "<0.1%"
	case part < whole && tenths == 1000:
		return ">99.9%"
	}
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// Bar is the same as a bar of so many cells. It has a full cell for something, and an
// empty one for less than everything, and stands beside the number, never instead.
func Bar(part, whole, cells int) string {
	full := 0
	if whole > 0 {
		full = (part*cells + whole/2) / whole
	}
	if part > 0 {
		full = max(full, 1)
	}
	if part < whole {
		full = min(full, cells-1)
	}
	full = min(max(full, 0), cells)
	return strings.Repeat("▰", full) + strings.Repeat("▱", cells-full)
}

// Figures are what became of messages as facts, without their tables.
func Figures(f outbox.Figures) []Fact {
	t := f.Total
	facts := []Fact{{"outgoing", text.Count(t.Out(), "message") + ", " + text.Count(t.SegmentsOut, "segment") + " of SMS as far as Bandwidth said"}}
	if t.Out() == 0 {
		facts[0].Value = "no messages"
	}
	if t.In() > 0 {
		incoming := text.Count(t.In(), "message") + ", " + text.Count(t.SegmentsIn, "segment") + " of SMS"
		if t.Unproven > 0 {
			incoming += fmt.Sprintf("; %d came without credentials", t.Unproven)
		}
		facts = append(facts, Fact{"incoming", incoming})
	}
	if t.Out() == 0 {
		return facts
	}
	facts = append(facts, List("delivered", []string{Delivered(t), besideShare(t)})...)
	return append(facts, Fact{"accepted", latencyWords(f.Accepting, "nothing was accepted yet")}, Fact{"receipt", latencyWords(f.Delivering, "no receipt yet")})
}

// Delivered is the share that was delivered, in words.
func Delivered(t outbox.Tally) string {
	decided := t.Delivered() + t.States[outbox.Failed]
	if decided == 0 {
		return "nothing is decided yet"
	}
	return fmt.Sprintf("%s: %d of the %d that were delivered or failed", Percent(t.Delivered(), decided), t.Delivered(), decided)
}

// besideShare is what that share leaves out.
func besideShare(t outbox.Tally) string {
	parts := []string{fmt.Sprintf("%d open", t.Open()), fmt.Sprintf("%d unconfirmed", t.States[outbox.Unconfirmed])}
	for _, more := range []struct {
		n    int
		what string
	}{
		{t.HandedOver, HandedOver}, {t.States[outbox.Unknown], "unknown"}, {t.States[outbox.Rejected], "rejected"}, {t.States[outbox.Unsent], "unsent"},
	} {
		if more.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", more.n, more.what))
		}
	}
	return "not counted in that: " + strings.Join(parts, ", ")
}

func latencyWords(l outbox.Latency, none string) string {
	if l.Messages == 0 {
		return none
	}
	of := "of " + text.Count(l.Messages, "message")
	if l.Messages == outbox.MostTimed {
		of = fmt.Sprintf("of the latest %d messages", l.Messages)
	}
	return fmt.Sprintf("half within %s, 95%% within %s, %s", Duration(l.Median), Duration(l.P95), of)
}

// GroupName is the key of a group as people read it, clean.
func GroupName(key string) string {
	switch key {
	case "":
		return "not named"
	case string(messaging.GradeHandedOver):
		return HandedOver
	}
	return text.Clean(key)
}

// GroupMeans says what a group is, and what to do about it; both are "" where that says
// its name.
func GroupMeans(by outbox.Breakdown, key string) (means, next string) {
	switch by {
	case outbox.ByCode:
		code, err := strconv.Atoi(key)
		if err != nil {
			return "", ""
		}
		c, listed := messaging.ExplainCode(code)
		if !listed {
			return "not listed by Bandwidth", c.Advice
		}
		return c.Brief, c.Advice
	case outbox.ByReaction:
		return reactionWords(key), ""
	case outbox.ByState, outbox.BySender, outbox.ByDay, outbox.ByCarrier:
	}
	return "", ""
}

// reactionWords say what a reaction asks for, by its name.
func reactionWords(name string) string {
	for r, words := range map[messaging.Reaction]string{
		messaging.ReactUnclear:           "they may have arrived: ask before you send them again",
		messaging.ReactStopNow:           "the sender or the account is wrong: mend it before you send more",
		messaging.ReactStopIfMany:        "the text, the campaign or the destination: stop if it happens to several",
		messaging.ReactHoldUntilMidnight: "send nothing more to T-Mobile before midnight in Los Angeles",
		messaging.ReactSlowDown:          "send more slowly",
		messaging.ReactOptedOut:          "they want nothing more from you",
		messaging.ReactNumberNoGood:      "these numbers take no messages from you",
		messaging.ReactLater:             "try these people again in some hours",
		messaging.ReactMendMessage:       "the message has to change",
		messaging.ReactOnceMore:          "the service failed: try it once more",
		messaging.ReactTooLate:           "they were not sent in time; send again what still matters",
	} {
		if r.String() == name {
			return words
		}
	}
	return ""
}

// TableTitle says what a table counts.
func TableTitle(by outbox.Breakdown) string {
	if by == outbox.ByCarrier {
		return "by carrier, in recipients"
	}
	return "by " + string(by)
}

// TableRows are the rows of a table in so many columns, clean: the name, how many, which
// share of all in the table that is, a bar where there is room, and how much of it was
// delivered, or what it means and what to do. Lines may be longer where there is no room.
func TableRows(t outbox.Table, columns int) (lines []string) {
	name, most, all := 0, 0, 0
	for _, g := range t.Groups {
		n := g.Out() + g.In()
		name, most, all = max(name, text.Width(GroupName(g.Key))), max(most, n), all+n
	}
	name = min(name, max(columns-25, 10)) // some carriers have long names
	digits, cells := len(strconv.Itoa(most)), 10
	if columns < 60 {
		cells = 0
	}
	for _, g := range t.Groups {
		n := g.Out() + g.In()
		line := text.Pad(text.Truncate(GroupName(g.Key), name), name) + fmt.Sprintf("  %*d  %6s", digits, n, Percent(n, all))
		if cells > 0 {
			line += "  " + Bar(n, all, cells)
		}
		means, next := GroupMeans(t.By, g.Key)
		decided := g.Delivered() + g.States[outbox.Failed]
		switch {
		case means != "" && text.Width(line+means)+2 > columns:
			next = means + ". " + next
		case means != "":
			line += "  " + means
		case t.By != outbox.ByState && decided > 0:
			line += "  " + Percent(g.Delivered(), decided) + " delivered"
		}
		lines = append(lines, line)
		if next != "" {
			for _, part := range text.Wrap(strings.TrimSuffix(next, ". "), max(columns-name-2, 20)) {
				lines = append(lines, strings.Repeat(" ", name+2)+strings.TrimRight(part, " "))
			}
		}
	}
	if t.More {
		lines = append(lines, fmt.Sprintf("These are the first %d; --since and --until narrow it down.", len(t.Groups)))
	}
	return lines
}
