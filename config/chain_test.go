package config

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// fakeStore is a Store of one answer.
type fakeStore struct {
	name  StoreName
	found Credentials
	err   error
	asked *[]string // the keys that it was asked for
}

func (s fakeStore) Name() StoreName { return s.name }
func (s fakeStore) Where() string   { return "the " + string(s.name) }
func (s fakeStore) Get(_ context.Context, key Key) (Credentials, error) {
	if s.asked != nil {
		*s.asked = append(*s.asked, key.String())
	}
	return s.found, s.err
}
func (s fakeStore) Put(context.Context, Key, Credentials) ([]string, error) { return nil, s.err }
func (s fakeStore) Delete(context.Context, Key) ([]string, error)           { return nil, s.err }

// fails is what a store says.
func fails(name StoreName, what string, err error) error {
	return &StoreError{Store: name, Op: "read the secret", What: what, Next: "do something", Err: err}
}

// nothingIn is stores without anything in them.
func nothingIn() Stores {
	return Stores{
		Keyring: fakeStore{name: InKeyring, err: fails(InKeyring, "it holds nothing", ErrNotStored)},
		File:    fakeStore{name: InFile, err: fails(InFile, "it holds nothing", ErrNotStored)},
	}
}

func oauth(source string) Credentials {
	return Credentials{Kind: OAuth, ID: "client-1", Secret: NewSecret("from " + source), Source: source}
}

var usual = Profile{Name: "prod", AccountID: "9900000", ClientID: "client-1", Command: []string{"pass", "show"}}

// everywhere is a chain with credentials in every place. Each test takes some away.
func everywhere() *Chain {
	return &Chain{
		Env: environment(map[string]string{"BW_CLIENT_ID": "c", "BW_CLIENT_SECRET": "from env", "BW_USERNAME": "u", "BW_PASSWORD": "from env too"}),
		Run: func(context.Context, []string) (Secret, error) { return NewSecret("from command\n"), nil },
		Stores: Stores{
			Keyring: fakeStore{name: InKeyring, found: oauth("the keyring")}, File: fakeStore{name: InFile, found: oauth("the file")},
		},
		Ask: func(context.Context, Question) (string, Secret, error) { return "", NewSecret("from you"), nil },
	}
}

func TestChainOrder(t *testing.T) {
	places := []string{
		"BW_CLIENT_ID and BW_CLIENT_SECRET", "BW_USERNAME and BW_PASSWORD", `credential_command "pass" of profile prod`,
		"the keyring", "the file", "a question to you",
	}
	c, p := everywhere(), usual
	steps := []struct {
		secret string
		take   func() // takes it away
	}{
		{"from env", func() { c.Env = environment(map[string]string{"BW_USERNAME": "u", "BW_PASSWORD": "from env too"}) }},
		{"from env too", func() { c.Env = environment(nil) }},
		{"from command", func() { p.Command = nil; places[2] = "credential_command" }},
		{"from the keyring", func() { c.Stores.Keyring = nothingIn().Keyring }},
		{"from the file", func() { c.Stores.File = nothingIn().File }},
		{"from you", func() { *c = Chain{Env: c.Env, Stores: c.Stores} }},
	}
	for i, step := range steps {
		looks, found, err := c.Walk(t.Context(), p)
		if err != nil || found.Secret.Reveal() != step.secret || len(found.Warnings) > 0 {
			t.Fatalf("step %d: got %q with warnings %q, %v, want %q", i, found.Secret.Reveal(), found.Warnings, err, step.secret)
		}
		if len(looks) != len(places) {
			t.Fatalf("step %d: got %d places, want %d: %+v", i, len(looks), len(places), looks)
		}
		for j, l := range looks {
			want := map[bool]LookState{j < i: PassedOver, j == i: Found, j > i: NotReached}[true]
			if l.Where != places[j] || l.State != want || l.Broken || (l.Why == "") != (want != PassedOver) {
				t.Errorf("step %d: place %d: got %+v, want %q %s", i, j, l, places[j], want)
			}
		}
		if again, err := c.Find(t.Context(), p); err != nil || again.Secret.Reveal() != step.secret {
			t.Errorf("step %d: Find: got %q, %v", i, again.Secret.Reveal(), err)
		}
		step.take()
	}
	looks, _, err := c.Walk(t.Context(), p)
	none, ok := errors.AsType[*NoCredentialsError](err)
	if !ok || !reflect.DeepEqual(none.Looked, looks) || len(looks) != len(places) {
		t.Errorf("without any: got %v with %+v, want a *NoCredentialsError with every place", err, looks)
	}
	want := "no credentials: BW_CLIENT_ID and BW_CLIENT_SECRET: not set; BW_USERNAME and BW_PASSWORD: not set; credential_command: not set; " +
		"the keyring: it holds nothing; do something; the file: it holds nothing; do something; a question to you: there is no terminal to ask on"
	if err.Error() != want {
		t.Errorf("got  %q\nwant %q", err, want)
	}
}

