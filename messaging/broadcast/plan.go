package broadcast

import (
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"telex/messaging/broadcast/price"
	"telex/messaging/broadcast/template"
	"telex/messaging/number"
	"telex/messaging/segment"
)

// A Plan is what a broadcast would do, and what is doubtful about it.
type Plan struct {
	People   int // rows of the list, whoever they are
	Messages int // how many get one
	Units    int // what these take of the pace; see [Person.Units]

	Skipped   []Left         // who gets none, by reason, in the order of [Skips]; no reason without people
	Texts     template.Tally // of who gets one
	MMS       bool           // each message is one: it counts as one segment
	Unicode   Unicode
	Price     price.Range
	AsMMS     *price.Range // what it is as MMS, if that is less for texts of several segments; see [price.Instead]
	Senders   []Group      // by whom they come from, the largest first
	Places    []Group      // by zones, the largest first
	Countries []Group      // by country, the largest first; "" is none that is known
	Unplaced  int          // whose zone the list names, and there is none of that name

	Start time.Time // of the estimate
	End   Ending
	Wait  int // how many cannot leave at once because of their hours

	Samples []Sample
	New     int    // who never got anything from this outbox
	Doubts  Doubts // of the texts
}

// A Left is who is left out for one reason.
type Left struct {
	Reason Skip
	Count  int
	First  []Named // at most firstNamed of them, in the order of the list
}

// A Named is somebody, to be shown.
type Named struct {
	Line         int
	Number, Name string
	Why          string // in words; may be empty
}

// firstNamed is how many are named for each reason; all of them are in the file of rejects.
const firstNamed = 5

// Unicode says whose texts travel as UCS-2 because of what is filled in.
type Unicode struct {
	All   bool // the text itself does, whoever gets it
	First []Forced
}

// Forced is somebody whose text travels as UCS-2 because of what is filled in.
type Forced struct {
	Named

	Char string // as it stands in the text
}

// A Group is how many have something in common.
type Group struct {
	Name  string
	Count int
}

// A Sample is a message as somebody would get it.
type Sample struct {
	Kind SampleKind
	Named
	template.Sample
}

// SampleKind is why somebody's message is shown.
type SampleKind string

// The kinds of samples.
const (
	FirstOf   SampleKind = "first"
	LongestOf SampleKind = "longest"
	UnicodeOf SampleKind = "unicode"
)

// mostGroups bounds how many places are told apart. A list may name zones of its own.
const mostGroups = 1000

// A Planner makes a [Plan] of people, one after the other. It keeps none of them but those
// that it names, so its memory does not grow with the list. It is for one goroutine.
type Planner struct {
	broadcast *Broadcast
	rate      float64

	plan      Plan
	skipped   map[Skip]*Left
	senders   map[string]int
	places    map[string]int
	countries map[string]int
	loads     map[window]load
	instead   price.Instead
	first     template.Sample
	named     map[SampleKind]Named
}

// NewPlanner begins a plan of a broadcast at a rate of units a second; 0 is no limit.
func NewPlanner(b *Broadcast, rate float64) *Planner {
	p := &Planner{
		broadcast: b, rate: rate, skipped: map[Skip]*Left{}, senders: map[string]int{}, places: map[string]int{}, countries: map[string]int{},
		loads: map[window]load{}, named: map[SampleKind]Named{},
	}
	p.plan.Start = b.Now
	p.plan.MMS = b.Message.IsMMS()
	p.plan.Unicode.All = segment.Of(b.Bare()).Encoding == segment.UCS2
	return p
}

// Add takes the next one of the list.
func (p *Planner) Add(someone *Person) {
	p.plan.People++
	if someone.Zone != "" && !p.broadcast.Hours.IsZone(someone.Zone) {
		p.plan.Unplaced++
	}
	if someone.Skip != "" {
		p.leave(someone)
		return
	}
	p.plan.Messages++
	p.plan.Units += someone.Units()
	p.senders[someone.Message.From]++
	if someone.New {
		p.plan.New++
	}
	p.measure(someone)
	p.place(someone)
	p.plan.Doubts.look(someone)
}

