package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/ui/account"
)

// TestSetupInspects: what is the matter with the account at Bandwidth is said while it is
// asked where the secret goes, does not keep it from being saved, and comes for no other.
func TestSetupInspects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		accounts.found = []account.Finding{
			{Name: "application", Verdict: account.Good, Found: "Alerts"},
			{Name: "location", Verdict: account.Trouble, Found: "linked to none", Do: "link it"},
			{Name: "+19195550100", Verdict: account.Unchecked, Found: "cannot be checked: role missing"},
		}
		d := start(t, deps)
		fillAccount(d, "s")
		d.press("ctrl+s")
		d.see("Bandwidth accepts these credentials", "! location: linked to none", "- 1 part of the account cannot be checked; telex doctor says more")
		d.seeNot("Alerts")
		d.press("esc")
		d.size(40, 12)
		keeping := accounts.keeping
		accounts.keeping = account.Keeping{Where: "the encrypted file " + strings.Repeat("/folder", 9), Why: "there is no keyring here", Passphrase: true, New: true}
		d.press("ctrl+s")
		d.see("accepted; 1 warning: see telex doctor", "Once more")
		d.press("esc") // the page, with what was said of it
		d.size(80, 24)
		accounts.found, accounts.keeping = nil, keeping
		d.press("ctrl+s")
		d.see("The account is set up as it should be")
		d.seeNot("linked to none")
		d.press("esc")
		accounts.blind = errors.New("the file is\x1b[31m gone")
		d.press("ctrl+s")
		d.see("How the account is set up cannot be checked: the file is␛[31m gone")
		d.press("enter")
		d.at("Compose")
	})
}

// TestSetupInspectsSlowly: an account can be saved while it is being looked at.
func TestSetupInspectsSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, fake := firstDeps(t, &fakeSender{send: accept})
		slow := &slowAccounts{fake, 3 * time.Second}
		deps := Deps{First: true, Accounts: slow, Use: slow.Use, Sender: Sender{Region: "US"}, World: World{Environ: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}}}
		d := start(t, deps)
		fillAccount(d, "s")
		d.press("ctrl+s")
		d.advance(4 * time.Second)
		d.see("Bandwidth accepts these credentials", "Looking at how the account is set up…")
		d.press("enter")
		d.advance(4 * time.Second)
		d.at("Compose")
	})
}

// lateLook answers a look at an account with what there was to be found when it began.
type lateLook struct{ *fakeAccounts }

func (l lateLook) Inspect(context.Context, account.Account) ([]account.Finding, error) {
	found := l.found
	<-time.After(3 * time.Second)
	return found, nil
}

// TestSetupInspectsAnew: a look that began before another change of the account says
// nothing of it.
func TestSetupInspectsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		deps.Accounts = lateLook{accounts}
		accounts.found = []account.Finding{{Name: "location", Verdict: account.Trouble, Found: "linked to none"}}
		d := start(t, deps)
		fillAccount(d, "s")
		d.press("ctrl+s")
		d.advance(2 * time.Second)
		d.press("esc")
		accounts.found = nil
		d.press("ctrl+s")
		d.advance(2 * time.Second)
		d.see("Looking at how the account is set up…")
		d.seeNot("linked to none")
		d.advance(2 * time.Second)
		d.see("The account is set up as it should be")
	})
}
