package account

import (
	"context"
	"slices"
	"strings"

	"telex/messaging"
	"telex/ui/text"
)

// mostAsked is how many toll-free numbers and short codes are asked about, each of which
// is a question.
const mostAsked = 10

// numbersOf are the senders of a that are of one kind.
func numbersOf(a Account, kind messaging.SenderKind) []string {
	var numbers []string
	for _, n := range a.Numbers {
		if messaging.KindOfSender(n) == kind {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// Unseen are the senders of a of which [Inspect] finds nothing, whatever the credentials: of
// names and of numbers outside North America Bandwidth shows nothing.
func Unseen(a Account) []string {
	return slices.DeleteFunc(slices.Clone(a.Settled().Numbers), func(n string) bool {
		switch messaging.KindOfSender(n) {
		case messaging.TollFree, messaging.ShortCode:
			return true
		case messaging.LocalNumber:
			return strings.HasPrefix(n, "+1")
		case messaging.Alphanumeric, messaging.NoSender:
		}
		return false
	})
}

// local looks whether the local numbers of North America are on campaigns (10DLC).
func (f *findings) local(ctx context.Context, d Dashboard, a Account) {
	numbers := slices.DeleteFunc(numbersOf(a, messaging.LocalNumber), func(n string) bool { return !strings.HasPrefix(n, "+1") })
	if len(numbers) == 0 {
		return
	}
	registered, whole, err := d.Registrations(ctx, numbers)
	if err != nil {
		f.refused("campaigns (10DLC)", err, "Campaign Management")
		return
	}
	status := map[string]string{}
	if slices.ContainsFunc(registered, func(r messaging.Registration) bool { return r.Campaign != "" }) {
		campaigns, err := d.Campaigns(ctx)
		if err != nil {
			f.refused("status of campaigns", err, "Campaign Management")
		}
		for _, c := range campaigns {
			status[c.ID] = c.Status
		}
	}
	on := map[string][]string{} // numbers with which all is well, by campaign
	for _, n := range numbers {
		i := slices.IndexFunc(registered, func(r messaging.Registration) bool { return r.Number == n })
		switch {
		case i >= 0 && f.registration(registered[i], status[registered[i].Campaign]):
			on[registered[i].Campaign] = append(on[registered[i].Campaign], n)
		case i >= 0:
		case whole:
			f.trouble(n, "on no campaign (10DLC), if it is a number of this account at all: Bandwidth rejects its messages, or blocks those to the US with 4476",
				"check the number, and assign it to a campaign in Bandwidth's dashboard")
		default:
			f.unchecked(n, "the account has too many numbers to look through", "look in Bandwidth's dashboard whether it is on a campaign (10DLC)")
		}
	}
	for _, n := range numbers {
		for campaign, numbers := range on {
			if numbers[0] == n {
				f.good(several(numbers), "on campaign "+campaign)
			}
		}
	}
}

// noCampaign tells of a number that is on none.
func (f *findings) noCampaign(number string) {
	f.trouble(number, "on no campaign (10DLC): Bandwidth blocks its messages to the US with 4476", "assign it to a campaign in Bandwidth's dashboard")
}

// registration judges a number that the registry knows, and the status of its campaign;
// "" is one that is not known. It reports whether all is well.
func (f *findings) registration(r messaging.Registration, campaign string) bool {
	switch {
	case r.Campaign == "":
		f.noCampaign(r.Number)
	case r.Status == "PROCESSING":
		f.trouble(r.Number, "still being put on campaign "+r.Campaign+" (PROCESSING): until it is, its messages to the US fail with 4476", "wait, and look again")
	case r.Status == "FAILURE":
		f.trouble(r.Number, "could not be put on campaign "+r.Campaign+" (FAILURE): Bandwidth blocks its messages to the US with 4476", "assign it again in Bandwidth's dashboard")
	case r.Status != "SUCCESS":
		f.trouble(r.Number, "on campaign "+r.Campaign+", but its status there is "+text.OrNone(r.Status), "look in Bandwidth's dashboard")
	// Bandwidth's command line shows either word for one that may send.
	case campaign != "" && campaign != "REGISTERED" && campaign != "SUCCESS":
		f.trouble(r.Number, "on campaign "+r.Campaign+", which is "+campaign+": its messages to the US may be blocked", "look after the campaign in Bandwidth's dashboard")
	default:
		return true
	}
	return false
}

// others looks at toll-free numbers and short codes.
func (f *findings) others(ctx context.Context, d Dashboard, a Account) {
	tollFree, codes := numbersOf(a, messaging.TollFree), numbersOf(a, messaging.ShortCode)
	for _, n := range tollFree[:min(len(tollFree), mostAsked)] {
		v, err := d.Verification(ctx, n)
		f.verification(n, v, err)
	}
	for _, n := range codes[:min(len(codes), mostAsked)] {
		lease, err := d.ShortCodeLease(ctx, n)
		f.lease(n, lease, err)
	}
	for _, left := range [][]string{tollFree, codes} {
		if len(left) > mostAsked {
			f.unchecked(several(left[mostAsked:]), "telex asks about ten of a kind", "look in Bandwidth's dashboard")
		}
	}
}

// verification judges a toll-free number.
func (f *findings) verification(number string, v messaging.Verification, err error) {
	const ask = "ask for its verification in Bandwidth's dashboard"
	declined := ""
	if v.Declined != "" {
		declined = " (" + v.Declined + ")"
	}
	switch {
	case isMissing(err):
		f.trouble(number, "not verified, and nobody asked for that: carriers refuse its messages with 4795", ask)
	case err != nil:
		f.refused(number, err, "TFV")
	case v.Blocked:
		f.trouble(number, "blocked: "+text.OrNone(v.BlockedReason), "ask Bandwidth's support")
	case v.Status == "VERIFIED":
		f.good(number, "verified, toll-free")
	case v.Status == "PENDING":
		f.trouble(number, "being verified (PENDING): until it is, carriers refuse its messages with 4795", "wait, and look again")
	default:
		f.trouble(number, "not verified, "+v.Status+declined+": carriers refuse its messages with 4795", ask)
	}
}

// lease judges a short code.
func (f *findings) lease(code string, l messaging.ShortCodeLease, err error) {
	const look = "look after it in Bandwidth's dashboard"
	switch {
	case isMissing(err):
		f.trouble(code, "not a short code of this account", look)
	case err != nil:
		f.refused(code, err, "that reads short codes")
	case l.Status != "ACTIVE":
		f.trouble(code, "its lease is "+l.Status+": it cannot send", look)
	default:
		var without []string
		for _, c := range l.Carriers {
			if c.Status != "" && c.Status != "ACTIVE" {
				without = append(without, text.OrNone(c.Carrier)+" ("+c.Status+")")
			}
		}
		if len(without) > 0 {
			f.trouble(code, "not active with every carrier: "+several(without), look)
			return
		}
		f.good(code, "active, short code")
	}
}
