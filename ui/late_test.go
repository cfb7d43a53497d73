package ui

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
)

// slowAccounts waits before it checks and saves, as a keyring and a network do.
type slowAccounts struct {
	*fakeAccounts
	wait time.Duration
}

func (s *slowAccounts) Check(ctx context.Context, a account.Account, typed account.Typed) error {
	<-time.After(s.wait)
	return s.fakeAccounts.Check(ctx, a, typed)
}

func (s *slowAccounts) Inspect(ctx context.Context, a account.Account) ([]account.Finding, error) {
	<-time.After(s.wait)
	return s.fakeAccounts.Inspect(ctx, a)
}

func (s *slowAccounts) Save(ctx context.Context, a account.Account, k account.Keeping, phrase account.Typed) (account.Kept, error) {
	<-time.After(s.wait)
	return s.fakeAccounts.Save(ctx, a, k, phrase)
}

func (s *slowAccounts) Use(ctx context.Context, to *account.Account) (Deps, error) {
	d, err := s.fakeAccounts.Use(ctx, to)
	d.Accounts, d.Use = s, s.Use
	return d, err
}

// TestSavedAfterLeaving: an account that is saved when Setup is not in front any more
// takes nothing over, and no question about the old one is answered for it.
func TestSavedAfterLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		_, fake := firstDeps(t, s)
		fake.all = []account.Account{{Name: "work", AccountID: "1", Numbers: []string{"+19195550111"}, ApplicationID: "a1", Production: true}}
		slow := &slowAccounts{fake, 3 * time.Second}
		deps, _ := slow.Use(t.Context(), &account.Account{Name: "work"})
		d := start(t, deps)
		d.write("Hi", five[0])
		d.press("f4")
		fillAccount(d, "s")
		d.press("ctrl+s")
		d.advance(4 * time.Second)
		d.press("enter", "esc") // esc while it is saved does nothing
		d.see("Bandwidth accepts these credentials")
		d.press("f4")
		d.at("Review")
		d.enterOnReview()
		d.see("Send in production?", "work")
		d.advance(5 * time.Second)
		d.see("Send in production?", "work", "account main is saved", "f4 uses it")
		d.press("enter")
		d.at("Response")
		if got := rowsOf(t, d.a.store); len(got) != 1 || got[0].By.AccountID != "1" {
			t.Errorf("got rows %+v, want one of the account that was asked about", got)
		}
	})
}

// TestCheckOfAnotherForm: an answer about one account is none about another.
func TestCheckOfAnotherForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, fake := firstDeps(t, &fakeSender{send: accept})
		fake.all = []account.Account{{Name: "work", AccountID: "1", Numbers: []string{"+19195550111"}, ApplicationID: "a1", ID: "c1", Region: "US"}}
		slow := &slowAccounts{fake, 3 * time.Second}
		deps, _ := slow.Use(t.Context(), &account.Account{Name: "work"})
		d := start(t, deps)
		d.press("f4", "e", "ctrl+s", "esc", "down", "enter")
		d.see("Connect a Bandwidth account")
		d.advance(5 * time.Second)
		d.see("Connect a Bandwidth account")
		d.seeNot("The API takes")
		renameAccount(d, "work")
		d.press("ctrl+s")
		d.see("! there is an account of that name")
	})
}

// renameAccount gives a new account another name.
func renameAccount(d *driver, name string) {
	d.press("ctrl+u")
	d.paste(name)
}

// TestSendsWhatWasReviewed: an enter on Review while the draft is being saved sends
// what stood there, and nothing can be typed in between.
func TestSendsWhatWasReviewed(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		save := d.a.keeper.Due(&d.a.form) // a slow disk
		d.enterOnReview()
		d.at("Response")
		d.press("ctrl+p")
		d.at("Response")
		if s.calls() != 0 {
			t.Fatal("got a send during the save, want it to wait")
		}
		d.send(draftSaved{save(d.t.Context())})
		d.see("Accepted")
		if s.calls() != 1 || s.sent[0].Text != "Hi" {
			t.Errorf("got sent %+v, want what was reviewed", s.sent)
		}
		if drafts, err := d.a.store.Drafts(d.t.Context()); err != nil || len(drafts) != 0 {
			t.Errorf("got drafts %v, %v, want none", drafts, err)
		}
	})
}

// TestOldUnknownTakesAYes: a message whose outcome has been unknown for days is sent
// again only with an explicit yes; one of another account gets this one's sender.
func TestOldUnknownTakesAYes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps := testDeps(s)
		deps, _ = historyDeps(t, deps, 0, func(o *outbox.Outbox) {
			cut := &fakeSender{send: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
				return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: errors.New("cut")}
			}}
			m := messageOf("Beep", five[0])
			m.From, m.ApplicationID = "+19195550999", "other-app"
			plan(t, o, outbox.By{AccountID: "another"}, cut, m)
		})
		<-time.After(72 * time.Hour)
		d := start(t, deps)
		d.press("f2", "s")
		d.at("Review")
		d.see("sent for account another", "From +19195550100")
		d.enterOnReview()
		d.see("Send it again?", "may have got this", "message 1, unknown")
		if s.calls() != 0 {
			t.Fatal("got a send without the question, want none")
		}
		d.advance(time.Second)
		d.press("enter")
		d.see("Accepted")
		if got := s.sent[0]; got.From != "+19195550100" || got.ApplicationID != deps.ApplicationID {
			t.Errorf("got sent %+v, want this account's sender", got)
		}
	})
}

