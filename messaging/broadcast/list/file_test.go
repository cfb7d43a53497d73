package list

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestChanged: a list that is another one by now than when it was opened says so.
func TestChanged(t *testing.T) {
	content := []byte("Name,Phone\nAnn,919-555-0100\n")
	l, err := Open(bytes.NewReader(content), "", Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-2] = '7'
	for range l.All() {
	}
	if !errors.Is(l.Err(), ErrChanged) {
		t.Errorf("it ended with %v, want %v", l.Err(), ErrChanged)
	}
}

// A failing file fails after so many bytes of its second reading.
type failing struct {
	*strings.Reader
	after int
}

var errDisk = errors.New("the disk is gone")

func (f *failing) Read(p []byte) (int, error) {
	if f.after <= 0 {
		return 0, errDisk
	}
	n, err := f.Reader.Read(p[:min(len(p), f.after)])
	f.after -= n
	return n, err
}

// TestUnreadable: a file that cannot be read to its end is no shorter list.
func TestUnreadable(t *testing.T) {
	content := "Name,Phone\n" + strings.Repeat("Ann,919-555-0100\n", 10_000)
	f := &failing{strings.NewReader(content), 1 << 30}
	l, err := Open(f, "", Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	f.after = len(content) / 2
	n := 0
	for range l.All() {
		n++
	}
	if !errors.Is(l.Err(), errDisk) || n == 0 || n >= 10_000 {
		t.Errorf("after %d rows it ended with %v, want %v", n, l.Err(), errDisk)
	}
	f = &failing{strings.NewReader(content), 100}
	if _, err := Open(f, "", Options{}); !errors.Is(err, errDisk) {
		t.Errorf("Open = %v, want %v", err, errDisk)
	}
}

// TestLongRows: rows of any width and length cost what they hold, and those without an
// end no more than a bound.
func TestLongRows(t *testing.T) {
	header := make([]string, 5000)
	for i := range header {
		header[i] = fmt.Sprintf("c%04d", i)
	}
	header[0], header[2500] = "Name", "Phone"
	cells := slices.Repeat([]string{"x"}, 5000)
	cells[0], cells[2500], cells[4999] = "Ann", "919-555-0100", strings.Repeat("y", 200_000)
	_, got := told(t, strings.Join(header, ",")+"\n"+strings.Join(cells, ",")+"\n", "", Options{Region: "US"})
	if want := []string{"2 +19195550100 Ann"}; !slices.Equal(got, want) {
		t.Errorf("5000 columns give %q, want %q", got, want)
	}
	_, got = told(t, "Name,Phone\nAnn,919-555-0100\n"+strings.Repeat("z", 5<<18)+"\nBen,919-555-0101\n", "", Options{Region: "US"})
	if want := []string{"2 +19195550100 Ann", "3 - the line is longer than 1 MiB: ", "4 +19195550101 Ben"}; !slices.Equal(got, want) {
		t.Errorf("a line of more than 1 MiB gives %.200q, want %q", got, want)
	}
	// Quotes that are never closed: work that grows with their square would take minutes.
	_, got = told(t, "Name,Phone\n"+strings.Repeat("\"Ann,919-555-0100,"+strings.Repeat("z", 80)+"\n", 1_001), "", Options{Region: "US"})
	if len(got) == 0 || !strings.Contains(got[len(got)-1], "never closed") {
		t.Errorf("quotes without an end give %d rows, the last %.200q", len(got), got[max(0, len(got)-1):])
	}
}

// wide is a list of n people with 38 fields, made as it is read.
type wide struct {
	n, row int
	rest   []byte
}

func (w *wide) Read(p []byte) (int, error) {
	if len(w.rest) == 0 {
		if w.row > w.n {
			return 0, io.EOF
		}
		w.rest = w.rest[:0]
		for i := range 38 {
			switch {
			case i == 1 && w.row == 0:
				w.rest = append(w.rest, "phone"...)
			case i == 1:
				w.rest = fmt.Appendf(w.rest, "+1919%07d", 2000000+w.row)
			default:
				w.rest = fmt.Appendf(w.rest, "field%d", i)
			}
			w.rest = append(w.rest, ",\n"[max(0, i-36)])
		}
		w.row++
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

func (w *wide) Seek(int64, int) (int64, error) {
	w.row, w.rest = 0, nil
	return 0, nil
}

// TestMemory: what is held does not grow with the list, but for the numbers.
func TestMemory(t *testing.T) {
	const people = 2_000
	l, err := Open(&wide{n: people}, "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := 0
	for range l.All() {
		if n++; n == people-1 {
			runtime.GC()
			runtime.ReadMemStats(&now)
		}
	}
	if n != people || l.Err() != nil {
		t.Fatalf("%d people, %v, want %d", n, l.Err(), people)
	}
	if held := int64(now.HeapAlloc) - int64(before.HeapAlloc); held > people*40+512<<10 {
		t.Errorf("%d bytes are held after %d people", held, people)
	}
}

func BenchmarkAll(b *testing.B) {
	for _, people := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			l, err := Open(&wide{n: people}, "", Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				for range l.All() {
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*people), "ns/person")
		})
	}
}

func FuzzOpen(f *testing.F) {
	for _, s := range []string{
		"Name,Phone\nAnn,919-555-0100\n", "\xff\xfeN\x00a\x00", "a;\"b\nc\"\";d", "sep=;\n1;2", "BEGIN:VCARD\nTEL;CELL:+1\n =\nEND:VCARD", "\"\"\"", "+19195550100\r+19195550101",
		"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=C3=\n=89\nitem1.TEL:1\nitem1.X-ABLabel:_$!<Mobile>!$_\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, every := range []bool{false, true} {
			read(t, content, Options{Region: "US", EveryLine: every})
		}
	})
}

// read reads a file twice, whatever it holds.
func read(t *testing.T, content []byte, o Options) {
	t.Helper()
	l, err := Open(bytes.NewReader(content), "f", o)
	if err != nil {
		return
	}
	first := slices.Collect(l.All())
	if l.Err() != nil {
		t.Fatalf("it ended with %v", l.Err())
	}
	line := 0
	for _, r := range first {
		if r.Line <= line || (r.Number == "") != (r.Reject != "") || len(r.Values) > len(l.Fields()) || strings.ContainsAny(r.Name, "\n\r\x1b\x00") {
			t.Fatalf("the row is %+v, after line %d", r, line)
		}
		line = r.Line
	}
	if lines := 1 + bytes.Count(content, []byte("\n")) + bytes.Count(content, []byte("\r")); line > lines {
		t.Fatalf("line %d of %d", line, lines)
	}
	if again := slices.Collect(l.All()); len(again) != len(first) {
		t.Fatalf("%d rows, and %d the second time", len(first), len(again))
	}
}
