package ui

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/sqlitetest"
	"telex/ui/account"
)

// fakeAccounts keeps accounts in memory.
type fakeAccounts struct {
	t        testing.TB
	all      []account.Account
	keeping  account.Keeping
	found    []account.Finding // by a look at an account
	blind    error             // why there was none
	check    error
	unlocks  func(typed account.Typed) error // what is kept; nil: it is open
	save     error
	kept     account.Kept
	secrets  map[string]string
	phrase   string
	sender   account.Sender
	folder   string
	connects func(typed account.Typed) error
}

func (f *fakeAccounts) List(context.Context) ([]account.Account, string, error) {
	return f.all, "", nil
}

func (f *fakeAccounts) CheckName(name string) error {
	if strings.ContainsAny(name, " \x1b") || name == "" {
		return fmt.Errorf("%q is no name", name)
	}
	return nil
}

func (f *fakeAccounts) Check(_ context.Context, a account.Account, typed account.Typed) error {
	if f.check == nil && a.Secret.Value() == "wrong" {
		return &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 401, Type: "unauthorized", Err: messaging.ErrUnauthorized}
	}
	if f.check == nil && a.Secret == nil && f.unlocks != nil {
		return f.unlocks(typed)
	}
	return f.check
}

func (f *fakeAccounts) Inspect(context.Context, account.Account) ([]account.Finding, error) {
	return f.found, f.blind
}

func (f *fakeAccounts) Keeping(context.Context, account.Account) (account.Keeping, error) {
	return f.keeping, nil
}

func (f *fakeAccounts) Save(_ context.Context, a account.Account, _ account.Keeping, phrase account.Typed) (account.Kept, error) {
	if f.save != nil {
		return f.kept, f.save
	}
	f.secrets[a.Name], f.phrase = a.Secret.Value(), phrase.Value()
	for i, old := range f.all {
		if old.Name == a.Name {
			f.all[i] = a
			return f.kept, nil
		}
	}
	f.all = append(f.all, a)
	return f.kept, nil
}

func (f *fakeAccounts) Use(_ context.Context, to *account.Account) (Deps, error) {
	name := ""
	if to != nil {
		name = to.Name
	}
	d := testDeps(nil)
	d.Accounts, d.Use = f, f.Use
	if name == "" {
		name = "sandbox"
		d.AccountID = "9900000"
	}
	d.Profile, d.Sandbox = name, name == "sandbox"
	for _, a := range f.all {
		if a.Name == name {
			d.AccountID, d.Numbers, d.ApplicationID, d.Production = a.AccountID, a.Numbers, a.ApplicationID, a.Production
		}
	}
	d.Connect = func(_ context.Context, typed account.Typed) (account.Link, error) {
		if f.connects != nil {
			if err := f.connects(typed); err != nil {
				return account.Link{}, err
			}
		}
		return account.Link{Sender: f.sender, BaseURL: "https://" + name}, nil
	}
	path := filepath.Join(f.folder, d.Profile+".db")
	d.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
		return outbox.Open(ctx, sqlitetest.At(path), outbox.Options{Now: testNow})
	}
	return d, nil
}

// firstDeps are those of a console without any account.
func firstDeps(t *testing.T, s account.Sender) (Deps, *fakeAccounts) {
	t.Helper()
	accounts := &fakeAccounts{
		t: t, secrets: map[string]string{}, sender: s, folder: t.TempDir(),
		keeping: account.Keeping{Where: "the OS keyring", Why: "it is there and open"},
	}
	world := World{Environ: []string{"TERM=xterm-256color", "LANG=C.UTF-8"}, Version: "1.2.3"}
	return Deps{First: true, Accounts: accounts, Use: accounts.Use, Sender: Sender{Region: "US"}, World: world}, accounts
}

// fillAccount opens the form of a new account and fills it in, up to the check.
func fillAccount(d *driver, secret string) {
	d.press("down", "enter") // connect an account
	d.see("Connect a Bandwidth account", "Name main")
	d.press("tab", "tab")
	fillFrom(d, secret)
}

