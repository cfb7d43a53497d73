package cli

import (
	"errors"
	"strings"
	"testing"

	"telex/messaging/sandbox"
	accounts "telex/ui/cli/account"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

func TestLogout(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "TELEX_PASSPHRASE=open sesame").withKeyring()
	w.run(clitest.ClientSecret, loginTo(api)...).want(t, say.ExitOK)
	w.run("", "logout").want(t, say.ExitOK, "the secret of profile main was removed from the keyring")
	if len(w.entries.values) != 0 || strings.Contains(w.profiles(), "store") || !strings.Contains(w.profiles(), "[profiles.main]") {
		t.Errorf("got %d entries and\n%s\nwant no secret, and the profile without its store", len(w.entries.values), w.profiles())
	}
	w.run("", send()...).want(t, say.ExitUsage, "the secret of profile main")
	w.run("", "logout").want(t, say.ExitOK, "looking in both stores", "the keyring had no secret", "had no secret of profile main and account 9900000")
	w.run(clitest.ClientSecret, "login", "--secret-stdin", "--store", "file").want(t, say.ExitOK)
	w.env = nil
	w.run("", "logout", "--remove").want(t, say.ExitUsage, "no passphrase")
	if !strings.Contains(w.profiles(), `store = "file"`) {
		t.Errorf("got\n%s\nwant the profile as it was, for its secret is still there", w.profiles())
	}
	w.env = append(api.Env(), "TELEX_PASSPHRASE=open sesame")
	w.run("", "logout", "--remove").want(t, say.ExitOK, "was removed from the encrypted file", "profile main was removed", "BW_USERNAME and BW_PASSWORD are still set")
	if strings.Contains(w.profiles(), "main") {
		t.Errorf("got\n%s\nwant no profile", w.profiles())
	}
	w.run("", "logout").want(t, say.ExitUsage, "there is no profile in")
	w.configure("profile = \"a\"\n" + profileOf("a", api, `store = "keyring"`) + profileOf("b", api, `account = ""`))
	w.run("", "logout", "--profile", "b").want(t, say.ExitOK, "names no account")
	w.run("", "logout", "--remove").want(t, say.ExitOK, "the keyring had no secret", "it was the default; choose another")
	w.configure(profileOf("a", api, `store = "keyring"`, `credential_command = ["pass", "show"]`))
	w.entries.err = errors.New("broken")
	w.run("", "logout", "--remove").want(t, say.ExitFailed, "remove the secret from the keyring: it failed: broken; its secret can be removed only where", "take [profiles.a] out of "+w.configFile())
	if got := w.run("", "logout"); strings.Contains(got.err, "--store") || strings.Contains(got.err, "[profiles.a]") {
		t.Errorf("got %s, want no flag that logout does not have", got.err)
	}
	w.entries.err = nil
	w.run("", "logout").want(t, say.ExitOK, "credential_command of the profile still gives a secret")
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t)
	if got := w.run("", "profiles"); got.code != say.ExitOK || got.out != "" || !strings.Contains(got.err, "telex login makes one") {
		t.Errorf("got %+v, want a word on standard error", got)
	}
	var none []accounts.ProfileRow
	if w.run("", "profiles", "--json").decode(t, &none); none == nil || len(none) > 0 {
		t.Errorf("got %v, want an empty array", none)
	}
	w.configure("profile = \"b\"\n" + profileOf("a", api, `production = true`, `credential_command = ["pass"]`) +
		"[profiles.b]\nauth = \"basic\"\nusername = \"u\"\nstore = \"file\"\n")
	if got, want := w.run("", "profiles").out, "\ta\t9900000\t+12345678901\toauth\tcommand\tproduction\n*\tb\t\t\tbasic\tfile\t\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got := w.run("", "profiles", "--json").out
	const want = `[{"name":"a","default":false,"account":"9900000","application":"` + sandbox.DefaultApplicationID + `","numbers":["+12345678901"],"auth":"oauth","id":"` + clitest.ClientID + `","base_url":"BASE","store":"command","production":true},{"name":"b","default":true,"auth":"basic","id":"u","store":"file","production":false}]`
	if !sameJSON(t, got, strings.Replace(want, "BASE", api.Base, 1)) {
		t.Errorf("got %s, want %s", got, want)
	}
	w.env = []string{"TELEX_PROFILE=b"}
	w.run("", "profiles", "use", "a").want(t, say.ExitOK, "profile a is the default now", "TELEX_PROFILE is set to b, and wins")
	if !strings.Contains(w.profiles(), "profile = \"a\"\n") {
		t.Errorf("got\n%s\nwant a as the default", w.profiles())
	}
	w.run("", "profiles", "use", "c").want(t, say.ExitUsage, `there is no profile "c"; there are a, b`)
	w.run("", "profiles", "use").want(t, say.ExitUsage, "telex profiles use needs the name of one profile")
	if got := w.run("", "__complete", "send", "--profile", ""); !strings.HasPrefix(got.out, "a\nb\n") {
		t.Errorf("completing --profile: got %q, want the profiles", got.out)
	}
	if got := w.run("", "__complete", "profiles", "use", ""); !strings.HasPrefix(got.out, "a\nb\n") {
		t.Errorf("completing use: got %q, want the profiles", got.out)
	}
	if got := w.run("", "__complete", "login", "--store", ""); !strings.HasPrefix(got.out, "keyring\nfile\n") {
		t.Errorf("completing --store: got %q, want the stores", got.out)
	}
}
