package keys

import (
	"slices"
	"strings"
	"testing"
)

func TestCheckKeys(t *testing.T) {
	t.Parallel()
	good := []map[string][]string{
		nil,
		{"quit": {"ctrl+x"}},
		{"help": {"f1", "alt+?"}, "history": {"f9"}},
		{"review.json": {"J", "f5"}},
		{"suspend": {}},
		{"compose.editor": {"ctrl+g"}},                         // good before telex had it,
		{"history": {"f8"}, "quit": {"ctrl+t"}},                // and these
		{"next-step": {"ctrl+p"}, "previous-step": {"ctrl+n"}}, // exchanged
	}
	for _, keys := range good {
		if err := Check(keys); err != nil {
			t.Errorf("%v: got %v, want no error", keys, err)
		}
	}
	bad := []struct {
		keys map[string][]string
		want string
	}{
		{map[string][]string{"qiut": {"ctrl+x"}}, `no action "qiut"`},
		{map[string][]string{"quit": {}}, "quit needs a key"},
		{map[string][]string{"quit": {"q"}}, "missed while typing"},
		{map[string][]string{"compose.editor": {"e"}}, "missed while typing"},
		{map[string][]string{"quit": {"ctrl+c"}}, "a meaning of its own"},
		{map[string][]string{"quit": {"ctrl+m"}}, "the same as another key"},
		{map[string][]string{"quit": {"ctrl+shift+x"}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {"super+x"}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {""}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {"f13"}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {"ctrl+n"}}, "both on ctrl+n"},
		{map[string][]string{"review.json": {"u"}}, "both on u"},
		{map[string][]string{"review.json": {"\x1b[2J"}}, "no key that every terminal can send"},
	}
	for _, tt := range bad {
		if err := Check(tt.keys); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: got %v, want %q in it", tt.keys, err, tt.want)
		}
	}
}

// TestActionsAreUnique: the configuration can name each of them.
func TestActionsAreUnique(t *testing.T) {
	t.Parallel()
	names := Actions()
	for i, name := range names {
		if slices.Contains(names[i+1:], name) {
			t.Errorf("got %q twice", name)
		}
	}
}
