package config

import (
	"fmt"
	"maps"
	"slices"
	"sort"
)

// A Campaign is numbers of the user that carriers count together, as 10DLC has it, and how
// much these take of them.
type Campaign struct {
	ID      string   // as The Campaign Registry gave it, such as "C1AB2CD"
	Numbers []string // as written
	ATT     int      // segments that AT&T takes in a minute; 0 if it was not said
	TMobile int      // messages that T-Mobile takes in a day; 0 if it was not said
}

func (c *Campaign) fields() []field {
	return []field{
		listField("numbers", &c.Numbers, checkText),
		countField("att_tpm", &c.ATT),
		countField("tmo_daily", &c.TMobile),
	}
}

// Campaigns are those of the file, in its order. Whether their numbers are any is not looked
// at; [File.Where] with "campaigns", the id and "numbers" says where they stand.
func (f *File) Campaigns() []Campaign {
	all := slices.Clone(f.now.content.campaigns)
	for i := range all {
		all[i].Numbers = slices.Clone(all[i].Numbers)
	}
	return all
}

// campaigns reads the tables of the campaigns.
func (r *reading) campaigns(values map[string]any) {
	for _, id := range slices.Sorted(maps.Keys(values)) {
		path := []string{"campaigns", id}
		table, ok := values[id].(map[string]any)
		if !ok {
			r.refuse(path, typeError(values[id]).Error(), "a table, [campaigns."+keyText([]string{id})+"]")
			continue
		}
		if err := CheckName(id); err != nil {
			r.refuse(path, "is not the id of a campaign", allowedName)
			continue
		}
		c := Campaign{ID: id}
		r.fields(path, table, c.fields())
		if list, is := table["numbers"].([]any); table["numbers"] == nil || is && len(list) == 0 {
			r.refuse(path, "has no numbers", `numbers = ["+19195550100"]`)
		}
		if table["att_tpm"] == nil && table["tmo_daily"] == nil {
			r.refuse(path, "says nothing of a carrier", "att_tpm, tmo_daily")
		}
		r.content.campaigns = append(r.content.campaigns, c)
	}
	sort.SliceStable(r.content.campaigns, func(i, j int) bool {
		return r.place("campaigns", r.content.campaigns[i].ID) < r.place("campaigns", r.content.campaigns[j].ID)
	})
}

// mostCount bounds what a carrier may take: more than any does.
const mostCount = 1_000_000

// countField is how many there may be of something; 0 is not set.
func countField(name string, to *int) field {
	return wholeField(name, fmt.Sprintf("a whole number from 1 to %d", mostCount), mostCount, 1, to)
}
