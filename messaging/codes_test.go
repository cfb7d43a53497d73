package messaging

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestTable compares every code with Bandwidth's list: names, billing ("?" where the list
// leaves it open), and what is known of arrival and reaction.
func TestTable(t *testing.T) {
	const path = "testdata/delivery-codes.tsv"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(data)), "\n")
	got := []string{want[0]} // the names of the columns
	for _, c := range DeliveryCodes() {
		billed := map[bool]string{true: "yes", false: "no"}[c.Billable]
		if c.Guessed {
			billed = "?" + billed
		}
		got = append(got, fmt.Sprintf("%d\t%s\t%s\t%s\t%s", c.Code, c.Name, billed, c.Arrival, c.Reaction))
		if again, listed := ExplainCode(c.Code); !listed || again != c {
			t.Errorf("ExplainCode(%d) = %+v, %t, want what DeliveryCodes has", c.Code, again, listed)
		}
	}
	if len(want) != 1+82 {
		t.Fatalf("%s has %d rows, want 82", path, len(want)-1)
	}
	for i := range max(len(got), len(want)) {
		var g, w string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("row %d:\ngot  %s\nwant %s", i, g, w)
		}
	}
}

// TestMayArrive: what may be with the recipient is not to be sent again unasked, and
// nothing about such a code says otherwise.
func TestMayArrive(t *testing.T) {
	want := []int{4702, 5630, 9902, 9999}
	var got []int
	for _, c := range DeliveryCodes() {
		if c.MayArrive() {
			got = append(got, c.Code)
		}
		if c.Arrival == ArrivalUnclear && c.Retry != RetryUnclear {
			t.Errorf("%d: its arrival is unclear and it is to be sent again: %s", c.Code, c.Retry)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("codes after which a message may have arrived: %v, want %v", got, want)
	}
	for code, want := range map[int]bool{9001: true, 0: true, 4999: false, 5998: false} {
		if c, _ := ExplainCode(code); c.MayArrive() != want {
			t.Errorf("ExplainCode(%d).MayArrive() = %t, want %t", code, !want, want)
		}
	}
}

// TestRetryAgreesWithTheReaction: a code that asks for a slower pace or a later try says
// so, and one that stops a run does not say that the message may be sent again.
func TestRetryAgreesWithTheReaction(t *testing.T) {
	allowed := map[Reaction][]Retry{
		ReactUnclear: {RetryUnclear}, ReactStopNow: {RetryNever}, ReactStopIfMany: {RetryNever},
		ReactHoldUntilMidnight: {RetryPaced}, ReactSlowDown: {RetryPaced, RetryOnce},
		ReactOptedOut: {RetryNever}, ReactNumberNoGood: {RetryNever}, ReactLater: {RetryLater, RetryOnce},
		ReactMendMessage: {RetryNever}, ReactOnceMore: {RetryLater, RetryOnce}, ReactTooLate: {RetryNever},
	}
	for _, c := range DeliveryCodes() {
		if !slices.Contains(allowed[c.Reaction], c.Retry) {
			t.Errorf("%d %s: reaction %s, again %q", c.Code, c.Name, c.Reaction, c.Retry)
		}
	}
}

func TestProvisioningCode(t *testing.T) {
	c, listed := ExplainCode(5229)
	if listed || !strings.Contains(c.Meaning, "10DLC campaign") || c.Retry != RetryNever {
		t.Errorf("ExplainCode(5229) = %+v, %t, want it explained and not listed", c, listed)
	}
}

func TestExplanationsAreSentencesOfTheirOwn(t *testing.T) {
	seen := make(map[string]int)
	for _, c := range DeliveryCodes() {
		for _, s := range []string{c.Meaning, c.Advice} {
			if len(s) < 20 || len(s) > 300 || !strings.HasSuffix(s, ".") || strings.TrimSpace(s) != s || strings.Contains(s, "  ") {
				t.Errorf("%d: not a short sentence: %q", c.Code, s)
			}
			if other, ok := seen[s]; ok {
				t.Errorf("%d says the same as %d: %q", c.Code, other, s)
			}
			seen[s] = c.Code
		}
		if len(c.Brief) < 5 || len(c.Brief) > 45 || strings.HasSuffix(c.Brief, ".") || strings.TrimSpace(c.Brief) != c.Brief {
			t.Errorf("%d: not a few words: %q", c.Code, c.Brief)
		}
	}
}

func TestDeliveryCodesAreSortedAndTheCallers(t *testing.T) {
	codes := DeliveryCodes()
	if !slices.IsSortedFunc(codes, func(a, b DeliveryCode) int { return a.Code - b.Code }) {
		t.Error("DeliveryCodes(): not by rising code")
	}
	first := codes[0]
	codes[0].Name = "changed"
	if got := DeliveryCodes()[0]; got != first {
		t.Errorf("after the caller's change, DeliveryCodes()[0]: got %+v, want %+v", got, first)
	}
}

func TestExplainCodeClasses(t *testing.T) {
	type class struct {
		Fault    Fault
		By       Reporter
		Retry    Retry
		Billable bool
	}
	tests := []struct {
		code  int
		known bool
		want  class
	}{
		{4001, true, class{FaultMessage, ByBandwidth, RetryNever, false}},
		{4301, true, class{FaultMessage, ByBandwidth, RetryNever, false}},
		{4435, true, class{FaultMessage, ByBandwidth, RetryNever, false}},
		{4470, true, class{FaultMessage, ByBandwidth, RetryNever, true}},
		{4720, true, class{FaultMessage, ByCarrier, RetryNever, true}},
		{5100, true, class{FaultService, ByBandwidth, RetryLater, false}},
		{5231, true, class{FaultService, ByBandwidth, RetryLater, false}},
		{5501, true, class{FaultService, ByBandwidth, RetryLater, false}},
		{4702, true, class{FaultMessage, ByCarrier, RetryLater, true}},
		{4730, true, class{FaultMessage, ByCarrier, RetryLater, true}},
		{4780, true, class{FaultMessage, ByCarrier, RetryPaced, true}},
		{4781, true, class{FaultMessage, ByCarrier, RetryPaced, true}},
		{4785, true, class{FaultMessage, ByCarrier, RetryPaced, true}},
		{5630, true, class{FaultService, ByCarrier, RetryUnclear, true}},
		{5600, true, class{FaultService, ByCarrier, RetryOnce, true}},
		{5999, true, class{FaultService, ByBandwidth, RetryLater, false}},
		{9902, true, class{FaultUnclear, ByUnclear, RetryUnclear, true}},

		{4199, false, class{FaultMessage, ByBandwidth, RetryNever, false}},
		{4799, false, class{FaultMessage, ByCarrier, RetryNever, true}},
		{4200, false, class{FaultMessage, ByUnclear, RetryNever, false}},
		{5299, false, class{FaultService, ByBandwidth, RetryLater, false}},
		{5699, false, class{FaultService, ByCarrier, RetryOnce, true}},
		{5300, false, class{FaultService, ByUnclear, RetryOnce, false}},
		{9000, false, class{FaultUnclear, ByUnclear, RetryUnclear, true}},
		{0, false, class{}},
		{-4720, false, class{}},
		{472, false, class{}},
		{3999, false, class{}},
		{47200, false, class{}},
	}
	for _, tt := range tests {
		c, known := ExplainCode(tt.code)
		if got := (class{c.Fault, c.By, c.Retry, c.Billable}); got != tt.want || known != tt.known || c.Code != tt.code {
			t.Errorf("ExplainCode(%d): got %d %+v %v, want %+v %v", tt.code, c.Code, got, known, tt.want, tt.known)
		}
		if c.Meaning == "" || c.Advice == "" {
			t.Errorf("ExplainCode(%d): got meaning %q and advice %q, want both", tt.code, c.Meaning, c.Advice)
		}
		if (c.Name != "") != known {
			t.Errorf("ExplainCode(%d): got name %q, known %v", tt.code, c.Name, known)
		}
	}
}

func TestDeliveryClassNames(t *testing.T) {
	tests := []struct{ got, want string }{
		{FaultUnclear.String(), "unclear"},
		{FaultMessage.String(), "the message"},
		{FaultService.String(), "the service"},
		{Fault(9).String(), "Fault(9)"},
		{ByUnclear.String(), "unclear"},
		{ByBandwidth.String(), "Bandwidth"},
		{ByCarrier.String(), "the carrier"},
		{Reporter(9).String(), "Reporter(9)"},
		{RetryUnclear.String(), "unclear, it may have arrived"},
		{RetryNever.String(), "not as it is"},
		{RetryLater.String(), "may be tried again"},
		{RetryPaced.String(), "later, and slower"},
		{Arrival(9).String(), "Arrival(9)"},
		{Reaction(99).String(), "Reaction(99)"},
		{RetryOnce.String(), "may be tried again once"},
		{Retry(9).String(), "Retry(9)"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("String(): got %q, want %q", tt.got, tt.want)
		}
	}
}
