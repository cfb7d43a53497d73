package config

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Kind is how the API is told who is calling.
type Kind uint8

// The kinds of credentials. OAuth is looked for first: Bandwidth retires the
// other on 2 December 2026.
const (
	OAuth Kind = iota // client id and secret, exchanged for a token
	Basic             // API username and password
)

func (k Kind) String() string {
	switch k {
	case OAuth:
		return "oauth"
	case Basic:
		return "basic"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// IDName is what the part that says who is called.
func (k Kind) IDName() string {
	if k == Basic {
		return "username"
	}
	return "client id"
}

// SecretName is what the part that nobody else knows is called.
func (k Kind) SecretName() string {
	if k == Basic {
		return "password"
	}
	return "client secret"
}

// ParseKind is the kind of that name, as [Kind.String] writes it.
func ParseKind(name string) (Kind, error) {
	for _, k := range []Kind{OAuth, Basic} {
		if name == k.String() {
			return k, nil
		}
	}
	return 0, fmt.Errorf("%q is not a kind of credentials; choose %s or %s", name, OAuth, Basic)
}

// basicEnds is the day on which Bandwidth retires HTTP Basic. Two dates came before it:
// https://dev.bandwidth.com/docs/account/credentials/management
const basicEnds = "2026-12-02"

// BasicWarning is one line for whoever uses Basic, with its dates.
func BasicWarning(now time.Time) string {
	const remedy = "make a client id and secret in its dashboard and use telex login --auth oauth"
	if now.UTC().Format(time.DateOnly) >= basicEnds {
		return "Bandwidth retired API usernames and passwords (HTTP Basic) on 2 December 2026: " + remedy
	}
	return "Bandwidth retires API usernames and passwords (HTTP Basic) on 2 December 2026; it has created no new ones " +
		"since 1 April 2026, and since 1 July only their passwords can be changed: " + remedy
}

// The environment variables that credentials are read from. The name of each
// with "_FILE" behind it names a file that holds the value.
const (
	EnvClientID     = "BW_CLIENT_ID"
	EnvClientSecret = "BW_CLIENT_SECRET"
	EnvUsername     = "BW_USERNAME"
	EnvPassword     = "BW_PASSWORD"

	fileSuffix = "_FILE"
)

// Credentials are what a request is authorised by. Printing them shows no secret.
type Credentials struct {
	Kind   Kind
	ID     string // client id or username
	Secret Secret // client secret or password
	Source string // where they were found: "BW_CLIENT_ID and BW_CLIENT_SECRET"
	// Warnings are what is wrong but does not stand in the way, each a phrase that
	// names the variable or file. Files are named as they were given: clean them
	// before showing them on a terminal.
	Warnings []string
}

// check reports what could not be sent as credentials. It never says what they are.
func (c Credentials) check() error {
	what := "client id"
	if c.Kind == Basic {
		what = "username"
	}
	secret := c.Secret.Reveal()
	switch {
	case c.ID == "":
		return fmt.Errorf("the %s is missing", what)
	case secret == "":
		return errors.New("the secret is empty")
	case strings.ContainsFunc(c.ID, unicode.IsControl):
		return fmt.Errorf("the %s holds a control character, such as the end of a line", what)
	case c.Kind == Basic && strings.Contains(c.ID, ":"):
		return errors.New("the username holds a colon, which HTTP Basic cannot carry")
	case strings.ContainsFunc(secret, unicode.IsControl):
		return errors.New("the secret holds a control character, such as the end of a line")
	}
	return nil
}

// A LookState is what became of a place where credentials may be.
type LookState uint8

// What became of a place.
const (
	PassedOver LookState = iota // it has none, or none that can be used
	Found                       // these are used
	NotReached                  // they were found before
)

func (s LookState) String() string {
	switch s {
	case PassedOver:
		return "skipped"
	case Found:
		return "found"
	case NotReached:
		return "not reached"
	}
	return fmt.Sprintf("LookState(%d)", uint8(s))
}

// A Look is one place where credentials may be.
type Look struct {
	Where  string // "BW_CLIENT_ID and BW_CLIENT_SECRET"
	State  LookState
	Why    string // why it was skipped, and what to set if it was half set
	Broken bool   // skipped although something is there, for it cannot be used
}

// NoCredentialsError means that every place was looked at and none had usable
// credentials.
type NoCredentialsError struct {
	Looked []Look // in the order in which they were looked at
}

// Error lists where was looked, with what was found there.
func (e *NoCredentialsError) Error() string {
	var b strings.Builder
	b.WriteString("no credentials")
	for i, l := range e.Looked {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		b.WriteString(sep + l.Where + ": " + l.Why)
	}
	return b.String()
}

// pair is two variables that make credentials.
type pair struct {
	kind       Kind
	id, secret string
}

func (p pair) String() string { return p.id + " and " + p.secret }

// absent is why a place was skipped that has nothing, which is no fault of it.
type absent string

func (a absent) Error() string { return string(a) }

// notSet means that nothing of a place is there.
const notSet absent = "not set"

// FindCredentials returns the first usable credentials that env names, and a
// *NoCredentialsError if there are none. A place that is set by half, or whose
// secret cannot be read, is skipped too; if another is used instead, that is
// among the Warnings.
func FindCredentials(env Lookup) (Credentials, error) {
	_, c, err := walk(environmentPlaces(env), func() error { return nil })
	return c, err
}

// environmentPlaces are those that env may name.
func environmentPlaces(env Lookup) []place {
	var places []place
	for _, p := range []pair{
		{OAuth, EnvClientID, EnvClientSecret},
		{Basic, EnvUsername, EnvPassword},
	} {
		places = append(places, place{p.String(), func() (Credentials, error) { return p.find(env) }})
	}
	return places
}

// setAs is the variable that has a value, or names the file that holds it; "" if neither is set.
func setAs(env Lookup, name string) string {
	switch {
	case env.get(name) != "":
		return name
	case env.get(name+fileSuffix) != "":
		return name + fileSuffix
	}
	return ""
}

// find reads one pair. The error says why it cannot be used, and never holds any
// of it.
func (p pair) find(env Lookup) (Credentials, error) {
	named, from := setAs(env, p.id), setAs(env, p.secret)
	c := Credentials{Kind: p.kind, ID: env.get(p.id), Source: p.String()}
	switch {
	case named == "" && from == "":
		return c, notSet
	case named == "":
		return c, fmt.Errorf("%s is set, but %s is not; set it too", from, p.id)
	case from == "":
		return c, fmt.Errorf("%[1]s is set, but %[2]s is not; set it, or %[2]s%[3]s to a file that holds it", named, p.secret, fileSuffix)
	}
	if named != p.id || from != p.secret {
		c.Source = named + " and " + from
	}
	public, _, err := secretIn(env, p.id) // whoever may read that file: it is no secret
	if err != nil {
		return c, err
	}
	id := public.Reveal()
	c.ID = id
	secret, warning, err := secretIn(env, p.secret)
	if err != nil {
		return c, err
	}
	if warning != "" {
		c.Warnings = append(c.Warnings, warning)
	}
	value := secret.Reveal()
	switch {
	case strings.ContainsFunc(id, unicode.IsControl):
		return c, fmt.Errorf("%s holds a control character, such as the end of a line", named)
	case p.kind == Basic && strings.Contains(id, ":"):
		return c, fmt.Errorf("%s holds a colon, which HTTP Basic cannot carry in a username", named)
	case strings.ContainsFunc(value, unicode.IsControl):
		return c, fmt.Errorf("%s holds a control character, such as the end of a line", from)
	}
	c.Secret = secret
	return c, nil
}
