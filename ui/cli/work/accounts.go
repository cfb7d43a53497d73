package work

import (
	"context"
	"fmt"
	"sync"
	"time"

	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// accounts are those that a worker works for, each with its way to the API once it is needed.
// It is safe for concurrent use.
type accounts struct {
	*who.World
	sandbox bool

	mu     sync.Mutex
	links  map[string]*account
	served map[string]bool // for whom something was sent
}

// An account is one, and the way to the API for it.
type account struct {
	id   who.Identity
	link who.Link
}

// base is the address by which messages of the account are found: where none is recorded with
// them it is that of the account.
func (a *account) base(by outbox.By) string {
	if by.BaseURL == "" {
		return a.id.Address()
	}
	return by.BaseURL
}

// nameOf names an account at an address.
func nameOf(by outbox.By) string { return by.AccountID + " " + by.BaseURL }

// of finds the credentials of an account and makes the way to the API, if it is not there. In
// the sandbox, which is within telex, all are one.
func (a *accounts) of(ctx context.Context, by outbox.By) (*account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	name := nameOf(by)
	if a.sandbox {
		name = ""
	}
	if found := a.links[name]; found != nil {
		return found, nil
	}
	id, err := a.identify(by)
	if err != nil {
		return nil, err
	}
	if err := a.Authorise(ctx, &id, who.CommandWork, ask.Asker{Unasked: "telex work asks for no secret"}); err != nil {
		return nil, err
	}
	link, err := a.Connect(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.links == nil {
		a.links = map[string]*account{}
	}
	a.links[name] = &account{id, link}
	return a.links[name], nil
}

// serve is of for who sends: what is asked of the sandbox within telex is only what that got.
func (a *accounts) serve(ctx context.Context, by outbox.By) (*account, error) {
	found, err := a.of(ctx, by)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.served == nil {
		a.served = map[string]bool{}
	}
	a.served[nameOf(by)] = true
	return found, nil
}

// serves reports whether something was sent for an account.
func (a *accounts) serves(by outbox.By) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.served[nameOf(by)]
}

// identify is who sends for an account.
func (a *accounts) identify(by outbox.By) (who.Identity, error) {
	id, err := a.Identify(who.Flags{Sandbox: a.sandbox, Profile: by.Profile, Timeout: time.Minute})
	if err != nil || a.sandbox {
		return id, err
	}
	if id.AccountID != by.AccountID || by.BaseURL != "" && by.BaseURL != id.Address() {
		return id, &say.UsageError{
			What: fmt.Sprintf("it is of account %s at %s, and this is %s at %s", by.AccountID, by.BaseURL, id.AccountID, id.Address()),
			Hint: who.OtherAccount(by),
		}
	}
	return id, nil
}

// forget has the credentials of an account be looked for anew.
func (a *accounts) forget(gone *account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name, kept := range a.links {
		if kept == gone && !a.sandbox {
			delete(a.links, name) // its calls may be under way: nothing is closed
		}
	}
}

func (a *accounts) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, kept := range a.links {
		kept.link.Close()
	}
}
