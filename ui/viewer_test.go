package ui

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/terminal"
)

// sun is a picture of a disc.
func sun() *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			c := color.RGBA{30, 60, 160, 255}
			if dx, dy := x-80, y-60; dx*dx+dy*dy < 50*50 {
				c = color.RGBA{250, 210, 60, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// addPicture writes a message with a file, and stands on it in the list of Media.
func addPicture(d *driver, name string, content []byte) {
	d.t.Helper()
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = os.RemoveAll(folder) })
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		d.t.Fatal(err)
	}
	attach := func(paths []string, from string) ([]Attached, []error) {
		all, wrong := attached(paths, from)
		for i := range all {
			all[i].Path, all[i].Said = paths[i], fmt.Sprintf("4032×3024 3.9 MB → 160×120 %d bytes, location removed", len(all[i].Content))
		}
		return all, wrong
	}
	d.a.deps.Attach = attach
	if m, ok := d.a.screens[page.Media].(*media); ok {
		m.own.attach = attach
	}
	d.a.form.Attach(draft.File{URL: "https://depot.example/media/1", Path: path, Stored: "1/" + name, Said: "4032×3024 3.9 MB → 160×120 1 KB, location removed"})
	d.press("ctrl+n", "ctrl+n", "tab")
	d.at("Media")
}

func viewPicture(d *driver, name string, content []byte) {
	d.t.Helper()
	addPicture(d, name, content)
	d.press("v")
}

// TestViewer: v shows what is sent in half blocks at once, of as many cells as there are; esc
// leads back to the list, and a resize makes it anew.
func TestViewer(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		addPicture(d, "sun.png", asPNG(t, sun()))
		d.see("v show picture")
		if strings.Contains(d.raw, "\x1b_G") {
			t.Error("the terminal was asked before anybody wanted a picture")
		}
		d.press("v")
		d.see("sun.png", "location removed", "▀", "close the picture")
		most := func() (w, h int) {
			for _, l := range d.lines() {
				if at := strings.IndexAny(l, "▀▄"); at >= 0 {
					h++
					w = max(w, ansi.StringWidth(l))
				}
			}
			return w, h
		}
		if w, h := most(); w > 40 || h > 12 || h < 5 {
			t.Errorf("the disc is in %d by %d cells", w, h)
		}
		if content := d.a.View().Content; !regexp.MustCompile(`\x1b\[48;2;2[45]\d;2[01]\d;[56]\dm`).MatchString(content) || len(content) > 20_000 {
			t.Errorf("its colours are not there, or it has %d bytes", len(content))
		}
		d.size(40, 12)
		if w, h := most(); w > 40 || h > 6 || h < 2 {
			t.Errorf("at 40 by 12 the disc is in %d by %d cells", w, h)
		}
		d.size(30, 5)
		d.size(80, 24)
		d.see("▀")
		d.press("x", "J", "esc")
		d.at("Media")
		d.see("1 of 10 files", "sun.png")
		if strings.Contains(d.screen(), "▀") {
			t.Error("the picture is there still")
		}
	})
}

// TestViewerWithoutColours: where half blocks cannot be drawn it is said what the file is,
// and the terminal is asked nothing.
func TestViewerWithoutColours(t *testing.T) {
	for _, environ := range [][]string{{"TERM=xterm", "LANG=C.UTF-8", "NO_COLOR=1"}, {"TERM=xterm", "LANG=C"}} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Environ = environ
		drive(t, deps, func(d *driver) {
			viewPicture(d, "sun.png", asPNG(t, sun()))
			d.see("sun.png", "It is image/jpeg. It is drawn on a terminal with UTF-8 and colours.") // which the stand-in makes of all
			if strings.Contains(d.a.View().Content, "38;2") || d.a.graphic() != nil {
				t.Error("it is drawn all the same")
			}
			d.press("esc")
			d.see("1 of 10 files")
		})
	}
}

