//go:build unix

package outbox

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"testing"
)

// TestOpenToOthers: whom a folder's mode lets in, seen by its owner and group.
func TestOpenToOthers(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files to others")
	}
	const alice, bob = 61234, 65678 // nobody has these, nor are there groups of these numbers
	type test struct {
		name     string
		uid, gid int
		mode     fs.FileMode
		want     bool
	}
	tests := []test{
		{"the user's alone", alice, alice, 0o755, false},
		{"a group that is the user's alone", alice, alice, 0o775, false},
		{"a group of others", alice, bob, 0o775, true},
		{"everybody", alice, alice, 0o757, true},
		{"everybody, where each may replace only what is theirs", alice, bob, 0o777 | fs.ModeSticky, false},
		{"what root lets a group do", 0, bob, 0o775, false},
	}
	if n, there := sameNumber(); there {
		tests = append(tests, test{"a group of the user's number, and not of the user's name", n, n, 0o775, true})
	}
	for _, tt := range tests {
		folder := t.TempDir()
		must(t, os.Chown(folder, tt.uid, tt.gid))
		must(t, os.Chmod(folder, tt.mode))
		info, err := os.Stat(folder)
		must(t, err)
		if got := openToOthers(info); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// sameNumber is a user and a group of this system that have one number and two names.
func sameNumber() (n int, there bool) {
	for n = range 100 {
		u, err := user.LookupId(strconv.Itoa(n))
		if err != nil {
			continue
		}
		if g, err := user.LookupGroupId(strconv.Itoa(n)); err == nil && g.Name != u.Username {
			return n, true
		}
	}
	return 0, false
}