// TestRepeatInProduction: a yes to a repetition is none to production.
func TestRepeatInProduction(t *testing.T) {
	s := &fakeSender{send: accept}
	deps := testDeps(s)
	deps.Production, deps.Sandbox = true, false
	drive(t, deps, func(d *driver) {
		for range 2 {
			d.write("Hi", five[0])
			d.enterOnReview()
			if s.calls() == 1 {
				d.see("Send it again?")
				d.enterOnReview()
			}
			d.see("Send in production?")
			d.enterOnReview()
			d.at("Response")
			d.press("n")
		}
		if s.calls() != 2 {
			t.Errorf("got %d sends, want 2", s.calls())
		}
	})
}

// TestWordsKeptNowhereAreAskedAbout: with texts kept out, nothing replaces what is
// being written without a question.
func TestWordsKeptNowhereAreAskedAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{OmitText: true})
		d := start(t, deps)
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("n")
		d.typeText("half a message")
		d.press("f2", "s")
		d.see("is not kept on the disk")
		d.press("esc", "f2")
		d.at("Compose")
		d.see("half a message")
	})
}

// TestFailedSaveIsNoSend: words that could not be saved are not taken for sent ones.
func TestFailedSaveIsNoSend(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("half a message")
		if d.a.keeper.Due(&d.a.form) == nil {
			t.Fatal("got no save, want one under way")
		}
		d.send(draftSaved{draft.Written{Form: d.a.form.Clone(), Err: errors.New("the disk is full")}})
		d.see("cannot be saved", "the disk is full")
		if !d.a.keeper.IsWorthKeeping(&d.a.form) || !d.a.unkept() {
			t.Error("got words that count as sent, want them worth keeping")
		}
	})
}

// TestFailedSaveIsMended: that what is typed cannot be saved is said until it is saved, which is
// tried again by itself where the database is away.
func TestFailedSaveIsMended(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("half a message")
		if d.a.keeper.Due(&d.a.form) == nil {
			t.Fatal("got no save, want one under way")
		}
		away := &outbox.Error{Op: "save the draft", Path: "postgres://ana@db/telex", Err: outbox.ErrUnreachable}
		d.send(draftSaved{draft.Written{Form: d.a.form.Clone(), Err: away}})
		d.see("cannot be saved", "the database cannot be reached")
		d.advance(openEvery + time.Second)
		d.seeNot("cannot be saved")
		if d.a.keeper.ID() == 0 || !d.a.keeper.Keeps() {
			t.Error("got no draft, want it saved")
		}
	})
}

// TestNoticesStayUntilSeen: what was not read is told again by the next telex.
func TestNoticesStayUntilSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: hang}), outbox.Options{})
		first := start(t, deps)
		first.write("Hi", five[:2]...)
		first.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		first.enterOnReview()
		die(t, path)

		second := start(t, deps)
		second.see("message 1 to " + five[0])
		second.press("esc")
		second.see("message 2 to " + five[1])
		third := start(t, deps)
		third.seeNot("message 1 to " + five[0])
		third.see("message 2 to " + five[1])
	})
}

// TestSelectionStaysWhenOthersAdd: the row with the cursor is the same message after
// another telex added some, wherever it stands.
func TestSelectionStaysWhenOthersAdd(t *testing.T) {
	for _, key := range []string{"end", "home"} {
		synctest.Test(t, func(t *testing.T) {
			deps, _ := historyDeps(t, testDeps(&fakeSender{send: accept}), 150, nil)
			d := start(t, deps)
			d.press("f2", "pgdown", key)
			before := d.selectedID()
			other, err := deps.OpenOutbox(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = other.Close() }()
			plan(t, other, outbox.By{}, &fakeSender{send: unsent}, messageOf("new", five[0]), messageOf("newer", five[1]))
			d.advance(1500 * time.Millisecond)
			if after := d.selectedID(); after != before || before == 0 {
				t.Errorf("%s: got row %d selected, want %d as before", key, after, before)
			}
			d.press("home", "up")
			if first := d.selectedID(); first != 152 {
				t.Errorf("%s: got row %d at the top, want 152", key, first)
			}
		})
	}
}

// TestListLeftDuringSave: a draft that was to be taken up when a slow save had ended is
// not, if the user has left the list by then.
func TestListLeftDuringSave(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		id, err := d.a.store.SaveDraft(d.t.Context(), 0, "", []byte(`{"text":"earlier"}`))
		if err == nil {
			err = d.a.store.LeaveDraft(d.t.Context(), id)
		}
		if err != nil {
			t.Fatal(err)
		}
		d.typeText("half a message")
		save := d.a.keeper.Due(&d.a.form)
		d.press("f3")
		d.see("earlier")
		d.press("enter", "esc")
		d.seeNot("earlier")
		d.send(draftSaved{save(d.t.Context())})
		d.see("half a message")
		d.seeNot("earlier")
		if drafts, err := d.a.store.Drafts(d.t.Context()); err != nil || len(drafts) != 1 || drafts[0].ID != id {
			t.Errorf("got drafts %v, %v, want the earlier one left alone", drafts, err)
		}
	})
}
