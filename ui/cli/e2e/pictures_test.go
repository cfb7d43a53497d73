//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/screenshot"
	"telex/ui/text"
)

// pictures are those of README.md and the documents: the file in docs, how many rows it has,
// and what it shows.
var pictures = []struct {
	file string
	h    int
	says string
}{
	{"console", 24, "Compose: a text with the live count of characters and segments"},
	{"response", 17, "Response: a message that Bandwidth refused, and which field it names"},
	{"history", 24, "History: messages with their states, newest first, and all that is known of one"},
}

const (
	pictureW, tourH = 80, 24
	tourSays        = "telex, from a text to its delivery: Compose, Recipients, Review, Response and History"
	mostMoving      = 200 << 10 // bytes of the moving picture, which README.md loads
)

// stays is for how long the moving picture shows each of its screens.
var stays = []time.Duration{
	time.Second, 600 * time.Millisecond, 600 * time.Millisecond, 600 * time.Millisecond, 2 * time.Second, 2500 * time.Millisecond,
	2 * time.Second, time.Second, 1500 * time.Millisecond, 2500 * time.Millisecond, 4 * time.Second, 4 * time.Second,
}

// beforePictures begins a test that keeps with -update what [TestPictures] draws; without it
// the test runs beside others.
func beforePictures(t *testing.T) {
	t.Helper()
	sample.Whole(t)
	if !*update {
		t.Parallel()
	}
}

// TestTerminalPictures, and those whose names begin so, walk the real program through what
// the pictures show, in a terminal with colours, and compare each screen with the one that is
// drawn; -update keeps them anew.
func TestTerminalPictures(t *testing.T) {
	beforePictures(t)
	x := startPainted(t, 24)
	x.paste("Über “quotes”, dashes — and 日本語.\nA second line that is long enough to be wrapped at eighty columns, and at forty twice.")
	x.press("tab")
	x.send("order 7")
	x.press("tab", "tab")
	x.send("2h")
	x.shot("console")
}

func TestTerminalPicturesOfHistory(t *testing.T) {
	beforePictures(t)
	x := startPainted(t, 24)
	x.compose("Lunch at noon?", "+19195551212")
	x.pressUntil("enter", "[Response]")
	x.wait("Delivered")
	x.send("n")
	x.wait("[Compose]")
	x.send("The river rises. Please move your car tonight.")
	x.toEach("+19195550101, +19195550102, +19995554720, +19995550001")
	x.wait("2 delivered", "1 not delivered")
	x.press("f2")
	x.wait("[History]")
	x.shot("history")
}

func TestTerminalPicturesOfTour(t *testing.T) {
	beforePictures(t)
	x, n := startPainted(t, tourH), 0
	shot := func() {
		t.Helper()
		x.shot(tourScreen(n))
		n++
	}
	shot()
	for _, words := range []string{"Your table is ready.", " See you soon —", " and bring", " “Max”"} {
		x.send(words)
		shot()
	}
	x.press("ctrl+r")
	shot()
	x.press("enter")
	shot()
	x.press("ctrl+n")
	shot()
	x.paste("(919) 555-1212, (919) 555-0101")
	shot()
	x.press("tab")
	x.send("i")
	x.press("ctrl+n", "ctrl+n")
	shot()
	x.pressUntil("enter", "[Response]")
	x.wait("2 delivered")
	x.send("r") // so that it was asked about, whatever was quicker
	shot()
	x.press("f2")
	shot()
	if n != len(stays) {
		t.Errorf("the moving picture has %d screens, of which %d stay for a while", n, len(stays))
	}
}

// TestTerminalPicturesOfAnswer is TestTerminalPictures for the one in which it says how long an
// answer took. Where that were a few whole milliseconds, the lines would be broken elsewhere:
// then it is sent once more.
func TestTerminalPicturesOfAnswer(t *testing.T) {
	sample.Long(t)
	few := regexp.MustCompile(`after \dms`)
	for range 50 {
		x := startPainted(t, 17) // no more, for what comes below is as wide as the answer took
		x.compose("Your table is ready.", "+19995550400")
		x.pressUntil("enter", "[Response]")
		x.wait("HTTP/1.1 400")
		if !few.MatchString(x.screen()) {
			x.shot("response")
			return
		}
		x.press("ctrl+q")
	}
	t.Fatal("each answer took a few milliseconds")
}

