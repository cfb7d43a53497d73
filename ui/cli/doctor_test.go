package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/config"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/doctor"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// diagnosis is what telex doctor --json prints.
type diagnosis struct {
	OK       bool             `json:"ok"`
	ExitCode say.Code         `json:"exit_code"`
	Version  string           `json:"version"`
	Checks   []doctor.Finding `json:"checks"`
}

// doctor runs telex doctor for programs and, the same, for people.
func (w *world) doctor(args ...string) (diagnosis, ended) {
	w.t.Helper()
	var d diagnosis
	got := w.run("", append([]string{"doctor", "--json"}, args...)...)
	got.decode(w.t, &d)
	if d.ExitCode != got.code || d.OK != (got.code == say.ExitOK) || d.Version == "" || len(d.Checks) == 0 {
		w.t.Errorf("got exit code %d and %+v, want them to agree", got.code, d)
	}
	people := w.run("", append([]string{"doctor"}, args...)...)
	if people.code != got.code {
		w.t.Errorf("got exit code %d for people and %d for programs", people.code, got.code)
	}
	text := strings.Join(strings.Fields(people.out), " ")
	for _, c := range d.Checks {
		if c.State != doctor.FindingOK && c.State != doctor.FindingWarning && c.State != doctor.FindingFailed && c.State != doctor.FindingSkipped {
			w.t.Errorf("got state %q of %s, want one of four", c.State, c.Name)
		}
		// Times, amounts and ports differ from one run to the next, and nobody is asked with --json.
		if !slices.Contains([]string{"reachable", "size", "disk", "address", "token address", "a question to you", "time"}, c.Name) && !strings.Contains(text, strings.Join(strings.Fields(c.Name+": "+c.Found), " ")) {
			w.t.Errorf("people are not told %q:\n%s", c.Name+": "+c.Found, people.out)
		}
	}
	for line := range strings.SplitSeq(people.out, "\n") {
		command := strings.HasPrefix(strings.TrimSpace(line), "→ chmod ") // which is copied in one piece
		if len([]rune(line)) > 79 && !command && strings.Count(strings.TrimSpace(line), " ") > 0 {
			w.t.Errorf("got a line of %d characters, want 79 at most: %q", len([]rune(line)), line)
		}
	}
	return d, people
}

// has fails if there is no such finding, of which found and do are parts.
func (d diagnosis) has(t *testing.T, area, state, name, found, do string) {
	t.Helper()
	for _, c := range d.Checks {
		if c.Area == area && c.State == state && c.Name == name && strings.Contains(c.Found, found) && strings.Contains(c.Do, do) {
			return
		}
	}
	var all strings.Builder
	for _, c := range d.Checks {
		fmt.Fprintf(&all, "  %+v\n", c)
	}
	t.Errorf("got\n%swant %s, %s, %s: %q, do %q", all.String(), area, state, name, found, do)
}

