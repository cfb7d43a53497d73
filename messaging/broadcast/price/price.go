// Package price says what messages come to by figures that the user gave. It knows no
// price list: where there is no figure, it says so and guesses nothing.
//
// All amounts are whole millionths of the currency's unit ([Unit]), so sums are exact.
// The carrier of a recipient, on whom a surcharge depends, is not known before the message
// was sent: then a [Range] goes from none of the surcharges to the highest of them.
//
// Nothing here keeps state: every function may be called concurrently.
package price

import (
	"slices"
	"strings"

	"telex/messaging"
	"telex/messaging/number"
	"telex/messaging/segment"
)

// Unit is one unit of a currency, such as a dollar, in what amounts are counted in.
const Unit = 1_000_000

// Most is the highest figure there may be, in millionths. It keeps the sum for any number
// of messages that one can send within 64 bits.
const Most = 1000 * Unit

// Rates are figures for one message, in millionths: of SMS for each segment, of MMS for
// each recipient. Nil is none, which is not the same as free. InSMS and InMMS are for what
// others send to the account.
type Rates struct{ SMS, MMS, InSMS, InMMS *int64 }

// Figures are what the user says that messages cost. The zero value knows nothing.
//
// Standard holds for recipients at home: in the country of the sender, where the United
// States, their territories and Canada are one, which is also the home of short codes and
// toll-free numbers. What TollFree and ShortCode leave out is as in Standard. To has
// figures for numbers and short codes that send to other countries, or to one at home for
// which others hold, and Alpha those for sender ids of letters, by the recipient's country.
// Surcharge is what is added at home, by the recipient's carrier.
type Figures struct {
	Currency  string // ISO 4217, in capitals
	Standard  Rates
	TollFree  Rates
	ShortCode Rates
	To        map[string]Rates // by ISO 3166 code, in capitals
	Alpha     map[string]Rates // by ISO 3166 code, in capitals
	Surcharge map[string]Rates // by the carrier's name; letters of any size
}

// Known reports whether there is any figure for what is sent.
func (f Figures) Known() bool {
	has := func(r Rates) bool { return r.SMS != nil || r.MMS != nil }
	for _, table := range []map[string]Rates{f.To, f.Alpha} {
		for _, r := range table {
			if has(r) {
				return true
			}
		}
	}
	return has(f.Standard) || has(f.TollFree) || has(f.ShortCode)
}

// Of is what m comes to if it is sent to all of its recipients. Segments is how many its
// text has, or 0 to count them here; an MMS is one, whatever its text. Recipients for whom
// there is no figure are counted in the range.
func (f Figures) Of(m messaging.Message, segments int) Range {
	sum := Range{Currency: f.Currency}
	for _, to := range m.To {
		sum = sum.Add(f.one(m, to, "", segments))
	}
	return sum
}

// OfEach is what it comes to if each of several recipients gets m for themselves, whoever m
// is addressed to. Segments is as in [Figures.Of].
func (f Figures) OfEach(m messaging.Message, to []string, segments int) Range {
	sum := Range{Currency: f.Currency}
	known := map[string]Range{} // by the country
	m.To = nil
	for _, to := range to {
		country := countryOf(to)
		r, ok := known[country]
		if !ok {
			r = f.one(m, to, "", segments)
			known[country] = r
		}
		sum = sum.Add(r)
	}
	return sum
}

// An Ending is what became of a message for one of its recipients.
type Ending struct {
	To      string
	Carrier string            // by the name that callbacks and records have for it; "" if it is not known
	Code    int               // delivery error code; 0 for none
	Created messaging.Outcome // whether the API took the message
}

// After is what m came to for one recipient. What the API refused and what never left is
// free. What failed is as [messaging.ExplainCode] has it of its code, and what has no receipt
// is billed. Of an unknown outcome it goes from nothing to all.
func (f Figures) After(m messaging.Message, segments int, end Ending) Range {
	free := Range{Currency: f.Currency}
	switch end.Created {
	case messaging.Rejected, messaging.Unsent:
		return free
	case messaging.Accepted, messaging.Unknown:
	}
	all := f.one(m, end.To, end.Carrier, segments)
	if end.Created == messaging.Unknown {
		all.Low = 0
		return all
	}
	if end.Code == 0 {
		return all
	}
	code, _ := messaging.ExplainCode(end.Code)
	if !code.Billable {
		all = free
	}
	all.Guessed = code.Guessed
	return all
}

