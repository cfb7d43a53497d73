package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// body is the request that a dry run prints.
func body(t *testing.T, env []string, stdin string, args ...string) messaging.Message {
	t.Helper()
	got := runTelex(t, env, stdin, append([]string{"send", "--dry-run", "--json"}, args...)...)
	got.want(t, say.ExitOK)
	var m messaging.Message
	got.decode(t, &m)
	return m
}

func textFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		stdin string
		args  []string
		want  string
	}{
		{"flag", "", []string{"--text", "Hello"}, "Hello"},
		{"flag that looks like one", "", []string{"--text", "--json"}, "--json"},
		{"flag, line end kept", "", []string{"--text", "Hello\n"}, "Hello\n"},
		{"file", "", []string{"--text-file", textFile(t, "Hello\nworld\n")}, "Hello\nworld"},
		{"standard input", "Hello\n", []string{"--text-file", "-"}, "Hello"},
		{"one line end only", "Hello\n\n", []string{"--text-file", "-"}, "Hello\n"},
		{"a line end of Windows", "a\r\nb\r\n", []string{"--text-file", "-"}, "a\r\nb"},
		{"no line end", "Hello", []string{"--text-file", "-"}, "Hello"},
		{"a byte order mark", "\ufeffHello\n", []string{"--text-file", "-"}, "Hello"},
		{"the name of Bandwidth's tool", "Hello\n", []string{"--stdin"}, "Hello"},
		{"nothing but media", "", []string{"--media", "https://example.com/a,b.jpg"}, ""},
	}
	for _, tt := range tests {
		if got := body(t, nil, tt.stdin, append(tt.args, "--sandbox", "--to", "+12345678902")...).Text; got != tt.want {
			t.Errorf("%s: got text %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		env    []string
		args   []string
		from   string
		to     string
		stderr string
	}{
		{"national", nil, []string{"--to", "(919) 555-1212"}, "+12345678901", "+19195551212", "--to (919) 555-1212 is +19195551212"},
		{"another region", nil, []string{"--to", "07400 123456", "--region", "gb"}, "+12345678901", "+447400123456", "is +447400123456"},
		{"region of the environment", []string{"TELEX_REGION=gb"}, []string{"--to", "07400 123456"}, "+12345678901", "+447400123456", ""},
		{"flag over environment", []string{"TELEX_REGION=FR"}, []string{"--to", "07400 123456", "--region", "GB"}, "+12345678901", "+447400123456", ""},
		{
			"commas", nil,
			[]string{"--to", "+12345678902, +12345678903", "--to", "+12345678904"},
			"+12345678901", "+12345678902 +12345678903 +12345678904",
			"one group message: its 3 recipients see each other's numbers",
		},
		{"twice", nil, []string{"--to", "+19195551212,919-555-1212"}, "+12345678901", "+19195551212", "+19195551212 is given twice; it is used once"},
		{
			"doubtful",
			[]string{"BW_NUMBER=+12345678905", "BW_MESSAGING_APPLICATION_ID=a"},
			[]string{"--sandbox=false", "--to", "+19995550001"},
			"+12345678905", "+19995550001", "warning: --to +19995550001: ",
		},
		{"the sandbox's own", nil, []string{"--to", "+19995550001"}, "+12345678901", "+19995550001", ""},
		{"national sender", nil, []string{"--to", "+12345678902", "--from", "919 555 1212"}, "+19195551212", "+12345678902", "--from 919 555 1212 is +19195551212"},
		{"sender id", nil, []string{"--to", "+12345678902", "--from", "Acme Ltd"}, "Acme Ltd", "+12345678902", ""},
		{"sender of the environment", []string{
			"BW_NUMBER=(919) 555-1212,+12345678905", "BW_MESSAGING_APPLICATION_ID=a",
		}, []string{"--sandbox=false", "--to", "+12345678902"}, "+19195551212", "+12345678902", "BW_NUMBER (919) 555-1212 is +19195551212"},
	}
	for _, tt := range tests {
		args := append([]string{"send", "--dry-run", "--json", "--sandbox", "--text", "Hello"}, tt.args...)
		got := runTelex(t, tt.env, "", args...)
		got.want(t, say.ExitOK, tt.stderr)
		var m messaging.Message
		got.decode(t, &m)
		if to := strings.Join(m.To, " "); m.From != tt.from || to != tt.to {
			t.Errorf("%s: got from %q to %q, want from %q to %q", tt.name, m.From, to, tt.from, tt.to)
		}
	}
}

func TestOtherFields(t *testing.T) {
	t.Parallel()
	m := body(t, nil, "", "--sandbox", "--to", "+12345678902", "--text", "Hello", "--tag", "t1", "--priority", "high",
		"--expiration", "2999-01-31T18:00:00+02:00", "--app-id", "app-1")
	want := time.Date(2999, 1, 31, 16, 0, 0, 0, time.UTC)
	if m.Tag != "t1" || m.Priority != "high" || m.ApplicationID != "app-1" || !m.Expiration.Equal(want) {
		t.Errorf("got %+v, want tag t1, priority high, application app-1, expiration %s", m, want)
	}
}

// A span counts from the clock that was passed in.
func TestExpirationSpan(t *testing.T) {
	t.Parallel()
	now := time.Date(2999, 1, 31, 23, 0, 0, 0, time.FixedZone("", 3600))
	var out, errs bytes.Buffer
	code := run(t.Context(), process{
		args: []string{"send", "--sandbox", "--dry-run", "--json", "--to", "+12345678902", "--text", "x", "--expiration", "2h30m"},
		in:   strings.NewReader(""), out: &out, err: &errs, now: func() time.Time { return now },
	})
	var m messaging.Message
	want := time.Date(2999, 2, 1, 0, 30, 0, 0, time.UTC)
	if err := json.Unmarshal(out.Bytes(), &m); err != nil || code != say.ExitOK || !m.Expiration.Equal(want) {
		t.Errorf("got %d, %s, %v, want %s", code, m.Expiration, err, want)
	}
}

// Everything that is wrong is said at once, by the flag that would mend it, and
// nothing is sent.
func TestInvalid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		stdin string
		args  []string
		want  []string
	}{
		{"no recipient", "", []string{"--text", "x"}, []string{"--to: has no recipient"}},
		{"empty recipient", "", []string{"--text", "x", "--to", " ,"}, []string{"--to: has no recipient"}},
		{"letters", "", []string{"--text", "x", "--to", "abc"}, []string{`no contact is called "abc"`}},
		{"no text", "", []string{"--to", "+12345678902"}, []string{"--text: is empty"}},
		{"empty input", "\n", []string{"--to", "+12345678902", "--text-file", "-"}, []string{"--text-file -: is empty"}},
		{"long text", "", []string{"--to", "+12345678902", "--text", strings.Repeat("x", 2049)}, []string{"--text: has 2049 characters, 1 more than the 2048 allowed"}},
		{"huge input", strings.Repeat("x", 70<<10), []string{"--to", "+12345678902", "--text-file", "-"}, []string{"--text-file -: is longer than 64 KiB"}},
		{"no such file", "", []string{"--to", "+12345678902", "--text-file", "/nowhere/\x1b[2Jx"}, []string{"--text-file: open /nowhere/␛[2Jx: no such file"}},
		{"two texts", "", []string{"--to", "+12345678902", "--text", "", "--text-file", "-"}, []string{"--text and --text-file cannot be used together"}},
		{
			"eleven recipients", "",
			[]string{"--text", "x", "--to", "+12345678901,+12345678902,+12345678903,+12345678904,+12345678905,+12345678906,+12345678907,+12345678908,+12345678909,+12345678910,+12345678911"},
			[]string{"--to: 11 recipients, but a group message takes at most 10", "add --individual", "telex broadcast start --help"},
		},
		{"no URL", "", []string{"--to", "+12345678902", "--media", "a.jpg"}, []string{`--media a.jpg: there is no such file; an address begins with https://`}},
		{
			"everything", "",
			[]string{"--to", "abc", "--from", "nobody you know", "--media", "ftp://x/y", "--priority", "urgent", "--expiration", "soon", "--tag", strings.Repeat("x", 1025)},
			[]string{`no contact is called "abc"`, `--from: "nobody you know" is not a sender id`, `--media "ftp://x/y"`, `--priority "urgent": is unknown`, `--expiration: "soon" is not a time`, "--tag: has 1025 characters"},
		},
		{"past", "", []string{"--to", "+12345678902", "--text", "x", "--expiration", "2020-01-31T18:00:00Z"}, []string{"--expiration", "is in the past"}},
		{"past span", "", []string{"--to", "+12345678902", "--text", "x", "--expiration", "-2h"}, []string{"is in the past"}},
		{"no UTF-8", "caf\xe9", []string{"--to", "+12345678902", "--text-file", "-"}, []string{"--text-file -: is not in UTF-8"}},
	}
	api := clitest.NewAPI(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := runTelex(t, api.Env(), tt.stdin, append([]string{"send"}, tt.args...)...)
			got.want(t, say.ExitUsage, tt.want...)
			if got.out != "" {
				t.Errorf("got stdout %q, want none", got.out)
			}
			var failed say.Ending
			runTelex(t, api.Env(), tt.stdin, append([]string{"send", "--json"}, tt.args...)...).decode(t, &failed)
			if failed.ExitCode != 2 || failed.Outcome != "unsent" || failed.Error == "" {
				t.Errorf("got %+v, want exit code 2, outcome unsent and the error in words", failed)
			}
		})
	}
	if len(api.Sent()) != 0 {
		t.Errorf("the API got %d messages, want none", len(api.Sent()))
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		env    []string
		args   []string
		stdout string
		stderr []string
	}{
		{
			"SMS, no account",
			[]string{"BW_NUMBER=+12345678901", "BW_MESSAGING_APPLICATION_ID=a"},
			[]string{"--to", "+12345678902", "--text", "Hi"},
			`{"from":"+12345678901","to":["+12345678902"],"text":"Hi","applicationId":"a"}` + "\n",
			[]string{"dry run: nothing is sent", "SMS to +12345678902; GSM-7, 2 characters, 1 segment", "curl command, set BW_ACCOUNT_ID"},
		},
		{
			"UCS-2", nil,
			[]string{"--sandbox", "--to", "+12345678902", "--text", strings.Repeat("“x”\u202e", 40)},
			"",
			[]string{"UCS-2, 160 characters, 3 segments", "UCS-2 because of “ (U+201C), ” (U+201D), <U+202E> (U+202E)"},
		},
		{
			"MMS to a group", nil,
			[]string{"--sandbox", "--to", "+12345678902,+12345678903", "--media", "https://example.com/a.jpg"},
			"",
			[]string{"group MMS with 1 file to 2 recipients; 2 MMS, 0 characters"},
		},
		{
			"a group of text only", nil,
			[]string{"--sandbox", "--to", "+12345678902,+12345678903", "--text", "“Hi”"},
			"",
			[]string{"group MMS to 2 recipients; 2 MMS, 4 characters"},
		},
		{
			"characters that count twice", nil,
			[]string{"--sandbox", "--to", "+12345678902", "--text", strings.Repeat("]", 153)},
			"",
			[]string{"GSM-7, 153 characters, 3 segments; 153 characters count twice"},
		},
		{
			"from a short code", nil,
			[]string{"--sandbox", "--from", "12345", "--to", "+12345678902", "--text", "Hi"},
			`{"from":"12345","to":["+12345678902"],"text":"Hi","applicationId":"93de2206-9669-4e07-948d-329f4b722ee2"}` + "\n",
			[]string{"SMS to +12345678902"},
		},
		{
			"OAuth", clitest.Environ("https://gateway.example/api/v2")[:4],
			[]string{"--to", "+12345678902", "--text", "Hi"},
			"",
			[]string{"curl -X POST 'https://gateway.example/api/v2/users/9900000/messages' ", `-H "Authorization: Bearer $BW_ACCESS_TOKEN"`},
		},
		{
			"Basic", clitest.Environ("https://gateway.example/api/v2"),
			[]string{"--to", "+12345678902", "--text", "it's"},
			"",
			[]string{`-u "$BW_USERNAME:$BW_PASSWORD"`, `"text":"it'\''s"`},
		},
	}
	for _, tt := range tests {
		got := runTelex(t, tt.env, "", append([]string{"send", "--dry-run"}, tt.args...)...)
		got.want(t, say.ExitOK, tt.stderr...)
		if tt.stdout != "" && got.out != tt.stdout {
			t.Errorf("%s: got stdout %q, want %q", tt.name, got.out, tt.stdout)
		}
		var m messaging.Message
		got.decode(t, &m)
		quiet := runTelex(t, tt.env, "", append([]string{"send", "--dry-run", "--json"}, tt.args...)...)
		if quiet.out != got.out || strings.Contains(quiet.err, "curl") {
			t.Errorf("%s with --json: got stdout %q and stderr %q, want the same body and no curl", tt.name, quiet.out, quiet.err)
		}
	}
	runTelex(t, nil, "", "send", "--dry-run", "--sandbox", "--to", "+12345678902", "--text", "Hi").
		want(t, say.ExitOK, "this works while telex sandbox runs in another terminal", "http://127.0.0.1:8095/")
	var each []messaging.Message
	runTelex(t, nil, "", "send", "--dry-run", "--json", "--sandbox", "--individual", "--to", "+12345678902,+12345678903", "--text", "Hi").decode(t, &each)
	if len(each) != 2 || each[1].To[0] != "+12345678903" {
		t.Errorf("--individual --json: got %+v, want an array of two requests", each)
	}
	runTelex(t, clitest.Environ("http://gateway.example"), "", "send", "--dry-run", "--to", "+12345678902", "--text", "Hi").
		want(t, say.ExitUsage, "is not encrypted; use https")
	runTelex(t, nil, "", "send", "--dry-run", "--to", "+12345678902", "--text", "Hi").
		want(t, say.ExitUsage, "give --from or set BW_NUMBER", "give --application-id or set BW_MESSAGING_APPLICATION_ID")
}
