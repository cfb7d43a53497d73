package ui

import (
	"image/color"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"telex/ui/widget"
)

// TestBackground: the colours follow what the terminal says of its background, if nobody
// chose them and the terminal may be asked.
func TestBackground(t *testing.T) {
	of := func(name string) string { return widget.Look{Theme: name}.New().Warn.Render("x") }
	for _, tt := range []struct {
		theme   string
		environ []string
		asks    bool
	}{
		{"", []string{"TERM=xterm-256color"}, true},
		{widget.ThemeAuto, []string{"TERM=xterm-256color"}, true},
		{widget.ThemeLight, []string{"TERM=xterm-256color"}, false},
		{"", []string{"TERM=xterm-256color", "NO_COLOR=1"}, false},
		{"", []string{"TERM=linux"}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			deps := testDeps(&fakeSender{send: accept})
			deps.Theme, deps.Environ = tt.theme, tt.environ
			d := start(t, deps)
			if asks := d.a.askBackground() != nil; asks != tt.asks {
				t.Errorf("%q %v: got asked %v, want %v", tt.theme, tt.environ, asks, tt.asks)
			}
			d.handle(tea.BackgroundColorMsg{Color: color.Black})
			want := tt.theme
			if want == "" || want == widget.ThemeAuto {
				want = widget.ThemeDark
			}
			if got := d.a.theme.Warn.Render("x"); got != of(want) {
				t.Errorf("%q: got %q on black, want %q", tt.theme, got, of(want))
			}
		})
	}
}
