package messaging

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// mediaHost serves files, and notes what it was asked.
type mediaHost struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
}

func newMediaHost(t *testing.T, h http.HandlerFunc) *mediaHost {
	t.Helper()
	m := &mediaHost{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		m.asked = append(m.asked, r)
		m.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *mediaHost) requests() []*http.Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

// lookAsPublic is a look for which 127.0.0.1 is a public address, and no other is.
func lookAsPublic() *mediaLook {
	l := newMediaLook("telex/1.0")
	l.inner = func(ip netip.Addr) bool { return ip.Unmap() != netip.AddrFrom4([4]byte{127, 0, 0, 1}) }
	return l
}

func file(kind string, size int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if kind != "" {
			w.Header().Set("Content-Type", kind)
		} else {
			w.Header()["Content-Type"] = nil
		}
		if size >= 0 {
			w.Header().Set("Content-Length", fmt.Sprint(size))
		}
		w.WriteHeader(http.StatusOK)
		if f, ok := w.(http.Flusher); ok && size < 0 {
			f.Flush()
		}
	}
}

func TestMediaFacts(t *testing.T) {
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want MediaFacts
		warn string // of all warnings; "" for none
	}{
		{"a picture", file("image/png", 1234), MediaFacts{200, "image/png", 1234}, ""},
		{"with parameters", file("IMAGE/JPEG; q=1", 1), MediaFacts{200, "image/jpeg", 1}, ""},
		{"half a megabyte", file("image/gif", 500_001), MediaFacts{200, "image/gif", 500_001}, "over 500 KB"},
		{"a megabyte", file("image/gif", 1_000_001), MediaFacts{200, "image/gif", 1_000_001}, "over 1 MB"},
		{"too large", file("image/gif", 9_000_000), MediaFacts{200, "image/gif", 9_000_000}, "Bandwidth's"},
		{"no size", file("image/png", -1), MediaFacts{200, "image/png", -1}, "its size"},
		{"no type", file("", 1), MediaFacts{200, "", 1}, "its type"},
		{"nonsense as a type", file(";;", 1), MediaFacts{200, "", 1}, "its type"},
		{"a page", file("text/html; charset=utf-8", 1), MediaFacts{200, "text/html", 1}, "a web page"},
		{"a film", file("video/mp4", 1), MediaFacts{200, "video/mp4", 1}, "every phone"},
		{"gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, MediaFacts{404, "", -1}, "HTTP 404"},
	} {
		host := newMediaHost(t, c.h)
		got, err := LookAtMedia(t.Context(), host.URL+"/a", "")
		if c.want.Size == -1 && got.Status == 404 {
			got.Size, got.Type = -1, ""
		}
		if err != nil || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v", c.name, got, err, c.want)
		}
		if said := strings.Join(got.Warnings(), "; "); (said == "") != (c.warn == "") || !strings.Contains(said, c.warn) {
			t.Errorf("%s: got warnings %q, want %q", c.name, said, c.warn)
		}
		asked := host.requests()
		if len(asked) != 1 || asked[0].Method != http.MethodHead || asked[0].UserAgent() != "telex" || asked[0].Header.Get("Authorization") != "" {
			t.Errorf("%s: got %d requests, want one HEAD by telex without credentials", c.name, len(asked))
		}
	}
}

// TestMediaSignedForGet: some stores refuse a HEAD and answer a GET, of which no more
// than the head is read.
func TestMediaSignedForGet(t *testing.T) {
	for _, status := range []int{403, 405, 501} {
		host := newMediaHost(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				w.WriteHeader(status)
				return
			}
			file("image/png", 3_000_000)(w, r)
		})
		got, err := LookAtMedia(t.Context(), host.URL, "")
		if want := (MediaFacts{200, "image/png", 3_000_000}); err != nil || got != want || len(host.requests()) != 2 {
			t.Errorf("HEAD gives %d: got %+v, %v after %d requests, want %+v after 2", status, got, err, len(host.requests()), want)
		}
	}
}

// TestMediaRedirects: they are followed without a Referer, a few, and from a public
// address to no other kind.
func TestMediaRedirects(t *testing.T) {
	end := newMediaHost(t, file("image/png", 7))
	endPort := strings.TrimPrefix(end.URL, "http://127.0.0.1:")
	to := ""
	hops := 0
	start := newMediaHost(t, func(w http.ResponseWriter, r *http.Request) {
		hops++
		http.Redirect(w, r, strings.ReplaceAll(to, "HOP", fmt.Sprint(hops)), http.StatusFound)
	})
	for _, c := range []struct {
		to     string
		ok     bool
		public bool // 127.0.0.1 counts as public
		want   string
	}{
		{end.URL + "/end", true, true, ""},
		{"http://localhost:" + endPort + "/end", false, true, "from a public address"},
		{"http://LOCALHOST.:" + endPort + "/end", false, true, "from a public address"},
		{"http://127.0.0.2:" + endPort + "/end", false, true, "from a public address"},
		{"http://[::1]:" + endPort + "/end", false, true, "from a public address"},
		{"http://169.254.169.254/latest/meta-data", false, true, "from a public address"},
		{"http://localhost:" + endPort + "/end", true, false, ""}, // it began within
		{"http://user:hunter2@127.0.0.1:" + endPort + "/end", false, true, "user name or password"},
		{"ftp://127.0.0.1/a", false, true, "not a web address"},
		{"file:///etc/passwd", false, true, "not a web address"},
		{start.URL + "/HOP", false, true, "more than 5 times"},
	} {
		to, hops = c.to, 0
		end.mu.Lock()
		end.asked = nil
		end.mu.Unlock()
		l := newMediaLook("telex/1.0")
		if c.public {
			l = lookAsPublic()
		}
		got, err := l.at(t.Context(), start.URL+"/secret-path")
		if c.ok && (err != nil || got != MediaFacts{200, "image/png", 7}) {
			t.Errorf("to %s: got %+v, %v, want the file", c.to, got, err)
		}
		if !c.ok && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("to %s: got %+v, %v, want %q", c.to, got, err, c.want)
		}
		asked := end.requests()
		if c.ok != (len(asked) == 1) {
			t.Errorf("to %s: got %d requests at the end, want one only if it is followed", c.to, len(asked))
		}
		for _, r := range asked {
			if r.Referer() != "" || r.UserAgent() != "telex/1.0" {
				t.Errorf("to %s: got Referer %q, User-Agent %q, want none and telex/1.0", c.to, r.Referer(), r.UserAgent())
			}
		}
	}
}

