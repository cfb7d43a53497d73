package cli

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3/driver"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// stateIn is env with its outbox in a folder that several runs share.
func stateIn(folder string, env []string) []string {
	return append([]string{"XDG_STATE_HOME=" + folder}, env...)
}

// outboxIn opens the outbox of runs with stateIn.
func outboxIn(t *testing.T, folder string) *outbox.Outbox {
	t.Helper()
	o, err := outbox.Open(t.Context(), sqlite.At(filepath.Join(folder, "telex", "outbox.db")), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	return o
}

// rowsIn are all rows of an outbox, the newest first, as telex history prints them.
func rowsIn(t *testing.T, folder string, args ...string) []messages.Row {
	t.Helper()
	var rows []messages.Row
	got := runTelex(t, []string{"XDG_STATE_HOME=" + folder}, "", append([]string{"history", "--json"}, args...)...)
	got.want(t, say.ExitOK)
	got.decode(t, &rows)
	return rows
}

// TestNowhereToRecord: without a folder for the outbox nothing is sent.
func TestNowhereToRecord(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	runTelex(t, api.Env("HOME="), "", "send", "--to", "+12345678902", "--text", "Hello").
		want(t, say.ExitUsage, "neither XDG_STATE_HOME nor HOME names one", "set XDG_STATE_HOME")
	if len(api.Sent()) > 0 {
		t.Error("a message was sent without a record")
	}
}

// What was sent and what came of it is in the outbox, and no secret is.
func TestSendRecords(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello", "--tag", "t1").want(t, say.ExitOK, "(message 1, ")
	runTelex(t, env, "", "send", "--to", "+19995550400", "--text", "Hello").want(t, say.ExitRejected, "(message 2)")
	var failed say.Ending
	runTelex(t, env, "", "send", "--to", "+19995550002", "--text", "Hello", "--json").decode(t, &failed)
	if failed.ID != 3 {
		t.Errorf("got %+v, want the id 3 of the row", failed)
	}
	runTelex(t, env, "", "send", "--to", "+19995550004", "--text", "x").want(t, say.ExitUnknown, "telex status 4 looks for it at Bandwidth")
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello", "--dry-run").want(t, say.ExitOK)
	oauth := append(env, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret)
	runTelex(t, oauth, "", "send", "--to", "+12345678903", "--text", "Hello").want(t, say.ExitOK)
	runTelex(t, env, "", "send", "--to", "+12345678904,+19995550401,+12345678905", "--individual", "--parallel", "1", "--text", "Hello").want(t, say.ExitRefused)
	want := []outbox.State{"unsent", "rejected", "accepted", "accepted", "unknown", "unknown", "rejected", "accepted"}
	rows := rowsIn(t, folder)
	if len(rows) != len(want) {
		t.Fatalf("got %d rows, want %d: %+v", len(rows), len(want), rows)
	}
	for i, r := range rows {
		if r.State != want[i] || r.ID != int64(len(rows)-i) {
			t.Errorf("row %d: got id %d, %s, want %s", i, r.ID, r.State, want[i])
		}
	}
	if got := rows[0].Error; got != "not tried: the credentials were refused" {
		t.Errorf("got %q of the message that was not tried", got)
	}
	wantNoSecrets(t, folder)
}

// wantNoSecrets looks for the tests' secrets in all files below a folder.
func wantNoSecrets(t *testing.T, folder string) {
	t.Helper()
	forms := clitest.SecretForms()
	for _, secret := range []string{clitest.Password, clitest.ClientSecret} {
		forms = append(forms, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="))
	}
	files := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		for _, form := range forms {
			if bytes.Contains(content, []byte(form)) {
				t.Errorf("%s holds the secret %q", path, form)
			}
		}
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("looked through %d files: %v", files, err)
	}
}

// A gateway that repeats the credentials does not get them onto the disk.
func TestEchoedCredentialsAreNotRecorded(t *testing.T) {
	t.Parallel()
	for _, status := range []int{202, 400, 502} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, password, _ := r.BasicAuth()
			quoted, _ := say.Encode(r.Header.Get("Authorization") + " " + password)
			echo := strings.TrimSpace(string(quoted))
			w.Header().Set("X-Echo", password)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(strings.ReplaceAll(`{"id":E,"type":E,"description":E,"fieldErrors":[{"fieldName":E,"description":E}]}`, "E", echo)))
		}))
		t.Cleanup(server.Close)
		folder := t.TempDir()
		env := stateIn(folder, clitest.Environ(server.URL))
		runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello")
		wantNoSecrets(t, folder)
		runTelex(t, env[:1], "", "show", "1").want(t, say.ExitOK) // without credentials, so nothing hides them
		runTelex(t, env[:1], "", "show", "1", "--json").want(t, say.ExitOK)
	}
}

