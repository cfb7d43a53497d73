package messaging

import (
	"cmp"
	"fmt"
	"slices"
)

// DeliveryCode explains one of the codes with which a message that was accepted
// fails later: errorCode in a callback and in a [Record].
//
// Source of the codes and of what their digits mean:
// https://dev.bandwidth.com/docs/messaging/errors
type DeliveryCode struct {
	Code     int    // four digits
	Name     string // Bandwidth's, as it stands in callbacks; "" if the code is not listed
	Brief    string // what happened in a few words, "number not valid"; "" if the code is not listed
	Billable bool   // whether Bandwidth charges for the message all the same
	Guessed  bool   // Billable follows from the digits: Bandwidth's page does not say
	Arrival  Arrival
	Reaction Reaction
	Fault    Fault
	By       Reporter
	Retry    Retry
	Meaning  string // what happened, one or two sentences
	Advice   string // what to do next

	kept bool // some carriers keep the message and deliver it later
}

// CodeNoReceipt is the delivery error code that is no failure: no receipt came in time,
// which does not say that the message did not arrive.
// Source: https://dev.bandwidth.com/docs/messaging/webhooks
const CodeNoReceipt = 9902

// MayArrive reports whether the message may be with the recipient all the same, or may
// yet get there. Then it is not to be sent again without somebody's yes.
func (c DeliveryCode) MayArrive() bool { return c.Arrival == ArrivalUnclear || c.kept }

// Fault is what has to change before the message can arrive.
type Fault uint8

// The faults. Unclear is the zero value: nobody is blamed unless a digit says so.
const (
	FaultUnclear Fault = iota
	FaultMessage       // the message, its numbers, or what they are registered for
	FaultService       // the service that carries it
)

// String returns a word for people.
func (f Fault) String() string {
	switch f {
	case FaultUnclear:
		return "unclear"
	case FaultMessage:
		return "the message"
	case FaultService:
		return "the service"
	}
	return fmt.Sprintf("Fault(%d)", uint8(f))
}

// Reporter is who said that the message failed.
type Reporter uint8

// The reporters.
const (
	ByUnclear Reporter = iota
	ByBandwidth
	ByCarrier // or another network beyond Bandwidth
)

// String returns a word for people.
func (r Reporter) String() string {
	switch r {
	case ByUnclear:
		return "unclear"
	case ByBandwidth:
		return "Bandwidth"
	case ByCarrier:
		return "the carrier"
	}
	return fmt.Sprintf("Reporter(%d)", uint8(r))
}

// Retry is whether the same message may be sent again. It follows from the digits of
// the code, but for the few codes whose advice knows better.
type Retry uint8

// The answers. The zero value is the careful one.
const (
	RetryUnclear Retry = iota // it may have arrived: find out first
	RetryNever                // it fails again until what Advice names has changed
	RetryLater                // it may be tried again, and may then work
	RetryOnce                 // it may be tried again one time, no more
	RetryPaced                // it may be tried again later, and at a lower rate
)

// String returns a phrase for people.
func (r Retry) String() string {
	switch r {
	case RetryUnclear:
		return "unclear, it may have arrived"
	case RetryNever:
		return "not as it is"
	case RetryLater:
		return "may be tried again"
	case RetryOnce:
		return "may be tried again once"
	case RetryPaced:
		return "later, and slower"
	}
	return fmt.Sprintf("Retry(%d)", uint8(r))
}

// ExplainCode explains a delivery error code. For a code that is not listed it
// returns what the digits tell and false: Code and the classes are then set as far
// as known, Name and Brief are empty, Billable is a guess (carriers charge,
// Bandwidth does not, which holds for every listed code but 4470), and Meaning
// and Advice say that the code is not a known one.
func ExplainCode(code int) (DeliveryCode, bool) {
	for _, table := range codeTables() {
		i, found := slices.BinarySearchFunc(table, code, func(row codeRow, code int) int {
			return cmp.Compare(row.code, code)
		})
		if found {
			return table[i].explain(), true
		}
	}
	return explainDigits(code), false
}

// DeliveryCodes returns every listed code, by rising code. The slice is the
// caller's.
func DeliveryCodes() []DeliveryCode {
	var codes []DeliveryCode
	for _, table := range codeTables() {
		for _, row := range table {
			codes = append(codes, row.explain())
		}
	}
	return codes
}

// codeTables are the listed codes, in parts, by rising code.
func codeTables() [3][]codeRow {
	return [3][]codeRow{bandwidthCodes[:], carrierCodes[:], serviceCodes[:]}
}