// Where sending works the doctor says so, and what it looked at.
func TestDoctorWell(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPIOf(t, sandbox.Config{CallbackURL: clitest.Refusing, CallbackUser: "u", CallbackPassword: "p"})
	w := newWorld(t, "TERM=xterm", "LANG=en_US.UTF-8", "SSH_CONNECTION=a b", "TMUX=x", "NO_COLOR=1").withKeyring().
		configure("profile = \"main\"\n"+profileOf("main", api, `store = "keyring"`, "production = true")+"[outbox]\nkeep = 90\n").
		remember("main", sandbox.DefaultAccountID, testClient())
	d, people := w.doctor()
	if !d.OK || !strings.HasSuffix(people.out, "\nsending works\n") {
		t.Errorf("got %+v and\n%s\nwant all well", d, people.out)
	}
	file := w.configFile()
	for _, want := range [][5]string{
		{"terminal", doctor.FindingSkipped, "size", "no terminal here", ""},
		{"terminal", doctor.FindingOK, "TERM", `"xterm"`, ""},
		{"terminal", doctor.FindingOK, "colours", "NO_COLOR", ""},
		{"terminal", doctor.FindingOK, "locale", "LANG is en_US.UTF-8", ""},
		{"terminal", doctor.FindingOK, "tmux", "set-clipboard", ""},
		{"terminal", doctor.FindingOK, "SSH", "yes", ""},
		{"configuration", doctor.FindingOK, "file", file, ""},
		{"configuration", doctor.FindingOK, "permissions", "only you may use " + file, ""},
		{"configuration", doctor.FindingOK, "profile", "main, the default one", ""},
		{"configuration", doctor.FindingOK, "production", "asks once more", ""},
		{"configuration", doctor.FindingOK, "account", "9900000 (" + file + ":3)", ""},
		{"configuration", doctor.FindingOK, "numbers", "+12345678901 (" + file + ":5)", ""},
		{"configuration", doctor.FindingOK, "region", "US (the default)", ""},
		{"configuration", doctor.FindingOK, "base_url", api.Base, ""},
		{"secrets", doctor.FindingSkipped, "BW_CLIENT_ID and BW_CLIENT_SECRET", "not set", ""},
		{"secrets", doctor.FindingSkipped, "BW_USERNAME and BW_PASSWORD", "not set", ""},
		{"secrets", doctor.FindingSkipped, "credential_command", "not set", ""},
		{"secrets", doctor.FindingOK, "the keyring", "found: oauth, client id " + clitest.ClientID, ""},
		{"secrets", doctor.FindingSkipped, `the encrypted file "` + w.secretFile() + `"`, "not reached", ""},
		{"secrets", doctor.FindingSkipped, "a question to you", "not reached", ""},
		{"outbox", doctor.FindingOK, "database", filepath.Join(w.home, ".local", "state", "telex", "outbox.db") + " opens", ""},
		{"outbox", doctor.FindingOK, "writable", "yes", ""},
		{"outbox", doctor.FindingOK, "size", "messages are kept for 90 days", ""},
		{"outbox", doctor.FindingOK, "size", "version ", ""},
		{"API", doctor.FindingOK, "address", api.Base, ""},
		{"API", doctor.FindingOK, "token address", sandbox.TokenPath, ""},
		{"API", doctor.FindingOK, "reachable", "yes, in ", ""},
		{"API", doctor.FindingOK, "authorisation", "Bandwidth accepts client id " + clitest.ClientID + " for account 9900000", ""},
		{"clock", doctor.FindingOK, "time", "as the API's", ""},
	} {
		d.has(t, want[0], want[1], want[2], want[3], want[4])
	}
	if len(api.Sent()) != 0 {
		t.Error("the doctor sent a message")
	}
	w.run("", send("--yes")...).want(t, say.ExitOK) // as it said
}

