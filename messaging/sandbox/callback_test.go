package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// delivery is one callback that arrived.
type delivery struct {
	after  time.Duration // since the test began
	event  event
	raw    string
	header http.Header
}

// receiver is the far end of callbacks, in a synctest bubble.
type receiver struct {
	began    time.Time
	arrived  chan delivery
	statuses chan int // of the first answers; 200 afterwards; 0: no answer
}

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	d := delivery{after: time.Since(v.began), raw: string(body), header: r.Header}
	var events []event
	if err == nil && json.Unmarshal(body, &events) == nil && len(events) == 1 {
		d.event = events[0]
	}
	status, ok := <-v.statuses
	if !ok {
		status = http.StatusOK
	}
	v.arrived <- d
	if status == 0 {
		<-r.Context().Done()
		return
	}
	w.WriteHeader(status)
}

// callbackWorld is a sandbox in a synctest bubble that posts callbacks to v.
func callbackWorld(t *testing.T, statuses ...int) (*world, *receiver) {
	return callbackWorldOf(t, Config{}, statuses...)
}

// callbackWorldOf is a callbackWorld of which more is wanted.
func callbackWorldOf(t *testing.T, c Config, statuses ...int) (*world, *receiver) {
	v := &receiver{began: time.Now(), arrived: make(chan delivery, 100), statuses: make(chan int, len(statuses))}
	for _, status := range statuses {
		v.statuses <- status
	}
	close(v.statuses)
	w := &world{T: t, url: "http://127.0.0.1", log: make(chan string, 100)}
	c.CallbackURL, c.Log = "http://receiver.example/callbacks", w.logLine
	sb, err := New(t.Context(), c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	sb.courier.client.Transport = serve(t, v)
	w.sandbox, w.http = sb, &http.Client{Transport: serve(t, sb)}
	t.Cleanup(sb.Close)
	return w, v
}

// next are the next n callbacks as they come in.
func (v *receiver) next(n int) []delivery {
	var all []delivery
	for range n {
		all = append(all, <-v.arrived)
	}
	return all
}

// pass lets d pass by the clock of the synctest bubble it is called in.
func pass(d time.Duration) { <-time.After(d) }

func TestCallbacks(t *testing.T) {
	type callback struct {
		after       time.Duration
		kind        string
		description string
		code        int
	}
	delivers := func(last string) []callback {
		return []callback{
			{2 * time.Second, "message-sent", "Message sent to carrier", 0},
			{4 * time.Second, "message-delivered", last, 0},
		}
	}
	tests := []struct {
		name, request string
		want          []callback
	}{
		{"text", requestWith(), delivers("Message delivered to handset.")},
		{"picture", requestWith("media", []string{"http://a.example/b"}), delivers("Message delivered to carrier.")},
		{"refused by Bandwidth", textTo("+19995554432"), []callback{{time.Second, "message-failed", "rejected-forbidden-country", 4432}}},
		{"refused by the carrier", textTo("+19995554720"), append(delivers("")[:1], callback{4 * time.Second, "message-failed", "invalid-destination-address", 4720})},
		{"expires", requestWith("to", "+19995550001", "expiration", "2000-01-01T01:00:00Z"), []callback{
			{time.Hour, "message-failed", "message-not-sent-expiration-date-passed", 4360},
		}},
		{"answered with a cut", textTo("+19995550002"), delivers("Message delivered to handset.")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, v := callbackWorld(t)
				_, _ = w.try("POST", messagesPath, tt.request) // one of them is not answered
				for i, d := range v.next(len(tt.want)) {
					got := callback{d.after, d.event.Type, d.event.Description, d.event.ErrorCode}
					if got != tt.want[i] {
						t.Errorf("callback %d: got %+v, want %+v", i, got, tt.want[i])
					}
				}
				pass(24 * time.Hour)
				if n := len(v.arrived); n != 0 {
					t.Errorf("got %d callbacks more than %d: %s", n, len(tt.want), (<-v.arrived).raw)
				}
			})
		})
	}
}

func TestCallbackBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, v := callbackWorld(t)
		id := w.create(requestWith("to", "+19995554432", "text", "a private matter", "tag", "t", "priority", "high")).ID
		got := v.next(1)[0]
		want := `[{"type":"message-failed","time":"2000-01-01T00:00:01.000000Z","description":"rejected-forbidden-country",` +
			`"to":"+19995554432","errorCode":4432,"message":{"id":"` + id + `","owner":"+12345678901",` +
			`"applicationId":"93de2206-9669-4e07-948d-329f4b722ee2","time":"2000-01-01T00:00:00.000000Z","segmentCount":1,` +
			`"direction":"out","to":["+19995554432"],"from":"+12345678901","text":"","tag":"t","priority":"high"}}]`
		if got.raw != want {
			t.Errorf("got  %s\nwant %s", got.raw, want)
		}
		if got.header.Get("Content-Type") != jsonType || got.header.Get("User-Agent") != "BandwidthAPI/v2" {
			t.Errorf("got header %v", got.header)
		}
	})
}

