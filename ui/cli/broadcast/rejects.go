package broadcast

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"telex/messaging/broadcast"
	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/words"
)

// rejects is a file of who gets nothing, with the row of the list as it is. It becomes the
// file beside the list when it is whole. The zero one, and nil, write nothing.
type rejects struct {
	path string
	file *os.File
	csv  *csv.Writer
	err  error
}

// newRejects begins the file, if there is somebody to write into it and a list to put it
// beside.
func newRejects(p planned) (*rejects, error) {
	if p.source.path == "" || p.People == p.Messages {
		return nil, nil //nolint:nilnil // nothing is to be written
	}
	r := &rejects{path: rejectsPath(p.source.path)}
	file, err := os.CreateTemp(filepath.Dir(r.path), ".telex-*") // only its owner may read it
	if err != nil {
		return nil, err //nolint:wrapcheck // it names the file
	}
	r.file, r.csv = file, csv.NewWriter(file)
	r.write("line", "number", "name", "reason", "why", "row")
	return r, nil
}

func (r *rejects) write(cells ...string) {
	if err := r.csv.Write(cells); r.err == nil {
		r.err = err
	}
}

// add writes down somebody who gets nothing.
func (r *rejects) add(p *broadcast.Person) {
	if r == nil || p.Skip == "" {
		return
	}
	why := words.Skip(outbox.Skip(p.Skip))
	if p.Why != "" {
		why += ": " + p.Why
	}
	r.write(strconv.Itoa(p.Line), text.Clean(p.Number), text.Clean(p.Name), string(p.Skip), text.Clean(why), p.Raw)
}

// drop takes back what was written.
func (r *rejects) drop() {
	if r != nil {
		_ = r.file.Close() // it is not wanted
		_ = os.Remove(r.file.Name())
	}
}

// close puts the file in its place, and returns where that is; "" if there is nobody in it.
func (r *rejects) close() (path string, err error) {
	if r == nil {
		return "", nil
	}
	r.csv.Flush()
	err = errors.Join(r.err, r.csv.Error(), r.file.Close())
	if err == nil {
		err = os.Rename(r.file.Name(), r.path)
	}
	if err != nil {
		_ = os.Remove(r.file.Name()) // it is of no use
		return "", err               //nolint:wrapcheck // it names the file
	}
	return r.path, nil
}
