package ui

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/text/texttest"
)

// TestHistoryFilters: newest first; by state; by words of text, number and tag, and
// by id; esc takes the filter away and then leads back.
func TestHistoryFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps := testDeps(&fakeSender{send: accept})
		deps, _ = historyDeps(t, deps, 3, func(o *outbox.Outbox) {
			plan(t, o, outbox.By{AccountID: deps.AccountID}, &fakeSender{send: accept}, messageOf("Lunch at noon?\nBring soup", five[0], five[1]))
		})
		d := start(t, deps)
		d.press("ctrl+n", "f2")
		d.at("History")
		want := func(when string, ids ...int64) {
			t.Helper()
			d.advance(time.Second)
			if got := d.shownIDs(); !slices.Equal(got, ids) {
				t.Errorf("%s: got rows %v, want %v", when, got, ids)
			}
		}
		want("all", 4, 3, 2, 1)
		d.see("Lunch at noon? …", "● "+five[0]+" +1", "text 3", "– "+five[1], "[all 4]", "● accepted 1", "– unsent 3")
		d.press("left")
		want("unsent", 3, 2, 1)
		d.see("[– unsent 3]")
		d.press("left")
		want("accepted", 4)
		d.see("[● accepted 1]")
		d.press("/")
		d.typeText("text")
		want("accepted, text")
		d.see("No matching messages: accepted, “text”. esc clears the filter.")
		d.press("enter", "esc")
		d.see("[all 4]")
		want("all again", 4, 3, 2, 1)
		for typed, ids := range map[string][]int64{
			"soup": {4}, "TEXT-2": {2}, five[1]: {4, 1}, "tag-text-3": {3}, "2": {2}, "15910549216812k7u5v3ldq6ytzbn": {4}, "nothing like it": nil,
		} {
			d.press("/")
			d.typeText(typed)
			if typed == "2" {
				d.advance(time.Second)
				if got := d.shownIDs(); !slices.Contains(got, 2) {
					t.Errorf("2: got rows %v, want 2 among them", got)
				}
			} else {
				want(typed, ids...)
			}
			d.press("enter", "esc")
		}
		want("all in the end", 4, 3, 2, 1)
		d.press("esc")
		d.at("Recipients")
	})
}

// TestHistoryPages walks through a thousand rows, ten pages of the outbox, by key and
// back; with -short through three pages, where the middle one has both neighbours.
func TestHistoryPages(t *testing.T) {
	n := int64(1000)
	if testing.Short() {
		n = 300
	}
	synctest.Test(t, func(t *testing.T) {
		deps, _ := historyDeps(t, testDeps(&fakeSender{send: accept}), int(n), nil)
		d := start(t, deps)
		d.press("f2")
		seen := map[int64]bool{}
		walk := func(key string, first, step int64) {
			t.Helper()
			for id := first; id >= 1 && id <= n; id += step {
				if got := d.selectedID(); got != id {
					t.Fatalf("%s: got row %d selected, want %d", key, got, id)
				}
				if shown := d.shownIDs(); !slices.Contains(shown, id) {
					t.Fatalf("%s: got rows %v on the screen, want %d among them", key, shown, id)
				}
				seen[id] = true
				d.press(key)
			}
		}
		walk("down", n, -1)
		walk("up", 1, +1)
		if len(seen) != int(n) {
			t.Errorf("got %d rows seen, want %d", len(seen), n)
		}
		d.press("end")
		if got := d.shownIDs(); got[len(got)-1] != 1 {
			t.Errorf("end: got rows %v, want the oldest last", got)
		}
		d.press("home")
		if got := d.shownIDs(); got[0] != n {
			t.Errorf("home: got rows %v, want the newest first", got)
		}
		for range n / 10 {
			d.press("pgdown")
		}
		if got := d.selectedID(); got != 1 {
			t.Errorf("pgdown: got row %d in the end, want 1", got)
		}
	})
}

