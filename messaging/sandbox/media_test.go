package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestMediaRoundTrip(t *testing.T) {
	for _, tt := range []struct {
		name string // of the upload
		path string // as sent
	}{
		{"a.png", "a.png"},
		{"14762070468292kw2fuqty55yp2b2/0/bw.png", "14762070468292kw2fuqty55yp2b2/0/bw.png"},
		{"14762070468292kw2fuqty55yp2b2/0/bw.png", "14762070468292kw2fuqty55yp2b2%2F0%2Fbw.png"},
		{"../a b?ü%.png", "..%2Fa%20b%3F%C3%BC%25.png"},
		{"a//b/", "a//b/"},
	} {
		t.Run(tt.path, func(t *testing.T) {
			w := newWorld(t)
			put := w.do("PUT", mediaPath+"/"+tt.path, "one", header("Content-Type", "image/png"), header("Cache-Control", "no-cache"))
			if put.status != 204 || put.body != "" {
				t.Fatalf("put: got %d %q, want 204", put.status, put.body)
			}
			got := w.do("GET", mediaPath+"/"+tt.path, "")
			if got.status != 200 || got.body != "one" || got.header.Get("Content-Type") != "image/png" || got.header.Get("Cache-Control") != "no-cache" {
				t.Errorf("get: got %d %q %v", got.status, got.body, got.header)
			}
			list := decode[[]mediaBody](t, w.do("GET", mediaPath, "").body)
			if len(list) != 1 || list[0].MediaName != tt.name || list[0].ContentLength != 3 {
				t.Fatalf("list: got %+v, want %q of 3 bytes", list, tt.name)
			}
			link, err := url.Parse(list[0].Content)
			if err != nil || link.Path != mediaPath+"/"+tt.name || "http://"+link.Host != w.url {
				t.Errorf("list: got link %q (%v), want the path of %q", list[0].Content, err, tt.name)
			}
			if a := w.do("GET", strings.TrimPrefix(list[0].Content, w.url), ""); a.body != "one" {
				t.Errorf("the link leads to %d %q, want the upload", a.status, a.body)
			}
			if del := w.do("DELETE", mediaPath+"/"+tt.path, ""); del.status != 204 {
				t.Errorf("delete: got %d, want 204", del.status)
			}
			if a := w.do("GET", mediaPath+"/"+tt.path, ""); a.status != 404 {
				t.Errorf("after delete: got %d, want 404", a.status)
			}
		})
	}
}

func TestMediaWithoutTypeAndOverwritten(t *testing.T) {
	w := newWorld(t)
	w.do("PUT", mediaPath+"/a", "first", header("Content-Type", "text/plain"), header("Cache-Control", "max-age=1"))
	w.do("PUT", mediaPath+"/a", "2nd", header("Content-Type", ""))
	a := w.do("GET", mediaPath+"/a", "")
	if a.body != "2nd" || a.header.Get("Content-Type") != "application/octet-stream" || a.header.Get("Cache-Control") != "" {
		t.Errorf("got %q %v, want the second upload alone", a.body, a.header)
	}
	if a := w.do("HEAD", mediaPath+"/a", ""); a.status != 200 || a.body != "" || a.header.Get("Content-Length") != "3" {
		t.Errorf("HEAD: got %d %q %v", a.status, a.body, a.header)
	}
	if w.sandbox.media.bytes != len("2nd")+len("application/octet-stream") {
		t.Errorf("got %d bytes accounted for", w.sandbox.media.bytes)
	}
}

func TestMediaAbsent(t *testing.T) {
	w := newWorld(t)
	a := w.do("GET", mediaPath+"/does-not-exist", "")
	if a.status != 404 || decode[problem](t, a.body).Type != "object-not-found" {
		t.Errorf("get: got %d %s, want 404 object-not-found", a.status, a.body)
	}
	if a := w.do("DELETE", mediaPath+"/does-not-exist", ""); a.status != 204 {
		t.Errorf("delete: got %d, want 204", a.status)
	}
	if a := w.do("GET", mediaPath, ""); a.status != 200 || a.body != "[]" {
		t.Errorf("list: got %d %s, want 200 []", a.status, a.body)
	}
	none := func(r *http.Request) { r.Header.Del("Authorization") }
	if a := w.do("GET", mediaPath+"/does-not-exist", "", none); a.status != 401 {
		t.Errorf("without credentials: got %d, want 401", a.status)
	}
}

func TestMediaLimits(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name   string
		size   int
		status int
	}{
		{"a", 0, 204},
		{"b", 3_500_000, 204},
		{"c", 3_500_001, 400},
		{strings.Repeat("d", 1024), 1, 204},
		{strings.Repeat("e", 1025), 1, 400},
		{"%ff", 1, 400},
	} {
		a := w.do("PUT", mediaPath+"/"+tt.name, strings.Repeat("x", tt.size))
		if a.status != tt.status {
			t.Errorf("%.10s of %d bytes: got %d %s, want %d", tt.name, tt.size, a.status, a.body, tt.status)
		}
	}
}

