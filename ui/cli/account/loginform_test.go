package account

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/config"
	"telex/ui/account"
	"telex/ui/account/accounttest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// flagsOf are those of a login that lacks nothing but the secret, with one of their values
// replaced.
func flagsOf(v accounttest.Value) loginFlags {
	f := loginFlags{account: "1", application: "a", numbers: []string{"+19195550100"}}
	id := &f.clientID
	if v.Basic {
		id = &f.username
	}
	*id = "c"
	switch v.Key {
	case account.AccountID:
		f.account = v.Typed
	case account.ID:
		*id = v.Typed
	case account.Application:
		f.application = v.Typed
	case account.Numbers:
		f.numbers = []string{v.Typed}
	case account.Region:
		f.region = v.Typed
	case account.BaseURL:
		f.baseURL = v.Typed
	case account.Name, account.Auth, account.Secret, account.TokenURL, account.Production:
	}
	return f
}

// byFlags is what telex login says of a value that a flag or, for the secret, standard
// input gives.
func byFlags(with LoginOptions, v accounttest.Value) (*login, error) {
	if v.Key == account.Secret {
		_, err := secretLine(strings.NewReader(v.Typed))
		return nil, err
	}
	return newLogin(with, flagsOf(v))
}

// byQuestion is what telex login says of a value that is the answer to a question. It
// reports false if that is not asked for.
func byQuestion(t *testing.T, with LoginOptions, v accounttest.Value) (asked bool, err error) {
	t.Helper()
	l, err := newLogin(with, flagsOf(accounttest.Value{Basic: v.Basic}))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range l.questions() {
		if q.key == v.Key {
			return true, q.set(strings.TrimSpace(v.Typed))
		}
	}
	return false, nil
}

// emptyHome is a login of somebody with an empty home, whom nobody asks.
func emptyHome(t *testing.T) LoginOptions {
	t.Helper()
	home := t.TempDir()
	env := func(name string) (string, bool) {
		if name == "HOME" {
			return home, true
		}
		return "", false
	}
	return LoginOptions{World: &who.World{
		Home:    who.Home{Env: env, Now: time.Now, Output: say.NewPrinter(io.Discard, io.Discard)},
		Keyring: config.NewKeyring(env, config.KeyringOptions{}),
	}}
}

// TestLoginJudges: telex login takes the same values by flags and by questions. The other
// places that judge them go by the same values: Setup's form, telex doctor and telex send.
func TestLoginJudges(t *testing.T) {
	t.Parallel()
	for _, v := range accounttest.Values() {
		with := emptyHome(t)
		l, err := byFlags(with, v)
		if (err == nil) != v.Good || err != nil && say.CodeOf(err) != say.ExitUsage {
			t.Errorf("%s %q by a flag: got %v, want good %v", v.Key, v.Typed, err, v.Good)
		}
		if err == nil && v.Numbers != nil && !slices.Equal(l.profile.Numbers, v.Numbers) {
			t.Errorf("%s %q by a flag: got %q, want %q", v.Key, v.Typed, l.profile.Numbers, v.Numbers)
		}
		if asked, err := byQuestion(t, with, v); (err == nil) != v.Good && asked {
			t.Errorf("%s %q by a question: got %v, want good %v", v.Key, v.Typed, err, v.Good)
		} else if asked == (v.Key == account.Region || v.Key == account.BaseURL) {
			t.Errorf("%s: got asked %v", v.Key, asked)
		}
	}
}
