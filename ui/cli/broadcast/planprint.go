package broadcast

import (
	"fmt"
	"strings"
	"time"

	"telex/messaging/broadcast"
	"telex/messaging/broadcast/price"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// planned is a plan, and what it was made of.
type planned struct {
	broadcast.Plan
	source   *source
	made     *broadcast.Broadcast
	settings settings
	now      time.Time
	figures  price.Figures
	files    []who.File // of this machine, to be uploaded
	approve  bool       // another person has to approve it
}

// label is how wide the labels of a plan are.
const label = 10

// linesOf says something, line by line, each with its label.
func linesOf(out *say.Printer) func(name, format string, args ...any) {
	return func(name, format string, args ...any) {
		said := text.Pad(name, label) + " " + say.Hang(text.Clean(fmt.Sprintf(format, args...)), strings.Repeat(" ", label+1))
		for one := range strings.SplitSeq(said, "\n") {
			out.Say("%s", one)
		}
	}
}

// comesTo is what a plan comes to, in a few words.
func (p planned) comesTo() string {
	said := text.Count(p.Messages, "message")
	if !p.MMS {
		said += ", " + text.Count(int(p.Texts.Segments), "segment")
	}
	if p.figures.Known() {
		said += ", " + words.Price(p.Price)
	}
	return said
}

// print says for people what would be sent.
func (p planned) print(out *say.Printer) {
	line := linesOf(out)
	about := ""
	if p.source.about != "" {
		about = "; " + p.source.about
	}
	line("List", "%s: %s%s", p.source.name, text.Count(p.People, "row"), about)
	line("Text", "%s", words.FirstLine(p.made.Template.String()))
	if len(p.made.Message.Media) > 0 {
		line("Media", "%s", strings.Join(p.made.Message.Media, ", "))
	}
	line("From", "%s", strings.Join(p.made.Senders, ", "))
	line("Messages", "%d to send, %d left out", p.Messages, p.People-p.Messages)
	p.printSkipped(out)
	if p.Messages == 0 {
		return
	}
	p.printTexts(line)
	p.printTime(line)
	p.printPlaces(line)
	for _, w := range p.warnings() {
		line("Warning", "%s", w)
	}
	for _, s := range p.Samples {
		out.Say("%s to %s: %s, %s", text.Pad(sampleWords(s.Kind), label), somebody(s.Named), text.Count(s.Segments, "segment"), words.Encoding(s.Encoding))
		for body := range strings.Lines(text.CleanLines(s.Text)) {
			out.Say("  | %s", strings.TrimSuffix(body, "\n"))
		}
	}
}

// somebody is one of a list: "line 7 +19195550101, Ana".
func somebody(n broadcast.Named) string {
	said := n.Number
	if n.Line > 0 {
		said = fmt.Sprintf("line %d %s", n.Line, n.Number)
	}
	if n.Name != "" {
		said += ", " + n.Name
	}
	return said
}

// printSkipped names who is left out.
func (p planned) printSkipped(out *say.Printer) {
	for _, l := range p.Skipped {
		out.Say("  %d %s: %s", l.Count, l.Reason, words.Skip(outbox.Skip(l.Reason)))
		for _, n := range l.First {
			why := ""
			if n.Why != "" {
				why = " (" + n.Why + ")"
			}
			out.Say("    %s%s", text.Clip(somebody(n)), text.Clip(why))
		}
		if more := l.Count - len(l.First); more > 0 {
			out.Say("    and %d more", more)
		}
	}
}

// printTexts says what the texts take.
func (p planned) printTexts(line func(name, format string, args ...any)) {
	t := p.Texts
	switch {
	case p.MMS:
		line("Segments", "each is an MMS, which counts as one")
	case t.Shortest.Segments == t.Longest.Segments:
		line("Segments", "%d each, %d in all", t.Shortest.Segments, t.Segments)
	default:
		line("Segments", "%d to %d each, %d in all", t.Shortest.Segments, t.Longest.Segments, t.Segments)
	}
	switch {
	case p.MMS:
	case p.Unicode.All:
		line("Unicode", "all texts, because of %s in the text: a segment has 70 characters in place of 160", words.Forcing(forcing(p.made), 3))
	case t.Unicode > 0:
		var names []string
		for _, f := range p.Unicode.First {
			names = append(names, fmt.Sprintf("%s (%s)", somebody(f.Named), f.Char))
		}
		more := ""
		if n := t.Unicode - len(names); n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		line("Unicode", "%s, by what is filled in: %s%s", text.Count(t.Unicode, "text"), strings.Join(names, "; "), more)
	}
	if p.figures.Known() {
		said := words.Price(p.Price)
		if p.AsMMS != nil {
			said += words.AsMMS(*p.AsMMS)
		}
		line("Price", "%s", said)
	}
}

// printTime says how long it takes.
func (p planned) printTime(line func(name, format string, args ...any)) {
	if at := p.settings.At; !at.IsZero() {
		line("Begins", "%s", words.When(at, p.now.Location()))
		if p.settings.Clock != "" {
			line("", "each gets it then by their own clock, and this is the first of them")
		}
	}
	line("Pace", "%s", p.paceWords())
	if p.made.Hours.IsOff() {
		line("Hours", "off: people are texted at any hour of the night")
	} else {
		line("Hours", "%s by everybody's own clock%s%s", p.settings.Hours, stricter(p.settings), waits(p.Wait))
	}
	line("Ends", "%s", p.endWords())
	if p.approve {
		line("Then", "it waits for another person to approve it; nothing is sent before")
	}
}

func stricter(s settings) string {
	if len(s.HoursBy) == 0 {
		return ""
	}
	return ", stricter in " + text.Count(len(s.HoursBy), "place")
}

func waits(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "; 1 has to wait"
	}
	return fmt.Sprintf("; %d have to wait", n)
}

