package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/doctor"
	"telex/ui/cli/say"
)

// accountNumbers are one of each kind that is looked at, and one that is not.
var accountNumbers = []string{"+12345678901", "+18885550100", "12345", "+442079460000"}

// accountWorld is the world of somebody whose account is that of a sandbox.
func accountWorld(t *testing.T, c sandbox.Config) *world {
	t.Helper()
	c.Numbers = accountNumbers
	api := clitest.NewAPIOf(t, c)
	w := newWorld(t).withKeyring().configure(profileOf("main", api)).remember("main", sandbox.DefaultAccountID, testClient())
	w.env = append(w.env, "BW_NUMBER="+strings.Join(accountNumbers, ","))
	return w
}

// TestDoctorAccount: whatever is the matter with an account is said, with what to do; it
// is never in the way of a send; and what cannot be seen is not made up.
func TestDoctorAccount(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	const ok, warning, skipped = doctor.FindingOK, doctor.FindingWarning, doctor.FindingSkipped
	tests := []struct {
		matter string // "" for none
		code   say.Code
		want   [][4]string // state, name, found, do
	}{
		{"", say.ExitOK, [][4]string{
			{ok, "access token", "for account 9900000, with the roles Messaging, Application Management, Campaign Management, TFV", ""},
			{ok, "application", "Sandbox, " + sandbox.DefaultApplicationID, ""},
			{ok, "callbacks", "posted to 127.0.0.1:1; without a user and password, so anybody could post some", ""},
			{ok, "location", "linked to one", ""},
			{ok, "+12345678901", "on campaign CSANDBX", ""},
			{ok, "+18885550100", "verified, toll-free", ""},
			{ok, "12345", "active, short code", ""},
		}},
		{"build-account", say.ExitRefused, [][4]string{{warning, "access token", "voice only: no message can be sent", "full account"}}},
		{"other-account", say.ExitRefused, [][4]string{{warning, "access token", "the credentials are for the accounts 9900001, 9900002, and not for 9900000", "set the account to one that they are for"}}},
		{"no-roles", say.ExitOK, [][4]string{
			{skipped, "application", "cannot be checked: role missing", "who manages the account"},
			{skipped, "location", "cannot be checked: role missing", ""},
			{skipped, "campaigns (10DLC)", "cannot be checked: role missing", "the role Campaign Management"},
			{skipped, "+18885550100", "cannot be checked: role missing", "the role TFV"},
			{skipped, "12345", "cannot be checked: role missing", ""},
		}},
		{"no-application", say.ExitOK, [][4]string{{warning, "application", "account 9900000 has no application " + sandbox.DefaultApplicationID, "copy the id"}, {ok, "+12345678901", "CSANDBX", ""}}},
		{"voice-application", say.ExitOK, [][4]string{{warning, "application", "Sandbox is not for messages but for Voice-V2", "messaging application"}}},
		{"no-location", say.ExitOK, [][4]string{{warning, "location", "linked to none: messages are accepted (202) and never delivered, with no error", "link the application"}}},
		{"hidden-location", say.ExitOK, [][4]string{{ok, "location", "linked to one", ""}}},
		{"no-registry", say.ExitOK, [][4]string{{skipped, "campaigns (10DLC)", "only to accounts that bring their campaigns from The Campaign Registry", "dashboard"}}},
		{"no-campaign", say.ExitOK, [][4]string{{warning, "+12345678901", "on no campaign (10DLC): Bandwidth blocks its messages to the US with 4476", "assign it"}}},
		{"not-registered", say.ExitOK, [][4]string{{warning, "+12345678901", "on no campaign (10DLC)", "assign it"}}},
		{"campaign-processing", say.ExitOK, [][4]string{{warning, "+12345678901", "still being put on campaign CSANDBX (PROCESSING)", "wait"}}},
		{"campaign-failed", say.ExitOK, [][4]string{{warning, "+12345678901", "could not be put on campaign CSANDBX (FAILURE)", "again"}}},
		{"campaign-expired", say.ExitOK, [][4]string{{warning, "+12345678901", "on campaign CSANDBX, which is EXPIRED", "look after"}}},
		{"toll-free-unverified", say.ExitOK, [][4]string{{warning, "+18885550100", "not verified, UNVERIFIED (Invalid Information - Can't Validate URL): carriers refuse its messages with 4795", "ask for its verification"}}},
		{"toll-free-pending", say.ExitOK, [][4]string{{warning, "+18885550100", "being verified (PENDING)", "wait"}}},
		{"toll-free-unrequested", say.ExitOK, [][4]string{{warning, "+18885550100", "nobody asked for that: carriers refuse its messages with 4795", "ask for its verification"}}},
		{"toll-free-blocked", say.ExitOK, [][4]string{{warning, "+18885550100", "blocked: Toll-free number was used", "support"}}},
		{"short-code-expired", say.ExitOK, [][4]string{{warning, "12345", "its lease is EXPIRED: it cannot send", ""}}},
		{"short-code-incomplete", say.ExitOK, [][4]string{{warning, "12345", "not active with every carrier: T-Mobile (INACTIVE)", ""}}},
		{"dashboard-down", say.ExitOK, [][4]string{{skipped, "application", "cannot be checked: the answer was HTTP 503 Service Unavailable", ""}, {skipped, "12345", "HTTP 503", ""}}},
		{"dashboard-garbage", say.ExitOK, [][4]string{{skipped, "location", "cannot be checked: the answer could not be read", ""}, {skipped, "+18885550100", "could not be read", ""}}},
	}
	tried := map[string]bool{"": true, "dashboard-silent": true} // the latter takes 20 s: ui/account tries it
	for _, tt := range tests {
		tried[tt.matter] = true
		t.Run(tt.matter, func(t *testing.T) {
			t.Parallel()
			c := sandbox.Config{CallbackURL: clitest.Refusing + "/secret-path?key=s3"}
			if tt.matter != "" {
				c.AccountSetup = []string{tt.matter}
			}
			w := accountWorld(t, c)
			d, people := w.doctor()
			if d.ExitCode != tt.code || strings.Contains(people.out, "secret-path") {
				t.Errorf("got exit code %d, want %d, and of an address no more than its host:\n%s", d.ExitCode, tt.code, people.out)
			}
			for _, f := range tt.want {
				d.has(t, "account", f[0], f[1], f[2], f[3])
			}
			warned := strings.Contains(people.out, "see the warnings about the account")
			if want := tt.code == say.ExitOK && len(tt.want) > 0 && tt.want[0][0] == warning; warned != want {
				t.Errorf("got warned at the end %v, want %v:\n%s", warned, want, people.out)
			}
			if lost := strings.Contains(people.out, "nothing may arrive"); lost != (tt.matter == "no-location") {
				t.Errorf("got that nothing arrives %v:\n%s", lost, people.out)
			}
			got := w.run("", send("--from", accountNumbers[0])...)
			got.want(t, tt.code)
			if named := strings.Contains(got.err, "and not for 9900000"); named != (tt.matter == "other-account") {
				t.Errorf("got\n%swant the wrong account named, or not", got.err)
			}
		})
	}
	for _, matter := range sandbox.AccountSetups() {
		if !tried[matter] {
			t.Errorf("%s was not tried", matter)
		}
	}
}

