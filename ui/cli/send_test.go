package cli

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// The five requests of the seed document, by the flags that make them.
func TestSeedExamples(t *testing.T) {
	sample.Whole(t)
	const sms = `"from":"+12345678901","text":"Hey, check this out!","applicationId":"93de2206-9669-4e07-948d-329f4b722ee2","tag":"test message"`
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"1 a single text message", []string{"--to", "+12345678902"}, `{"to":["+12345678902"],` + sms + `}`},
		{
			"2 a picture message",
			[]string{"--to", "+12345678902", "--media", "https://s3.amazonaws.com/bw-v2-api/demo.jpg"},
			`{"to":["+12345678902"],"media":["https://s3.amazonaws.com/bw-v2-api/demo.jpg"],` + sms + `}`,
		},
		{
			"3 multiple pictures",
			[]string{"--to", "+12345678902", "--media", "https://s3.amazonaws.com/bw-v2-api/demo.jpg", "--media", "https://s3.amazonaws.com/bw-v2-api/demo2.jpg"},
			`{"to":["+12345678902"],"media":["https://s3.amazonaws.com/bw-v2-api/demo.jpg","https://s3.amazonaws.com/bw-v2-api/demo2.jpg"],` + sms + `}`,
		},
		{"4 a group message", []string{"--to", "+12345678902", "--to", "+12345678903"}, `{"to":["+12345678902","+12345678903"],` + sms + `}`},
		{
			"5 a picture to a group",
			[]string{"--to", "+12345678902,+12345678903", "--media", "https://s3.amazonaws.com/bw-v2-api/demo.jpg"},
			`{"to":["+12345678902","+12345678903"],"media":["https://s3.amazonaws.com/bw-v2-api/demo.jpg"],` + sms + `}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			args := append([]string{"send", "--text", "Hey, check this out!", "--tag", "test message"}, tt.args...)
			for _, asJSON := range []bool{false, true} {
				if asJSON {
					args = append(args, "--json")
				}
				got := runTelex(t, api.Env(), "", args...)
				got.want(t, say.ExitOK, "accepted")
				if said, isSMS := strings.Contains(got.err, "segment"), len(tt.args) == 2; said != isSMS { // an MMS has none
					t.Errorf("got %q, segments named: %v, want %v", got.err, said, isSMS)
				}
				id := strings.TrimSuffix(got.out, "\n")
				if asJSON {
					var receipt map[string]any
					got.decode(t, &receipt)
					id, _ = receipt["id"].(string)
				}
				if len(id) != 29 || strings.ContainsAny(id, " \n") {
					t.Errorf("json %v: got id %q, want one of 29 characters alone on stdout:\n%s", asJSON, id, got.out)
				}
			}
			sent := api.Sent()
			if len(sent) != 2 {
				t.Fatalf("the API got %d messages, want 2", len(sent))
			}
			for _, body := range sent {
				if !sameJSON(t, body, tt.want) {
					t.Errorf("the API got\n%s\nwant\n%s", body, tt.want)
				}
			}
			if got := api.Agents()[0]; !strings.HasPrefix(got, "telex/") {
				t.Errorf("User-Agent: got %q, want telex/VERSION", got)
			}
		})
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatalf("%v: %s", err, a)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return reflect.DeepEqual(x, y)
}

// Every row of the sandbox's table, with the outcome and exit code of the design.
func TestSandboxRows(t *testing.T) {
	sample.Whole(t)
	tests := []struct {
		to      string
		timeout string
		code    say.Code
		outcome string
		status  int    // in the JSON; 0 for none
		stderr  string // part of it
		posts   int
	}{
		{"+19995554775", "20s", 0, "accepted", 0, "accepted", 1},
		{"+19995550001", "20s", 0, "accepted", 0, "accepted", 1},
		{"+19995550400", "20s", 3, "rejected", 400, "--to: '+19995550400'", 1},
		{"+19995550401", "20s", 4, "rejected", 401, "username and password", 1},
		{"+19995550403", "20s", 4, "rejected", 403, "administrator", 1},
		{"+19995550429", "20s", 0, "accepted", 0, "after 3 tries", 3},
		{"+19995550429", "19s", 5, "rejected", 429, "queue is full", 1}, // which asks for more than that
		{"+19995550500", "20s", 3, "rejected", 500, "after 2 tries", 2},
		{"+19995550503", "20s", 3, "rejected", 503, "after 2 tries", 2},
		{"+19995550502", "20s", 6, "unknown", 502, "may or may not", 1},
		{"+19995550504", "20s", 6, "unknown", 504, "may or may not", 1},
		{"+19995550002", "20s", 6, "unknown", 0, "may or may not", 1},
		{"+19995550003", "1s", 6, "unknown", 0, "no answer came within the time limit", 1},
		{"+19995550004", "20s", 6, "unknown", 0, "may or may not", 1},
		{"+19995550005", "20s", 6, "unknown", 202, "no receipt for this message", 1},
	}
	for _, tt := range tests {
		t.Run(tt.to+" within "+tt.timeout, func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			if tt.code == say.ExitLimited {
				api.RetryAfter = "20"
			}
			try := func(timeout string) ended {
				return runTelex(t, api.Env(), "", "send", "--json", "--to", tt.to, "--text", "Hello", "--timeout", timeout)
			}
			got := try(tt.timeout)
			if tt.timeout == "1s" && got.code == say.ExitUnsent { // a busy machine was not even connected by then
				got = try("30s")
			}
			got.want(t, tt.code, tt.stderr)
			if len(api.Sent()) != tt.posts {
				t.Errorf("the API got %d requests, want %d", len(api.Sent()), tt.posts)
			}
			if tt.outcome == "accepted" {
				var receipt struct{ ID string }
				got.decode(t, &receipt)
				if receipt.ID == "" {
					t.Errorf("got %s, want the API's answer with an id", got.out)
				}
				return
			}
			var failed say.Ending
			got.decode(t, &failed)
			if failed.Outcome != tt.outcome || failed.ExitCode != tt.code || failed.HTTPStatus != tt.status || failed.Error == "" {
				t.Errorf("got %+v, want outcome %s, exit code %d, status %d and an error in words", failed, tt.outcome, tt.code, tt.status)
			}
			if (len(failed.Response) > 0) != (tt.status != 0) {
				t.Errorf("got response %s, want one if there was an answer", failed.Response)
			}
		})
	}
}

// The API's own body is an object within the error; what is no JSON is a string.
func TestErrorHoldsResponse(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	var failed struct {
		Response struct {
			Type        string
			FieldErrors []struct{ FieldName string }
		}
	}
	runTelex(t, api.Env(), "", "send", "--json", "--to", "+19995550400", "--text", "Hello").decode(t, &failed)
	if failed.Response.Type != "request-validation" || len(failed.Response.FieldErrors) != 1 {
		t.Errorf("got response %+v, want the API's refusal with one field", failed.Response)
	}
	var page struct{ Response string }
	runTelex(t, api.Env(), "", "send", "--json", "--to", "+19995550502", "--text", "Hello").decode(t, &page)
	if !strings.Contains(page.Response, "<title>502 Bad Gateway</title>") {
		t.Errorf("got response %q, want the gateway's page", page.Response)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	base := clitest.Refusing + "/api/v2"
	t.Run("the API", func(t *testing.T) {
		t.Parallel()
		got := runTelex(t, clitest.Environ(base), "", "send", "--json", "--to", "+12345678902", "--text", "Hello")
		got.want(t, say.ExitUnsent, "connection refused", "after 3 tries", "nothing left this machine")
		var failed say.Ending
		got.decode(t, &failed)
		if failed.Outcome != "unsent" || failed.ExitCode != 7 {
			t.Errorf("got %+v, want outcome unsent and exit code 7", failed)
		}
	})
	t.Run("the API, for each of several", func(t *testing.T) {
		t.Parallel()
		got := runTelex(t, clitest.Environ(base), "", "send", "--individual", "--to", "+12345678902,+12345678903", "--text", "Hello")
		got.want(t, say.ExitUnsent, "+12345678902: no connection", "+12345678903: not tried: there is no connection")
	})
	t.Run("the token endpoint", func(t *testing.T) {
		t.Parallel()
		api := clitest.NewAPI(t)
		env := api.Env("BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret, "TELEX_TOKEN_URL="+base)
		got := runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello")
		got.want(t, say.ExitUnsent, "no access token", "the message was not touched")
		if len(api.Sent()) != 0 {
			t.Errorf("the API got %d messages, want none without a token", len(api.Sent()))
		}
	})
}

func TestOAuth(t *testing.T) {
	t.Parallel()
	t.Run("accepted", func(t *testing.T) {
		t.Parallel()
		api := clitest.NewAPI(t)
		env := api.Env("BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret)
		got := runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello")
		got.want(t, say.ExitOK)
		if api.Tokens() != 1 || len(api.Sent()) != 1 {
			t.Errorf("got %d tokens and %d messages, want one of each from the same host", api.Tokens(), len(api.Sent()))
		}
		for _, auth := range api.Auths() {
			if strings.Contains(got.out+got.err, auth) {
				t.Errorf("the output holds the Authorization header %q", auth)
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		api := clitest.NewAPI(t)
		env := api.Env("BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET=another")
		got := runTelex(t, env, "", "send", "--json", "--to", "+12345678902", "--text", "Hello")
		got.want(t, say.ExitRefused, "refused the client id or secret", "the message was not touched")
		var failed say.Ending
		got.decode(t, &failed)
		if failed.Outcome != "unsent" || failed.ExitCode != 4 || len(api.Sent()) != 0 {
			t.Errorf("got %+v and %d messages, want unsent, 4 and none", failed, len(api.Sent()))
		}
	})
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	env := append([]string{"BW_PASSWORD=wrong"}, api.Env()...)
	runTelex(t, env, "", "send", "--to", "+12345678902", "--text", "Hello").
		want(t, say.ExitRefused, "HTTP 401 Unauthorized, unauthorized: Authentication Failed", "it was not sent and is not billed")
}

// A cancelled send tells the truth about what is known.
func TestCancelled(t *testing.T) {
	t.Parallel()
	t.Run("while waiting for the answer", func(t *testing.T) {
		t.Parallel()
		api := clitest.NewAPI(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-api.Received
			cancel()
		}()
		got := runTelexWithin(ctx, t, api.Env(), "", "send", "--json", "--to", "+19995550003", "--text", "Hello")
		got.want(t, say.ExitUnknown, "stopped after the request was written")
		var failed say.Ending
		got.decode(t, &failed)
		if failed.Outcome != "unknown" || failed.ExitCode != 6 {
			t.Errorf("got %+v, want outcome unknown and exit code 6", failed)
		}
	})
	t.Run("before anything was written", func(t *testing.T) {
		t.Parallel()
		api := clitest.NewAPI(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		got := runTelexWithin(ctx, t, api.Env(), "", "send", "--to", "+12345678902", "--text", "Hello")
		got.want(t, say.ExitUnsent, "stopped before", "nothing left this machine")
		if len(api.Sent()) != 0 {
			t.Errorf("the API got %d messages, want none", len(api.Sent()))
		}
		got = runTelexWithin(ctx, t, nil, "", "send", "--sandbox", "--to", "+12345678902", "--text", "Hello")
		got.want(t, say.ExitUnsent, "stopped before", "nothing left this machine") // the sandbox is not what ended
	})
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	t.Cleanup(other.Close)
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	t.Cleanup(server.Close)
	runTelex(t, clitest.Environ(server.URL), "", "send", "--to", "+12345678902", "--text", "Hello").
		want(t, say.ExitUnknown, "redirect")
}

// The sandbox within the process needs nothing, and takes nothing from the
// environment's account.
func TestSendSandbox(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{nil, clitest.Environ("https://nobody.invalid/api/v2")} {
		got := runTelex(t, env, "", "send", "--sandbox", "--json", "--to", "+12345678902", "--text", "Hello")
		got.want(t, say.ExitOK, "sandbox: nothing is really sent", "accepted")
		var receipt struct{ From, ApplicationID string }
		got.decode(t, &receipt)
		if receipt.From != "+12345678901" || !strings.HasPrefix(receipt.ApplicationID, "93de2206") {
			t.Errorf("got %+v, want the sandbox's number and application", receipt)
		}
	}
	runTelex(t, nil, "", "send", "--sandbox", "--to", "+12345678902", "--text", "Hello", "--app-id", "another").
		want(t, say.ExitRejected, "--application-id")
}
