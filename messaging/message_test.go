package messaging

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// listOf is a list of records of message "m-1" with these statuses, and one of another
// message, which a filter that is not kept would leave in it.
func listOf(statuses ...string) step {
	records := []string{`{"messageId":"m-2","messageStatus":"DELIVERED"}`}
	for _, s := range statuses {
		records = append(records, `{"messageId":"m-1","messageStatus":"`+s+`","receiveTime":"2026-05-01T12:00:00.5Z"}`)
	}
	return answer(200, `{"totalCount":1,"pageInfo":{},"messages":[`+strings.Join(records, ",")+`]}`)
}

func TestMessage(t *testing.T) {
	client, _ := fakeClient(t, listOf("SENT", "DELIVERED"))
	got, err := client.Message(t.Context(), "m-1")
	if err != nil || len(got) != 2 || got[0].Status != StatusSent || got[1].Status != StatusDelivered {
		t.Errorf("got %+v, %v, want the two records of the message and none of another", got, err)
	}

	client, _ = fakeClient(t, listOf())
	_, err = client.Message(t.Context(), "m-1")
	wantOutcome(t, err, Unknown, 0)
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), `"m-1"`) {
		t.Errorf("got %v, want ErrNotFound with the id", err)
	}

	client, api := fakeClient(t, listOf())
	_, err = client.Message(t.Context(), " ")
	wantOutcome(t, err, Unsent, 0)
	if !errors.Is(err, ErrInvalid) || api.calls() != 0 {
		t.Errorf("got %v and %d requests, want ErrInvalid and none: an id that is empty selects everything", err, api.calls())
	}
}

// A 404 is ErrNotFound of any call, and of a call that creates nothing rejected.
func TestNotFound(t *testing.T) {
	client, _ := fakeClient(t, answer(404, `{"type":"not-found","description":"no such file"}`))
	_, err := client.Download(t.Context(), "a.png", &strings.Builder{})
	wantOutcome(t, err, Rejected, 404)
	if !errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnauthorized) {
		t.Errorf("got %v, want ErrNotFound alone", err)
	}
}

func TestWaitFinal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, api := fakeClient(t,
			listOf(),                       // not listed yet
			listOf("DELIVERED"),            // one of two
			answer(502, "<html>"),          // asked again by List itself
			listOf("DELIVERED", "SENDING"), // not final
			listOf("DELIVERED", "FAILED"))
		var seen []int
		got, err := client.WaitFinal(t.Context(), "m-1", Wait{Recipients: 2, Seen: func(r []Record) { seen = append(seen, len(r)) }})
		if err != nil || len(got) != 2 || got[1].Status != StatusFailed {
			t.Errorf("got %+v, %v, want both final", got, err)
		}
		if want := []int{1, 2, 2}; !slices.Equal(seen, want) {
			t.Errorf("Seen was told of %v records, want %v", seen, want)
		}
		if p := api.pauses(); len(p) != 4 || p[0] != 2*time.Second || p[1] != 4*time.Second || p[3] != 8*time.Second {
			t.Errorf("got pauses %v, want 2 s, 4 s, one of List, 8 s", p)
		}
	})
}

// The end of the context leaves what was seen last, and says why nothing came.
func TestWaitFinalEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 59*time.Second)
		defer cancel()
		client, api := fakeClient(t, listOf("SENT"))
		got, err := client.WaitFinal(ctx, "m-1", Wait{})
		wantOutcome(t, err, Unknown, 0)
		if len(got) != 1 || got[0].Status != StatusSent || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v, %v, want what was seen last and the end of the time", got, err)
		}
		if n := api.calls(); n != 5 { // at 0, 2, 6, 14 and 30 s
			t.Errorf("asked %d times in 59 s, want 5", n)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 59*time.Second)
		defer cancel()
		client, _ := fakeClient(t, listOf())
		_, err := client.WaitFinal(ctx, "m-1", Wait{})
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v, want the end of the time and that it was not found", err)
		}
	})
}

// What another question would not mend ends the waiting at once.
func TestWaitFinalRefused(t *testing.T) {
	for name, s := range map[string]step{
		"credentials": answer(401, `{"type":"unauthorized","description":"no"}`, "WWW-Authenticate: Basic"),
		"no list":     answer(404, `{"type":"not-found","description":"no"}`),
		"bad filter":  answer(400, refusalJSON),
	} {
		t.Run(name, func(t *testing.T) {
			client, api := fakeClient(t, s)
			if _, err := client.WaitFinal(t.Context(), "m-1", Wait{}); err == nil || api.calls() != 1 {
				t.Errorf("got %v after %d requests, want an error after 1", err, api.calls())
			}
		})
	}
	client, api := fakeClient(t, listOf())
	if _, err := client.WaitFinal(t.Context(), "", Wait{}); !errors.Is(err, ErrInvalid) || api.calls() != 0 {
		t.Errorf("got %v after %d requests, want ErrInvalid after none", err, api.calls())
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 5, 1, 12, 0, 0, 5e8, time.UTC)
	for text, want := range map[string]time.Time{"2026-05-01T12:00:00.5Z": at, "2026-05-01T14:00:00.500+02:00": at, "": {}, "soon": {}, "2026-05-01": {}} {
		receipt := &Receipt{Time: text, Expiration: text}
		for _, got := range []time.Time{(Record{ReceiveTime: text}).Received(), receipt.Created(), receipt.Expires()} {
			if !got.Equal(want) {
				t.Errorf("%q: got %v, want %v", text, got, want)
			}
		}
	}
}

// Credentials that are empty are refused before anything is sent with them.
func TestEmptyCredentials(t *testing.T) {
	for _, pair := range [][2]string{{"", ""}, {"user", ""}, {"", "secret"}} {
		if _, err := New(testAccount, Basic(pair[0], pair[1])); !errors.Is(err, ErrNoCredentials) {
			t.Errorf("Basic(%q, %q): got %v, want ErrNoCredentials", pair[0], pair[1], err)
		}
		_, err := OAuth(pair[0], pair[1], "")
		wantOutcome(t, err, Unsent, 0)
		if !errors.Is(err, ErrNoCredentials) {
			t.Errorf("OAuth(%q, %q): got %v, want ErrNoCredentials", pair[0], pair[1], err)
		}
	}
	if _, err := New(testAccount, nil); !errors.Is(err, ErrNoCredentials) {
		t.Errorf("nil: got %v, want ErrNoCredentials", err)
	}
	if _, err := New(testAccount, quietAuth{}); err != nil {
		t.Errorf("an Authorizer of somebody else: %v", err)
	}
}

// quietAuth authorises by something that is no header.
type quietAuth struct{}

func (quietAuth) Authorize(*http.Request) error { return nil }
