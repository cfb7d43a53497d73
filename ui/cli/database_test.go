package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/outbox"
	"telex/ui/cli/say"
)

// inDatabase is an account whose profile "team" records into d, as a role, beside the profile
// "home", which is the default and records into a file.
func inDatabase(t *testing.T, api *clitest.API, address string, lines ...string) *world {
	t.Helper()
	text := "profile = \"home\"\n" + profileOf("home", api) + profileOf("team", api) +
		"[profiles.team.outbox]\nurl = \"" + address + "\"\n" + strings.Join(lines, "\n") + "\n"
	w := newWorld(t).withKeyring().configure(text)
	return w.remember("home", sandbox.DefaultAccountID, testClient()).remember("team", sandbox.DefaultAccountID, testClient())
}

// rows are those of telex history --json.
func (e ended) rows(t *testing.T) (all []messages.Row) {
	t.Helper()
	e.decode(t, &all)
	return all
}

// What is sent for a profile with a database is in that, and nowhere else; the commands that
// are printed lead there.
func TestDatabaseOfProfile(t *testing.T) {
	t.Parallel()
	api, d := clitest.NewAPI(t), clitest.NewDatabase(t)
	w := inDatabase(t, api, d.Address("telex"))
	w.run("", "send", "--profile", "team", "--to", "+12345678902", "--text", "over the database").want(t, say.ExitOK)
	w.run("", "send", "--profile", "team", "--to", "+19995550005", "--text", "a strange answer").want(t, say.ExitUnknown, "telex status 2 --profile team")
	w.run("", "send", "--to", "+12345678902", "--text", "into the file").want(t, say.ExitOK)
	if all := w.run("", "history", "--json").rows(t); len(all) != 1 || all[0].Text != "into the file" {
		t.Errorf("got %+v without a profile, want what the default sent", all)
	}
	all := w.run("", "history", "--profile", "team", "--json").rows(t)
	if len(all) != 2 || all[1].Text != "over the database" || all[1].Profile != "team" {
		t.Errorf("got %+v of the database, want the two that were sent there", all)
	}
	w.run("", "show", "2", "--profile", "team").want(t, say.ExitOK)
	w.run("", "history", "--profile", "nobody").want(t, say.ExitUsage, `there is no profile "nobody"`)
	got := w.run("", "__complete", "show", "--profile", "team", "")
	if !strings.Contains(got.out, "over the database") && !strings.Contains(got.out, "1\t") {
		t.Errorf("got completions\n%s\nwant the messages of the database", got.out)
	}
	if n := d.Count("SELECT count(*) FROM messages"); n != 2 {
		t.Errorf("the database has %d messages, want 2", n)
	}
	w.env = append(w.env, "TELEX_OUTBOX="+d.Address("telex"))
	if all := w.run("", "history", "--json").rows(t); len(all) != 2 {
		t.Errorf("got %d messages with TELEX_OUTBOX, want the 2 of the database", len(all))
	}
}

// The sandbox has its file whatever is said of outboxes, and a path in TELEX_OUTBOX is one.
func TestOutboxOfSandbox(t *testing.T) {
	t.Parallel()
	d := clitest.NewDatabase(t)
	w := newWorld(t, "TELEX_OUTBOX="+d.Address("telex"))
	w.run("", "send", "--sandbox", "--to", "+12345678902", "--text", "tried").want(t, say.ExitOK)
	if n := d.Count("SELECT count(*) FROM pg_tables WHERE tablename = 'messages'"); n != 0 {
		t.Error("the sandbox made tables in the database")
	}
	if all := w.run("", "history", "--sandbox", "--json").rows(t); len(all) != 1 {
		t.Errorf("got %d messages of the sandbox, want 1", len(all))
	}
	path := filepath.Join(t.TempDir(), "mine", "own.db")
	w.env = []string{"TELEX_OUTBOX=" + path}
	w.run("", "optouts", "add", "+12345678902").want(t, say.ExitOK)
	if _, err := os.Stat(path); err != nil {
		t.Errorf("got %v, want an outbox in the file that TELEX_OUTBOX names", err)
	}
	for value, want := range map[string]string{"own.db": "another file in each folder", "mysql://db/x": "not like that of a PostgreSQL"} {
		w.env = []string{"TELEX_OUTBOX=" + value}
		w.run("", "history").want(t, say.ExitUsage, want)
	}
}

