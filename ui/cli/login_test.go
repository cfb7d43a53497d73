package cli

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"telex/config"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// loginTo is the arguments of a login to an API that needs nothing but the secret.
func loginTo(api *clitest.API, more ...string) []string {
	return append([]string{
		"login", "--secret-stdin", "--client-id", clitest.ClientID, "--account-id", sandbox.DefaultAccountID,
		"--application-id", sandbox.DefaultApplicationID, "--number", "(234) 567-8901", "--base-url", api.Base,
	}, more...)
}

// From nothing to a sent message: login, and then send needs nothing more.
func TestLogin(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring()
	got := w.run(clitest.ClientSecret+"\n", loginTo(api)...)
	got.want(t, say.ExitOK, "checking them with the API at "+api.Base, "the secret goes into the keyring: the keyring of this system works", "it is the default profile")
	if want := "profile main: account 9900000, client id " + clitest.ClientID + ", from +12345678901\n"; got.out != want {
		t.Errorf("got stdout %q, want %q", got.out, want)
	}
	const form = "[profiles.main]\naccount = \"9900000\"\napplication = \"" + sandbox.DefaultApplicationID + "\"\nnumbers = [\"+12345678901\"]\nauth = \"oauth\"\n"
	if text := w.profiles(); !strings.Contains(text, "profile = \"main\"\n") || !strings.Contains(text, form) || !strings.Contains(text, "store = \"keyring\"") {
		t.Errorf("got\n%s\nwant the profile, as the default one", text)
	}
	if info, err := os.Stat(w.configFile()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v (%v), want a file that only its user may read", info.Mode(), err)
	}
	if len(w.entries.values) != 1 || !strings.Contains(w.entries.values["telex main/9900000"], `"kind":"oauth"`) {
		t.Errorf("got entries %q, want one for main/9900000", w.entries.values)
	}
	w.run("", send()...).want(t, say.ExitOK, "accepted")
}

// Ids in a form that Bandwidth's do not have are warned of, and taken: the API judges them.
func TestLoginDoubts(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring()
	w.run(clitest.ClientSecret+"\n", loginTo(api, "--application-id", "app 1")...).
		want(t, say.ExitOK, `warning: --application-id: "app 1" is not a UUID, as Bandwidth's application ids are`, "it is the default profile")
	w.run("", "doctor").want(t, say.ExitOK)
}

// An application that the account does not have and a number that is not its own are said to be
// wrong, and so is what cannot be checked; the profile is kept.
func TestLoginLooks(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	const wrong = "93de2206-0000-4000-8000-000000002ee3"
	correct := "to correct it: telex login --profile main --application-id ID --number NUMBER"
	for _, tt := range []struct {
		args []string
		want []string
		not  string
	}{
		{nil, nil, "to correct it"},
		{[]string{"--application-id", wrong}, []string{"warning: application: account 9900000 has no application " + wrong, "copy the id", correct}, "try it with"},
		{[]string{"--number", "+19195551212"}, []string{"warning: +19195551212: on no campaign (10DLC), if it is a number of this account at all", correct}, "try it with"},
		{[]string{"--number", "+447700900102", "--number", "ALERTS"}, []string{"+447700900102, ALERTS: cannot be checked"}, "to correct it"},
	} {
		w := newWorld(t).withKeyring()
		got := w.run(clitest.ClientSecret+"\n", loginTo(api, tt.args...)...)
		got.want(t, say.ExitOK, tt.want...)
		if strings.Contains(got.err, tt.not) {
			t.Errorf("%q: got %s\nwant it without %q", tt.args, got.err, tt.not)
		}
		if !strings.Contains(w.profiles(), "[profiles.main]") {
			t.Errorf("%q: nothing was kept", tt.args)
		}
	}
}

// Without a keyring the secret goes into the encrypted file, and why is said.
func TestLoginToFile(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t)
	w.run(clitest.ClientSecret, loginTo(api)...).want(t, say.ExitUsage, "nothing was stored", "no passphrase", "set TELEX_PASSPHRASE")
	w.nothingStored()
	w.env = []string{"TELEX_PASSPHRASE=open sesame"}
	w.run(clitest.ClientSecret, loginTo(api)...).
		want(t, say.ExitOK, `the secret goes into the encrypted file "`+w.secretFile()+`": the keyring cannot be used: telex cannot use this system's keyring`)
	w.run("", send()...).want(t, say.ExitOK)
	w.env = []string{"TELEX_PASSPHRASE=open barley"}
	w.run(clitest.ClientSecret, loginTo(api)...).want(t, say.ExitUsage, "nothing was stored", "wrong passphrase in TELEX_PASSPHRASE")
	w.env = []string{"TELEX_PASSPHRASE=open sesame"}
	w.run("", send("--yes")...).want(t, say.ExitOK)
}

