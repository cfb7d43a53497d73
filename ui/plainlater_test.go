package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging/outbox"
)

// TestPlainLater: what is sent later is asked for, said back, and recorded for that time; the
// input may end behind it, and nothing leaves.
func TestPlainLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps := testDeps(s)
		deps.MayText = func(_ outbox.Entry, _ map[string]string, at time.Time) string {
			if at.Sub(testNow()) > 24*time.Hour {
				return "it is night there"
			}
			return ""
		}
		deps, _ = withOutbox(t, deps, outbox.Options{Now: testNow})
		d := startPlain(t, deps)
		want(t, d.say(written("Hello", five[0])...), "What next? (send, later, json,")
		want(t, d.say("later"), "09:00, tomorrow 09:00", "When, or just enter to go back:")
		want(t, d.say("soon"), `Problem: "soon" is not a time`, "When, or just enter to go back:")
		want(t, d.say(""), "Review")
		want(t, d.say("later", "2h"), "To be sent", "in 2 hours", "Send it then? (y/n)")
		want(t, d.say("n"), "Review")
		want(t, d.say("later", "3 days", "y"), "Not scheduled: it would not be sent then: it is night there", "Review")
		typed := testNow().Add(2 * time.Second) // a second a line
		want(t, d.say("later", "2h", "y"), "Not sent yet: it is to be sent", "telex work --sandbox has to be running here then", "telex scheduled cancel 1", "What next? (new, quit)")
		d.say("new")
		want(t, d.say(written("Hello", five[0])...), "Review")
		want(t, d.say("later", "2h", "y"), "is about to get this", "Send it again? (y/n)")
		want(t, d.say("n"), "Review")
		want(t, d.say("later", "2h", "y", "y"), "telex scheduled cancel 2")
		close(d.lines)
		if err := d.end(); err != nil {
			t.Error(err)
		}
		o, err := deps.OpenOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = o.Close() }()
		all, err := o.ScheduledDue(t.Context())
		if err != nil || len(all) != 2 || !all[0].Due.At.Equal(typed.Add(2*time.Hour)) {
			t.Errorf("scheduled are %+v, %v; want two, the first 2 hours after %v", all, err, typed)
		}
		if drafts, err := o.Drafts(t.Context()); err != nil || len(drafts) != 0 || s.calls() != 0 {
			t.Errorf("got drafts %+v, %v, and %d sends; want none", drafts, err, s.calls())
		}
	})
}