// Each thing that keeps messages from being sent is found, and the doctor ends with the
// code that telex send ends with.
func TestDoctorFindings(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	tests := []struct {
		name string
		set  func(t *testing.T, w *world, api *clitest.API)
		code say.Code
		want [5]string
	}{
		{"nothing set up", func(*testing.T, *world, *clitest.API) {}, say.ExitUsage, [5]string{"configuration", doctor.FindingSkipped, "profile", "nothing is set up yet", "telex login"}},
		{"half of it in the environment", func(_ *testing.T, w *world, _ *clitest.API) { w.env = []string{"BW_NUMBER=+12345678901"} }, say.ExitUsage, [5]string{"configuration", doctor.FindingFailed, "account", "not set", "set BW_ACCOUNT_ID"}},
		{"all of it in the environment", func(_ *testing.T, w *world, api *clitest.API) { w.env = api.Env() }, say.ExitOK, [5]string{"configuration", doctor.FindingSkipped, "profile", "no profile; using environment variables", ""}},
		{"no file", func(*testing.T, *world, *clitest.API) {}, say.ExitUsage, [5]string{"configuration", doctor.FindingSkipped, "file", "is not there", ""}},
		{"no secret", func(_ *testing.T, w *world, api *clitest.API) { w.configure(profileOf("main", api)) }, say.ExitUsage, [5]string{"secrets", doctor.FindingFailed, "credentials", "none found", "telex login --profile main"}},
		{"half a secret", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api)).remember("main", sandbox.DefaultAccountID, testClient())
			w.env = []string{"BW_CLIENT_ID=x"}
		}, say.ExitOK, [5]string{"secrets", doctor.FindingWarning, "BW_CLIENT_ID and BW_CLIENT_SECRET", "BW_CLIENT_SECRET is not", ""}},
		{"an unknown profile", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api))
			w.env = []string{"TELEX_PROFILE=mian"}
		}, say.ExitUsage, [5]string{"configuration", doctor.FindingFailed, "profile", `TELEX_PROFILE: there is no profile "mian"; there are main`, "telex profiles"}},
		{"a bad address", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api, `base_url = "http://x.example"`))
		}, say.ExitUsage, [5]string{"configuration", doctor.FindingFailed, "base_url", "is not encrypted", ""}},
		{"a bad number", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api, `numbers = ["12"]`))
		}, say.ExitUsage, [5]string{"configuration", doctor.FindingFailed, "numbers", `config.toml:7): "12" is too short`, ""}},
		{"a bad number of another", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure("profile = \"main\"\n"+profileOf("main", api)+profileOf("other", api, `numbers = ["12"]`)).remember("main", sandbox.DefaultAccountID, testClient())
		}, say.ExitOK, [5]string{"configuration", doctor.FindingWarning, "profile other", `config.toml:16: numbers: "12" is too short`, ""}},
		{"keys", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api)+"[keys]\nhelp = \"f2\"\nfly = \"f9\"\n").remember("main", sandbox.DefaultAccountID, testClient())
		}, say.ExitOK, [5]string{"configuration", doctor.FindingWarning, "file", `config.toml:11: keys: there is no action "fly"`, "the console will not start"}},
		{"clashing keys", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api)+"[keys]\nhelp = \"f2\"\nfly = \"f9\"\n").remember("main", sandbox.DefaultAccountID, testClient())
		}, say.ExitOK, [5]string{"configuration", doctor.FindingWarning, "file", `config.toml:10: keys: help and history are both on f2`, ""}},
		{"others may read the file", func(t *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api)).remember("main", sandbox.DefaultAccountID, testClient())
			if err := os.Chmod(w.configFile(), 0o644); err != nil {
				t.Fatal(err)
			}
		}, say.ExitOK, [5]string{"configuration", doctor.FindingWarning, "permissions", "can be used by others than its owner (mode 0644)", "chmod 0600 "}},
		{"another account", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api))
			w.env = append(api.Env(), "BW_ACCOUNT_ID=9900000")
			w.configure(profileOf("main", api, `account = "1"`))
		}, say.ExitOK, [5]string{"configuration", doctor.FindingWarning, "profile", "BW_ACCOUNT_ID is set, and wins over account of profile main", "unset"}},
		{"a folder as outbox", func(t *testing.T, w *world, api *clitest.API) {
			w.env = api.Env()
			if err := os.MkdirAll(filepath.Join(w.home, ".local", "state", "telex", "outbox.db", "x"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, say.ExitFailed, [5]string{"outbox", doctor.FindingFailed, "database", "open the outbox", ""}},
		{"basic", func(_ *testing.T, w *world, api *clitest.API) { w.env = api.Env() }, say.ExitOK, [5]string{"secrets", doctor.FindingWarning, "HTTP Basic", "2 December 2026", ""}},
		{"refused", func(_ *testing.T, w *world, api *clitest.API) {
			w.env = append([]string{"BW_PASSWORD=wrong"}, api.Env()...)
		}, say.ExitRefused, [5]string{"API", doctor.FindingFailed, "authorisation", "HTTP 401", "belong together"}},
		{"refused by the token endpoint", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api))
			w.env = []string{"BW_CLIENT_ID=a", "BW_CLIENT_SECRET=wrong"}
		}, say.ExitRefused, [5]string{"API", doctor.FindingFailed, "authorisation", "the token endpoint refused the client id or secret", ""}},
		{"nobody there", func(_ *testing.T, w *world, api *clitest.API) {
			w.env = append([]string{"TELEX_BASE_URL=http://127.0.0.1:1/api/v2"}, api.Env()...)
		}, say.ExitUnsent, [5]string{"API", doctor.FindingFailed, "reachable", "connection refused", "check the network"}},
		{"a bad token address", func(_ *testing.T, w *world, api *clitest.API) {
			w.configure(profileOf("main", api))
			w.env = []string{"BW_CLIENT_ID=a", "BW_CLIENT_SECRET=b", "TELEX_TOKEN_URL=http://x.example"}
		}, say.ExitUsage, [5]string{"API", doctor.FindingFailed, "token address", "TELEX_TOKEN_URL: ", ""}},
		{"a wrong clock", func(_ *testing.T, w *world, api *clitest.API) {
			w.env = api.Env()
			w.now = func() time.Time { return time.Now().Add(-3 * time.Minute) }
		}, say.ExitOK, [5]string{"clock", doctor.FindingWarning, "time", " behind the API's", "set it"}},
		{"a dumb terminal", func(_ *testing.T, w *world, api *clitest.API) {
			w.env = append(api.Env(), "TERM=dumb", "LC_ALL=C", "STY=x")
		}, say.ExitOK, [5]string{"terminal", doctor.FindingWarning, "TERM", "line by line", ""}},
		{"no UTF-8", func(_ *testing.T, w *world, api *clitest.API) { w.env = append(api.Env(), "LC_ALL=C", "LANG=C.UTF-8") }, say.ExitOK, [5]string{"terminal", doctor.FindingWarning, "locale", "LC_ALL is C", "C.UTF-8"}},
		{"no locale", func(_ *testing.T, w *world, api *clitest.API) { w.env = api.Env() }, say.ExitOK, [5]string{"terminal", doctor.FindingWarning, "locale", "none is set", "C.UTF-8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			w := newWorld(t).withKeyring()
			tt.set(t, w, api)
			d, people := w.doctor()
			if d.ExitCode != tt.code {
				t.Errorf("got exit code %d, want %d:\n%s", d.ExitCode, tt.code, people.out)
			}
			d.has(t, tt.want[0], tt.want[1], tt.want[2], tt.want[3], tt.want[4])
			limit := "1m"
			if tt.code == say.ExitUnsent { // which is tried again until then
				limit = "900ms"
			}
			if got := w.run("", send("--timeout", limit)...); got.code != tt.code {
				t.Errorf("telex send ends with %d, want what the doctor said, %d:\n%s", got.code, tt.code, got.err)
			}
		})
	}
}

