package config

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// EnvOutbox names the outbox, for every profile: the address of a database or the path of
// a file. It wins over the file of profiles.
const EnvOutbox = "TELEX_OUTBOX"

// outboxKey is the table of a profile about its outbox.
const outboxKey = "outbox"

// A Database is where a profile records its messages, if that is not a file of this
// machine. The zero value is no database.
type Database struct {
	URL     string   // its address, without a password
	Command []string // prints the password: a program and its arguments
}

// fields are the keys of its table.
func (d *Database) fields() []field {
	address := textField("url", &d.URL, CheckDatabase)
	address.allowed = `the address of a PostgreSQL database, such as "postgres://telex@db.example.com/telex"`
	return []field{
		address,
		commandField("password_command", &d.Command),
	}
}

// Why an address is refused. None of them repeats it, for it may hold a password.
var (
	errNoAddress   = errors.New("is not of the form postgres://USER@HOST:PORT/DATABASE")
	errPasswordIn  = errors.New("holds a password; take it out, change it, for it was on the disk, and have telex outbox login keep the new one, or PGPASSWORD, .pgpass or a service file")
	errStrangeKeys = errors.New("has a parameter with a strange name behind the question mark; write a special character of the user or the database with %, as %40 for @")
)

// IsDatabase reports whether an address is meant to be that of a database.
func IsDatabase(address string) bool {
	scheme, _, ok := strings.Cut(address, "://")
	return ok && (scheme == "postgres" || scheme == "postgresql")
}

// CheckDatabase judges the address of a database that is written down or given where
// others can read it: one with a password is refused, and so is one in which it cannot be
// seen whether it has one. No error has any of the address in it. The empty one is fine.
func CheckDatabase(address string) error {
	if address == "" {
		return nil
	}
	u, err := databaseURL(address)
	if err != nil {
		return err
	}
	_, has := u.User.Password()
	if q := u.Query(); has || q.Has("password") || q.Has("sslpassword") {
		return errPasswordIn
	}
	return nil
}

// DatabasePassword is the password within an address, and the passphrase of its key; the
// zero Secrets where there are none.
func DatabasePassword(address string) []Secret {
	u, err := databaseURL(address)
	if err != nil {
		return nil
	}
	var all []Secret
	in, _ := u.User.Password()
	for _, s := range []string{in, u.Query().Get("password"), u.Query().Get("sslpassword")} {
		if s != "" {
			all = append(all, NewSecret(s))
		}
	}
	return all
}

func databaseURL(address string) (*url.URL, error) {
	if err := checkText(address); err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil || !IsDatabase(address) || u.Opaque != "" || u.Fragment != "" || strings.HasSuffix(address, "#") {
		return nil, errNoAddress
	}
	keys, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errNoAddress
	}
	for key := range keys { // a password with a ? in it would begin one
		if key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") != "" {
			return nil, errStrangeKeys
		}
	}
	return u, nil
}

// CheckOutbox judges what EnvOutbox may be.
func CheckOutbox(value string) error {
	if IsDatabase(value) {
		_, err := databaseURL(value)
		return err
	}
	if strings.Contains(value, "://") {
		return errors.New("begins like an address, but not like that of a PostgreSQL database, postgres://")
	}
	return checkText(value)
}

// database reads the table of a profile's outbox at path.
func (r *reading) database(path []string, value any) (d Database) {
	table, ok := value.(map[string]any)
	if !ok {
		r.refuse(path, typeError(value).Error(), `a table such as { url = "postgres://telex@db.example.com/telex" }`)
		return d
	}
	r.fields(path, table, d.fields())
	return d
}

// Key is what the password of a role of a database is kept under; name is that of the
// database, without secrets.
func (Database) Key(name string) Key { return Key{Profile: outboxKey, AccountID: name} }

// Password finds the password of a role of a database; name is that of the database, without
// secrets. It is what the profile's program prints, or else what telex outbox login stored in
// the keyring, or in the encrypted file if its passphrase is known; empty where that is nothing. A
// store that cannot be used is passed over, and told of. The error says what is wrong with
// the program, or that ctx ended. Run runs the program; nil is [RunCommand].
func (d Database) Password(ctx context.Context, name string, stores Stores, run Runner, tell func(where string, why error)) (Secret, error) {
	if len(d.Command) > 0 {
		return passwordOf(ctx, d.Command, run)
	}
	for _, store := range []Store{stores.Keyring, stores.File} {
		if store == nil {
			continue
		}
		found, err := store.Get(ctx, d.Key(name))
		if err == nil {
			return found.Secret, nil
		}
		if ctx.Err() != nil {
			return Secret{}, context.Cause(ctx)
		}
		tell(store.Where(), err)
	}
	return Secret{}, nil
}

// passwordOf is what a program prints.
func passwordOf(ctx context.Context, command []string, run Runner) (Secret, error) {
	if run == nil {
		run = RunCommand
	}
	output, err := run(ctx, command)
	if err != nil {
		return Secret{}, fmt.Errorf("password_command %q: %w", command[0], err)
	}
	line := strings.TrimSuffix(strings.TrimSuffix(output.Reveal(), "\n"), "\r")
	if line == "" || strings.Contains(line, "\n") {
		return Secret{}, fmt.Errorf("password_command %q: it should write the password in one line and nothing else", command[0])
	}
	return NewSecret(line), nil
}
