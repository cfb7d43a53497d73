package messaging

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// mediaStore is the least that behaves like the API's media.
type mediaStore struct {
	mu    sync.Mutex
	files map[string]string // escaped path below /media/ → content
	types map[string]string
}

func (s *mediaStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, ok := strings.CutPrefix(r.URL.EscapedPath(), "/users/9900000/media/")
	content, found := s.files[name]
	switch {
	case !ok:
		http.Error(w, "no such path: "+r.URL.EscapedPath(), http.StatusNotFound)
	case r.Method == http.MethodPut:
		body, _ := io.ReadAll(r.Body)
		s.files[name], s.types[name] = string(body), r.Header.Get("Content-Type")
		w.WriteHeader(http.StatusNoContent)
	case !found:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet:
		w.Header().Set("Content-Type", s.types[name])
		_, _ = io.WriteString(w, content)
	case r.Method == http.MethodDelete:
		delete(s.files, name)
		w.WriteHeader(http.StatusNoContent)
	}
}

func TestMediaNames(t *testing.T) {
	store := &mediaStore{files: map[string]string{}, types: map[string]string{}}
	client := testClient(t, handle(t, store.ServeHTTP))
	for name, escaped := range map[string]string{
		"photo.jpg":            "photo.jpg",
		"folder/sub/photo.jpg": "folder/sub/photo.jpg",
		"a b+c&d=e.png":        "a%20b+c&d=e.png",
		"50%.png":              "50%25.png",
		"%2e%2e":               "%252e%252e",
		"a?b#c":                "a%3Fb%23c",
		`back\slash`:           "back%5Cslash",
		"grüße/日本.gif":         "gr%C3%BC%C3%9Fe/%E6%97%A5%E6%9C%AC.gif",
		"semi;colon:at@":       "semi%3Bcolon:at@",
		".hidden":              ".hidden",
		"...":                  "...",
		`quo"te'`:              "quo%22te%27",
	} {
		content := []byte("content of " + name)
		if err := client.Upload(t.Context(), name, "image/png; x=1", content); err != nil {
			t.Errorf("%q: upload: %v", name, err)
			continue
		}
		if got := slices.Collect(maps.Keys(store.files)); len(got) != 1 || got[0] != escaped {
			t.Errorf("%q: got paths %q, want %q", name, got, escaped)
		}
		if want := client.BaseURL() + "/users/9900000/media/"; !strings.HasPrefix(client.MediaURL(name), want) {
			t.Errorf("%q: got URL %s, want one below %s", name, client.MediaURL(name), want)
		}
		m := testMessage()
		m.Media = []string{client.MediaURL(name)}
		if ps := m.Problems(m.Expiration); len(ps) > 0 {
			t.Errorf("%q: got %v, want a URL that can be sent", name, ps)
		}
		var b bytes.Buffer
		if kind, err := client.Download(t.Context(), name, &b); err != nil || b.String() != string(content) || kind != "image/png; x=1" {
			t.Errorf("%q: got %q, %q, %v back, want %q", name, b.String(), kind, err, content)
		}
		if err := client.DeleteMedia(t.Context(), name); err != nil || len(store.files) != 0 {
			t.Errorf("%q: got %v, %d files left, want it gone", name, err, len(store.files))
		}
	}
}

func TestMediaRefusals(t *testing.T) {
	client, api := fakeClient(t, answer(204, ""))
	for _, name := range []string{"", "/", "a//b", "/a", "a/", ".", "..", "../messages", "a/../b", "a/./b", "a\x1bb", "a\nb", "\xff", "a\u202eb"} {
		var w bytes.Buffer
		_, download := client.Download(t.Context(), name, &w)
		for op, err := range map[string]error{
			"upload": client.Upload(t.Context(), name, "", nil), "download": download, "delete": client.DeleteMedia(t.Context(), name),
		} {
			if OutcomeOf(err) != Unsent || !errors.Is(err, ErrInvalid) {
				t.Errorf("%s %q: got %v, want it refused", op, name, err)
				continue
			}
			wantPrintable(t, err.Error())
		}
	}
	if err := client.Upload(t.Context(), "a", "", make([]byte, MaxMediaBytes+1)); OutcomeOf(err) != Unsent || !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v for a file too large, want it refused", err)
	}
	if api.calls() != 0 {
		t.Errorf("got %d requests, want none", api.calls())
	}
	if err := client.Upload(t.Context(), "a", "", make([]byte, MaxMediaBytes)); err != nil || api.calls() != 1 {
		t.Errorf("got %v, %d requests for the largest file, want it sent", err, api.calls())
	}
}