// Received is what a message that came in comes to, from a number in E.164 to one of the
// account's senders. Segments is as in [Figures.Of].
func (f Figures) Received(to string, mms bool, text string, segments int) Range {
	r := f.ratesOf(messaging.KindOfSender(to))
	figure, times := r.InSMS, count(text, segments)
	if mms {
		figure, times = r.InMMS, 1
	}
	if figure == nil {
		return Range{Currency: f.Currency, Unpriced: 1}
	}
	return Range{Low: *figure * times, High: *figure * times, Currency: f.Currency}
}

// one is what m comes to for one recipient. Carrier is "" where it is not known.
func (f Figures) one(m messaging.Message, to, carrier string, segments int) Range {
	r, atHome := f.rates(m.From, to)
	base := pick(r, m.IsMMS())
	if base == nil {
		return Range{Currency: f.Currency, Unpriced: 1}
	}
	low, high := int64(0), int64(0)
	if atHome {
		low, high = f.surcharge(m.IsMMS(), carrier)
	}
	times := int64(1)
	if !m.IsMMS() {
		times = count(m.Text, segments)
	}
	return Range{Low: (*base + low) * times, High: (*base + high) * times, Currency: f.Currency}
}

// rates are the figures for a message, and whether the recipient is at home.
func (f Figures) rates(from, to string) (r Rates, atHome bool) {
	kind, country := messaging.KindOfSender(from), countryOf(to)
	if kind == messaging.Alphanumeric {
		return f.Alpha[country], false
	}
	if r, ok := f.To[country]; ok {
		return r, false
	}
	if kind == messaging.NoSender || country == "" || land(country) != homeOf(kind, from) {
		return Rates{}, false
	}
	return f.ratesOf(kind), true
}

// ratesOf are the figures at home of a kind of sender.
func (f Figures) ratesOf(kind messaging.SenderKind) Rates {
	switch kind {
	case messaging.TollFree:
		return over(f.TollFree, f.Standard)
	case messaging.ShortCode:
		return over(f.ShortCode, f.Standard)
	case messaging.NoSender, messaging.LocalNumber, messaging.Alphanumeric:
	}
	return f.Standard
}

// over is top, and below where that says nothing.
func over(top, below Rates) Rates {
	or := func(a, b *int64) *int64 {
		if a != nil {
			return a
		}
		return b
	}
	return Rates{or(top.SMS, below.SMS), or(top.MMS, below.MMS), or(top.InSMS, below.InSMS), or(top.InMMS, below.InMMS)}
}

// surcharge is the least and the most that a carrier adds. One that is known and has no
// figure adds nothing.
func (f Figures) surcharge(mms bool, carrier string) (low, high int64) {
	for name, r := range f.Surcharge {
		figure := pick(r, mms)
		switch {
		case figure == nil:
		case carrier == "":
			high = max(high, *figure)
		case strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(carrier)):
			return *figure, *figure
		}
	}
	return 0, high
}

func pick(r Rates, mms bool) *int64 {
	if mms {
		return r.MMS
	}
	return r.SMS
}

// count is how many segments a text has, if that is not known already.
func count(text string, segments int) int64 {
	if segments > 0 {
		return int64(segments)
	}
	return int64(segment.Of(text).Segments)
}

// america are the countries that the carriers of North America treat as one: Canada, and
// the United States with their territories.
var america = []string{"US", "CA", "PR", "VI", "GU", "AS", "MP"}

// land is a country, or the first of those that are one with it.
func land(country string) string {
	if slices.Contains(america, country) {
		return america[0]
	}
	return country
}

// homeOf is the land of a sender.
func homeOf(kind messaging.SenderKind, from string) string {
	if kind == messaging.TollFree || kind == messaging.ShortCode {
		return america[0]
	}
	return land(countryOf(from))
}

// countryOf is the country of a number in E.164; "" if it is in none. Numbers of +1 that
// belong to no country, such as toll-free ones, are taken to be of the United States.
func countryOf(e164 string) string {
	region := number.RegionOf(e164)
	if region == "" && strings.HasPrefix(e164, "+1") && messaging.IsE164(e164) {
		return america[0]
	}
	return region
}
