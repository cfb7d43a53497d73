package outboxtest

import (
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testDeliveredAs: what the receipts of a message add up to, one answer of the API after
// the other. 9902 is no failure, whatever status comes with it, and a late receipt still
// decides; delivered and failed are final.
func (on *suite) testDeliveredAs(t *testing.T) {
	type step struct {
		says []string
		want outbox.State
		code int
	}
	for name, steps := range map[string][]step{
		"no receipt":                  {{[]string{"FAILED 9902"}, outbox.Unconfirmed, 9902}},
		"no receipt, undelivered":     {{[]string{"UNDELIVERED 9902"}, outbox.Unconfirmed, 9902}},
		"no receipt, sent":            {{[]string{"SENT 9902"}, outbox.Unconfirmed, 9902}},
		"no receipt, sending":         {{[]string{"SENDING 9902"}, outbox.Unconfirmed, 9902}},
		"no receipt, delivered":       {{[]string{"DELIVERED 9902"}, outbox.Unconfirmed, 9902}},
		"no receipt, another status":  {{[]string{"EXPIRED 9902"}, outbox.Unconfirmed, 9902}},
		"late receipt":                {{[]string{"SENT"}, outbox.Sent, 0}, {[]string{"FAILED 9902"}, outbox.Unconfirmed, 9902}, {[]string{"DELIVERED"}, outbox.Delivered, 0}},
		"late failure":                {{[]string{"FAILED 9902"}, outbox.Unconfirmed, 9902}, {[]string{"FAILED 4720"}, outbox.Failed, 4720}},
		"no receipt, said again":      {{[]string{"FAILED 9902"}, outbox.Unconfirmed, 9902}, {[]string{"FAILED 9902"}, outbox.Unconfirmed, 9902}},
		"no receipt, then old news":   {{[]string{"FAILED 9902"}, outbox.Unconfirmed, 9902}, {[]string{"SENT"}, outbox.Unconfirmed, 9902}, {[]string{"QUEUED"}, outbox.Unconfirmed, 9902}},
		"delivered stays":             {{[]string{"DELIVERED"}, outbox.Delivered, 0}, {[]string{"FAILED 9902"}, outbox.Delivered, 0}, {[]string{"FAILED 4720"}, outbox.Delivered, 0}, {[]string{"DELIVERED 9902"}, outbox.Delivered, 0}, {[]string{"SENT"}, outbox.Delivered, 0}},
		"failed stays":                {{[]string{"FAILED 4720"}, outbox.Failed, 4720}, {[]string{"DELIVERED"}, outbox.Failed, 4720}, {[]string{"FAILED 9902"}, outbox.Failed, 4720}},
		"unclear, but called failure": {{[]string{"FAILED 9999"}, outbox.Failed, 9999}, {[]string{"DELIVERED"}, outbox.Failed, 9999}},
		"the code comes later":        {{[]string{"FAILED"}, outbox.Failed, 0}, {[]string{"FAILED 4720"}, outbox.Failed, 4720}},
		"group, all":                  {{[]string{"DELIVERED", "DELIVERED"}, outbox.Delivered, 0}},
		"group, one without":          {{[]string{"DELIVERED", "FAILED 9902"}, outbox.Unconfirmed, 9902}, {[]string{"DELIVERED", "DELIVERED"}, outbox.Delivered, 0}},
		"group, none with":            {{[]string{"FAILED 9902", "SENT 9902"}, outbox.Unconfirmed, 9902}, {[]string{"DELIVERED", "SENT 9902"}, outbox.Unconfirmed, 9902}},
		"group, one failed":           {{[]string{"FAILED 9902", "FAILED 4720"}, outbox.Failed, 4720}, {[]string{"DELIVERED", "FAILED 4720"}, outbox.Failed, 4720}},
		"group, late failure":         {{[]string{"DELIVERED", "FAILED 9902"}, outbox.Unconfirmed, 9902}, {[]string{"DELIVERED", "FAILED 4770"}, outbox.Failed, 4770}},
		"group, not all are settled":  {{[]string{"FAILED 9902", "SENT"}, outbox.Sent, 0}, {[]string{"FAILED 9902", "DELIVERED"}, outbox.Unconfirmed, 9902}},
		"group, old news of one":      {{[]string{"SENT", "QUEUED"}, outbox.Accepted, 0}, {[]string{"QUEUED", "SENT"}, outbox.Sent, 0}},
		"group, one is only queued":   {{[]string{"FAILED 9902", "QUEUED"}, outbox.Accepted, 0}},
	} {
		o := on.opened(t, on.place(t), outbox.Options{})
		m := sample.SMS("Hi", []string{sample.Alice, sample.Bob}[:len(steps[0].says)]...)
		id := sample.In(t, o.Outbox, m, outbox.Accepted)
		for i, s := range steps {
			got, err := o.Deliver(t.Context(), id, sample.Told("api", m, s.says...))
			d := sample.RowOf(t, o.Outbox, id)
			if err != nil || got != s.want || d.State != s.want || d.ErrorCode != s.code {
				t.Errorf("%s, step %d %v: %s %d, %v, want %s %d", name, i, s.says, d.State, d.ErrorCode, err, s.want, s.code)
			}
			if len(s.says) == 1 && (d.Deliveries[0].State() != s.want || d.Deliveries[0].ErrorCode != s.code) {
				t.Errorf("%s, step %d %v: of the recipient is kept %+v, want %s", name, i, s.says, d.Deliveries[0], s.want)
			}
			if all, err := o.Deliveries(t.Context(), []outbox.Entry{d.Entry, {ID: id + 1}}); err != nil || len(all) != 1 || !slices.Equal(all[id], d.Deliveries) {
				t.Errorf("%s, step %d %v: asked about with others it has %+v, %v, want %+v", name, i, s.says, all, err, d.Deliveries)
			}
		}
	}
}

// testUnconfirmed: what a state without a receipt means to others.
func (on *suite) testUnconfirmed(t *testing.T) {
	if outbox.Unconfirmed.Outcome() != messaging.Accepted || outbox.Unconfirmed.Final() {
		t.Errorf("unconfirmed: outcome %s, final %t, want accepted and open", outbox.Unconfirmed.Outcome(), outbox.Unconfirmed.Final())
	}
	o := on.opened(t, on.place(t), outbox.Options{})
	m := sample.SMS("Hi")
	id := sample.In(t, o.Outbox, m, outbox.Unconfirmed)
	if rows, err := o.List(t.Context(), outbox.Filter{State: outbox.Unconfirmed}); err != nil || len(rows) != 1 || rows[0].ID != id {
		t.Errorf("unconfirmed messages: %+v, %v, want message %d", rows, err, id)
	}
	f, err := o.Check(t.Context(), sample.Lists(sample.Told("api", m, "DELIVERED")...), id)
	if err != nil || f.Entry.State != outbox.Delivered || len(f.Deliveries) != 1 || f.Deliveries[0].State() != outbox.Delivered {
		t.Errorf("Check = %+v, %v, want it asked about, and delivered", f, err)
	}
}

// testDoubt: a failure after which the message may have arrived takes a yes to send it
// again, however long ago it was; one that says it did not arrive does not.
func (on *suite) testDoubt(t *testing.T) {
	for _, test := range []struct {
		name string
		says []string
		want []string // who is asked about, at once and after a day
		late []string
	}{
		{"unclear", []string{"FAILED 9999"}, []string{sample.Alice}, []string{sample.Alice}},
		{"not acknowledged", []string{"FAILED 5630"}, []string{sample.Alice}, []string{sample.Alice}},
		{"kept by the carrier", []string{"UNDELIVERED 4702"}, []string{sample.Alice}, []string{sample.Alice}},
		{"clear", []string{"FAILED 4720"}, nil, nil},
		{"unlikely", []string{"FAILED 5650"}, nil, nil},
		{"no code", []string{"FAILED"}, nil, nil},
		{"no receipt", []string{"FAILED 9902"}, []string{sample.Alice}, []string{sample.Alice}},
		{"group, one unclear", []string{"FAILED 4720", "FAILED 9999"}, []string{sample.Bob}, []string{sample.Bob}},
		{"group, one without a receipt", []string{"FAILED 4720", "FAILED 9902"}, []string{sample.Bob}, []string{sample.Bob}},
		{"group, one got it", []string{"FAILED 4720", "DELIVERED"}, []string{sample.Bob}, nil},
		{"group, one got it and one may", []string{"FAILED 9902", "DELIVERED"}, []string{sample.Alice, sample.Bob}, []string{sample.Alice}},
		{"group, nobody", []string{"FAILED 4720", "FAILED 4721"}, nil, nil},
	} {
		c := sample.NewClock()
		o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
		m := sample.SMS("Hi", []string{sample.Alice, sample.Bob}[:len(test.says)]...)
		id := sample.In(t, o.Outbox, m, outbox.Accepted)
		_, err := o.Deliver(t.Context(), id, sample.Told("api", m, test.says...))
		sample.Must(t, err)
		if d := sample.RowOf(t, o.Outbox, id); d.Doubt != (d.State == outbox.Failed && len(test.late) > 0) {
			t.Errorf("%s: %s, doubt %t", test.name, d.State, d.Doubt)
		}
		for _, want := range [][]string{test.want, test.late} {
			repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
			sample.Must(t, err)
			var got []string
			for _, r := range repeats {
				got = append(got, r.Recipient)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %s later: asked about %v, want %v", test.name, c.Now().Sub(sample.RowOf(t, o.Outbox, id).Created), got, want)
			}
			c.Advance(25 * time.Hour)
		}
		_, err = o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, ResendOf: id})
		if (err == nil) != (len(test.want) == 0) {
			t.Errorf("%s: sending message %d again = %v, want to be asked about %v", test.name, id, err, test.want)
		}
	}
}