func seconds(n float64) time.Duration {
	const most = 100 * 365 * 24 * 3600
	return time.Duration(min(n, most) * float64(time.Second))
}

// endWords says when the last one leaves: "tomorrow 09:40, because 312 are in Hawaii".
func (p planned) endWords() string {
	if p.End.Beyond {
		return "in years, at this pace and with these hours"
	}
	if p.End.At.Sub(p.Start) < time.Minute {
		return "within a minute"
	}
	said := words.Day(p.End.At, p.now) + " " + p.End.At.In(p.now.Location()).Format("15:04")
	if p.End.Place != "" {
		is := "are"
		if p.End.People == 1 {
			is = "is"
		}
		said += fmt.Sprintf(", because %d %s %s", p.End.People, is, placeWords(p.End.Place))
	}
	return said
}

// placeWords says by whose clock people are texted: "on Chicago or New York time".
func placeWords(zones string) string {
	names := strings.Fields(zones)
	switch n := len(names); {
	case n == 0:
		return "nobody knows where"
	case n > 6:
		return fmt.Sprintf("in any of %d time zones", n)
	}
	for i, name := range names {
		if _, city, found := strings.Cut(name, "/"); found {
			names[i] = strings.ReplaceAll(city, "_", " ")
		}
		if name == "Pacific/Honolulu" {
			names[i] = "Hawaii"
		}
	}
	last := names[len(names)-1]
	if len(names) > 1 {
		last = strings.Join(names[:len(names)-1], ", ") + " or " + last
	}
	return "on " + last + " time"
}

// printPlaces says where people are.
func (p planned) printPlaces(line func(name, format string, args ...any)) {
	const most = 5
	count := func(groups []broadcast.Group, name func(string) string) string {
		var all []string
		for i, g := range groups {
			if i == most {
				all = append(all, fmt.Sprintf("%d more", len(groups)-most))
				break
			}
			all = append(all, fmt.Sprintf("%d %s", g.Count, name(g.Name)))
		}
		return strings.Join(all, ", ")
	}
	if !p.made.Hours.IsOff() {
		line("Places", "%s. An area code tells where a number was issued, not where the person is", count(p.Places, placeWords))
	}
	line("Countries", "%s", count(p.Countries, func(name string) string {
		if name == "" {
			return "of no country"
		}
		return name
	}))
}

// warnings are what may keep texts from arriving, or is missing in them.
func (p planned) warnings() []string {
	var all []string
	d := p.Doubts
	if d.NoWayOut > 0 {
		all = append(all, fmt.Sprintf("the text does not say how to opt out, and %s it first from you: add Reply STOP to opt out", gets(d.NoWayOut)))
	}
	if d.Shortened > 0 {
		all = append(all, fmt.Sprintf("%s a link of the public shortener %s, for which carriers block messages (4771); use the full link", holds(d.Shortened), d.Host))
	}
	if d.Delicate > 0 {
		all = append(all, fmt.Sprintf("%s the word %s: carriers block texts about sex, hate, alcohol, firearms, tobacco or gambling unless they were agreed on", holds(d.Delicate), say.Quoted(d.Word)))
	}
	for _, c := range p.settings.Campaigns {
		if n := c.sends(p.Plan); c.TMobile > 0 && n > c.TMobile {
			all = append(all, fmt.Sprintf("T-Mobile takes %d messages of campaign %s in a day, and these are %d to all carriers: what is too many there fails (4780), and the broadcast waits until midnight in Los Angeles; telex broadcast again --only later sends those once more", c.TMobile, c.ID, n))
		}
	}
	if p.Unplaced > 0 {
		all = append(all, fmt.Sprintf("%s in the list: not a zone such as America/Chicago, so the area code decides", text.Count(p.Unplaced, "unknown time zone")))
	}
	return all
}

// gets and holds put the number before its verb.
func gets(n int) string {
	if n == 1 {
		return "1 person gets"
	}
	return fmt.Sprintf("%d people get", n)
}

func holds(n int) string {
	if n == 1 {
		return "1 text holds"
	}
	return fmt.Sprintf("%d texts hold", n)
}

func sampleWords(k broadcast.SampleKind) string {
	switch k {
	case broadcast.FirstOf:
		return "First"
	case broadcast.LongestOf:
		return "Longest"
	case broadcast.UnicodeOf:
		return "Unicode"
	}
	return string(k)
}
