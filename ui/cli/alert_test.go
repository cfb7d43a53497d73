package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/segment"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// An alarm sends alerts of one outbox, by a clock of its own.
type alarm struct {
	api *clitest.API
	env []string
	now time.Time
}

func newAlarm(t *testing.T) *alarm {
	t.Helper()
	api := clitest.NewAPI(t)
	return &alarm{api: api, env: clitest.WithState(t, api.Env()), now: time.Now()}
}

func (a *alarm) send(t *testing.T, stdin string, args ...string) ended {
	t.Helper()
	now := a.now
	var out, errs bytes.Buffer
	args = append([]string{"send"}, args...)
	code := run(t.Context(), process{
		args: args, environ: a.env, in: strings.NewReader(stdin), out: &out, err: &errs, now: func() time.Time { return now }, keyring: noKeyring(), work: quickWork,
	})
	clitest.CheckOutput(t, args, out.String(), errs.String())
	return ended{code, out.String(), errs.String()}
}

// texts are those that the sandbox got.
func (a *alarm) texts(t *testing.T) (all []string) {
	t.Helper()
	for _, body := range a.api.Sent() {
		var m struct{ Text string }
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		all = append(all, m.Text)
	}
	return all
}

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("the sandbox got\n%q\nwant\n%q", got, want)
	}
}

var full = []string{"--to", "+12345678902", "--text", "Disk full", "--key", "disk"}

// TestKeyFolds: one of many goes, the others end well and print nothing, and the next one
// tells of them.
func TestKeyFolds(t *testing.T) {
	t.Parallel()
	a := newAlarm(t)
	if first := a.send(t, "", full...); first.code != say.ExitOK || first.out == "" {
		t.Errorf("the first one: %+v, want it accepted, with its id", first)
	}
	a.now = a.now.Add(9 * time.Minute)
	dry := a.send(t, "", append(slices.Clone(full), "--dry-run", "--json")...)
	dry.want(t, say.ExitOK, "folded, and not sent", "nothing would be")
	second := a.send(t, "", full...)
	second.want(t, say.ExitOK, "folded, and not sent: a message with this key went 9 minutes ago (message 1); 1 folded since, and the next one, 10m after it or later, tells of them")
	if second.out != "" {
		t.Errorf("it printed %q, want nothing, for there is no message", second.out)
	}
	var e say.Ending
	a.send(t, "", append(slices.Clone(full), "--json")...).decode(t, &e)
	if e.Outcome != "folded" || e.Folded != 2 || e.ExitCode != say.ExitOK {
		t.Errorf("got %+v, want it folded, the second", e)
	}
	a.now = a.now.Add(time.Minute)
	if next := a.send(t, "", append(slices.Clone(full), "--dry-run")...); !strings.Contains(next.out, "Disk full (and 2 more)") {
		t.Errorf("got %+v, want what would be sent", next)
	}
	var answer struct {
		Text   string
		Folded int
	}
	a.send(t, "", append(slices.Clone(full), "--json")...).decode(t, &answer)
	if answer.Text != "Disk full (and 2 more)" || answer.Folded != 2 {
		t.Errorf("got %+v, want the answer of the API, and that it tells of 2", answer)
	}
	wantTexts(t, a.texts(t), "Disk full", "Disk full (and 2 more)")
}

// TestKeyAfterFailure: what the API refused holds nothing back.
func TestKeyAfterFailure(t *testing.T) {
	t.Parallel()
	a := newAlarm(t)
	args := []string{"--to", "+19995550400", "--text", "Disk full", "--key", "disk"} // which the sandbox refuses
	for range 2 {
		a.send(t, "", args...).want(t, say.ExitRejected)
	}
	if n := len(a.texts(t)); n != 2 {
		t.Errorf("%d requests, want 2: the first one was refused", n)
	}
}

// TestKeyOfEach: of several the JSON has all, in their order.
func TestKeyOfEach(t *testing.T) {
	t.Parallel()
	a := newAlarm(t)
	a.send(t, "", full...).want(t, say.ExitOK)
	var all []say.Ending
	a.send(t, "", "--individual", "--to", "+12345678903,+12345678902,+12345678904", "--text", "Disk full", "--key", "disk", "--json").decode(t, &all)
	if len(all) != 3 || all[0].To != "+12345678903" || all[0].Outcome != "accepted" || len(all[0].Response) == 0 ||
		all[1].To != "+12345678902" || all[1].Outcome != "folded" || all[2].To != "+12345678904" || len(all[2].Response) == 0 {
		t.Errorf("got %+v, want the one in the middle folded", all)
	}
}

// TestAlertFlags: what makes no sense is refused, and nothing is sent.
func TestAlertFlags(t *testing.T) {
	t.Parallel()
	a := newAlarm(t)
	for args, want := range map[string]string{
		"--key=":                "--key is empty",
		"--fold 1m":             "add --key",
		"--key a --fold -1m":    "--fold takes a time",
		"--key a --fold 200h":   "--fold takes a time",
		"--max-segments 0":      "from 1 to 13",
		"--max-segments 14":     "from 1 to 13",
		"--key a --resend-of 1": "cannot be used",
		"--alertmanager":        "cannot be used with --text",
	} {
		a.send(t, "", append([]string{"--to", "+12345678902", "--text", "X"}, strings.Fields(args)...)...).want(t, say.ExitUsage, want)
	}
	a.send(t, "{}", "--to", "+12345678902", "--alertmanager").want(t, say.ExitUsage, "--alertmanager: standard input has version")
	wantTexts(t, a.texts(t))
}

