package ui

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestThousandsOfRecipients: hundreds of pasted numbers, or two thousand, get a message
// each, every one once, and are all in the outbox and on the page with what became of them.
func TestThousandsOfRecipients(t *testing.T) {
	sample.Whole(t)
	n := sample.Rounds(200, 600, 2000)
	refused := n - 1
	number := func(i int) string { return fmt.Sprintf("+1919555%04d", i) }
	var mu sync.Mutex
	got := map[string]int{}
	s := &fakeSender{send: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		mu.Lock()
		got[strings.Join(m.To, ",")]++
		mu.Unlock()
		if m.To[0] == number(refused) {
			return refuse(messaging.FieldError{Name: "to[0]", Description: "is not valid"})(ctx, m)
		}
		return accept(ctx, m)
	}}
	drive(t, testDeps(s), func(d *driver) {
		d.typeText("Hello")
		d.press("ctrl+n")
		var list strings.Builder
		for i := range n {
			fmt.Fprintf(&list, "%s, ", number(i))
		}
		list.WriteString(number(0)) // once more, which is no other recipient
		d.paste(list.String())
		d.see(fmt.Sprintf("%d recipients", n))
		d.press("tab", "i", "ctrl+n", "ctrl+n")
		d.at("Review")
		d.see(fmt.Sprintf("%d SMS, one to each recipient", n), fmt.Sprintf("= %d segments", n))
		d.enterOnReview()
		d.at("Review")
		d.see(fmt.Sprintf("Send %d texts, %d segments?", n, n))
		if len(got) != 0 {
			t.Fatalf("got %d messages before the answer, want none", len(got))
		}
		d.enterOnReview()
		d.at("Response")
		d.see(fmt.Sprintf("SENT %d of %d texts", n-1, n), fmt.Sprintf("● %d accepted", n-1), "! 1 refused", "PROBLEMS FIRST")
		if len(got) != n {
			t.Errorf("got messages to %d recipients, want %d", len(got), n)
		}
		for to, times := range got {
			if times != 1 {
				t.Errorf("%s got it %d times, want once", to, times)
			}
		}
		states := map[outbox.State]int{}
		for f := (outbox.Filter{Limit: 500}); ; {
			rows, err := d.a.store.List(d.t.Context(), f)
			if err != nil {
				d.t.Fatal(err)
			}
			for _, e := range rows {
				states[e.State]++
				if e.State == outbox.Rejected && e.Message.To[0] != number(refused) {
					t.Errorf("message %d to %s is rejected, want %s", e.ID, e.Message.To, number(refused))
				}
			}
			if len(rows) < f.Limit {
				break
			}
			f.Before = rows[len(rows)-1].ID
		}
		if states[outbox.Accepted] != n-1 || states[outbox.Rejected] != 1 || len(states) != 2 {
			t.Errorf("got rows %v, want %d accepted and one rejected", states, n-1)
		}
		d.see("> ! "+number(refused), "! Refused by Bandwidth")
		d.press("enter", "enter")
		d.at("Recipients")
		d.see("1 recipient", number(refused), "kept the 1 recipient that it was certainly not sent to")
	})
}
