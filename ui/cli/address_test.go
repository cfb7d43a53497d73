package cli

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// An address that cannot be the API's is refused with the right one, before anything is
// recorded; one that is odd gets a word, and the message goes.
func TestWrongAddresses(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	for base, want := range map[string]string{
		"https://messaging.bandwidth.com":      "it is https://messaging.bandwidth.com/api/v2",
		"https://api.bandwidth.com/api/v2":     "the messaging API is at https://messaging.bandwidth.com/api/v2",
		api.Base + "/users/9900000/messages":   "leave that out: " + api.Base,
		api.Base + "/users/9900000/messages/1": "leave that out: " + api.Base,
	} {
		runTelex(t, clitest.Environ(base), "", send()...).want(t, say.ExitUsage, "TELEX_BASE_URL", want)
	}
	if n := len(api.Sent()); n != 0 {
		t.Errorf("got %d messages, want none", n)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		_, _ = w.Write([]byte(`{"id":"a"}`))
	}))
	t.Cleanup(server.Close)
	runTelex(t, clitest.Environ(server.URL+"/v2"), "", send()...).want(t, say.ExitOK, "warning: the base URL "+server.URL+"/v2 does not end in /api/v2")
	if got := runTelex(t, clitest.Environ(server.URL+"/gateway/api/v2/"), "", send()...); strings.Contains(got.err, "warning") {
		t.Errorf("got stderr %q, want no warning", got.err)
	}
}

// A proxy that cannot be one is named by its variable, and nothing goes another way.
func TestBrokenProxy(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	env := append(clitest.Environ("https://gateway.invalid/api/v2"), "HTTPS_PROXY=http://me:hunter2@proxy.invalid:31x8")
	for _, c := range []struct {
		args []string
		want string
	}{
		{send(), "correct that variable or unset it"},
		{[]string{"doctor"}, "failed   proxy: HTTPS_PROXY is not the address of a proxy"},
	} {
		cmd := telexProcess(t, env, "telex", c.args...)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run() // its exit code is looked at
		got := ended{say.Code(cmd.ProcessState.ExitCode()), out.String(), errs.String()}
		clitest.CheckOutput(t, cmd.Args, got.out, got.err)
		said := got.out + got.err
		if got.code != say.ExitUnsent || !strings.Contains(said, "HTTPS_PROXY is not the address of a proxy") || !strings.Contains(said, c.want) || strings.Contains(said, "hunter2") {
			t.Errorf("%q: got exit code %d and\n%s\nwant 7, the variable named and nothing of it", c.args, got.code, said)
		}
	}
}

// Who is refused is told what is known of it: that Basic has ended, or that the secret
// looks as if its quotes belonged to an env file.
func TestRefusedWithReason(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	runTelex(t, clitest.Environ(api.Base), "", "send", "--to", "+19995550401", "--text", "Hello").want(t, say.ExitRefused, "HTTP 401 Unauthorized")
	env := clitest.Environ(api.Base)
	w := newWorld(t, append(env[:len(env)-1], `BW_PASSWORD="`+clitest.Password+`"`)...)
	w.now = func() time.Time { return time.Date(2026, 12, 1, 23, 0, 0, 0, time.UTC) }
	w.run("", send()...).want(t, say.ExitRefused, "stands in quotes")
	w.run("", "doctor").want(t, say.ExitRefused)
	late := newWorld(t, clitest.Environ(api.Base)...)
	late.now = func() time.Time { return time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC) }
	late.run("", "send", "--to", "+19995550401", "--text", "Hello").want(t, say.ExitRefused, "telex: usernames and passwords (HTTP Basic) ended on 2 December 2026")
}
