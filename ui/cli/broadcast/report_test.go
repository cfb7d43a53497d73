package broadcast

import (
	"slices"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestCells: a number stays as it is written, and what others wrote becomes no formula.
func TestCells(t *testing.T) {
	for _, c := range []struct{ cell, csv, excel string }{
		{"+19195550101", "+19195550101", `="+19195550101"`},
		{`=HYPERLINK("https://example.org")`, `'=HYPERLINK("https://example.org")`, `'=HYPERLINK("https://example.org")`},
		{"+1(919)=cmd", "'+1(919)=cmd", "'+1(919)=cmd"},
		{"@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)"},
		{" =1+1", "' =1+1", "' =1+1"},
		{"-2", "'-2", "'-2"},
		{"+1 for that", "'+1 for that", "'+1 for that"},
		{"Ana", "Ana", "Ana"},
		{"4720", "4720", "4720"},
		{"", "", ""},
	} {
		if got := [2]string{cellOf(c.cell, false), cellOf(c.cell, true)}; got != [2]string{c.csv, c.excel} {
			t.Errorf("%q becomes %q, want %q and %q", c.cell, got, c.csv, c.excel)
		}
	}
}

// TestReportCells: each cell stands under its name.
func TestReportCells(t *testing.T) {
	told := outbox.Told{Person: outbox.Person{N: 1, Number: "+19195550101", Name: "Ana", Zone: "America/Chicago", Message: 7}}
	told.Entry = outbox.Entry{ID: 7, State: outbox.Failed, ErrorCode: 4720, SegmentCount: 2, MessageID: "abc"}
	told.Reply.Message.Text = "who is this"
	cells := reportOf(told, nilFigures).cells()
	if len(cells) != len(reportColumns) {
		t.Fatalf("%d cells of %d columns", len(cells), len(reportColumns))
	}
	for name, want := range map[string]string{
		"number": "+19195550101", "name": "Ana", "state": "failed", "error_code": "4720", "segments": "2", "message_id": "abc",
		"reply": "who is this", "zone": "America/Chicago", "reaction": "number-no-good", "skip": "", "variant": "", "price": "",
	} {
		if got := cells[slices.Index(reportColumns, name)]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := cells[slices.Index(reportColumns, "error")]; got == "" {
		t.Error("a failure is not put into words")
	}
	told = outbox.Told{Person: outbox.Person{N: 2, Number: "911", Skip: outbox.SkipShortCode}}
	if cells := reportOf(told, nilFigures).cells(); cells[slices.Index(reportColumns, "state")] != "skipped" || cells[slices.Index(reportColumns, "skip")] != "short-code" {
		t.Errorf("who is left out is %v", cells)
	}
}

// TestAgain: only whose message certainly did not arrive is sent it once more.
func TestAgain(t *testing.T) {
	for _, c := range []struct {
		state outbox.State
		code  int
		doubt bool
		only  string // "" for none
	}{
		{outbox.Delivered, 0, false, ""},
		{outbox.Unknown, 0, false, ""},
		{outbox.Unconfirmed, 9902, false, ""},
		{outbox.Rejected, 0, false, ""},
		{outbox.Accepted, 0, false, ""},
		{outbox.Failed, codeOfReaction(t, messaging.ReactLater), false, "later"},
		{outbox.Failed, codeOfReaction(t, messaging.ReactLater), true, ""}, // it may have arrived all the same
		{outbox.Failed, codeOfReaction(t, messaging.ReactOnceMore), false, "service"},
		{outbox.Failed, codeOfReaction(t, messaging.ReactTooLate), false, "late"},
		{outbox.Failed, codeOfReaction(t, messaging.ReactOptedOut), false, ""},
		{outbox.Failed, codeOfReaction(t, messaging.ReactNumberNoGood), false, ""},
		{outbox.Failed, codeOfReaction(t, messaging.ReactUnclear), false, ""},
	} {
		told := outbox.Told{Entry: outbox.Entry{ID: 1, State: c.state, ErrorCode: c.code, Doubt: c.doubt}}
		for _, only := range onlyNames() {
			if got := isAgain(only, told); got != (only == c.only) {
				t.Errorf("%s %d, doubt %v: --only %s has it: %v", c.state, c.code, c.doubt, only, got)
			}
		}
	}
	if late := (outbox.Told{Person: outbox.Person{Skip: outbox.SkipTimeIsOver}}); !isAgain("late", late) || isAgain("later", late) {
		t.Error("who was too late is not sent it again by --only late")
	}
	if waits := (outbox.Told{}); isAgain("late", waits) {
		t.Error("who waits, or has no message, is sent it again")
	}
}

// codeOfReaction is a delivery error code that asks for a reaction.
func codeOfReaction(t *testing.T, want messaging.Reaction) int {
	t.Helper()
	for code := 4000; code < 10000; code++ {
		if known, listed := messaging.ExplainCode(code); listed && known.Reaction == want {
			return code
		}
	}
	t.Fatalf("no code asks for %v", want)
	return 0
}

// TestCodeOf: the worst of what became of the messages decides, and whether it got to its end.
func TestCodeOf(t *testing.T) {
	for _, c := range []struct {
		run    outbox.RunState
		why    outbox.ReasonKind
		states map[outbox.State]int
		wait   int
		want   int
	}{
		{outbox.RunDone, "", map[outbox.State]int{outbox.Accepted: 2, outbox.Failed: 1}, 0, 0},
		{outbox.RunDone, "", nil, 0, 2},
		{outbox.RunDone, "", map[outbox.State]int{outbox.Accepted: 2, outbox.Rejected: 1}, 0, 3},
		{outbox.RunDone, "", map[outbox.State]int{outbox.Unknown: 1, outbox.Rejected: 1}, 0, 6},
		{outbox.RunPaused, outbox.ReasonPerson, map[outbox.State]int{outbox.Accepted: 2}, 3, 7},
		{outbox.RunPaused, outbox.ReasonCredentials, map[outbox.State]int{outbox.Accepted: 2}, 3, 4},
		{outbox.RunCancelled, outbox.ReasonPerson, map[outbox.State]int{outbox.Rejected: 2}, 3, 3},
	} {
		r := outbox.Run{State: c.run, Reason: outbox.Reason{Kind: c.why}}
		if got := codeOf(r, outbox.RunCounts{States: c.states, Waiting: c.wait}); int(got) != c.want {
			t.Errorf("%s %s %v: %d, want %d", c.run, c.why, c.states, got, c.want)
		}
	}
}

// TestProgressLine: how far it is, in one line that any terminal shows.
func TestProgressLine(t *testing.T) {
	p := &progress{sending: &sending{}}
	p.Options.World = world(t)
	c := outbox.RunCounts{
		People: 110, Waiting: 60, Skipped: map[outbox.Skip]int{outbox.SkipRecent: 10},
		States: map[outbox.State]int{outbox.Accepted: 38, outbox.Rejected: 2},
	}
	if got, want := p.line(c, ""), "[#########...............] 40 of 100; 2 rejected"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := p.line(c, "waits until 15:04:05"); !strings.Contains(got, "40 of 100, waits until 15:04:05; 2 rejected") {
		t.Errorf("got %q", got)
	}
	for onWay, want := range map[int]string{0: "", 1: "waits for 1 answer", 3: "waits for 3 answers"} {
		if got := answers(outbox.RunCounts{States: map[outbox.State]int{outbox.Sending: onWay, outbox.Accepted: 5}}); got != want {
			t.Errorf("with %d on their way it says %q, want %q", onWay, got, want)
		}
	}
}
