package who

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"telex/config"
	"telex/messaging/outbox"
	"telex/messaging/outbox/postgres"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// A Run is what all copies of a [Home] share: which profile the command names, and what
// the outbox of it was opened with. The zero value names none.
type Run struct {
	Profile string               // "" is the one in use without a name
	Stores  func() config.Stores // of secrets; nil is none

	mu        sync.Mutex
	passwords map[string]config.Secret // of databases, by their names
}

// For is h for another profile than the one that the command names; "" is the one in use
// without a name.
func (h Home) For(profile string) Home {
	run := &Run{Profile: profile}
	if h.Run != nil {
		run.Stores = h.Run.Stores
	}
	h.Run = run
	return h
}

// asked is the profile that the command names.
func (h Home) asked() string {
	if h.Run == nil {
		return ""
	}
	return h.Run.Profile
}

// A Location says where an outbox is: in a file, or in a database.
type Location struct {
	Path    string // of the file; "" if it is a database
	From    string // what says so: "TELEX_OUTBOX", "config.toml:7"; "" if nothing does
	address string // of the database; it may hold a password
	at      config.Database
}

// IsDatabase reports whether it is a database, which others may use from elsewhere.
func (l Location) IsDatabase() bool { return l.address != "" }

// Names reports whether both are the same place.
func (l Location) Names(other Location) bool {
	return l.Path == other.Path && l.address == other.address
}

// Locate finds out where the outbox is. That of the sandbox is always a file of its own, so
// that what is tried never lies among what was sent. Else it is what the environment says
// (TELEX_OUTBOX), then the database of the profile, and then a file.
func (h Home) Locate(sandbox bool) (Location, error) {
	value, _ := h.Env(config.EnvOutbox)
	if sandbox || value == "" {
		return h.locateByProfile(sandbox)
	}
	if err := config.CheckOutbox(value); err != nil {
		return Location{}, &say.UsageError{What: config.EnvOutbox + " " + err.Error(), Hint: "set it to an address, or to the path of a file"}
	}
	l := Location{From: config.EnvOutbox}
	if config.IsDatabase(value) {
		if _, p, err := h.ProfileInUse(h.asked()); err == nil {
			l.at = p.Outbox
		}
		l.at.URL, l.address = value, value
		return l, nil
	}
	if l.Path = filepath.Clean(value); !filepath.IsAbs(l.Path) {
		return l, &say.UsageError{
			What: fmt.Sprintf("%s is %s, which is another file in each folder", config.EnvOutbox, say.Quoted(value)),
			Hint: "give the absolute path of a file, or the address of a database, postgres://USER@HOST/DATABASE",
		}
	}
	return l, nil
}

// locateByProfile is Locate by the file of profiles alone.
func (h Home) locateByProfile(sandbox bool) (l Location, err error) {
	if l.Path, err = h.OutboxPath(sandbox); sandbox {
		return l, err
	}
	file, broken := h.Configuration()
	if broken != nil {
		if path, _ := config.Path(h.Env); namesDatabase(path) {
			return Location{}, broken // the file of this machine is not where the messages are
		}
		return l, err
	}
	p, none := file.Choose(h.asked(), h.Env)
	if none != nil && h.asked() != "" {
		return Location{}, h.NoProfile(none, h.asked())
	}
	if none != nil {
		if p, none = commonOutbox(file, h.NoProfile(none, "")); none != nil {
			return Location{}, none
		}
	}
	if p.Outbox.URL == "" {
		return l, err
	}
	return Location{From: file.Where("profiles", p.Name, "outbox", "url"), address: p.Outbox.URL, at: p.Outbox}, nil
}

// commonOutbox is one of the profiles that all have the same outbox; the error is none if
// they have not.
func commonOutbox(file *config.File, none error) (p config.Profile, err error) {
	for i, name := range file.Names() {
		other, err := file.Profile(name)
		if err != nil || i > 0 && other.Outbox.URL != p.Outbox.URL {
			return p, none
		}
		p = other
	}
	return p, nil
}

// outboxOf is the name of a profile if it has another outbox than a command that names none.
func (h Home) outboxOf(profile string) string {
	if value, _ := h.Env(config.EnvOutbox); value != "" || profile == "" {
		return ""
	}
	with, err := h.For(profile).locateByProfile(false)
	if err != nil {
		return ""
	}
	if without, err := h.For("").locateByProfile(false); err == nil && without.address == with.address {
		return ""
	}
	return profile
}

// namesDatabase reports whether a file that cannot be read as one of profiles names a
// database.
func namesDatabase(path string) bool {
	b, err := os.ReadFile(path)
	return err == nil && (strings.Contains(string(b), "postgres://") || strings.Contains(string(b), "postgresql://"))
}

// Place is where the outbox is, ready to be opened: see [Home.Locate].
func (h Home) Place(sandbox bool) (outbox.Place, error) {
	l, err := h.Locate(sandbox)
	if err != nil {
		return nil, err
	}
	return h.placeOf(l)
}

