package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/ui/account"
)

// A refused application id is in no field of the message: who would repair it is told
// where it is set, by the environment or in the account, and stays where they are.
func TestApplicationIDRefused(t *testing.T) {
	refused := refuse(messaging.FieldError{Name: "applicationId", Description: "is unknown"})
	for name, profile := range map[string]bool{"environment": false, "profile": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &fakeSender{send: refused}
				deps := testDeps(s)
				deps.Profile = ""
				hint := "leave telex and set BW_MESSAGING_APPLICATION_ID"
				if profile {
					_, accounts := firstDeps(t, s)
					accounts.all = []account.Account{{Name: "work", AccountID: "1", Numbers: []string{"+19195550111"}, ApplicationID: "a1"}}
					deps, _ = accounts.Use(t.Context(), &accounts.all[0])
					hint = "the application id belongs to the account, not to the message: f4, then e on work changes it"
				}
				d := start(t, deps)
				d.write("Hello", five[0])
				d.enterOnReview()
				d.at("Response")
				d.see("Refused by Bandwidth", "is unknown")
				d.advance(time.Second)
				d.press("enter")
				d.at("Response")
				d.see(hint)
				if s.calls() != 1 {
					t.Errorf("got %d sends, want one", s.calls())
				}
			})
		})
	}
}
