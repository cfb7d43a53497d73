package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telex/config"
	"telex/messaging/sandbox"
	"telex/ui/account"
	accounts "telex/ui/cli/account"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// setupIn is the console's Setup in a world, and what it printed.
func setupIn(w *world) (accounts.Setup, *strings.Builder) {
	var said strings.Builder
	a := newApp(process{environ: w.environ(), now: w.now, keyring: w.keyring, work: quickWork, out: &said, err: &said})
	return accounts.Setup{World: a.World}, &said
}

// inKeyring is an account whose secret goes into the keyring.
func inKeyring(api *clitest.API) (account.Account, account.Keeping) {
	return testAccount(api), account.Keeping{Store: string(config.InKeyring), Where: "the keyring", Why: "it works"}
}

// TestSaveSays: what came of keeping an account is told as values, and nothing is printed.
func TestSaveSays(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).withKeyring()
	setup, said := setupIn(w)
	mine, keep := inKeyring(api)
	kept, err := setup.Save(t.Context(), mine, keep, nil)
	if err != nil || kept.Where != "the keyring" || kept.Why != "it works" || kept.Removed != "" || len(kept.Warnings) > 0 {
		t.Fatalf("got %+v, %v, want where the secret is, and why", kept, err)
	}
	if !strings.Contains(w.profiles(), `store = "keyring"`) || !strings.Contains(w.profiles(), `profile = "main"`) {
		t.Errorf("got\n%s\nwant the profile, as the default one", w.profiles())
	}

	// Without a new secret only the profile is written down.
	changed := mine
	changed.Secret, changed.Production = nil, true
	calls := w.entries.calls
	if kept, err = setup.Save(t.Context(), changed, keep, nil); err != nil || kept.Where != "" || w.entries.calls != calls {
		t.Errorf("got %+v, %v, %d calls of the keyring, want none", kept, err, w.entries.calls-calls)
	}
	if !strings.Contains(w.profiles(), `store = "keyring"`) || !strings.Contains(w.profiles(), "production = true") {
		t.Errorf("got\n%s\nwant the change, and the secret where it was", w.profiles())
	}

	// The secret of the account that it was before goes.
	mine.AccountID = "5500001"
	if kept, err = setup.Save(t.Context(), mine, keep, nil); err != nil || kept.Removed != "the keyring" {
		t.Errorf("got %+v, %v, want the old secret removed", kept, err)
	}
	if _, there := w.entries.values["telex main/5500001"]; len(w.entries.values) != 1 || !there {
		t.Errorf("got entries %q, want the new one alone", w.entries.values)
	}
	if said.Len() > 0 {
		t.Errorf("got printed %q, want nothing", said)
	}
}

// noDelete is a store that takes secrets and does not let them go.
type noDelete struct{ config.Store }

func (noDelete) Delete(context.Context, config.Key) ([]string, error) {
	return nil, errors.New("it is gone")
}

// TestSaveRollsBack: if the file cannot be written the store is as it was; if that cannot
// be made sure of, it is told, by Setup and by telex login.
func TestSaveRollsBack(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	for _, stuck := range []bool{false, true} {
		w := newWorld(t).withKeyring()
		if stuck {
			w.keyring = noDelete{w.keyring}
		}
		setup, said := setupIn(w)
		mine, keep := inKeyring(api)
		w.entries.onSet = func() { w.configure("profiles = 1\n") } // somebody breaks the file just then
		kept, err := setup.Save(t.Context(), mine, keep, nil)
		if err == nil || said.Len() > 0 {
			t.Errorf("stuck %v: got %v, printed %q, want an error and nothing printed", stuck, err, said)
		}
		if !stuck {
			if len(w.entries.values) > 0 || len(kept.Warnings) > 0 {
				t.Errorf("got %d entries, %q, want everything as it was", len(w.entries.values), kept.Warnings)
			}
			continue
		}
		if len(kept.Warnings) != 1 || !strings.HasPrefix(kept.Warnings[0], "the secret may have stayed in the keyring: ") {
			t.Errorf("got warnings %q, want one that the secret may have stayed", kept.Warnings)
		}
		w.configure("")
		delete(w.entries.values, "telex main/9900000")
		w.run(clitest.ClientSecret, loginTo(api, "--store", "keyring")...).want(t, say.ExitUsage, "warning: the secret may have stayed in the keyring", "nothing was stored")
	}
}

// TestSaveLeavesOld: an old secret that cannot be removed does not stand in the way, and is
// told of.
func TestSaveLeavesOld(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, "TELEX_PASSPHRASE=open sesame").withKeyring()
	w.configure(profileOf("main", api, `store = "keyring"`, `token_url = "http://127.0.0.1:1/token"`, `region = "US"`)).
		remember("main", sandbox.DefaultAccountID, testClient())
	setup, _ := setupIn(w)
	mine, _ := inKeyring(api)
	w.entries.err = errors.New("it is gone")
	kept, err := setup.Save(t.Context(), mine, account.Keeping{Store: string(config.InFile)}, nil)
	if err != nil || len(kept.Warnings) != 1 || kept.Removed != "" ||
		!strings.HasPrefix(kept.Warnings[0], "the secret of account 9900000, which the profile used before, is still in the keyring: ") {
		t.Errorf("got %+v, %v, want a warning of the old secret", kept, err)
	}
	for _, want := range []string{`store = "file"`, `token_url = "http://127.0.0.1:1/token"`, `region = "US"`} {
		if !strings.Contains(w.profiles(), want) {
			t.Errorf("got\n%s\nwant %s in it: nobody is asked for it", w.profiles(), want)
		}
	}
	if _, err := os.Stat(filepath.Dir(w.secretFile())); err != nil {
		t.Errorf("got no encrypted file: %v", err)
	}
	w.searchFiles(clitest.ClientSecret)
}