// Named is an outbox that an argument of a command names: the address of a database, which has
// no password in it, or a file. For the password of a database that a profile has it is looked
// as for that.
func (h Home) Named(name string) (outbox.Place, Location, error) {
	l := Location{From: say.Quoted(name)}
	if config.IsDatabase(name) {
		if err := config.CheckDatabase(name); err != nil {
			return nil, l, &say.UsageError{What: "the address " + err.Error(), Hint: "an argument can be seen by everybody on this machine; PGPASSWORD, .pgpass, a service file or telex outbox login gives the password"}
		}
		l.at.URL, l.address = name, name
		if file, err := h.Configuration(); err == nil {
			for _, profile := range file.Names() {
				if p, err := file.Profile(profile); err == nil && p.Outbox.URL == name {
					l.at = p.Outbox
				}
			}
		}
		at, err := h.placeOf(l)
		return at, l, err
	}
	if err := config.CheckOutbox(name); err != nil || name == "" {
		return nil, l, &say.UsageError{What: say.Quoted(name) + " names no outbox", Hint: "give the path of a file, or the address of a database, postgres://USER@HOST/DATABASE"}
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, l, fmt.Errorf("find the file: %w", err)
	}
	l.Path = path
	return sqlite.At(path), l, nil
}

// PlaceWith is the place of a database with a password in the place of one that telex keeps.
func (h Home) PlaceWith(l Location, password config.Secret) (outbox.Place, error) {
	at, err := h.bare(l)
	if err != nil {
		return nil, err
	}
	return postgres.WithPassword(at, func(context.Context) (string, error) { return password.Reveal(), nil }), nil
}

func (h Home) placeOf(l Location) (outbox.Place, error) {
	if !l.IsDatabase() {
		return sqlite.At(l.Path), nil
	}
	at, err := h.bare(l)
	if err != nil {
		return nil, err
	}
	return postgres.WithPassword(at, func(ctx context.Context) (string, error) {
		secret, err := h.password(ctx, at.String(), l.at)
		return secret.Reveal(), err
	}), nil
}

// bare is the place of a database as its address has it.
func (h Home) bare(l Location) (outbox.Place, error) {
	path, err := h.OutboxPath(false)
	if err != nil {
		return nil, err
	}
	for _, s := range config.DatabasePassword(l.address) {
		h.Output.Hide(config.Credentials{Kind: config.Basic, ID: "outbox", Secret: s})
	}
	at, err := postgres.At(l.address, filepath.Dir(path))
	if err != nil {
		e, _ := errors.AsType[*outbox.Error](err)
		return nil, &say.UsageError{What: fmt.Sprintf("%s: the outbox cannot be %s: %s", l.From, text.Clean(e.Path), text.Clean(e.Err.Error())), Hint: e.Hint}
	}
	return at, nil
}

// password looks for the password of a database, by its name, once a run: the program that
// the profile names prints it, or it is in a store.
func (h Home) password(ctx context.Context, name string, d config.Database) (config.Secret, error) {
	if h.Run == nil {
		return config.Secret{}, nil
	}
	h.Run.mu.Lock()
	defer h.Run.mu.Unlock()
	if secret, known := h.Run.passwords[name]; known {
		return secret, nil
	}
	var stores config.Stores
	if h.Run.Stores != nil {
		stores = h.Run.Stores()
	}
	secret, err := d.Password(ctx, name, stores, nil, func(where string, why error) {
		h.Trace.Note("password of the outbox: not in %s: %v", where, why)
	})
	if err != nil {
		return secret, err
	}
	if secret.Reveal() != "" {
		h.Output.Hide(config.Credentials{Kind: config.Basic, ID: "outbox", Secret: secret})
	}
	if h.Run.passwords == nil {
		h.Run.passwords = map[string]config.Secret{}
	}
	h.Run.passwords[name] = secret
	return secret, nil
}

// HasOutbox reports whether there is an outbox yet. Whether there is one in a database shows
// when it is opened.
func (h Home) HasOutbox(sandbox bool) bool {
	l, err := h.Locate(sandbox)
	if err == nil && !l.IsDatabase() {
		_, err = os.Stat(l.Path)
	}
	return err == nil
}

// Changes tells of what is written into that outbox, until ctx ends; nil where the system
// does not tell of it, and closed when it does not any more. See [sqlite.Changes] and
// [postgres.Changes].
func (h Home) Changes(ctx context.Context, sandbox bool) <-chan struct{} {
	l, err := h.Locate(sandbox)
	if err != nil {
		return nil
	}
	if !l.IsDatabase() {
		return sqlite.Changes(ctx, l.Path)
	}
	at, err := h.placeOf(l)
	if err != nil {
		return nil
	}
	return postgres.Changes(ctx, at)
}
