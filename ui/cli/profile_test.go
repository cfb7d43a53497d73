package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/config"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
)

// send is the arguments of a message.
func send(more ...string) []string {
	return append([]string{"send", "--to", "+12345678902", "--text", "Hello"}, more...)
}

// A profile is enough to send, and the outbox says which one it was.
func TestProfileSends(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring().configure(profileOf("main", api)).remember("main", sandbox.DefaultAccountID, testClient())
	w.run("", send()...).want(t, say.ExitOK, "accepted")
	w.run("", "status", "1").want(t, say.ExitOK)
	var rows []messages.Row
	w.run("", "history", "--json").decode(t, &rows)
	if len(rows) != 1 || rows[0].Profile != "main" || len(api.Sent()) != 1 || api.Tokens() == 0 {
		t.Errorf("got %+v, %d messages and %d tokens, want one of profile main, by OAuth", rows, len(api.Sent()), api.Tokens())
	}
	if got := w.run("", send("--dry-run")...); !strings.Contains(got.err, "$BW_ACCESS_TOKEN") {
		t.Errorf("dry run: got\n%s\nwant the curl command with a token, as the profile says oauth", got.err)
	}
}

// Flags win over the environment, that over the profile, and that over defaults.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	const profile = "[profiles.main]\naccount = \"1\"\napplication = \"app-profile\"\nnumbers = [\"+12345678903\"]\nbase_url = \"https://profile.example/api/v2\"\nregion = \"GB\"\n"
	env := []string{
		"BW_ACCOUNT_ID=2", "BW_MESSAGING_APPLICATION_ID=app-env", "BW_NUMBER=+12345678904",
		"TELEX_BASE_URL=https://env.example/api/v2", "TELEX_REGION=DE",
	}
	flags := []string{"--application-id", "app-flag", "--from", "+12345678905", "--base-url", "https://flag.example/api/v2", "--region", "US"}
	tests := []struct {
		name                 string
		config               string
		env, args            []string
		app, from, to, calls string
	}{
		{"the profile's", profile, nil, nil, "app-profile", "+12345678903", "+442079460000", "https://profile.example/api/v2/users/1/"},
		{"the environment's", profile, env, nil, "app-env", "+12345678904", "+492079460000", "https://env.example/api/v2/users/2/"},
		{"the flags'", profile, env, flags, "app-flag", "+12345678905", "+12079460000", "https://flag.example/api/v2/users/2/"},
		{"the default", "", env[:3], nil, "app-env", "+12345678904", "+12079460000", "https://messaging.bandwidth.com/api/v2/users/2/"},
	}
	for _, tt := range tests {
		w := newWorld(t, tt.env...)
		if tt.config != "" {
			w.configure(tt.config)
		}
		number := map[string]string{"+442079460000": "020 7946 0000", "+492079460000": "02079460000", "+12079460000": "(207) 946-0000"}[tt.to]
		got := w.run("", append([]string{"send", "--dry-run", "--to", number, "--text", "Hello"}, tt.args...)...)
		got.want(t, say.ExitOK, tt.calls)
		var body struct {
			From, ApplicationID string
			To                  []string
		}
		got.decode(t, &body)
		if body.From != tt.from || body.ApplicationID != tt.app || strings.Join(body.To, ",") != tt.to {
			t.Errorf("%s: got %+v, want from %s, application %s, to %s", tt.name, body, tt.from, tt.app, tt.to)
		}
	}
}

// What is wrong with a setting is said of the place where it stands.
func TestOrigins(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{`base_url = "http://gateway.example"`, `:7: base URL "http://gateway.example" is not encrypted`},
		{`account = "../1"`, `:6: account id "../1" cannot be part of a URL`},
		{`numbers = ["12"]`, `:6: "12" is too short`},
		{`token_url = "http://gateway.example/token"`, `:8: token URL`},
	}
	for _, tt := range tests {
		api := clitest.NewAPI(t)
		w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret).configure(profileOf("main", api, tt.line))
		got := w.run("", send()...)
		line := strings.Count(strings.SplitAfter(w.profiles(), strings.Fields(tt.line)[0]+" = ")[0], "\n") + 1
		_, want, _ := strings.Cut(tt.want[1:], ":")
		got.want(t, say.ExitUsage, fmt.Sprintf("%s:%d:%s", w.configFile(), line, want))
	}
}

