package messaging

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestGuarded: a try is made only if the guard of its context lets it, and what came of the
// tries before stays so.
func TestGuarded(t *testing.T) {
	no := errors.New("not any more")
	for _, c := range []struct {
		name   string
		status int // of the first try
		lets   int // tries
		want   Outcome
	}{
		{"the first", 0, 0, Unsent},
		{"after a refusal", http.StatusTooManyRequests, 1, Unsent},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked, tried := 0, 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				tried++
				w.Header().Set("Retry-After", "0")
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(`{"type": "message-rate-limit", "description": "Too many"}`))
			}))
			defer server.Close()
			client, err := New("9900000", Basic("user", "password"), WithBaseURL(server.URL))
			if err != nil {
				t.Fatal(err)
			}
			ctx := Guarded(t.Context(), func(context.Context) error {
				if asked++; asked > c.lets {
					return no
				}
				return nil
			})
			_, err = client.Send(ctx, Message{From: "+12345678901", To: []string{"+12345678902"}, Text: "Hello", ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2"})
			if !errors.Is(err, no) || OutcomeOf(err) != c.want || tried != c.lets {
				t.Errorf("%d tries and %v (%v), want %d, %v and the guard's error", tried, err, OutcomeOf(err), c.lets, c.want)
			}
		})
	}
}