// What cannot be is said before anybody is asked, and nothing is stored.
func TestLoginUsage(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	tests := []struct {
		name, stdin string
		args        []string
		want        []string
	}{
		{"nothing", "", []string{"login"}, []string{
			"there is no terminal to ask on; missing:", "- --account-id", "- --client-id", "- --secret-stdin, with the client secret", "- --application-id", "- --number",
		}},
		{"nothing for basic", "", []string{"login", "--auth", "basic"}, []string{"- --username", "with the password on standard input"}},
		{"the secret", "", loginTo(api)[:1], []string{"--secret-stdin"}},
		{"an empty secret", "\n", loginTo(api), []string{"standard input is empty"}},
		{"two lines", "a\nb\n", loginTo(api), []string{"more than one line; it should hold the secret and nothing else"}},
		{"no character", "a\x1b[31m\n", loginTo(api), []string{"holds a control character"}},
		{"far too much", strings.Repeat("x", ask.MaxAnswerBytes+1), loginTo(api), []string{"more than one line"}},
		{"two kinds", "x", loginTo(api, "--username", "u"), []string{"--client-id and --username cannot be used together"}},
		{"the other kind", "x", loginTo(api, "--auth", "basic"), []string{"--client-id is for --auth oauth"}},
		{"no kind", "x", loginTo(api, "--auth", "oath"), []string{`--auth: "oath" is not a kind of credentials`}},
		{"no store", "x", loginTo(api, "--store", "plain"), []string{`--store "plain" is not a place for secrets; choose keyring or file`}},
		{"no name", "x", loginTo(api, "--profile", "a b"), []string{`"a b" is not a name for a profile`}},
		{"no account", "x", loginTo(api, "--account-id", "1/2"), []string{`--account-id: account id "1/2"`}},
		{"no number", "x", loginTo(api, "--number", "12"), []string{`--number: "12" is too short`}},
		{"no region", "x", loginTo(api, "--region", "USA"), []string{`--region: "USA" is not a two-letter country code`}},
		{"no country", "x", loginTo(api, "--region", "xx"), []string{`--region: no country has the code "XX"`}},
		{"no address", "x", loginTo(api, "--base-url", "http://gateway.example"), []string{"--base-url: base URL", "is not encrypted"}},
	}
	for _, tt := range tests {
		w := newWorld(t, "TELEX_PASSPHRASE=x").withKeyring()
		got := w.run(tt.stdin, tt.args...)
		got.want(t, say.ExitUsage, tt.want...)
		w.nothingStored()
	}
	if len(api.Auths()) != 0 {
		t.Errorf("the API was asked %d times, want never", len(api.Auths()))
	}
	runTelex(t, nil, "", "login").want(t, say.ExitUsage, "there is no folder for config.toml")
	w := newWorld(t)
	w.withTypist()
	file, err := os.OpenFile(w.typist.slave.Name(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	var said strings.Builder
	code := run(t.Context(), process{args: loginTo(api), in: file, out: &said, err: &said, environ: w.environ(), now: w.now, keyring: w.keyring, work: quickWork})
	if code != say.ExitUsage || !strings.Contains(said.String(), "would be shown") {
		t.Errorf("--secret-stdin on a terminal: got %d, %s, want it refused", code, &said)
	}
}

// Credentials that the API does not take are not stored.
func TestLoginRefused(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>welcome")) }))
	t.Cleanup(page.Close)
	lost := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
	}))
	t.Cleanup(lost.Close)
	user := func(base string) []string {
		return []string{
			"login", "--secret-stdin", "--username", clitest.User, "--account-id", sandbox.DefaultAccountID,
			"--application-id", "a", "--number", "+12345678901", "--base-url", base,
		}
	}
	tests := []struct {
		name   string
		args   []string
		secret string
		code   say.Code
		want   string
	}{
		{"the secret", loginTo(api), "wrong", say.ExitRefused, "client id, client secret and account 9900000 belong together"},
		{"the password", user(api.Base), "wrong", say.ExitRefused, "username, password and account 9900000 belong together"},
		{"the account", loginTo(api, "--account-id", "9900001"), clitest.ClientSecret, say.ExitRefused, "account 9900001"},
		{"nobody there", user(clitest.Refusing), clitest.Password, say.ExitUnsent, "check the network"},
		{"no answer", user(lost.URL), clitest.Password, say.ExitUnsent, "check the network"},
		{"another server", user(page.URL), clitest.Password, say.ExitFailed, "check that the base URL " + page.URL + " is that of the API"},
		{"another path", user(strings.TrimSuffix(api.Base, "/api/v2") + "/api/v1"), clitest.Password, say.ExitRejected, "are right"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).withKeyring()
			w.run(tt.secret, tt.args...).want(t, tt.code, "nothing was stored", tt.want)
			w.nothingStored()
			if w.entries.calls != 0 {
				t.Errorf("the keyring was called %d times before the API took the credentials", w.entries.calls)
			}
		})
	}
}

