package broadcast

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"telex/messaging/broadcast"
	"telex/messaging/broadcast/hours"
	"telex/messaging/broadcast/template"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// settings are how a run is sent, as they are kept with it: whoever goes on with it goes on
// as it was begun.
type settings struct {
	People    int                 `json:"people"` // of its list; a run with fewer was not filled to its end
	List      reading             `json:"list,omitzero"`
	Rate      string              `json:"rate,omitempty"`
	Parallel  int                 `json:"parallel,omitempty"`
	Hours     string              `json:"hours"`
	HoursBy   map[string][]string `json:"hours_by,omitempty"`
	ExpiresS  int                 `json:"expires_s,omitempty"`
	DailyCap  int                 `json:"daily_cap,omitempty"`
	Countries []string            `json:"countries,omitempty"`
	Campaigns []campaign          `json:"campaigns,omitempty"` // of its senders
	Files     []attachment        `json:"files,omitempty"`
	Detached  bool                `json:"detached,omitempty"` // whichever telex works may begin it
	Reserve   who.Reserve         `json:"reserve,omitzero"`   // what it was planned to come to
	Planned   string              `json:"planned,omitempty"`  // what it comes to, for who has to approve it
}

// A reading is how the list of a run was read, to read it once more as it was.
type reading struct {
	Path    string            `json:"path,omitempty"` // of its file, from the root
	Columns map[string]string `json:"columns,omitempty"`
	Region  string            `json:"region,omitempty"`
	Only    string            `json:"only,omitempty"` // of the people of another broadcast
}

// settingsOf are those that a run was started with.
func settingsOf(r outbox.Run) (settings, error) {
	s := settings{Hours: hours.Federal.String()}
	if len(r.Broadcast.Options) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(r.Broadcast.Options, &s); err != nil {
		return s, fmt.Errorf("broadcast %d: how it is to be sent cannot be read: %w", r.ID, err)
	}
	return s, nil
}

// filled reports whether a run has all of its people: telex may have ended before.
func (s settings) filled(r outbox.Run) bool { return r.People >= s.People }

// settings are what flags say, then the profile, then what holds for everybody.
func (f startFlags) settings(with Options, id who.Identity, senders []string) (settings, error) {
	s := settings{
		Rate: f.rate, Parallel: f.parallel, ExpiresS: int(f.expires / time.Second), DailyCap: f.dailyCap,
		Hours: f.hours, Countries: id.Profile.Countries, Detached: f.detach,
	}
	if id.Profile.Name != "" {
		s.Rate, s.Hours = cmp.Or(s.Rate, id.Profile.Rate), cmp.Or(s.Hours, id.Profile.Hours)
	}
	s.Hours = cmp.Or(s.Hours, hours.Federal.String())
	if !id.Sandbox { // which leaves the file of profiles alone
		file, err := with.Configuration()
		if err != nil {
			return s, err
		}
		s.HoursBy = file.HoursBy()
		kept, wrong := who.CampaignsOf(file, id.Region)
		if s.Campaigns, err = campaignsOf(kept, wrong, senders); err != nil {
			return s, err
		}
	}
	if _, err := s.pace(); err != nil {
		return s, origin(f.rate, "--rate", id, "rate", err)
	}
	if _, err := hours.Parse(s.Hours); err != nil {
		return s, origin(f.hours, "--hours", id, "hours", err)
	}
	_, err := s.clock(with.Now().Location())
	if err != nil {
		return s, say.Usagef("%s", say.Plain(err))
	}
	return s, nil
}

// origin says where a setting that cannot be read comes from.
func origin(flag, name string, id who.Identity, key string, err error) error {
	if flag == "" {
		name = key + " of profile " + id.Profile.Name
	}
	return say.Usagef("%s: %s; nothing was sent", name, say.Plain(err))
}

// clock is when people may be texted; zone is where those are of whom nothing is known.
func (s settings) clock(zone *time.Location) (*hours.Hours, error) {
	return hours.Read(s.Hours, s.HoursBy, zone)
}

// made is what a run was made of, to make its messages again.
func (s settings) made(r outbox.Run, clock *hours.Hours) (*broadcast.Broadcast, error) {
	t, err := template.Parse(r.Broadcast.Text)
	if err != nil {
		return nil, err
	}
	b := &broadcast.Broadcast{Template: t, Senders: r.Broadcast.Senders, Hours: clock, Countries: s.Countries}
	b.Message.ApplicationID, b.Message.Media, b.Message.Tag = r.Broadcast.ApplicationID, r.Broadcast.Media, r.Broadcast.Tag
	return b, nil
}