// leave notes who gets no message.
func (p *Planner) leave(someone *Person) {
	l := p.skipped[someone.Skip]
	if l == nil {
		l = &Left{Reason: someone.Skip}
		p.skipped[someone.Skip] = l
	}
	if l.Count++; len(l.First) < firstNamed {
		l.First = append(l.First, someone.named())
	}
}

// named is what is kept of somebody.
func (p *Person) named() Named {
	return Named{Line: p.Line, Number: strings.Clone(p.Number), Name: strings.Clone(p.Name), Why: strings.Clone(p.Why)}
}

// measure notes what a text takes, and keeps those that are worth being seen.
func (p *Planner) measure(someone *Person) {
	row, text := p.plan.Messages, someone.Message.Text
	p.plan.Texts.Add(row, text)
	p.plan.Price = p.plan.Price.Add(p.broadcast.Figures.Of(someone.Message, someone.Count.Segments))
	if p.broadcast.Figures.Known() {
		p.instead.Add(p.broadcast.Figures, someone.Message, someone.Message.To, someone.Count.Segments)
	}
	if row == 1 {
		p.first, p.named[FirstOf] = p.plan.Texts.Longest, someone.named()
	}
	if p.plan.Texts.Longest.Row == row {
		p.named[LongestOf] = someone.named()
	}
	u := &p.plan.Unicode
	if u.All || p.plan.MMS || someone.Count.Encoding != segment.UCS2 {
		return
	}
	if p.plan.Texts.Unicode == 1 {
		p.named[UnicodeOf] = someone.named()
	}
	if len(u.First) < firstNamed {
		u.First = append(u.First, Forced{someone.named(), strings.Clone(segment.Forcing(text)[0].Text)})
	}
}

// place notes where somebody is, and when they may be texted.
func (p *Planner) place(someone *Person) {
	zones := p.broadcast.placeOf(someone)
	if _, known := p.places[zones]; !known && len(p.places) >= mostGroups {
		zones = ""
	}
	p.places[strings.Clone(zones)]++
	n, err := number.Parse(someone.Number, "")
	if err != nil {
		n.Country = ""
	}
	p.countries[n.Country]++
	w := window{someone.From, someone.Until, zones}
	if p.broadcast.Hours.IsOff() && p.broadcast.Begins == nil {
		w.place = ""
	}
	if w.from.After(p.plan.Start) {
		p.plan.Wait++
	}
	l := p.loads[w]
	l.people++
	l.units += someone.Units()
	if l.number == "" {
		l.number, l.zone = strings.Clone(someone.Number), strings.Clone(someone.Zone)
	}
	p.loads[w] = l
}

// Plan is the plan of all who were added.
func (p *Planner) Plan() Plan {
	plan := p.plan
	for _, reason := range Skips() {
		if l := p.skipped[reason]; l != nil {
			plan.Skipped = append(plan.Skipped, *l)
		}
	}
	plan.Senders, plan.Places, plan.Countries = groups(p.senders), groups(p.places), groups(p.countries)
	plan.End = estimate(p.loads, p.rate, plan.Start, p.broadcast.Hours.Next)
	plan.Samples = p.samples()
	if mms, ok := p.instead.MMS(); ok {
		plan.AsMMS = &mms
	}
	return plan
}

// samples are the messages that are shown, each once.
func (p *Planner) samples() []Sample {
	var all []Sample
	for _, s := range []Sample{
		{Kind: FirstOf, Sample: p.first}, {Kind: LongestOf, Sample: p.plan.Texts.Longest}, {Kind: UnicodeOf, Sample: p.plan.Texts.First},
	} {
		named, found := p.named[s.Kind]
		if found && !slices.ContainsFunc(all, func(other Sample) bool { return other.Row == s.Row }) {
			s.Named = named
			all = append(all, s)
		}
	}
	return all
}

// groups are counts, the largest first.
func groups(counts map[string]int) []Group {
	var all []Group
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, Group{name, counts[name]})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[j].Count < all[i].Count })
	return all
}
