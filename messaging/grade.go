package messaging

import (
	"slices"
	"strings"
)

// Grade is what a receipt of delivery is worth: how far the message is known to have
// come when the API says DELIVERED.
//
// Source: https://dev.bandwidth.com/docs/messaging/webhooks, of message-delivered.
type Grade string

// The grades, from the one that says least.
const (
	// GradeNone: there is no receipt.
	GradeNone Grade = ""
	// GradeHandedOver: Bandwidth handed the message over to an MMS centre. It is not
	// confirmed by the carrier behind that, and no receipt is to be expected.
	GradeHandedOver Grade = "handed-over"
	// GradeCarrier: the recipient's carrier says so.
	GradeCarrier Grade = "carrier"
	// GradeHandset: the recipient's phone says so.
	GradeHandset Grade = "handset"
	// GradeRead: the recipient opened it. Only RBM tells that, by an event of its own.
	GradeRead Grade = "read"
)

// Worse reports whether g says less than other.
func (g Grade) Worse(other Grade) bool {
	order := []Grade{GradeNone, GradeHandedOver, GradeCarrier, GradeHandset, GradeRead}
	return slices.Index(order, g) < slices.Index(order, other)
}

// GradeOf is what r says of the arrival of m, whose record it is; [GradeNone] unless r
// says DELIVERED. What r leaves out, kind and product, is taken from m. Of an MMS, which
// a group message always is, there is no receipt but from an account for which Bandwidth
// has switched them on: mmsReceipts. The words of a callback's description decide
// nothing, for Bandwidth calls them informative.
func GradeOf(m Message, r Record, mmsReceipts bool) Grade {
	switch {
	case r.Status != StatusDelivered:
		return GradeNone
	case m.IsMMS() || strings.EqualFold(r.Type, "mms") || r.RecipientCount > 1:
		if mmsReceipts {
			return GradeCarrier
		}
		return GradeHandedOver
	case hasHandsetReceipts(r.Product, m.From):
		return GradeHandset
	}
	return GradeCarrier
}

// hasHandsetReceipts reports whether receipts for an SMS come from the phone: they do for
// toll-free numbers, short codes and RBM, by the API's name of the product, or by the
// sender where that is not told.
func hasHandsetReceipts(product, from string) bool {
	switch product {
	case "TOLL_FREE", "SHORT_CODE_REACH", "HOSTED_SHORT_CODE", "RBM_MEDIA", "RBM_RICH", "RBM_CONVERSATIONAL":
		return true
	case "":
		kind := KindOfSender(from)
		return kind == TollFree || kind == ShortCode
	}
	return false
}