func TestUploadOfNothing(t *testing.T) {
	base := handle(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.Header.Values("Content-Type") != nil {
			t.Errorf("got length %d, %v, type %q, want an empty body", r.ContentLength, r.TransferEncoding, r.Header.Values("Content-Type"))
		}
		w.WriteHeader(http.StatusNoContent)
	})
	if err := testClient(t, base).Upload(t.Context(), "a", "", nil); err != nil {
		t.Error(err)
	}
}

func TestListMedia(t *testing.T) {
	base := handle(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Continuation-Token") {
		case "":
			w.Header().Set("Continuation-Token", "page/2==")
			_, _ = io.WriteString(w, `[{"content":"https://x/a","contentLength":12,"mediaName":"a"},{"mediaName":"b","contentLength":"?"}]`)
		case "page/2==":
			_, _ = io.WriteString(w, `[]`)
		default:
			t.Errorf("got token %q", r.Header.Get("Continuation-Token"))
		}
	})
	client := testClient(t, base)
	files, next, err := client.ListMedia(t.Context(), "")
	if want := []Media{{"a", "https://x/a", 12}, {Name: "b"}}; err != nil || next != "page/2==" || !reflect.DeepEqual(files, want) {
		t.Errorf("got %+v, %q, %v, want %+v and the next page", files, next, err, want)
	}
	if files, next, err = client.ListMedia(t.Context(), next); err != nil || next != "" || len(files) != 0 {
		t.Errorf("got %+v, %q, %v, want the end", files, next, err)
	}
	bad, _ := fakeClient(t, answer(200, `[{"mediaName":`))
	_, _, err = bad.ListMedia(t.Context(), "")
	wantOutcome(t, err, Unknown, 200)
}

func TestDownloadIsBounded(t *testing.T) {
	for _, c := range []struct {
		size     int
		declared int // 0 is chunked
		ok       bool
	}{
		{MaxDownloadBytes, 0, true},
		{MaxDownloadBytes, MaxDownloadBytes, true},
		{MaxDownloadBytes + 1, 0, false},
		{MaxDownloadBytes, MaxDownloadBytes + 1, false}, // cut exactly at the limit
		{100, 200, false},
	} {
		head := "HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\nConnection: close\r\n"
		if c.declared > 0 {
			head += "Content-Length: " + strconv.Itoa(c.declared) + "\r\n"
		}
		s := startRaw(t, false, answering(head+"\r\n"+strings.Repeat("x", c.size)))
		var b bytes.Buffer
		_, err := s.client(t).Download(t.Context(), "a", &b)
		if (err == nil) != c.ok || b.Len() != min(c.size, MaxDownloadBytes) {
			t.Errorf("%d bytes of %d: got %d, %v, want ok %v", c.size, c.declared, b.Len(), err, c.ok)
		}
		if _, requests, _ := s.seen(); requests != 1 {
			t.Errorf("got %d requests, want one: the writer was written to", requests)
		}
	}
}

func TestDownloadFailures(t *testing.T) {
	client, _ := fakeClient(t, answer(404, `{"type":"not-found","description":"no such file"}`))
	var b bytes.Buffer
	_, err := client.Download(t.Context(), "a", &b)
	if e := wantError(t, err, Rejected, 404); e.Type != "not-found" || b.Len() != 0 {
		t.Errorf("got %v and %d bytes, want the API's words and none", err, b.Len())
	}
	full := errors.New("disk full")
	client, api := fakeClient(t, answer(200, "x"))
	_, err = client.Download(t.Context(), "a", failingWriter{full})
	if !errors.Is(err, full) || api.calls() != 1 {
		t.Errorf("got %v after %d calls, want the writer's error after one", err, api.calls())
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// TestMediaName: only an address of the account at the client's own base URL names a file.
func TestMediaName(t *testing.T) {
	t.Parallel()
	client, err := New("9900000", Basic("u", "p"), WithBaseURL("https://api.example/v2"))
	if err != nil {
		t.Fatal(err)
	}
	const base = "https://api.example/v2/users/9900000/media/"
	for address, want := range map[string]string{
		base + "in-1/0/cat.jpg": "in-1/0/cat.jpg", base + "in-1%2F0%2Fa%20b.jpg": "in-1/0/a b.jpg", client.MediaURL("x/ö y"): "x/ö y",
		base: "", base + "../../../else": "", base + "a/%2e%2e/b": "", base + "a?b": "", base + "a#b": "", base + "%zz": "", base + "a%00": "", base + "/a": "",
		"http://api.example/v2/users/9900000/media/a": "", "https://api.example.evil/v2/users/9900000/media/a": "", "https://api.example@evil/v2/users/9900000/media/a": "",
		"https://api.example/v2/users/9900001/media/a": "", "https://u:p@api.example/v2/users/9900000/media/a": "", "": "",
	} {
		if name, ok := client.MediaName(address); name != want || ok != (want != "") {
			t.Errorf("MediaName(%q) = %q, %t, want %q", address, name, ok, want)
		}
	}
}