// Which profile is used, and what is said if that is none.
func TestProfileChosen(t *testing.T) {
	t.Parallel()
	const two = "[profiles.one]\naccount = \"1\"\n[profiles.two]\naccount = \"2\"\n"
	tests := []struct {
		name, config, env string
		args              []string
		want              string // in the list of what is missing, or the error
	}{
		{"the only one", "[profiles.one]\naccount = \"1\"\n", "", nil, "the secret of profile one"},
		{"the default", "profile = \"two\"\n" + two, "", nil, "the secret of profile two"},
		{"the variable", "profile = \"two\"\n" + two, "one", nil, "the secret of profile one"},
		{"the flag", "profile = \"two\"\n" + two, "two", []string{"--profile", "one"}, "the secret of profile one"},
		{"none of several", two, "", nil, "no profile was named, and there is no default; there are one, two"},
		{"how to choose", two, "", nil, "telex profiles use NAME"},
		{"an unknown one", two, "", []string{"--profile", "tow"}, `--profile: there is no profile "tow"; there are one, two`},
		{"an unknown one of the environment", two, "tow", nil, `TELEX_PROFILE: there is no profile "tow"`},
		{"a default that is gone", "profile = \"old\"\n" + two, "", nil, `config.toml:1: there is no profile "old"`},
		{"one of no file", "", "", []string{"--profile", "x"}, `there is no profile "x"; there are none in `},
	}
	for _, tt := range tests {
		w := newWorld(t, "TELEX_PROFILE="+tt.env)
		if tt.config != "" {
			w.configure(tt.config)
		}
		got := w.run("", send(tt.args...)...)
		got.want(t, say.ExitUsage, tt.want)
	}
	runTelex(t, nil, "", send("--profile", "x")...).want(t, say.ExitUsage, "there is no folder for config.toml")
	runTelex(t, nil, "", send("--profile", "x", "--sandbox")...).want(t, say.ExitUsage, "--sandbox and --profile cannot be used together")
}

// A variable that was left over from another account is not overlooked.
func TestOverruled(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "BW_ACCOUNT_ID=9900001").withKeyring().configure(profileOf("main", api)).
		remember("main", sandbox.DefaultAccountID, testClient())
	const want = "BW_ACCOUNT_ID is set, and wins over account of profile main: it is 9900001, not 9900000"
	got := w.run("", send()...)
	got.want(t, say.ExitUsage, "warning: "+want, "the keyring: it holds nothing for this profile and account")
	if len(api.Sent()) != 0 {
		t.Error("the secret of one account was used for another")
	}
	w.env = []string{"BW_ACCOUNT_ID=9900000"}
	if got := w.run("", send()...); got.code != say.ExitOK || strings.Contains(got.err, "wins") {
		t.Errorf("the same account: got %d, %s, want no warning", got.code, got.err)
	}
}

// With a file that is broken nothing is sent, but what was sent can be read.
func TestBrokenFile(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, api.Env()...)
	w.run("", send()...).want(t, say.ExitOK)
	w.configure("[outbox]\ntext = false\nkeep = \"long\"\n\n[profiles.main]\nacount = \"1\"\nauth = \"oath\"\n")
	path := w.configFile()
	problems := []string{path + ":3: outbox.keep is a text", path + ":6: profiles.main.acount is unknown", path + `:7: profiles.main.auth cannot be "oath"`}
	for _, args := range [][]string{send("--yes"), {"status", "1"}, {"profiles"}, {"login"}, {"logout"}, {"doctor"}} {
		got := w.run("", args...)
		got.want(t, say.ExitUsage)
		for _, p := range problems {
			if !strings.Contains(strings.Join(strings.Fields(got.err+got.out), " "), p) {
				t.Errorf("telex %q: got\n%s%s\nwant %q", args, got.out, got.err, p)
			}
		}
	}
	for _, args := range [][]string{{"history"}, {"show", "1"}, {"history", "prune", "--before", "2020-01-31", "--yes"}} {
		w.run("", args...).want(t, say.ExitOK, append(problems, "warning: the file of profiles cannot be used", "no old message is deleted")...)
	}
	if got := w.run("", "history"); !strings.Contains(got.out, "Hello") {
		t.Errorf("got history\n%s\nwant the message", got.out)
	}
	w.run("", send("--sandbox")...).want(t, say.ExitOK, "no text is recorded")
	if got := w.run("", "history", "--sandbox", "--json"); strings.Contains(got.out, "Hello") {
		t.Errorf("got the text\n%s\nwant it left out, for the file may say so", got.out)
	}
	if len(api.Sent()) != 1 {
		t.Errorf("the API got %d messages, want the first alone", len(api.Sent()))
	}
}

