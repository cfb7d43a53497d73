// Package optout reads what people answer: whether they want no more texts, want them
// again, or ask for help.
//
// Who opts out may use any words that a reasonable person takes so (47 CFR
// 64.1200(a)(10)), so there are two classes of it: keywords, which are the whole text,
// and wishes within sentences, of which only a person can be sure.
//
// Nothing here keeps state: every function may be called concurrently.
package optout

import (
	"slices"
	"strings"
)

// A Class is what a text asks for.
type Class int

// The classes.
const (
	// None: nothing of this kind.
	None Class = iota
	// Help: the whole text asks for help.
	Help
	// In: the whole text asks for texts again.
	In
	// Likely opts out, in words that a program cannot be sure of.
	Likely
	// Certain opts out: the whole text is a keyword.
	Certain
)

// String is the class in a word: "none", "help", "in", "likely" or "certain".
func (c Class) String() string {
	switch c {
	case Certain:
		return "certain"
	case Likely:
		return "likely"
	case In:
		return "in"
	case Help:
		return "help"
	case None:
	}
	return "none"
}

// A Setting is what is known beside the text.
type Setting struct {
	// Words are more keywords that opt out, in any spelling.
	Words []string
	// AskedForYes says that the text answers one that asked for YES to opt in: only then
	// does YES mean that. Whoever sets it goes by time: 24 hours are usual.
	AskedForYes bool
}

// ClassOf is the class of a text. Capitals, accents, width, punctuation, quotes, emoji and
// thanks around a keyword do not count; a keyword within a sentence is none.
func ClassOf(text string, s Setting) Class {
	words := wordsOf(text)
	if len(words) == 0 {
		return None
	}
	core := polite.trim(words)
	whole := once(core)
	more := func(w string) bool {
		own := wordsOf(w)
		return len(own) > 0 && (slices.Equal(own, words) || slices.Equal(own, core))
	}
	switch {
	case len(words) > mostWords: // no keyword is that long
	case out.has(whole), slices.ContainsFunc(s.Words, more):
		return Certain
	case in.has(whole), s.AskedForYes && whole == "yes":
		return In
	case help.has(whole):
		return Help
	}
	if isLikely(text, words, core) {
		return Likely
	}
	return None
}

// mostWords bounds how much of a text is read: no text that people type is longer.
const mostWords = 400

// The keywords: those that carriers and the FCC name, and theirs in French and Spanish.
var (
	out = set{
		"stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "opt out", "optout", "remove",
		"stop2end", "stop 2 end", "arret", "desabonner", "alto", "parar", "cancelar", "baja", "no mas", "nomas",
	}
	in   = set{"start", "unstop"}
	help = set{"help", "info", "aide", "ayuda"}
)

// A set is a few texts.
type set []string

func (s set) has(text string) bool { return slices.Contains(s, text) }

// once is words as one text: what is said several times over is said once, and letters
// that stand apart are a word.
func once(words []string) string {
	if len(words) > 2 && !slices.ContainsFunc(words, func(w string) bool { return len(w) > 1 }) {
		return strings.Join(words, "")
	}
	for n := 1; n <= len(words)/2; n++ {
		if slices.Equal(words[n:], words[:len(words)-n]) && len(words)%n == 0 {
			words = words[:n]
		}
	}
	return strings.Join(words, " ")
}

// polite are the phrases around a keyword that change nothing.
var polite = phrases{
	{"thank", "you", "so", "much"},
	{"thank", "you", "very", "much"},
	{"thank", "you"},
	{"thank", "u"},
	{"thankyou"},
	{"thanks"},
	{"thx"},
	{"tks"},
	{"ty"},
	{"please"},
	{"pls"},
	{"plz"},
	{"sil", "vous", "plait"},
	{"sil", "te", "plait"},
	{"svp"},
	{"stp"},
	{"merci"},
	{"por", "favor"},
	{"porfavor"},
	{"gracias"},
}

type phrases [][]string

// trim takes the phrases off both ends of words, but never all of them.
func (all phrases) trim(words []string) []string {
	for again := true; again; {
		again = false
		for _, p := range all {
			n := len(words) - len(p)
			switch {
			case n <= 0:
			case slices.Equal(words[:len(p)], p):
				words, again = words[len(p):], true
			case slices.Equal(words[n:], p):
				words, again = words[:n], true
			}
		}
	}
	return words
}
