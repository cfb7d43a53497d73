//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// cells are the cells of the rows of a table that was printed, by the name of the row.
func cells(t *testing.T, printed, title string) map[string][]string {
	t.Helper()
	_, table, found := strings.Cut(printed, "\n## "+title+"\n\n")
	if !found {
		t.Fatalf("there is no table %q in:\n%s", title, printed)
	}
	table, _, _ = strings.Cut(table, "\n## ")
	rows := map[string][]string{}
	for line := range strings.Lines(table) {
		var row []string
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		rows[row[0]] = row[1:]
	}
	return rows
}

// TestTables: each kind of table is measured and printed, with a figure for every program.
func TestTables(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it builds five programs and types into three of them")
	}
	var out, progress bytes.Buffer
	p := plan{rounds: 1, commands: 1, keys: 5, burst: 10, idle: 50 * time.Millisecond, many: 20, people: 20, only: "80x24, Size, version, send, individual, broadcast"}
	if err := run(t.Context(), p, &out, &progress); err != nil {
		t.Fatalf("%v\n%s", err, &progress)
	}
	for title, rows := range map[string][]string{
		"80×24": {
			rowFirst, rowScreen, rowOwnMemory, rowPeakMemory, rowKeyBytes, rowKeyBytes95, rowKeyBytesMost, rowKeyWrites, rowKeyTime, rowKeyTime99,
			rowKeyCPU, rowDrained, rowIdleBytes, rowIdleWakes, rowIdleCPU, rowOwnMemoryAfter, rowPeakMemoryAfter,
		},
		"Size": {rowSize}, "telex version": {rowTime, rowCPU},
		"telex send, loopback": {rowTime, rowCPU}, "telex send, 20 ms away": {rowTime, rowCPU},
		"telex send with OAuth, loopback": {rowTime, rowCPU}, "telex send with OAuth, 20 ms away": {rowTime, rowCPU},
		"20 individual messages, 20 ms away": {rowTime, rowCPU}, "a broadcast to 20 people, loopback": {rowTime, rowCPU, rowMost},
	} {
		got := cells(t, out.String(), title)
		at := slices.Index(got[""], telex)
		if at < 0 {
			t.Fatalf("%s: telex is not in it:\n%s", title, &out)
		}
		for _, row := range rows {
			if len(got[row]) != len(got[""]) || slices.Contains(got[row][:len(got[row])-1], "") {
				t.Errorf("%s, %s: got %q for %q", title, row, got[row], got[""])
			}
		}
		if row := rows[0]; got[row][at] == "0" || got[row][len(got[row])-1] == "" {
			t.Errorf("%s, %s: got %q, want telex to cost something, and a ratio", title, row, got[row])
		}
	}
	// On a busy machine a key may be drawn when the next was pressed.
	if got := cells(t, out.String(), "80×24")[rowKeyBytesMost]; slices.Contains(got[:3], "0") {
		t.Errorf("got %q bytes a key, want every program to draw it", got)
	}
	if strings.Contains(out.String(), "## 200×60") {
		t.Error("a table was printed that nobody wanted")
	}
}

// TestPrint: medians of rounds in which each program is first once; what fails is an
// error, but of a guest a blank.
func TestPrint(t *testing.T) {
	var out strings.Builder
	b := &bench{out: &out, progress: io.Discard}
	var order []string
	of := func(name string, guest bool, values ...float64) subject {
		return subject{name: name, guest: guest, measure: func(_ context.Context, round int) (result, error) {
			order = append(order, name)
			if values[round] < 0 {
				return nil, errors.New("it broke")
			}
			return result{"row": values[round]}, nil
		}}
	}
	err := b.print(t.Context(), 3, table{
		title: "T", rows: []string{"row"}, of: "a", over: "b", warm: true,
		subjects: []subject{of("a", false, 99, 1, 3, 200), of("b", false, 99, 4, 2, 2), of("c", true, -1, -1, -1, -1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = "\n## T\n\n| | a | b | c | a to b |\n|---|---:|---:|---:|---:|\n| row | 3 | 2 |  | 1.50 |\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := strings.Join(order, ""); got != "abcbcacababc" {
		t.Errorf("got them in the order %s", got)
	}
	if err := b.print(t.Context(), 1, table{title: "T", subjects: []subject{of("a", false, 0, -1)}}); err == nil {
		t.Error("got no error where telex failed")
	}
}

func TestQuantile(t *testing.T) {
	values := []float64{4, 1, 3, 2}
	for q, want := range map[float64]float64{0: 1, 0.5: 2.5, 1: 4} {
		if got := quantile(values, q); got != want {
			t.Errorf("got %v at %v, want %v", got, q, want)
		}
	}
	if got := quantile(nil, 0.5); !math.IsNaN(got) {
		t.Errorf("got %v of nothing, want no number", got)
	}
}

// TestCarry: what is said arrives half a round trip later, and not before the connection
// could be open.
func TestCarry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, here := net.Pipe()
		there, server := net.Pipe()
		began := time.Now()
		go carry(here, there, began.Add(roundTrip))
		for _, want := range []time.Duration{roundTrip * 3 / 2, roundTrip * 2} {
			if _, err := client.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(server, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(began); got != want {
				t.Errorf("it arrived after %s, want %s", got, want)
			}
		}
		_ = client.Close()
		if n, err := server.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("got %d bytes, %v after the end, want the end", n, err)
		}
	})
}
