package sandbox

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How long after its creation, or after its turn in the account's queue, a message
// gets somewhere. The numbers are the sandbox's own: slow enough to watch, quick
// enough to wait for.
const (
	queuedAfter    = 200 * time.Millisecond
	sendingAfter   = 1 * time.Second
	sentAfter      = 2 * time.Second
	deliveredAfter = 4 * time.Second
)

// The statuses a message passes through here, in the words of the API's list.
const (
	received  = "RECEIVED"
	queued    = "QUEUED"
	sending   = "SENDING"
	sent      = "SENT"
	delivered = "DELIVERED"
	failed    = "FAILED"
)

// codeExpired is the delivery error code of a message whose expiration passed
// before it was sent.
const codeExpired = 4360

// codeNoReceipt is the delivery error code of a message for which no receipt came
// in time, though it may well have arrived.
const codeNoReceipt = 9902

// codeTooBig is the delivery error code of an MMS with more media than a toll-free
// number sends.
const codeTooBig = 4411

// lateAfter is how long after codeNoReceipt the receipt comes after all at lateDigits.
const lateAfter = 6 * time.Second

// The last digits of recipients whose copies have a fate of their own.
const (
	stuckDigits = "0001" // stays QUEUED
	lateDigits  = "0902" // codeNoReceipt, and lateAfter that a receipt
)

// A step is one change in what is known of a message to one recipient.
type step struct {
	at     time.Time
	status string
	code   int // delivery error code, 0 unless failed
}

// course is everything that happens to m's copy for one recipient, in order of
// time. It depends on nothing but the message, so nobody has to keep it.
func (m *message) course(recipient string) []step {
	if m.inbound() {
		return []step{{m.created, received, 0}}
	}
	at := m.turn.Add
	steps := []step{
		{m.created, received, 0},
		{m.created.Add(queuedAfter), queued, 0},
		{at(sendingAfter), sending, 0},
		{at(sentAfter), sent, 0},
		{at(deliveredAfter), delivered, 0},
	}
	digits := magicDigits(recipient)
	switch code := failureCode(digits); {
	case m.refused != 0:
		steps = append(steps[:2], step{at(sendingAfter), failed, m.refused})
	case digits == stuckDigits:
		steps = steps[:2]
	case digits == lateDigits:
		steps[4] = step{at(deliveredAfter), failed, codeNoReceipt}
		steps = append(steps, step{at(deliveredAfter + lateAfter), delivered, 0})
	case code != 0 && failsAtCarrier(code):
		steps[4] = step{at(deliveredAfter), failed, code}
	case code != 0:
		steps = append(steps[:2], step{at(sendingAfter), failed, code})
	}
	return m.expire(steps)
}

// expire is steps as they come out if m's expiration passes before it is sent on.
func (m *message) expire(steps []step) []step {
	if m.expires.IsZero() {
		return steps
	}
	reached := slices.IndexFunc(steps, func(s step) bool { return !s.at.Before(m.expires) })
	leaves := slices.IndexFunc(steps, func(s step) bool { return s.status != received && s.status != queued })
	switch {
	case leaves >= 0 && (reached < 0 || reached > leaves):
		return steps // it was on its way, or refused, by then
	case reached < 0:
		return append(steps, step{m.expires, failed, codeExpired})
	default:
		return append(steps[:reached], step{m.expires, failed, codeExpired})
	}
}

// state is the last step of m's copy for recipient that has been taken by now.
func (m *message) state(recipient string, now time.Time) step {
	steps := m.course(recipient)
	state := steps[0] // even if the clock was set back
	for _, s := range steps[1:] {
		if s.at.After(now) {
			break
		}
		state = s
	}
	return state
}

// failureCode is the delivery error code that four magic digits stand for, 0 if
// none: the codes of the API begin with 4, 5 or 9.
func failureCode(digits string) int {
	code, err := strconv.Atoi(digits)
	if err != nil || (code/1000 != 4 && code/1000 != 5 && code/1000 != 9) {
		return 0
	}
	return code
}

// failsAtCarrier reports whether code comes back from the carrier, after the
// message was sent, and not from Bandwidth, before. The second digit says: 7 of
// 4xxx and 6 of 5xxx are the carrier's; of 9xxx nobody knows.
// Source: https://dev.bandwidth.com/docs/messaging/errors/
func failsAtCarrier(code int) bool {
	kind := code / 100
	return kind == 47 || kind == 56 || code/1000 == 9
}

// errorCodes is the API's table: a line each, code, tab, name.
// Source: https://dev.bandwidth.com/docs/messaging/errors/
//
//go:embed errorcodes.tsv
var errorCodes string

// failureName is the API's name of a delivery error code.
func failureName(code int) string {
	prefix := strconv.Itoa(code) + "\t"
	for line := range strings.Lines(errorCodes) {
		if name, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSpace(name)
		}
	}
	return "unknown-error"
}
