package messaging

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// listed is a row of Bandwidth's own table.
type listed struct {
	code     int
	name     string
	billable bool
}

func readListed(t *testing.T) []listed {
	t.Helper()
	const path = "testdata/delivery-error-codes.tsv"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows []listed
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		cells := strings.Split(line, "\t")
		if i == 0 {
			continue // column names
		}
		if len(cells) != 3 || (cells[2] != "yes" && cells[2] != "no") {
			t.Fatalf("%s:%d: got %q, want code, name and yes or no", path, i+1, line)
		}
		code, err := strconv.Atoi(cells[0])
		if err != nil {
			t.Fatalf("%s:%d: %v", path, i+1, err)
		}
		rows = append(rows, listed{code, cells[1], cells[2] == "yes"})
	}
	if len(rows) != 76 {
		t.Fatalf("%s: got %d rows, want 76", path, len(rows))
	}
	return rows
}

func TestEveryListedCodeIsExplained(t *testing.T) {
	rows := readListed(t)
	for _, row := range rows {
		got, ok := ExplainCode(row.code)
		if !ok {
			t.Errorf("ExplainCode(%d): not listed", row.code)
			continue
		}
		if got := (listed{got.Code, got.Name, got.Billable}); got != row {
			t.Errorf("ExplainCode(%d): got %+v, want %+v", row.code, got, row)
		}
	}
	if got := len(DeliveryCodes()); got != len(rows) {
		t.Errorf("DeliveryCodes(): got %d codes, want %d as listed", got, len(rows))
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
		{RetryOnce.String(), "may be tried again once"},
		{Retry(9).String(), "Retry(9)"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("String(): got %q, want %q", tt.got, tt.want)
		}
	}
}