// TestHistoryFollows: what another telex does is seen within a second while History
// is in front, with the selection where it was; nobody looks otherwise.
func TestHistoryFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := historyDeps(t, testDeps(&fakeSender{send: accept}), 3, nil)
		d := start(t, deps)
		other, err := deps.OpenOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		d.press("f2", "down")
		plan(t, other, outbox.By{}, &fakeSender{send: hang429}, messageOf("from elsewhere", five[0]))
		d.advance(1100 * time.Millisecond)
		d.see("from elsewhere", "! "+five[0])
		if got := d.selectedID(); got != 2 {
			t.Errorf("got row %d selected, want 2 as before", got)
		}
		d.press("esc")
		d.at("Compose")
		counting := &countingStore{Outbox: d.a.store}
		useHistory(d.a, counting)
		d.advance(time.Minute)
		if counting.versions != 0 {
			t.Errorf("got %d looks while another page was in front, want none", counting.versions)
		}
		d.press("f2")
		d.advance(10500 * time.Millisecond)
		if counting.versions < 10 || counting.versions > 13 {
			t.Errorf("got %d looks in ten seconds, want one a second", counting.versions)
		}
	})
}

// TestBackToWhereOneWas: History leads back to the field that it was opened from.
func TestBackToWhereOneWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := historyDeps(t, testDeps(&fakeSender{send: accept}), 1, nil)
		d := start(t, deps)
		d.a.form.To = []string{five[0], five[1]}
		d.press("ctrl+n", "tab", "tab", "down")
		at, row := d.a.recipients.at, d.a.recipients.list.At
		if at != listField || row != 1 {
			t.Fatalf("got field %d, row %d, want the second of the list", at, row)
		}
		d.press("f2")
		d.at("History")
		d.press("esc")
		d.at("Recipients")
		if r := d.a.recipients; r.at != at || r.list.At != row {
			t.Errorf("got field %d, row %d, want %d, %d as before", r.at, r.list.At, at, row)
		}
	})
}

func hang429(context.Context, messaging.Message) (*messaging.Receipt, error) {
	return nil, &messaging.Error{Op: "send message", Outcome: messaging.Rejected, Status: http.StatusTooManyRequests}
}

// countingStore counts the looks for changes.
type countingStore struct {
	*outbox.Outbox
	versions int
}

func (s *countingStore) Version(ctx context.Context) (int64, error) {
	s.versions++
	return s.Outbox.Version(ctx)
}

// TestHistorySendsAgain: a message is opened with all that is stored, and sent again
// through Review; what was being written is kept.
func TestHistorySendsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := historyDeps(t, testDeps(s), 2, nil)
		d := start(t, deps)
		d.size(80, 50)
		d.typeText("half a message")
		d.press("f2", "down", "enter")
		d.see("message 1", "unsent: nothing left this machine", "no connection", "text text 1", "tag tag-text-1", "timeline", "request")
		d.press("left")
		d.see("message 2", "text text 2")
		d.press("right", "s")
		d.at("Review")
		d.see("text 1", five[1])
		d.enterOnReview()
		d.at("Response")
		d.see("Accepted", "message 3")
		got := rowsOf(t, d.a.store)
		if got[0].ResendOf != 1 || got[0].Message.Text != "text 1" || got[0].Message.Tag != "tag-text-1" {
			t.Errorf("got row %+v, want it to repeat message 1", got[0])
		}
		d.press("f3")
		d.see("half a message")
	})
}

