package broadcast

import (
	"fmt"
	"slices"
	"time"

	"telex/messaging/broadcast"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// A campaign is numbers that carriers count together, as it is kept with a run.
type campaign struct {
	ID      string   `json:"id"`
	Senders []string `json:"senders"`
	ATT     int      `json:"att_tpm,omitempty"`   // segments a minute that AT&T takes
	TMobile int      `json:"tmo_daily,omitempty"` // messages a day that T-Mobile takes
}

// campaignsOf are those of the campaigns in the configuration that senders are of. Wrong is
// what is wrong with any.
func campaignsOf(kept []who.Campaign, wrong []error, senders []string) ([]campaign, error) {
	if len(wrong) > 0 {
		e := &say.UsageError{What: "the campaigns of the configuration cannot be used; nothing was sent:"}
		for _, err := range wrong {
			e.More = append(e.More, err.Error())
		}
		return nil, e
	}
	var all []campaign
	for _, c := range kept {
		if slices.ContainsFunc(c.Senders, func(sender string) bool { return slices.Contains(senders, sender) }) {
			all = append(all, campaign{c.ID, c.Senders, c.ATT, c.TMobile})
		}
	}
	return all, nil
}

// rate is how much goes out of a campaign: as whom its people are with is not known, as much
// as AT&T takes.
func (c campaign) rate() outbox.Rate {
	if c.ATT == 0 {
		return outbox.Rate{}
	}
	return outbox.Rate{Count: c.ATT, Per: time.Minute}
}

// sends is how many messages of a plan its numbers send.
func (c campaign) sends(p broadcast.Plan) (n int) {
	for _, g := range p.Senders {
		if slices.Contains(c.Senders, g.Name) {
			n += g.Count
		}
	}
	return n
}

// pace is how fast the run is sent at most.
func (s settings) pace() (outbox.Pace, error) {
	p := outbox.Pace{Account: outbox.DefaultRate()}
	for _, c := range s.Campaigns {
		p.Campaigns = append(p.Campaigns, outbox.Campaign{ID: c.ID, Senders: c.Senders, Rate: c.rate()})
	}
	if s.Rate == "" {
		return p, nil
	}
	var err error
	p.Account, err = outbox.ParseRate(s.Rate)
	return p, err
}

// perSecond is the pace for an estimate, of people who are shared out evenly among senders:
// units a second, 0 for no limit.
func (s settings) perSecond(senders []string) float64 {
	pace, err := s.pace()
	if err != nil {
		return 0
	}
	least := 0.0
	limit := func(r outbox.Rate, share float64) {
		if !r.Limits() || share == 0 {
			return
		}
		if rate := float64(r.Count) / r.Per.Seconds() / share; least == 0 || rate < least {
			least = rate
		}
	}
	limit(pace.Account, 1)
	for _, c := range pace.Campaigns {
		n := 0
		for _, sender := range senders {
			if slices.Contains(c.Senders, sender) {
				n++
			}
		}
		limit(c.Rate, float64(n)/float64(len(senders)))
	}
	return least
}

// paceWords says how fast a plan is sent, and how long that takes.
func (p planned) paceWords() string {
	pace, err := p.settings.pace()
	if err != nil {
		return "" // it was read before
	}
	said, unit := "as fast as Bandwidth takes them", "segments"
	if p.MMS {
		unit = "messages"
	}
	if pace.Account.Limits() {
		said = fmt.Sprintf("at most %s %s, over everything that this account sends", pace.Account, unit)
	}
	said += campaignWords(p.settings.Campaigns)
	if rate := p.settings.perSecond(p.made.Senders); rate > 0 {
		said += "; these take " + words.Age(seconds(float64(p.Units)/rate))
	}
	return said
}

// campaignWords says what is sent of campaigns at most: ", at most 75/m of campaign C1AB2CD".
func campaignWords(all []campaign) (said string) {
	for _, c := range all {
		if r := c.rate(); r.Limits() {
			said += fmt.Sprintf(", at most %s of campaign %s", r, c.ID)
		}
	}
	return said
}