// Without a profile that is named or the default, the outbox is the one that all have, and
// where they have several it is asked which; a file that cannot be read is not guessed around.
func TestOutboxWithoutDefault(t *testing.T) {
	t.Parallel()
	d := clitest.NewDatabase(t)
	of := func(name, url string) string {
		return "[profiles." + name + "]\naccount = \"1\"\n[profiles." + name + ".outbox]\nurl = \"" + url + "\"\n"
	}
	w := newWorld(t).configure(of("a", d.Address("telex")) + of("b", d.Address("telex")))
	if got := w.run("", "history"); got.code != say.ExitOK || !strings.Contains(got.err, "no messages yet in postgres://telex@/"+d.Name) {
		t.Errorf("got %+v of profiles with one database, want that", got)
	}
	w.configure(of("a", d.Address("telex")) + of("b", "postgres://elsewhere/telex"))
	w.run("", "history").want(t, say.ExitUsage, "no profile was named", "--profile")
	w.configure("odd = 1\n" + of("a", d.Address("telex")))
	w.run("", "history").want(t, say.ExitUsage, "odd is unknown")
	w.configure("[profiles.a.outbox]\nurl = \"postgres://telex:hunter2@db/telex\"\n")
	if got := w.run("", "history"); got.code != say.ExitUsage || !strings.Contains(got.err, "holds a password") || strings.Contains(got.err, "hunter2") {
		t.Errorf("got %+v of a password in the file, want it refused and not repeated", got)
	}
}

// The password comes from the address in the environment, a program or a store; it is
// nowhere else, and a wrong one is refused in words.
func TestDatabasePassword(t *testing.T) {
	t.Parallel()
	const word = "db-Secret-7291"
	d := clitest.NewDatabase(t)
	role := d.Role("anna", word)
	kept := filepath.Join(t.TempDir(), "word")
	if err := os.WriteFile(kept, []byte(word+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(w *world, want say.Code, stdin string, args ...string) ended {
		t.Helper()
		got := w.run(stdin, args...)
		got.want(t, want)
		if strings.Contains(got.out+got.err, word) {
			t.Errorf("%q printed the password:\n%s%s", args, got.out, got.err)
		}
		w.searchFiles(word)
		return got
	}
	address := d.Address(role)
	w := newWorld(t, "TELEX_OUTBOX="+address).withKeyring()
	denied := run(w, say.ExitUsage, "", "history")
	denied.want(t, say.ExitUsage, "the database does not let this role in (password authentication failed", "telex outbox login")
	run(w, say.ExitUsage, "", "--debug", "history")
	run(w, say.ExitUsage, "", "doctor")
	run(w, say.ExitUsage, "wrong\n", "outbox", "login", "--secret-stdin").want(t, say.ExitUsage, "nothing was kept")
	if len(w.entries.values) > 0 {
		t.Error("a password that is refused was kept")
	}
	run(w, say.ExitOK, word+"\n", "outbox", "login", "--secret-stdin").want(t, say.ExitOK, "is kept in the keyring")
	run(w, say.ExitOK, "", "history")
	run(w, say.ExitOK, "", "--debug", "outbox", "info")
	run(w, say.ExitOK, "", "outbox", "logout").want(t, say.ExitOK, "was removed from the keyring")
	run(w, say.ExitUsage, "", "history")

	w.env = append(w.env, "TELEX_PASSPHRASE=phrase")
	run(w, say.ExitOK, word+"\n", "outbox", "login", "--store", "file", "--secret-stdin").want(t, say.ExitOK, "TELEX_PASSPHRASE")
	run(w, say.ExitOK, "", "history")

	within := strings.Replace(address, role+"@", role+":"+word+"@", 1)
	run(newWorld(t, "TELEX_OUTBOX="+within), say.ExitOK, "", "--debug", "history")
	run(newWorld(t, "TELEX_OUTBOX="+strings.Replace(within, "/"+d.Name, "/nothing", 1)), say.ExitFailed, "", "--debug", "history")
	run(newWorld(t, "TELEX_OUTBOX="+within), say.ExitUsage, "", "work", "install", "systemd").want(t, say.ExitUsage, "holds a password")

	program := `password_command = ["cat", "` + kept + `"]`
	table := "[profiles.team]\naccount = \"1\"\n[profiles.team.outbox]\nurl = \"" + address + "\"\n"
	run(newWorld(t).configure(table+program), say.ExitOK, "", "history")
	run(newWorld(t).configure(table+`password_command = ["cat", "`+kept+`-not"]`), say.ExitFailed, "", "history").want(t, say.ExitFailed, "password_command")
}

// Nothing is sent while the database cannot be reached, and a lost connection is made anew.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	api, d := clitest.NewAPI(t), clitest.NewDatabase(t)
	env := api.Env("TELEX_OUTBOX=postgres://telex@/" + d.Name + "?host=" + t.TempDir())
	got := runTelex(t, env, "", "send", "--json", "--to", "+12345678902", "--text", "Hello")
	got.want(t, say.ExitUnsent, "the database cannot be reached", "nothing was sent, because it could not be recorded")
	var failed say.Ending
	got.decode(t, &failed)
	if failed.Outcome != "unsent" || failed.ExitCode != say.ExitUnsent || len(api.Sent()) > 0 {
		t.Errorf("got %+v and %d requests, want unsent, 7 and none", failed, len(api.Sent()))
	}
	runTelex(t, env, "", "doctor").want(t, say.ExitUnsent)

	env = api.Env("TELEX_OUTBOX=" + d.Address("telex"))
	ctx, cancel := context.WithTimeout(t.Context(), clitest.Patience)
	defer cancel()
	a := newApp(process{environ: clitest.WithState(t, env), err: &bytes.Buffer{}, now: time.Now, keyring: noKeyring()})
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "one").want(t, say.ExitOK)
	changes := a.Changes(ctx, false)
	await := func(what string) {
		t.Helper()
		select {
		case _, told := <-changes:
			if !told {
				t.Fatalf("%s: it ended", what)
			}
		case <-ctx.Done():
			t.Fatalf("%s: nothing was told", what)
		}
	}
	await("the beginning")
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "two").want(t, say.ExitOK)
	await("what another telex sent")
	d.Do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	for d.Count("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()") == 0 {
		if ctx.Err() != nil {
			t.Fatal("nobody listens again")
		}
	}
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "three").want(t, say.ExitOK)
	await("what was sent after the connection was lost")
}

