package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// fill records messages that were rejected, with these texts.
func fill(t *testing.T, folder string, texts ...string) {
	t.Helper()
	o := outboxIn(t, folder)
	var messages []messaging.Message
	for _, text := range texts {
		messages = append(messages, messaging.Message{From: "+12345678901", To: []string{"+12345678902"}, Text: text, Tag: text})
	}
	ids, err := o.Begin(t.Context(), outbox.Plan{Messages: messages, By: outbox.By{AccountID: texts[0], BaseURL: texts[0]}})
	if err == nil {
		err = o.Abandon(t.Context(), ids[1:], texts[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestHistoryEmpty(t *testing.T) {
	t.Parallel()
	env := stateIn(t.TempDir(), nil)
	got := runTelex(t, env, "", "history")
	if got.want(t, say.ExitOK, "no messages yet in "); got.out != "" {
		t.Errorf("got stdout %q, want none", got.out)
	}
	got = runTelex(t, env, "", "history", "--json", "--state", "unknown")
	if got.want(t, say.ExitOK, "no matching messages in "); got.out != "[]\n" {
		t.Errorf("got stdout %q, want []", got.out)
	}
}

// The keys are an API.
func TestHistoryJSON(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := append(stateIn(folder, api.Env()), "TELEX_USER=ana")
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello").want(t, say.ExitOK)
	runTelex(t, env, "", "send", "--to", "+19995550400", "--text", "Hello", "--tag", "t", "--priority", "high", "--media", "https://example.org/a.png").want(t, say.ExitRejected)
	runTelex(t, env, "", "send", "--resend-of", "2").want(t, say.ExitRejected)
	var rows []map[string]any
	runTelex(t, env, "", "history", "--json").decode(t, &rows)
	want := [][]string{
		{"by", "created_at", "direction", "error", "from", "host", "http_status", "id", "media", "priority", "resend_of", "state", "tag", "text", "to", "updated_at"},
		{"by", "created_at", "direction", "error", "from", "host", "http_status", "id", "media", "priority", "state", "tag", "text", "to", "updated_at"},
		{"by", "created_at", "direction", "from", "host", "http_status", "id", "message_id", "next_ask_at", "segment_count", "state", "text", "to", "updated_at"},
	}
	for i, r := range rows {
		if got := slices.Sorted(maps.Keys(r)); !slices.Equal(got, want[i]) {
			t.Errorf("row %d: got keys %q, want %q", i, got, want[i])
		}
		if r["id"] != float64(3-i) || r["direction"] != "out" {
			t.Errorf("row %d: got %v, want id %d as a number", i, r, 3-i)
		}
		if _, err := time.Parse(time.RFC3339, fmt.Sprint(r["created_at"])); err != nil {
			t.Error(err)
		}
	}
}

func TestHistoryPages(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	folder := t.TempDir()
	var texts []string
	for i := range 2*who.RowsAtOnce + 50 {
		texts = append(texts, fmt.Sprintf("text %d", i+1))
	}
	fill(t, folder, texts...)
	env := stateIn(folder, nil)
	tests := []struct {
		args  []string
		rows  int
		first string
		last  string
	}{
		{nil, 20, "450\t", "431\t"},
		{[]string{"--limit", "3"}, 3, "450\t", "448\t"},
		{[]string{"--limit", "0"}, 450, "450\t", "1\t"},
		{[]string{"--limit", "201"}, 201, "450\t", "250\t"},
		{[]string{"--limit", "0", "--before", "11"}, 10, "10\t", "1\t"},
		{[]string{"--limit", "0", "--state", "UNSENT"}, 449, "450\t", "2\t"},
		{[]string{"--limit", "0", "text", "44"}, 14, "449\t", "44\t"},
		{[]string{"--", "text 450"}, 1, "450\t", "450\t"},
		{[]string{"5", "--limit", "20"}, 21, "450\t", "5\t"}, // message 5, behind those that have a 5 somewhere
		{[]string{"#7", "--limit", "20"}, 1, "7\t", "7\t"},
		{[]string{"5", "--limit", "20", "--before", "5"}, 4, "4\t", "1\t"}, // it is not older than itself
	}
	for _, tt := range tests {
		got := runTelex(t, env, "", append([]string{"history"}, tt.args...)...)
		got.want(t, say.ExitOK)
		if said := strings.Contains(got.err, "these are the latest"); said != (tt.args == nil) {
			t.Errorf("%q: got stderr %q; want a word of older ones only where nobody asked for so many", tt.args, got.err)
		}
		lines := strings.Split(strings.TrimSuffix(got.out, "\n"), "\n")
		if len(lines) != tt.rows || !strings.HasPrefix(lines[0], tt.first) || !strings.HasPrefix(lines[len(lines)-1], tt.last) {
			t.Errorf("%q: got %d rows from %q to %q, want %d from %q to %q", tt.args, len(lines), lines[0], lines[len(lines)-1], tt.rows, tt.first, tt.last)
		}
	}
	for _, limit := range []string{"-1", "-2", "some"} {
		runTelex(t, env, "", "history", "--limit", limit).want(t, say.ExitUsage, "is not a number of rows such as 20, or 0 for all")
	}
	if n := len(rowsIn(t, folder)); n != 100 {
		t.Errorf("--json: got %d rows, want %d", n, 100)
	}
	if n := len(rowsIn(t, folder, "--limit", "0")); n != 450 {
		t.Errorf("--json --limit 0: got %d rows, want 450", n)
	}
}

// TestHistoryDays lists what was made on some days, and says what is wrong with others.
func TestHistoryDays(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fill(t, folder, "now 1", "now 2")
	env := stateIn(folder, nil)
	for args, want := range map[string]int{
		"--since today": 2, "--since 1h": 2, "--until today": 2, "--since yesterday --until 1h": 0, "--until yesterday": 0,
		"--since 1h --state unsent": 1, "--since today 2": 2, "--since 2000-01-01 --until 2000-02": 0,
	} {
		got := runTelex(t, env, "", append([]string{"history"}, strings.Fields(args)...)...)
		got.want(t, say.ExitOK)
		if n := strings.Count(got.out, "\n"); n != want || want == 0 && !strings.Contains(got.err, "no matching messages") {
			t.Errorf("%s: got %d rows and %q, want %d", args, n, got.err, want)
		}
	}
	for args, want := range map[string]string{
		"--since soon":                          "--since \"soon\" is not a day such as today",
		"--until 2026-13-01":                    "--until \"2026-13-01\" is not a day",
		"--since 2026-01-02 --until 2026-01-01": "is not after --since",
		"--since 1h --until 2h":                 "--until \"2h\" is not after --since \"1h\"",
	} {
		runTelex(t, env, "", append([]string{"history"}, strings.Fields(args)...)...).want(t, say.ExitUsage, want)
	}
}

// Old rows are foreign text. runTelex looks at what reaches the terminal.
func TestHostileRows(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fill(t, folder, hostile, hostile+"\t2")
	env := stateIn(folder, nil)
	got := runTelex(t, env, "", "history")
	got.want(t, say.ExitOK)
	if lines := strings.Split(got.out, "\n"); len(lines) != 3 || strings.Count(lines[0], "\t") != 4 {
		t.Errorf("got %q, want two lines of five fields", got.out)
	}
	for _, args := range [][]string{{"show", "1"}, {"show", "2"}, {"history", "--json"}, {"show", "2", "--json"}} {
		got := runTelex(t, env, "", args...)
		got.want(t, say.ExitOK)
		if slices.Contains(args, "--json") && !json.Valid([]byte(got.out)) {
			t.Errorf("%q: got %q, want JSON", args, got.out)
		}
	}
	if got := rowsIn(t, folder)[1].Text; got != strings.ToValidUTF8(hostile, "\ufffd") {
		t.Errorf("got text %q, want it as it was", got)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fill(t, folder, "one", "two", "three")
	env := stateIn(folder, nil)
	for _, tt := range []struct{ args, want string }{
		{"1h --yes", "deleted 0 messages\n"}, {"0d --yes", "deleted 2 messages\n"}, {"0d --yes --unknown", "deleted 1 message\n"}, {"0d --yes --unknown", "deleted 0 messages\n"},
	} {
		got := runTelex(t, env, "", append([]string{"history", "prune", "--before"}, strings.Fields(tt.args)...)...)
		if got.want(t, say.ExitOK); got.out != tt.want {
			t.Errorf("%s: got %q, want %q", tt.args, got.out, tt.want)
		}
	}
}

// TestPruneDrafts: what somebody wrote goes with old messages only where that was asked for.
func TestPruneDrafts(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fill(t, folder, "one", "two")
	o := outboxIn(t, folder)
	if _, err := o.SaveDraft(t.Context(), 0, "", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ args, want string }{
		{"--before 0d --yes", "deleted 1 message\n"}, {"--before 1h --yes --drafts", "deleted 0 messages\n"}, {"--before 0d --yes --drafts", "deleted 0 messages and 1 draft\n"},
	} {
		got := runTelex(t, stateIn(folder, nil), "", append([]string{"history", "prune"}, strings.Fields(tt.args)...)...)
		if got.want(t, say.ExitOK); got.out != tt.want {
			t.Errorf("%s: got %q, want %q", tt.args, got.out, tt.want)
		}
	}
}

// What stays for its outcome is unknown is said, also where there is nothing else.
func TestPruneKeepsUnknown(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fill(t, folder, "one", "two")
	env := stateIn(folder, nil)
	const kept = "kept: 1 message whose outcome is unknown; --unknown deletes it too\n"
	for _, want := range []string{"deleted 1 message\n", "deleted 0 messages\n"} {
		got := runTelex(t, env, "", "history", "prune", "--yes", "--before", "0d")
		if got.want(t, say.ExitOK, kept); got.out != want {
			t.Errorf("got %q, want %q", got.out, want)
		}
	}
	terminal, err := pty.Start(telexProcess(t, env, "telex", "history", "prune", "--before", "0d"))
	if err != nil {
		t.Fatal(err)
	}
	screen, _ := io.ReadAll(terminal) // ends with an error when the process does
	_ = terminal.Close()
	if s := strings.Join(strings.Fields(string(screen)), " "); !strings.Contains(s, "nothing to delete made before 20") || !strings.Contains(s, "but 1 message whose outcome is unknown; --unknown deletes it too") {
		t.Errorf("got\n%s\nwant what is there said", s)
	}
}

// On a terminal prune asks, and only yes is yes.
func TestPruneAsks(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	folder := t.TempDir()
	fill(t, folder, "one", "two")
	for _, tt := range []struct{ answer, want string }{
		{"\n", "nothing was deleted"},
		{"nope\n", "nothing was deleted"},
		{"\x04", "nothing was deleted"},
		{"y\n", "deleted 2 messages"},
		{"", "nothing to delete was made before 20"},
	} {
		cmd := telexProcess(t, stateIn(folder, nil), "telex", "history", "prune", "--unknown", "--before", "0d")
		terminal, err := pty.Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := terminal.WriteString(tt.answer); err != nil {
			t.Fatal(err)
		}
		screen, _ := io.ReadAll(terminal) // ends with an error when the process does
		err = cmd.Wait()
		_ = terminal.Close()
		if asked := strings.Contains(string(screen), "delete 2 messages made before 20"); err != nil || asked != (tt.answer != "") || !strings.Contains(string(screen), tt.want) {
			t.Errorf("answer %q: got %v and\n%s\nwant %q", tt.answer, err, screen, tt.want)
		}
	}
}

// A terminal gets columns, and what is not one gets fields.
func TestHistoryOnTerminal(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	fill(t, folder, "one", strings.Repeat("long ", 40))
	cmd := telexProcess(t, stateIn(folder, nil), "telex", "history")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 60})
	if err != nil {
		t.Fatal(err)
	}
	screen, _ := io.ReadAll(terminal)
	_ = cmd.Wait()
	_ = terminal.Close()
	lines := strings.Split(strings.ReplaceAll(string(screen), "\r", ""), "\n")
	for _, line := range lines {
		if ansi.StringWidth(line) > 60 && !strings.HasPrefix(line, "from earlier") && !strings.HasPrefix(line, "  no clear") {
			t.Errorf("the line %q is wider than the terminal", line)
		}
	}
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "id  time              state ") }) {
		t.Errorf("got\n%s\nwant the names of columns", screen)
	}
}

