package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// A snapshot is a database as its last commit left it, put together from the file and
// its write-ahead log by reading alone: SQLite itself would need a third file beside
// them that can be written. It is a database to be read with the VFS readervfs.
// See https://sqlite.org/walformat.html
type snapshot struct {
	file, log *os.File // log is nil where there is none
	info      fs.FileInfo
	head      [logHead]byte    // of the log
	page      int64            // size of one in bytes; 0 without a log
	frames    map[uint32]int64 // pages that are in the log, and where; from 1
	pages     uint32           // how many there are after the last commit; 0: those of the file
}

// newSnapshot opens the database in file.
func newSnapshot(file string) (s *snapshot, err error) {
	s = &snapshot{frames: map[uint32]int64{}}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.file, err = os.Open(file); err != nil {
		return s, fmt.Errorf("open the file: %w", err)
	}
	if s.info, err = s.file.Stat(); err != nil {
		return s, fmt.Errorf("look at the file: %w", err)
	}
	if s.log, err = os.Open(file + "-wal"); errors.Is(err, fs.ErrNotExist) {
		s.log = nil
		return s, nil
	} else if err != nil {
		return s, fmt.Errorf("open the write-ahead log: %w", err)
	}
	return s, s.readLog()
}

// readLog finds the last commit of each page. A log that is empty, or of which only the
// beginning was written, holds fewer commits or none: that is how SQLite reads it too.
func (s *snapshot) readLog() error {
	if _, err := s.log.ReadAt(s.head[:], 0); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return fmt.Errorf("read the write-ahead log: %w", err)
	}
	const magic = 0x377f0682 // or one more: the order of bytes in the checksums
	field := func(i int) uint32 { return binary.BigEndian.Uint32(s.head[4*i:]) }
	sum := checksum{order: binary.LittleEndian}
	if field(0) == magic+1 {
		sum.order = binary.BigEndian
	}
	sum.add(s.head[:24])
	page := int64(field(2))
	if field(0)&^1 != magic || field(1) != indexVersion || page < 512 || page > 64<<10 || sum.a != field(6) || sum.b != field(7) {
		return nil
	}
	s.page = page
	pending := map[uint32]int64{} // of a transaction whose end was not seen yet
	frame := make([]byte, frameHead+page)
	for at := int64(logHead); ; at += int64(len(frame)) {
		if _, err := s.log.ReadAt(frame, at); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the write-ahead log: %w", err)
		}
		sum.add(frame[:8])
		sum.add(frame[frameHead:])
		part := func(i int) uint32 { return binary.BigEndian.Uint32(frame[4*i:]) }
		if !bytes.Equal(frame[8:16], s.head[logSalt:logSalt+8]) || sum.a != part(4) || sum.b != part(5) {
			return nil // what follows is left from before
		}
		pending[part(0)] = at + frameHead
		if pages := part(1); pages > 0 {
			s.pages = pages
			for n, where := range pending {
				s.frames[n] = where
			}
			clear(pending)
		}
	}
}

// A checksum is that of a write-ahead log so far.
type checksum struct {
	order binary.ByteOrder
	a, b  uint32
}

func (c *checksum) add(data []byte) {
	for i := 0; i+8 <= len(data); i += 8 {
		c.a += c.order.Uint32(data[i:]) + c.b
		c.b += c.order.Uint32(data[i+4:]) + c.a
	}
}

// Size is how long the database is.
func (s *snapshot) Size() (int64, error) {
	if s.pages > 0 {
		return int64(s.pages) * s.page, nil
	}
	return s.info.Size(), nil
}

// ReadAt reads from the database.
func (s *snapshot) ReadAt(p []byte, at int64) (n int, err error) {
	size, _ := s.Size()
	for n < len(p) {
		if at >= size {
			return n, io.EOF
		}
		from, where, most := s.file, at, size-at
		if s.page > 0 {
			most = s.page - at%s.page
			if frame, ok := s.frames[uint32(at/s.page)+1]; ok { //nolint:gosec // as many as pages
				from, where = s.log, frame+at%s.page
			}
		}
		m, err := from.ReadAt(p[n:n+int(min(most, int64(len(p)-n)))], where)
		n, at = n+m, at+int64(m)
		if err != nil && (m == 0 || !errors.Is(err, io.EOF)) {
			return n, err //nolint:wrapcheck // SQLite asks
		}
	}
	return n, nil
}

// errMoved is a snapshot that is none any more.
var errMoved = errors.New("another telex wrote to it meanwhile")

// check says whether what was read is of one time. A commit only adds to the log; once
// it is copied to the file, or the log begins anew, this is no snapshot any more.
func (s *snapshot) check() error {
	info, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("look at the file: %w", err)
	}
	if info.Size() != s.info.Size() || !info.ModTime().Equal(s.info.ModTime()) {
		return errMoved
	}
	if s.log == nil {
		return nil
	}
	var head [logHead]byte
	if _, err := s.log.ReadAt(head[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the write-ahead log: %w", err)
	}
	if len(s.frames) > 0 && head != s.head {
		return errMoved
	}
	return nil
}

func (s *snapshot) close() {
	for _, f := range []*os.File{s.file, s.log} {
		if f != nil {
			_ = f.Close()
		}
	}
}