// A role that may only read sees the history, and sends nothing.
func TestDatabaseToRead(t *testing.T) {
	t.Parallel()
	api, d := clitest.NewAPI(t), clitest.NewDatabase(t)
	runTelex(t, api.Env("TELEX_OUTBOX="+d.Address("telex")), "", "send", "--to", "+12345678902", "--text", "to be read").want(t, say.ExitOK)
	role := d.Role("reader", "")
	env := api.Env("TELEX_OUTBOX=" + d.Address(role))
	runTelex(t, env, "", "history").want(t, say.ExitFailed, "permission denied")
	d.Do("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + role)
	got := runTelex(t, env, "", "history", "--json")
	got.want(t, say.ExitOK, "nothing can be recorded now, so nothing can be sent; the history can be read")
	if all := got.rows(t); len(all) != 1 || all[0].Text != "to be read" {
		t.Errorf("got %+v, want the message", all)
	}
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "refused").want(t, say.ExitFailed, "it cannot be written", "nothing was sent")
	if n := len(api.Sent()); n != 1 {
		t.Errorf("the API got %d messages, want the one of the other role", n)
	}
	if said := runTelex(t, env, "", "doctor"); !strings.Contains(said.out, "may read alone") {
		t.Errorf("got\n%s\nwant the doctor to say that it may only read", said.out)
	}
	var found outbox.Info
	runTelex(t, env, "", "outbox", "info", "--json").decode(t, &found)
	if found.Writable || found.Engine != "postgres" || found.Holds == nil || found.Holds.Messages != 1 || found.Server.Role != role || !found.Server.MayRead {
		t.Errorf("got %+v, want what may be read", found)
	}
}