// Whoever comes later in the order is not asked once something was found.
func TestChainStopsAtTheFirst(t *testing.T) {
	c := everywhere()
	c.Run = func(context.Context, []string) (Secret, error) { t.Error("the command was run"); return Secret{}, nil }
	var asked []string
	c.Stores.Keyring = fakeStore{name: InKeyring, found: oauth("the keyring"), asked: &asked}
	c.Ask = func(context.Context, Question) (string, Secret, error) {
		t.Error("the user was asked")
		return "", Secret{}, nil
	}
	if _, err := c.Find(t.Context(), usual); err != nil || len(asked) > 0 {
		t.Errorf("got %v, and the keyring was asked for %q", err, asked)
	}
}

func TestChainPassesOver(t *testing.T) {
	basic := Profile{Name: "prod", AccountID: "9900000", Auth: Basic, Username: "u"}
	tests := []struct {
		name   string
		change func(*Chain, *Profile)
		place  int
		why    string
		broken bool
	}{
		{"a command that fails", func(c *Chain, _ *Profile) {
			c.Run = func(context.Context, []string) (Secret, error) {
				return Secret{}, errors.New("it failed: exit status 1")
			}
		}, 2, "it failed: exit status 1", true},
		{"a command that writes nothing", func(c *Chain, _ *Profile) {
			c.Run = func(context.Context, []string) (Secret, error) { return NewSecret("\n"), nil }
		}, 2, "the secret is empty", true},
		{"a command that writes two lines", func(c *Chain, _ *Profile) {
			c.Run = func(context.Context, []string) (Secret, error) { return NewSecret("hush-hush\nuser: a\n"), nil }
		}, 2, "it wrote more than one line; it should write the secret and nothing else", true},
		{"a command that writes a control character", func(c *Chain, _ *Profile) {
			c.Run = func(context.Context, []string) (Secret, error) { return NewSecret("hush-hush\x1b"), nil }
		}, 2, "the secret holds a control character", true},
		{"a command without an id", func(_ *Chain, p *Profile) { p.ClientID = "" }, 2, "it is set, but the profile names no client_id; add that", true},
		{"a command without a username", func(_ *Chain, p *Profile) { *p = basic; p.Username, p.Command = "", []string{"x"} }, 2, "the profile names no username", true},
		{"no profile", func(_ *Chain, p *Profile) { *p = Profile{} }, 3, "no profile is in use", false},
		{"no account", func(_ *Chain, p *Profile) { p.Command, p.AccountID = nil, "" }, 3, "the profile's account is not known; set BW_ACCOUNT_ID", false},
		{"another store", func(_ *Chain, p *Profile) { p.Command, p.Store = nil, InFile }, 3, `the profile says that its secret is in the file (store = "file")`, false},
		{"the other store", func(_ *Chain, p *Profile) { p.Command, p.Store = nil, InKeyring }, 4, `the profile says that its secret is in the keyring (store = "keyring")`, false},
		{"nothing in the store that the profile names", func(_ *Chain, p *Profile) { p.Command, p.Store = nil, InKeyring }, 3, "it holds nothing; do something", true},
		{"a keyring that is not there", func(c *Chain, p *Profile) {
			p.Command = nil
			c.Stores.Keyring = fakeStore{name: InKeyring, err: fails(InKeyring, "there is no session bus", ErrUnavailable)}
		}, 3, "there is no session bus; do something", false},
		{"a keyring that does not answer", func(c *Chain, p *Profile) {
			p.Command = nil
			c.Stores.Keyring = fakeStore{name: InKeyring, err: fails(InKeyring, "it did not answer", ErrNoAnswer)}
		}, 3, "it did not answer; do something", true},
		{"a file without its passphrase", func(c *Chain, p *Profile) {
			p.Command = nil
			c.Stores.File = fakeStore{name: InFile, err: fails(InFile, "no passphrase", ErrNoPassphrase)}
		}, 4, "no passphrase; do something", true},
		{"no stores", func(c *Chain, p *Profile) { p.Command, c.Stores = nil, Stores{} }, 3, "not in use", false},
		{"a secret of another kind", func(c *Chain, p *Profile) {
			*p = basic
			c.Stores.Keyring = fakeStore{name: InKeyring, found: oauth("the keyring")}
		}, 3, "it holds a secret for oauth, and the profile says basic; store it again: telex login --profile prod", true},
		{"the secret of another id", func(c *Chain, p *Profile) {
			p.Command, p.ClientID = nil, "client-2"
			c.Stores.Keyring = fakeStore{name: InKeyring, found: oauth("the keyring")}
		}, 3, `it holds the secret of "client-1", and the profile's client_id is "client-2"; store it again`, true},
		{"a user who says nothing", func(c *Chain, p *Profile) {
			p.Command = nil
			c.Ask = func(context.Context, Question) (string, Secret, error) {
				return "", Secret{}, errors.New("nothing was answered")
			}
		}, 5, "nothing was answered", false},
		{"a user who says nonsense", func(c *Chain, p *Profile) {
			p.Command = nil
			c.Ask = func(context.Context, Question) (string, Secret, error) { return "", NewSecret("hush-hush\t"), nil }
		}, 5, "the secret holds a control character", true},
		{"nobody to ask", func(c *Chain, p *Profile) { p.Command, c.Unasked = nil, "nothing is asked with --json" }, 5, "nothing is asked with --json", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, p := &Chain{Env: environment(nil), Stores: nothingIn()}, usual
			c.Run = func(context.Context, []string) (Secret, error) { return Secret{}, errors.New("it failed") }
			tt.change(c, &p)
			looks, _, err := c.Walk(t.Context(), p)
			if _, ok := errors.AsType[*NoCredentialsError](err); !ok {
				t.Fatalf("got %v, want a *NoCredentialsError", err)
			}
			if l := looks[tt.place]; !strings.Contains(l.Why, tt.why) || l.Broken != tt.broken || l.State != PassedOver {
				t.Errorf("got %+v, want %q, broken: %v", l, tt.why, tt.broken)
			}
			if strings.Contains(fmt.Sprint(err, looks), "hush-hush") {
				t.Errorf("the secret shows: %v", err)
			}
		})
	}
}

