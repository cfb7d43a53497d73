package send

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/alertmanager"
	"telex/messaging/outbox"
	"telex/messaging/segment"
	"telex/ui/cli/say"
)

const (
	// foldStandard is for how long a key holds others back where nothing is said.
	foldStandard = 10 * time.Minute
	// foldGroups is the same for --alertmanager: less than the group_interval of
	// Alertmanager's own defaults, so that what is new of a group is sent, and what is posted
	// twice is not.
	foldGroups = 4 * time.Minute
	// foldLongest is as long as anybody remembers an alert.
	foldLongest = 7 * 24 * time.Hour
	// mostSegments is as many as always fit into the characters of a message.
	mostSegments = messaging.MaxTextChars / 153
	// groupSegments are for --alertmanager, whose texts are made for few.
	groupSegments = 2
)

// alerting is what telex send does for alerts: it sends one of many, and shortens.
type alerting struct {
	key          string
	fold         time.Duration // 0: as long as is usual
	maxSegments  int           // 0: any number
	alertmanager bool
}

func (a *alerting) register(flags *pflag.FlagSet) {
	flags.StringVar(&a.key, "key", "", "`name` of what happened: who was sent a message with\nthe same one not long ago gets none, it is counted,\nand the next one says how many: \"(and 14 more)\"")
	flags.DurationVar(&a.fold, "fold", 0, "with --key: for this `long`; 10m if nothing is said")
	flags.IntVar(&a.maxSegments, "max-segments", 0, fmt.Sprintf("shorten the text, at a word, to this `number` of\nsegments, 1 to %d, and say what was cut", mostSegments))
	flags.BoolVar(&a.alertmanager, "alertmanager", false, "standard input is what Prometheus Alertmanager posts\nto a webhook; --key is its group and status")
}

// check refuses what makes no sense. Given says which flags were.
func (a *alerting) check(given func(flag string) bool, resend bool) error {
	switch {
	case given("fold") && a.key == "" && !a.alertmanager:
		return &say.UsageError{What: "--fold says for how long --key holds messages back; nothing was sent", Hint: "add --key with a name for what happened"}
	case given("fold") && (a.fold <= 0 || a.fold > foldLongest):
		return say.Usagef("--fold takes a time such as 30s, 10m or 2h, at most %s; nothing was sent", plainly(foldLongest))
	case given("max-segments") && (a.maxSegments < 1 || a.maxSegments > mostSegments):
		return say.Usagef("--max-segments %d: give a number from 1 to %d; nothing was sent", a.maxSegments, mostSegments)
	case resend && (a.key != "" || a.alertmanager):
		return say.Usagef("--resend-of sends a message again because you say so; it cannot be used with --key or --alertmanager")
	}
	return nil
}

// notified is f with the text and the key of the notification that standard input is.
func (f flags) notified(in io.Reader) flags {
	if !f.alert.alertmanager {
		return f
	}
	if f.textGiven || f.textFile != "" || f.stdin || f.template != "" {
		f.unfilled = append(f.unfilled, errors.New("--alertmanager gives the text; it cannot be used with --text, --text-file or --template"))
		return f
	}
	f.textGiven = true
	if say.IsTerminal(in) {
		f.unfilled = append(f.unfilled, errors.New("--alertmanager reads what Alertmanager posts from standard input, which is a terminal"))
		return f
	}
	n, err := alertmanager.Read(in)
	if err != nil {
		f.unfilled = append(f.unfilled, fmt.Errorf("--alertmanager: standard input %w", err))
		return f
	}
	f.text = n.Text()
	f.alert.key = cmp.Or(f.alert.key, n.Key())
	f.alert.fold = cmp.Or(f.alert.fold, foldGroups)
	f.alert.maxSegments = cmp.Or(f.alert.maxSegments, groupSegments)
	return f
}

// short is a text as it is sent when it tells of others, and how many bytes of it are left.
func (a alerting) short(full string, others int) (string, int) {
	tail := ""
	if others > 0 {
		tail = fmt.Sprintf(" (and %d more)", others)
		if full == "" {
			tail = tail[1:]
		}
	}
	if a.maxSegments > 0 {
		return segment.Shorten(full, a.maxSegments, tail)
	}
	sent, kept := full+tail, len(full)
	for most := segment.Of(sent).Segments - 1; others > 0 && utf8.RuneCountInString(sent) > messaging.MaxTextChars && most > 0; most-- {
		sent, kept = segment.Shorten(full, most, tail) // what fitted without the tail has to go
	}
	return sent, kept
}

// plan is what the outbox makes of messages whose whole text is full.
func (a alerting) plan(full string) outbox.Alert {
	return outbox.Alert{Key: a.key, Within: cmp.Or(a.fold, foldStandard), Tell: func(m messaging.Message, others int) messaging.Message {
		m.Text, _ = a.short(full, others)
		return m
	}}
}
