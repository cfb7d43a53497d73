package sandbox

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// newWorldOf is newWorld of which more is wanted.
func newWorldOf(t *testing.T, c Config) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{now: epoch}, log: make(chan string, 100)}
	c.Now, c.Log = w.clock.Now, w.logLine
	w.sandbox = newSandbox(t, c)
	server := httptest.NewServer(w.sandbox)
	t.Cleanup(func() {
		w.sandbox.Close()
		server.Close()
	})
	w.url, w.http = server.URL, server.Client()
	return w
}

// wantFull checks that a is the 429 of a full queue, with no word on when to try again.
func (w *world) wantFull(a answer, words string) {
	w.Helper()
	_, has := a.header["Retry-After"]
	p := decode[problem](w.T, a.body)
	if a.status != http.StatusTooManyRequests || has || p.Type != "max-message-queue-size-exceeded" || !strings.Contains(p.Description, words) {
		w.Errorf("got %d %s %v, want a full queue, %q and no Retry-After", a.status, a.body, a.header, words)
	}
}

// A queue that never empties says nothing about when to come back.
func TestRecipientWithQueueThatStaysFull(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		w.wantFull(w.do("POST", messagesPath, textTo("+19995550430")),
			"The SMS queue for your account is full and cannot accept more messages right now. Your allowed rate is "+
				"60 messages per minute. The capacity of this queue is 900 messages (15 minutes).")
	}
	if n := len(w.sandbox.Created()); n != 0 {
		t.Errorf("got %d messages created, want none", n)
	}
}

// The queue counts segments, and those of the whole account.
func TestQueueCountsSegmentsPerAccount(t *testing.T) {
	const other = "+19195551212"
	two := strings.Repeat("a", 161)
	picture := []string{"http://a.example/b"}
	for _, tt := range []struct {
		name    string
		request string
		load    int
	}{
		{"text", requestWith(), 1},
		{"long text", requestWith("text", two), 2},
		{"another sender", requestWith("from", other, "text", two), 2},
		{"sender id", requestWith("from", "Acme"), 1},
		{"picture with a long text", requestWith("text", two, "media", picture), 1},
		{"group", requestWith("to", numbers(7), "text", two), 7},
		{"group with a picture", requestWith("to", numbers(3), "media", picture), 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorldOf(t, Config{Numbers: []string{DefaultNumber, other}, Rate: Rate{1, time.Second}, Queue: 10})
			for range 10 - tt.load {
				w.create(requestWith())
			}
			w.create(tt.request)
			w.wantFull(w.do("POST", messagesPath, requestWith("from", other)), "capacity of this queue is 10 messages (0.167 minutes)")
			w.clock.advance(time.Second)
			w.create(requestWith())
			w.wantFull(w.do("POST", messagesPath, requestWith("priority", "high")), "is full")
		})
	}
}

// In any second no more leaves the queue than the rate, and what waits is QUEUED.
func TestQueueDrainsAtTheRate(t *testing.T) {
	w := newWorldOf(t, Config{Rate: Rate{2, time.Second}, Queue: 900})
	for range 900 {
		w.create(requestWith())
	}
	w.wantFull(w.do("POST", messagesPath, requestWith()), "rate is 120 messages per minute. The capacity of this queue is 900 messages (7.5 minutes)")
	for _, seconds := range []int{0, 1, 2, 10, 449, 450} {
		w.clock.advance(epoch.Add(time.Duration(seconds)*time.Second + sendingAfter).Sub(w.clock.Now()))
		waiting := w.list("messageStatus=QUEUED&limit=1").TotalCount
		if want := max(900-2*seconds-1, 0); waiting != want {
			t.Errorf("after %d s: got %d in the queue, want %d", seconds, waiting, want)
		}
	}
}

// An expiration that comes before its turn ends a message in the queue.
func TestQueueAndExpiration(t *testing.T) {
	w := newWorldOf(t, Config{Rate: Rate{1, time.Minute}})
	w.create(requestWith())
	m := w.create(requestWith("to", "+12345678903", "expiration", epoch.Add(30*time.Second).Format(time.RFC3339)))
	w.clock.advance(time.Hour)
	if got := w.stateOf(m.ID, "+12345678903"); got != "FAILED 4360" {
		t.Errorf("got %s, want FAILED 4360", got)
	}
}

