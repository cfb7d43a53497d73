package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// EnvListenPassword is the environment variable that holds the password that callbacks
// come with. With "_FILE" behind it, it names a file that holds the password. Where there
// are several user names, each has a variable of its own: see [ListenVariable].
const EnvListenPassword = "TELEX_LISTEN_PASSWORD" //nolint:gosec // a name

// ListenVariable is the variable for the password of one user name:
// TELEX_LISTEN_PASSWORD_STATUS_2 for "status-2".
func ListenVariable(user string) string {
	return EnvListenPassword + "_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, user)
}

// CheckListenUsers says which of several user names HTTP Basic cannot carry, is there
// twice, or shares a variable with another one; nil if none.
func CheckListenUsers(users []string) error {
	owners := map[string]string{EnvListenPassword: "all of them", EnvListenPassword + fileSuffix: "all of them"}
	for i, user := range users {
		switch {
		case user == "":
			return errors.New("a user name is empty")
		case strings.Contains(user, ":"):
			return fmt.Errorf("the user name %q holds a colon, which HTTP Basic cannot carry", user)
		case strings.ContainsFunc(user, unicode.IsControl):
			return fmt.Errorf("the user name %q holds a control character", user)
		}
		for _, other := range users[:i] {
			if user == other {
				return fmt.Errorf("the user name %q is given twice", user)
			}
		}
		name := ListenVariable(user)
		for _, name := range []string{name, name + fileSuffix} {
			if owner, taken := owners[name]; taken {
				return fmt.Errorf("the user name %q cannot be told from %q by %s; choose another one", user, owner, name)
			}
			owners[name] = user
		}
	}
	return nil
}

// ListenPassword is the password of one user name from the environment: from its own
// variable, or else from the one for all. The error is a *NoCredentialsError if there is
// none, or says what is wrong with what is there. No error holds a password.
func ListenPassword(env Lookup, user string) (password Secret, warning string, err error) {
	var looked []Look
	for _, name := range []string{ListenVariable(user), EnvListenPassword} {
		password, warning, err = secretIn(env, name)
		switch {
		case err != nil:
			return Secret{}, "", err
		case password.Reveal() == "":
			looked = append(looked, Look{Where: name, Why: notSet.Error()})
		case strings.ContainsFunc(password.Reveal(), unicode.IsControl):
			return Secret{}, "", fmt.Errorf("%s holds a control character, such as the end of a line", name)
		default:
			return password, warning, nil
		}
	}
	return Secret{}, "", &NoCredentialsError{Looked: looked}
}
