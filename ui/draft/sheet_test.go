package draft

import (
	"slices"
	"testing"
)

// TestReadSheet: names beside numbers and heads of columns are no numbers that were meant;
// what stands alone, or has digits, is said.
func TestReadSheet(t *testing.T) {
	for _, tt := range []struct {
		name, typed string
		want, left  []string
	}{
		{"two columns", "Bob\t919-555-1240\nAnn Lee\t919-555-1236\n", []string{"+19195551240", "+19195551236"}, nil},
		{"with heads", "name,phone\r\nAnn Lee,919-555-1236\r\n", []string{"+19195551236"}, nil},
		{"quoted", "\"Doe, Jane\",(919) 555-1212\nBob,919-555-1240\n", []string{"+19195551212", "+19195551240"}, nil},
		{"a row without", "Bob,919-555-1240\ncall me maybe\n", []string{"+19195551240"}, []string{"call me maybe"}},
		{"an odd number", "Bob,919-555-1240,12345\nAnn,91955\n", []string{"+19195551240"}, []string{"12345", "Ann", "91955"}},
		{"one row", "Bob, 919-555-1240", []string{"+19195551240"}, []string{"Bob"}},
		{"two in a row", "919-555-1240, call me, 919-555-1236\n919-555-1237", []string{"+19195551240", "+19195551236", "+19195551237"}, []string{"call me"}},
		{"a name behind one of two", "+19195551240 +19195551236 call", []string{"+19195551240", "+19195551236"}, nil},
		{"a name behind", "9195551240 Dee O'Hara\n(919) 555-1236 Ana", []string{"+19195551240", "+19195551236"}, nil},
		{"a name before", "Bea +19195551240\nDee O'Hara (919) 555-1236", []string{"+19195551240", "+19195551236"}, nil},
		{"names before and none", "Ana +19195551240, (919) 555-1236", []string{"+19195551240", "+19195551236"}, nil},
		{"a word before that is no name", "Room 5 9195551240\nBea12345\nAna 911", nil, []string{"Room 5 9195551240", "Bea12345", "Ana 911"}},
		{"digits behind", "9195551240 at 5", nil, []string{"9195551240 at 5"}},
		{"letters in it", "919-555-CALL", nil, []string{"919-555-CALL"}},
		{"no number before", "12 Main Street", nil, []string{"12 Main Street"}},
	} {
		r := ReadRecipients(tt.typed, "US", func(string) bool { return false })
		if !slices.Equal(r.E164(), tt.want) || !slices.Equal(r.Left, tt.left) {
			t.Errorf("%s: got %q and %q left, want %q and %q", tt.name, r.E164(), r.Left, tt.want, tt.left)
		}
	}
}