// fillFrom fills the form in from the account's id on.
func fillFrom(d *driver, secret string) {
	for _, v := range []string{"5500001", "client-1", secret, "app-1", "(919) 555-0100, +19195550101"} {
		d.paste(v)
		d.press("enter")
	}
}

// TestFirstStart: with no account the console begins with Setup; from there to a
// sent message with what the screen says.
func TestFirstStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, accounts := firstDeps(t, s)
		d := start(t, deps)
		d.at("Setup")
		d.see("telex 1.2.3   send and follow text messages", "Connect a Bandwidth account", "> Try it in the sandbox")
		fillAccount(d, "  hush-hush\n")
		d.seeNot("hush")
		d.press("ctrl+s")
		d.see("Bandwidth accepts these credentials", "goes to the OS keyring", "it is there and open")
		d.press("enter")
		d.at("Compose")
		d.see("Using account main", "main", "+19195550100")
		if got := accounts.secrets["main"]; got != "hush-hush" {
			t.Errorf("got secret %q kept, want it without the spaces around it", got)
		}
		a := accounts.all[0]
		if a.AccountID != "5500001" || a.ID != "client-1" || a.ApplicationID != "app-1" || a.Basic || strings.Join(a.Numbers, " ") != "+19195550100 +19195550101" {
			t.Errorf("got account %+v, want what was typed", a)
		}
		if printed := fmt.Sprintf("%v %+v %#v", a, a, a); strings.Contains(printed, "hush") {
			t.Errorf("got the secret printed: %s", printed)
		}
		d.write("Hi", five[0])
		d.see("Account main, account 5500001")
		d.enterOnReview()
		d.at("Response")
		d.see("Accepted")
		if s.calls() != 1 || s.sent[0].From != "+19195550100" || s.sent[0].ApplicationID != "app-1" {
			t.Errorf("got sent %+v, want one message of the new account", s.sent)
		}
	})
}

// TestSetupRefuses: what is wrong is said at its field, and nothing typed is lost.
func TestSetupRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		d := start(t, deps)
		d.size(80, 40)
		d.press("down", "enter", "ctrl+s")
		d.see("fix 5 fields, then ctrl+s", "! Account id*", "! Client id*", "! Client secret*", "! Application*", "! Numbers*", "! the number of the account")
		for _, why := range []string{"! the client id", "! type or paste it", "! the id of the application", "! a number to send from"} {
			d.press("tab")
			d.see(why)
		}
		d.see("fix 5 fields")
		d.typeText("9")
		d.seeNot("fix 5 fields") // they may be fewer by now
		d.press("ctrl+u", "esc")
		d.see("what you filled in stays")
		d.press("enter", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
		fillFrom(d, "wrong")
		d.press("ctrl+s")
		d.see("not saved", "HTTP 401")
		if len(accounts.all) != 0 {
			t.Errorf("got accounts %v, want none", accounts.all)
		}
		d.press("esc", "esc", "f2") // the status, to the list, to another page
		d.at("History")
		d.press("f2", "down", "enter")
		d.see("5500001", "client-1", "app-1", "*****")

		accounts.save = errors.New("the keyring said no\x1b[2J")
		for range 10 {
			d.press("shift+tab")
		}
		d.press("tab", "tab", "tab", "tab", "ctrl+u")
		d.paste("right")
		d.press("ctrl+s", "enter")
		d.see("the keyring said no")
		if strings.Contains(d.a.View().Content, "\x1b[2J") {
			t.Error("got an escape sequence on the screen")
		}
		accounts.save = nil
		d.press("enter")
		d.at("Compose")
		if accounts.secrets["main"] != "right" {
			t.Errorf("got secret %q, want the one typed last", accounts.secrets["main"])
		}
	})
}

