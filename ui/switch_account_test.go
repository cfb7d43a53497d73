package ui

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"telex/ui/account"
	"telex/ui/draft"
)

// TestSwitching: the next app gets what the new account needs in the world of this one,
// a failure leaves this one as it is, and what was left is taken over once.
func TestSwitching(t *testing.T) {
	t.Parallel()
	var fails error
	use := func(_ context.Context, to *account.Account) (Deps, error) {
		return Deps{Sender: Sender{Profile: to.Name}, World: World{Environ: []string{"TERM=other"}}}, fails
	}
	here := World{Environ: []string{"TERM=xterm"}}
	left := &draft.Heritage{}
	s := switching{heritage: left}

	fails = errors.New("no such account")
	msg, ok := s.begin(t.Context(), use, &account.Account{Name: "work"})().(switched)
	if !ok || !s.moving {
		t.Fatalf("got %v, moving %v, want to be on the way", ok, s.moving)
	}
	if err := s.end(msg, here); !errors.Is(err, fails) || s.moving || s.next != nil {
		t.Errorf("got %v, %+v, want to stay", err, s)
	}

	fails = nil
	msg, ok = s.begin(t.Context(), use, &account.Account{Name: "work"})().(switched)
	if err := s.end(msg, here); !ok || err != nil || s.moving || s.next == nil {
		t.Fatalf("got %v, %+v, want what the next app needs", err, s)
	}
	if s.next.Profile != "work" || s.next.Environ[0] != "TERM=xterm" {
		t.Errorf("got %+v, want the other account in this world", s.next)
	}

	if h := s.inherited(); h != left || s.inherited() != nil {
		t.Errorf("got %+v, want it once", h)
	}
}

// TestThereAndBackAgain: what comes along to another account and back is not offered as an
// unfinished message beside itself.
func TestThereAndBackAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, accounts := firstDeps(t, &fakeSender{send: accept})
		accounts.all = []account.Account{{Name: "work", AccountID: "1", Numbers: []string{"+19195550111"}, ApplicationID: "a1"}}
		deps, _ := accounts.Use(t.Context(), &account.Account{Name: "work"})
		d := start(t, deps)
		d.typeText("Words that come along")
		d.press("ctrl+n")
		d.typeText(five[0])
		d.press("enter")
		d.advance(2 * time.Second)
		d.press("f4", "end", "enter")
		d.see("Words that come along", "SANDBOX")
		d.advance(2 * time.Second)
		d.press("f4", "home", "enter")
		d.advance(2 * time.Second)
		d.see("Words that come along", "Using account work")
		d.seeNot("Unfinished message")
		d.press("f3")
		d.see("no unfinished messages")
	})
}
