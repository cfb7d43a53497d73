package main

import (
	"fmt"
	"os"
)

// lines are a journal in a text.
type lines struct{ file *os.File }

func openLines(file string) (lines, error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return lines{}, fmt.Errorf("open the file: %w", err)
	}
	return lines{f}, nil
}

func (l lines) write(e entry) error {
	if e.answered > 0 {
		if err := l.add("%d answered %s\n", e.answered, e.answer); err != nil {
			return err
		}
	}
	if e.leaves > 0 {
		return l.add("%d sending %s\n", e.leaves, e.request)
	}
	return nil
}

func (l lines) add(format string, n int, said []byte) error {
	if _, err := fmt.Fprintf(l.file, format, n, said); err != nil {
		return fmt.Errorf("note the message: %w", err)
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("wait for the disk: %w", err)
	}
	return nil
}

func (l lines) close() error { return l.file.Close() } //nolint:wrapcheck // run is all there is
