package broadcast

import (
	"time"

	"telex/messaging/broadcast"
	"telex/messaging/broadcast/price"
	"telex/messaging/segment"
	"telex/ui/cli/say"
)

// planJSON is what --dry-run --json prints. It is an API: keys are added, never changed.
type planJSON struct {
	List      string                 `json:"list"`
	Text      string                 `json:"text"`
	From      []string               `json:"from"`
	People    int                    `json:"people"`
	Messages  int                    `json:"messages"`
	Skipped   map[broadcast.Skip]int `json:"skipped"`
	LeftOut   []leftJSON             `json:"left_out,omitempty"` // the first of each reason
	Segments  segmentsJSON           `json:"segments"`
	Unicode   int                    `json:"unicode"`
	Price     *price.Range           `json:"price,omitempty"`        // absent: no figures
	AsMMS     *price.Range           `json:"price_as_mms,omitempty"` // absent: it is not less than that
	Rate      string                 `json:"rate"`
	Campaigns []campaign             `json:"campaigns,omitempty"` // that its senders are of
	Hours     string                 `json:"hours"`
	Waiting   int                    `json:"waiting"` // who have to wait for their hours
	say.Due                          // it begins then
	DurationS int                    `json:"duration_s"`
	EndsAt    string                 `json:"ends_at"` // RFC 3339, UTC
	Zones     []groupJSON            `json:"zones"`
	Countries []groupJSON            `json:"countries"`
	Problems  []string               `json:"problems"` // that do not keep it from being sent
	Samples   []sampleJSON           `json:"samples"`
	Approve   bool                   `json:"wants_approval,omitempty"` // of another person, before anything is sent
}

type leftJSON struct {
	Reason broadcast.Skip `json:"reason"`
	Line   int            `json:"line,omitempty"`
	Number string         `json:"number"`
	Name   string         `json:"name,omitempty"`
	Why    string         `json:"why,omitempty"`
}

type segmentsJSON struct {
	Shortest int   `json:"shortest"`
	Longest  int   `json:"longest"`
	Sum      int64 `json:"sum"`
}

type groupJSON struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

type sampleJSON struct {
	Kind     broadcast.SampleKind `json:"kind"`
	Line     int                  `json:"line,omitempty"`
	Number   string               `json:"number"`
	Name     string               `json:"name,omitempty"`
	Text     string               `json:"text"`
	Segments int                  `json:"segments"`
	Encoding string               `json:"encoding"`
}

func (p planned) json() planJSON {
	j := planJSON{
		List: p.source.name, Text: p.made.Template.String(), From: p.made.Senders, People: p.People, Messages: p.Messages, Skipped: map[broadcast.Skip]int{},
		Segments: segmentsJSON{p.Texts.Shortest.Segments, p.Texts.Longest.Segments, p.Texts.Segments}, Unicode: p.Texts.Unicode,
		Rate: "unlimited", Campaigns: p.settings.Campaigns, Hours: p.settings.Hours, Waiting: p.Wait, Due: say.DueOf(p.settings.At), DurationS: int(p.End.At.Sub(p.Start) / time.Second), EndsAt: p.End.At.UTC().Format(time.RFC3339),
		Zones: groupsJSON(p.Places), Countries: groupsJSON(p.Countries), Problems: p.warnings(), Samples: []sampleJSON{}, Approve: p.approve,
	}
	if pace, err := p.settings.pace(); err == nil && pace.Account.Limits() {
		j.Rate = pace.Account.String()
	}
	if j.Problems == nil {
		j.Problems = []string{}
	}
	if p.figures.Known() {
		j.Price, j.AsMMS = &p.Price, p.AsMMS
	}
	for _, l := range p.Skipped {
		j.Skipped[l.Reason] = l.Count
		for _, n := range l.First {
			j.LeftOut = append(j.LeftOut, leftJSON{l.Reason, n.Line, n.Number, n.Name, n.Why})
		}
	}
	for _, s := range p.Samples {
		j.Samples = append(j.Samples, sampleJSON{s.Kind, s.Line, s.Number, s.Name, s.Text, s.Segments, s.Encoding.String()})
	}
	return j
}

func groupsJSON(groups []broadcast.Group) []groupJSON {
	all := make([]groupJSON, len(groups))
	for i, g := range groups {
		all[i] = groupJSON(g)
	}
	return all
}

// forcing is what makes the text itself travel as UCS-2, whatever is filled in.
func forcing(b *broadcast.Broadcast) []segment.Char { return segment.Forcing(b.Bare()) }
