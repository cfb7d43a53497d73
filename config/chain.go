package config

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// A Question asks the user for credentials.
type Question struct {
	Profile   string // "" if none is in use
	AccountID string
	Kind      Kind
	ID        string // client id or username; "" asks for that too
}

// AskCredentials asks the user. An error means that there is no answer, and says why.
type AskCredentials func(ctx context.Context, q Question) (id string, secret Secret, err error)

// A Chain is the places where credentials may be, in a fixed order: the environment,
// the profile's credential command, the keyring, the encrypted file, and the user. The
// first that has them wins. What was asked for is remembered for as long as the chain
// lives. Safe for concurrent use; whoever comes while the user is being asked waits.
type Chain struct {
	Env    Lookup
	Stores Stores // one that is nil is skipped
	// Run runs credential commands; nil is RunCommand.
	Run Runner
	// Ask asks the user; nil asks nobody, because of Unasked.
	Ask     AskCredentials
	Unasked string // "nothing is asked with --json"; "" is that there is no terminal

	mu    sync.Mutex
	asked map[Question]answered
}

// answered is what the user said to a question.
type answered struct {
	id     string
	secret Secret
}

// Find returns the first usable credentials for a profile, whose account is the one in
// effect, and a *NoCredentialsError if there are none. The zero Profile is none: then
// there are the environment and the user. What was skipped although something was
// there is among the Warnings.
func (c *Chain) Find(ctx context.Context, p Profile) (Credentials, error) {
	_, found, err := c.Walk(ctx, p)
	return found, err
}

// Walk is Find, and says of each place what became of it, in order, whether credentials
// were found or not. After the end of the context it returns that error alone.
func (c *Chain) Walk(ctx context.Context, p Profile) ([]Look, Credentials, error) {
	places := append(environmentPlaces(c.Env),
		c.command(ctx, p),
		c.stored(ctx, p, InKeyring),
		c.stored(ctx, p, InFile),
		c.user(ctx, p),
	)
	return walk(places, func() error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return nil
	})
}

// Forget forgets what the user answered for a profile, as when the API refused it.
func (c *Chain) Forget(p Profile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.asked, question(p))
}

// A place is one link of the chain. An error that is absent is no fault of it.
type place struct {
	where string
	find  func() (Credentials, error)
}

// walk goes through places until one has credentials, or ended says why to stop.
func walk(places []place, ended func() error) ([]Look, Credentials, error) {
	var found *Credentials
	var looks, passed []Look
	var warnings []string
	for _, p := range places {
		if found != nil {
			looks = append(looks, Look{Where: p.where, State: NotReached})
			continue
		}
		c, err := p.find()
		if err == nil {
			found = &c
			looks = append(looks, Look{Where: p.where, State: Found})
			continue
		}
		if err := ended(); err != nil {
			return nil, Credentials{}, err
		}
		_, none := errors.AsType[absent](err)
		l := Look{Where: p.where, Why: err.Error(), Broken: !none}
		looks, passed = append(looks, l), append(passed, l)
	}
	if found == nil {
		return looks, Credentials{}, &NoCredentialsError{Looked: passed}
	}
	for _, l := range passed {
		if l.Broken {
			warnings = append(warnings, fmt.Sprintf("%s: %s; using %s instead", l.Where, l.Why, found.Source))
		}
	}
	found.Warnings = append(warnings, found.Warnings...)
	return looks, *found, nil
}

// command is the profile's credential command.
func (c *Chain) command(ctx context.Context, p Profile) place {
	const key = "credential_command"
	if len(p.Command) == 0 {
		return place{key, func() (Credentials, error) { return Credentials{}, notSet }}
	}
	where := fmt.Sprintf("%s %q of profile %s", key, p.Command[0], p.Name)
	return place{where, func() (Credentials, error) {
		found := Credentials{Kind: p.Auth, ID: p.ID(), Source: where}
		if found.ID == "" {
			return found, fmt.Errorf("it is set, but the profile names no %s; add that", idKey(p.Auth))
		}
		run := c.Run
		if run == nil {
			run = RunCommand
		}
		output, err := run(ctx, p.Command)
		if err != nil {
			return found, err
		}
		text := strings.TrimSuffix(strings.TrimSuffix(output.Reveal(), "\n"), "\r")
		if strings.Contains(text, "\n") {
			return found, errors.New("it wrote more than one line; it should write the secret and nothing else")
		}
		found.Secret = NewSecret(text)
		return found, found.check()
	}}
}

// stored is a store.
func (c *Chain) stored(ctx context.Context, p Profile, name StoreName) place {
	store := c.Stores.Named(name)
	if store == nil {
		return place{"the " + string(name), func() (Credentials, error) { return Credentials{}, absent("not in use") }}
	}
	return place{store.Where(), func() (Credentials, error) {
		switch {
		case p.Name == "":
			return Credentials{}, absent("no profile is in use")
		case p.AccountID == "":
			return Credentials{}, absent("the profile's account is not known; set " + EnvAccountID + ", or account in the profile")
		case p.Store != "" && p.Store != name:
			return Credentials{}, absent(fmt.Sprintf("the profile says that its secret is in the %s (store = %q)", p.Store, p.Store))
		}
		found, err := store.Get(ctx, p.Key())
		if err == nil {
			return found, fits(found, p)
		}
		why := err
		if e, ok := errors.AsType[*StoreError](err); ok {
			why = reason(e)
		}
		if p.Store != name && (errors.Is(err, ErrNotStored) || errors.Is(err, ErrUnavailable)) {
			return found, absent(why.Error())
		}
		return found, why
	}}
}

// reason is what a store said, for a list in which it is named already.
func reason(e *StoreError) error {
	if e.Next == "" {
		return errors.New(e.What)
	}
	return errors.New(e.What + "; " + e.Next)
}

// fits reports whether stored credentials are those that the profile is about.
func fits(c Credentials, p Profile) error {
	again := "store it again: telex login --profile " + p.Name
	if c.Kind != p.Auth {
		return fmt.Errorf("it holds a secret for %s, and the profile says %s; %s", c.Kind, p.Auth, again)
	}
	if p.ID() != "" && c.ID != p.ID() {
		return fmt.Errorf("it holds the secret of %q, and the profile's %s is %q; %s", c.ID, idKey(p.Auth), p.ID(), again)
	}
	return nil
}

// idKey is the key of the profile's id in the file.
func idKey(k Kind) string {
	if k == Basic {
		return "username"
	}
	return "client_id"
}

func question(p Profile) Question {
	return Question{Profile: p.Name, AccountID: p.AccountID, Kind: p.Auth, ID: p.ID()}
}

// user is whoever can be asked.
func (c *Chain) user(ctx context.Context, p Profile) place {
	return place{"a question to you", func() (Credentials, error) {
		q := question(p)
		found := Credentials{Kind: q.Kind, Source: "what you answered"}
		if c.Ask == nil {
			why := c.Unasked
			if why == "" {
				why = "there is no terminal to ask on"
			}
			return found, absent(why)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		a, known := c.asked[q]
		if !known {
			var err error
			if a.id, a.secret, err = c.Ask(ctx, q); err != nil {
				return found, absent(err.Error())
			}
			if q.ID != "" {
				a.id = q.ID
			}
		}
		found.ID, found.Secret = a.id, a.secret
		if err := found.check(); err != nil {
			return found, err
		}
		if c.asked == nil {
			c.asked = map[Question]answered{}
		}
		c.asked[q] = a
		return found, nil
	}}
}
