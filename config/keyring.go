package config

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/zalando/go-keyring"
)

// KeyringWithin is how long a keyring is waited for.
const KeyringWithin = 3 * time.Second

// keyringService is the name that telex has in keyrings.
const keyringService = "telex"

// KeyringCalls are the calls of a keyring that telex makes, as go-keyring has them.
// They may take for ever.
type KeyringCalls interface {
	Get(service, user string) (string, error)
	Set(service, user, value string) error
	Delete(service, user string) error
}

// systemCalls are those of go-keyring.
type systemCalls struct{}

//nolint:wrapcheck // explain puts them into words
func (systemCalls) Get(service, user string) (string, error) { return keyring.Get(service, user) }

//nolint:wrapcheck // explain puts them into words
func (systemCalls) Set(service, user, value string) error { return keyring.Set(service, user, value) }

//nolint:wrapcheck // explain puts them into words
func (systemCalls) Delete(service, user string) error { return keyring.Delete(service, user) }

// KeyringOptions change how a keyring is used. The zero value is right outside tests.
type KeyringOptions struct {
	Calls  KeyringCalls  // nil is the keyring of the operating system
	Within time.Duration // 0 is KeyringWithin
	System string        // as runtime.GOOS names it, whose errors are explained; "" is this one
}

// A Keyring is the keyring of the operating system.
//
// Such a keyring may wait for ever for somebody who unlocks it on a screen that nobody
// sees. Each call is therefore given up after a time, and a keyring that one call was
// given up on is never called again: what it was asked first may still be under way.
// That is a goroutine, on macOS with a process, which ends with telex at the latest;
// there is never more than one.
type Keyring struct {
	env    Lookup
	calls  KeyringCalls
	within time.Duration
	system string
	// ready says why the keyring is not to be called now. It ends with its context.
	ready func(context.Context, Lookup) error

	mu   sync.Mutex // one call at a time
	gone error      // why it is not called any more
}

// NewKeyring is the keyring of whoever env belongs to. Nothing is called before it is
// used.
func NewKeyring(env Lookup, o KeyringOptions) *Keyring {
	k := &Keyring{env: env, calls: o.Calls, within: o.Within, system: o.System}
	if k.calls == nil {
		k.calls, k.ready = systemCalls{}, ready
	}
	if k.within == 0 {
		k.within = KeyringWithin
	}
	if k.system == "" {
		k.system = runtime.GOOS
	}
	return k
}

// Name is InKeyring.
func (*Keyring) Name() StoreName { return InKeyring }

// Where is "the keyring".
func (*Keyring) Where() string { return "the keyring" }

// Get finds credentials; see [Store].
func (k *Keyring) Get(ctx context.Context, key Key) (Credentials, error) {
	const op = "read the secret from the keyring"
	text, err := k.do(ctx, op, func() (string, error) { return k.calls.Get(keyringService, key.String()) })
	if err != nil {
		return Credentials{}, named(err, key)
	}
	var s stored
	err = decodeStrictly(text, &s)
	var c Credentials
	if err == nil {
		c, err = s.credentials(k.Where())
	}
	if err != nil {
		return Credentials{}, &StoreError{
			InKeyring, op, "the entry " + keyringService + ", " + key.String() + " cannot be used: " + err.Error(),
			"store the secret again: telex login --profile " + key.Profile, err,
		}
	}
	return c, nil
}

// Put stores credentials, and reads them back; see [Store].
func (k *Keyring) Put(ctx context.Context, key Key, c Credentials) ([]string, error) {
	const op = "store the secret in the keyring"
	err := c.check()
	var text []byte
	if err == nil {
		text, err = encode(store(c))
	}
	if err != nil {
		return nil, &StoreError{InKeyring, op, err.Error(), "", err}
	}
	_, err = k.do(ctx, op, func() (string, error) {
		if err := k.calls.Set(keyringService, key.String(), string(text)); err != nil {
			return "", err
		}
		// Some say that they did and did not, as when a prompt was dismissed.
		back, err := k.calls.Get(keyringService, key.String())
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return "", err
		}
		if back != string(text) {
			return "", errNotKept
		}
		return "", nil
	})
	return nil, named(err, key)
}

// Delete removes credentials; see [Store].
func (k *Keyring) Delete(ctx context.Context, key Key) ([]string, error) {
	_, err := k.do(ctx, "remove the secret from the keyring", func() (string, error) {
		return "", k.calls.Delete(keyringService, key.String())
	})
	if e, ok := errors.AsType[*StoreError](err); ok && strings.HasSuffix(e.Next, useFile) {
		e.Next = there
	} else if ok {
		e.Next = strings.TrimSuffix(e.Next, orFile)
	}
	return nil, err
}

// errNotKept means that the keyring gave back something else than it was given.
var errNotKept = errors.New("it did not keep what it was given")

// errNonsense means that a call of the keyring panicked, which those do on answers
// that are not of the kind that they expect.
var errNonsense = errors.New("its answer makes no sense")

// do makes a call under the deadline, and puts its failure into words.
func (k *Keyring) do(ctx context.Context, op string, call func() (string, error)) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if k.gone != nil {
		return "", k.failure(op, k.gone)
	}
	type answer struct {
		value string
		err   error
	}
	wait, cancel := context.WithTimeout(ctx, k.within)
	defer cancel()
	answers := make(chan answer, 1) // with room, so that a late one is not waited for
	go func() {
		a := answer{err: errNonsense}
		defer func() {
			_ = recover()
			answers <- a
		}()
		if k.ready != nil {
			if err := k.ready(wait, k.env); err != nil {
				a.err = err
				return
			}
		}
		if wait.Err() != nil { // nobody waits any more
			return
		}
		a.value, a.err = call()
	}()
	select {
	case a := <-answers:
		if wait.Err() == nil || a.err == nil {
			return a.value, k.failure(op, a.err)
		}
	case <-wait.Done():
	}
	k.gone = ErrNoAnswer
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	return "", k.failure(op, ErrNoAnswer)
}

// failure puts what a keyring said into words; nil is nil.
func (k *Keyring) failure(op string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrNoAnswer) {
		e := &StoreError{
			InKeyring, op, "it did not answer within " + k.within.String() + ", and is not asked again in this run",
			"it may be asking for its password in a window that you cannot see; unlock it there" + orFile, err,
		}
		return e
	}
	what, next, cause := explain(k.system, err)
	return &StoreError{InKeyring, op, what, next, cause}
}
