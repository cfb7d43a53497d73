package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/page"
	"telex/ui/words"
)

// bodyRows are the rows that the page in front has between header and status line, without
// blank ones at the end and without what differs by page: the keys that ask.
func (d *driver) bodyRows() []string {
	rows := d.lines()
	rows = rows[2 : len(rows)-2]
	for i, r := range rows {
		rows[i] = strings.TrimRight(r, " ")
	}
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// onHistory opens message id on History and returns what stands there.
func (d *driver) onHistory(id int64) []string {
	d.press("f2")
	d.advance(time.Second)
	d.press("home")
	if len(d.a.batch.results) > 1 {
		d.press("enter") // they are one row
		d.advance(time.Second)
	}
	for range 10 {
		d.press("enter")
		if rows := d.bodyRows(); rows[0] == "message     "+itoa(int(id)) {
			return rows
		}
		d.press("esc", "down")
	}
	d.t.Fatalf("got no message %d on History:\n%s", id, d.screen())
	return nil
}

// TestOneStory: Response and History say the same of a message, whatever became of it.
func TestOneStory(t *testing.T) {
	sample.Whole(t)
	one := five[:1]
	failed := func(o messaging.Outcome, status int, err error) func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		return func(context.Context, messaging.Message) (*messaging.Receipt, error) {
			e := &messaging.Error{Op: "send message", Outcome: o, Status: status, Err: err}
			if o == messaging.Rejected {
				e.Type, e.Detail = "x", "y"
			}
			return nil, e
		}
	}
	for name, tt := range map[string]struct {
		send func(context.Context, messaging.Message) (*messaging.Receipt, error) // nil: the sandbox
		to   []string
		ask  bool // the API is asked by key before the pages are compared
		want string
	}{
		"accepted":      {send: accept, to: one, want: "state       accepted: "},
		"delivered":     {to: one, want: "state       delivered: "},
		"failed":        {to: []string{"+19995554720"}, want: "next        Check the number"},
		"unconfirmed":   {to: []string{"+19995559902"}, want: "state       unconfirmed: "},
		"field errors":  {send: refuse(messaging.FieldError{Name: "to[0]", Description: "is odd"}), to: one, want: "field       To 1: is odd"},
		"401":           {to: []string{"+19995550401"}, want: "next        check the username"},
		"429":           {send: failed(messaging.Rejected, 429, nil), to: one, want: "next        the account's queue is full"},
		"429 and tries": {to: []string{"+19995550429"}, want: "tries       "},
		"refused":       {send: failed(messaging.Unsent, 0, syscall.ECONNREFUSED), to: one, want: "error       no connection to the API: connection refused"},
		"proxy":         {send: failed(messaging.Unsent, 0, messaging.ErrProxy), to: one, want: "next        correct that variable"},
		"not valid":     {send: failed(messaging.Unsent, 0, messaging.Problems{{Field: messaging.FieldText, Index: -1, Why: "is missing"}}), to: one, want: "error       the message is not valid: "},
		"unknown":       {send: failed(messaging.Unknown, 0, syscall.ECONNRESET), to: one, want: "next        look for it at Bandwidth before you send it again"},
		"found":         {to: []string{"+19995550504"}, ask: true, want: "asked       "},
		"several":       {to: five, want: "state       delivered: "},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				deps := sandboxDeps(t)
				if tt.send != nil {
					deps.Link.Sender, deps.Link.Lister = &fakeSender{send: tt.send}, nil
				}
				d := start(t, deps)
				d.size(75, 100) // one column on both pages
				d.write("Hi", tt.to...)
				if len(tt.to) > 1 {
					d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
				}
				d.enterOnReview()
				d.at("Response")
				d.advance(10 * time.Minute)
				if tt.ask {
					d.press("r")
					d.advance(time.Second)
				}
				for i := range d.a.batch.results {
					compareStories(t, d, i, tt.want)
				}
			})
		})
	}
}