// An outbox that cannot be written: nothing is sent.
func TestNotRecorded(t *testing.T) {
	t.Parallel()
	newer := t.TempDir()
	tests := []struct {
		name   string
		folder string
		stderr string
	}{
		{"a file where the folder should be", textFile(t, "x"), "is a file, and a folder is needed there"},
		{"a database of a newer telex", newer, "a later version of telex made it"},
	}
	runTelex(t, stateIn(newer, nil), "", "history").want(t, say.ExitOK)
	execIn(t, newer, "PRAGMA user_version = 99")
	for _, tt := range tests {
		api := clitest.NewAPI(t)
		env := stateIn(tt.folder, api.Env())
		got := runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello", "--json")
		got.want(t, say.ExitFailed, "nothing was sent, because it could not be recorded", tt.stderr)
		var failed say.Ending
		got.decode(t, &failed)
		if failed.Outcome != "unsent" || failed.ExitCode != say.ExitFailed || failed.ID != 0 || len(api.Sent()) != 0 {
			t.Errorf("%s: got %+v and %d requests, want unsent, 1 and none", tt.name, failed, len(api.Sent()))
		}
		for _, args := range [][]string{{"history"}, {"show", "1"}, {"status"}, {"history", "prune", "--before", "1d", "--yes"}} {
			runTelex(t, env, "", args...).want(t, say.ExitFailed, tt.stderr)
		}
	}
}

// execIn changes an outbox behind telex's back.
func execIn(t *testing.T, folder, query string) {
	t.Helper()
	db, err := driver.Open("file:" + filepath.ToSlash(filepath.Join(folder, "telex", "outbox.db")))
	if err == nil {
		defer func(db *sql.DB) { _ = db.Close() }(db)
		_, err = db.ExecContext(t.Context(), query)
	}
	if err != nil {
		t.Error(err)
	}
}

// A damaged outbox is set aside, that is said, and the message is sent. What says nothing of
// it, as a shell that completes a command, leaves it there.
func TestDamagedOutbox(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "telex"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "telex", "outbox.db"), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	env := stateIn(folder, api.Env())
	runTelex(t, env, "", "__complete", "send", "--to", "a")
	runTelex(t, env, "", "optouts", "add", "Ana").want(t, say.ExitFailed, "the file is damaged")
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello").
		want(t, say.ExitOK, "was damaged; it is kept as", "outbox.damaged-", "cannot warn you before it sends one of them again", words.LostOptOuts(words.Shell{}), "accepted")
	if got := runTelex(t, env, "", "history"); strings.Contains(got.err, "damaged") {
		t.Errorf("it was told twice: %s", got.err)
	}
}

