package widget

import (
	"math"
	"regexp"
	"strings"
	"testing"
)

// palettes are what terminals of the usual kinds make of the 16 colours that telex
// uses: background, foreground, red, green, blue, bright red, yellow,
// magenta, cyan.
var palettes = map[string]struct {
	dark   bool
	colour [9]uint32
}{
	"xterm, dark":         {true, [9]uint32{0x000000, 0xe5e5e5, 0xcd0000, 0x00cd00, 0x0000ee, 0xff0000, 0xcdcd00, 0xcd00cd, 0x00cdcd}},
	"xterm, light":        {false, [9]uint32{0xffffff, 0x000000, 0xcd0000, 0x00cd00, 0x0000ee, 0xff0000, 0xcdcd00, 0xcd00cd, 0x00cdcd}},
	"VGA console":         {true, [9]uint32{0x000000, 0xaaaaaa, 0xaa0000, 0x00aa00, 0x0000aa, 0xff5555, 0xaa5500, 0xaa00aa, 0x00aaaa}},
	"VGA, light":          {false, [9]uint32{0xffffff, 0x000000, 0xaa0000, 0x00aa00, 0x0000aa, 0xff5555, 0xaa5500, 0xaa00aa, 0x00aaaa}},
	"Windows Terminal":    {true, [9]uint32{0x0c0c0c, 0xcccccc, 0xc50f1f, 0x13a10e, 0x0037da, 0xe74856, 0xc19c00, 0x881798, 0x3a96dd}},
	"Tango, dark":         {true, [9]uint32{0x000000, 0xd3d7cf, 0xcc0000, 0x4e9a06, 0x3465a4, 0xef2929, 0xc4a000, 0x75507b, 0x06989a}},
	"Tango, light":        {false, [9]uint32{0xffffff, 0x2e3436, 0xcc0000, 0x4e9a06, 0x3465a4, 0xef2929, 0xc4a000, 0x75507b, 0x06989a}},
	"Terminal.app, light": {false, [9]uint32{0xffffff, 0x000000, 0x990000, 0x00a600, 0x0000b2, 0xe50000, 0x999900, 0xb200b2, 0x00a6b2}},
	"Terminal.app, dark":  {true, [9]uint32{0x000000, 0xffffff, 0x990000, 0x00a600, 0x0000b2, 0xe50000, 0x999900, 0xb200b2, 0x00a6b2}},
	"Solarized, dark":     {true, [9]uint32{0x002b36, 0x839496, 0xdc322f, 0x859900, 0x268bd2, 0xcb4b16, 0xb58900, 0xd33682, 0x2aa198}},
	"Solarized, light":    {false, [9]uint32{0xfdf6e3, 0x657b83, 0xdc322f, 0x859900, 0x268bd2, 0xcb4b16, 0xb58900, 0xd33682, 0x2aa198}},
	"PuTTY":               {true, [9]uint32{0x000000, 0xbbbbbb, 0xbb0000, 0x00bb00, 0x0000bb, 0xff5555, 0xbbbb00, 0xbb00bb, 0x00bbbb}},
	"GNOME, light":        {false, [9]uint32{0xffffff, 0x171421, 0xc01c28, 0x26a269, 0x12488b, 0xf66151, 0xa2734c, 0xa347ba, 0x2aa1b3}},
	"GNOME, dark":         {true, [9]uint32{0x171421, 0xd0cfcc, 0xc01c28, 0x26a269, 0x12488b, 0xf66151, 0xa2734c, 0xa347ba, 0x2aa1b3}},
}

// contrast is how well two colours can be told apart, from 1 to 21, as WCAG has it.
func contrast(a, b uint32) float64 {
	luminance := func(c uint32) float64 {
		part := func(shift uint) float64 {
			v := float64(c>>shift&0xff) / 255
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Every theme is readable on what it is for; without a choice, on everything.
func TestThemesAreReadable(t *testing.T) {
	t.Parallel()
	index := map[string]int{"31": 2, "32": 3, "34": 4, "91": 5, "33": 6, "35": 7, "36": 8}
	number := regexp.MustCompile(`\x1b\[(?:[0-9]+;)*?(3[0-7]|9[0-7])m`)
	for _, name := range append(Themes(), "") {
		th := Look{Theme: name}.New()
		for _, role := range Roles() {
			style := th.role(role).Render("x")
			if strings.Contains(style, "38;") || strings.Contains(style, "48;") {
				t.Errorf("%s %s: got %q, want none but the 16 colours", name, role, style)
			}
			for palette, p := range palettes {
				if name == ThemeDark && !p.dark || name == ThemeLight && p.dark {
					continue
				}
				colour := p.colour[1]
				if m := number.FindStringSubmatch(style); m != nil {
					i, ok := index[m[1]]
					if !ok {
						t.Fatalf("%s %s: colour %s is in no palette", name, role, m[1])
					}
					colour = p.colour[i]
				}
				if got := contrast(colour, p.colour[0]); got < 2.9 {
					t.Errorf("%s %s on %s: got a contrast of %.1f, want 3", name, role, palette, got)
				}
			}
		}
	}
	if CheckTheme("drak") == nil || CheckTheme("") != nil || CheckTheme(ThemeLight) != nil {
		t.Error("got a theme judged wrongly")
	}
}

// TestLookFollowsBackground: only the theme that leaves the choice to telex goes by what
// the terminal says.
func TestLookFollowsBackground(t *testing.T) {
	t.Parallel()
	of := func(t Theme) string { return t.OK.Render("x") + t.Warn.Render("x") + t.Danger.Render("x") }
	if auto := (Look{}); of(auto.On(true)) != of(Look{Theme: ThemeDark}.New()) || of(auto.On(false)) != of(Look{Theme: ThemeLight}.New()) {
		t.Error("got the automatic theme not by the background")
	}
	for _, name := range Themes()[1:] {
		if l := (Look{Theme: name}); of(l.On(true)) != of(l.New()) || of(l.On(false)) != of(l.New()) {
			t.Errorf("%s: got it changed by the background, want the user's choice", name)
		}
	}
}

// TestOwnRoles: the user's own style of a role stays on every background, and a word that
// none understands is named.
func TestOwnRoles(t *testing.T) {
	t.Parallel()
	l := Look{Roles: map[string]string{"ok": "bold bright-cyan", "rule": "plain", "warn": "nonsense"}}
	for _, th := range []Theme{l.New(), l.On(true), l.On(false)} {
		if got, want := th.OK.Render("x"), "\x1b[1;96mx\x1b[m"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := th.Rule.Render("x"); got != "x" {
			t.Errorf("got %q, want it plain", got)
		}
		if th.Warn.Render("x") == "x" {
			t.Error("got no style for a warning, want the theme's where the user's cannot be read")
		}
	}
	for _, roles := range []map[string]string{{"rule": "faint"}, {"rule": "bold", "pane": "faint"}} { // the line between panes is one
		if got := (Look{Roles: roles}).New().Pane.Render("x"); got != "\x1b[2mx\x1b[m" {
			t.Errorf("%v: got %q, want it faint", roles, got)
		}
	}
	for _, role := range Roles() {
		if (&Theme{}).role(role) == nil || CheckRole(role, "faint blue") != nil {
			t.Errorf("%s: got no such role", role)
		}
	}
	for role, words := range map[string]string{"ok": "", "warn": "bold gren", "okay": "bold"} {
		if CheckRole(role, words) == nil {
			t.Errorf("%s = %q: got it taken", role, words)
		}
	}
}
