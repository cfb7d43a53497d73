package widget

import (
	"slices"
	"testing"
)

// TestPhone: each part begins on a row of its own, with its number, below a line.
func TestPhone(t *testing.T) {
	want := []string{
		"╭───────╮",
		"│ abc   │ 1",
		"├╌╌╌╌╌╌╌┤",
		"│ defgh │ 2",
		"│ i     │",
		"╰───────╯",
	}
	if got := Phone([]string{"abc\n", "defgh i"}, 11); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Phone([]string{"abc"}, 9); len(got) != 3 || got[1] != "│ abc   │" {
		t.Errorf("got %q, want one part without a number", got)
	}
}
