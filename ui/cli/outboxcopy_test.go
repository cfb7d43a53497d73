package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	records "telex/ui/cli/outbox"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/clitest"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
)

// TestOutboxCopy: what was copied is all there, the old outbox can be read, and sends nothing
// more.
func TestOutboxCopy(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	home := t.TempDir()
	env := api.Env("XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	send := []string{"send", "--to", "+12345678902", "--text", "Hello"}
	runTelex(t, env, "", send...).want(t, say.ExitOK)
	from, to := filepath.Join(home, "telex", "outbox.db"), filepath.Join(home, "other", "copy.db")

	runTelex(t, env, "", "outbox", "copy", from, to).want(t, say.ExitUsage, "nothing was copied", "add --yes")
	got := runTelex(t, env, "", "outbox", "copy", from, to, "--yes", "--json")
	got.want(t, say.ExitOK, from+" can still be read", `TELEX_OUTBOX="`+to+`"`)
	var made records.Copied
	got.decode(t, &made)
	rows := map[string]int64{}
	for _, table := range made.Tables {
		rows[table.Name] = table.Rows
		if len(table.SHA256) != 64 {
			t.Errorf("%s has the digest %q", table.Name, table.SHA256)
		}
	}
	if made.From != from || made.To != to || made.Before || made.Resumed || rows["messages"] != 1 || rows["exchanges"] != 1 {
		t.Errorf("copy --json prints %+v", made)
	}

	runTelex(t, env, "", append(send, "--yes")...).want(t, say.ExitUsage, "its messages were moved to "+to, "TELEX_OUTBOX")
	var before, after []messages.Row
	list := runTelex(t, env, "", "history", "--json")
	list.want(t, say.ExitOK, "the history can be read", to)
	list.decode(t, &before)
	there := append(env, "TELEX_OUTBOX="+to)
	list = runTelex(t, there, "", "history", "--json")
	list.want(t, say.ExitOK)
	list.decode(t, &after)
	if len(before) != 1 || len(after) != 1 || before[0].ID != after[0].ID || before[0].MessageID != after[0].MessageID {
		t.Errorf("the old history is %+v, the new one %+v, want the same", before, after)
	}
	runTelex(t, there, "", send...).want(t, say.ExitUsage, "--yes") // it was sent before
	runTelex(t, there, "", append(send, "--yes")...).want(t, say.ExitOK)
	if n := len(api.Sent()); n != 2 {
		t.Errorf("%d messages were sent, want 2", n)
	}

	again := runTelex(t, there, "", "outbox", "copy", from, to, "--yes")
	again.want(t, say.ExitOK, "uses it already")
	if !strings.Contains(again.out, "before; nothing was done") {
		t.Errorf("copied again: %s", again.out)
	}
	back := filepath.Join(home, "back", "outbox.db")
	line := runTelex(t, there, "", "outbox", "copy", to, back, "--yes")
	line.want(t, say.ExitOK)
	if !strings.Contains(line.out, "copied 2 messages, 1 conversation") || !strings.Contains(line.out, "are the same on both sides") {
		t.Errorf("copied back: %s", line.out)
	}
}

// TestOutboxCopyRefused: an outbox that cannot be copied stays as it is, and a password in an
// argument is neither used nor printed.
func TestOutboxCopyRefused(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := []string{"XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home}
	full, missing := filepath.Join(home, "full", "outbox.db"), filepath.Join(home, "missing.db")
	for _, path := range []string{full, filepath.Join(home, "second", "outbox.db")} {
		o, err := outbox.Open(t.Context(), sqlite.At(path), outbox.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.SaveDraft(t.Context(), 0, "default", []byte("{}")); err != nil {
			t.Fatal(err)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
	secret := "hunter2-in-an-argument"
	for _, c := range []struct {
		from, to string
		code     say.Code
		words    []string
	}{
		{missing, full, say.ExitUsage, []string{"there is no outbox", "nothing was changed"}},
		{full, filepath.Join(home, "second", "outbox.db"), say.ExitUsage, []string{"holds an outbox already", "drafts"}},
		{full, "postgres://ann:" + secret + "@127.0.0.1:1/telex", say.ExitUsage, []string{"password", "PGPASSWORD"}},
		{full, "mysql://127.0.0.1/telex", say.ExitUsage, []string{"names no outbox"}},
		{full, "postgres://ann@127.0.0.1:1/telex?connect_timeout=5", say.ExitUnsent, []string{"cannot be reached"}},
		{full, "", say.ExitUsage, []string{"names no outbox"}},
	} {
		got := runTelex(t, env, "", "outbox", "copy", c.from, c.to, "--yes")
		got.want(t, c.code, c.words...)
		if strings.Contains(got.out+got.err, secret) {
			t.Errorf("copy %s %s prints the password", c.from, c.to)
		}
	}
	runTelex(t, env, "", "outbox", "copy", full).want(t, say.ExitUsage, "takes two arguments")
	if _, err := os.Stat(missing); err == nil {
		t.Error("an outbox was made where there was none")
	}
	runTelex(t, append(env, "TELEX_OUTBOX="+full), "", "drafts").want(t, say.ExitOK)
}
