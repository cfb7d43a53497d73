package widget

import "testing"

func TestStyleRender(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		style      Style
		text, want string
	}{
		{Style{}, "plain", "plain"},
		{Style{}.Bold(), "", ""},
		{Style{}.Bold(), "a\n\nb", "\x1b[1ma\x1b[m\n\n\x1b[1mb\x1b[m"},
		{Style{}.Bold().Underline().Reverse().Faint(), "x", "\x1b[1;4;7;2mx\x1b[m"},
		{Style{}.in(red), "x", "\x1b[31mx\x1b[m"},
		{Style{}.in(brightRed).Bold(), "x", "\x1b[1;91mx\x1b[m"},
		{Style{}.Bold().Inherit(Style{}.in(green).Faint()), "x", "\x1b[1;2;32mx\x1b[m"},
		{Style{}.in(blue).Inherit(Style{}.in(green)), "x", "\x1b[34mx\x1b[m"},
	} {
		if got := tt.style.Render(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
	for i, name := range colourNames {
		if s, err := parseStyle(name); err != nil || s != (Style{}.in(i)) {
			t.Errorf("%s: got %+v, %v, want colour %d", name, s, err, i)
		}
	}
	for name, at := range map[string]int{"red": red, "green": green, "yellow": yellow, "blue": blue, "magenta": magenta, "cyan": cyan, "bright-red": brightRed} {
		if colourNames[at] != name {
			t.Errorf("got %s in the place of %s", colourNames[at], name)
		}
	}
}
