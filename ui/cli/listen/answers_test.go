package listen

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// replying is the environment of a test with a file of settings, and the API of box.
func replying(t *testing.T, box *sandbox.Sandbox, settings string) map[string]string {
	t.Helper()
	env, _ := account(t, box)
	env["TELEX_LISTEN_PASSWORD"] = "hush"
	env["XDG_CONFIG_HOME"] = t.TempDir()
	folder := filepath.Join(env["XDG_CONFIG_HOME"], "telex")
	sample.Must(t, os.MkdirAll(folder, 0o700))
	sample.Must(t, os.WriteFile(filepath.Join(folder, "config.toml"), []byte(settings), 0o600))
	return env
}

// justWritten is written now: what was written long ago is not answered.
func justWritten(id, from, text string) string {
	return strings.ReplaceAll(written(id, from, text), "2026-11-26T04:05:06.160744Z", time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"))
}

// TestAnswers: what [replies] says is answered, once, in the conversation and by the API, and
// the listener says so, or why not.
func TestAnswers(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), sandbox.Config{})
	sample.Must(t, err)
	defer box.Close()
	env := replying(t, box, "[replies]\nstop = \"You get no more texts.\"\nhelp = \"Call 919 555 0100.\"\n")
	env["BW_MESSAGING_APPLICATION_ID"] = sandbox.DefaultApplicationID
	state := t.TempDir()
	r := start(t, state, env, "--user", "bandwidth")
	r.err.Await(t, `(answering opt-outs, HELP, as \[replies\] says)`)
	for _, text := range []string{"STOP", "STOP"} { // the second time it is a double
		if got := r.post(t, "bandwidth", "hush", justWritten("came-1", "+19195550101", text)); got != http.StatusOK {
			t.Fatalf("answered %d", got)
		}
	}
	r.err.Await(t, `(message 1 of \+19195550101 \(STOP\) is answered by message \d+)`)
	r.post(t, "bandwidth", "hush", justWritten("came-2", "+19195550102", "please take me off the list"))
	r.post(t, "bandwidth", "hush", justWritten("came-3", "+19195550103", "START"))
	r.post(t, "bandwidth", "hush", justWritten("came-4", "+19195550101", "HELP"))
	r.err.Await(t, `(message \d+ of \+19195550101 \(HELP\) gets no answer: the sender was answered within the last hour)`)
	r.post(t, "bandwidth", "hush", justWritten("came-5", "12345", "HELP"))
	r.err.Await(t, `(message \d+ of 12345 \(HELP\) gets no answer: the sender is a short code)`)
	r.end(t)
	o := openOutbox(t, state)
	var answers []string
	for _, id := range sample.IDsIn(t, o, outbox.Filter{}) {
		d := sample.RowOf(t, o, id)
		if d.Direction == outbox.In {
			continue
		}
		answers = append(answers, d.Message.To[0]+" "+d.Message.Text)
		if d.Answers != 1 || d.State != outbox.Accepted || d.Message.From != "+12345678901" {
			t.Errorf("the answer is %+v", d.Entry)
		}
	}
	if !slices.Equal(answers, []string{"+19195550101 You get no more texts."}) {
		t.Errorf("answered %q\n%s", answers, r.err)
	}
}

// TestAnswerAgain: of an answer that is tried again it is said when, by the reader's clock, and
// of one that is not, for it would be too late, that it is given up.
func TestAnswerAgain(t *testing.T) {
	n := outbox.AnswerNews{
		Entry: outbox.Entry{ID: 7, Message: messaging.Message{From: "+19195550101"}}, Kind: "help",
		Result: outbox.Result{ID: 9, Err: sample.NeverLeft()},
		Again:  time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC),
	}
	got := answerLines(n, time.FixedZone("", 3600))
	if len(got) != 1 || !strings.Contains(got[0], "message 9, is unsent: ") || !strings.HasSuffix(got[0], "; it is tried again at 13:00:05") {
		t.Errorf("got %q, want one line with when it is tried again", got)
	}
	n.Again = time.Time{}
	if got := answerLines(n, time.UTC); strings.Contains(strings.Join(got, "\n"), "tried again") {
		t.Errorf("got %q of one that is not tried again", got)
	}
	n.GivenUp = true
	if got := answerLines(n, time.UTC); len(got) != 1 || !strings.Contains(got[0], "message 9, is unsent: ") || !strings.Contains(got[0], "; it is given up, as the five minutes") {
		t.Errorf("got %q, want one line with that it is given up", got)
	}
}

// TestAnswersWithoutUser: a listener that anybody can post to answers nobody, and says so.
func TestAnswersWithoutUser(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), sandbox.Config{})
	sample.Must(t, err)
	defer box.Close()
	state := t.TempDir()
	r := start(t, state, replying(t, box, "[replies]\nstart = \"Welcome back.\"\n"))
	r.err.Await(t, `(START: not answered, as without --user anybody)`)
	r.post(t, "", "", justWritten("came-1", "+19195550101", "START"))
	r.end(t)
	if ids := sample.IDsIn(t, openOutbox(t, state), outbox.Filter{}); len(ids) != 1 {
		t.Errorf("there are %d messages, want what came in alone", len(ids))
	}
}

// TestAnswersRefused: a text that cannot be sent, or that another telex would answer, ends
// the listener before it hears anything.
func TestAnswersRefused(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), sandbox.Config{})
	sample.Must(t, err)
	defer box.Close()
	for _, test := range []struct{ settings, want string }{
		{"[replies]\nstop = \"Stop.\"\n", "[replies] stop is one of the words that are answered themselves"},
		{"[replies]\nhelp = \"" + strings.Repeat("a", 3000) + "\"\n", "[replies] help "},
	} {
		cmd := Command(worldOf(t.TempDir(), replying(t, box, test.settings), clitest.NewPaper(), clitest.NewPaper()))
		cmd.SetArgs([]string{"--addr", "127.0.0.1:0"})
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		err := cmd.ExecuteContext(t.Context())
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("ended with %v, want %q", err, test.want)
		}
	}
}

// TestAnswersWithoutCredentials: a listener that cannot send says so, and goes on listening.
func TestAnswersWithoutCredentials(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(t.Context(), sandbox.Config{})
	sample.Must(t, err)
	defer box.Close()
	env := replying(t, box, "[replies]\nhelp = \"Call 919 555 0100.\"\n")
	delete(env, "BW_CLIENT_SECRET")
	delete(env, "BW_CLIENT_ID")
	state := t.TempDir()
	r := start(t, state, env, "--user", "bandwidth")
	r.err.Await(t, `(warning: nothing is answered by itself: )`)
	if got := r.post(t, "bandwidth", "hush", justWritten("came-1", "+19195550101", "HELP")); got != http.StatusOK {
		t.Errorf("answered %d", got)
	}
	r.end(t)
	if ids := sample.IDsIn(t, openOutbox(t, state), outbox.Filter{}); len(ids) != 1 {
		t.Errorf("there are %d messages, want what came in alone", len(ids))
	}
}
