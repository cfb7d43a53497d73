package sandbox

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// newQuietWorld is a world in a synctest bubble, by the bubble's clock.
func newQuietWorld(t *testing.T) *world {
	w := &world{T: t, url: "http://127.0.0.1", log: make(chan string, 10)}
	sb, err := New(t.Context(), Config{Log: w.logLine})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	w.sandbox, w.http = sb, &http.Client{Transport: serve(t, sb)}
	t.Cleanup(sb.Close)
	return w
}

func TestSilenceEndsWithTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuietWorld(t)
		start := time.Now()
		got := w.create(textTo("+19995550003"))
		if took := time.Since(start); took != 120*time.Second {
			t.Errorf("got an answer after %v, want 2m0s", took)
		}
		if created := w.sandbox.Created(); len(created) != 1 || created[0].ID != got.ID || !created[0].Time.Equal(start) {
			t.Errorf("got %+v, want %s created at %v", created, got.ID, start)
		}
	})
}

func TestSilenceEndsWithTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuietWorld(t)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		_, err := w.try("POST", messagesPath, textTo("+19995550003"), func(r *http.Request) { *r = *r.WithContext(ctx) })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v, want the deadline", err)
		}
		<-w.log // the handler is done
		if took := time.Since(start); took != 7*time.Second {
			t.Errorf("the sandbox let go after %v, want 7s", took)
		}
	})
}

func TestSilenceEndsWithTheSandbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuietWorld(t)
		start := time.Now()
		time.AfterFunc(5*time.Second, w.sandbox.Close)
		if a, err := w.try("POST", messagesPath, textTo("+19995550003")); err == nil {
			t.Errorf("got %+v, want no answer", a)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("the sandbox let go after %v, want 5s", took)
		}
	})
}