// TestMaxSegments: it is shortened, with room for what is told of others, and never
// silently.
func TestMaxSegments(t *testing.T) {
	t.Parallel()
	a := newAlarm(t)
	text := strings.Repeat("word ", 40) + "\x1b[2Jthe end"
	args := []string{"--to", "+12345678902", "--text-file", "-", "--key", "k", "--max-segments", "1"}
	a.send(t, text, args...).want(t, say.ExitOK, "--text-file - was shortened to 1 segment; not sent: ", "the end")
	if said := a.send(t, text, args...); strings.Contains(said.err, "shortened") {
		t.Errorf("of one that is not sent it is said that it was shortened: %s", said.err)
	}
	a.now = a.now.Add(time.Hour)
	a.send(t, text, args...).want(t, say.ExitOK, "shortened")
	a.now = a.now.Add(time.Hour)
	if said := a.send(t, "short", args...); strings.Contains(said.err, "shortened") {
		t.Errorf("it says %s, want nothing of shortening", said.err)
	}
	got := a.texts(t)
	wantTexts(t, got, strings.TrimSpace(strings.Repeat("word ", 31))+"...", strings.TrimSpace(strings.Repeat("word ", 29))+"... (and 1 more)", "short")
	for _, text := range got {
		if c := segment.Of(text); c.Segments > 1 || c.Encoding != segment.GSM7 {
			t.Errorf("%q is %d segments of %s", text, c.Segments, c.Encoding)
		}
	}
}

// TestTellFitsTheLongest: what is as long as a message may be still tells of others.
func TestTellFitsTheLongest(t *testing.T) {
	t.Parallel()
	a := newAlarm(t)
	args := []string{"--to", "+12345678902", "--text", strings.Repeat("a", 2048), "--key", "k"}
	a.send(t, "", args...).want(t, say.ExitOK)
	a.send(t, "", args...).want(t, say.ExitOK, "folded")
	a.now = a.now.Add(time.Hour)
	a.send(t, "", args...).want(t, say.ExitOK, "shortened to the 2048 characters")
	if got := a.texts(t); len(got) != 2 || len(got[1]) > 2048 || !strings.HasSuffix(got[1], "... (and 1 more)") {
		t.Errorf("got %d texts, the last of %d characters: …%.40q", len(got), len(got[len(got)-1]), got[len(got)-1])
	}
}

// TestAlertmanager: what is posted is texted once, what is over too, and a change later.
func TestAlertmanager(t *testing.T) {
	t.Parallel()
	a := newAlarm(t)
	post := func(status, instance string) {
		t.Helper()
		a.send(t, fmt.Sprintf(`{"version":"4","groupKey":"{}:{alertname=\"Down\"}","status":%q,"commonLabels":{"severity":"page"},
			"alerts":[{"status":%[1]q,"labels":{"alertname":"Down","instance":%q},"annotations":{"summary":"no answer"}}]}`, status, instance),
			"--to", "+12345678902", "--alertmanager").want(t, say.ExitOK)
	}
	post("firing", "web1:80")
	post("firing", "web1:80") // by the other Alertmanager
	post("resolved", "web1:80")
	a.now = a.now.Add(5 * time.Minute)
	post("firing", "web2:80")
	wantTexts(t, a.texts(t), "FIRING Down on web1: no answer. severity=page", "RESOLVED Down on web1. severity=page", "FIRING Down on web2: no answer. severity=page (and 1 more)")
}

// asStorm in the environment is how often a process of a storm alerts.
const asStorm = "TELEX_TEST_STORM"

// storming alerts so often, as so many processes would, and ends with the worst exit code.
func storming() say.Code {
	var times int
	if _, err := fmt.Sscan(os.Getenv(asStorm), &times); err != nil {
		return say.ExitFailed
	}
	worst := say.ExitOK
	for range times {
		var out, errs bytes.Buffer
		code := run(context.Background(), process{args: append([]string{"send"}, full...), environ: os.Environ(), in: strings.NewReader(""), out: &out, err: &errs, now: time.Now, keyring: noKeyring(), work: quickWork})
		if code != say.ExitOK {
			fmt.Fprint(os.Stderr, errs.String())
		}
		worst = say.Worst(worst, code)
	}
	return worst
}

// TestStorm: of a storm of alerts with one key, by eight processes at once, one message goes,
// and the next one tells of all the others. TELEX_SOAK=all makes it
// 10,000 alerts, which takes a minute.
func TestStorm(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	const processes = 8
	each := 5
	switch {
	case clitest.Soak():
		each = 20
	case os.Getenv("TELEX_SOAK") == "all":
		each = 1250
	}
	a := newAlarm(t)
	runTelex(t, a.env, "", "contacts", "add", "Ana", "+12345678902").want(t, say.ExitOK) // the outbox is made: that is TestMadeByMany's
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for range processes {
		running.Go(func() {
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Env = append(slices.Clone(a.env), asTelex+"=storm", fmt.Sprint(asStorm, "=", each))
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("a process of the storm: %v\n%s", err, said)
			}
		})
	}
	running.Wait()
	wantTexts(t, a.texts(t), "Disk full")
	a.now = time.Now().Add(time.Hour)
	a.send(t, "", full...).want(t, say.ExitOK)
	wantTexts(t, a.texts(t), "Disk full", fmt.Sprintf("Disk full (and %d more)", processes*each-1))
}
