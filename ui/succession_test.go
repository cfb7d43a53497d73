package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"telex/ui/account"
)

// TestThereAndBack: words that come along to another account and back are one draft in
// each outbox, however often they do, and not one for each time. Words that were changed
// on the way are another.
func TestThereAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		_, accounts := firstDeps(t, s)
		accounts.all = []account.Account{
			{Name: "work", AccountID: "1", Numbers: []string{"+19195550111"}, ApplicationID: "a1"},
			{Name: "live", AccountID: "2", Numbers: []string{"+19195550222"}, ApplicationID: "a2"},
		}
		deps, _ := accounts.Use(t.Context(), &accounts.all[0])
		d := start(t, deps)
		drafts := func(want int) { // beside the one that is being written
			t.Helper()
			d.advance(time.Second)
			got, err := d.a.store.Drafts(t.Context())
			if err != nil || len(got) != want {
				t.Errorf("got %d drafts left by others (%v), want %d; screen:\n%s", len(got), err, want, d.screen())
			}
		}
		d.typeText("Words on a journey")
		drafts(0)
		for range 2 {
			d.press("f4")
			d.see("work, account 1")
			d.press("down", "enter")
			d.at("Compose")
			d.see("Words on a journey", "+19195550222")
			drafts(0)
			d.press("f4", "up", "enter")
			d.at("Compose")
			d.see("Words on a journey", "+19195550111")
			drafts(0)
		}
		d.press("f4", "down", "enter")
		d.typeText(" and more")
		drafts(0)
		d.press("f4", "up", "enter")
		d.see("Words on a journey and more", "+19195550111")
		drafts(1)
	})
}
