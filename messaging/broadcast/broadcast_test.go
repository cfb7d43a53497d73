package broadcast

import (
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/broadcast/hours"
	"telex/messaging/broadcast/list"
	"telex/messaging/broadcast/template"
)

// thursday is a time at which everybody in the US is awake but Hawaii: 9 in New York.
var thursday = time.Date(2026, 11, 26, 14, 0, 0, 0, time.UTC)

// listed is a broadcast of a text to a list in CSV.
func listed(t testing.TB, csv, text string) *Broadcast {
	t.Helper()
	l, err := list.Open(strings.NewReader(csv), "list.csv", list.Options{Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	return &Broadcast{
		Rows: l.All(), Fields: l.Fields(), Template: parsed(t, text), Message: messaging.Message{ApplicationID: "app"},
		Senders: []string{"+19195550100"}, Hours: federal(t), Now: thursday,
	}
}

func parsed(t testing.TB, text string) *template.Template {
	t.Helper()
	tpl, err := template.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func federal(t testing.TB) *hours.Hours {
	t.Helper()
	h, err := hours.New(hours.Rules{Window: hours.Federal})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// plan is the plan of a broadcast, and its people.
func plan(t testing.TB, b *Broadcast, rate float64) (Plan, []*Person) {
	t.Helper()
	p := NewPlanner(b, rate)
	var people []*Person
	for someone, err := range b.People() {
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, someone)
		p.Add(someone)
	}
	return p.Plan(), people
}

const people = `Phone,First Name,Notes
(919) 555-0101,Ana,
+1 808 555 0102,Ben,
919-555-0101,Ana Maria,the same number
123456789012,Cid,
911,Dee,
9195550103,,no name
9195550104,Eve,opted out
9195550105,Fay,is held
9195550106,Gil,got it
9195550107,Hal,gets none
9195550108,Ida,got enough
+44 7400 123456,Jo,
9195550109,Zoë,
`

// TestPeople has one of each kind.
func TestPeople(t *testing.T) {
	b := listed(t, people, "Hi {{first name}}!")
	b.Countries = []string{"US"}
	b.Known = func(people []*Person) error {
		for _, p := range people {
			switch p.Number {
			case "+19195550104":
				p.Leave(OptedOut, "")
			case "+19195550105":
				p.Leave(OverCap, "")
				p.Leave(Held, "since")
			case "+19195550106":
				p.Leave(Recent, "")
			case "+19195550107":
				p.Leave(NoTexts, "")
			case "+19195550108":
				p.Leave(OverCap, "")
			case "+19195550101":
				p.New = true
			}
		}
		return nil
	}
	made, all := plan(t, b, 1)
	var got []string
	for _, p := range all {
		got = append(got, fmt.Sprintf("%d %s %s %q", p.Line, p.Number, p.Skip, p.Message.Text))
	}
	want := []string{
		`2 +19195550101  "Hi Ana!"`,
		`3 +18085550102  "Hi Ben!"`,
		`4 +19195550101 duplicate "Hi Ana Maria!"`,
		`5 123456789012 bad-number ""`,
		`6 911 short-code ""`,
		`7 +19195550103 bad-field ""`,
		`8 +19195550104 opted-out "Hi Eve!"`,
		`9 +19195550105 held "Hi Fay!"`,
		`10 +19195550106 recent "Hi Gil!"`,
		`11 +19195550107 no-texts "Hi Hal!"`,
		`12 +19195550108 over-daily-cap "Hi Ida!"`,
		`13 +447400123456 outside-country "Hi Jo!"`,
		`14 +19195550109  "Hi Zoë!"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("people:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if made.People != 13 || made.Messages != 3 || made.Units != 3 || made.New != 1 || made.Doubts.NoWayOut != 1 {
		t.Errorf("a plan of %d people, %d messages, %d units, %d new, %d without a way out; want 13, 3, 3, 1, 1", made.People, made.Messages, made.Units, made.New, made.Doubts.NoWayOut)
	}
	left := map[Skip]int{}
	for _, l := range made.Skipped {
		left[l.Reason] += l.Count
	}
	if len(left) != 10 || left[Duplicate] != 1 || left[OptedOut] != 1 {
		t.Errorf("left out: %v", left)
	}
	if made.Wait != 1 || made.End.Place != "Pacific/Honolulu" || made.End.People != 1 || !made.End.At.Equal(time.Date(2026, 11, 26, 18, 0, 1, 0, time.UTC)) {
		t.Errorf("%d wait, and it ends at %v with %d in %s; want one in Honolulu, who sleeps until 18:00 UTC", made.Wait, made.End.At, made.End.People, made.End.Place)
	}
	if len(made.Places) != 2 || made.Places[0] != (Group{"America/New_York", 2}) || len(made.Countries) != 1 {
		t.Errorf("places %v, countries %v", made.Places, made.Countries)
	}
}

// TestOrder: of several reasons the first one counts, in whatever order they are found.
func TestOrder(t *testing.T) {
	for i, first := range Skips() {
		for _, later := range Skips()[i+1:] {
			for _, order := range [][]Skip{{first, later}, {later, first}} {
				var p Person
				for _, s := range order {
					p.Leave(s, string(s))
				}
				if p.Skip != first || p.Why != string(first) {
					t.Errorf("%v: left out for %s (%s); want %s", order, p.Skip, p.Why, first)
				}
			}
		}
	}
}

// TestKnownIsAskedForSome: what others know is asked of many at a time, and of nobody
// without a number. Its error ends it.
func TestKnownIsAskedForSome(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("phone\n")
	for i := range 1201 {
		fmt.Fprintf(&csv, "+1919555%04d\n", i)
	}
	csv.WriteString("911\n")
	b := listed(t, csv.String(), "Hi")
	var asked []int
	b.Known = func(people []*Person) error {
		asked = append(asked, len(people))
		return nil
	}
	if made, _ := plan(t, b, 1); made.Messages != 1201 || !slices.Equal(asked, []int{500, 500, 201}) {
		t.Errorf("%d messages; asked about %v", made.Messages, asked)
	}
	b.Known = func([]*Person) error { return io.ErrUnexpectedEOF }
	n := 0
	for _, err := range b.People() {
		n++
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("an error is %v", err)
		}
	}
	if n != 1 {
		t.Errorf("the error came %d times", n)
	}
}

// TestTexts: what is filled in is never filled again, makes texts longer, and Unicode.
func TestTexts(t *testing.T) {
	long := strings.Repeat("x", 200)
	b := listed(t, "phone,name,code\n9195550101,Ana,{{name}}\n9195550102,Bo,"+long+"\n9195550103,Zoë 🎉,1\n9195550104,Cy,"+strings.Repeat("y", 2048)+"\n",
		"{{name}}: {{code}}")
	made, all := plan(t, b, 1)
	if text := all[0].Message.Text; text != "Ana: {{name}}" {
		t.Errorf("a value was filled in: %q", text)
	}
	if all[3].Skip != TooLong || !strings.Contains(all[3].Why, "2052 characters; 2048") {
		t.Errorf("a text of 2052 characters: %q, %q", all[3].Skip, all[3].Why)
	}
	if tally := made.Texts; tally.Segments != 4 || tally.Shortest.Segments != 1 || tally.Longest.Segments != 2 || tally.Unicode != 1 || made.Units != 4 {
		t.Errorf("%d segments from %d to %d, %d in Unicode, %d units", tally.Segments, tally.Shortest.Segments, tally.Longest.Segments, tally.Unicode, made.Units)
	}
	if u := made.Unicode; u.All || len(u.First) != 1 || u.First[0].Char != "ë" || u.First[0].Line != 4 {
		t.Errorf("Unicode: %+v", u)
	}
	var kinds []string
	for _, s := range made.Samples {
		kinds = append(kinds, fmt.Sprintf("%s %d", s.Kind, s.Line))
	}
	if got := strings.Join(kinds, ", "); got != "first 2, longest 3, unicode 4" {
		t.Errorf("samples: %s", got)
	}
	b.Template = parsed(t, "“{{name}}”")
	if made, _ := plan(t, b, 1); !made.Unicode.All || len(made.Unicode.First) != 0 {
		t.Errorf("curly quotes of the text: %+v; want all", made.Unicode)
	}
}

// TestMMS: whatever the text, it is one.
func TestMMS(t *testing.T) {
	b := listed(t, "phone,name\n9195550101,Ana\n9195550102,\n", strings.Repeat("z", 400))
	b.Message.Media = []string{"https://example.org/a.png"}
	if made, _ := plan(t, b, 1); !made.MMS || made.Units != 2 {
		t.Errorf("an MMS to two is %d units, MMS %v", made.Units, made.MMS)
	}
	b.Template = parsed(t, "{{name|}}")
	if made, all := plan(t, b, 1); made.Messages != 2 || all[1].Skip != "" {
		t.Errorf("a picture without a text is left out: %v", all[1].Skip)
	}
}

// TestSenders: with several, a person always has the same, and all of them are used.
func TestSenders(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("phone\n")
	for i := range 300 {
		fmt.Fprintf(&csv, "+1919555%04d\n", i)
	}
	b := listed(t, csv.String(), "Hi")
	b.Senders = []string{"+19195550100", "+19195550200", "+19195550300"}
	counts := map[string]int{}
	first := map[string]string{}
	for range 2 {
		_, all := plan(t, b, 1)
		for _, p := range all {
			counts[p.Message.From]++
			if from := first[p.Number]; from != "" && from != p.Message.From {
				t.Fatalf("%s has two senders", p.Number)
			}
			first[p.Number] = p.Message.From
		}
	}
	for _, from := range b.Senders {
		if counts[from] < 120 {
			t.Errorf("the senders share it like this: %v", counts)
		}
	}
}

// TestZoneOfTheList: a zone that the list names counts more than the number; one that there
// is not is told of.
func TestZoneOfTheList(t *testing.T) {
	b := listed(t, "phone,timezone\n9195550101,Pacific/Honolulu\n9195550102,Eastern\n", "Hi")
	made, all := plan(t, b, 1)
	if made.Unplaced != 1 || made.Wait != 1 || !all[0].From.Equal(time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC)) || !all[1].From.Equal(thursday) {
		t.Errorf("%d in no zone, %d wait: from %v and %v", made.Unplaced, made.Wait, all[0].From, all[1].From)
	}
}

// TestKeepsNobody: what a planner holds does not grow with the list.
func TestKeepsNobody(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	b := listed(t, "phone,name\n9195550101,x\n", "Hi {{name}}, all of it")
	b.Rows = func(yield func(list.Row) bool) {
		for i := range 20_000 {
			number := fmt.Sprintf("+1919555%04d", i%10_000)
			if !yield(list.Row{Line: i, Number: number, Duplicate: i%3 == 0, Zone: fmt.Sprint("zone ", i%500), Values: []string{number, strings.Repeat("é", 100)}}) {
				return
			}
		}
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	p := NewPlanner(b, 1)
	before := heap()
	for someone, err := range b.People() {
		if err != nil {
			t.Fatal(err)
		}
		p.Add(someone)
	}
	if grown := int64(heap()) - int64(before); grown > 1<<20 { // 20,000 texts alone are 4 MB
		t.Errorf("20,000 people take %d bytes", grown)
	}
	if made := p.Plan(); made.People != 20_000 || made.Unplaced != 20_000 {
		t.Errorf("%d people", made.People)
	}
}

// TestEstimate: what does not fit into the hours of a day goes on the next one.
func TestEstimate(t *testing.T) {
	h := federal(t)
	number := "+19195550101"
	from, until, _ := h.Next(number, "", thursday)
	day := until.Sub(from) // 12 hours are left
	for _, c := range []struct {
		what  string
		units int
		rate  float64
		want  time.Time
	}{
		{"at once", 10_000, 0, thursday},
		{"an hour", 3600, 1, thursday.Add(time.Hour)},
		{"to the last moment", int(day.Seconds()), 1, until},
		{"one too many", int(day.Seconds()) + 1, 1, until.Add(11*time.Hour + time.Second)},
		{"two more days", int(day.Seconds()) + 13*3600 + 60, 1, until.Add(24*time.Hour + 11*time.Hour + time.Minute)},
	} {
		end := estimate(map[window]load{{from, until, "America/New_York"}: {people: c.units, units: c.units, number: number}}, c.rate, thursday, h.Next)
		if !end.At.Equal(c.want) || end.Beyond {
			t.Errorf("%s: ends at %v, %v; want %v", c.what, end.At, end.Beyond, c.want)
		}
	}
	end := estimate(map[window]load{{from, until, ""}: {people: 1, units: math.MaxInt32, number: number}}, 1, thursday, h.Next)
	if !end.Beyond {
		t.Errorf("a run of 68 years ends at %v", end.At)
	}
}