// TestDoctorCallbacks: what an application lacks that is to tell of failures and answers.
func TestDoctorCallbacks(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	const warning = doctor.FindingWarning
	d, _ := accountWorld(t, sandbox.Config{}).doctor()
	d.has(t, "account", warning, "callbacks", "no address is set: failures stay invisible until telex asks, and answers are lost", "the address of telex listen")
	d, _ = accountWorld(t, sandbox.Config{CallbackURL: clitest.Refusing, CallbackTypes: []string{"message-delivered"}}).doctor()
	d.has(t, "account", warning, "callbacks", "message-failed is not among those that the application asks for", "add it")
	d, _ = accountWorld(t, sandbox.Config{CallbackURL: clitest.Refusing, CallbackUser: "u", CallbackPassword: "hush-hush"}).doctor()
	d.has(t, "account", doctor.FindingOK, "callbacks", "posted to 127.0.0.1:1", "")
}

// TestDoctorAccountOfBasic: a username has no token to look with, and that is said.
func TestDoctorAccountOfBasic(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	d, _ := newWorld(t, api.Env()...).doctor()
	d.has(t, "account", doctor.FindingSkipped, "account", "cannot be checked: that takes a client id and secret", "make a client id")
	for _, auth := range api.Auths() {
		if strings.Contains(auth, ".") {
			t.Errorf("a token was used: %s", auth)
		}
	}
}

// TestDoctorAccountUnreached: nothing is asked where nothing answers, and one token serves
// all questions where something does.
func TestDoctorAccountUnreached(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	w := newWorld(t, append([]string{"TELEX_BASE_URL=" + clitest.Refusing + "/api/v2"}, clitest.Environ(clitest.Refusing)...)...)
	d, _ := w.doctor()
	d.has(t, "account", doctor.FindingSkipped, "all", "not checked: the API cannot be reached", "")

	api := clitest.NewAPI(t)
	w = newWorld(t).withKeyring().configure(profileOf("main", api)).remember("main", sandbox.DefaultAccountID, testClient())
	w.run("", "doctor").want(t, say.ExitOK)
	if got := api.Tokens(); got != 1 {
		t.Errorf("got %d tokens asked for, want 1", got)
	}
}

// TestDoctorAccountHostile: what an account holds drives no terminal and is not told at
// length; runTelex looks for secrets and controls.
func TestDoctorAccountHostile(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), sandbox.Config{ClientID: clitest.ClientID, ClientSecret: clitest.ClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "/accounts/") {
			box.ServeHTTP(w, r)
			return
		}
		token := r.Header.Get("Authorization")
		if strings.Contains(r.URL.Path, "/applications/") {
			_, _ = w.Write([]byte("<Application><AppName>\u202e" + strings.Repeat("long ", 10_000) + token + "</AppName><InboundCallbackUrl>http://u:hunter2@h.example/x</InboundCallbackUrl></Application>"))
			return
		}
		said, _ := say.Encode(hostile + token)
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"errors":[{"type":"forbidden","description":` + string(said) + `}]}`))
	}))
	t.Cleanup(server.Close)
	api := &clitest.API{Base: server.URL + sandbox.BasePath}
	w := newWorld(t).withKeyring().configure(profileOf("main", api)).remember("main", sandbox.DefaultAccountID, testClient())
	d, people := w.doctor()
	d.has(t, "account", doctor.FindingOK, "application", "long long", "")
	d.has(t, "account", doctor.FindingSkipped, "campaigns (10DLC)", "role missing", "")
	if strings.Contains(people.out, "hunter2") || strings.Count(people.out, "long") > 100 {
		t.Errorf("got\n%s\nwant no password, and not all of it", people.out)
	}
}
