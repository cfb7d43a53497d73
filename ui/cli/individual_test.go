package cli

import (
	"context"
	"strings"
	"testing"

	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestIndividual: each gets a message of their own, and has a line, or an ending, of their own.
func TestIndividual(t *testing.T) {
	t.Parallel()
	t.Run("accepted", func(t *testing.T) {
		t.Parallel()
		api := clitest.NewAPI(t)
		got := runTelex(t, api.Env(), "", "send", "--individual", "--text", "Hello", "--to", "+12345678902,+12345678903")
		got.want(t, say.ExitOK, "+12345678902: accepted", "+12345678903: accepted")
		sent, lines := api.Sent(), strings.Split(strings.TrimSuffix(got.out, "\n"), "\n")
		for i, to := range []string{"+12345678902", "+12345678903"} {
			if want := `"to":["` + to + `"]`; i >= len(sent) || !strings.Contains(sent[i], want) {
				t.Errorf("message %d: got %v, want %s in it", i, sent, want)
			}
			if i >= len(lines) || !strings.HasPrefix(lines[i], to+"\t") || len(lines[i]) != len(to)+1+29 {
				t.Errorf("line %d of stdout: got %q, want number, tab, id", i, lines)
			}
		}
		if strings.Contains(got.err, "group") {
			t.Errorf("got stderr %q, want nothing about a group", got.err)
		}
	})
	t.Run("to one", func(t *testing.T) {
		t.Parallel()
		api := clitest.NewAPI(t)
		var endings []say.Ending
		runTelex(t, api.Env(), "", "send", "--individual", "--json", "--text", "Hello", "--to", "+12345678902").decode(t, &endings)
		if len(endings) != 1 {
			t.Errorf("got %+v, want an array of one: its form must not depend on how many there are", endings)
		}
	})
}

// TestIndividualEndings: the worst ending decides, and what would fail alike is not tried.
func TestIndividualEndings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		to       string
		more     []string
		code     say.Code
		codes    []say.Code
		outcomes []string
		posts    int
	}{
		{
			"one of each", "+12345678902,+19995550400,+19995550002,+12345678903", nil, 6,
			[]say.Code{0, 3, 6, 0},
			[]string{"accepted", "rejected", "unknown", "accepted"},
			4,
		},
		{
			"credentials refused", "+12345678902,+19995550401,+12345678903,+12345678904",
			[]string{"--parallel", "1"},
			4,
			[]say.Code{0, 4, 7, 7},
			[]string{"accepted", "rejected", "unsent", "unsent"},
			2,
		},
		{ // the API asks for an hour, which is more than there is
			"queue full", "+12345678902,+19995550429,+12345678903,+12345678904",
			[]string{"--parallel", "1"},
			5,
			[]say.Code{0, 5, 7, 7},
			[]string{"accepted", "rejected", "unsent", "unsent"},
			2,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := clitest.NewAPI(t)
			if tt.code == say.ExitLimited {
				api.RetryAfter = "3600"
			}
			args := append([]string{"send", "--individual", "--json", "--text", "Hello", "--to", tt.to}, tt.more...)
			got := runTelex(t, api.Env(), "", args...)
			got.want(t, tt.code)
			var endings []say.Ending
			got.decode(t, &endings)
			if len(endings) != len(tt.codes) || len(api.Sent()) != tt.posts {
				t.Fatalf("got %d endings of %d requests, want %d of %d", len(endings), len(api.Sent()), len(tt.codes), tt.posts)
			}
			for i, e := range endings {
				if to := strings.Split(tt.to, ",")[i]; e.To != to || e.ExitCode != tt.codes[i] || e.Outcome != tt.outcomes[i] {
					t.Errorf("ending %d: got %+v, want to %s, exit code %d, outcome %s", i, e, to, tt.codes[i], tt.outcomes[i])
				}
				if answered := e.HTTPStatus != 0; answered != (len(e.Response) > 0) || (e.Error == "") != (e.ExitCode == 0) {
					t.Errorf("ending %d: got %+v, want a response if there was an answer, and an error if it failed", i, e)
				}
			}
		})
	}
}

// After a cancel the messages that are left are not tried, and the truth is told
// of each.
func TestIndividualCancelled(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-api.Received
		cancel()
	}()
	got := runTelexWithin(ctx, t, api.Env(), "", "send", "--individual", "--text", "Hello", "--to", "+19995550003,+12345678902")
	got.want(t, say.ExitUnknown, "+19995550003: stopped after the request was written", "+12345678902: not tried: stopped")
	if len(api.Sent()) != 1 || got.out != "" {
		t.Errorf("got %d requests and stdout %q, want one and nothing", len(api.Sent()), got.out)
	}
}

// On 429 the run ends: nobody else's number is knocked at, each is told why it was not
// tried, and the next telex has nothing to tell.
func TestIndividualLimited(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	api.RetryAfter = "3600" // longer than any limit, so that nobody waits for it
	env := stateIn(t.TempDir(), api.Env())
	got := runTelex(t, env, "", "send", "--individual", "--text", "Hello", "--to", "+19995550429,+12345678902,+12345678903")
	const why = "not tried: Bandwidth accepts no more messages for now (HTTP 429)"
	got.want(t, say.ExitLimited, "+12345678902: "+why, "+12345678903: "+why)
	if len(api.Sent()) != 1 {
		t.Errorf("got %d requests, want those of the first recipient only", len(api.Sent()))
	}
	if next := runTelex(t, env, "", "history"); strings.Contains(next.err, "from before") {
		t.Errorf("got stderr %q of the next telex, want no story that never happened", next.err)
	}
	runTelex(t, env, "", "show", "3").want(t, say.ExitOK)
}
