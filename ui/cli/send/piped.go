package send

import (
	"io"
	"io/fs"
	"os"
)

// piped reports whether something may wait to be read: r is a pipe or a file, and neither
// a terminal nor nothing.
func piped(r io.Reader) bool {
	switch r := r.(type) {
	case *os.File:
		info, err := r.Stat()
		return err == nil && (info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0 || info.Mode().IsRegular() && info.Size() > 0)
	case interface{ Len() int }:
		return r.Len() > 0
	}
	return false
}
