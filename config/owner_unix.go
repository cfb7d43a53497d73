//go:build unix

package config

import (
	"io/fs"
	"syscall"
)

// ownerOf is the user and the group that a file belongs to, by their numbers.
func ownerOf(info fs.FileInfo) (uid, gid int, known bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(s.Uid), int(s.Gid), true
}