// TestHistoryReconciles: the API is asked about an unknown message, the answer
// recorded and told with how sure it is.
func TestHistoryReconciles(t *testing.T) {
	found := func(n int) func(context.Context, messaging.Query) (*messaging.Page, error) {
		return func(context.Context, messaging.Query) (*messaging.Page, error) {
			p := &messaging.Page{Total: n}
			for i := range n {
				p.Records = append(p.Records, messaging.Record{
					MessageID: fmt.Sprintf("id-%d", i), Source: "+19195550100", Destination: five[0], Status: messaging.StatusDelivered, Direction: "OUTBOUND",
					Type: "sms", SegmentCount: 1, MessageLength: 4, RecipientCount: 1, ReceiveTime: "2000-01-01T00:00:01Z",
				})
			}
			return p, nil
		}
	}
	for n, want := range map[int]struct {
		state outbox.State
		words string
	}{
		0: {outbox.Unknown, "not found so far"},
		1: {outbox.Delivered, "found it – it was sent"},
		2: {outbox.Unknown, "it is not certain which"},
	} {
		synctest.Test(t, func(t *testing.T) {
			deps := testDeps(&fakeSender{send: accept})
			deps.Link.Lister = &fakeLister{list: found(n)}
			deps, _ = historyDeps(t, deps, 0, func(o *outbox.Outbox) {
				cut := &fakeSender{send: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
					return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: errors.New("cut")}
				}}
				plan(t, o, outbox.By{AccountID: deps.AccountID}, cut, messageOf("Beep", five[0]))
				plan(t, o, outbox.By{AccountID: "another"}, cut, messageOf("Another text", five[0]))
			})
			d := start(t, deps)
			d.size(100, 40)
			d.press("f2")
			d.seeNot("r check")
			d.press("r")
			d.see("message 2 was sent for account another")
			d.press("down")
			d.see("r check")
			d.press("r")
			d.see(want.words)
			if e := rowsOf(t, d.a.store)[1]; e.State != want.state {
				t.Errorf("%d candidates: got %s, want %s", n, e.State, want.state)
			}
			d.press("enter")
			if n > 0 {
				d.see("found", "id-0, received 2000-01-01T00:00:01Z, DELIVERED, 1 segment")
			}
		})
	}
}

// TestHistoryUnreadable: an outbox that cannot be read is said, and that not open
// yet is waited for.
func TestHistoryUnreadable(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	opened := make(chan struct{})
	synctest.Test(t, func(t *testing.T) {
		deps, _ := historyDeps(t, deps, 1, nil)
		open := deps.OpenOutbox
		opened = make(chan struct{})
		deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
			<-opened
			return open(ctx)
		}
		d := start(t, deps)
		d.press("f2")
		d.see("The outbox is not open yet")
		close(opened)
		d.advance(time.Second)
		d.see("text 1")
		if err := d.a.store.Close(); err != nil {
			t.Fatal(err)
		}
		d.press("left")
		d.see("the outbox is closed")
		d.press("enter", "r", "s", "y", "down", "end", "home") // nothing to act on
	})
}

// TestHostileRowsNeverReachTheTerminal shows rows that an attacker filled.
func TestHostileRowsNeverReachTheTerminal(t *testing.T) {
	sample.Whole(t)
	synctest.Test(t, func(t *testing.T) {
		body := hostileJSON(t)
		deps := testDeps(&fakeSender{send: accept})
		deps.Link.Lister = &fakeLister{list: func(context.Context, messaging.Query) (*messaging.Page, error) {
			rec := messaging.Record{MessageID: hostile, Destination: hostile, Status: hostile, ErrorCode: 99999, CarrierName: hostile, ReceiveTime: hostile}
			return &messaging.Page{Records: []messaging.Record{rec, rec}}, nil
		}}
		deps, _ = historyDeps(t, deps, 0, func(o *outbox.Outbox) {
			by := outbox.By{Profile: hostile, AccountID: deps.AccountID}
			m := messaging.Message{From: hostile, To: []string{hostile, hostile}, Text: hostile, Tag: hostile, Media: []string{hostile}, ApplicationID: hostile, Priority: hostile}
			plan(t, o, by, &fakeSender{send: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
				return &messaging.Receipt{ID: hostile, Answer: hostileAnswer(202, body)}, nil
			}}, m)
			for _, out := range []messaging.Outcome{messaging.Rejected, messaging.Unknown, messaging.Unsent} {
				plan(t, o, by, &fakeSender{send: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
					return nil, hostileError(t, out, 400, body)
				}}, m)
			}
		})
		d := start(t, deps)
		d.press("f2")
		for _, size := range [][2]int{{80, 24}, {40, 12}, {250, 80}} {
			d.size(size[0], size[1])
			for range 4 {
				for _, k := range []string{"home", "enter", "r", "y", "Y", "down", "end", "right", "f1", "esc", "esc", "down"} {
					d.press(k)
					checkTerminal(t, k, d.a.View().Content, texttest.Dangerous)
					checkFits(t, d, size[0], size[1])
				}
			}
		}
	})
}
