package ui

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/ui/account"
)

// keptAccount is a console in front of Setup's form of an account whose secret is kept,
// behind the passphrase sesame.
func keptAccount(t *testing.T, wait time.Duration) (*driver, *fakeAccounts) {
	t.Helper()
	_, accounts := firstDeps(t, &fakeSender{send: accept})
	accounts.all = []account.Account{{
		Name: "work", AccountID: "1", ID: "c1", Numbers: []string{"+19195550111"}, ApplicationID: "a1", Region: "US", Kept: "file",
	}}
	accounts.keeping = account.Keeping{Where: "the encrypted file", Why: "as before", Passphrase: true}
	accounts.unlocks = func(typed account.Typed) error {
		switch typed.Value() {
		case "sesame":
			return nil
		case "":
			return &account.AskError{What: "the passphrase of credentials\x1b[2J.age"}
		}
		return &account.AskError{What: "the passphrase of credentials.age", Why: "that was not it\x1b[2J"}
	}
	deps, _ := (&slowAccounts{accounts, wait}).Use(t.Context(), &account.Account{Name: "work"})
	d := start(t, deps)
	d.press("f4", "e", "tab", "tab")
	d.see("Account work")
	return d, accounts
}

// TestSetupUnlocks: to check an account whose secret is kept, its passphrase is asked
// for, again if it is wrong; it is never shown, and the secret is not asked for anew.
func TestSetupUnlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, accounts := keptAccount(t, 0)
		d.press("ctrl+s")
		d.see("The secret is kept: type the passphrase of", ".age", "or go back", "Passphrase", "enter unlock")
		if strings.Contains(d.a.View().Content, "\x1b[2J") {
			t.Error("got an escape sequence on the screen")
		}
		d.press("enter") // nothing is typed yet
		d.see("The secret is kept")
		d.paste("open") // into the passphrase, which has the cursor
		d.press("q", "1", "?")
		d.see("*******")
		d.seeNot("open")
		d.press("enter")
		d.see("The secret is kept", "that was not it")
		if strings.Contains(d.a.View().Content, "\x1b[2J") {
			t.Error("got an escape sequence on the screen")
		}
		d.seeNot("**") // and it is typed anew
		d.typeText("sesame")
		d.see("******")
		d.press("enter")
		d.see("Bandwidth accepts these credentials", "stays where it is")
		d.seeNot("Passphrase") // nothing new is kept
		d.press("enter")
		d.at("Compose")
		if got, there := accounts.secrets["work"]; got != "" || !there || accounts.phrase != "" {
			t.Errorf("got secret %q, passphrase %q, want the account saved with neither", got, accounts.phrase)
		}
	})
}

// TestSetupUnlockLeft: whoever leaves the question is in the form again, with all that
// was filled in; what was typed is forgotten, and its answer comes to nobody.
func TestSetupUnlockLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, _ := keptAccount(t, 3*time.Second)
		d.press("ctrl+s")
		d.advance(4 * time.Second)
		d.typeText("sesame")
		d.press("enter")
		d.typeText("more") // while it is tried, nothing can be typed
		d.paste("more")
		d.see("******")
		d.seeNot("*******")
		d.press("esc") // the question, with what was said of it
		d.see("Account work", "c1", "a1")
		d.advance(4 * time.Second)
		d.see("Account work")
		d.seeNot("The API takes")
		d.press("ctrl+s")
		d.advance(4 * time.Second)
		d.see("The secret is kept")
		d.seeNot("*")
		d.press("esc", "tab") // to the secret
		d.paste("typed instead")
		d.press("ctrl+s")
		d.advance(4 * time.Second)
		d.see("Bandwidth accepts these credentials", "goes to the encrypted file", "Passphrase")
	})
}

// TestFailedSaveIsSaid: why an account was not saved is said, and what may have stayed.
func TestFailedSaveIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		accounts.save, accounts.kept = errors.New("the disk is full"), account.Kept{Warnings: []string{"the secret may have stayed in the keyring"}}
		d := start(t, deps)
		fillAccount(d, "s")
		d.press("ctrl+s", "enter")
		d.see("not saved: the disk is full; the secret may have stayed in the keyring")
	})
}

// TestSavedWarningsComeAlong: what there is to warn of when an account was saved is said
// in the console of that account, until it was seen.
func TestSavedWarningsComeAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		accounts.kept = account.Kept{Warnings: []string{"the old secret\x1b may have stayed in the keyring"}}
		d := start(t, deps)
		fillAccount(d, "s")
		d.press("ctrl+s", "enter")
		d.at("Compose")
		d.see("Using account main")
		d.press("tab")
		d.see("the old secret␛ may have stayed in the keyring", "esc dismiss")
		d.press("esc")
		d.seeNot("may have stayed")
	})
}

// TestShortPassphrase: a short passphrase for a new file is taken at the second enter.
func TestShortPassphrase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		accounts.keeping = account.Keeping{Where: "the encrypted file", Why: "there is no keyring", Passphrase: true, New: true}
		d := start(t, deps)
		fillAccount(d, "s1")
		for range 4 { // from the numbers to the button
			d.press("enter")
		}
		d.see("enter next", "Passphrase")
		d.typeText("pw")
		d.press("enter")
		d.typeText("pw")
		d.press("enter")
		d.see("that passphrase is short", "enter again keeps it")
		if len(accounts.all) != 0 {
			t.Fatal("got it kept at once, want a word about it first")
		}
		d.press("enter")
		d.at("Compose")
		if accounts.phrase != "pw" {
			t.Errorf("got passphrase %q, want the one that was insisted on", accounts.phrase)
		}
	})
}
