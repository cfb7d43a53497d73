package config

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"filippo.io/age"
)

// How hard guessing the passphrase is made, as the power of two of scrypt's cost.
// Opening takes about 90 ms and 32 MiB at 15; each step more doubles both, so a file
// that asks for more than 18, which takes 256 MiB, is refused.
const (
	workFactor    = 15
	maxWorkFactor = 18
)

// An EncryptedFile keeps secrets in a file that is encrypted with a passphrase, for hosts
// without a keyring. It is an age file, so age -d opens it too. The passphrase comes from
// TELEX_PASSPHRASE or from the user, and is remembered once it has opened the file.
//
// The file is replaced whole, under a lock. One that cannot be opened is never written.
// Safe for concurrent use; whoever comes while the user is being asked waits.
type EncryptedFile struct {
	env  Lookup
	ask  AskPassphrase
	work int // of a file that is written

	mu         sync.Mutex
	passphrase Secret // that opened the file; empty before
}

// EncryptedFileOptions are how an encrypted file is opened and written.
type EncryptedFileOptions struct {
	Ask  AskPassphrase // nil asks nobody
	Work int           // how hard guessing is made, as a power of two; 0 is 15, and tests that write many take less
}

// NewEncryptedFile is the file of whoever env belongs to. Nothing is read or asked
// before it is used.
func NewEncryptedFile(env Lookup, options EncryptedFileOptions) *EncryptedFile {
	return &EncryptedFile{env: env, ask: options.Ask, work: cmp.Or(options.Work, workFactor)}
}

// Name is InFile.
func (*EncryptedFile) Name() StoreName { return InFile }

// Where names the file.
func (f *EncryptedFile) Where() string {
	path, err := SecretPath(f.env)
	if err != nil {
		return "the encrypted file"
	}
	return fmt.Sprintf("the encrypted file %q", path)
}

// vault is what the file holds, by key.
type vault map[string]stored

// Get finds credentials; see [Store]. The passphrase is asked for only if there is a
// file.
func (f *EncryptedFile) Get(ctx context.Context, key Key) (Credentials, error) {
	const op = "read the secret from the encrypted file"
	f.mu.Lock()
	defer f.mu.Unlock()
	path, err := SecretPath(f.env)
	if err != nil {
		return Credentials{}, f.failure(op, "", err)
	}
	content, err := readFile(path)
	if err == nil && content == nil {
		err = ErrNotStored
	}
	if err != nil {
		return Credentials{}, named(f.failure(op, path, err), key)
	}
	secrets, warnings, err := f.open(ctx, path, content)
	if err != nil {
		return Credentials{}, named(f.failure(op, path, err), key)
	}
	s, ok := secrets[key.String()]
	if !ok {
		return Credentials{}, named(f.failure(op, path, ErrNotStored), key)
	}
	c, err := s.credentials(f.Where())
	if err != nil {
		return Credentials{}, f.failure(op, path, fmt.Errorf("the entry %s cannot be used: %w", key, err))
	}
	c.Warnings = append(f.tidy(path), warnings...)
	return c, nil
}

// Put stores credentials; see [Store]. It makes the file if there is none.
func (f *EncryptedFile) Put(ctx context.Context, key Key, c Credentials) ([]string, error) {
	const op = "store the secret in the encrypted file"
	if err := c.check(); err != nil {
		return nil, &StoreError{InFile, op, err.Error(), "", err}
	}
	return f.change(ctx, op, func(secrets vault) error {
		secrets[key.String()] = store(c)
		return nil
	})
}

// Delete removes credentials; see [Store]. With the last of them the file goes too.
func (f *EncryptedFile) Delete(ctx context.Context, key Key) ([]string, error) {
	return f.change(ctx, "remove the secret from the encrypted file", func(secrets vault) error {
		if _, ok := secrets[key.String()]; !ok {
			return ErrNotStored
		}
		delete(secrets, key.String())
		return nil
	})
}

// change makes a change to what the file holds.
func (f *EncryptedFile) change(ctx context.Context, op string, edit func(vault) error) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	path, err := SecretPath(f.env)
	if err != nil {
		return nil, f.failure(op, "", err)
	}
	target, err := follow(path)
	if err != nil {
		return nil, f.failure(op, path, err)
	}
	content, err := readFile(target)
	if err != nil {
		return nil, f.failure(op, path, err)
	}
	if content == nil && edit(vault{}) != nil {
		return nil, f.failure(op, path, ErrNotStored) // no need to ask for a passphrase
	}
	// Before the lock is taken, for whoever is asked may take a while to answer.
	secrets, warnings, err := f.open(ctx, path, content)
	if err != nil {
		return nil, f.failure(op, path, err)
	}
	warnings = append(f.tidy(path), warnings...)
	err = locked(ctx, target, func() error {
		now, err := readFile(target)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, content) { // another telex was faster
			secrets = vault{}
			if now != nil {
				if secrets, err = decrypt(now, f.passphrase); err != nil {
					return err
				}
			}
		}
		if err := edit(secrets); err != nil {
			return err
		}
		return f.write(target, secrets)
	})
	if err != nil {
		return nil, f.failure(op, path, err)
	}
	return warnings, nil
}

