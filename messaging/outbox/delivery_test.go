package outbox

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging"
)

// told is what the API says of each recipient of m, one after the other.
func told(id string, m messaging.Message, says ...string) []messaging.Record {
	records := recordOf(id, m, time.Time{})
	for i, s := range says {
		var status string
		var code int
		_, _ = fmt.Sscan(s, &status, &code) // a code may be absent
		records[i].Status, records[i].ErrorCode = messaging.Status(status), code
	}
	return records
}

// TestDeliveredAs: what the receipts of a message add up to, one answer of the API after
// the other. 9902 is no failure, whatever status comes with it, and a late receipt still
// decides; delivered and failed are final.
func TestDeliveredAs(t *testing.T) {
	type step struct {
		says []string
		want State
		code int
	}
	for name, steps := range map[string][]step{
		"no receipt":                  {{[]string{"FAILED 9902"}, Unconfirmed, 9902}},
		"no receipt, undelivered":     {{[]string{"UNDELIVERED 9902"}, Unconfirmed, 9902}},
		"no receipt, sent":            {{[]string{"SENT 9902"}, Unconfirmed, 9902}},
		"no receipt, sending":         {{[]string{"SENDING 9902"}, Unconfirmed, 9902}},
		"no receipt, delivered":       {{[]string{"DELIVERED 9902"}, Unconfirmed, 9902}},
		"no receipt, another status":  {{[]string{"EXPIRED 9902"}, Unconfirmed, 9902}},
		"late receipt":                {{[]string{"SENT"}, Sent, 0}, {[]string{"FAILED 9902"}, Unconfirmed, 9902}, {[]string{"DELIVERED"}, Delivered, 0}},
		"late failure":                {{[]string{"FAILED 9902"}, Unconfirmed, 9902}, {[]string{"FAILED 4720"}, Failed, 4720}},
		"no receipt, said again":      {{[]string{"FAILED 9902"}, Unconfirmed, 9902}, {[]string{"FAILED 9902"}, Unconfirmed, 9902}},
		"no receipt, then old news":   {{[]string{"FAILED 9902"}, Unconfirmed, 9902}, {[]string{"SENT"}, Unconfirmed, 9902}, {[]string{"QUEUED"}, Unconfirmed, 9902}},
		"delivered stays":             {{[]string{"DELIVERED"}, Delivered, 0}, {[]string{"FAILED 9902"}, Delivered, 0}, {[]string{"FAILED 4720"}, Delivered, 0}, {[]string{"DELIVERED 9902"}, Delivered, 0}, {[]string{"SENT"}, Delivered, 0}},
		"failed stays":                {{[]string{"FAILED 4720"}, Failed, 4720}, {[]string{"DELIVERED"}, Failed, 4720}, {[]string{"FAILED 9902"}, Failed, 4720}},
		"unclear, but called failure": {{[]string{"FAILED 9999"}, Failed, 9999}, {[]string{"DELIVERED"}, Failed, 9999}},
		"the code comes later":        {{[]string{"FAILED"}, Failed, 0}, {[]string{"FAILED 4720"}, Failed, 4720}},
		"group, all":                  {{[]string{"DELIVERED", "DELIVERED"}, Delivered, 0}},
		"group, one without":          {{[]string{"DELIVERED", "FAILED 9902"}, Unconfirmed, 9902}, {[]string{"DELIVERED", "DELIVERED"}, Delivered, 0}},
		"group, none with":            {{[]string{"FAILED 9902", "SENT 9902"}, Unconfirmed, 9902}, {[]string{"DELIVERED", "SENT 9902"}, Unconfirmed, 9902}},
		"group, one failed":           {{[]string{"FAILED 9902", "FAILED 4720"}, Failed, 4720}, {[]string{"DELIVERED", "FAILED 4720"}, Failed, 4720}},
		"group, late failure":         {{[]string{"DELIVERED", "FAILED 9902"}, Unconfirmed, 9902}, {[]string{"DELIVERED", "FAILED 4770"}, Failed, 4770}},
		"group, not all are settled":  {{[]string{"FAILED 9902", "SENT"}, Sent, 0}, {[]string{"FAILED 9902", "DELIVERED"}, Unconfirmed, 9902}},
		"group, old news of one":      {{[]string{"SENT", "QUEUED"}, Accepted, 0}, {[]string{"QUEUED", "SENT"}, Sent, 0}},
		"group, one is only queued":   {{[]string{"FAILED 9902", "QUEUED"}, Accepted, 0}},
	} {
		o := hooked(t, place(t), Options{}, hooks{pragmas: []string{"synchronous(off)"}})
		m := sms("Hi", []string{alice, bob}[:len(steps[0].says)]...)
		id := in(t, o, m, Accepted)
		for i, s := range steps {
			got, err := o.Deliver(t.Context(), id, told("api", m, s.says...))
			d := entryOf(t, o, id)
			if err != nil || got != s.want || d.State != s.want || d.ErrorCode != s.code {
				t.Errorf("%s, step %d %v: %s %d, %v, want %s %d", name, i, s.says, d.State, d.ErrorCode, err, s.want, s.code)
			}
			if len(s.says) == 1 && (d.Deliveries[0].State() != s.want || d.Deliveries[0].ErrorCode != s.code) {
				t.Errorf("%s, step %d %v: of the recipient is kept %+v, want %s", name, i, s.says, d.Deliveries[0], s.want)
			}
		}
	}
}

