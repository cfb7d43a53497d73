package words

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// TestPercent: a number never says that there is nothing of something, or all of less.
func TestPercent(t *testing.T) {
	for _, test := range []struct {
		part, whole int
		want, bar   string
	}{
		{0, 0, "", "▱▱▱▱"},
		{0, 9, "0.0%", "▱▱▱▱"},
		{9, 9, "100.0%", "▰▰▰▰"},
		{1, 3, "33.3%", "▰▱▱▱"},
		{2, 3, "66.7%", "▰▰▰▱"},
		{1, 1_000_000, "<0.1%", "▰▱▱▱"},
		{999_999, 1_000_000, ">99.9%", "▰▰▰▱"},
		{1, 2, "50.0%", "▰▰▱▱"},
	} {
		if got := Percent(test.part, test.whole); got != test.want {
			t.Errorf("Percent(%d, %d) = %q, want %q", test.part, test.whole, got, test.want)
		}
		if got := Bar(test.part, test.whole, 4); test.whole > 0 && got != test.bar {
			t.Errorf("Bar(%d, %d) = %q, want %q", test.part, test.whole, got, test.bar)
		}
	}
	if got := text.InASCII(Bar(1, 2, 4)); got != "##--" {
		t.Errorf("a bar in ASCII is %q, want ##--", got)
	}
}

// TestFigures: what is not decided is beside the share, and never in it.
func TestFigures(t *testing.T) {
	f := outbox.Figures{
		Total: outbox.Tally{States: map[outbox.State]int{
			outbox.Delivered: 5, outbox.Failed: 1, outbox.Unconfirmed: 2, outbox.Sent: 1, outbox.Queued: 1, outbox.Unknown: 1, outbox.Rejected: 4, outbox.Unsent: 3, outbox.Received: 6,
		}, HandedOver: 2, Unproven: 1, SegmentsOut: 1, SegmentsIn: 7},
		Accepting: outbox.Latency{Messages: outbox.MostTimed, Median: 120 * time.Millisecond, P95: 2 * time.Second},
	}
	want := []Fact{
		{"outgoing", "18 messages, 1 segment of SMS as far as Bandwidth said"},
		{"incoming", "6 messages, 7 segments of SMS; 1 came without credentials"},
		{"delivered", "75.0%: 3 of the 4 that were delivered or failed"},
		{"", "not counted in that: 2 open, 2 unconfirmed, 2 handed over, 1 unknown, 4 rejected, 3 unsent"},
		{"accepted", "half within 120ms, 95% within 2s, of the latest 20000 messages"},
		{"receipt", "no receipt yet"},
	}
	got := Figures(f)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	if got := Figures(outbox.Figures{Total: outbox.Tally{States: map[outbox.State]int{outbox.Received: 1}}}); len(got) != 2 || got[0].Value != "no messages" {
		t.Errorf("of what came in alone: %q, want that nothing went out", got)
	}
}

// TestGroupMeans: every reaction has words, and each code what to do.
func TestGroupMeans(t *testing.T) {
	for r := messaging.ReactUnclear; r <= messaging.ReactTooLate; r++ {
		if means, _ := GroupMeans(outbox.ByReaction, r.String()); means == "" {
			t.Errorf("%s has no words", r)
		}
	}
	for _, c := range messaging.DeliveryCodes() {
		if means, next := GroupMeans(outbox.ByCode, strconv.Itoa(c.Code)); means == "" || next == "" {
			t.Errorf("%d: %q, %q, want what it means and what to do", c.Code, means, next)
		}
	}
	if means, next := GroupMeans(outbox.ByCode, "4999"); means != "not listed by Bandwidth" || next == "" {
		t.Errorf("4999: %q, %q, want that it is not listed, and what to do", means, next)
	}
}

// TestTableRowsOfCodes: what a code means is beside it, or below where there is no room, and
// is never cut.
func TestTableRowsOfCodes(t *testing.T) {
	table := outbox.Table{By: outbox.ByCode, Groups: []outbox.Group{{Key: "4770", Tally: outbox.Tally{States: map[outbox.State]int{outbox.Failed: 1}}}}}
	for _, columns := range []int{40, 80, 200} {
		rows := TableRows(table, columns)
		if all := strings.Join(strings.Fields(strings.Join(rows, " ")), " "); !strings.Contains(all, "taken for spam by the carrier") || strings.Contains(rows[0], "taken") != (columns > 40) {
			t.Errorf("in %d columns: %q, want what 4770 means", columns, rows)
		}
		for _, row := range rows {
			if text.Width(row) > columns {
				t.Errorf("in %d columns: %q", columns, row)
			}
		}
	}
}

// TestTableRows: rows are clean and fit the columns.
func TestTableRows(t *testing.T) {
	tally := func(delivered, failed int) outbox.Tally {
		return outbox.Tally{States: map[outbox.State]int{outbox.Delivered: delivered, outbox.Failed: failed}}
	}
	table := outbox.Table{By: outbox.ByCarrier, Groups: []outbox.Group{{Key: "Verizon", Tally: tally(6, 2)}, {Key: "evil\x1b[2J carrier with a name that does not end", Tally: tally(1, 0)}, {Key: "", Tally: tally(0, 1)}}, More: true}
	for _, columns := range []int{40, 80, 200} {
		rows := TableRows(table, columns)
		if len(rows) != 4 || !strings.HasPrefix(rows[0], "Verizon ") || !strings.Contains(rows[0], "80.0%") || !strings.Contains(rows[0], "75.0% delivered") || !strings.HasPrefix(rows[2], "not named") {
			t.Errorf("in %d columns: %q, want three carriers and that there are more", columns, rows)
		}
		for _, row := range rows {
			if strings.ContainsRune(row, '\x1b') {
				t.Errorf("%q drives a terminal", row)
			}
		}
		if bar := strings.Contains(rows[0], "▰"); bar != (columns >= 60) {
			t.Errorf("in %d columns there is a bar: %v", columns, bar)
		}
	}
}
