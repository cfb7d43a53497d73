package words

import (
	"telex/messaging/broadcast/price"
	"telex/ui/text"
)

// Price is what messages come to: "≈ $0.42 by your figures". They are the user's own, so it
// never says that this is the cost.
func Price(r price.Range) string {
	without := text.Count(r.Unpriced, "recipient")
	switch {
	case r.Unpriced > 0 && r.High == 0:
		return "unknown: your figures do not cover " + without
	case r.Unpriced > 0:
		return "≈ " + r.String() + " by your figures, which do not cover " + without
	}
	return "≈ " + r.String() + " by your figures"
}

// AsMMS is what the same messages come to as MMS, to be said behind [Price].
func AsMMS(r price.Range) string {
	return "; as MMS, with any picture, it would be " + r.String()
}
