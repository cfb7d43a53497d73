//go:build unix

package terminal

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// noise is a picture that hardly gets smaller, of which a corner shows through.
func noise(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			if x < w/4 && y < h/4 {
				continue
			}
			v := random.Uint32()
			m.SetRGBA(x, y, color.RGBA{byte(v), byte(v >> 8), byte(v >> 16), 255})
		}
	}
	return m
}

// By kitty's protocol the bytes of a PNG go in pieces to the terminal itself, which neither
// answers nor scrolls, and the picture lies over its cells; a file is never named.
func TestKitty(t *testing.T) {
	m := noise(320, 240) // which takes more bytes than there may be
	g := Graphics{Kitty: true, Sixel: true, CellW: 8, CellH: 16}.Draw(m, 2, 3, 80, 30)
	if g == nil || g.X != 2 || g.Y != 3 || g.W != 40 || g.H != 15 {
		t.Fatalf("got %+v", g)
	}
	pieces := regexp.MustCompile(`\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\`).FindAllStringSubmatch(g.draws, -1)
	var all strings.Builder
	whole := 0
	for i, p := range pieces {
		whole += len(p[0])
		all.WriteString(p[2])
		more := "m=1"
		if i == len(pieces)-1 {
			more = "m=0"
		}
		if i == 0 && p[1] != "a=T,f=100,t=d,i=516584,c=40,r=15,C=1,q=2,"+more || i > 0 && p[1] != "q=2,"+more {
			t.Errorf("piece %d of %d says %s", i, len(pieces), p[1])
		}
		if len(p[2]) > 4096 || len(p[2])%4 != 0 {
			t.Errorf("piece %d has %d bytes", i, len(p[2]))
		}
	}
	if whole != len(g.draws) || whole > mostDrawn || len(pieces) < 2 {
		t.Errorf("%d pieces of %d bytes in %d", len(pieces), whole, len(g.draws))
	}
	b, err := base64.StdEncoding.DecodeString(all.String())
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(b))
	if err != nil || got.Bounds().Dx() < 100 || got.Bounds().Dx()*3 < got.Bounds().Dy()*4-8 {
		t.Errorf("got %v, %v", got.Bounds(), err)
	}
	if g.erases != "\x1b_Ga=d,d=I,i=516584,q=2\x1b\\" {
		t.Errorf("it goes by %q", g.erases)
	}
	if one := (Graphics{Kitty: true}).Draw(noise(5, 5), 0, 0, 40, 8); one == nil || one.W != 1 || one.H != 1 {
		t.Errorf("a small one in cells of unknown size: %+v", one)
	}
}

// unsixel draws sixel as a terminal does, into colours in hundredths.
func unsixel(t *testing.T, s string) map[image.Point][3]int {
	t.Helper()
	inner, ok := strings.CutPrefix(s, "\x1bP0;1q")
	inner, ends := strings.CutSuffix(inner, "\x1b\\")
	if !ok || !ends || strings.Contains(inner, "\x1b") {
		t.Fatalf("it is not one sequence: %.80q", s)
	}
	pixels, colours := map[image.Point][3]int{}, map[int][3]int{}
	x, y, now := 0, 0, 0
	token := regexp.MustCompile(`^("[0-9;]+|#[0-9]+(;2;[0-9]+;[0-9]+;[0-9]+)?|![0-9]+[?-~]|[$-]|[?-~])`)
	for len(inner) > 0 {
		part := token.FindString(inner)
		if part == "" {
			t.Fatalf("it is not sixel: %.20q", inner)
		}
		inner = inner[len(part):]
		count := 1
		switch part[0] {
		case '"':
			continue
		case '#':
			numbers := strings.Split(part[1:], ";")
			now, _ = strconv.Atoi(numbers[0])
			if len(numbers) == 5 {
				var c [3]int
				for i := range c {
					c[i], _ = strconv.Atoi(numbers[2+i])
				}
				colours[now] = c
			}
			continue
		case '$':
			x = 0
			continue
		case '-':
			x, y = 0, y+6
			continue
		case '!':
			count, _ = strconv.Atoi(part[1 : len(part)-1])
		}
		bits := part[len(part)-1] - '?'
		for range count {
			for i := range 6 {
				if bits&(1<<i) != 0 {
					pixels[image.Pt(x, y+i)] = colours[now]
				}
			}
			x++
		}
	}
	return pixels
}

// A terminal draws of sixel what the picture has, and nothing where it shows through.
func TestSixel(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 37, 20)) // neither is a multiple of six
	for y := range 20 {
		for x := range 37 {
			switch {
			case x < 5:
			case x < 20:
				m.SetRGBA(x, y, color.RGBA{255, 0, 51, 255})
			default:
				m.SetRGBA(x, y, color.RGBA{0, 204, 255, 255})
			}
		}
	}
	g := Graphics{Sixel: true, CellW: 10, CellH: 20}.Draw(m, 0, 2, 80, 20)
	if g == nil || g.W != 4 || g.H != 1 || g.erases != "" {
		t.Fatalf("got %+v", g)
	}
	got := unsixel(t, g.draws)
	for y := range 24 {
		for x := range 40 {
			c, drawn := got[image.Pt(x, y)]
			want, is := [3]int{0, 80, 100}, x >= 5 && x < 37 && y < 20
			if x < 20 {
				want = [3]int{100, 0, 20}
			}
			if drawn != is || is && c != want {
				t.Fatalf("%d,%d: %v, %v", x, y, drawn, c)
			}
		}
	}
	large := Graphics{Sixel: true, CellW: 10, CellH: 20}.Draw(noise(320, 240), 0, 0, 80, 30)
	if large == nil || len(large.draws) > mostDrawn || large.W < 10 || len(unsixel(t, large.draws)) < 10_000 {
		t.Errorf("of a large one %+v", large.W)
	}
}

