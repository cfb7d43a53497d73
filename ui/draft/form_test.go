package draft

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"telex/messaging"
)

// toMany is a form to n recipients, each of whom has a problem if bad is set.
func toMany(n int, how messaging.Addressing, bad bool) Form {
	f := New([]string{"+19195550100"}, "an-application")
	f.Text, f.Addressing = "Hello", how
	for i := range n {
		to := fmt.Sprintf("+1919555%04d", i)
		if bad {
			to = "x" + to
		}
		f.Add(to)
	}
	return f
}

// TestMessagesOneByOne: each message by itself is the one among all.
func TestMessagesOneByOne(t *testing.T) {
	for _, how := range []messaging.Addressing{messaging.Undecided, messaging.Group, messaging.Individual} {
		for n := range 4 {
			f := toMany(n, how, false)
			f.Media = []string{"https://example.com/a.png"}
			all := f.Messages()
			if got := f.Count(); got != len(all) {
				t.Fatalf("%s to %d: got %d messages, want %d", how, n, got, len(all))
			}
			for i, want := range all {
				if got := f.Message(i); !reflect.DeepEqual(got, want) {
					t.Errorf("%s to %d: got %+v, want %+v", how, n, got, want)
				}
			}
			if got, want := f.Message(99), all[len(all)-1]; !reflect.DeepEqual(got, want) {
				t.Errorf("%s to %d: got %+v beyond the end, want the last, %+v", how, n, got, want)
			}
		}
	}
}

// TestClonesStayAsTheyWere: what is done to a form later does not reach its clones, although
// they share the recipients.
func TestClonesStayAsTheyWere(t *testing.T) {
	f := toMany(3, messaging.Individual, false)
	f.Media = []string{"a", "b"}
	was := f.Clone()
	want := slices.Clone(was.To)
	if !Shared(f.To, was.To) || !f.Same(&was) {
		t.Error("got a list of its own in a clone, want it shared")
	}
	other := f.Clone()
	f.Add("+1")
	other.Add("+2")
	f.Remove(0)
	f.Media[0] = "z"
	if !slices.Equal(was.To, want) || was.Media[0] != "a" {
		t.Errorf("got %v and %v in the clone, want it as it was", was.To, was.Media)
	}
	if got := []string{want[1], want[2], "+1"}; !slices.Equal(f.To, got) || !slices.Equal(other.To, append(want, "+2")) {
		t.Errorf("got %v and %v, want each with its own", f.To, other.To)
	}
	if f.Same(&was) || f.Same(&other) {
		t.Error("got forms of other recipients for the same")
	}
	copied := was
	copied.To = slices.Clone(was.To)
	if !copied.Same(&was) {
		t.Error("got equal lists for different ones")
	}
}

// TestProblemsAreFoundOnce: the draft is checked once, and not for each of its fields.
func TestProblemsAreFoundOnce(t *testing.T) {
	f, now := toMany(500, messaging.Individual, true), time.Now()
	if got := len(f.Problems(now)); got != 500 {
		t.Fatalf("got %d problems, want 500", got)
	}
	once := testing.AllocsPerRun(5, func() { _ = f.Draft.Problems(now) })
	if got := testing.AllocsPerRun(5, func() { _ = f.Problems(now) }); got > 3*once { // the checks of all fields would be eight
		t.Errorf("got %.0f allocations for all problems, and %.0f for one check of the draft; want not much more", got, once)
	}
}

// TestReadRecipients: what can be read becomes numbers, each once, and the rest is left with
// the reason.
func TestReadRecipients(t *testing.T) {
	has := func(n string) bool { return n == "+442079460958" }
	r := ReadRecipients("(919) 555-1212, banana\t+44 20 7946 0958\n9195551212; +1 919 555 0100, 12", "US", has)
	if want := []string{"+19195551212", "+19195550100"}; !slices.Equal(r.E164(), want) {
		t.Errorf("got %v, want %v", r.E164(), want)
	}
	if r.Twice != 2 || !slices.Equal(r.Left, []string{"banana", "12"}) || len(r.Why) != 2 {
		t.Errorf("got %+v, want two that are there already and two that are left", r)
	}
	if got, want := r.Words(), "2 added, 2 there already, 2 not phone numbers"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if r := ReadRecipients(" ", "US", has); r.Items != 0 || len(r.E164()) != 0 {
		t.Errorf("got %+v of nothing", r)
	}
}
