package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"telex/ui/account"
	"telex/ui/keys"
)

// TestConnection: a link is made once at a time, a late end of an earlier try changes
// nothing, and what was started for a link ends with it.
func TestConnection(t *testing.T) {
	t.Parallel()
	setup := key.NewBinding(key.WithHelp("f4", ""))
	closed := 0
	link := account.Link{Sender: &fakeSender{}, BaseURL: "https://there", Close: func() { closed++ }}
	var fails error
	c := connection{
		link:    account.Link{BaseURL: "https://configured"},
		connect: func(context.Context, account.Typed) (account.Link, error) { return link, fails },
	}
	want := func(why, notice string) {
		t.Helper()
		if got := c.why(setup); (why == "") != (got == "") || !strings.Contains(got, why) {
			t.Errorf("got %q, want %q for why nothing can be sent", got, why)
		}
		if got := c.notice(); (notice == "") != (got == "") || !strings.Contains(got, notice) {
			t.Errorf("got the notice %q, want %q", got, notice)
		}
	}
	want("f4", "")

	fails = &account.AskError{What: "the passphrase"}
	making := c.first(t.Context())
	want("still being made", "")
	if c.begin(t.Context(), nil) != nil || c.first(t.Context()) != nil {
		t.Error("got a second try while one is under way")
	}
	first, ok := making().(linked)
	if !ok || !c.end(first) || c.asks() == nil {
		t.Errorf("got %v, %+v, want that something is asked for", ok, c)
	}
	want("the passphrase", "before you give the passphrase")

	fails = nil
	making = c.begin(t.Context(), func() string { return "typed" })
	if c.asks() != nil {
		t.Error("got a question while what was typed is tried")
	}
	if c.end(first) {
		t.Error("got the end of an earlier try taken")
	}
	if second, ok := making().(linked); !ok || !c.end(second) {
		t.Error("got the end of this try not taken")
	}
	want("", "")
	if c.link.BaseURL != "https://there" || c.first(t.Context()) != nil {
		t.Errorf("got %+v, want the link in use, and no further try by itself", c.link)
	}

	fails = errors.New("no way")
	if third, ok := c.begin(t.Context(), nil)().(linked); !ok || !c.end(third) || closed != 0 {
		t.Errorf("got %d closed, want the link kept that there is", closed)
	}
	want("", "no way")
	fails = nil
	if fourth, ok := c.begin(t.Context(), nil)().(linked); !ok || !c.end(fourth) || closed != 1 {
		t.Errorf("got %d closed, want the one that was replaced", closed)
	}
	c.close()
	c.close()
	if closed != 2 {
		t.Errorf("got %d closed, want each once", closed)
	}
}

// TestBadKeysAreTold: keys that cannot be are not used, and not silently.
func TestBadKeysAreTold(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Keys = map[string][]string{"next-step": {"ctrl+q"}} // which quits
	if _, err := keys.Bound(deps.Keys); err == nil {
		t.Fatal("got such keys taken")
	}
	drive(t, deps, func(d *driver) {
		d.see("your keys are not used: ")
		d.press("ctrl+n")
		d.at("Recipients")
	})
}