// One event for each recipient, each with the whole group in it.
func TestCallbacksForGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, v := callbackWorld(t)
		to := []string{"+12345678902", "+19995554432", "+19995550001"}
		w.create(textTo(to...))
		got := map[string]string{}
		for _, d := range v.next(3) {
			got[d.event.To] += strings.TrimPrefix(d.event.Type, "message-") + " "
			if !reflect.DeepEqual(d.event.Message.To, to) {
				t.Errorf("got group %q, want %q", d.event.Message.To, to)
			}
		}
		want := map[string]string{"+12345678902": "sent delivered ", "+19995554432": "failed "}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestCallbackRetries(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name     string
		statuses []int
		want     []time.Duration // when the same callback arrives
	}{
		{"at once", nil, []time.Duration{s}},
		{"other successes", []int{204}, []time.Duration{s}},
		{"after a refusal", []int{404}, []time.Duration{s, 2 * s}},
		{"after a redirect, which is not followed", []int{302}, []time.Duration{s, 2 * s}},
		{"after no answer for 10 s", []int{0}, []time.Duration{s, 12 * s}},
		{"five times in all", []int{500, 503, 400, 500, 500, 500}, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, v := callbackWorld(t, tt.statuses...)
				w.create(textTo("+19995554432")) // one callback
				pass(time.Hour)
				var got []time.Duration
				for range len(v.arrived) {
					got = append(got, (<-v.arrived).after)
				}
				if !reflect.DeepEqual(got, tt.want) {
					t.Errorf("got tries at %v, want %v", got, tt.want)
				}
			})
		})
	}
}

func TestCallbackLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, v := callbackWorld(t, 503)
		id := w.create(textTo("+19995554432")).ID
		v.next(2)
		<-w.log // the request's own
		for _, want := range []string{
			"callback message-failed " + id + " 503, try 1 of 5",
			"callback message-failed " + id + " 200, try 2 of 5",
		} {
			if got := <-w.log; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}

// Close ends callbacks under way and to come; synctest fails the test if one of
// their goroutines is left.
func TestCloseEndsCallbacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, v := callbackWorld(t, 0)
		w.create(textTo("+19995554432"))
		w.create(textTo("+12345678902"))
		v.next(1)
		w.sandbox.Close()
		w.sandbox.Close()
		synctest.Wait() // for one that was written before Close, and is being read
		n := len(v.arrived)
		pass(time.Hour)
		if len(v.arrived) != n {
			t.Errorf("got %d callbacks after Close", len(v.arrived)-n)
		}
	})
}

// A receiver that never answers is not sent more than eight at once.
func TestCallbacksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, v := callbackWorld(t, make([]int, 100)...)
		w.create(textTo("+19995554401", "+19995554403", "+19995554404", "+19995554405", "+19995554406",
			"+19995554407", "+19995554408", "+19995554409", "+19995554410", "+19995554411"))
		pass(5 * time.Second)
		if got := len(v.arrived); got != postsAtOnce {
			t.Errorf("got %d callbacks under way, want %d", got, postsAtOnce)
		}
	})
}

func TestCallbacksAreBounded(t *testing.T) {
	log := make(chan string, 1)
	c := newCourier(Config{CallbackURL: "http://a.example/", Log: func(line string) { log <- line }}.withDefaults())
	body := make([]byte, maxWaiting/2)
	for range 3 {
		c.add(post{name: "x", body: body})
	}
	if len(c.waiting) != 2 || c.bytes != maxWaiting {
		t.Errorf("got %d callbacks of %d bytes, want 2 of %d", len(c.waiting), c.bytes, maxWaiting)
	}
	if got := <-log; got != "callback x dropped: too many are waiting" {
		t.Errorf("got line %q", got)
	}
}

// types is which callbacks came, in order, without what all have in common.
func types(deliveries []delivery) string {
	var all []string
	for _, d := range deliveries {
		all = append(all, strings.TrimPrefix(d.event.Type, "message-"))
	}
	return strings.Join(all, " ")
}