// TestSetupPassphrase: without a keyring a passphrase is asked for, twice for a new
// file, and never shown.
func TestSetupPassphrase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		accounts.keeping = account.Keeping{Where: "the encrypted file", Why: "there is no keyring", Passphrase: true, New: true}
		d := start(t, deps)
		fillAccount(d, "s1")
		d.press("ctrl+s")
		d.see("the encrypted file", "there is no keyring", "Passphrase", "Once more")
		d.press("enter", "enter")
		d.see("type a passphrase")
		d.press("tab")
		d.typeText("open sesame")
		d.press("enter")
		d.typeText("open sesamy")
		d.press("enter")
		d.see("the two passphrases differ")
		d.seeNot("sesam")
		d.press("backspace")
		d.typeText("e")
		d.press("enter")
		d.at("Compose")
		if accounts.phrase != "open sesame" {
			t.Errorf("got passphrase %q, want the one typed", accounts.phrase)
		}
	})
}

// TestSwitchAccounts: what is being written comes along to another account, and is
// on its disk.
func TestSwitchAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		_, accounts := firstDeps(t, s)
		accounts.all = []account.Account{
			{Name: "work", AccountID: "1", Numbers: []string{"+19195550111"}, ApplicationID: "a1"},
			{Name: "live", AccountID: "2", Numbers: []string{"+19195550222"}, ApplicationID: "a2", Production: true},
		}
		deps, _ := accounts.Use(t.Context(), &account.Account{Name: "work"})
		d := start(t, deps)
		d.typeText("Words that come along")
		d.press("ctrl+n")
		d.typeText(five[0])
		d.press("enter", "f4")
		d.see("work, account 1", "in use now", "live, account 2", "production")
		d.press("down", "enter")
		d.at("Compose")
		d.see("Words that come along", "PRODUCTION", "+19195550222")
		if got := d.a.form; got.From != "+19195550222" || got.ApplicationID != "a2" || len(got.To) != 1 {
			t.Errorf("got form %+v, want the words with the new sender", got)
		}
		d.press("ctrl+n", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.see("Send in production?", "marked as production")
		if s.calls() != 0 {
			t.Fatal("got a send without the question, want none")
		}
		d.enterOnReview()
		d.see("Accepted")
		entries := rowsOf(t, d.a.store)
		if len(entries) != 1 || entries[0].By.AccountID != "2" || entries[0].By.BaseURL != "https://live" {
			t.Errorf("got rows %+v, want one of account 2", entries)
		}
		d.press("f4", "end", "enter")
		d.at("Compose")
		d.see("Sandbox: nothing leaves this machine", "SANDBOX")
		d.seeNot("Words that come along") // they went out
	})
}

// TestUnlock: a passphrase is asked for when it is needed, not while somebody types,
// and again if it is wrong.
func TestUnlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		_, accounts := firstDeps(t, s)
		accounts.all = []account.Account{{Name: "work", AccountID: "1", Numbers: []string{"+19195550111"}, ApplicationID: "a1"}}
		accounts.connects = func(typed account.Typed) error {
			switch typed.Value() {
			case "sesame":
				return nil
			case "":
				return &account.AskError{What: "the passphrase of credentials.age"}
			}
			return &account.AskError{What: "the passphrase of credentials.age", Why: "that was not it"}
		}
		deps, _ := accounts.Use(t.Context(), &account.Account{Name: "work"})
		d := start(t, deps)
		d.at("Compose")
		d.see("nothing can be sent before you give the passphrase of credentials.age")
		d.press("esc")
		d.write("Hi", five[0])
		d.enterOnReview()
		d.see("Type the passphrase of credentials.age")
		d.paste("open")
		d.seeNot("open")
		d.press("enter")
		d.see("that was not it")
		d.press("esc")
		d.at("Review")
		d.enterOnReview()
		d.typeText("sesame")
		d.press("enter")
		d.at("Review")
		if s.calls() != 0 {
			t.Fatal("got a send by the passphrase's enter, want none")
		}
		d.enterOnReview()
		d.see("Accepted")
	})
}
