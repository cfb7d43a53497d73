package broadcast

import (
	"regexp"
	"strings"
	"sync"

	"telex/messaging"
)

// Doubts are what may keep texts from arriving, or what their readers miss.
type Doubts struct {
	// NoWayOut is how many never got anything from this outbox, and are not told in the
	// text how to opt out.
	NoWayOut int
	// Shortened is how many texts hold a link of a public shortener, for which carriers
	// block messages; Host is the first one.
	Shortened int
	Host      string
	// Delicate is how many texts hold a word of what carriers do not carry, or not without
	// a check of age; Word is the first one.
	Delicate int
	Word     string
}

// look notes what is doubtful about a message.
func (d *Doubts) look(someone *Person) {
	text := someone.Message.Text
	if someone.New && !wayOut().MatchString(text) {
		d.NoWayOut++
	}
	if host := messaging.Shortener(text); host != "" {
		if d.Shortened++; d.Host == "" {
			d.Host = strings.Clone(host)
		}
	}
	if word := delicate().FindString(text); word != "" {
		if d.Delicate++; d.Word == "" {
			d.Word = strings.Clone(word)
		}
	}
}

// wayOut finds words that tell how to opt out. Source: CTIA, Messaging Principles and Best
// Practices, 5.1.3, has the rule: the first message tells how.
var wayOut = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:stop|unsubscribe|opt[ -]?out|arr[eê]t|d[eé]sabonner|alto|baja|cancelar)\b`)
})

// delicate finds words of what is called SHAFT: sex, hate, alcohol, firearms, tobacco; and
// of gambling and loans. Source: CTIA, Messaging Principles and Best Practices, 5.3. It is
// a hint alone: that a school is closed on a day of a beer festival is no offence.
var delicate = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:porn\w*|xxx|escorts?|whisk(?:e)?y|vodka|liquor|beers?|wines?|firearms?|guns?|ammo|rifles?|cannabis|marijuana|cbd|thc|kratom|vapes?|vaping|cigars?|cigarettes?|tobacco|casinos?|betting|payday loans?)\b`)
})
