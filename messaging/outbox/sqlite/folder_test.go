//go:build unix

package sqlite

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestFolderKeepsItsRights: a folder that is not telex's own, such as somebody's home, is as it
// was after an outbox was opened in it; the outbox is its user's alone there too.
func TestFolderKeepsItsRights(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "home")
	sample.Must(t, os.Mkdir(folder, 0o700))
	sample.Must(t, os.Chmod(folder, 0o755))
	path := filepath.Join(folder, "outbox.db")
	opened(t, path, outbox.Options{})
	for name, want := range map[string]fs.FileMode{path: 0o600, folder: 0o755} {
		info, err := os.Stat(name)
		sample.Must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the rights %s, want %s", name, got, want)
		}
	}
}