// compareStories demands that message i of the batch has the same facts on both pages, and
// want among them.
func compareStories(t *testing.T, d *driver, i int, want string) {
	t.Helper()
	res := &d.a.batch.results[i]
	r, ok := d.a.screens[page.Response].(*response)
	if !ok {
		t.Fatal("no Response")
	}
	for r.several() && r.at != i {
		d.press("right")
	}
	if r.several() {
		d.press("o")
	}
	got := d.bodyRows()
	if head := got[0]; head != words.Sign(res.newest().Entry)+" "+res.headline() {
		t.Errorf("got headline %q, want %q", head, res.headline())
	}
	got = slices.DeleteFunc(got[1:], func(row string) bool { return row == "" })
	if r.several() {
		d.press("esc")
	}
	history := d.onHistory(res.id)
	if !slices.ContainsFunc(history, func(row string) bool { return strings.HasPrefix(row, want) }) {
		t.Errorf("got no row %q in\n%s", want, strings.Join(history, "\n"))
	}
	own := []string{"state", "means"} // which the headline says in other words
	if res.stateNow() == outbox.Unknown {
		own = append(own, "next") // with the key of the page
	}
	for _, label := range own {
		got, history = without(got, label), without(history, label)
	}
	if res.newest().Verdict != outbox.Found {
		history = without(history, "asked")
	}
	onlyHere := func(row string) bool { // how fresh the delivery is
		return strings.HasPrefix(strings.TrimSpace(row), "asked 0") || strings.HasPrefix(row, "delivery    no delivery news yet")
	}
	got = slices.DeleteFunc(got, onlyHere)
	slices.Sort(got) // Response has first what somebody wants to know first
	slices.Sort(history)
	if !slices.Equal(got, history) {
		t.Errorf("got on Response\n%s\nand in History\n%s\nwant the same", strings.Join(got, "\n"), strings.Join(history, "\n"))
	}
	d.press("f2")
	d.at("Response")
}

// without is rows without a fact.
func without(rows []string, label string) []string {
	var out []string
	in := false
	for _, r := range rows {
		in = strings.HasPrefix(r, label+" ") || in && strings.HasPrefix(r, " ")
		if !in {
			out = append(out, r)
		}
	}
	return out
}

// TestUnrecordedIsTold: what could not be recorded is told as it ended, with a warning, and
// not as the row has it.
func TestUnrecordedIsTold(t *testing.T) {
	for name, send := range map[string]func(context.Context, messaging.Message) (*messaging.Receipt, error){
		"accepted": accept, "rejected": refuse(messaging.FieldError{Name: "text", Description: "is odd"}),
	} {
		t.Run(name, func(t *testing.T) {
			var d *driver
			s := &fakeSender{}
			s.send = func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
				if err := d.a.store.Close(); err != nil {
					t.Error(err)
				}
				return send(ctx, m)
			}
			synctest.Test(t, func(t *testing.T) {
				d = start(t, testDeps(s))
				d.size(150, 100)
				d.write("Hi", five[0])
				d.enterOnReview()
				d.at("Response")
				res := &d.a.batch.results[0]
				if res.unrecorded == nil || res.row != nil {
					t.Fatalf("got %v and row %v, want an end that is not recorded", res.unrecorded, res.row)
				}
				d.see("message "+itoa(int(res.id)), "warning what is said here is not in the outbox", "answer HTTP/1.1 ", "body {")
				if name == "rejected" {
					d.see("error HTTP 400", "field Text: is odd", "next correct the fields")
				} else {
					d.see("API's id 15910549216812k7u5v3ldq6ytzbn")
				}
			})
		})
	}
}

// TestOwnRow: a row that tells of another end than the run is not taken for it, and one
// that does not say why gets the reason that the run told.
func TestOwnRow(t *testing.T) {
	settled := &messaging.Error{Outcome: messaging.Unsent, Err: &outbox.SettledError{Move: outbox.MoveError{ID: 1, From: outbox.Unsent}}}
	r := result{state: answered, err: settled}
	if got := r.ownRow(&outbox.Detail{Entry: outbox.Entry{State: outbox.Accepted}}); got != nil {
		t.Errorf("got %+v, want no row that was accepted for a message that is unsent", got)
	}
	if got := r.ownRow(&outbox.Detail{Entry: outbox.Entry{State: outbox.Unsent}}); got == nil || !errors.Is(got.Err, settled) {
		t.Errorf("got %+v, want the row with the reason", got)
	}
}
