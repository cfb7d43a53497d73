package cli

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
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
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
)

// pictureFile is a picture.
func pictureFile(t *testing.T) string {
	t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "menu.png")
	if err := os.WriteFile(file, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBroadcastFile: a file of this machine is uploaded once, and goes with each message.
func TestBroadcastFile(t *testing.T) {
	t.Parallel()
	api, folder := clitest.NewAPI(t), t.TempDir()
	env := stateIn(folder, api.Env())
	file := pictureFile(t)
	e := runTelex(t, env, "", fast(peopleFile(t, fewPeople), "--text", "The menu", "--media", file, "--yes")...)
	e.want(t, say.ExitOK, "each is an MMS", "uploading \""+file+"\"", "broadcast 1 is done")
	if n := strings.Count(e.err, "uploading"); n != 1 {
		t.Errorf("%d uploads, want one", n)
	}
	addresses := map[string]int{}
	for _, body := range api.Sent() {
		var m struct{ Media []string }
		if err := json.Unmarshal([]byte(body), &m); err != nil || len(m.Media) != 1 {
			t.Fatalf("the API was sent %s", body)
		}
		addresses[m.Media[0]]++
	}
	if len(addresses) != 1 || len(api.Sent()) != 3 {
		t.Errorf("the files of the messages are at %v", addresses)
	}
	var run struct{ Files []messages.FileRow }
	runTelex(t, env, "", "broadcast", "show", "1", "--json").decode(t, &run)
	for _, id := range []string{"1", "2", "3"} {
		var row messages.DetailRow
		runTelex(t, env, "", "show", id, "--json").decode(t, &row)
		if len(row.Files) != 1 || addresses[row.Files[0].URL] != 3 || row.Files[0].Path != file || row.Files[0].Bytes == 0 || len(row.Files[0].SHA256) != 64 || !slices.Equal(run.Files, row.Files) {
			t.Errorf("message %s has the files %+v, and its broadcast %+v, want those that were uploaded", id, row.Files, run.Files)
		}
	}
	runTelex(t, env, "", fast(peopleFile(t, fewPeople), "--media", "nowhere.png", "--yes")...).want(t, say.ExitUsage, "there is no such file")
}

// TestBroadcastFileAge: a file is uploaded once more when its upload is 40 hours old, however
// long this telex is at it, and before any message that would want it then.
func TestBroadcastFileAge(t *testing.T) {
	t.Parallel()
	c := newClock()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		switch r.Method {
		case http.MethodPost:
			if asked = append(asked, "message"); len(asked) == 2 {
				c.add(time.Hour + time.Minute) // while the first one is on its way
			}
		case http.MethodPut:
			asked = append(asked, "file")
		}
		mu.Unlock()
		api.ServeHTTP(w, r)
	}))
	defer server.Close()
	env := stateIn(folder, clitest.Environ(server.URL+sandbox.BasePath))
	telex := func(args ...string) ended {
		var out, errs bytes.Buffer
		code := run(t.Context(), process{
			args: args, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: c.now,
			after: sample.Patient(func(d time.Duration) <-chan time.Time { return time.After(d / 1000) }),
		})
		return ended{code, out.String(), errs.String()}
	}
	telex(fast(peopleFile(t, fewPeople), "--text", "The menu", "--media", pictureFile(t), "--yes", "--detach")...).want(t, say.ExitOK)
	c.add(39 * time.Hour)
	telex("broadcast", "resume", "1").want(t, say.ExitOK, "broadcast 1 is done")
	if want := []string{"file", "message", "file", "message", "message"}; !slices.Equal(asked, want) {
		t.Errorf("the API was sent %v, want %v", asked, want)
	}
}

// still runs telex by a clock that stands still, so that no receipt comes by itself.
func (c *clock) still(t *testing.T, env []string) func(args ...string) ended {
	t.Helper()
	return func(args ...string) ended {
		var out, errs bytes.Buffer
		code := run(t.Context(), process{args: args, environ: env, in: strings.NewReader(""), out: &out, err: &errs, now: c.now})
		return ended{code, out.String(), errs.String()}
	}
}

// fail makes the messages to the first people of a broadcast ones of which it is learned that
// they failed: these phones were off.
func fail(t *testing.T, o *outbox.Outbox, run int64, first int) {
	t.Helper()
	page, err := o.RunPeople(t.Context(), run, outbox.PeopleFilter{}, 0, first)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range page {
		_, err = o.Deliver(t.Context(), p.Message, []messaging.Record{{
			MessageID: p.Entry.MessageID, Destination: p.Number, Status: messaging.StatusFailed, ErrorCode: 4730,
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestBroadcastAgain: those whom a text did not reach get it once more, with its file, which
// Bandwidth keeps for two days alone; and never twice, however long ago they got it.
func TestBroadcastAgain(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	c := newClock()
	api, folder := clitest.NewAPIAt(t, c.now), t.TempDir()
	env := stateIn(folder, api.Env())
	file := pictureFile(t)
	list := peopleFile(t, "phone,name\n+19195550101,Ana\n+19195550102,Ben\n")
	telex := c.still(t, env)
	telex(fast(list, "--text", "The menu, {{name}}", "--media", file, "--yes")...).want(t, say.ExitOK)
	o := outboxIn(t, folder)
	fail(t, o, 1, 1)
	again := func(id string) ended {
		return telex("broadcast", "again", id, "--only", "later", "--rate", "unlimited", "--hours", "off", "--yes")
	}
	c.add(72 * time.Hour)
	sent := len(api.Sent())
	again("1").want(t, say.ExitOK, "uploading \""+file+"\"", "broadcast 2 is done")
	bodies := api.Sent()[sent:]
	if len(bodies) != 1 || !strings.Contains(bodies[0], "The menu, Ana") || !strings.Contains(bodies[0], "/media/") {
		t.Errorf("again sent %v, want the text to Ana with its file", bodies)
	}
	c.add(72 * time.Hour)
	again("1").want(t, say.ExitUsage, "1 recent", "nobody is left to text")
	again("2").want(t, say.ExitUsage, "of broadcast 2 there is nobody to send it to again for --only later")
	fail(t, o, 2, 1)
	again("2").want(t, say.ExitOK)
	c.add(72 * time.Hour)
	again("1").want(t, say.ExitUsage, "1 recent", "nobody is left to text")
	if n := len(api.Sent()) - sent; n != 2 {
		t.Errorf("%d messages were sent again, want one for each that failed", n)
	}

	if err := os.WriteFile(file, []byte("another file"), 0o600); err != nil {
		t.Fatal(err)
	}
	again("1").want(t, say.ExitUsage, "nothing was sent")
	var other bytes.Buffer
	if err := png.Encode(&other, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, other.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	again("1").want(t, say.ExitUsage, "it is another file now")
}
