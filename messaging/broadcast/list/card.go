package list

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// vCards: 2.1 (versit, 1996), 3.0 (RFC 2426) and 4.0 (RFC 6350).

// isCard reports whether a file is one of vCards.
func isCard(head sample, name string) bool {
	if ext := strings.ToLower(filepath.Ext(name)); ext == ".vcf" || ext == ".vcard" {
		return true
	}
	start := strings.TrimLeft(string(head.text[:min(len(head.text), 4<<10)]), " \t\r\n")
	end := strings.IndexAny(start, "\r\n")
	return end > 0 && strings.EqualFold(strings.ReplaceAll(start[:end], " ", ""), "BEGIN:VCARD")
}

// cardFields are the fields that a template may ask a vCard for, in the order of a
// person's values.
var cardFields = []string{"name", "first name", "last name", "nickname", "organization", "title", "email", "birthday", "note"}

// What telex writes into a vCard beside what everybody understands.
const (
	// OwnField is a property of two parts, the name of a field and its text.
	OwnField = "X-TELEX-FIELD"
	// OnlyTheName is a parameter of N, "YES" where that only repeats the name of somebody
	// whose first and last names are not known.
	OnlyTheName = "X-TELEX-NAME"
)

// A card is what is kept of a vCard.
type card struct {
	line     int
	raw      strings.Builder
	values   [9]string // beside cardFields
	n        []string  // the parts of N
	zone     string
	groups   []string
	isGroup  bool // of people, and nobody
	phones   []phone
	labels   map[string]string // X-ABLabel, by the group of its property
	bestMail int
	more     map[string]string
}

// A phone is one TEL of a card.
type phone struct {
	value, group string
	rank         rank
	pref         int // 1 is liked most
}

const leastPref = 100 // RFC 6350 §5.3

// cards reads vCards, one after the other.
type cards struct {
	lines  *lines
	region string
	ahead  *physical // a line that was read too far
	begun  int       // the line of a card whose beginning was read already; 0 for none
}

// A physical line of the file.
type physical struct {
	text []byte
	line int
}

// next reads the next card that may be somebody, io.EOF at the end.
func (c *cards) next() (Row, error) {
	for {
		line := c.begun
		for line == 0 {
			p, _, at, err := c.property(nil)
			if err != nil {
				return Row{}, err
			}
			if p.is == "BEGIN" {
				line = at
			}
		}
		c.begun = 0
		card := &card{line: line, labels: map[string]string{}, bestMail: leastPref + 1}
		card.keep([]byte("BEGIN:VCARD"))
		whole, err := c.fill(card)
		if err != nil {
			return Row{}, err
		}
		if card.isGroup {
			continue
		}
		row := card.row(c.region)
		if !whole {
			row.Number, row.Reject = "", "the card has no end: the file is cut off"
		}
		return row, nil
	}
}

// fill reads the properties of a card to its end. Whole is false if the file ends before,
// or another card begins.
func (c *cards) fill(card *card) (whole bool, err error) {
	inner, agent := 0, false
	for {
		p, value, line, err := c.property(card)
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		switch {
		case p.is == "BEGIN" && (agent || inner > 0): // a card within the card
			inner++
		case p.is == "BEGIN":
			c.begun = line
			return false, nil
		case p.is == "END" && inner > 0:
			inner--
		case p.is == "END":
			return true, nil
		case inner == 0:
			card.take(p, value)
		}
		agent = p.is == "AGENT" && strings.TrimSpace(value) == ""
	}
}

// property reads the next one, and the line on which it begins; keep takes its lines as
// they are.
func (c *cards) property(keep *card) (p property, value string, line int, err error) {
	for {
		text, at, err := c.line()
		if err != nil {
			return property{}, "", 0, err
		}
		keep.keep(text)
		logical := strings.ToValidUTF8(string(text), "\uFFFD")
		p, _, ok := cutProperty(logical)
		quoted := ok && p.has("ENCODING", "QUOTED-PRINTABLE")
		if logical, err = c.unfolded(logical, quoted, keep); err != nil {
			return property{}, "", 0, err
		}
		p, value, ok := cutProperty(logical)
		switch {
		case !ok:
			continue
		case quoted:
			value = p.decoded(value)
		}
		return p, value, at, nil
	}
}

// unfolded adds to a line those that go on with it: they begin with a space, or stand
// behind a soft line end of quoted-printable.
func (c *cards) unfolded(logical string, quoted bool, keep *card) (string, error) {
	for {
		more, at, err := c.line()
		if errors.Is(err, io.EOF) {
			return logical, nil
		}
		if err != nil {
			return "", err
		}
		folded := len(more) > 0 && (more[0] == ' ' || more[0] == '\t')
		soft := quoted && strings.HasSuffix(logical, "=")
		if !folded && !soft {
			c.ahead = &physical{more, at}
			return logical, nil
		}
		keep.keep(more)
		next := strings.ToValidUTF8(string(more), "\uFFFD")
		switch {
		case len(logical) > mostProperty:
			// A picture: nothing of it is asked for.
		case soft:
			logical = strings.TrimSuffix(logical, "=") + next
		default:
			logical += next[1:]
		}
	}
}

