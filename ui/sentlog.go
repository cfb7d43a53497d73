package ui

import (
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// A sentLog is what went out in this run of telex, or may have. Review asks before
// it sends the same words to the same number again.
type sentLog []sentMessage

type sentMessage struct {
	message messaging.Message
	at      time.Time
	unknown bool
}

// recently is for how long an accepted message counts. One with unknown outcome
// counts as long as telex runs.
const recently = 10 * time.Minute

// repeats says in words, a line for each recipient of f, who got the same from the
// same sender already or may have got it; nil if nobody did.
func (l sentLog) repeats(f *form, now time.Time) []string {
	var got []string
	for _, to := range f.To {
		for _, s := range slices.Backward(l) {
			if !slices.Contains(s.message.To, to) || !sameContent(s.message, f) || !s.unknown && now.Sub(s.at) > recently {
				continue
			}
			words := "got it " + duration(now.Sub(s.at).Round(time.Second)) + " ago"
			if s.unknown {
				words = "may have got it: its outcome is unknown"
			}
			got = append(got, Clean(to)+" "+words)
			break
		}
	}
	return got
}

// sameContent compares what a recipient would see.
func sameContent(m messaging.Message, f *form) bool {
	return m.From == f.From && m.Text == f.Text && slices.Equal(m.Media, f.Media)
}

// againDialog asks for the explicit yes that sending twice takes.
func againDialog(got []string) dialog {
	const most = 8
	d := dialog{title: "Send it again?", yes: "send it again", sends: true}
	for i, line := range got {
		if i == most {
			d.body = append(d.body, fmt.Sprintf("and %d more", len(got)-most))
			break
		}
		d.body = append(d.body, line)
	}
	d.body = append(d.body, "", "Sending it again makes another message: whoever got the first gets it twice.")
	return d
}
