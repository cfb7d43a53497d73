package draft

import (
	"strings"
	"testing"
	"time"

	"telex/messaging"
)

// TestFilesOfAForm: they are kept with a draft, have their place among the media, and are
// not judged by an address that nothing is at yet.
func TestFilesOfAForm(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	f := New([]string{"+19195550100"}, "app")
	f.To = []string{"+19195551212"}
	f.Media = []string{"https://example.org/b.png"}
	f.Attach(File{URL: "http://127.0.0.1/media/1/a.jpg", Path: "/home/me/a b.jpg", Stored: "1/a.jpg", Said: "3×4 9 MB", Doubts: []string{"is over 1 MB"}})
	f.Attach(File{URL: "http://127.0.0.1/media/2/c.jpg", Path: "/home/me/c.jpg", Stored: "2/c.jpg"})
	f.Attach(File{URL: "http://127.0.0.1/media/3/a.jpg", Path: "/home/me/a b.jpg", Stored: "3/a.jpg", Said: "1×2 8 KB", Doubts: []string{"is over 1 MB"}})
	if got := strings.Join(f.Media, " "); got != "https://example.org/b.png http://127.0.0.1/media/3/a.jpg http://127.0.0.1/media/2/c.jpg" {
		t.Errorf("media are %s", got)
	}
	doubts := strings.Join(f.Doubts(Known{Media: func(string) []string { return nil }}, now), "\n")
	if doubts != "Media a b.jpg: over 1 MB" {
		t.Errorf("doubts are %s", doubts)
	}
	if ps := f.Problems(now); len(ps) > 0 {
		t.Errorf("problems are %v", ps)
	}
	said := ""
	for _, row := range f.Summary(Through{}) {
		if strings.HasPrefix(row.Label, "Media") {
			said += row.Value + "\n"
		}
	}
	if said != "https://example.org/b.png\na b.jpg: 1×2 8 KB\nc.jpg: \n" {
		t.Errorf("the summary has %s", said)
	}
	f.Reading = 2
	if ps := f.Problems(now).Of(messaging.FieldMedia); len(ps) != 1 || ps[0].Why != "2 files of yours being read: wait for that" {
		t.Errorf("problems while files are read: %v", ps)
	}
	f.Files[0].Said += "\x1b[2J"
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(b)
	if err != nil || len(again.Files) != 2 || again.Reading != 0 || again.Files[0].Path != "/home/me/a b.jpg" || again.Files[0].Stored != "3/a.jpg" || strings.Contains(again.Files[1].Said+again.Files[0].Said, "\x1b") {
		t.Errorf("kept are %+v, %v", again.Files, err)
	}
	again.Media = again.Media[:1]
	if own := again.OwnFiles(); len(own) > 0 {
		t.Errorf("without media there are files: %+v", own)
	}
}