// What Bandwidth does with the bill of a message that failed. Of codes that its page of
// bills does not have yet, the digits tell what is probable.
const (
	free billing = iota
	billed
	probablyFree
	probablyBilled
)

type billing uint8

// codeRow is one listed code. The classes that the digits tell are not in it.
type codeRow struct {
	code     int
	name     string
	billing  billing
	arrival  Arrival
	reaction Reaction
	retry    Retry // where it is another than that of the digits; else 0
	kept     bool  // some carriers keep the message and deliver it later
	brief    string
	meaning  string
	advice   string
}

func (r codeRow) explain() DeliveryCode {
	fault, by, retry := classify(r.code)
	switch {
	case r.arrival == ArrivalUnclear:
		retry = RetryUnclear
	case r.retry != 0:
		retry = r.retry
	}
	return DeliveryCode{
		Code: r.code, Name: r.name, Brief: r.brief,
		Billable: r.billing == billed || r.billing == probablyBilled,
		Guessed:  r.billing == probablyFree || r.billing == probablyBilled,
		Arrival:  r.arrival, Reaction: r.reaction,
		Fault: fault, By: by, Retry: retry,
		Meaning: r.meaning, Advice: r.advice, kept: r.kept,
	}
}

// classify reads the first two digits. The first: 4 the message is at fault, 5
// the service, 9 unclear. The second, for 4: 7 is the carrier, 0, 1, 3 and 4
// Bandwidth; for 5: 6 is the carrier, 1, 2, 5 and 9 Bandwidth. (0 and 9 are not
// in Bandwidth's scheme but in its list: 4001 and 5999.)
func classify(code int) (Fault, Reporter, Retry) {
	class := code / 100
	switch class {
	case 40, 41, 43, 44:
		return FaultMessage, ByBandwidth, RetryNever
	case 47:
		return FaultMessage, ByCarrier, RetryNever
	case 51, 52, 55, 59:
		return FaultService, ByBandwidth, RetryLater
	case 56:
		return FaultService, ByCarrier, RetryOnce
	}
	switch class / 10 {
	case 4:
		return FaultMessage, ByUnclear, RetryNever
	case 5:
		return FaultService, ByUnclear, RetryOnce // the stricter of the two for 5xxx
	}
	return FaultUnclear, ByUnclear, RetryUnclear
}

// codeProvisioning is known from Bandwidth's command line tool, and no code of messages:
// it comes when a number is assigned to a campaign.
const codeProvisioning = 5229

// explainDigits explains a code that is not listed.
func explainDigits(code int) DeliveryCode {
	fault, by, retry := classify(code)
	c := DeliveryCode{Code: code, Billable: by == ByCarrier, Guessed: true, Fault: fault, By: by, Retry: retry}
	const ask = " Look the code up in Bandwidth's documentation, or ask Bandwidth support with the message id."
	switch {
	case code == codeProvisioning:
		c.Arrival, c.Reaction, c.Retry = ArrivalNo, ReactStopNow, RetryNever
		c.Meaning = "Not the code of a message: Bandwidth gives it when a number could not be assigned to a 10DLC campaign."
		c.Advice = "Look at the number and its campaign in the Bandwidth dashboard, and assign it again. Send from the number once that has succeeded."
	case fault == FaultMessage:
		c.Arrival, c.Reaction = arrivalBy(by), ReactMendMessage
		c.Meaning = "Not a known code. Its first digit says that the message is at fault."
		c.Advice = "Do not send the same message again: it would fail again." + ask
	case fault == FaultService:
		c.Arrival, c.Reaction = arrivalBy(by), ReactOnceMore
		c.Meaning = "Not a known code. Its first digit says that the service is at fault."
		c.Advice = "Wait some minutes, then try once more." + ask
	case code/1000 == 9:
		c.Billable = true
		c.Meaning = "Not a known code. Its first digit says that the cause is unclear."
		c.Advice = "The message may have arrived: find out before sending it again." + ask
	default:
		c.Meaning = "Not a delivery error code: those have four digits and begin with 4, 5 or 9."
		c.Advice = "Check the code in the callback, or in the message's record at Bandwidth."
	}
	return c
}

// arrivalBy is what an unknown failure says of the arrival: what Bandwidth itself refused
// never left it, of the rest no more is known than that somebody calls it a failure.
func arrivalBy(by Reporter) Arrival {
	if by == ByBandwidth {
		return ArrivalNo
	}
	return ArrivalUnlikely
}
