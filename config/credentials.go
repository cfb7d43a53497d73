package config

import (
	"errors"
	"fmt"
	"strings"
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

// The environment variables that credentials are read from. The name of each
// secret with "_FILE" behind it names a file that holds the secret.
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

// A Look is one place where credentials were looked for and not found.
type Look struct {
	Where  string // "BW_CLIENT_ID and BW_CLIENT_SECRET"
	Why    string // why it was passed over, and what to set if it was half set
	Broken bool   // something is there, but it cannot be used
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

// errNotSet means that nothing of a pair is there.
var errNotSet = errors.New("not set")

// FindCredentials returns the first usable credentials that env names, and a
// *NoCredentialsError if there are none. A place that is set by half, or whose
// secret cannot be read, is passed over too; if another is used instead, that is
// among the Warnings.
func FindCredentials(env Lookup) (Credentials, error) {
	var looked []Look
	for _, p := range []pair{
		{OAuth, EnvClientID, EnvClientSecret},
		{Basic, EnvUsername, EnvPassword},
	} {
		c, err := p.find(env)
		if err == nil {
			for _, l := range looked {
				if l.Broken {
					c.Warnings = append(c.Warnings, fmt.Sprintf("%s: %s; using %s instead", l.Where, l.Why, c.Source))
				}
			}
			return c, nil
		}
		looked = append(looked, Look{Where: p.String(), Why: err.Error(), Broken: !errors.Is(err, errNotSet)})
	}
	return Credentials{}, &NoCredentialsError{Looked: looked}
}

// find reads one pair. The error says why it cannot be used, and never holds any
// of it.
func (p pair) find(env Lookup) (Credentials, error) {
	id := env.get(p.id)
	value, path := env.get(p.secret), env.get(p.secret+fileSuffix)
	c := Credentials{Kind: p.kind, ID: id, Source: p.String()}
	switch {
	case id == "" && value == "" && path == "":
		return c, errNotSet
	case value != "" && path != "":
		return c, fmt.Errorf("%[1]s and %[1]s%[2]s are both set; unset one of them", p.secret, fileSuffix)
	case id == "" && path != "":
		return c, fmt.Errorf("%s%s is set, but %s is not; set it too", p.secret, fileSuffix, p.id)
	case id == "":
		return c, fmt.Errorf("%s is set, but %s is not; set it too", p.secret, p.id)
	case value == "" && path == "":
		return c, fmt.Errorf("%[1]s is set, but %[2]s is not; set it, or %[2]s%[3]s to a file that holds it", p.id, p.secret, fileSuffix)
	}
	from := p.secret
	if path != "" {
		from += fileSuffix
		c.Source = p.id + " and " + from
		var warning string
		var err error
		if value, warning, err = readSecretFile(path); err != nil {
			return c, fmt.Errorf("%s %q: %w", from, path, err)
		}
		if warning != "" {
			c.Warnings = append(c.Warnings, fmt.Sprintf("%s %q: %s", from, path, warning))
		}
	}
	switch {
	case strings.ContainsFunc(id, unicode.IsControl):
		return c, fmt.Errorf("%s holds a control character, such as the end of a line", p.id)
	case p.kind == Basic && strings.Contains(id, ":"):
		return c, fmt.Errorf("%s holds a colon, which HTTP Basic cannot carry in a username", p.id)
	case strings.ContainsFunc(value, unicode.IsControl):
		return c, fmt.Errorf("%s holds a control character, such as the end of a line", from)
	}
	c.Secret = NewSecret(value)
	return c, nil
}
