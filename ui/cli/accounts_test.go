package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/sandbox"
	"telex/ui"
	"telex/ui/account"
	accounts "telex/ui/cli/account"
	"telex/ui/cli/clitest"
	"telex/ui/cli/who"
)

// setupApp is a telex with folders of its own and no keyring.
func setupApp(t *testing.T, env ...string) (*app, string) {
	t.Helper()
	folder := t.TempDir()
	p := process{environ: append(env,
		"HOME="+folder, "XDG_CONFIG_HOME="+filepath.Join(folder, "config"), "XDG_DATA_HOME="+filepath.Join(folder, "data"),
		"XDG_STATE_HOME="+filepath.Join(folder, "state")), now: time.Now, err: &strings.Builder{}, work: quickWork}
	return newApp(p), folder
}

func typed(s string) account.Typed { return func() string { return s } }

// testAccount is one that the API of tests takes.
func testAccount(api *clitest.API) account.Account {
	return account.Account{
		Name: "main", AccountID: "9900000", ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2", Numbers: []string{"+12345678901"},
		ID: clitest.ClientID, Secret: typed(clitest.ClientSecret), BaseURL: api.Base, Region: "US",
	}
}

// TestAccounts: an account is checked, kept in the encrypted file, listed and used,
// also by a telex that comes later, which asks for the passphrase when it is needed.
func TestAccounts(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	a, folder := setupApp(t)
	setup := accounts.Setup{World: a.World}

	deps, _, err := a.consoleDeps(consoleFlags{Flags: who.Flags{Timeout: time.Minute}})
	if err != nil || !deps.First {
		t.Fatalf("got first %v, %v, want the console to begin with Setup", deps.First, err)
	}
	mine := testAccount(api)
	wrong := mine
	wrong.Secret = typed("wrong")
	if err := setup.Check(t.Context(), wrong, nil); !errors.Is(err, messaging.ErrUnauthorized) {
		t.Errorf("a wrong secret: got %v, want ErrUnauthorized", err)
	}
	if err := setup.Check(t.Context(), mine, nil); err != nil {
		t.Fatalf("check: %v", err)
	}
	if n := len(api.Sent()); n != 0 {
		t.Errorf("got %d messages created by the check, want none", n)
	}
	keep, err := setup.Keeping(t.Context(), mine)
	if err != nil || !strings.Contains(keep.Where, "credentials.age") || keep.Why == "" || !keep.Passphrase || !keep.New {
		t.Fatalf("got %+v, %v, want the encrypted file, which is to be made", keep, err)
	}
	if _, err := setup.Save(t.Context(), mine, keep, typed("open sesame")); err != nil {
		t.Fatalf("save: %v", err)
	}
	all, standard, err := setup.List(t.Context())
	if err != nil || len(all) != 1 || standard != "main" || all[0].Kept != "file" || all[0].Secret != nil || all[0].ID != clitest.ClientID {
		t.Fatalf("got %+v, default %q, %v, want the account without its secret", all, standard, err)
	}
	noSecretIn(t, folder)

	later := newApp(a.process)
	deps, _, err = later.consoleDeps(consoleFlags{Flags: who.Flags{Timeout: time.Minute}})
	if err != nil || deps.First || deps.Profile != "main" || deps.AccountID != "9900000" || strings.Join(deps.Numbers, "") != "+12345678901" {
		t.Fatalf("got %+v, %v, want the profile's settings", deps, err)
	}
	ask, ok := errors.AsType[*account.AskError](linkError(t, deps, nil))
	if !ok || !strings.Contains(ask.What, "credentials.age") || ask.Why != "" {
		t.Fatalf("got %v, want it to ask for the passphrase", ask)
	}
	if ask, ok = errors.AsType[*account.AskError](linkError(t, deps, typed("open says me"))); !ok || ask.Why == "" {
		t.Fatalf("a wrong passphrase: got %v, want it asked for again, with the reason", ask)
	}
	link, err := deps.Connect(t.Context(), typed("open sesame"))
	if err != nil {
		t.Fatal(err)
	}
	m := messaging.Message{From: "+12345678901", To: []string{"+12345678902"}, Text: "Hi", ApplicationID: deps.ApplicationID}
	if _, err := link.Sender.Send(t.Context(), m); err != nil {
		t.Errorf("send: %v", err)
	}
}

// linkError is why the way to the API cannot be made.
func linkError(t *testing.T, d ui.Deps, typed account.Typed) error {
	t.Helper()
	_, err := d.Connect(t.Context(), typed)
	if err == nil {
		t.Fatal("got a link, want it to need something")
	}
	return err
}

