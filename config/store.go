package config

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A StoreName says in which kind of store a secret is, as the file of profiles says it.
type StoreName string

// The stores. There is none that keeps secrets in plain text.
const (
	InKeyring StoreName = "keyring" // of the operating system
	InFile    StoreName = "file"    // encrypted with a passphrase
)

// A Key is what a secret is kept under.
type Key struct {
	Profile   string
	AccountID string
}

// String is PROFILE/ACCOUNT.
func (k Key) String() string { return k.Profile + "/" + k.AccountID }

// A Store keeps secrets from one run to the next. Errors are *StoreErrors, or that of
// the context. Safe for concurrent use.
type Store interface {
	// Name says which store this is.
	Name() StoreName
	// Where names it for people: "the keyring", or the file.
	Where() string
	// Get finds credentials; ErrNotStored if there are none of that key. Their
	// Source is Where.
	Get(ctx context.Context, key Key) (Credentials, error)
	// Put stores the kind, id and secret of c, over what was there. It refuses what
	// could not be sent. Warnings say what was put right on the way.
	Put(ctx context.Context, key Key, c Credentials) (warnings []string, err error)
	// Delete removes what is stored; ErrNotStored if there is nothing.
	Delete(ctx context.Context, key Key) (warnings []string, err error)
}

// Sentinels for decisions, matched with errors.Is on what a Store returns.
var (
	// ErrNotStored: the store works and has nothing of that key.
	ErrNotStored = errors.New("nothing is stored")
	// ErrUnavailable: there is no such store on this system.
	ErrUnavailable = errors.New("not available here")
	// ErrLocked: it must be unlocked by its user first.
	ErrLocked = errors.New("it is locked")
	// ErrNoAnswer: it did not answer in time, and is not asked again in this run.
	ErrNoAnswer = errors.New("it does not answer")
	// ErrNoPassphrase: nobody gave the passphrase of the file.
	ErrNoPassphrase = errors.New("no passphrase")
	// ErrWrongPassphrase: the passphrase is that of no file, or of another one.
	ErrWrongPassphrase = errors.New("wrong passphrase")
)

// A StoreError is a store that could not do what it was asked. It never holds a secret.
type StoreError struct {
	Store StoreName
	Op    string // "read the secret"
	What  string // what happened, in one line
	Next  string // what to do; may be empty
	Err   error  // one of the sentinels where it is known, else the cause
}

// Error says in one line what happened and what to do.
func (e *StoreError) Error() string {
	text := e.Op + ": " + e.What
	if e.Next != "" {
		text += "; " + e.Next
	}
	return text
}

// Unwrap returns the cause.
func (e *StoreError) Unwrap() error { return e.Err }

// Stores are those of this system.
type Stores struct {
	Keyring Store
	File    Store
}

// Named is the store of that name; nil if there is none.
func (s Stores) Named(name StoreName) Store {
	switch name {
	case InKeyring:
		return s.Keyring
	case InFile:
		return s.File
	}
	return nil
}

// Forget removes a profile's secret: from the store that the profile names, or from
// each if it names none. ErrNotStored means that there was none.
func (s Stores) Forget(ctx context.Context, p Profile) (warnings []string, err error) {
	names := []StoreName{InKeyring, InFile}
	if p.Store != "" {
		names = []StoreName{p.Store}
	}
	var failed []error
	removed := false
	for _, name := range names {
		store := s.Named(name)
		if store == nil {
			continue
		}
		said, err := store.Delete(ctx, p.Key())
		warnings = append(warnings, said...)
		nothing := errors.Is(err, ErrNotStored) || p.Store == "" && errors.Is(err, ErrUnavailable)
		switch {
		case err == nil:
			removed = true
		case !nothing:
			failed = append(failed, err)
		}
	}
	if !removed && len(failed) == 0 {
		return warnings, ErrNotStored
	}
	return warnings, errors.Join(failed...)
}

// A Choice is the store to use for a new secret, and why.
type Choice struct {
	Store Store
	Why   string
}

// Choose tries whether the keyring takes a value, gives it back and forgets it again,
// and says which store to use: the keyring if it does, else the file. It may take as
// long as a keyring is waited for. The error is that of the context.
func (s Stores) Choose(ctx context.Context) (Choice, error) {
	// By another name each time, so that two trials at once do not meet.
	key := Key{Profile: "telex-trial", AccountID: rand.Text()}
	_, err := s.Keyring.Put(ctx, key, Credentials{ID: "trial", Secret: NewSecret("no secret")})
	if err == nil {
		_, err = s.Keyring.Delete(ctx, key)
	}
	if ctx.Err() != nil {
		return Choice{}, context.Cause(ctx)
	}
	if err == nil {
		return Choice{s.Keyring, "the keyring of this system works"}, nil
	}
	why := err.Error()
	if e, ok := errors.AsType[*StoreError](err); ok {
		why = e.What
	}
	return Choice{s.File, "the keyring cannot be used: " + why}, nil
}

// stored is how both stores write credentials down.
type stored struct {
	kind, id string
	secret   Secret
}

// storedText is stored as JSON has it, with the secret in plain: the stores answer for it.
type storedText struct {
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

func store(c Credentials) stored { return stored{c.Kind.String(), c.ID, c.Secret} }

// MarshalJSON is a storedText.
func (s stored) MarshalJSON() ([]byte, error) {
	return encode(storedText{s.kind, s.id, s.secret.Reveal()})
}

// UnmarshalJSON reads a storedText and nothing else.
func (s *stored) UnmarshalJSON(text []byte) error {
	var t storedText
	if err := decodeStrictly(string(text), &t); err != nil {
		return err
	}
	*s = stored{t.Kind, t.ID, NewSecret(t.Secret)}
	return nil
}

// credentials are what was stored.
func (s stored) credentials(source string) (Credentials, error) {
	kind, err := ParseKind(s.kind)
	if err != nil {
		return Credentials{}, errForeign
	}
	c := Credentials{Kind: kind, ID: s.id, Secret: s.secret, Source: source}
	if err := c.check(); err != nil {
		return Credentials{}, err
	}
	return c, nil
}

// errForeign means that a store holds something that is not of the form that it is
// written in here. What it is is not said, for it may be a secret.
var errForeign = errors.New("what it holds was not written by this telex")

// decodeStrictly reads JSON, and refuses what it would lose by writing it again. The
// error says nothing of the content.
func decodeStrictly(text string, to any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		return errForeign
	}
	if decoder.More() {
		return errForeign
	}
	return nil
}

// encode is JSON of what is stored.
func encode(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return text, nil
}