// TestUnconfirmed: what a state without a receipt means to others.
func TestUnconfirmed(t *testing.T) {
	if Unconfirmed.Outcome() != messaging.Accepted || Unconfirmed.Final() {
		t.Errorf("unconfirmed: outcome %s, final %t, want accepted and open", Unconfirmed.Outcome(), Unconfirmed.Final())
	}
	o := opened(t, place(t), Options{})
	m := sms("Hi")
	id := in(t, o, m, Unconfirmed)
	if rows, err := o.List(t.Context(), Filter{State: Unconfirmed}); err != nil || len(rows) != 1 || rows[0].ID != id {
		t.Errorf("unconfirmed messages: %+v, %v, want message %d", rows, err, id)
	}
	f, err := o.Check(t.Context(), lists(told("api", m, "DELIVERED")...), id)
	if err != nil || f.Entry.State != Delivered || len(f.Deliveries) != 1 || f.Deliveries[0].State() != Delivered {
		t.Errorf("Check = %+v, %v, want it asked about, and delivered", f, err)
	}
}

// TestDoubt: a failure after which the message may have arrived takes a yes to send it
// again, however long ago it was; one that says it did not arrive does not.
func TestDoubt(t *testing.T) {
	for _, test := range []struct {
		name string
		says []string
		want []string // who is asked about, at once and after a day
		late []string
	}{
		{"unclear", []string{"FAILED 9999"}, []string{alice}, []string{alice}},
		{"not acknowledged", []string{"FAILED 5630"}, []string{alice}, []string{alice}},
		{"kept by the carrier", []string{"UNDELIVERED 4702"}, []string{alice}, []string{alice}},
		{"clear", []string{"FAILED 4720"}, nil, nil},
		{"unlikely", []string{"FAILED 5650"}, nil, nil},
		{"no code", []string{"FAILED"}, nil, nil},
		{"no receipt", []string{"FAILED 9902"}, []string{alice}, []string{alice}},
		{"group, one unclear", []string{"FAILED 4720", "FAILED 9999"}, []string{bob}, []string{bob}},
		{"group, one without a receipt", []string{"FAILED 4720", "FAILED 9902"}, []string{bob}, []string{bob}},
		{"group, one got it", []string{"FAILED 4720", "DELIVERED"}, []string{bob}, nil},
		{"group, one got it and one may", []string{"FAILED 9902", "DELIVERED"}, []string{alice, bob}, []string{alice}},
		{"group, nobody", []string{"FAILED 4720", "FAILED 4721"}, nil, nil},
	} {
		c := newClock()
		o := hooked(t, place(t), Options{Now: c.Now}, hooks{pragmas: []string{"synchronous(off)"}})
		m := sms("Hi", []string{alice, bob}[:len(test.says)]...)
		id := in(t, o, m, Accepted)
		_, err := o.Deliver(t.Context(), id, told("api", m, test.says...))
		must(t, err)
		if d := entryOf(t, o, id); d.Doubt != (d.State == Failed && len(test.late) > 0) {
			t.Errorf("%s: %s, doubt %t", test.name, d.State, d.Doubt)
		}
		for _, want := range [][]string{test.want, test.late} {
			repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
			must(t, err)
			var got []string
			for _, r := range repeats {
				got = append(got, r.Recipient)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s later: asked about %v, want %v", test.name, c.Now().Sub(entryOf(t, o, id).Created), got, want)
			}
			c.advance(25 * time.Hour)
		}
		_, err = o.Begin(t.Context(), Plan{Messages: []messaging.Message{m}, ResendOf: id})
		if isErr(err, nil) != (len(test.want) == 0) {
			t.Errorf("%s: sending message %d again = %v, want to be asked about %v", test.name, id, err, test.want)
		}
	}
}

