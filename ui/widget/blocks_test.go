package widget

import (
	"image"
	"image/color"
	"slices"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Two pixels are in each cell; what shows through is the terminal's own.
func TestBlocks(t *testing.T) {
	red, blue, none := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 0, 255, 255}, color.RGBA{}
	half := color.RGBA{100, 50, 0, 128} // which is 200, 100, 0 as if nothing showed through, more or less
	m := image.NewRGBA(image.Rect(3, 5, 9, 8))
	for x, column := range [][3]color.RGBA{{red, red, blue}, {red, red, none}, {red, blue, half}, {none, blue, none}, {blue, none, none}, {none, none, none}} {
		for y, c := range column {
			m.SetRGBA(3+x, 5+y, c)
		}
	}
	const end = "\x1b[m"
	want := []string{
		"\x1b[48;2;255;0;0m  " + end + "\x1b[38;2;255;0;0m\x1b[48;2;0;0;255m▀" + end + "\x1b[38;2;0;0;255m▄▀" + end + " " + end,
		"\x1b[38;2;0;0;255m▀" + end + " " + end + "\x1b[38;2;199;99;0m▀" + end + "   " + end,
	}
	got := Blocks(m)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, l := range got {
		if w := ansi.StringWidth(l); w != 6 {
			t.Errorf("%q has %d cells", l, w)
		}
	}
}