// TestViewerRefuses: what cannot be shown is said in words, cleaned; a link is not fetched.
func TestViewerRefuses(t *testing.T) {
	bomb := asPNG(t, sun())
	copy(bomb[16:], []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff})
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"bomb.png":      {bomb, "is a damaged picture"}, // its checksum is another's
		"film.mp4":      {[]byte("\x00\x00\x00\x18ftypmp42"), "film.mp4 is a video, and telex shows JPEG, PNG and GIF"},
		"cut.png":       {asPNG(t, sun())[:200], "is a damaged picture"},
		"a\x1b[2Jb.png": {[]byte("nothing"), "is not a kind of picture that telex unpacks"},
	} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			viewPicture(d, name, c.content)
			if got := strings.Join(strings.Fields(d.screen()), " "); !strings.Contains(got, c.want) {
				t.Errorf("%q: got\n%s", name, d.screen())
			}
			if strings.Contains(d.a.View().Content, "\x1b[2J") {
				t.Errorf("%q drives the terminal", name)
			}
		})
	}
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("ctrl+n", "ctrl+n")
		d.paste("https://example.com/cat.png https://example.com/dog.png")
		d.press("tab", "v")
		d.see("only files of this machine are shown here: open the link in a browser")
	})
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		addPicture(d, "gone.png", asPNG(t, sun()))
		if err := os.Remove(d.a.form.OwnFiles()[0].Path); err != nil {
			t.Fatal(err)
		}
		d.press("v")
		d.see("there is no such file")
	})
}

// TestViewerInPixels: once the terminal has said that it takes pixels they take the place of
// the blocks, which nothing waits for; whatever stands in front of them takes them away, and
// so do a resize, until it is drawn anew, and the end of looking at it.
func TestViewerInPixels(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.send(terminal.Graphics{Kitty: true}) // an answer that nobody waits for
		viewPicture(d, "sun.png", asPNG(t, sun()))
		d.see("▀")
		if d.a.graphic() != nil {
			t.Error("it is drawn in pixels before the terminal said that it takes them")
		}
		d.send(terminal.Graphics{Sixel: true}) // without the size of its cells
		if d.a.graphic() != nil {
			t.Error("sixel is drawn in cells of any size")
		}
		d.send(terminal.Graphics{Kitty: true, CellW: 10, CellH: 20})
		g := d.a.graphic()
		if g == nil || g.X != 0 || g.Y < d.a.layout.BodyTop+2 || g.W != 16 || g.H != 6 {
			t.Fatalf("got %+v", g)
		}
		if strings.ContainsAny(d.screen(), "▀▄") {
			t.Error("the blocks are below it still")
		}
		if d.send(nil); d.a.graphic() != g {
			t.Error("it is another one without a reason")
		}
		d.press("f1")
		if d.a.graphic() != nil {
			t.Error("it is drawn over the help")
		}
		d.press("esc")
		if d.a.graphic() != g {
			t.Error("it is not there behind the help")
		}
		d.handle(tea.WindowSizeMsg{Width: 40, Height: 12})
		if d.a.graphic() != nil {
			t.Error("it has the place that it had")
		}
		d.send(terminal.Graphics{Kitty: true, CellW: 10, CellH: 20})
		if g := d.a.graphic(); g == nil || g.Y+g.H > 10 {
			t.Errorf("at 40 by 12 got %+v", g)
		}
		d.size(30, 5)
		if d.a.graphic() != nil {
			t.Error("it is drawn where telex has no room")
		}
		d.size(80, 24)
		d.send(terminal.Graphics{Kitty: true, CellW: 10, CellH: 20})
		if d.a.graphic() == nil {
			t.Error("it does not come back")
		}
		d.press("esc")
		if d.a.graphic() != nil {
			t.Error("it stays when the page is left")
		}
		if n := len(d.a.overlays); n != 0 {
			t.Errorf("%d are open", n)
		}
	})
}