// The outcome is known, but the outbox breaks while the message is under way: the
// exit code is that of the outbox, and a warning says what is missing.
func TestUnrecorded(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	box := clitest.NewAPI(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		execIn(t, folder, "ALTER TABLE exchanges RENAME TO gone")
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	env := stateIn(folder, clitest.Environ(server.URL+sandbox.BasePath))
	got := runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello")
	got.want(t, say.ExitFailed, "accepted", "warning: message 1: the outcome above is known, but could not be recorded")
	if len(got.out) != 30 {
		t.Errorf("got stdout %q, want the id", got.out)
	}
	runTelex(t, env, "", "history").want(t, say.ExitOK, "from earlier: message 1 to +12345678902 is unknown")
}

func TestGuard(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	send := func(more ...string) ended {
		return runTelex(t, env, "", append([]string{"send", "--text", "Hello"}, more...)...)
	}
	send("--to", "+12345678902").want(t, say.ExitOK)
	got := send("--to", "+12345678902", "--json")
	got.want(t, say.ExitUsage, "nothing was sent", "+12345678902 was sent this ", " ago (message 1, accepted)", "add --yes")
	var failed say.Ending
	got.decode(t, &failed)
	if failed.Outcome != "unsent" || failed.ExitCode != say.ExitUsage || !strings.Contains(failed.Error, "message 1") || strings.Contains(failed.Error, "::") {
		t.Errorf("got %+v, want unsent, 2, and the earlier message", failed)
	}
	send("--to", "+12345678903,+12345678902", "--individual").want(t, say.ExitUsage, "+12345678902 was sent this ")
	send("--to", "+12345678902", "--text", "Hello again").want(t, say.ExitOK)
	send("--to", "+12345678902", "--yes").want(t, say.ExitOK)
	send("--to", "+19995550002").want(t, say.ExitUnknown)
	send("--to", "+19995550002").want(t, say.ExitUsage, "+19995550002 may have got this", "unknown)", "telex status 4 looks for it at Bandwidth; to send it anyway, add --yes")
	send("--to", "+19995550400").want(t, say.ExitRejected)
	send("--to", "+19995550400").want(t, say.ExitRejected) // nobody got it
	if len(api.Sent()) != 6 {
		t.Errorf("the API got %d messages, want 6", len(api.Sent()))
	}
}

func TestResend(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	send := func(more ...string) ended { return runTelex(t, env, "", append([]string{"send"}, more...)...) }
	send("--to", "+12345678902,+12345678903", "--text", "Hello", "--tag", "t1", "--media", "https://example.org/a.png", "--priority", "high").want(t, say.ExitOK)
	send("--to", "+19995550400", "--text", "Bad").want(t, say.ExitRejected)
	send("--to", "+19995550002", "--text", "Lost").want(t, say.ExitUnknown)
	send("--resend-of", "1").want(t, say.ExitUsage, "message 1 is accepted: ", "add --yes")
	send("--resend-of", "3").want(t, say.ExitUsage, "message 3 is unknown: ", "telex status 3 looks for it at Bandwidth")
	send("--resend-of", "1", "--yes").want(t, say.ExitOK)
	send("--resend-of", "2").want(t, say.ExitRejected)
	send("--resend-of", "2", "--to", "+12345678905", "--text", "Good", "--tag", "t2").want(t, say.ExitOK)
	got := send("--resend-of", "2", "--dry-run", "--json")
	var m messaging.Message
	if got.decode(t, &m); m.Text != "Bad" || m.To[0] != "+19995550400" {
		t.Errorf("--dry-run: got %+v, want the message of row 2", m)
	}
	rows := rowsIn(t, folder)
	if len(rows) != 6 {
		t.Fatalf("got %d rows, want 6", len(rows))
	}
	again, other := rows[2], rows[0]
	if again.ResendOf != 1 || len(again.To) != 2 || again.Text != "Hello" || again.Tag != "t1" || len(again.Media) != 1 || again.Priority != "high" {
		t.Errorf("got %+v, want all of message 1", again)
	}
	if other.ResendOf != 2 || other.Text != "Good" || other.Tag != "t2" || other.To[0] != "+12345678905" {
		t.Errorf("got %+v, want what the flags say", other)
	}
	if len(again.MessageID) != 29 {
		t.Fatalf("got %+v, want the API's id", again)
	}
	send("--resend-of", again.MessageID).want(t, say.ExitUsage, "message 4 is accepted")
}

// Messages of a process that died are told of once, by whichever telex comes next.
func TestUntold(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	o := outboxIn(t, folder)
	m := messaging.Message{From: "+12345678901", To: []string{"+12345678902"}, Text: "Hello"}
	other := m
	other.To = []string{"+12345678903"}
	if _, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m, other}}); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(o.Path() + "-owners"); err != nil { // as if the process had died
		t.Fatal(err)
	}
	env := stateIn(folder, nil)
	runTelex(t, env, "", "show", "1").want(t, say.ExitOK,
		"from earlier: message 1 to +12345678902 is unknown: telex ended while it was being sent",
		"it may or may not be on its way; telex status 1 looks for it at Bandwidth",
		"from earlier: message 2 to +12345678903 is unsent: telex ended before it recorded sending this one")
	if got := runTelex(t, env, "", "history"); got.err != "" {
		t.Errorf("got stderr %q, want nothing told twice", got.err)
	}
}

// A second process waits for its turn to write, and a cancel ends the waiting.
func TestCancelledBeforeRecord(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := runTelexWithin(ctx, t, api.Env(), "", "send", "--individual", "--json", "--to", "+12345678902,+12345678903", "--text", "Hello")
	got.want(t, say.ExitUnsent, "stopped before anything was sent", "not tried: stopped")
	var endings []say.Ending
	if got.decode(t, &endings); len(endings) != 2 || endings[0].Outcome != "unsent" || endings[1].Outcome != "unsent" {
		t.Errorf("got %+v, want two that were not sent", endings)
	}
}
