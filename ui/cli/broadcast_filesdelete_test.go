package cli

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// A shelf is an API of which it is known which files are stored there.
type shelf struct {
	mu    sync.Mutex
	files []string
}

// newShelf is one in front of an API, and its base URL.
func newShelf(t *testing.T, api *clitest.API) (*shelf, string) {
	t.Helper()
	s := &shelf{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		switch r.Method {
		case http.MethodPut:
			s.files = append(s.files, r.URL.Path)
		case http.MethodDelete:
			s.files = slices.DeleteFunc(s.files, func(path string) bool { return path == r.URL.Path })
		}
		s.mu.Unlock()
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return s, server.URL + sandbox.BasePath
}

func (s *shelf) has() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.files)
}

// through is what becomes of all messages of a broadcast in the end.
func through(t *testing.T, o *outbox.Outbox, run int64) {
	t.Helper()
	page, err := o.RunPeople(t.Context(), run, outbox.PeopleFilter{}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range page {
		if p.Message == 0 {
			continue
		}
		if _, err := o.Deliver(t.Context(), p.Message, []messaging.Record{{MessageID: p.Entry.MessageID, Destination: p.Number, Status: messaging.StatusDelivered}}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBroadcastMediaDelete: with media_delete the files of a broadcast are deleted when it is
// through, and not before, nor one that another message needs; without it they stay.
func TestBroadcastMediaDelete(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	c := newClock()
	api := clitest.NewAPIAt(t, c.now)
	files, base := newShelf(t, api)
	w := newWorld(t, "BW_CLIENT_ID="+clitest.ClientID, "BW_CLIENT_SECRET="+clitest.ClientSecret)
	w.now = c.now
	profile := func(lines ...string) {
		w.configure(profileOf("main", api, append(lines, `base_url = "`+base+`"`, `token_url = "`+strings.TrimSuffix(base, sandbox.BasePath)+`/api/v1/oauth2/token"`)...))
	}
	picture := pictureFile(t)
	start := func(text string) ended {
		t.Helper()
		return w.run("", fast(peopleFile(t, "phone\n+19195550101\n+19195550102\n"), "--text", text, "--media", picture, "--yes")...)
	}
	profile("media_delete = true")
	start("first").want(t, say.ExitOK, "its file stays at Bandwidth until every message is through; then telex work deletes what is left")
	o := outboxIn(t, filepath.Join(w.home, ".local", "state"))
	r, err := o.Run(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	through(t, o, 1)
	// Somebody has the same picture sent once more, later.
	ids, err := o.Schedule(t.Context(), outbox.Plan{By: r.Broadcast.By, Yes: true, Messages: []messaging.Message{{
		From: sandbox.DefaultNumber, To: []string{"+19195550103"}, Media: r.Broadcast.Media, ApplicationID: sandbox.DefaultApplicationID,
	}}}, outbox.WhenAt(c.now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	w.run("", "work", "--once").want(t, say.ExitOK)
	if n := files.has(); n != 1 {
		t.Fatalf("%d files are there while a message needs one, want 1", n)
	}
	if err := o.Unschedule(t.Context(), ids, ""); err != nil {
		t.Fatal(err)
	}
	// Another broadcast of the same picture has one of its own.
	start("second").want(t, say.ExitOK, "broadcast 1: its file is deleted at Bandwidth", "broadcast 2: its file stays")
	if n := files.has(); n != 1 {
		t.Errorf("%d files are there, want that of the second broadcast alone", n)
	}
	through(t, o, 2)
	w.run("", "work", "--once").want(t, say.ExitOK, "broadcast 2: its files are deleted at Bandwidth")
	if n := files.has(); n != 0 {
		t.Errorf("%d files are there, want none", n)
	}
	if e := w.run("", "work", "--once"); strings.Contains(e.err, "deleted") {
		t.Errorf("it was deleted twice: %s", e.err)
	}
	if out := w.run("", "broadcast", "show", "2").out; !strings.Contains(out, "done: its files are deleted at Bandwidth") {
		t.Errorf("it is shown as\n%s", out)
	}

	profile()
	start("third").want(t, say.ExitOK)
	through(t, o, 3)
	w.run("", "work", "--once").want(t, say.ExitOK)
	if n := files.has(); n != 1 {
		t.Errorf("%d files are there, want that which nobody asked to delete", n)
	}
	// The same words and picture to the same people are known by whatever name.
	profile("media_delete = true")
	start("first").want(t, say.ExitUsage, "2 recent: ")
}
