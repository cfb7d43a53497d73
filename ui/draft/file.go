package draft

import (
	"path/filepath"
	"slices"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// A File is one of this machine that goes out with a message. It is uploaded when that is
// sent.
type File struct {
	URL    string   `json:"url"`    // as it stands in the media
	Path   string   `json:"path"`   // absolute
	Stored string   `json:"stored"` // its name at Bandwidth, which is another for another content
	Bytes  int      `json:"bytes,omitempty"`
	SHA256 string   `json:"sha256,omitempty"` // of its content, in hexadecimal
	Said   string   `json:"said"`             // what becomes of it
	Doubts []string `json:"doubts,omitempty"`
}

// Name is the last part of its path.
func (f File) Name() string { return filepath.Base(f.Path) }

// clean takes out what could drive a terminal. A path stays as it is: it names a file, and
// is cleaned where it is shown.
func (f *File) clean() {
	f.URL, _ = text.PlainText(f.URL)
	f.Said, _ = text.PlainText(f.Said)
	for i, d := range f.Doubts {
		f.Doubts[i], _ = text.PlainText(d)
	}
}

// OwnFile is the file of this machine that is the media of an address; ok is false if that
// is none.
func (f *Form) OwnFile(url string) (own File, ok bool) {
	i := slices.IndexFunc(f.Files, func(own File) bool { return own.URL == url })
	if i < 0 {
		return File{}, false
	}
	return f.Files[i], true
}

// OwnFiles are the files of this machine among the media, in their order.
func (f *Form) OwnFiles() []File {
	var all []File
	for _, url := range f.Media {
		if own, ok := f.OwnFile(url); ok {
			all = append(all, own)
		}
	}
	return all
}

// SentFiles are what is recorded of the files of this machine.
func (f *Form) SentFiles() []outbox.SentFile {
	var all []outbox.SentFile
	for _, own := range f.OwnFiles() {
		all = append(all, outbox.SentFile{URL: own.URL, Path: own.Path, Bytes: own.Bytes, SHA256: own.SHA256})
	}
	return all
}

// Attach puts a file behind the media, or in the place of what it was before.
func (f *Form) Attach(file File) {
	for _, own := range f.OwnFiles() {
		if own.Path == file.Path {
			f.Media[slices.Index(f.Media, own.URL)] = file.URL
			f.Files = append(slices.DeleteFunc(f.Files, func(o File) bool { return o.Path == file.Path }), file)
			return
		}
	}
	if !slices.Contains(f.Media, file.URL) { // the same content by another name is one file
		f.Media = append(f.Media, file.URL)
	}
	f.Files = append(f.Files, file)
}