// TestDoubtEnds: a late receipt for the one of a group who was without takes the doubt away.
func TestDoubtEnds(t *testing.T) {
	c := newClock()
	o := opened(t, place(t), Options{Now: c.Now})
	m := sms("Hi", alice, bob)
	id := in(t, o, m, Accepted)
	for _, step := range []struct {
		says  []string
		doubt bool
	}{{[]string{"FAILED 4720", "FAILED 9902"}, true}, {[]string{"FAILED 4720", "DELIVERED"}, false}} {
		_, err := o.Deliver(t.Context(), id, told("api", m, step.says...))
		must(t, err)
		if d := entryOf(t, o, id); d.State != Failed || d.Doubt != step.doubt || d.ErrorCode != 4720 {
			t.Errorf("after %v it is %s, doubt %t, code %d; want failed, %t, 4720", step.says, d.State, d.Doubt, d.ErrorCode, step.doubt)
		}
	}
}

// TestGradeIsKept: what a receipt is worth is written down when it comes, by that
// recipient of whom least is known.
func TestGradeIsKept(t *testing.T) {
	o := opened(t, place(t), Options{MMSReceipts: func(profile string) bool { return profile == "dlr" }})
	picture := sms("Hi")
	picture.Media = []string{"https://example.com/a.png"}
	for name, test := range map[string]struct {
		m       messaging.Message
		profile string
		product string
		want    messaging.Grade
	}{
		"local":             {sms("Hi"), "", "LOCAL_A2P", messaging.GradeCarrier},
		"toll-free":         {sms("Hi"), "", "TOLL_FREE", messaging.GradeHandset},
		"MMS":               {picture, "", "LOCAL_A2P", messaging.GradeHandedOver},
		"MMS with receipts": {picture, "dlr", "LOCAL_A2P", messaging.GradeCarrier},
		"group":             {sms("Hi", alice, bob), "", "LOCAL_A2P", messaging.GradeHandedOver},
	} {
		ids, err := o.Begin(t.Context(), Plan{By: By{Profile: test.profile}, Messages: []messaging.Message{test.m}, Yes: true})
		must(t, err)
		id := ids[0]
		must(t, o.Settle(t.Context(), id, receiptFor(name, test.m), nil))
		records := told(name, test.m, slices.Repeat([]string{"DELIVERED"}, len(test.m.To))...)
		for i := range records {
			records[i].Product = test.product
		}
		_, err = o.Deliver(t.Context(), id, records)
		must(t, err)
		d := entryOf(t, o, id)
		if d.State != Delivered || d.Grade != test.want || d.Deliveries[0].Grade != test.want {
			t.Errorf("%s: %s with grade %q, of the first %q; want delivered, %q", name, d.State, d.Grade, d.Deliveries[0].Grade, test.want)
		}
	}
	m := sms("least", alice, bob)
	id := begun(t, o, m)[0]
	must(t, o.Settle(t.Context(), id, receiptFor("least", m), nil))
	if got := sumOf([]Delivery{
		{Recipient: alice, Status: messaging.StatusDelivered, Grade: messaging.GradeHandset},
		{Recipient: bob, Status: messaging.StatusDelivered, Grade: messaging.GradeCarrier},
	}, m.To); got.grade != messaging.GradeCarrier {
		t.Errorf("the grade of the two is %q, want that of the one of whom less is known", got.grade)
	}
}
