package cli

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// hostile is what an answer may hold to drive a terminal: a window title, a
// cleared screen in C0 and in C1, a clipboard, reversed text, a forged line.
const hostile = "\x1b]0;owned\x07\x1b[2J\u009b31m\x1b]52;c;b3duZWQ=\x07\u202egpj.exe\u2066\u200b\r\ntelex: accepted \x00\x7f\ufeff"

// Whatever an answer holds, runTelex checks that none of it reaches the terminal
// raw; here that is said of every place of an answer.
func TestHostileAnswers(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	inJSON, err := say.Encode(hostile)
	if err != nil {
		t.Fatal(err)
	}
	raw := `"` + strings.NewReplacer("\r\n", " ", "\x00", "").Replace(hostile) + `"` // not valid JSON, as a hostile server may send it
	nothing := func(http.Header) {}
	tests := []struct {
		name   string
		status int
		body   string
		header func(http.Header)
		code   say.Code
	}{
		{"id", 202, `{"id":` + string(inJSON) + `,"time":` + string(inJSON) + `}`, nothing, say.ExitOK},
		{"text", 202, `{"id":"a","text":` + string(inJSON) + `}`, nothing, say.ExitUnknown},
		{"tag", 202, `{"id":"a","tag":` + string(inJSON) + `}`, nothing, say.ExitUnknown},
		{"description", 400, `{"type":` + string(inJSON) + `,"description":` + string(inJSON) + `}`, nothing, say.ExitRejected},
		{"fields", 400, `{"type":"x","description":"y","fieldErrors":[{"fieldName":` + string(inJSON) + `,"description":` + string(inJSON) + `}]}`, nothing, say.ExitRejected},
		{"unknown path", 404, `{"timestamp":"x","status":404,"error":` + string(inJSON) + `,"message":` + string(inJSON) + `,"path":"/x"}`, nothing, say.ExitRejected},
		{"raw bytes", 400, `{"type":` + raw + `}`, nothing, say.ExitUnknown},
		{"a page", 502, "<html>" + hostile, nothing, say.ExitUnknown},
		{"no UTF-8", 202, "{\"id\":\"\x9b31m\xff\xfe\"}", nothing, say.ExitOK},
		{"headers", 429, `{"type":"x","description":"y"}`, func(h http.Header) {
			h["Retry-After"] = []string{"9999999999999"}
			h["X-Request-Id"] = []string{"\u009b31m\u202e"}
		}, say.ExitLimited},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				tt.header(w.Header())
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			t.Cleanup(server.Close)
			args := []string{"send", "--to", "+12345678902", "--text", "Hello"}
			got := runTelex(t, clitest.Environ(server.URL), "", args...)
			got.want(t, tt.code)
			for line := range strings.SplitSeq(got.err, "\n") {
				if strings.HasPrefix(line, "telex: accepted ") {
					t.Errorf("the answer forged a line:\n%s", got.err)
				}
			}
			if lines := strings.Count(got.out, "\n"); lines > 1 {
				t.Errorf("got %d lines on stdout, want at most one:\n%s", lines, got.out)
			}
			got = runTelex(t, clitest.Environ(server.URL), "", append(args, "--json")...)
			var v any
			got.decode(t, &v)
			got = runTelex(t, clitest.Environ(server.URL), "", append(args, "--json", "--individual")...)
			got.decode(t, &v)
		})
	}
}

// A status line is the server's own words too.
func TestHostileStatusLine(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = buffer.WriteString("HTTP/1.1 400 \x1b[2Jgone\u202e\r\nContent-Length: 32\r\n\r\n{\"type\":\"t\",\"description\":\"odd\"}")
		_ = buffer.Flush()
		_ = conn.Close()
	}))
	t.Cleanup(server.Close)
	runTelex(t, clitest.Environ(server.URL), "", "send", "--to", "+12345678902", "--text", "Hello").want(t, say.ExitRejected, "HTTP 400 Bad Request")
}

// A gateway that repeats the request, credentials and all, does not get them onto
// the screen or into a log. runTelex looks for them.
func TestEchoedCredentials(t *testing.T) {
	t.Parallel()
	for _, status := range []int{202, 400, 502} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, password, _ := r.BasicAuth()
			quoted, _ := say.Encode(r.Header.Get("Authorization") + " " + password)
			echo := strings.TrimSpace(string(quoted))
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"id":%[1]s,"type":%[1]s,"description":%[1]s,"fieldErrors":[{"fieldName":%[1]s,"description":%[1]s}]}`, echo)
		}))
		t.Cleanup(server.Close)
		for _, flag := range []string{"--json", "--individual"} {
			got := runTelex(t, clitest.Environ(server.URL), "", "send", "--to", "+12345678902", "--text", "Hello", flag)
			if status == 202 && !strings.Contains(got.out, "Basic [secret] [secret]") {
				t.Errorf("got stdout %q, want the id with its secrets taken out", got.out)
			}
		}
	}
}

// An echoed short secret is taken out in the forms that only a request has.
func TestShortSecret(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"type":"x","description":"%s for +12345678902"}`, r.Header.Get("Authorization"))
	}))
	t.Cleanup(server.Close)
	env := append([]string{"BW_PASSWORD=12345678"}, clitest.Environ(server.URL)...)
	got := runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello")
	if form := base64.StdEncoding.EncodeToString([]byte(clitest.User + ":12345678")); strings.Contains(got.err, form) {
		t.Errorf("got stderr %q, want it without %q", got.err, form)
	}
	got.want(t, say.ExitRejected, "for +12345678902")
}

// A result that cannot be written is a failure of telex; that the message was
// accepted is said all the same.
func TestBrokenStdout(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--tag=x", "--json", "--individual"} {
		var errs bytes.Buffer
		code := run(t.Context(), process{
			args: []string{"send", "--sandbox", "--to", "+12345678902", "--text", "Hello", flag},
			in:   strings.NewReader(""), out: brokenWriter{}, err: &errs, now: time.Now, environ: clitest.WithState(t, nil),
		})
		if code != say.ExitFailed || !strings.Contains(errs.String(), "accepted") || !strings.Contains(errs.String(), "write to standard output: no space left") {
			t.Errorf("%s: got exit code %d and stderr %q, want 1, the acceptance and the reason", flag, code, errs.String())
		}
	}
	for _, args := range [][]string{{"--help"}, {"send", "--help"}, {"help", "send"}, {"version"}, {"man"}, {"explain"}, {"explain", "4720"}, {"completion", "bash"}, {"sandbox", "--addr", "127.0.0.1:0"}, {"explain", "x", "--json"}, {"history", "--json"}} {
		var errs bytes.Buffer
		code := run(t.Context(), process{args: args, in: strings.NewReader(""), out: brokenWriter{}, err: &errs, now: time.Now, environ: clitest.WithState(t, nil)})
		if code != say.ExitFailed || strings.Count(errs.String(), "no space left") != 1 {
			t.Errorf("%q: got exit code %d and stderr %q, want 1 and the reason, once", args, code, errs.String())
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left") }
