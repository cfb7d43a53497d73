package who

import (
	"fmt"

	"telex/config"
	"telex/messaging/number"
	"telex/ui/cli/say"
)

// A Campaign is one of the file's, and its numbers as messages carry them.
type Campaign struct {
	config.Campaign
	Senders []string
}

// CampaignsOf are those of a file, and what is wrong with their numbers, each with file and
// line. Numbers without a country code are of region.
func CampaignsOf(file *config.File, region string) (all []Campaign, wrong []error) {
	of := map[string]string{} // the campaign of each number
	for _, kept := range file.Campaigns() {
		c := Campaign{Campaign: kept}
		refuse := func(err error) {
			wrong = append(wrong, file.At(fmt.Errorf("campaigns.%s.numbers: %w", c.ID, err), "campaigns", c.ID, "numbers"))
		}
		for _, typed := range c.Numbers {
			sender, _, err := number.ParseSender(typed, region)
			if err != nil {
				refuse(err)
				continue
			}
			if other := of[sender]; other != "" {
				refuse(fmt.Errorf("%s is of campaign %s already, and a number is of one", say.Quoted(typed), other))
				continue
			}
			of[sender], c.Senders = c.ID, append(c.Senders, sender)
		}
		all = append(all, c)
	}
	return all, wrong
}
