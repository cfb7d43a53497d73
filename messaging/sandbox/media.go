package sandbox

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// The limits of uploads. The first four are the API's; "3.5MB" and "525 KB" are
// taken in the sense that refuses more.
// Sources: mmsMessageContentFile in the API's description; the support page on the
// sizes of MMS (12823216); https://dev.bandwidth.com/docs/messaging/media/
const (
	maxUpload   = 3_500_000 // bytes
	maxTollFree = 525_000   // bytes in all files of an MMS from a toll-free number
	uploadLife  = 48 * time.Hour
	mediaAPage  = 1000
	maxName     = 1024 // bytes
	maxUploads  = 10_000
	maxUploaded = 256 << 20 // bytes in all uploads
)

// upload is a file as it was sent. It never changes.
type upload struct {
	content      []byte
	contentType  string
	cacheControl string
	stored       time.Time
}

// bytes is what keeping f costs: a client chooses how long each part is.
func (f upload) bytes() int { return len(f.content) + len(f.contentType) + len(f.cacheControl) }

func (f upload) expired(now time.Time) bool { return now.Sub(f.stored) >= uploadLife }

// mediaStore keeps uploads by name until they expire. Expired ones may still be
// there, but nobody sees them. The zero store is empty; it is safe for
// concurrent use.
type mediaStore struct {
	mu    sync.Mutex
	files map[string]upload
	bytes int // of all files
}

// put keeps f under name in the place of what was there. It is false if that
// would be more than the store holds.
func (st *mediaStore) put(name string, f upload) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.fits(name, f) {
		maps.DeleteFunc(st.files, func(_ string, old upload) bool {
			if old.expired(f.stored) {
				st.bytes -= old.bytes()
			}
			return old.expired(f.stored)
		})
		if !st.fits(name, f) {
			return false
		}
	}
	if st.files == nil {
		st.files = map[string]upload{}
	}
	st.bytes += f.bytes() - st.files[name].bytes()
	st.files[name] = f
	return true
}

// fits reports whether f can be kept under name. The caller holds mu.
func (st *mediaStore) fits(name string, f upload) bool {
	old, replaces := st.files[name]
	return st.bytes-old.bytes()+f.bytes() <= maxUploaded && (replaces || len(st.files) < maxUploads)
}

func (st *mediaStore) get(name string, now time.Time) (upload, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	f, ok := st.files[name]
	return f, ok && !f.expired(now)
}

func (st *mediaStore) remove(name string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.bytes -= st.files[name].bytes()
	delete(st.files, name)
}

// sizes is how many bytes each upload has, by name.
func (st *mediaStore) sizes(now time.Time) map[string]int {
	st.mu.Lock()
	defer st.mu.Unlock()
	sizes := make(map[string]int, len(st.files))
	for name, f := range st.files {
		if !f.expired(now) {
			sizes[name] = len(f.content)
		}
	}
	return sizes
}

func (s *Sandbox) uploadMedia(x *exchange, r *http.Request, name string) {
	if len(name) > maxName || !utf8.ValidString(name) {
		x.refuse(http.StatusBadRequest, "request-validation", "The name of the media must be UTF-8 and have at most 1024 bytes")
		return
	}
	content, err := readBody(x, r, maxUpload)
	if err != nil {
		x.refuse(http.StatusBadRequest, "request-validation", "The media "+err.Error())
		return
	}
	f := upload{
		content:      content,
		contentType:  r.Header.Get("Content-Type"),
		cacheControl: r.Header.Get("Cache-Control"),
		stored:       s.now(),
	}
	if f.contentType == "" {
		f.contentType = "application/octet-stream"
	}
	if !s.media.put(name, f) {
		x.refuse(http.StatusInsufficientStorage, "sandbox-full", "The sandbox holds no more media. Delete some.")
		return
	}
	x.WriteHeader(http.StatusNoContent)
}

func (s *Sandbox) downloadMedia(x *exchange, name string) {
	f, ok := s.media.get(name, s.now())
	if !ok {
		x.refuse(http.StatusNotFound, "object-not-found", "No media has that name")
		return
	}
	if f.cacheControl != "" {
		x.Header().Set("Cache-Control", f.cacheControl)
	}
	x.body(http.StatusOK, f.contentType, f.content)
}

// mediaCode is the delivery error code that the files of m, as far as they are kept
// here, earn it; 0: none.
func (s *Sandbox) mediaCode(m *message, now time.Time) int {
	if productOf(m.from) != "TOLL_FREE" {
		return 0
	}
	total := 0
	for _, link := range m.media {
		u, err := url.Parse(link)
		if err != nil || !isLoopback(u.Host) {
			continue
		}
		if t, ok := parseTarget(u.Path); ok && t.account == s.account && t.resource == "media" {
			f, _ := s.media.get(t.name, now)
			total += len(f.content)
		}
	}
	if total > maxTollFree {
		return codeTooBig
	}
	return 0
}

// deleteMedia answers the same whether there was something to delete, as the
// API does.
func (s *Sandbox) deleteMedia(x *exchange, name string) {
	s.media.remove(name)
	x.WriteHeader(http.StatusNoContent)
}

// mediaBody is one upload in the list.
type mediaBody struct {
	Content       string `json:"content"` // its URL
	ContentLength int    `json:"contentLength"`
	MediaName     string `json:"mediaName"`
}

// listMedia answers with uploads in the order of their names, up to mediaAPage
// after the one in the Continuation-Token, and with a token if there are more.
func (s *Sandbox) listMedia(x *exchange, r *http.Request) {
	if !acceptsJSON(x, r) {
		return
	}
	after, err := base64.StdEncoding.DecodeString(r.Header.Get("Continuation-Token"))
	if err != nil {
		x.refuse(http.StatusBadRequest, "request-validation", "The Continuation-Token is not one of this list's")
		return
	}
	sizes := s.media.sizes(s.now())
	var names []string
	for name := range sizes {
		if name > string(after) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) > mediaAPage {
		names = names[:mediaAPage]
		x.Header().Set("Continuation-Token", base64.StdEncoding.EncodeToString([]byte(names[mediaAPage-1])))
	}
	base := s.address(r, "media") + "/"
	list := make([]mediaBody, len(names))
	for i, name := range names {
		list[i] = mediaBody{base + escapeName(name), sizes[name], name}
	}
	x.json(http.StatusOK, list)
}

// escapeName is name as it stands in a URL, its slashes left alone.
func escapeName(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}
