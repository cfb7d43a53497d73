package messaging

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Retries decide how often is tried what may be tried again, and nothing else.
func TestRetriesChosen(t *testing.T) {
	const trouble = `{"type":"internal-error","description":"try later"}`
	busy := answer(429, `{"type":"request-limit","description":"slow down"}`)
	for name, c := range map[string]struct {
		retries Retries
		step    step
		list    bool
		calls   int
		outcome Outcome
	}{
		"unsent, never again":    {Retries{Unsent: 1}, failing(noConnection()), false, 1, Unsent},
		"unsent, five":           {Retries{Unsent: 5}, failing(noConnection()), false, 5, Unsent},
		"refused, four":          {Retries{Refused: 4}, answer(503, trouble), false, 4, Rejected},
		"refused, never again":   {Retries{Refused: 1}, answer(500, trouble), false, 1, Rejected},
		"limited, twice":         {Retries{Limited: 2}, busy, false, 2, Rejected},
		"a list, six":            {Retries{Reads: 6}, answer(502, "<html>"), true, 6, Unknown},
		"a message that may be":  {Retries{Unsent: 9, Refused: 9, Reads: 9, Limited: 9}, answer(502, "<html>"), false, 1, Unknown},
		"a message of no answer": {Retries{Unsent: 9, Refused: 9, Reads: 9, Limited: 9}, failing(http.ErrServerClosed), false, 1, Unknown},
		"a refusal that lasts":   {Retries{Unsent: 9, Refused: 9, Reads: 9, Limited: 9}, answer(400, refusalJSON), false, 1, Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := &fakeAPI{steps: []step{c.step}}
				client := testClient(t, DefaultBaseURL, WithHTTPClient(&http.Client{Transport: api}), WithRetries(c.retries))
				_, err := client.Send(t.Context(), testMessage())
				if c.list {
					_, err = client.List(t.Context(), Query{MessageID: "m"})
				}
				if got := OutcomeOf(err); api.calls()-btoi(c.list) != c.calls || got != c.outcome {
					t.Errorf("got %d requests and %s, want %d and %s (%v)", api.calls(), got, c.calls, c.outcome, err)
				}
			})
		})
	}
}

// btoi counts the message that is sent before a list.
func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Pauses that are chosen never shorten what the API asks for.
func TestRetriesPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const trouble = `{"type":"internal-error","description":"try later"}`
		api := &fakeAPI{steps: []step{answer(503, trouble), answer(503, trouble), answer(503, trouble, "Retry-After: 7"), answer(202, receiptJSON)}}
		client := testClient(t, DefaultBaseURL, WithHTTPClient(&http.Client{Transport: api}),
			WithRetries(Retries{Refused: 4, FirstPause: 10 * time.Millisecond, LongestPause: 10 * time.Millisecond}))
		if _, err := client.Send(t.Context(), testMessage()); err != nil {
			t.Fatal(err)
		}
		p := api.pauses()
		if p[0] < 5*time.Millisecond || p[0] > 10*time.Millisecond || p[1] > 10*time.Millisecond || p[2] != 7*time.Second {
			t.Errorf("got pauses %v, want two of 10 ms at most, and 7 s", p)
		}
	})
}

func TestRetriesRefused(t *testing.T) {
	for _, r := range []Retries{
		{Unsent: -1},
		{Limited: -1},
		{FirstPause: -1},
		{FirstPause: time.Minute, LongestPause: time.Second},
		{LongestPause: 2 * time.Hour},
	} {
		if _, err := New(testAccount, Basic("user", "secret"), WithRetries(r)); err == nil || !strings.HasPrefix(err.Error(), "retries: ") {
			t.Errorf("%+v: got %v, want an error about retries", r, err)
		}
	}
	// One of the pauses alone draws the other along, and the shortest of all divides by nothing.
	for _, r := range []Retries{{}, {FirstPause: 1}, {LongestPause: 1}, {FirstPause: time.Minute}, {FirstPause: time.Hour}} {
		c, err := r.complete()
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		for n := range 100 {
			if d := c.backoff(n); d < 0 || d > c.LongestPause {
				t.Errorf("%+v: pause %d is %s", r, n, d)
			}
		}
	}
}
