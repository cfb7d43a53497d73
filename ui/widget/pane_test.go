package widget

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestPaneRows: what fits a line stands beside its label, the rest below it, and an id in
// one piece.
func TestPaneRows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		label, value string
		want         []string
	}{
		{"from", "+19195551212", []string{"from     +19195551212"}},
		{"created", "2026-11-26 02:07:34 +0000", []string{"created", "  2026-11-26 02:07:34 +0000"}},
		{"API's id", "17956588541279sbc6bzmmypkusvzj", []string{"API's id", "17956588541279sbc6bzmmypkusvzj"}},
		{"", "2026-11-26 02:07:34 +0000", []string{"2026-11-26 02:07:34 +0000"}},
		{"code", "4720 number not valid, or cannot receive", []string{"code", "  4720 number not valid, or", "  cannot receive"}},
	} {
		got := PaneRows(tt.label, tt.value, 30)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.label, got, tt.want)
		}
	}
}

// TestBeside: two frames keep to their panes whatever is in them, and the cursor goes with
// its own.
func TestBeside(t *testing.T) {
	t.Parallel()
	left := Frame{Lines: []string{"日本語のテキスト", strings.Repeat("x", 100), ""}, Cursor: Steady(3, 1)}
	right := Frame{Lines: []string{"a", strings.Repeat("日", 60)}, Cursor: Steady(1, 0)}
	for _, w := range []int{76, 77, 80, 160} {
		got := Beside(left, right, w, 5, Theme{})
		leftW, _ := PaneWidths(w)
		if len(got.Lines) != 5 {
			t.Fatalf("%d: got %d lines, want 5", w, len(got.Lines))
		}
		for _, l := range got.Lines {
			if n := ansi.StringWidth(l); n > w || ansi.StringWidth(l[:strings.Index(l, "│")]) != leftW {
				t.Errorf("%d: got %q of %d cells, want the rule in column %d and no more than there are", w, l, n, leftW)
			}
		}
		if got.Cursor == nil || got.Cursor.X != 3 || got.Cursor.Y != 1 {
			t.Errorf("%d: got cursor %v, want that of the first pane", w, got.Cursor)
		}
		left.Cursor = nil
		if got := Beside(left, right, w, 5, Theme{}); got.Cursor == nil || got.Cursor.X != leftW+gutter+1 {
			t.Errorf("%d: got cursor %v, want that of the second pane", w, got.Cursor)
		}
		left.Cursor = Steady(3, 1)
	}
}

// TestLongIDStandsBelowItsLabel: an id that does not fit beside its label is whole below it,
// and is no heading: it begins further in, where there is room.
func TestLongIDStandsBelowItsLabel(t *testing.T) {
	t.Parallel()
	id := strings.Repeat("a", 36)
	for w, want := range map[int]string{60: "Application " + id, 49: "Application " + id, 47: "Application\n" + strings.Repeat(" ", 11) + id, 37: "Application\n " + id, 36: "Application\n" + id} {
		if got := strings.Join(Rows("Application", id, w), "\n"); got != want {
			t.Errorf("in %d columns got\n%s\nwant\n%s", w, got, want)
		}
	}
}