// Basic is warned of, with its date, and works.
func TestLoginBasic(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, api.Env()[1:4]...).withKeyring() // account, application and number from there
	w.run(clitest.Password, "login", "--profile", "old", "--secret-stdin", "--username", clitest.User, "--base-url", api.Base, "--production").
		want(t, say.ExitOK, "2 December 2026")
	for _, want := range []string{"auth = \"basic\"", "username = \"" + clitest.User + "\"", "production = true", "account = \"9900000\"", `numbers = ["+12345678901"]`} {
		if !strings.Contains(w.profiles(), want) {
			t.Errorf("got\n%s\nwant %q in it", w.profiles(), want)
		}
	}
	w.run("", send("--profile", "old")...).want(t, say.ExitOK)
	if api.Tokens() != 0 {
		t.Errorf("got %d tokens, want none for HTTP Basic", api.Tokens())
	}
}

// A second profile is not the default; a profile that is there keeps what it says.
func TestLoginAgain(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "TELEX_PASSPHRASE=open sesame").withKeyring()
	w.configure("# mine\n"+profileOf("main", api, `region = "GB"`, `store = "keyring"`)).remember("main", sandbox.DefaultAccountID, config.Credentials{ID: "old", Secret: config.NewSecret("old")})
	w.run(clitest.ClientSecret, loginTo(api, "--profile", "second")...).want(t, say.ExitOK, "to use it, add --profile second, set TELEX_PROFILE, or make it the default: telex profiles use second")
	if strings.Contains(w.profiles(), "profile = ") {
		t.Errorf("got\n%s\nwant no default", w.profiles())
	}
	w.run(clitest.ClientSecret, "login", "--profile", "main", "--secret-stdin").want(t, say.ExitOK, "as before; --store chooses another")
	if text := w.profiles(); !strings.Contains(text, "# mine\n") || !strings.Contains(text, `region = "GB"`) {
		t.Errorf("got\n%s\nwant what was there kept", text)
	}
	w.run("", send("--profile", "main")...).want(t, say.ExitOK)
	w.run(clitest.ClientSecret, "login", "--profile", "main", "--secret-stdin", "--store", "file").
		want(t, say.ExitOK, "as --store says", "the secret that it had in the keyring before was removed")
	if _, there := w.entries.values["telex main/9900000"]; there {
		t.Error("the old secret is still in the keyring")
	}
	w.run("", send("--profile", "main", "--yes")...).want(t, say.ExitOK)
	// What the environment has wins, and that is said.
	w.env = append(w.env, append([]string{"BW_MESSAGING_APPLICATION_ID=another"}, api.Env()...)...)
	w.run(clitest.ClientSecret, "login", "--profile", "main", "--secret-stdin").want(t, say.ExitOK,
		"BW_USERNAME and BW_PASSWORD are set, and win over what was stored", "BW_MESSAGING_APPLICATION_ID is set, and wins over application of profile main")
}

// Secret and profile are stored both or not at all, also where another secret was
// there before.
func TestLoginAllOrNothing(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	for _, before := range []string{"", "profile = \"main\"\n" + profileOf("main", api, `store = "keyring"`)} {
		w := newWorld(t).withKeyring()
		old := map[string]string{}
		if before != "" {
			w.configure(before).remember("main", sandbox.DefaultAccountID, config.Credentials{ID: clitest.ClientID, Secret: config.NewSecret("the old one")})
			old["telex main/9900000"] = w.entries.values["telex main/9900000"]
		}
		// Somebody breaks the file just when the secret is stored.
		w.entries.onSet = func() { w.configure("profiles = 1\n") }
		w.run(clitest.ClientSecret, loginTo(api, "--production")...).want(t, say.ExitUsage, "Bandwidth accepts the credentials, but nothing was stored", "config.toml:1: profiles is a whole number")
		if len(w.entries.values) != len(old) || w.entries.values["telex main/9900000"] != old["telex main/9900000"] {
			t.Errorf("got %d entries, want the keyring as it was before", len(w.entries.values))
		}
		if w.profiles() != "profiles = 1\n" {
			t.Errorf("got\n%s\nwant the file as it was found", w.profiles())
		}
	}
}

