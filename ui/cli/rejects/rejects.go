// Package rejects keeps the rows of a list that are nobody in a file beside it: a list
// again, with the line and the reason before each row, so that it can be corrected and
// read once more.
package rejects

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"telex/messaging/broadcast/list"
	"telex/ui/cli/say"
)

// A File is one for the rejects of a list. It is made with its first row, never in the
// place of another.
type File struct {
	list   string
	name   string // "" is one beside the list
	fields []string
	file   *os.File
	buffer *bufio.Writer
	rows   *csv.Writer
	n      int
}

// Read is the header of what stands where the number of a row is looked for.
const Read = "number as read"

// For is where the rejects of a list go, whose rows have fields: "people.csv" has "people.rejects.csv" beside it,
// or in the working folder if nothing can be written there. A list without a name is "list".
func For(name string, fields []string) *File { return &File{list: name, fields: fields} }

// At is a file of that name, or one with a number behind its name if that is there already.
func At(name string, fields []string) *File { return &File{name: name, fields: fields} }

// most is how many files of rejects a list may have.
const most = 1000

// open makes the file.
func (f *File) open() error {
	base, ext := strings.TrimSuffix(filepath.Base(f.list), filepath.Ext(f.list))+".rejects", ".csv"
	folders := []string{filepath.Dir(f.list), "."}
	switch {
	case f.name != "":
		ext = filepath.Ext(f.name)
		base, folders = strings.TrimSuffix(filepath.Base(f.name), ext), []string{filepath.Dir(f.name)}
	case f.list == "" || f.list == "-":
		base, folders = "list.rejects", []string{"."}
	}
	var failed error
	for _, folder := range folders {
		for n := 1; n <= most; n++ {
			name := base + ext
			if n > 1 {
				name = fmt.Sprintf("%s-%d%s", base, n, ext)
			}
			file, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err == nil {
				f.file, f.buffer = file, bufio.NewWriter(file)
				f.rows = csv.NewWriter(f.buffer)
				return f.write(append([]string{"line", "reason", Read}, f.fields...))
			}
			if failed = err; !errors.Is(err, os.ErrExist) {
				break
			}
		}
	}
	return fmt.Errorf("keep the rejects: %w", failed)
}

func (f *File) write(cells []string) error {
	for i := range cells {
		cells[i] = list.Guard(cells[i])
	}
	if err := f.rows.Write(cells); err != nil {
		return fmt.Errorf("keep the rejects: %w", err)
	}
	return nil
}

// Add keeps one row and why it is there.
func (f *File) Add(row list.Row, reason string) error {
	if f.file == nil {
		if err := f.open(); err != nil {
			return err
		}
	}
	f.n++
	return f.write(append([]string{strconv.Itoa(row.Line), reason, row.Value}, row.Values...))
}

// Why says why a row is nobody, with what stands where its number is looked for.
func Why(reason, value string) string {
	if value == "" {
		return reason
	}
	return reason + ": " + say.Quoted(value)
}

// Close completes the file and tells its name and how many rows it has; "" if there was
// none to keep.
func (f *File) Close() (name string, n int, err error) {
	if f.file == nil {
		return "", 0, nil
	}
	f.rows.Flush()
	err = errors.Join(f.rows.Error(), f.buffer.Flush(), f.file.Close())
	if err != nil {
		return f.file.Name(), f.n, fmt.Errorf("keep the rejects: %w", err)
	}
	return f.file.Name(), f.n, nil
}
