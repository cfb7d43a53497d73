package cli

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// half makes of a broadcast another one, as if telex was killed when it had kept its first
// people.
func half(t *testing.T, o *outbox.Outbox, id int64, first int) int64 {
	t.Helper()
	whole, err := o.Run(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	all, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{}, 0, first)
	if err != nil {
		t.Fatal(err)
	}
	r, err := o.NewBroadcast(t.Context(), whole.Broadcast)
	if err != nil {
		t.Fatal(err)
	}
	people := func(yield func(outbox.Person) bool) {
		for _, p := range all {
			if !yield(p.Person) {
				return
			}
		}
	}
	if _, err := o.AddPeople(t.Context(), r.ID, 0, people); err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// TestBroadcastFilling: a broadcast that was not prepared to its end is, from the same list
// or group; from another one it is not, and says so.
func TestBroadcastFilling(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	list := func(t *testing.T, _ []string) string { return peopleFile(t, fewPeople) }
	group := func(t *testing.T, env []string) string {
		for _, who := range [][]string{{"Ana", "+19195550101"}, {"Ben", "+19195550103"}, {"Zoë", "+19195550109"}} {
			runTelex(t, env, "", append([]string{"contacts", "add", "--group", "choir"}, who...)...).want(t, say.ExitOK)
		}
		return "@choir"
	}
	everybody := []string{"+19195550101", "+19195550103", "+19195550109"}
	for name, test := range map[string]struct {
		list   func(*testing.T, []string) string
		first  int
		change func(t *testing.T, env []string, list string)
		says   []string // by which it is refused; nil: it is not
	}{
		"nobody kept yet": {list, 0, nil, nil},
		"a list":          {list, 2, nil, nil},
		"its last row":    {list, 4, nil, nil},
		"a group":         {group, 1, nil, nil},
		"another list": {list, 2, func(t *testing.T, _ []string, list string) {
			if err := os.WriteFile(list, []byte(fewPeople+"9195550110,Eve\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, []string{"has 2 of its 5 rows, and the others cannot be added", "is another one now than when it was planned", "telex broadcast cancel 2"}},
		"no list": {list, 2, func(t *testing.T, _ []string, list string) {
			if err := os.Remove(list); err != nil {
				t.Fatal(err)
			}
		}, []string{"has 2 of its 5 rows, and the others cannot be added", "the list cannot be read"}},
		"another group": {group, 1, func(t *testing.T, env []string, _ string) {
			runTelex(t, env, "", "contacts", "add", "Eve", "+19195550110", "--group", "choir").want(t, say.ExitOK)
		}, []string{"has 1 of its 3 rows", "the list \"@choir\" is another one now"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, folder := clitest.NewAPI(t), t.TempDir()
			env := stateIn(folder, api.Env())
			people := test.list(t, env)
			runTelex(t, env, "", fast(people, "--text", "Hello", "--yes", "--detach")...).want(t, say.ExitOK)
			half(t, outboxIn(t, folder), 1, test.first)
			if e := runTelex(t, env, "", "broadcast", "show", "2"); !strings.Contains(e.out, "it is not prepared to its end") {
				t.Errorf("show says\n%s", e.out)
			}
			if test.change != nil {
				test.change(t, env, people)
			}
			e := runTelex(t, env, "", "broadcast", "resume", "2")
			if test.says != nil {
				e.want(t, say.ExitUsage, test.says...)
				if n := len(api.Sent()); n > 0 {
					t.Errorf("%d messages were sent", n)
				}
				return
			}
			e.want(t, say.ExitOK, "broadcast 2 was not prepared to its end", "broadcast 2 is done")
			if got := slices.Sorted(maps.Keys(sentTo(t, api))); !slices.Equal(got, everybody) {
				t.Errorf("sent to %v, want %v", got, everybody)
			}
			of := func(id string) string {
				e := runTelex(t, env, "", "broadcast", "report", id, "--csv")
				e.want(t, say.ExitOK)
				var numbers []string
				for line := range strings.Lines(e.out) {
					cells := strings.Split(line, ",")
					numbers = append(numbers, cells[0]+" "+cells[1]+" "+cells[len(cells)-1])
				}
				return strings.Join(numbers, "\n")
			}
			if got, want := of("2"), of("1"); got != want {
				t.Errorf("its people are\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestBroadcastFillingAgain: what is sent again is prepared to its end too, from the people of
// the broadcast that it repeats.
func TestBroadcastFillingAgain(t *testing.T) {
	t.Parallel()
	c := newClock()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	telex := c.still(t, stateIn(folder, api.Env()))
	telex(fast(peopleFile(t, fewPeople), "--text", "Hello", "--yes")...).want(t, say.ExitOK)
	o := outboxIn(t, folder)
	fail(t, o, 1, 1)
	telex("broadcast", "again", "1", "--only", "later", "--rate", "unlimited", "--hours", "off", "--yes", "--detach").want(t, say.ExitOK)
	half(t, o, 2, 0)
	telex("broadcast", "resume", "3").want(t, say.ExitOK, "it has 0 of its 1 rows", "broadcast 3 is done")
	if sent := api.Sent(); len(sent) != 4 || !strings.Contains(sent[3], "+19195550101") {
		t.Errorf("sent %v, want the text to one once more", sent)
	}
}