// TestMediaRebinding: a name that leads to a public address and then within is not
// followed, though its URL looks the same.
func TestMediaRebinding(t *testing.T) {
	var names fakeNames
	resolver := names.resolver(t)
	var port string
	host := newMediaHost(t, func(w http.ResponseWriter, r *http.Request) {
		names.answer(127, 0, 0, 2)
		http.Redirect(w, r, "http://rebind.test:"+port+"/again", http.StatusFound)
	})
	port = strings.TrimPrefix(host.URL, "http://127.0.0.1:")
	names.answer(127, 0, 0, 1)
	l := lookAsPublic()
	l.dialer.Resolver = resolver
	_, err := l.at(t.Context(), "http://rebind.test:"+port+"/")
	if !errors.Is(err, errInner) || len(host.requests()) != 1 {
		t.Errorf("got %v after %d requests, want it not followed after one", err, len(host.requests()))
	}
}

// fakeNames is a name server with one address for every name.
type fakeNames struct {
	mu sync.Mutex
	ip [4]byte
}

func (f *fakeNames) answer(a, b, c, d byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ip = [4]byte{a, b, c, d}
}

// resolver asks f, over a connection within the test.
func (f *fakeNames) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = server.WriteTo(f.reply(buf[:n]), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// reply answers one question (RFC 1035, 4).
func (f *fakeNames) reply(query []byte) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5 // the root, type and class
	isA := query[end-3] == 1
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[12:end]...)
	if isA {
		f.mu.Lock()
		defer f.mu.Unlock()
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		reply = append(reply, f.ip[:]...)
	}
	return reply
}

func TestMediaThroughProxy(t *testing.T) {
	l := lookAsPublic()
	l.proxied.Store(true)
	if err := l.mayDial("tcp", "10.0.0.1:3128", nil); err != nil {
		t.Errorf("got %v for the proxy of this network, want it dialled", err)
	}
	l.public.Store(true)
	for host, want := range map[string]bool{"10.0.0.1": true, "localhost": true, "a.localhost": true, "example.org": false, "127.0.0.1": false} {
		next := &http.Request{URL: &url.URL{Scheme: "http", Host: host}, Header: http.Header{}}
		if err := l.redirect(next, nil); (err != nil) != want {
			t.Errorf("%s: got %v, want refused %v", host, err, want)
		}
	}
}

func TestMediaURLWithPassword(t *testing.T) {
	host := newMediaHost(t, file("image/png", 1))
	for _, address := range []string{
		strings.Replace(host.URL, "http://", "http://user:hunter2@", 1), strings.Replace(host.URL, "http://", "http://hunter2@", 1),
		"http://user:hunter2@exa mple.com/", "https://", "mailto:hunter2", "://hunter2",
	} {
		if facts, err := LookAtMedia(t.Context(), address, ""); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %+v, %v, want an error without the password", address, facts, err)
		}
	}
	if n := len(host.requests()); n != 0 {
		t.Errorf("got %d requests, want none", n)
	}
}

// TestSlowMedia: a look ends with its context, and is not waited for longer than that.
func TestSlowMedia(t *testing.T) {
	asked, over := make(chan struct{}), make(chan struct{})
	host := newMediaHost(t, func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-over
	})
	defer close(over)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-asked
		cancel()
	}()
	if _, err := LookAtMedia(ctx, host.URL, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if _, err := LookAtMedia(late, host.URL, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the end of the time", err)
	}
}

func TestInnerAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true, "0.0.0.0": true, "::": true,
		"10.1.2.3": true, "172.16.0.1": true, "172.31.255.255": true, "192.168.1.5": true, "fd00::1": true, "fc00::1": true,
		"169.254.169.254": true, "fe80::1": true, "fe80::1%eth0": true, "100.64.0.1": true, "224.0.0.1": true, "ff02::1": true,
		"255.255.255.255": true, "198.18.0.1": true, "192.0.0.1": true, "64:ff9b::a00:1": true, "64:ff9b::7f00:1": true,
		"2002:a00:1::": true, "2002:7f00:1::1": true, "fec0::1": true, "::ffff:10.0.0.1": true,
		"8.8.8.8": false, "172.32.0.1": false, "100.128.0.1": false, "2606:4700::1111": false, "::ffff:8.8.8.8": false,
		"64:ff9b::808:808": false, "2002:808:808::1": false, "11.0.0.1": false,
	} {
		if got := isInner(netip.MustParseAddr(address)); got != want {
			t.Errorf("isInner(%s): got %v, want %v", address, got, want)
		}
	}
}