// What the file says of the outbox holds for every command.
func TestOutboxSettings(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, api.Env()...).configure("[outbox]\ntext = false\nkeep = 30\n")
	then := time.Now().AddDate(0, 0, -31)
	w.now = func() time.Time { return then }
	w.run("", send()...).want(t, say.ExitOK)
	var rows []messages.Row
	w.run("", "history", "--json").decode(t, &rows)
	if len(rows) != 1 || rows[0].Text != "" {
		t.Errorf("got %+v, want one message without its text", rows)
	}
	w.now = time.Now
	w.run("", "history", "--json").decode(t, &rows)
	if len(rows) != 1 {
		t.Errorf("got %+v while the clock may be wrong, want the message to stay", rows)
	}
	w.run("", send("--yes")...).want(t, say.ExitOK)
	w.run("", "history", "--json").decode(t, &rows)
	if len(rows) != 1 || rows[0].ID != 2 {
		t.Errorf("got %+v, want the new message alone", rows)
	}
}

// A profile that is marked as production is not used by accident.
func TestProduction(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret).
		configure("profile = \"prod\"\n" + profileOf("prod", api, "production = true"))
	want := func(got ended, code say.Code, sent int, within ...string) {
		t.Helper()
		got.want(t, code, within...)
		if n := len(api.Sent()); n != sent {
			t.Errorf("the API got %d messages by now, want %d", n, sent)
		}
	}
	want(w.run("", send()...), say.ExitUsage, 0, "profile prod is marked as production, and there is no terminal to ask on; nothing was sent", "--profile prod, or add --yes")
	w.env = append(w.env, "TELEX_PROFILE=prod")
	want(w.run("", send()...), say.ExitUsage, 0, "no terminal to ask on")
	want(w.run("", send("--dry-run")...), say.ExitOK, 0)
	want(w.run("", send("--profile", "prod")...), say.ExitOK, 1)
	want(w.run("", send("--profile", "prod")...), say.ExitUsage, 1, "or may have") // and a repetition is still one
	want(w.run("", send("--yes")...), say.ExitOK, 2)

	w.withTypist()
	const question = "profile prod is marked as production; send SMS to +12345678902 from +12345678901? [y/N]"
	text := []string{"send", "--profile", "prod", "--to", "+12345678902", "--text-file", "-"}
	want(w.answer("by a pipe", text, [2]string{question, ""}), say.ExitUsage, 2, "cancelled; nothing was sent")
	want(w.answer("by a pipe", text, [2]string{question, "\x04"}), say.ExitUsage, 2, "no answer was given")
	want(w.answer("by a pipe", text, [2]string{question, "y"}), say.ExitOK, 3)
	want(w.run("another", append(text, "--yes")...), say.ExitOK, 4)
	want(w.run("a third", append(text, "--json")...), say.ExitOK, 5)
	want(w.run("", "send", "--to", "+12345678902", "--text", "a fourth", "--json"), say.ExitUsage, 5, "is marked as production, and nothing is asked with --json; nothing was sent")
}

// The sender of a message belongs to an account, and is not used for another.
func TestResendOfOtherAccount(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring().remember("main", sandbox.DefaultAccountID, testClient()).
		configure("profile = \"main\"\n" + profileOf("main", api) + profileOf("other", api, `account = "9900001"`))
	w.run("", send()...).want(t, say.ExitOK)
	again := []string{"send", "--resend-of", "1", "--yes", "--profile", "other"}
	w.run("", again...).want(t, say.ExitUsage, "message 1 was sent for account 9900000", "this would be account 9900001", "add --profile main")
	w.run("", append(again, "--dry-run", "--from", "+12345678905")...).want(t, say.ExitOK)
	w.run("", "send", "--resend-of", "1", "--yes", "--profile", "main").want(t, say.ExitOK)
	w.run("", "status", "1", "--profile", "other").want(t, say.ExitUsage, "the secret of profile other")
}

// A token endpoint that does not do its work touches no message.
func TestTokenEndpoint(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answer  http.HandlerFunc
		timeout string
		code    say.Code
		want    string
	}{
		{"refuses", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error":"invalid_client"}`))
		}, "30s", say.ExitRefused, "refused the client id or secret"},
		{"stalls", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then it is seen that the other side went away
			<-r.Context().Done()
		}, "900ms", say.ExitUnsent, "time limit"},
		{"answers nonsense", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>welcome")) }, "30s", say.ExitUnsent, "no access token"},
		{"fails", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "30s", say.ExitUnsent, "HTTP 502"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			token := httptest.NewServer(tt.answer)
			t.Cleanup(token.Close)
			w := newWorld(t).withKeyring().remember("main", sandbox.DefaultAccountID, testClient()).
				configure(profileOf("main", api, `token_url = "`+token.URL+`"`))
			got := w.run("", send("--json", "--timeout", tt.timeout)...)
			got.want(t, tt.code, tt.want, "nothing was sent")
			var failed say.Ending
			got.decode(t, &failed)
			if failed.Outcome != "unsent" || len(api.Sent()) != 0 {
				t.Errorf("got %+v and %d messages, want unsent and none", failed, len(api.Sent()))
			}
		})
	}
}

