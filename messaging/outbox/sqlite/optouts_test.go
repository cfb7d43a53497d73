package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestOptOutsOfOldRows: the ledger of an outbox that had none begins with those of whom a
// delivery told, unless a carrier or a phone had a later message.
func TestOptOutsOfOldRows(t *testing.T) {
	const local, dave, erin = "+19195550100", "+19195551299", "+19195551298"
	path := place(t)
	old(t, path, 1, sample.Digest(t, make([]byte, 32), "Hi"), []anOldRow{
		{outbox.Failed, 4775, local, []string{sample.Alice}, nil, []string{"FAILED 4775"}, nil},
		{outbox.Failed, 4475, local, []string{sample.Alice, sample.Bob}, nil, []string{"FAILED 4475", "DELIVERED"}, nil},
		{outbox.Failed, 4775, local, []string{dave}, nil, []string{"FAILED 4775"}, nil},
		{outbox.Delivered, 0, local, []string{dave}, nil, []string{"DELIVERED"}, nil},
		{outbox.Failed, 4720, local, []string{erin}, nil, []string{"FAILED 4720"}, nil},
	}, asItIs)
	db := opened(t, path, outbox.Options{Now: sample.NewClock().Now})
	all, err := db.OptOuts(t.Context(), outbox.OptOutFilter{})
	sample.Must(t, err)
	var got []string
	for _, out := range all {
		got = append(got, fmt.Sprint(out.Number, " ", out.By, " ", out.Code, " by ", out.Message))
	}
	if want := []string{sample.Alice + " code 4475 by 2"}; !slices.Equal(got, want) {
		t.Errorf("the ledger has %q, want %q", got, want)
	}
	if _, err := db.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi again")}, Yes: true}); err == nil {
		t.Error("Begin = nil, want a refusal")
	}
	sound(t, db)
}

// TestIndexesOfOptOuts: what is asked of the ledger before each message goes by an index,
// however many opted out.
func TestIndexesOfOptOuts(t *testing.T) {
	path := place(t)
	var asked []question
	watch, err := outbox.Open(t.Context(), watched{file{path: path}, &asked}, outbox.Options{})
	sample.Must(t, err)
	asked = nil
	ids, err := watch.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi"), sample.SMS("Hi", sample.Bob)}})
	sample.Must(t, err)
	sample.Must(t, watch.Start(t.Context(), ids[1]))
	sample.Heard(t, watch, sample.Came("a", sample.Alice, "stop"), sample.Came("b", sample.Alice, "take me off"))
	start := sample.Came("c", sample.Alice, "start")
	start.Message.Time = start.Message.Time.Add(time.Minute)
	sample.Heard(t, watch, start)
	sample.Must(t, watch.Close())
	o := opened(t, path, outbox.Options{})
	seen := 0
	for _, q := range asked {
		if !strings.Contains(q.query, "optouts") || strings.HasPrefix(q.query, "CREATE") {
			continue
		}
		seen++
		plan := q.plan(t, o)
		if strings.Contains(plan, "SCAN optouts") || strings.Contains(plan, "SCAN o") {
			t.Errorf("%s\nis answered by\n%s\nwant an index", q.query, plan)
		}
	}
	if seen < 8 {
		t.Errorf("%d questions were looked at, want those of the ledger", seen)
	}
}