func TestMediaExpires(t *testing.T) {
	w := newWorld(t)
	w.do("PUT", mediaPath+"/a", "x")
	w.clock.advance(48*time.Hour - time.Millisecond)
	if a := w.do("GET", mediaPath+"/a", ""); a.status != 200 {
		t.Errorf("just before 48 h: got %d, want 200", a.status)
	}
	w.clock.advance(time.Millisecond)
	if a := w.do("GET", mediaPath+"/a", ""); a.status != 404 {
		t.Errorf("after 48 h: got %d, want 404", a.status)
	}
	if a := w.do("GET", mediaPath, ""); a.body != "[]" {
		t.Errorf("after 48 h: got list %s, want none", a.body)
	}
}

func TestMediaPages(t *testing.T) {
	w := newWorld(t)
	for i := range 2500 {
		w.sandbox.media.put(fmt.Sprintf("%04d ü", i), upload{stored: epoch})
	}
	token, seen := "", 0
	for page, want := range []int{1000, 1000, 500} {
		a := w.do("GET", mediaPath, "", header("Continuation-Token", token))
		list := decode[[]mediaBody](t, a.body)
		if len(list) != want {
			t.Fatalf("page %d: got %d, want %d", page, len(list), want)
		}
		for _, m := range list {
			if name := fmt.Sprintf("%04d ü", seen); m.MediaName != name {
				t.Fatalf("page %d: got %q, want %q", page, m.MediaName, name)
			}
			seen++
		}
		token = a.header.Get("Continuation-Token")
	}
	if token != "" {
		t.Errorf("last page: got token %q, want none", token)
	}
	if a := w.do("GET", mediaPath, "", header("Continuation-Token", "?")); a.status != 400 {
		t.Errorf("bad token: got %d %s, want 400", a.status, a.body)
	}
}

func TestMediaIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	t.Run("in bytes", func(t *testing.T) {
		var st mediaStore
		big := upload{content: make([]byte, maxUploaded/4), stored: epoch}
		for _, name := range []string{"1", "2", "3", "4"} {
			if !st.put(name, big) {
				t.Fatalf("upload %s was refused", name)
			}
		}
		if st.put("5", upload{content: []byte("x"), stored: epoch}) {
			t.Error("one byte too many was kept")
		}
		if !st.put("1", big) {
			t.Error("an upload could not be overwritten")
		}
		if !st.put("5", upload{content: []byte("x"), stored: epoch.Add(uploadLife)}) {
			t.Error("nothing could be kept after the others expired")
		}
		if st.bytes != 1 || len(st.files) != 1 {
			t.Errorf("got %d bytes in %d files after the others expired, want 1 in 1", st.bytes, len(st.files))
		}
	})
	t.Run("in number", func(t *testing.T) {
		var st mediaStore
		for i := range maxUploads {
			st.put(fmt.Sprint(i), upload{stored: epoch})
		}
		if st.put("more", upload{stored: epoch}) || !st.put("1", upload{stored: epoch}) {
			t.Error("want one more refused, and an old one overwritten")
		}
	})
	t.Run("in words", func(t *testing.T) {
		w := newWorld(t)
		w.sandbox.media.put("big", upload{content: make([]byte, maxUploaded), stored: epoch})
		if a := w.do("PUT", mediaPath+"/a", "x"); a.status != 507 || decode[problem](t, a.body).Type != "sandbox-full" {
			t.Errorf("got %d %s, want 507 sandbox-full", a.status, a.body)
		}
	})
}

// An MMS from a toll-free number with more of the sandbox's own media than 525 KB
// is accepted, and then fails.
func TestTollFreeMediaSize(t *testing.T) {
	const tollFree = "+18005550100"
	w := newWorldOf(t, Config{Numbers: []string{DefaultNumber, tollFree}})
	for name, size := range map[string]int{"half": 262_500, "more": 262_501} {
		w.do("PUT", mediaPath+"/"+name, strings.Repeat("x", size), header("Content-Type", "image/png"))
	}
	own := func(name string) string { return w.url + mediaPath + "/" + name }
	for _, tt := range []struct {
		from  string
		media []string
		want  string
	}{
		{tollFree, []string{own("half"), own("half")}, "DELIVERED 0"},
		{tollFree, []string{own("half"), own("more")}, "FAILED 4411"},
		{DefaultNumber, []string{own("half"), own("more"), own("more")}, "DELIVERED 0"},
		{tollFree, []string{own("more"), own("unknown"), "https://a.example" + mediaPath + "/more"}, "DELIVERED 0"},
	} {
		id := w.create(requestWith("from", tt.from, "media", tt.media)).ID
		w.clock.advance(time.Minute)
		if got := w.stateOf(id, "+12345678902"); got != tt.want {
			t.Errorf("from %s with %v: got %s, want %s", tt.from, tt.media, got, tt.want)
		}
	}
}