// noSecretIn demands that no file holds the secret of the tests.
func noSecretIn(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, form := range clitest.SecretForms() {
			if strings.Contains(string(content), form) {
				t.Errorf("%s holds the secret", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAccountChanged: a change keeps the secret, comments and unknown profiles; a file
// that cannot be read is an error.
func TestAccountChanged(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	a, folder := setupApp(t, "TELEX_PASSPHRASE=open sesame")
	setup := accounts.Setup{World: a.World}
	file := filepath.Join(folder, "config", "telex", "config.toml")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Dir(file), 0o700))
	must(os.WriteFile(file, []byte("# mine\n[profiles.other] # keep\naccount = \"1\"\n"), 0o600))
	mine := testAccount(api)
	keep, err := setup.Keeping(t.Context(), mine)
	if err != nil || keep.Passphrase {
		t.Fatalf("got %+v, %v, want no question: the passphrase is in the environment", keep, err)
	}
	_, err = setup.Save(t.Context(), mine, keep, nil)
	must(err)

	mine.Secret, mine.Production, mine.Numbers = nil, true, []string{"+12345678903"}
	must(setup.Check(t.Context(), mine, nil))
	_, err = setup.Save(t.Context(), mine, keep, nil)
	must(err)
	text, err := os.ReadFile(file)
	must(err)
	for _, want := range []string{"# mine", "[profiles.other] # keep", "production = true", "+12345678903"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("got file %s, want %q in it", text, want)
		}
	}
	deps, err := a.useAccount(consoleFlags{Flags: who.Flags{Timeout: time.Minute}}, &account.Account{Name: "main"})
	must(err)
	if !deps.Production {
		t.Error("got no production mark, want one")
	}
	_, err = deps.Connect(t.Context(), nil)
	must(err)

	must(os.Remove(file))
	must(os.Mkdir(file, 0o700))
	if _, err := setup.Save(t.Context(), mine, keep, nil); err == nil {
		t.Error("a file that cannot be read: got no error")
	}
}

// TestUseSandbox: the sandbox needs nothing, and ends with its link.
func TestUseSandbox(t *testing.T) {
	t.Parallel()
	a, _ := setupApp(t)
	deps, err := a.useAccount(consoleFlags{Flags: who.Flags{Timeout: time.Minute}}, nil)
	if err != nil || !deps.Sandbox || deps.First {
		t.Fatalf("got %+v, %v, want the sandbox", deps, err)
	}
	link, err := deps.Connect(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.Lister.List(t.Context(), messaging.Query{Direction: "OUTBOUND", Limit: 1}); err != nil {
		t.Errorf("list: %v", err)
	}
	link.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := link.Lister.List(ctx, messaging.Query{Direction: "OUTBOUND", Limit: 1}); err == nil {
		t.Error("the sandbox still answers after its end")
	}
}

// TestAskForSecret: a profile whose secret is kept nowhere asks for it, once, in memory.
func TestAskForSecret(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	a, folder := setupApp(t)
	file := filepath.Join(folder, "config", "telex", "config.toml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "[profiles.main]\naccount = \"9900000\"\napplication = \"93de2206-9669-4e07-948d-329f4b722ee2\"\nnumbers = [\"+12345678901\"]\nclient_id = \"" +
		clitest.ClientID + "\"\nbase_url = \"" + api.Base + "\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	deps, _, err := a.consoleDeps(consoleFlags{Flags: who.Flags{Timeout: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	if ask, ok := errors.AsType[*account.AskError](linkError(t, deps, nil)); !ok || !strings.Contains(ask.What, "the client secret of profile main") {
		t.Fatalf("got %v, want it to ask for the client secret", ask)
	}
	link, err := deps.Connect(t.Context(), typed(clitest.ClientSecret))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.Lister.List(t.Context(), messaging.Query{Direction: "OUTBOUND", Limit: 1}); err != nil {
		t.Errorf("list: %v", err)
	}
	noSecretIn(t, folder)
}

// TestAccountsInspect: Setup looks at an account by the secret that was checked: the one
// that was typed, or the one that is kept, for which nobody is asked twice.
func TestAccountsInspect(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPIOf(t, sandbox.Config{AccountSetup: []string{"no-location"}})
	a, _ := setupApp(t)
	setup, mine := accounts.Setup{World: a.World}, testAccount(api)
	look := func(setup accounts.Setup, of account.Account) {
		t.Helper()
		found, err := setup.Inspect(t.Context(), of)
		i := slices.IndexFunc(found, func(f account.Finding) bool { return f.Name == "location" })
		if err != nil || i < 0 || found[i].Verdict != account.Trouble {
			t.Errorf("got %v, %v, want trouble with the location", found, err)
		}
	}
	look(setup, mine)
	keep, err := setup.Keeping(t.Context(), mine)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := setup.Save(t.Context(), mine, keep, typed("open sesame")); err != nil {
		t.Fatal(err)
	}
	setup = accounts.Setup{World: newApp(a.process).World}
	mine.Secret = nil
	if found, err := setup.Inspect(t.Context(), mine); err == nil || found != nil {
		t.Errorf("got %v, %v, want the passphrase asked for", found, err)
	}
	if err := setup.Check(t.Context(), mine, typed("open sesame")); err != nil {
		t.Fatal(err)
	}
	look(setup, mine)
}