// testDoubtEnds: a late receipt for the one of a group who was without takes the doubt away.
func (on *suite) testDoubtEnds(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sample.SMS("Hi", sample.Alice, sample.Bob)
	id := sample.In(t, o.Outbox, m, outbox.Accepted)
	for _, step := range []struct {
		says  []string
		doubt bool
	}{{[]string{"FAILED 4720", "FAILED 9902"}, true}, {[]string{"FAILED 4720", "DELIVERED"}, false}} {
		_, err := o.Deliver(t.Context(), id, sample.Told("api", m, step.says...))
		sample.Must(t, err)
		if d := sample.RowOf(t, o.Outbox, id); d.State != outbox.Failed || d.Doubt != step.doubt || d.ErrorCode != 4720 {
			t.Errorf("after %v it is %s, doubt %t, code %d; want failed, %t, 4720", step.says, d.State, d.Doubt, d.ErrorCode, step.doubt)
		}
	}
}

// testGradeIsKept: what a receipt is worth is written down when it comes, by that
// recipient of whom least is known.
func (on *suite) testGradeIsKept(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{MMSReceipts: func(profile string) bool { return profile == "dlr" }})
	picture := sample.SMS("Hi")
	picture.Media = []string{"https://example.com/a.png"}
	for name, test := range map[string]struct {
		m       messaging.Message
		profile string
		product string
		want    messaging.Grade
	}{
		"local":             {sample.SMS("Hi"), "", "LOCAL_A2P", messaging.GradeCarrier},
		"toll-free":         {sample.SMS("Hi"), "", "TOLL_FREE", messaging.GradeHandset},
		"MMS":               {picture, "", "LOCAL_A2P", messaging.GradeHandedOver},
		"MMS with receipts": {picture, "dlr", "LOCAL_A2P", messaging.GradeCarrier},
		"group":             {sample.SMS("Hi", sample.Alice, sample.Bob), "", "LOCAL_A2P", messaging.GradeHandedOver},
	} {
		ids, err := o.Begin(t.Context(), outbox.Plan{By: outbox.By{Profile: test.profile}, Messages: []messaging.Message{test.m}, Yes: true})
		sample.Must(t, err)
		id := ids[0]
		sample.Must(t, o.Settle(t.Context(), id, sample.Receipt(name, test.m), nil))
		records := sample.Told(name, test.m, slices.Repeat([]string{"DELIVERED"}, len(test.m.To))...)
		for i := range records {
			records[i].Product = test.product
		}
		_, err = o.Deliver(t.Context(), id, records)
		sample.Must(t, err)
		d := sample.RowOf(t, o.Outbox, id)
		if d.State != outbox.Delivered || d.Grade != test.want || d.Deliveries[0].Grade != test.want {
			t.Errorf("%s: %s with grade %q, of the first %q; want delivered, %q", name, d.State, d.Grade, d.Deliveries[0].Grade, test.want)
		}
	}
}