// Tables are made and brought up to date by who may, once, and those of a later telex are
// left alone.
func TestOutboxInit(t *testing.T) {
	t.Parallel()
	d := clitest.NewDatabase(t)
	env := []string{"TELEX_OUTBOX=" + d.Address("telex")}
	info := func() (found outbox.Info) {
		t.Helper()
		got := runTelex(t, env, "", "outbox", "info", "--json")
		got.want(t, say.ExitOK)
		got.decode(t, &found)
		return found
	}
	out := func(want say.Code, within string, args ...string) {
		t.Helper()
		got := runTelex(t, env, "", args...)
		if got.code != want || !strings.Contains(got.out+got.err, within) {
			t.Errorf("%q: got %d\n%s%s\nwant %d and %q", args, got.code, got.out, got.err, want, within)
		}
	}
	if found := info(); found.Exists || found.Name == "" || found.From != "TELEX_OUTBOX" || !found.Server.MayCreate {
		t.Errorf("got %+v, want that there are no tables yet", found)
	}
	out(say.ExitOK, "none yet; telex outbox init makes them", "outbox", "info")
	out(say.ExitOK, "the tables were made in postgres://", "outbox", "init")
	newest := info().Version
	out(say.ExitOK, "is up to date", "outbox", "init")
	d.Do("UPDATE telex_schema SET version = 99")
	out(say.ExitFailed, "its version is 99 and this telex knows", "outbox", "init")
	out(say.ExitFailed, "a later version of telex made it", "history")
	out(say.ExitOK, "use the newer telex", "outbox", "info")
	if n := d.Count("SELECT version FROM telex_schema"); n != 99 {
		t.Errorf("got version %d, want 99 as it was", n)
	}

	old := clitest.NewDatabase(t)
	first, err := os.ReadFile(filepath.Join("..", "..", "messaging", "outbox", "postgres", "migrations", "0001.sql"))
	if err != nil {
		t.Fatal(err)
	}
	role := old.Role("reader", "")
	old.Do(string(first), "UPDATE telex_schema SET version = 1", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role)
	env = []string{"TELEX_OUTBOX=" + old.Address(role)}
	if newest > 1 {
		out(say.ExitFailed, "cannot be written", "history")
		out(say.ExitFailed, "cannot be written", "outbox", "init")
		out(say.ExitOK, "version 1, of an older telex", "outbox", "info")
	}
	env = []string{"TELEX_OUTBOX=" + old.Address("telex")}
	out(say.ExitOK, "from version 1 to", "outbox", "init")
	if found := info(); found.Version != newest || found.Holds == nil {
		t.Errorf("got %+v, want version %d", found, newest)
	}

	other := clitest.NewDatabase(t)
	other.Do("CREATE TABLE messages (id int)")
	env = []string{"TELEX_OUTBOX=" + other.Address("telex")}
	out(say.ExitFailed, "a table messages that is not telex's", "outbox", "init")
	out(say.ExitOK, "not telex's", "outbox", "info")
}

// The doctor says of a database whether it is reached, by whom, and how far away.
func TestDoctorOfDatabase(t *testing.T) {
	t.Parallel()
	api, d := clitest.NewAPI(t), clitest.NewDatabase(t)
	env := api.Env("TELEX_OUTBOX=" + d.Address("telex"))
	lines := func() map[string]string {
		t.Helper()
		var report struct {
			Checks []struct{ Area, Name, State, Found string }
		}
		if err := json.Unmarshal([]byte(runTelex(t, env, "", "doctor", "--json").out), &report); err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, c := range report.Checks {
			if c.Area == "outbox" {
				found[c.Name] = c.State + " " + c.Found
			}
		}
		return found
	}
	if got := lines(); !strings.Contains(got["tables"], "none yet") || d.Count("SELECT count(*) FROM pg_tables WHERE tablename = 'messages'") != 0 {
		t.Errorf("got %v, want that there are no tables, and none made", got)
	}
	runTelex(t, env, "", "outbox", "init").want(t, say.ExitOK)
	got := lines()
	for name, want := range map[string]string{
		"database": "(TELEX_OUTBOX)", "server": "PostgreSQL", "tables": "version", "rights": "role telex may read, write and make tables",
		"clock": "differ by", "latency": "ms", "worker": "telex work is not running",
	} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
}
