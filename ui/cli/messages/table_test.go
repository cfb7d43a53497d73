package messages

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// On a terminal the columns stand below each other, and fit.
func TestTable(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC)
	entry := func(id int64, s outbox.State, text string, to ...string) outbox.Entry {
		return outbox.Entry{ID: id, State: s, Created: at, Message: messaging.Message{To: to, Text: text}}
	}
	omitted := entry(8, outbox.Unsent, "", "+12345678902")
	omitted.TextOmitted = true
	entries := []outbox.Entry{
		entry(120, outbox.Accepted, "Grüße 世界 "+strings.Repeat("x", 100), "+12345678902", "+12345678903", "+12345678904"),
		entry(9, outbox.Unknown, "two\nlines\x1b[2J", "+12345678902"), omitted,
	}
	zone := func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)) }
	for _, width := range []int{40, 80, 200} {
		var out bytes.Buffer
		table := &table{home: who.Home{Now: zone, Output: say.NewPrinter(&out, io.Discard)}, width: width}
		if err := table.add(entries); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != 4 || !strings.HasPrefix(lines[0], " id  time") || !strings.HasPrefix(lines[2], "  9  2026-02-01 00:30  unknown ") {
			t.Errorf("width %d: got\n%s", width, out.String())
		}
		for _, line := range lines {
			if ansi.StringWidth(line) > width {
				t.Errorf("width %d: the line %q is wider", width, line)
			}
		}
		if width == 200 && (!strings.HasSuffix(lines[2], "  two …") || !strings.HasSuffix(lines[3], "  (text not kept)") || !strings.Contains(lines[1], " +12345678902 +2  Grüße 世界")) {
			t.Errorf("width %d: got\n%s", width, out.String())
		}
	}
}

// An MMS that was handed over is not listed as delivered.
func TestTableGrades(t *testing.T) {
	t.Parallel()
	for grade, want := range map[messaging.Grade]string{messaging.GradeHandedOver: "handed over", messaging.GradeCarrier: "delivered"} {
		table := &table{home: who.Home{Now: time.Now}, width: 80}
		if line := table.line(outbox.Entry{State: outbox.Delivered, Grade: grade}); !strings.Contains(line, want) {
			t.Errorf("%q: got %q, want %q in it", grade, line, want)
		}
	}
}
