package ui

import (
	"strings"
	"testing"
	"testing/synctest"

	"telex/messaging"
)

// TestSetupNamesTheFault: the field that Bandwidth refused is marked and has the cursor, until
// it is changed, and all fields are asked about anew.
func TestSetupNamesTheFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		accounts.check = &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 401, Err: &messaging.OtherAccountError{Accounts: []string{"9900000"}, Account: "5500001"}}
		d := start(t, deps)
		d.size(80, 40)
		fillAccount(d, "s1")
		d.press("ctrl+s")
		d.see("not saved: the credentials are for account 9900000", "! Account id*", "! the credentials are for account 9900000")
		d.press("tab")
		d.see("! Account id*")
		d.press("shift+tab", "ctrl+u")
		d.seeNot("! Account id*")
		d.typeText("9900000")
		accounts.check = nil
		d.press("ctrl+s")
		d.see("Bandwidth accepts these credentials", "the OS keyring")
	})
}

// TestSetupSaysThingsOnce: the last key of the form is named once, and what its marks mean is
// said where they stand.
func TestSetupSaysThingsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := firstDeps(t, &fakeSender{send: accept})
		d := start(t, deps)
		d.size(80, 40)
		fillAccount(d, "s1")
		d.see("Client secret* **")
		for range 12 {
			d.press("tab")
		}
		d.see("enter check and save", "* must be filled in; ? is unlikely to be right.")
		d.seeNot("ctrl+s check and save")
		for range 4 {
			d.press("shift+tab")
		}
		d.press("ctrl+u")
		d.typeText("call me")
		d.press("tab")
		d.see("? Numbers*")
		d.press("shift+tab")
		d.see(`? "call me" is a sender id of letters, which carriers in the US and Canada do not carry: check it`)
	})
}

// TestFirstStartFits: the first screen says what matters at every size, cuts nothing off, names
// the way out, and stands in the middle of a large terminal, with its cursor.
func TestFirstStartFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := firstDeps(t, nil)
		d := start(t, deps)
		d.see("nothing leaves this machine, no account needed", "5 send, and see what became of it", "Nothing is sent before you press enter on Review", "ctrl+q quits")
		d.size(40, 12)
		d.see("> Try it in the sandbox", "Connect a Bandwidth account", "Nothing is sent before you press enter on Review")
		if s := d.screen(); strings.Contains(s, "…") {
			t.Errorf("got something cut off:\n%s", s)
		}
		d.size(160, 45)
		at := d.a.View().Cursor
		row := d.lines()[at.Y]
		if !strings.HasPrefix(row, strings.Repeat(" ", 40)+"> Try it") || at.X != 40 || at.Y < 10 {
			t.Errorf("got the cursor at %d, %d of %q, want all in the middle", at.X, at.Y, row)
		}
		d.press("down", "enter")
		d.see("Connect a Bandwidth account", "Name main")
	})
}
