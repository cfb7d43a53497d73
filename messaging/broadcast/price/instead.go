package price

import (
	"unicode/utf8"

	"telex/messaging"
	"telex/messaging/segment"
)

// insteadFrom is from how many segments on a text may be cheaper as MMS.
const insteadFrom = 3

// Instead adds up what texts come to as SMS, and what the same come to as MMS, which any
// file beside them makes them. The zero value has none. It is for one goroutine.
type Instead struct {
	sms, mms Range
	longest  int  // segments of one of them
	never    bool // one of them cannot go as MMS, or should not
}

// Add adds a text that each of several recipients gets for themselves, whoever m is addressed
// to. Segments is as in [Figures.Of].
func (i *Instead) Add(f Figures, m messaging.Message, to []string, segments int) {
	if segments <= 0 {
		segments = segment.Of(m.Text).Segments
	}
	i.longest = max(i.longest, segments)
	i.never = i.never || len(m.Media) > 0 || messaging.KindOfSender(m.From) == messaging.Alphanumeric || utf8.RuneCountInString(m.Text) > messaging.RecommendedMMSChars
	if i.never {
		return
	}
	i.sms = i.sms.Add(f.OfEach(m, to, segments))
	m.Media = []string{"https://example.org/any"}
	i.mms = i.mms.Add(f.OfEach(m, to, segments))
}

// MMS is what they come to as MMS. Ok is whether that is less than as SMS whatever the
// carriers add, with a figure for everybody, and one of the texts has three segments or more.
func (i *Instead) MMS() (r Range, ok bool) {
	known := i.sms.Unpriced == 0 && i.mms.Unpriced == 0
	return i.mms, known && !i.never && i.longest >= insteadFrom && i.mms.High < i.sms.Low
}