// A doctor that is the first to open a damaged outbox says what was lost with it.
func TestDoctorDamaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.env = clitest.NewAPI(t).Env()
	folder := filepath.Join(w.home, ".local", "state", "telex")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "outbox.db"), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	var d diagnosis
	w.run("", "doctor", "--json").decode(t, &d)
	d.has(t, "outbox", doctor.FindingWarning, "database", "it was damaged", words.LostOptOuts(words.Shell{}))
}

// With --sandbox it needs nothing of an account, and does not look at one.
func TestDoctorSandbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t, clitest.Environ("https://nobody.invalid")...).withKeyring()
	d, _ := w.doctor("--sandbox")
	if !d.OK || w.entries.calls > 0 {
		t.Errorf("got %+v and %d calls of the keyring, want all well and none", d, w.entries.calls)
	}
	d.has(t, "secrets", doctor.FindingSkipped, "all", "the sandbox has its own", "")
	d.has(t, "API", doctor.FindingOK, "authorisation", "for account 9900000", "")
	d.has(t, "outbox", doctor.FindingOK, "database", "sandbox.db", "")
}

// A message that may have been sent is pointed out, and what happened before is left
// for the next telex to tell.
func TestDoctorUnknown(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t, api.Env()...)
	w.run("", "send", "--to", "+19995550002", "--text", "Hello").want(t, say.ExitUnknown)
	d, _ := w.doctor()
	d.has(t, "outbox", doctor.FindingWarning, "messages", "the outcome of 1 message is unknown", "telex status")
}

// With a file of profiles that cannot be used the doctor does not make up what it says of
// the outbox.
func TestDoctorUnreadableSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t).configure("[outbox]\ntext = false\n")
	d, _ := w.doctor()
	d.has(t, "outbox", doctor.FindingOK, "size", "messages are kept forever, without their texts", "")
	w.configure("[outbox]\nkeep = 90\nnonsense\n")
	for _, args := range [][]string{nil, {"--sandbox"}} {
		d, people := w.doctor(args...)
		d.has(t, "outbox", doctor.FindingOK, "size", "how long messages are kept cannot be read from the file of profiles", "")
		if strings.Contains(people.out, "for ever") || strings.Contains(people.out, "90 days") {
			t.Errorf("%q: got\n%s\nwant nothing told as chosen", args, people.out)
		}
	}
}

