package ui

import (
	"context"
	"errors"
	"testing"

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
