package draft

import (
	"fmt"
	"time"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// mostNumberDoubts is how many doubtful numbers are named; how many more there are is
// counted.
const mostNumberDoubts = 3

// Known is what is known of a message beside what was typed.
type Known struct {
	Sender  SenderWords       // what is wrong with the sender
	Trouble []outbox.Trouble  // numbers that are better not written to
	Names   map[string]string // of those who are contacts
	Zone    string            // why local times may be wrong; "" if they are right
	// Number tells what is known of a recipient; nil where no number is in a plan.
	Number func(to string) number.Number
	// Media tells what a look at a file found against it; nil where there was none.
	Media func(url string) []string
	// Stored reports whether a file is one that the account has at Bandwidth, or at the
	// sandbox, wherever that is: nobody has to fetch it. Nil where that is not known.
	Stored func(url string) bool
}

// Doubts are what may keep the message from arriving, in words: what it says itself, what
// is known of its numbers, and what a look at its files found.
func (f *Form) Doubts(k Known, now time.Time) []string {
	var doubts []string
	if k.Sender == OtherSender { // what is no sender at all is a problem
		doubts = append(doubts, words.Problem(problem(messaging.FieldFrom, f.From, string(k.Sender))))
	}
	doubts = append(doubts, words.Trouble(k.Trouble, k.Names, now)...)
	doubted := map[int]bool{} // files of which enough is said
	for _, own := range f.OwnFiles() {
		for _, why := range own.Doubts {
			doubts = append(doubts, words.Problem(messaging.Problem{Field: messaging.FieldMedia, Index: -1, Value: own.Name(), Why: why}))
		}
	}
	for _, w := range f.Warnings() {
		if w.Field == messaging.FieldMedia && k.Stored != nil && k.Stored(w.Value) {
			doubted[w.Index] = true
			continue
		}
		if _, own := f.OwnFile(w.Value); own && w.Field == messaging.FieldMedia {
			doubted[w.Index] = true // its address is nobody's to look at
			continue
		}
		if w.Field == messaging.FieldMedia {
			doubted[w.Index] = true
		}
		doubts = append(doubts, words.Problem(messaging.Problem(w)))
	}
	if why := UnfilledDoubt(f.Text); why != "" && f.Template == "" {
		doubts = append(doubts, words.Field(messaging.FieldText)+": "+why)
	}
	if k.Zone != "" && ExpiresLocally(f.Expires, now) {
		doubts = append(doubts, words.Field(messaging.FieldExpiration)+": "+k.Zone)
	}
	if k.Number != nil {
		doubts = append(doubts, numberDoubts(f.To, k.Number)...)
	}
	if k.Media == nil {
		return doubts
	}
	for i, url := range f.Media {
		if doubted[i] {
			continue
		}
		for _, why := range k.Media(url) {
			doubts = append(doubts, words.Problem(messaging.Problem{Field: messaging.FieldMedia, Index: -1, Value: url, Why: why}))
		}
	}
	return doubts
}

// NumberOf is what is known of a number in E.164.
func NumberOf(to string) number.Number {
	n, _ := number.Parse(to, "") // what cannot be read is a problem, and no doubt
	return n
}

// numberDoubts are what is doubtful about recipients, by what of knows.
func numberDoubts(to []string, of func(to string) number.Number) []string {
	var doubts []string
	more := 0
	for _, to := range to {
		n := of(to)
		switch {
		case n.Warning == "":
		case len(doubts) < mostNumberDoubts:
			doubts = append(doubts, words.Problem(messaging.Problem{Field: messaging.FieldTo, Index: -1, Value: to, Why: n.Warning}))
		default:
			more++
		}
	}
	if more > 0 {
		doubts = append(doubts, fmt.Sprintf("To: %s like these", text.Count(more, "more number")))
	}
	return doubts
}