// write puts what is left into the file. Hold its lock.
func (f *EncryptedFile) write(target string, secrets vault) error {
	if len(secrets) == 0 {
		if err := os.Remove(target); err != nil {
			return fmt.Errorf("remove the file, which is empty now: %w", withoutPath(err))
		}
		return syncFolder(filepath.Dir(target))
	}
	content, err := encrypt(secrets, f.passphrase, f.work)
	if err != nil {
		return err
	}
	return replace(target, content)
}

// open decrypts content, which is nil if there is no file yet, and remembers the
// passphrase that did it.
func (f *EncryptedFile) open(ctx context.Context, path string, content []byte) (vault, []string, error) {
	if content != nil && f.passphrase.Reveal() != "" {
		if secrets, err := decrypt(content, f.passphrase); err == nil || !errors.Is(err, ErrWrongPassphrase) {
			return secrets, nil, err
		}
		f.passphrase = Secret{} // somebody made the file anew
	}
	given, warning, err := unattended(f.env)
	if err != nil {
		return nil, nil, err
	}
	var warnings []string
	if warning != "" {
		warnings = append(warnings, warning)
	}
	if given.Reveal() != "" {
		secrets, err := f.try(content, given)
		if errors.Is(err, ErrWrongPassphrase) {
			err = fmt.Errorf("%w in %s", err, EnvPassphrase)
		}
		return secrets, warnings, err
	}
	if f.ask == nil {
		return nil, nil, ErrNoPassphrase
	}
	q := PassphraseQuestion{Path: path, New: content == nil}
	for range passphraseTries {
		given, err = f.ask(ctx, q)
		if err != nil {
			return nil, nil, errors.Join(ErrNoPassphrase, err)
		}
		if given.Reveal() == "" {
			return nil, nil, ErrNoPassphrase
		}
		secrets, err := f.try(content, given)
		if !errors.Is(err, ErrWrongPassphrase) {
			return secrets, warnings, err
		}
		q.Again = true
	}
	return nil, nil, ErrWrongPassphrase
}

// try decrypts content with a passphrase, and remembers it if that did it. Of a file
// that is not there yet it becomes the passphrase.
func (f *EncryptedFile) try(content []byte, passphrase Secret) (vault, error) {
	secrets := vault{}
	if content != nil {
		var err error
		if secrets, err = decrypt(content, passphrase); err != nil {
			return nil, err
		}
	}
	f.passphrase = passphrase
	return secrets, nil
}

// tidy takes the rights of others to the file and its folder away.
func (f *EncryptedFile) tidy(path string) []string {
	var warnings []string
	for _, w := range []string{keepPrivate(f.env, filepath.Dir(path)), keepPrivate(f.env, path)} {
		if w != "" {
			warnings = append(warnings, w)
		}
	}
	return warnings
}

// failure puts an error into words.
func (f *EncryptedFile) failure(op, path string, err error) error {
	e := &StoreError{Store: InFile, Op: op, What: err.Error(), Err: err}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case path == "":
		e.Err = errors.Join(ErrUnavailable, err)
	case errors.Is(err, ErrNotStored):
		e.What, e.Next = "it holds nothing for this profile and account", storeIt
	case errors.Is(err, ErrWrongPassphrase):
		e.Next = fmt.Sprintf("if it is lost, so are the secrets in %q: remove the file and store them again by telex login", path)
	case errors.Is(err, ErrNoPassphrase):
		e.Next = fmt.Sprintf("set %[1]s, or %[1]s%[2]s to a file that holds it", EnvPassphrase, fileSuffix)
	case errors.Is(err, ErrBusy):
		e.Next = "try again"
	case errors.Is(err, errNotOpened), errors.Is(err, errForeign):
		e.Next = fmt.Sprintf("move %q away and store the secrets again by telex login", path)
	default:
		e.Next = fmt.Sprintf("look at %q", path)
	}
	return e
}

// errNotOpened means that a file cannot be decrypted, whatever the passphrase.
var errNotOpened = errors.New("it cannot be opened")

// encrypt is a new file.
func encrypt(secrets vault, passphrase Secret, factor int) ([]byte, error) {
	text, err := encode(secrets)
	if err != nil {
		return nil, err
	}
	to, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	to.SetWorkFactor(factor)
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return b.Bytes(), nil
}

// decrypt opens a file. The error never holds any of the content.
func decrypt(content []byte, passphrase Secret) (vault, error) {
	by, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	by.SetMaxWorkFactor(maxWorkFactor)
	r, err := age.Decrypt(bytes.NewReader(content), by)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		if none, ok := errors.AsType[*age.NoIdentityMatchError](err); ok && len(none.StanzaTypes) == 1 && none.StanzaTypes[0] == "scrypt" {
			return nil, ErrWrongPassphrase
		}
		return nil, fmt.Errorf("%w: it is not encrypted with a passphrase", errNotOpened)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotOpened, err)
	}
	text, err := io.ReadAll(io.LimitReader(r, maxFileBytes))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotOpened, err)
	}
	secrets := vault{}
	if err := decodeStrictly(string(text), &secrets); err != nil {
		return nil, err
	}
	return secrets, nil
}