// Rates and hours, which nothing reads until they are needed, are named with their lines.
func TestDoctorPacing(t *testing.T) {
	t.Parallel()
	profile := profileOf("main", clitest.NewAPI(t))
	lines := strings.Count(profile, "\n")
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret)
	w.configure(profile + "rate = \"fast\"\nhours = \"25:00-26:00\"\n[hours.by]\nTX = \"noon\"\n")
	d, got := w.doctor()
	got.want(t, say.ExitOK) // telex send needs none of them
	for i, want := range []string{`profiles.main.rate: "fast" is not a rate such as 5/s`, `profiles.main.hours: hours "25:00-26:00": write it like`, `hours.by TX: hours "noon": write it like`} {
		line := []int{lines + 1, lines + 2, lines + 3}[i]
		d.has(t, "configuration", doctor.FindingWarning, "file", fmt.Sprintf("config.toml:%d: %s", line, want), "no broadcast is started")
	}
	if well, _ := newWorld(t).configure(profile + "rate = \"5/s\"\nhours = \"09:00-17:00\"\n").doctor(); len(well.Checks) == 0 || slices.ContainsFunc(well.Checks, func(c doctor.Finding) bool { return strings.Contains(c.Do, "no broadcast is started") }) {
		t.Errorf("got %+v of what can be read", well.Checks)
	}
}

// On a terminal the doctor asks for what telex send would ask for.
func TestDoctorAsks(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	w := newWorld(t).configure(profileOf("main", api))
	w.withTypist()
	got := w.answer("", []string{"doctor"}, [2]string{"The client secret of profile main", clitest.ClientSecret})
	got.want(t, say.ExitOK)
	if !strings.Contains(got.out, "a question to you: found: oauth") {
		t.Errorf("got\n%s\nwant the answer used", got.out)
	}
	w.answer("", []string{"doctor"}, [2]string{"The client secret of profile main", "\x03"}).want(t, say.ExitUnsent, "cancelled")
}

// Whatever somebody put into the environment or an answer, nothing of it drives the
// terminal; runTelex looks.
func TestDoctorHostile(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inJSON, _ := say.Encode(hostile + r.Header.Get("Authorization"))
		w.Header().Set("Date", "\u009b31myesterday\u202e")
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, `{"type":%[1]s,"description":%[1]s}`, inJSON)
	}))
	t.Cleanup(server.Close)
	w := newWorld(t, append(clitest.Environ(server.URL), "TERM="+hostile, "LANG="+hostile, "TELEX_REGION="+hostile)...)
	w.run("", "doctor").want(t, say.ExitUsage)
	w.env = append(clitest.Environ(server.URL), "TERM="+hostile)
	d, _ := w.doctor()
	if d.ExitCode != say.ExitRefused {
		t.Errorf("got exit code %d, want 4", d.ExitCode)
	}
	d.has(t, "clock", doctor.FindingSkipped, "time", "did not say", "")
}

// A file of the console's own parts with every kind of mistake: each is named once, with
// its line.
func TestConsoleProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t).configure("theme = \"drak\"\n[colors]\nok = \"bold gren\"\n[keys]\nquit = []\nhelp = \"f5\"\ndrafts = \"f5\"\nhistory = \"f4\"\nsetup = \"f2\"\n\"compose.editor\" = \"x\"\n")
	file, err := config.Load(os.LookupEnv, w.configFile())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range consoleProblems(file) {
		got = append(got, strings.TrimPrefix(p.Error(), w.configFile()))
	}
	slices.Sort(got)
	for i, want := range []string{
		":1: unknown theme \"drak\"; choose one of auto, dark, light, contrast, none", ":3: colors: ok: unknown word \"gren\" in a style",
		":5: keys: quit needs a key", ":7: keys: drafts and help are both on f5", ":10: keys: compose.editor: ",
	} {
		if i >= len(got) || !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("got %q, want one that says %q", got, want)
		}
	}
	if len(got) != 5 {
		t.Errorf("got %q, want five", got)
	}
	if fine := consoleProblems(mustLoad(t, newWorld(t).configure("theme = \"dark\"\n[keys]\nhelp = \"f9\"\n").configFile())); fine != nil {
		t.Errorf("got %v, want nothing", fine)
	}
}

func mustLoad(t *testing.T, path string) *config.File {
	t.Helper()
	file, err := config.Load(os.LookupEnv, path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Where nothing is set up the way out is named, and once.
func TestDoctorBeforeLogin(t *testing.T) {
	t.Parallel()
	got := newWorld(t).run("", "doctor")
	got.want(t, say.ExitUsage)
	if n := strings.Count(got.out, "telex login"); n != 2 { // once as what makes the file
		t.Errorf("telex login is named %d times, want once, and once with the file:\n%s", n, got.out)
	}
	if strings.Contains(got.out, "set BW_") {
		t.Errorf("variables are named though nothing is set up:\n%s", got.out)
	}
}