// TestPictures compares the pictures in docs with the screens that [TestTerminalPictures]
// has seen; -update draws them anew.
func TestPictures(t *testing.T) {
	for _, p := range pictures {
		t.Run(p.file, func(t *testing.T) {
			comparePicture(t, p.file, screenshot.SVG(screenOf(t, p.file), pictureW, p.h, false, "telex, "+p.says))
		})
	}
	t.Run("tour", func(t *testing.T) {
		frames := make([]screenshot.Frame, len(stays))
		for i := range frames {
			frames[i] = screenshot.Frame{Content: screenOf(t, tourScreen(i)), Stays: stays[i]}
		}
		moving := screenshot.Moving(frames, pictureW, tourH, tourSays)
		comparePicture(t, "tour", moving)
		if len(moving) > mostMoving {
			t.Errorf("the moving picture has %d KiB, want %d at most", len(moving)>>10, mostMoving>>10)
		}
	})
}

func tourScreen(n int) string { return fmt.Sprintf("tour-%02d", n+1) }

func screenFile(name string) string { return filepath.Join("testdata", "pictures", name+".txt") }

// screenOf is a screen that a picture shows.
func screenOf(t *testing.T, name string) string {
	t.Helper()
	screen, err := os.ReadFile(screenFile(name))
	if err != nil {
		t.Fatalf("%v; go test ./ui/cli/e2e -run Pictures -update keeps it", err)
	}
	return string(screen)
}

// comparePicture compares a picture of docs with what it is to be.
func comparePicture(t *testing.T, file, picture string) {
	t.Helper()
	path := filepath.Join("..", "..", "..", "docs", file+".svg")
	if *update {
		if err := os.WriteFile(path, []byte(picture), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if was, err := os.ReadFile(path); err != nil || string(was) != picture {
		t.Errorf("%s shows what the console does not show any more (%v); go test ./ui/cli/e2e -run Pictures -update draws it anew", path, err)
	}
}

// startPainted starts the console in a terminal whose colours are those of the pictures.
func startPainted(t *testing.T, h int) *terminal {
	t.Helper()
	state := t.TempDir()
	file := filepath.Join(state, "config", "telex", "config.toml")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("theme = \"dark\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := startTerminal(t, terminalSpec{w: pictureW, h: h, state: state})
	x.wait("[Compose]")
	return x
}

// toEach sends what is written to each of some recipients.
func (x *terminal) toEach(numbers string) {
	x.t.Helper()
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.paste(numbers)
	x.wait("added")
	x.press("tab")
	x.send("i")
	x.press("ctrl+n", "ctrl+n")
	x.wait("[Review]")
	x.pressUntil("enter", "[Response]")
}

// posed is what differs from run to run, and what stands there in a picture. It is no
// longer, and takes as much room.
var posed = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d{5}`), "127.0.0.1:40123"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d`), "2026-03-02"},
	{regexp.MustCompile(`\d\d:\d\d:\d\d`), "09:41:07"}, // there may be a style before it, which ends with a letter
	{regexp.MustCompile(`\d\d:\d\d(:07)?`), "09:41$1"},
	{regexp.MustCompile(`\b[0-9a-z]{29}\b`), "1772444467k3zq7m2vx5ch4tnwbd6"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(µs|ms|s)\b`), "4ms"},
	{regexp.MustCompile(`\w{3}, \d\d \w{3} \d{4}`), "Mon, 02 Mar 2026"},
}

// painted is the screen with its colours, and with what differs from run to run replaced.
func (x *terminal) painted() string {
	x.mu.Lock()
	screen := x.emulate.Render()
	x.mu.Unlock()
	for _, p := range posed {
		screen = p.find.ReplaceAllStringFunc(screen, func(found string) string {
			return text.Pad(p.find.ReplaceAllString(found, p.with), text.Width(found))
		})
	}
	return strings.ReplaceAll(screen, "\r\n", "\n") + "\n"
}

// shot demands the screen of a picture, sooner or later.
func (x *terminal) shot(name string) {
	x.t.Helper()
	if *update {
		x.quiet(time.Second)
		if err := os.MkdirAll(filepath.Dir(screenFile(name)), 0o755); err != nil {
			x.t.Fatal(err)
		}
		if err := os.WriteFile(screenFile(name), []byte(x.painted()), 0o600); err != nil {
			x.t.Fatal(err)
		}
		return
	}
	want := screenOf(x.t, name)
	x.until("the screen of "+screenFile(name)+",\n"+want+"\n", func(string) bool { return x.painted() == want })
}