// arrivals are all callbacks for request, in their order.
func arrivals(t *testing.T, c Config, request string) (got []delivery) {
	synctest.Test(t, func(t *testing.T) {
		w, v := callbackWorldOf(t, c)
		w.create(request)
		pass(time.Hour)
		got = v.next(len(v.arrived))
	})
	return got
}

func TestCallbacksAsConfigured(t *testing.T) {
	picture := requestWith("media", []string{"http://a.example/b"})
	for _, tt := range []struct {
		name    string
		config  Config
		request string
		want    string
	}{
		{"SMS with receipts for MMS", Config{MMSReceipts: true}, requestWith(), "sent delivered"},
		{"MMS with receipts", Config{MMSReceipts: true}, picture, "sending sent delivered"},
		{"MMS without", Config{}, picture, "sent delivered"},
		{"chosen types", Config{MMSReceipts: true, CallbackTypes: []string{typeDelivered, typeFailed}}, picture, "delivered"},
		{"chosen types of a failure", Config{CallbackTypes: []string{typeDelivered, typeFailed}}, textTo("+19995554720"), "failed"},
		{"none of the chosen types", Config{CallbackTypes: []string{typeSending}}, requestWith(), ""},
		{"late receipt", Config{}, textTo("+19995550902"), "sent failed delivered"},
		{"no receipt", Config{}, textTo("+19995559902"), "sent failed"},
		{"doubled", Config{CallbackDoubles: true}, requestWith(), "sent sent delivered delivered"},
		{"reordered", Config{CallbackReorder: true, MMSReceipts: true}, picture, "delivered sent sending"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := arrivals(t, tt.config, tt.request)
			if types(got) != tt.want {
				t.Errorf("got %s, want %s", types(got), tt.want)
			}
			for _, d := range got {
				owner := DefaultNumber
				if d.event.Type == typeDelivered {
					owner = d.event.To
				}
				if d.event.Message.Owner != owner {
					t.Errorf("%s: got owner %s, want %s", d.event.Type, d.event.Message.Owner, owner)
				}
				happened, err := time.Parse(callbackFormat, d.event.Time)
				if err != nil || happened.After(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(d.after)) {
					t.Errorf("%s came after %v, before it happened at %v (%v)", d.event.Type, d.after, happened, err)
				}
			}
		})
	}
}

func TestDescriptionOfReceipt(t *testing.T) {
	group := textTo("+12345678902", "+12345678903")
	for _, tt := range []struct {
		receipts bool
		request  string
		want     string
	}{
		{false, requestWith(), "Message delivered to handset."},
		{false, group, "Message delivered to carrier."},
		{true, group, "Message delivered to handset."},
	} {
		got := arrivals(t, Config{MMSReceipts: tt.receipts, CallbackTypes: []string{typeDelivered}}, tt.request)
		if len(got) == 0 || got[0].event.Description != tt.want {
			t.Errorf("receipts %v, %s: got %+v, want %q", tt.receipts, tt.request, got, tt.want)
		}
	}
}

// Events carry the time to the microsecond.
func TestCallbackTimes(t *testing.T) {
	m := &message{created: epoch.Add(45160 * time.Microsecond), turn: epoch.Add(45160 * time.Microsecond), to: []string{"+12345678902"}, from: DefaultNumber}
	e, ok := m.event("+12345678902", m.course("+12345678902")[3], false)
	if !ok || e.Time != "2026-03-01T12:00:02.045160Z" || e.Message.Time != "2026-03-01T12:00:00.045160Z" {
		t.Errorf("got %+v, %v", e, ok)
	}
}

func TestCallbackCredentials(t *testing.T) {
	for _, c := range []Config{{}, {CallbackUser: "the user", CallbackPassword: "hush: *"}} {
		got := arrivals(t, c, textTo("+19995554432"))
		user, password, ok := (&http.Request{Header: got[0].header}).BasicAuth()
		if user != c.CallbackUser || password != c.CallbackPassword || ok != (c.CallbackUser != "") {
			t.Errorf("got %q %q %v, want those of %q", user, password, ok, c.CallbackUser)
		}
	}
}

func TestCallbackRetriesAsConfigured(t *testing.T) {
	for retries, want := range map[int]int{-1: 1, 0: 5, 1: 2, 7: 8} {
		synctest.Test(t, func(t *testing.T) {
			statuses := make([]int, 20)
			for i := range statuses {
				statuses[i] = 500
			}
			w, v := callbackWorldOf(t, Config{CallbackRetries: retries}, statuses...)
			w.create(textTo("+19995554432"))
			pass(24 * time.Hour)
			if got := len(v.arrived); got != want {
				t.Errorf("%d retries: got %d tries, want %d", retries, got, want)
			}
		})
	}
}