// mostProperty bounds one, in bytes.
const mostProperty = 64 << 10

// line is the next line of the file.
func (c *cards) line() ([]byte, int, error) {
	if ahead := c.ahead; ahead != nil {
		c.ahead = nil
		return ahead.text, ahead.line, nil
	}
	return c.lines.next()
}

// keep keeps a line of the card as it is.
func (c *card) keep(line []byte) {
	if c == nil || c.raw.Len() > mostRaw {
		return
	}
	if c.raw.Len() > 0 {
		c.raw.WriteByte('\n')
	}
	c.raw.Write(line[:min(len(line), mostRaw)])
}

// take takes one property.
func (c *card) take(p property, value string) {
	at := func(field string) *string { return &c.values[slices.Index(cardFields, field)] }
	first := func(field string) {
		if to := at(field); *to == "" {
			*to = Clean(unescaped(value))
		}
	}
	switch p.is {
	case "FN":
		first("name")
	case "N":
		if c.n == nil && !p.has(OnlyTheName, "YES") {
			for _, part := range splitUnescaped(value, ';') {
				c.n = append(c.n, Clean(unescaped(part)))
			}
		}
	case "NICKNAME":
		first("nickname")
	case "ORG":
		if to := at("organization"); *to == "" {
			*to = Clean(unescaped(strings.Join(splitUnescaped(value, ';'), ", ")))
		}
	case "TITLE":
		first("title")
	case "EMAIL":
		if pref := p.pref(); pref < c.bestMail {
			c.bestMail = pref
			*at("email") = Clean(unescaped(value))
		}
	case "BDAY":
		first("birthday")
	case "NOTE":
		first("note")
	case "TZ":
		c.zone = Clean(unescaped(value))
	case "CATEGORIES":
		for _, part := range splitUnescaped(value, ',') {
			c.groups = append(c.groups, groupsIn(strings.NewReplacer(",", " ", ";", " ").Replace(Clean(unescaped(part))))...)
		}
	case OwnField:
		if parts := splitUnescaped(value, ';'); len(parts) == 2 {
			if c.more == nil {
				c.more = map[string]string{}
			}
			c.more[Fold(unescaped(parts[0]))] = Clean(unescaped(parts[1]))
		}
	case "KIND", "X-ADDRESSBOOKSERVER-KIND":
		c.isGroup = strings.EqualFold(strings.TrimSpace(value), "group")
	case "X-ABLABEL":
		c.labels[p.group] = strings.TrimSuffix(strings.TrimPrefix(Clean(unescaped(value)), "_$!<"), ">!$_")
	case "TEL":
		c.phones = append(c.phones, phone{Clean(unescaped(value)), p.group, p.phoneRank(), p.pref()})
	}
}

// row makes of a card who it is.
func (c *card) row(region string) Row {
	part := func(i int) string { return cellAt(c.n, i) }
	name := oneLine(c.values[0])
	if name == "" {
		name = joined(part(3), part(1), part(2), part(0), part(4))
	}
	for _, other := range []string{c.values[slices.Index(cardFields, "nickname")], c.values[slices.Index(cardFields, "organization")]} {
		if name == "" {
			name = oneLine(other)
		}
	}
	c.values[0], c.values[1], c.values[2] = name, part(1), part(0)
	row := Row{Line: c.line, Name: name, Zone: c.zone, Groups: c.groups, Values: c.values[:], More: c.more, Raw: rawOf([]byte(c.raw.String())), Reject: noNumber}
	best := phone{rank: noPhone}
	for _, p := range c.phones {
		if label, ok := c.labels[p.group]; ok && p.group != "" && p.rank != noPhone {
			p.rank = min(p.rank, rankOfLabel(label))
			if rankOfLabel(label) == noPhone {
				p.rank = noPhone
			}
		}
		switch {
		case p.value == "":
		case p.rank == noPhone && best.rank == noPhone:
			row.Reject = onlyFax
		case p.rank < best.rank, p.rank == best.rank && p.pref < best.pref:
			best = p
		}
	}
	if best.rank == noPhone {
		return row
	}
	row.Value = best.value
	row.Number, row.Reject = numberIn(best.value, region)
	if digitsIn(name) > 0 && row.Number != "" {
		if n, _ := numberIn(name, region); n == row.Number { // there has to be one on each card
			row.Name, c.values[0] = "", ""
		}
	}
	return row
}
