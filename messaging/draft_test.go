package messaging

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func testDraft(a Addressing, to ...string) Draft {
	m := testMessage()
	return Draft{
		From: m.From, Text: m.Text, Tag: m.Tag, ApplicationID: m.ApplicationID, Priority: PriorityHigh,
		Expiration: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), Media: mediaURLs(2), To: to, Addressing: a,
	}
}

func TestDraftMessages(t *testing.T) {
	for _, c := range []struct {
		name string
		a    Addressing
		to   int
		want []int // recipients of each message
	}{
		{"nobody", Undecided, 0, []int{0}},
		{"nobody, individually", Individual, 0, []int{0}},
		{"one", Undecided, 1, []int{1}},
		{"one, individually", Individual, 1, []int{1}},
		{"three as a group", Group, 3, []int{3}},
		{"three, undecided", Undecided, 3, []int{3}},
		{"three, individually", Individual, 3, []int{1, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := testDraft(c.a, numbers(c.to)...)
			ms := d.Messages()
			if len(ms) != len(c.want) {
				t.Fatalf("got %d messages, want %d", len(ms), len(c.want))
			}
			next := 0
			for i, m := range ms {
				if len(m.To) != c.want[i] {
					t.Errorf("message %d: got %d recipients %v, want %d", i, len(m.To), m.To, c.want[i])
				}
				want := Message{
					From: d.From, To: d.To[next : next+len(m.To)], Text: d.Text, ApplicationID: d.ApplicationID,
					Media: d.Media, Tag: d.Tag, Priority: d.Priority, Expiration: d.Expiration,
				}
				if next += len(m.To); len(m.To) > 0 && !reflect.DeepEqual(m, want) {
					t.Errorf("message %d: got %+v, want %+v", i, m, want)
				}
			}
		})
	}
}

func TestDraftSharesNoMemory(t *testing.T) {
	d := testDraft(Individual, numbers(2)...)
	ms, clone := d.Messages(), d.Clone()
	d.To[0], d.Media[0], ms[1].Media[1] = "changed", "changed", "changed"
	if ms[0].To[0] == "changed" || ms[0].Media[0] == "changed" || ms[0].Media[1] == "changed" {
		t.Errorf("got %+v, want it untouched by changes elsewhere", ms[0])
	}
	if clone.To[0] == "changed" || clone.Media[0] == "changed" || clone.Media[1] == "changed" {
		t.Errorf("got clone %+v, want it untouched by changes elsewhere", clone)
	}
}

func TestDraftProblems(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	twice := append(numbers(2), numbers(1)...)
	for _, c := range []struct {
		name string
		d    Draft
		want string
	}{
		{"one recipient", testDraft(Undecided, numbers(1)...), ""},
		{"two, undecided", testDraft(Undecided, numbers(2)...), "choose one group message"},
		{"11, undecided", testDraft(Undecided, numbers(11)...), "has 11 recipients, too many for one group message (at most 10): choose individual messages"},
		{"two as a group", testDraft(Group, numbers(2)...), ""},
		{"11 as a group", testDraft(Group, numbers(11)...), "at most 10: send individual messages"},
		{"11, individually", testDraft(Individual, numbers(11)...), ""},
		{"nobody, individually", testDraft(Individual), "no recipient"},
		{"one twice, individually", testDraft(Individual, twice...), "is listed twice"},
		{"a bad one, individually", testDraft(Individual, "+1", "+19195551212"), "not in E.164"},
	} {
		ps := c.d.Problems(now)
		if c.want == "" && len(ps) > 0 || c.want != "" && (len(ps) != 1 || !strings.Contains(ps[0].Why, c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, ps, c.want)
		}
	}
	var got []Field
	for _, p := range (Draft{To: numbers(2), Addressing: Undecided, Priority: "x"}).Problems(now) {
		got = append(got, p.Field)
	}
	if want := []Field{FieldFrom, FieldText, FieldPriority, FieldTo, FieldApplicationID}; !reflect.DeepEqual(got, want) {
		t.Errorf("got problems of %v, want %v, the order of the fields", got, want)
	}
}

func TestDraftJSON(t *testing.T) {
	for _, d := range []Draft{{}, testDraft(Individual, numbers(3)...)} {
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatalf("marshal %+v: %v", d, err)
		}
		var back Draft
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, d) {
			t.Errorf("got %+v, %v, want %+v back from %s", back, err, d, b)
		}
	}
	if b, _ := json.Marshal(Draft{}); string(b) != "{}" {
		t.Errorf("got %s for the empty draft, want {}", b)
	}
	for a, want := range map[Addressing]string{Undecided: "undecided", Group: "group", Individual: "individual", 9: "Addressing(9)"} {
		if a.String() != want {
			t.Errorf("got %q, want %q", a, want)
		}
	}
}
