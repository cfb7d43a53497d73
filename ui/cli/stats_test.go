package cli

import (
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
)

// told is an outbox in which one message arrived, one failed with 4720, one is unconfirmed,
// one is an MMS that was handed over, one is open, and one came in.
func told(t *testing.T, c *clock) (env []string) {
	t.Helper()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	env = stateIn(folder, api.Env())
	for _, args := range [][]string{{"--text", "one"}, {"--text", "two"}, {"--text", "three"}, {"--text", "four", "--media", "https://example.com/a.png"}, {"--text", "five"}} {
		c.run(t, env, append([]string{"send", "--to", friend}, args...)...).want(t, say.ExitOK)
	}
	o := outboxIn(t, folder)
	defer func() { _ = o.Close() }()
	for id, says := range map[int64]messaging.Record{
		1: {Status: messaging.StatusDelivered, CarrierName: "Verizon\x1b[2J"}, 2: {Status: messaging.StatusFailed, ErrorCode: 4720, CarrierName: "AT&T"},
		3: {Status: messaging.StatusFailed, ErrorCode: messaging.CodeNoReceipt}, 4: {Status: messaging.StatusDelivered},
	} {
		d, err := o.Detail(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		says.MessageID, says.Destination, says.Direction = d.MessageID, friend, "OUTBOUND"
		if _, err := o.Deliver(t.Context(), id, []messaging.Record{says}); err != nil {
			t.Fatal(err)
		}
	}
	hears(t, o, came("in-1", friend, "yes", time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	return env
}

// The keys are an API, and so are the fields of a line.
func TestStats(t *testing.T) {
	t.Parallel()
	c := newClock()
	env := told(t, c)
	var row messages.StatsRow
	got := c.run(t, env, "stats", "--json")
	got.want(t, say.ExitOK)
	got.decode(t, &row)
	if r := row.Total; r.Out != 5 || r.In != 1 || r.Delivered != 1 || r.Failed != 1 || r.Unconfirmed != 1 || r.HandedOver != 1 || r.Open != 1 ||
		r.Share == nil || *r.Share != 0.5 || r.SegmentsIn != 1 || r.States[outbox.Delivered] != 2 {
		t.Errorf("got %+v, want one of each, and half delivered", r)
	}
	if len(row.Tables) != 2 || row.Tables[0].By != "state" || row.Tables[1].By != "code" || len(row.Tables[1].Rows) != 2 || row.Accepted.Messages != 5 || row.Receipt.Messages != 1 {
		t.Fatalf("got %+v, want a table by state and one by code", row)
	}
	if code := row.Tables[1].Rows[0]; code.Key != "4720" || code.Meaning == "" || code.Advice == "" || code.Failed != 1 {
		t.Errorf("got %+v, want 4720 with what to do", code)
	}
	for _, key := range []string{`"share_delivered":`, `"median_s":`, `"p95_s":`, `"handed_over":`, `"segments_out":`, `"unproven":`, `"segments_in":`, `"unconfirmed":`, `"open":`} {
		if !strings.Contains(got.out, key) {
			t.Errorf("got %s, want %s in it", got.out, key)
		}
	}
	got = c.run(t, env, "stats", "--by", "carrier")
	got.want(t, say.ExitOK)
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if len(lines) != 4 || lines[0] != "total\t\t5\t1\t1\t1\t1\t1\t1\t4" || lines[1] != "carrier\t\t3\t1\t0\t0\t1\t1\t1\t2" || lines[2] != "carrier\tAT&T\t1\t0\t0\t1\t0\t0\t0\t1" {
		t.Errorf("got %q, want the total and three carriers, of ten fields each", lines)
	}
	if strings.ContainsRune(got.out, '\x1b') {
		t.Errorf("got %q, want nothing that drives a terminal", got.out)
	}
	for _, by := range outbox.Breakdowns() {
		got := c.run(t, env, "stats", "--by", string(by))
		if got.want(t, say.ExitOK); !strings.Contains(got.out, "\n"+string(by)+"\t") {
			t.Errorf("by %s: got %q, want a table", by, got.out)
		}
	}
	got = c.run(t, env, "stats", "--by", "carrier", "--json")
	got.decode(t, &row)
	if rows := row.Tables[0].Rows; len(rows) != 3 || rows[0].Key != "" || rows[0].Out != 3 || rows[0].In != 1 || rows[1].Key != "AT&T" {
		t.Errorf("got %s, want a row of their own for those of whom no carrier is known", got.out)
	}
}

// TestStatsAddUp: the rows of a table are together what the total is, in every field.
func TestStatsAddUp(t *testing.T) {
	t.Parallel()
	c := newClock()
	env := told(t, c)
	for _, by := range []outbox.Breakdown{outbox.ByState, outbox.BySender, outbox.ByDay, outbox.ByCarrier} {
		var total, sum [8]int
		for line := range strings.Lines(c.run(t, env, "stats", "--by", string(by)).out) {
			fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			for i, field := range fields[2:] {
				n, err := strconv.Atoi(field)
				if err != nil {
					t.Fatalf("by %s: %q: %v", by, line, err)
				}
				if fields[0] == "total" {
					total[i] = n
				} else {
					sum[i] += n
				}
			}
		}
		if sum != total || total == [8]int{} {
			t.Errorf("by %s: the rows are %v together, want %v", by, sum, total)
		}
	}
}

// A span without messages has figures too, for a program; people are told.
func TestStatsOfSpans(t *testing.T) {
	t.Parallel()
	c := newClock()
	env := told(t, c)
	var row messages.StatsRow
	got := c.run(t, env, "stats", "--json", "--until", "2001-01-31")
	got.want(t, say.ExitOK)
	got.decode(t, &row)
	if row.Total.Out != 0 || row.Until == "" || row.Since != "" || row.Total.Share != nil || !strings.Contains(got.out, `"share_delivered":null`) || !strings.Contains(got.out, `"tables":[]`) {
		t.Errorf("got %s, want nothing before 2001", got.out)
	}
	if got := c.run(t, env, "stats", "--until", "2001-01-31"); got.out != "" {
		t.Errorf("got %q, want nothing", got.out)
	} else {
		got.want(t, say.ExitOK, "no matching messages in ")
	}
	if got := c.run(t, env, "stats", "--since", "1h"); !strings.HasPrefix(got.out, "total\t\t5\t") {
		t.Errorf("of the last hour: got %q, want all", got.out)
	}
	c.run(t, stateIn(t.TempDir(), nil), "stats").want(t, say.ExitOK, "no messages yet in ")
	for _, wrong := range [][]string{{"--by", "weather"}, {"--since", "soon"}, {"--since", "1h", "--until", "2h"}, {"now"}} {
		c.run(t, env, append([]string{"stats"}, wrong...)...).want(t, say.ExitUsage)
	}
}

// onPaper is what a command prints on a terminal of so many columns.
func onPaper(t *testing.T, columns uint16, env []string, args ...string) string {
	t.Helper()
	cmd := telexProcess(t, env, "telex", args...)
	cmd.Stderr = io.Discard
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	screen, _ := io.ReadAll(terminal) // ends with an error, as terminals do
	_ = terminal.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("telex %q: %v", args, err)
	}
	return strings.ReplaceAll(string(screen), "\r", "")
}

// On a terminal the tables fit it, and are ASCII where it has no more.
func TestStatsOnTerminal(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	env := told(t, newClock())
	for _, columns := range []uint16{40, 80, 200} {
		for _, locale := range []string{"LC_ALL=C", "LC_ALL=C.UTF-8"} {
			got := onPaper(t, columns, append([]string{locale}, env...), "stats")
			for _, want := range []string{"50.0%", "not counted in that: 1 open,", "4720", "by state", "by code"} {
				if !strings.Contains(got, want) {
					t.Errorf("%d columns, %s: got\n%s\nwant %q in it", columns, locale, got, want)
				}
			}
			for line := range strings.Lines(got) {
				if n := len([]rune(strings.TrimRight(line, "\r\n"))); n > int(columns) {
					t.Errorf("%d columns, %s: a line of %d: %q", columns, locale, n, line)
				}
			}
			if utf8 := strings.ContainsFunc(got, func(r rune) bool { return r > 0x7f }); utf8 && locale == "LC_ALL=C" {
				t.Errorf("%d columns: got\n%s\nwant ASCII", columns, got)
			}
			if strings.ContainsRune(got, '\x1b') {
				t.Errorf("got %q, want no colours", got)
			}
		}
	}
}