func TestChainWarnsOfWhatItPassedOver(t *testing.T) {
	c := everywhere()
	c.Env = environment(map[string]string{"BW_CLIENT_ID": "c"})
	c.Run = func(context.Context, []string) (Secret, error) {
		return Secret{}, errors.New("it failed: exit status 1")
	}
	c.Stores.Keyring = fakeStore{name: InKeyring, err: fails(InKeyring, "it is locked", ErrLocked)}
	file := oauth("the file")
	file.Warnings = []string{"its mode is 0600 now"}
	c.Stores.File = fakeStore{name: InFile, found: file}
	got, err := c.Find(t.Context(), usual)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"BW_CLIENT_ID and BW_CLIENT_SECRET: BW_CLIENT_ID is set, but BW_CLIENT_SECRET is not; set it, or BW_CLIENT_SECRET_FILE to a file that holds it; using the file instead",
		`credential_command "pass" of profile prod: it failed: exit status 1; using the file instead`,
		"the keyring: it is locked; do something; using the file instead",
		"its mode is 0600 now",
	}
	if !reflect.DeepEqual(got.Warnings, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got.Warnings, "\n"), strings.Join(want, "\n"))
	}
}

func TestChainAsksOnce(t *testing.T) {
	var asked []Question
	answer := "from you"
	c := &Chain{Env: environment(nil), Ask: func(_ context.Context, q Question) (string, Secret, error) {
		asked = append(asked, q)
		return "someone", NewSecret(answer), nil
	}}
	nobody := Profile{}
	named := Profile{Name: "a", AccountID: "1", Auth: Basic, Username: "me"}
	for range 2 {
		if got, err := c.Find(t.Context(), nobody); err != nil || got.ID != "someone" || got.Secret.Reveal() != "from you" || got.Kind != OAuth {
			t.Errorf("without a profile: got %v %q, %v", got.Kind, got.ID, err)
		}
		if got, err := c.Find(t.Context(), named); err != nil || got.ID != "me" || got.Kind != Basic {
			t.Errorf("with a profile: got %v %q, %v, want its own username", got.Kind, got.ID, err)
		}
	}
	want := []Question{{}, {Profile: "a", AccountID: "1", Kind: Basic, ID: "me"}}
	if !reflect.DeepEqual(asked, want) {
		t.Errorf("asked %+v, want %+v", asked, want)
	}
	c.Forget(named)
	answer = "corrected"
	if got, err := c.Find(t.Context(), named); err != nil || got.Secret.Reveal() != "corrected" {
		t.Errorf("after Forget: got %q, %v", got.Secret.Reveal(), err)
	}
}

func TestChainEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := everywhere()
	c.Env = environment(nil)
	c.Run = func(context.Context, []string) (Secret, error) { cancel(); return Secret{}, errors.New("killed") }
	var asked []string
	c.Stores.Keyring = fakeStore{name: InKeyring, found: oauth("the keyring"), asked: &asked}
	looks, _, err := c.Walk(ctx, usual)
	if !errors.Is(err, context.Canceled) || looks != nil || len(asked) > 0 {
		t.Errorf("got %v, %v, and the keyring was asked for %q; want context.Canceled alone", looks, err, asked)
	}
}

func TestBasicWarning(t *testing.T) {
	for day, want := range map[string]string{"2026-12-01": "Bandwidth retires ", "2026-12-02": "Bandwidth retired "} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		got := BasicWarning(at)
		if !strings.HasPrefix(got, want) || !strings.Contains(got, "on 2 December 2026") || strings.Contains(got, "\n") {
			t.Errorf("on %s: got %q", day, got)
		}
		if early := "it has created no new ones since 1 April 2026, and since 1 July only their passwords can be changed"; strings.Contains(got, early) != (day < basicEnds) {
			t.Errorf("on %s: got %q, want the dates before as long as they matter", day, got)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, k := range []Kind{OAuth, Basic} {
		if got, err := ParseKind(k.String()); err != nil || got != k {
			t.Errorf("ParseKind(%s): got %v, %v", k, got, err)
		}
	}
	if _, err := ParseKind("oath"); err == nil || !strings.Contains(err.Error(), `"oath" is not a kind of credentials; choose oauth or basic`) {
		t.Errorf("got %v", err)
	}
	for s, want := range map[fmt.Stringer]string{
		Kind(9): "Kind(9)", LookState(9): "LookState(9)", PassedOver: "skipped", Found: "found", NotReached: "not reached",
	} {
		if s.String() != want {
			t.Errorf("got %q, want %q", s, want)
		}
	}
}