// No picture is drawn where the terminal takes none, or would scroll.
func TestNoGraphic(t *testing.T) {
	m := noise(40, 40)
	for name, g := range map[string]*Graphic{
		"nothing said":       Graphics{CellW: 10, CellH: 20}.Draw(m, 0, 0, 40, 10),
		"sixel without size": Graphics{Sixel: true}.Draw(m, 0, 0, 40, 10),
		"no room":            Graphics{Kitty: true}.Draw(m, 0, 0, 40, 0),
	} {
		if g != nil {
			t.Errorf("%s: %+v", name, g)
		}
	}
	for _, g := range []Graphic{{X: -1, W: 1, H: 1}, {X: 79, W: 2, H: 1}, {Y: 20, W: 1, H: 4}, {Y: 24, W: 1, H: 1}} {
		p := &painter{w: 80, h: 24}
		g.draws = "picture"
		if p.illustrate(&g); p.over != nil {
			t.Errorf("%+v is drawn on 80 by 24", g)
		}
	}
}

// A terminal is asked only where a question does no harm.
func TestGraphicsQuestions(t *testing.T) {
	kitty := ansi.KittyGraphics([]byte("AAAA"), "i=516584", "s=1", "v=1", "a=q", "t=d", "f=24")
	for environ, want := range map[string]string{
		"TERM=xterm-256color":                            kitty,
		"TERM=xterm-kitty SSH_TTY=/dev/pts/1":            kitty,
		"TERM=xterm-256color SSH_TTY=/dev/pts/1":         "no",
		"TERM=tmux-256color TMUX=/tmp/x":                 "",
		"TERM=screen-256color TMUX=/tmp/x SSH_TTY=/dev/": "",
		"TERM=screen":        "no",
		"TERM=xterm STY=1.a": "no",
		"TERM=linux":         "no",
		"TERM=dumb":          "no",
		"TERM=vt100":         "no",
		"":                   "no",
		"TERM=xterm-256color TERM_PROGRAM=Apple_Terminal": "no",
	} {
		got, ok := graphicsQuestions(strings.Fields(environ))
		if !ok {
			got = "no"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", environ, got, want)
		}
	}
}
