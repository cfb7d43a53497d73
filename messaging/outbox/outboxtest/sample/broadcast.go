package sample

import (
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// Broadcast is one that greets people by name; see [Filled].
func Broadcast() outbox.Broadcast {
	return outbox.Broadcast{
		Name: "Friday", ApplicationID: Application, Senders: []string{Sender}, Text: "Hi NAME", List: outbox.List{Name: "people.csv", Sum: "abc"},
	}
}

// NumberOf is that of person n of a list, up to 9999.
func NumberOf(n int) string { return fmt.Sprintf("+1919555%04d", n) }

// People are n people, each with a name.
func People(n int) iter.Seq[outbox.Person] {
	return func(yield func(outbox.Person) bool) {
		for i := 1; i <= n; i++ {
			if !yield(outbox.Person{Number: NumberOf(i), Name: fmt.Sprint("Ana ", i), Fields: map[string]string{"name": fmt.Sprint("Ana ", i)}}) {
				return
			}
		}
	}
}

// Started is a broadcast to people that runs.
func Started(t testing.TB, o *outbox.Outbox, b outbox.Broadcast, people iter.Seq[outbox.Person]) int64 {
	t.Helper()
	r, err := o.NewBroadcast(t.Context(), b)
	Must(t, err)
	_, err = o.AddPeople(t.Context(), r.ID, 0, people)
	Must(t, err)
	Must(t, o.StartRun(t.Context(), r.ID))
	return r.ID
}

// Filled puts the name of each person into the text of a run; the senders take turns.
func Filled(r outbox.Run) (outbox.Fill, error) {
	b := r.Broadcast
	return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
		if strings.Contains(b.Text, "NAME") && p.Fields["name"] == "" {
			return messaging.Message{}, outbox.SkipBadField, "name", nil
		}
		return messaging.Message{
			From: b.Senders[p.N%len(b.Senders)], To: []string{p.Number}, Text: strings.ReplaceAll(b.Text, "NAME", p.Fields["name"]),
			ApplicationID: b.ApplicationID, Media: b.Media, Tag: b.Tag,
		}, "", "", nil
	}, nil
}

// Fast is how a test drains a run, if it has nothing to say of the pace.
func Fast(how outbox.DrainOptions) outbox.DrainOptions {
	how.Prepare = Filled
	if how.Pace.Account == (outbox.Rate{}) {
		how.Pace.Account = outbox.NoLimit()
	}
	if how.Parallel == 0 {
		how.Parallel = 4
	}
	if how.After == nil {
		how.After = func(d time.Duration) <-chan time.Time { return time.After(min(d, 5*time.Millisecond)) }
	}
	if how.Patience == 0 {
		how = FirstAlone(how)
	}
	return how
}

// FirstAlone is how with a first message that goes alone however long it takes, whatever
// time does.
func FirstAlone(how outbox.DrainOptions) outbox.DrainOptions {
	const never = math.MaxInt64 // which no other pause is
	after := how.After
	how.Patience = never
	how.After = func(d time.Duration) <-chan time.Time {
		if d == never {
			return nil
		}
		return after(d)
	}
	return how
}

// Patient is after, but that the patience with a first message is never over.
func Patient(after func(time.Duration) <-chan time.Time) func(time.Duration) <-chan time.Time {
	return func(d time.Duration) <-chan time.Time {
		if d == outbox.Patience {
			return nil
		}
		return after(d)
	}
}