// A keyring that says that it took the secret is not believed.
func TestLoginForgetfulKeyring(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring()
	w.entries.forget = true
	w.run(clitest.ClientSecret, loginTo(api, "--store", "keyring")...).want(t, say.ExitFailed, "nothing was stored", "it took the secret but does not return it")
	w.nothingStored()
	w.env = []string{"TELEX_PASSPHRASE=open sesame"}
	w.run(clitest.ClientSecret, loginTo(api)...).want(t, say.ExitOK, "the keyring cannot be used: it took the secret but does not return it")
	w.entries.err = errors.New("broken")
	w.run("", send()...).want(t, say.ExitOK)
}

// On a terminal it asks one thing after the other. A bad answer is asked for again, a
// refusal too, and what was answered well stays.
func TestLoginAsks(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t)
	y := w.withTypist()
	got := w.answer("", []string{"login", "--base-url", api.Base}, [][2]string{
		{"Name of the profile [main]:", "my profile"},
		{`"my profile" is not a name for a profile`, ""}, // enter takes what stands in brackets
		{"[oauth]:", "certificate"},
		{`"certificate" is not a kind of credentials`, ""},
		{"Account id:", ""},
		{"It is needed.", "99/00"},
		{`Account id "99/00" cannot be part of a URL.`, "9900000"},
		{"Client id:", clitest.ClientID},
		{"Client secret (it is not shown):", ""},
		{"It is needed.", "wrong-secret"},
		{"Application id:", sandbox.DefaultApplicationID},
		{"Numbers to send from, with commas:", "12"},
		{`"12" is too short`, "(234) 567-8901, Acme, +12345678901"},
		// The API refuses the secret.
		{"Account id [9900000]:", ""},
		{"Client id [" + clitest.ClientID + "]:", ""},
		{"Client secret (it is not shown), or enter for the same as before:", clitest.ClientSecret},
		{"Choose a passphrase for " + w.secretFile(), ""},
		{"It cannot be empty.", "open sesame"},
		{"The same again:", "open barley"},
		{"The two differ.", "open sesame"},
		{"The same again:", "open sesame"},
	}...)
	got.want(t, say.ExitOK, "refused the client id or secret", "type them again")
	if want := "profile main: account 9900000, client id " + clitest.ClientID + ", from +12345678901, Acme\n"; got.out != want {
		t.Errorf("got stdout %q, want %q", got.out, want)
	}
	for _, secret := range []string{clitest.ClientSecret, "wrong-secret", "sesame", "barley"} {
		if strings.Contains(y.shown(), secret) {
			t.Errorf("the terminal shows %q:\n%s", secret, y.shown())
		}
	}
	w.answer("", send(), [2]string{"Passphrase of", "open sesame"}).want(t, say.ExitOK)
	// Of a profile that is there only the secret is asked for.
	w.answer("", []string{"login", "--profile", "main"},
		[2]string{"Client secret (it is not shown):", clitest.ClientSecret}, [2]string{"Passphrase of", "open sesame"}).want(t, say.ExitOK, "what it says is kept")
	w.answer("", []string{"login"}, [2]string{"Name of the profile, of main or a new one [main]:", "next"}, [2]string{"[oauth]:", "\x04"}).
		want(t, say.ExitUsage, "no answer was given")
	w.answer("", []string{"login", "--profile", "main"}, [2]string{"Client secret", "\x03"}).want(t, say.ExitUnsent, "cancelled; nothing was done")
}

// Without a connection it can be tried again, without typing anything anew.
func TestLoginTriesAgain(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	box := clitest.NewAPI(t)
	var broken atomic.Bool
	broken.Store(true)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = conn.Close()
			}
			return
		}
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	w := newWorld(t).withKeyring()
	w.withTypist()
	args := []string{
		"login", "--profile", "p", "--username", clitest.User, "--account-id", "9900000", "--application-id", "a", "--number", "+12345678901",
		"--base-url", server.URL + sandbox.BasePath,
	}
	w.answer("", args, [2]string{"Password (it is not shown):", clitest.Password}, [2]string{"Try again? [y/N]", ""}).want(t, say.ExitUnsent, "nothing was stored")
	w.nothingStored()
	done := make(chan ended, 1)
	go func() { done <- w.run("", args...) }()
	y := w.typist
	y.wait("Password (it is not shown):")
	y.press(clitest.Password + "\r")
	y.wait("Try again? [y/N]")
	broken.Store(false)
	y.press("y\r")
	(<-done).want(t, say.ExitOK)
}

// No answer of the API gets a secret out of a login, either.
func TestLoginEcho(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		body, _ := json.Marshal(map[string]string{"type": password, "description": r.Header.Get("Authorization")})
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	w := newWorld(t).withKeyring()
	w.run(clitest.Password, "login", "--username", clitest.User, "--secret-stdin", "--account-id", "1", "--application-id", "a", "--number", "Acme", "--base-url", server.URL).
		want(t, say.ExitRefused, "[secret]")
}