// Secrets that are kept nowhere are asked for on the terminal, also when the text
// comes by a pipe, and never with --json.
func TestAskedSecret(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).configure(profileOf("main", api))
	y := w.withTypist()
	const question = "The client secret of profile main, for this run (it is not shown):"
	text := []string{"send", "--to", "+12345678902", "--text-file", "-"}
	w.answer("by a pipe", text, [2]string{question, " " + clitest.ClientSecret + " "}).want(t, say.ExitOK, "accepted")
	w.answer("by another", text, [2]string{question, "wrong"}).want(t, say.ExitRefused, "refused the client id or secret")
	w.answer("by another", text, [2]string{question, "wr\x15" + clitest.ClientSecret + "x\x7f"}).want(t, say.ExitOK)
	w.answer("a third", text, [2]string{question, "half\x03"}).want(t, say.ExitUnsent, "cancelled")
	w.answer("a third", text, [2]string{question, "\x03"}).want(t, say.ExitUnsent, "cancelled")
	w.answer("a third", text, [2]string{question, "\x04"}).want(t, say.ExitUsage, "a question to you: no answer was given")
	w.run("a third", append(text, "--json")...).want(t, say.ExitUsage, "nothing is asked with --json")
	w.run("", "send", "--to", "12", "--text", "not asked, for it cannot be sent").want(t, say.ExitUsage, `"12" is too short`)
	if strings.Contains(y.shown(), clitest.ClientSecret) || strings.Contains(y.shown(), "half") {
		t.Errorf("the terminal shows the secret:\n%s", y.shown())
	}
	if len(api.Sent()) != 2 {
		t.Errorf("the API got %d messages, want 2", len(api.Sent()))
	}
	w.configure(profileOf("main", api, `client_id = ""`))
	w.answer("by hand", text, [2]string{"The client id of profile main:", clitest.ClientID}, [2]string{question, clitest.ClientSecret}).want(t, say.ExitOK)
}

// The encrypted file is opened by the environment's passphrase or by a question.
func TestAskedPassphrase(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "TELEX_PASSPHRASE=open sesame").configure(profileOf("main", api, `store = "file"`))
	store := config.NewEncryptedFile(process{environ: w.environ()}.lookup, config.EncryptedFileOptions{Work: quickWork})
	if _, err := store.Put(t.Context(), config.Key{Profile: "main", AccountID: sandbox.DefaultAccountID}, testClient()); err != nil {
		t.Fatal(err)
	}
	w.run("", send()...).want(t, say.ExitOK)
	w.env = nil
	w.run("", send("--yes")...).want(t, say.ExitUsage, "no passphrase; set TELEX_PASSPHRASE")
	path := filepath.Join(w.home, "passphrase")
	if err := os.WriteFile(path, []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.env = []string{"TELEX_PASSPHRASE_FILE=" + path}
	w.run("", send("--yes")...).want(t, say.ExitOK)
	w.env = nil
	y := w.withTypist()
	question := "Passphrase of " + w.secretFile()
	w.answer("", send("--yes"), [2]string{question, "open barley"}, [2]string{"That is not the passphrase. " + question, "open sesame"}).want(t, say.ExitOK)
	if strings.Contains(y.shown(), "sesame") {
		t.Errorf("the terminal shows the passphrase:\n%s", y.shown())
	}
}

// A credential command gives the secret, and the environment wins over it.
func TestCredentialCommand(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no /bin/sh here")
	}
	api := clitest.NewAPI(t)
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(clitest.ClientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command, err := json.Marshal([]string{"/bin/sh", "-c", "cat " + path})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t).configure(profileOf("main", api, "credential_command = "+string(command)))
	w.run("", send()...).want(t, say.ExitOK)
	w.env = []string{"BW_CLIENT_ID=" + clitest.ClientID, "BW_CLIENT_SECRET=wrong"}
	w.run("", send("--yes")...).want(t, say.ExitRefused)
	w.env = nil
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	w.run("", send("--yes")...).want(t, say.ExitUsage, "credential_command", "it failed: exit status 1")
}

// Nobody listens: the outcome is certain, with a profile too.
func TestProfileWithoutConnection(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	closed := clitest.Refusing
	w := newWorld(t).withKeyring().remember("main", sandbox.DefaultAccountID, testClient()).
		configure(profileOf("main", api, `base_url = "`+closed+`"`))
	w.run("", send("--timeout", "900ms")...).want(t, say.ExitUnsent, "nothing was sent")
}