func TestQueueIsNotLimitedByDefault(t *testing.T) {
	w := newWorld(t)
	for range 1000 {
		w.create(textTo("+12345678902"))
	}
}

// The list answers so many requests in a window, and says when the next one begins.
func TestListRate(t *testing.T) {
	w := newWorldOf(t, Config{ListRate: Rate{3, 5 * time.Minute}})
	ask := func(want int, after string) {
		t.Helper()
		a := w.do("GET", messagesPath+"?limit=1", "")
		if a.status != want || a.header.Get("Retry-After") != after {
			t.Fatalf("got %d %v, want %d and Retry-After %q", a.status, a.header, want, after)
		}
		if want == 429 && decode[problem](t, a.body).Type != "rate_limit_exceeded" {
			t.Errorf("got %s", a.body)
		}
	}
	ask(200, "")
	w.clock.advance(time.Minute)
	ask(200, "")
	ask(200, "")
	ask(429, "240")
	w.create(requestWith()) // only the list is limited
	w.clock.advance(4*time.Minute - time.Millisecond)
	ask(429, "1")
	w.clock.advance(time.Millisecond)
	ask(200, "")
	ask(200, "")
	ask(200, "")
	ask(429, "300")
}

func TestListRateOfTheAPI(t *testing.T) {
	sb := newSandbox(t, Config{})
	for range 3500 {
		if _, ok := sb.lists.admit(epoch); !ok {
			t.Fatal("got fewer than 3,500 requests")
		}
	}
	if left, ok := sb.lists.admit(epoch); ok || left != 5*time.Minute {
		t.Errorf("got %v, %v, want a refusal for 5 minutes", left, ok)
	}
	sb = newSandbox(t, Config{ListRate: NoLimit})
	for range 4000 {
		if _, ok := sb.lists.admit(epoch); !ok {
			t.Fatal("got a refusal without a limit")
		}
	}
}

func TestRateAsText(t *testing.T) {
	for text, want := range map[string]Rate{
		"1/s": {1, time.Second}, "60/m": {60, time.Minute}, "3500/5m": {3500, 5 * time.Minute}, "2/1.5s": {2, 1500 * time.Millisecond},
		"10/h": {10, time.Hour}, "11/11s": {11, 11 * time.Second}, "1/100ms": {1, 100 * time.Millisecond}, "none": NoLimit,
	} {
		var got, again Rate
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
		if err := again.UnmarshalText([]byte(got.String())); err != nil || again != got {
			t.Errorf("%s is written %s, which is read as %v, %v", text, got, again, err)
		}
	}
	for text, want := range map[Rate]string{{3500, 5 * time.Minute}: "3500/5m", {1, time.Second}: "1/s", {2, time.Hour}: "2/h", {2, time.Minute}: "2/m", {}: "none"} {
		if text.String() != want {
			t.Errorf("got %s, want %s", text, want)
		}
	}
	for _, text := range []string{"", "1", "/s", "0/s", "-1/s", "1/", "1/0s", "1/-1s", "x/s", "1/x", "1/25h", "1/1ns", "1000001/s", "1/s/s", strings.Repeat("9", 99) + "/s"} {
		if err := new(Rate).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}

// Whatever comes and when, no more is let through than the rate and one queue full.
func FuzzQueue(f *testing.F) {
	f.Add([]byte{1, 0, 7, 3, 250, 9})
	f.Fuzz(func(t *testing.T, steps []byte) {
		q := sendQueue{rate: Rate{1, time.Second}, capacity: 20}
		now, admitted, last := epoch, 0, epoch
		for i, step := range steps {
			if i%2 == 0 {
				now = now.Add(time.Duration(step) * 100 * time.Millisecond)
				continue
			}
			segments := int(step%14) + 1
			turn, ok := q.admit(segments, now)
			if !ok {
				continue
			}
			if turn.Before(now) || turn.Before(last) {
				t.Fatalf("a turn at %v, after one at %v, is too early at %v", turn, last, now)
			}
			last = turn.Add(time.Duration(segments) * time.Second)
			admitted += segments
			if most := int(now.Sub(epoch)/time.Second) + 1 + 20; admitted > most {
				t.Fatalf("%s segments by %v, want at most %d", strconv.Itoa(admitted), now.Sub(epoch), most)
			}
		}
	})
}