func TestHistorySandbox(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	env := stateIn(folder, nil)
	runTelex(t, env, "", "send", "--sandbox", "--to", "+19995550002", "--text", "Hello").
		want(t, say.ExitUnknown, "telex show 1 --sandbox")
	if _, err := os.Stat(filepath.Join(folder, "telex", "outbox.db")); err == nil {
		t.Error("the sandbox's message went through the real outbox")
	}
	if got := runTelex(t, env, "", "history", "--sandbox"); !strings.Contains(got.out, "unknown\t+19995550002\tHello\n") {
		t.Errorf("got %q, want the message", got.out)
	}
	runTelex(t, env, "", "show", "1", "--sandbox").want(t, say.ExitOK)
	runTelex(t, env, "", "show", "1").want(t, say.ExitUsage, `there is no message "1"`)
	runTelex(t, env, "", "history").want(t, say.ExitOK, "no messages yet", "add --sandbox")
}

// TestHistoryBy: messages are found by who sent them; who entered an opt-out or a contact is in
// JSON, and said where it was somebody else.
func TestHistoryBy(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	as := func(name string) []string { return append(stateIn(folder, api.Env()), "TELEX_USER="+name) }
	for i, name := range []string{"ana", "bea", "ana"} {
		runTelex(t, as(name), "", "send", "--to", fmt.Sprintf("+1919555012%d", i), "--text", "from "+name).want(t, say.ExitOK)
	}
	var rows []struct {
		ID int
		By string
	}
	runTelex(t, as("ana"), "", "history", "--by", "Ana", "--json").decode(t, &rows)
	if len(rows) != 2 || rows[0].ID != 3 || rows[1].ID != 1 || rows[0].By != "ana" {
		t.Errorf("got %+v, want those of ana", rows)
	}
	runTelex(t, as("ana"), "", "history", "--by", "cy").want(t, say.ExitOK, "no matching messages in ")
	if got := runTelex(t, as("ana"), "", "__complete", "history", "--by", ""); !strings.HasPrefix(got.out, "ana\nbea\n") {
		t.Errorf("it completes %q, want who sent", got.out)
	}

	runTelex(t, as("bea"), "", "optouts", "add", "+19195550120", "--note", "by phone").want(t, say.ExitOK)
	runTelex(t, as("bea"), "", "contacts", "add", "Cy", "+19195550121").want(t, say.ExitOK)
	for name, want := range map[string]string{"ana": "bea entered it (by phone)", "bea": "a person entered it (by phone)"} {
		if got := runTelex(t, as(name), "", "optouts"); !strings.Contains(got.out, want) {
			t.Errorf("to %s it says %q, want %q", name, got.out, want)
		}
	}
	host, _ := os.Hostname()
	for command, want := range map[string]string{
		"optouts": `"entered_by":"bea","host":"` + host + `"`, "contacts": `"by":"bea","host":"` + host + `"`,
	} {
		if got := runTelex(t, as("ana"), "", command, "--json"); !strings.Contains(got.out, want) {
			t.Errorf("telex %s --json is %s, want %s in it", command, got.out, want)
		}
	}
}
