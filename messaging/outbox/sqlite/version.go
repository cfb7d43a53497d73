package sqlite

import (
	"encoding/binary"
	"io"
	"os"
	"strings"
)

// Version is that of the tables in the file at path, from its header; no if it has none.
// See https://sqlite.org/fileformat2.html#user_version_number
func Version(path string) (version uint32, ok bool) {
	const magic, at = "SQLite format 3\x00", 60
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer func() { _ = f.Close() }()
	header := make([]byte, at+4)
	if _, err := io.ReadFull(f, header); err != nil || !strings.HasPrefix(string(header), magic) {
		return 0, false
	}
	return binary.BigEndian.Uint32(header[at:]), true
}
