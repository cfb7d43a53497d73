package messaging

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
)

// MediaFacts are what a media URL answered when it was looked at.
type MediaFacts struct {
	Status int
	Type   string // media type without parameters, in lower case; "" if not told
	Size   int64  // bytes; -1 if not told
}

// mediaLookLimit bounds one look.
const mediaLookLimit = 8 * time.Second

// LookAtMedia asks for the head of a media file, with no credentials, following a
// few redirects as Bandwidth does when it fetches the file. It proves little: the
// file may be reachable from Bandwidth and not from here, or the other way round.
// Client must not carry credentials; nil stands for a plain one.
func LookAtMedia(ctx context.Context, client *http.Client, url string) (MediaFacts, error) {
	if client == nil {
		client = NewHTTPClient()
		client.CheckRedirect = nil // Go's own limit of ten
	}
	ctx, cancel := context.WithTimeout(ctx, mediaLookLimit)
	defer cancel()
	facts, err := lookOnce(ctx, client, http.MethodHead, url)
	if err == nil && (facts.Status == http.StatusMethodNotAllowed || facts.Status == http.StatusNotImplemented || facts.Status == http.StatusForbidden) {
		return lookOnce(ctx, client, http.MethodGet, url) // some stores sign for GET only
	}
	return facts, err
}

func lookOnce(ctx context.Context, client *http.Client, method, url string) (MediaFacts, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return MediaFacts{}, fmt.Errorf("%q is not a URL", url)
	}
	resp, err := client.Do(r)
	if err != nil {
		return MediaFacts{}, plainCause(ctx, err)
	}
	_ = resp.Body.Close() // the head is all we want
	facts := MediaFacts{Status: resp.StatusCode, Size: resp.ContentLength}
	if t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil {
		facts.Type = t
	}
	return facts, nil
}

// Limits of MMS media that Bandwidth and the carriers name.
const (
	mostHandsetsBytes = 500_000   // in all, reaches most handsets
	carriersBytes     = 1_000_000 // in all, where the first large carrier stops
)

// Warnings says what may keep a file from arriving. Size is judged by itself.
func (m MediaFacts) Warnings() []string {
	var w []string
	if m.Status != http.StatusOK && m.Status != http.StatusPartialContent {
		return []string{fmt.Sprintf("answers HTTP %d; Bandwidth may get the same", m.Status)}
	}
	switch {
	case m.Size > MaxMediaBytes:
		w = append(w, fmt.Sprintf("is over Bandwidth's %.1f MB for a file", MaxMediaBytes/1e6))
	case m.Size > carriersBytes:
		w = append(w, "is over 1 MB, which some carriers refuse")
	case m.Size > mostHandsetsBytes:
		w = append(w, "is over 500 KB, which some handsets refuse")
	case m.Size < 0:
		w = append(w, "does not tell its size")
	}
	safe := []string{"image/jpeg", "image/jpg", "image/png", "image/gif"}
	switch {
	case m.Type == "":
		w = append(w, "does not tell its type")
	case strings.HasPrefix(m.Type, "text/html"):
		w = append(w, "is a web page, not a file")
	case !slices.Contains(safe, m.Type):
		w = append(w, "may not open on every phone; jpeg, png and gif do")
	}
	return w
}
