package messaging

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Warning is one reason why a message that can be sent may not arrive, or may not
// be what was meant. It has the parts of a [Problem].
type Warning Problem

// String quotes the value, so it is safe to print.
func (w Warning) String() string { return Problem(w).Error() }

// RecommendedMMSChars is the longest text that Bandwidth recommends beside media.
// Source: Bandwidth support, 12823216.
const RecommendedMMSChars = 1000

// Warnings says what is doubtful about d without asking anybody, in the order of
// [Fields]. It is pure. What [Draft.Problems] finds is not repeated.
func (d Draft) Warnings() []Warning {
	var ws []Warning
	add := func(f Field, i int, value, why string) { ws = append(ws, Warning{f, i, value, why}) }
	kind := KindOfSender(d.From)
	d.senderWarnings(kind, add)
	d.textWarnings(add)
	if d.Priority == PriorityHigh {
		switch {
		case kind == Alphanumeric:
			add(FieldPriority, -1, "", "high has no effect from a sender id of letters")
		case d.IsMMS() && (kind == LocalNumber || kind == TollFree):
			add(FieldPriority, -1, "", "high has no effect on MMS, but from a short code")
		}
	}
	for i, to := range d.To {
		if to == d.From && to != "" {
			add(FieldTo, i, to, "is the sender, and nobody can text themselves (4401)")
		}
	}
	for i, m := range d.Media {
		if mediaURLProblem(m) != "" {
			continue
		}
		if slices.Contains(d.Media[:i], m) {
			add(FieldMedia, i, m, "is listed twice, and is sent twice")
			continue
		}
		for _, doubt := range mediaURLDoubts(m) {
			add(FieldMedia, i, m, doubt)
		}
	}
	order := Fields()
	sort.SliceStable(ws, func(i, j int) bool { return slices.Index(order, ws[i].Field) < slices.Index(order, ws[j].Field) })
	return ws
}

// senderWarnings are about what the kind of sender cannot do.
func (d Draft) senderWarnings(kind SenderKind, add func(f Field, i int, value, why string)) {
	switch {
	case kind == TollFree && d.isGroup():
		add(FieldFrom, -1, d.From, "is toll-free, from which group messages are impossible; send individual messages")
	case kind == Alphanumeric && d.isGroup():
		add(FieldFrom, -1, d.From, "is a sender id of letters, from which group messages are impossible; send individual messages")
	case kind == Alphanumeric && len(d.Media) > 0:
		add(FieldFrom, -1, d.From, "is a sender id of letters, which sends SMS only: the media may not arrive")
	}
	if kind == Alphanumeric && slices.ContainsFunc(d.To, func(to string) bool { return strings.HasPrefix(to, "+1") }) {
		add(FieldFrom, -1, d.From, "is a sender id of letters, which carriers in the US and Canada (+1) do not carry")
	}
}

// textWarnings are about what stands in the text.
func (d Draft) textWarnings(add func(f Field, i int, value, why string)) {
	if n := utf8.RuneCountInString(d.Text); len(d.Media) > 0 && n > RecommendedMMSChars {
		add(FieldText, -1, "", fmt.Sprintf("has %d characters; Bandwidth recommends at most %d beside media", n, RecommendedMMSChars))
	}
	if host := Shortener(d.Text); host != "" {
		add(FieldText, -1, "", "holds a link of the public shortener "+host+", for which carriers block messages (4771); use the full link, or a domain of yours")
	}
	if strings.Contains(d.Text, `\n`) {
		add(FieldText, -1, "", `holds \n as two characters, a backslash and an n, and not a new line`)
	}
}

// link finds what phones make a link of: a host, with or without http before it. It is
// compiled at the first text that can hold one.
var link = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^a-z0-9@._-])(?:https?://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)/\S`)
})

// Shortener is the host of the first link of a public shortener in text, for which carriers
// block messages; "" if there is none. A shortener's name without anything after it leads
// to nobody's page. Source: CTIA, Messaging Principles and Best Practices, 5.1.2.
func Shortener(text string) string {
	if !strings.Contains(text, "/") {
		return ""
	}
	for _, found := range link().FindAllStringSubmatch(text, -1) {
		if host := strings.ToLower(found[1]); slices.Contains(shorteners, host) {
			return host
		}
	}
	return ""
}

// shorteners are public link shorteners, whose links are used by everybody, spammers
// too. Source: CTIA, Messaging Principles and Best Practices, 5.1.2, has the rule; the
// list is that of the best known ones.
var shorteners = []string{
	"bit.ly", "bitly.com", "j.mp", "tinyurl.com", "tiny.cc", "tiny.one", "goo.gl", "t.co", "ow.ly", "is.gd", "v.gd", "buff.ly",
	"rebrand.ly", "cutt.ly", "rb.gy", "shorturl.at", "shorturl.com", "t.ly", "bl.ink", "s.id", "lnkd.in", "soo.gd", "adf.ly",
	"qr.ae", "trib.al", "dlvr.it", "snip.ly", "short.io", "shorte.st", "clck.ru", "u.to", "urlz.fr", "x.gd", "da.gd", "n9.cl",
}
