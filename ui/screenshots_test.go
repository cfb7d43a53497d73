package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"telex/ui/screenshot"
	"telex/ui/widget"
)

// TestScreenshots draws all screens into the folder TELEX_SCREENSHOTS, in three sizes and as
// terminals show them that are dark, light, without colour, and without UTF-8, for whoever
// changes one. The goldens compare them.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("TELEX_SCREENSHOTS")
	if folder == "" {
		t.Skip("TELEX_SCREENSHOTS names no folder to draw the screens in")
	}
	for _, v := range views {
		for name, l := range map[string]look{"dark": {theme: widget.ThemeDark}, "light": {theme: widget.ThemeLight}, "plain": {theme: widget.ThemeNone}, "ascii": {theme: widget.ThemeNone, ascii: true}} {
			for _, size := range [][2]int{{40, 12}, {80, 24}, {160, 45}} {
				file := filepath.Join(folder, fmt.Sprintf("%s-%dx%d-%s.svg", v.name, size[0], size[1], name))
				if err := os.WriteFile(file, []byte(drawn(t, v, l, size[0], size[1], v.name)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// A look is how a picture's terminal shows things.
type look struct {
	theme string
	ascii bool
}

// drawn is a picture of a view.
func drawn(t *testing.T, v view, l look, w, h int, says string) (picture string) {
	t.Helper()
	drive(t, viewDeps(v.send), func(d *driver) {
		d.a.theme = widget.Look{Theme: l.theme, ASCII: l.ascii}.New()
		d.size(w, h)
		v.walk(d)
		picture = screenshot.SVG(d.a.View().Content, w, h, l.theme == widget.ThemeLight, "telex, "+says)
	})
	return picture
}
