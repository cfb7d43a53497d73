// Package picture makes files of one's own fit to be sent: a picture gets upright, small
// enough, and without what it tells of who took it and where.
//
// A file is known by its content, never by its name. How large a picture is is looked at
// before any of it is unpacked, and what is larger than [MostPixels] is refused.
//
// JPEG: what else is in the file beside the picture goes, its orientation becomes that of
// the pixels, and it is made smaller until it fits: the long side 1600, 1280, 1024, 800,
// 640 pixels, each with qualities of 85, 75, 65 and 55, the first that fits. PNG: the same, with what
// shows through left as it is; where nothing does it becomes a JPEG if it is too large.
// What moves, such as a GIF, is not touched, but for the comments of a PNG. Nothing is
// ever made larger.
//
// The package knows no files and no network, and keeps no state: every function may be
// called concurrently.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// MostPixels is how many pixels a picture may have: beyond what cameras of phones make.
const MostPixels = 50_000_000

// Options are what a file may become.
type Options struct {
	// Budget is how many bytes a picture may have after it was made to fit; 0 is any number.
	Budget int
	// AsIs leaves every byte as it is. Only what is no file to send at all is refused.
	AsIs bool
}

// A Look is what is seen of a picture.
type Look struct {
	Width, Height int // pixels, as they are shown; 0 for what is no picture
	Bytes         int
}

// A File is a file that can be sent.
type File struct {
	Name    string // the last part of its address: ASCII, with the ending of its type
	Type    string // media type
	Content []byte // the one that was given where nothing changed
	Before  Look
	After   Look
	Moves   bool // it has several pictures, so it was not made to fit
	Upright bool // it was turned or mirrored, as its orientation says
	RGB     bool // it had the colours of print
	// Location says that the file told where the picture was taken, and Private that it
	// had other things beside the picture in it, such as the camera and the time.
	Location, Private bool
	Kept              bool // these are in it still
}

// Changed reports whether the content is another than that which was given.
func (f File) Changed() bool {
	return f.Before.Bytes != f.After.Bytes || f.Upright || f.Location && !f.Kept
}

// An Error is why a file cannot be sent as it is.
type Error struct {
	What string // "is a HEIC picture, which few phones show"
	Do   string // what to do about it; "" where that is plain
}

func (e *Error) Error() string {
	if e.Do == "" {
		return e.What
	}
	return e.What + "; " + e.Do
}

// Prepare makes a file fit to be sent. Name is what it is called, with or without folders.
// Content is not changed, and may be part of the result. The error is an [*Error].
func Prepare(name string, content []byte, o Options) (File, error) {
	k := Sniff(content)
	f := File{Name: cleanName(name, k), Type: k.Type, Content: content, Kept: true}
	f.Before = Look{Bytes: len(content)}
	f.After = f.Before
	if err := k.refused(o.AsIs); err != nil {
		return File{}, err
	}
	var err error
	switch k {
	case JPEG:
		err = f.prepareJPEG(o)
	case PNG:
		err = f.preparePNG(o)
	case GIF:
		err = f.prepareGIF(o)
	}
	if err != nil {
		return File{}, err
	}
	return f, nil
}

// look notes the size of a picture, before it is unpacked.
func (f *File) look(decode func([]byte) (image.Config, error)) (image.Config, error) {
	c, err := decode(f.Content)
	if err != nil {
		return c, damaged(err)
	}
	if c.Width <= 0 || c.Height <= 0 {
		return c, &Error{What: "is a picture without pixels"}
	}
	if int64(c.Width)*int64(c.Height) > MostPixels {
		return c, &Error{
			What: fmt.Sprintf("has %d×%d pixels, more than the %d million that telex unpacks", c.Width, c.Height, MostPixels/1_000_000),
			Do:   "make it smaller first",
		}
	}
	f.Before.Width, f.Before.Height = c.Width, c.Height
	f.After = f.Before
	return c, nil
}

func (f *File) prepareJPEG(o Options) error {
	c, err := f.look(func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) })
	if err != nil {
		return err
	}
	parts, err := splitJPEG(f.Content)
	if err != nil {
		return err
	}
	f.Location, f.Private = parts.location, parts.private
	if parts.orientation >= 5 { // it is shown lying on its side otherwise
		f.Before.Width, f.Before.Height = c.Height, c.Width
		f.After = f.Before
	}
	if o.AsIs {
		return nil
	}
	m, err := jpeg.Decode(bytes.NewReader(f.Content))
	if err != nil {
		return damaged(err)
	}
	_, f.RGB = m.(*image.CMYK)
	f.Upright, f.Kept = parts.orientation > 1, false
	if bare := parts.bare; !f.Upright && !f.RGB && fits(len(bare), o.Budget) {
		f.take(bare)
		return nil
	}
	return f.shrink(planesOf(m), parts.orientation, o.Budget)
}

func (f *File) preparePNG(o Options) error {
	c, err := f.look(func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) })
	if err != nil {
		return err
	}
	parts, err := splitPNG(f.Content)
	if err != nil {
		return err
	}
	f.Location, f.Private, f.Moves = parts.location, parts.private, parts.moves
	if o.AsIs {
		return nil
	}
	if err := f.shallow(c); err != nil {
		return err
	}
	m, err := png.Decode(bytes.NewReader(f.Content))
	if err != nil {
		return damaged(err)
	}
	f.Kept = false
	if f.Moves || fits(len(parts.bare), o.Budget) {
		f.take(parts.bare)
		return nil
	}
	if opaque, ok := m.(interface{ Opaque() bool }); !ok || !opaque.Opaque() {
		return f.shrinkPNG(m, o.Budget)
	}
	f.Type, f.Name = JPEG.Type, cleanName(f.Name, JPEG)
	return f.shrink(planesOf(m), 1, o.Budget)
}

// shallow refuses a picture whose colours are so deep that it takes twice the memory.
func (f *File) shallow(c image.Config) error {
	if deep(c.ColorModel) && int64(c.Width)*int64(c.Height) > MostPixels/2 {
		return &Error{What: fmt.Sprintf("has %d×%d pixels of 16 bits, more than telex unpacks", c.Width, c.Height), Do: "make it smaller first"}
	}
	return nil
}

func (f *File) prepareGIF(o Options) error {
	if _, err := f.look(func(b []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(b)) }); err != nil {
		return err
	}
	frames, err := countFrames(f.Content)
	if err != nil && !o.AsIs {
		return err
	}
	f.Moves = frames > 1
	return nil
}

// take makes content that of the file.
func (f *File) take(content []byte) {
	f.Content, f.After.Bytes = content, len(content)
}

// fits reports whether so many bytes are within a budget.
func fits(n, budget int) bool { return budget <= 0 || n <= budget }

// damaged puts what a decoder says into words. Its own are for programmers, and quote
// the file.
func damaged(err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return &Error{What: "is a damaged picture: it cannot be read to its end"}
}
