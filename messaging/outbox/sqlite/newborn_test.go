package sqlite

import (
	"os"
	"path/filepath"
	"testing"
)

// TestBeheaded: an empty database with changes beside it lost what it had; one that was only
// just made, by a telex that was killed at it, had nothing.
func TestBeheaded(t *testing.T) {
	// As SQLite begins it, with the magic bytes only once it is whole.
	journal := func(magic string, pages byte) string {
		return magic + "\x00\x00\x00\x00" + "\xa7\\z\xd0" + "\x00\x00\x00" + string(rune(pages)) + "\x00\x00\x02\x00" + "\x00\x00\x10\x00"
	}
	const unwritten, written = "\x00\x00\x00\x00\x00\x00\x00\x00", "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
	for name, test := range map[string]struct {
		beside map[string]string
		want   bool
	}{
		"nothing beside it":        {map[string]string{}, false},
		"a log":                    {map[string]string{"-wal": "x"}, true},
		"an empty log":             {map[string]string{"-wal": ""}, false},
		"its first journal":        {map[string]string{"-journal": journal(unwritten, 0)}, false},
		"its first journal, whole": {map[string]string{"-journal": journal(written, 0)}, false},
		"a journal of what it had": {map[string]string{"-journal": journal(written, 3)}, true},
		"a journal that is cut":    {map[string]string{"-journal": written}, false}, // SQLite does not read it either
	} {
		file := filepath.Join(t.TempDir(), "outbox.db")
		test.beside[""] = ""
		for suffix, content := range test.beside {
			if err := os.WriteFile(file+suffix, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := beheaded(file); got != test.want {
			t.Errorf("beheaded with %s: got %t, want %t", name, got, test.want)
		}
	}
}
