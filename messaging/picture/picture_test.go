package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"

	"telex/messaging/picture"
)

// corners are the colours of a picture, from the top left on as one reads.
var corners = []color.Color{
	color.RGBA{200, 30, 30, 255}, color.RGBA{30, 200, 30, 255}, color.RGBA{30, 30, 200, 255}, color.RGBA{220, 220, 60, 255},
}

// cornered is a picture of four colours.
func cornered(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, corners[2*(2*y/h)+2*x/w])
		}
	}
	return m
}

// noisy is a picture that hardly gets smaller.
func noisy(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = byte(random.Uint32())
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image, segments ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	return slices.Concat(whole[:2], slices.Concat(segments...), whole[2:])
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is one of a JPEG.
func segment(marker byte, body []byte) []byte {
	head := []byte{0xff, marker, 0, 0}
	binary.BigEndian.PutUint16(head[2:], uint16(len(body)+2))
	return append(head, body...)
}

// tiff is a structure of Exif with an orientation and, if located, a place.
func tiff(order binary.AppendByteOrder, orientation int, located bool) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	short := func(tag, value uint16) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, 3)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, value)
		b = order.AppendUint16(b, 0)
	}
	b = order.AppendUint16(b, 2)
	short(0x0112, uint16(orientation))
	b = order.AppendUint16(b, 0x8825)
	b = order.AppendUint16(b, 4)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint32(b, uint32(len(b)+4+4))
	b = order.AppendUint32(b, 0) // no further directory
	if !located {
		b = order.AppendUint16(b, 1)
		short(0, 2) // the version alone
		return b
	}
	b = order.AppendUint16(b, 2)
	short(2, 51)
	short(4, 13)
	return append(b, "51.4778 N 0.0015 W"...)
}

func exif(orientation int, located bool) []byte {
	return segment(0xe1, append([]byte("Exif\x00\x00"), tiff(binary.LittleEndian, orientation, located)...))
}

func prepare(t *testing.T, name string, content []byte, o picture.Options) picture.File {
	t.Helper()
	before := bytes.Clone(content)
	f, err := picture.Prepare(name, content, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !bytes.Equal(content, before) {
		t.Errorf("%s: what was given was changed", name)
	}
	if f.After.Bytes != len(f.Content) || f.Before.Bytes != len(before) {
		t.Errorf("%s: %+v has %d bytes, and was given %d", name, f.After, len(f.Content), len(before))
	}
	return f
}

// decoded is what a file shows; its size is what the file says.
func decoded(t *testing.T, f picture.File) image.Image {
	t.Helper()
	m, kind, err := image.Decode(bytes.NewReader(f.Content))
	if err != nil || "image/"+kind != f.Type {
		t.Fatalf("%s is no %s: %s, %v", f.Name, f.Type, kind, err)
	}
	if m.Bounds().Dx() != f.After.Width || m.Bounds().Dy() != f.After.Height {
		t.Errorf("%s has %v pixels, and says %+v", f.Name, m.Bounds(), f.After)
	}
	return m
}

// looksLike reports whether the corners of a picture have those colours, more or less.
func looksLike(m image.Image, want []color.Color) bool {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	for i, c := range want {
		r, g, b, _ := m.At(w/4+i%2*w/2, h/4+i/2*h/2).RGBA()
		wr, wg, wb, _ := c.RGBA()
		for _, d := range [][2]uint32{{r, wr}, {g, wg}, {b, wb}} {
			if max(d[0], d[1])-min(d[0], d[1]) > 0x1400 {
				return false
			}
		}
	}
	return true
}

// stored is a picture as a camera has it whose orientation is one of the eight: which sides
// of it the first row and the first column are, is in Exif 2.32, 4.6.4, tag 0112.
func stored(m *image.RGBA, orientation int) *image.RGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	places := []func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y },                 // top, left
		2: func(x, y int) (int, int) { return w - 1 - x, y },         // top, right
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }, // bottom, right
		4: func(x, y int) (int, int) { return x, h - 1 - y },         // bottom, left
		5: func(x, y int) (int, int) { return y, x },                 // left, top
		6: func(x, y int) (int, int) { return w - 1 - y, x },         // right, top
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }, // right, bottom
		8: func(x, y int) (int, int) { return y, h - 1 - x },         // left, bottom
	}
	size := m.Rect
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	s := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			s.Set(x, y, m.At(places[orientation](x, y)))
		}
	}
	return s
}

func TestOrientations(t *testing.T) {
	upright := cornered(96, 65)
	for o := 1; o <= 8; o++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			content := asJPEG(t, stored(upright, o), segment(0xe1, append([]byte("Exif\x00\x00"), tiff(order, o, false)...)))
			f := prepare(t, fmt.Sprint(o), content, picture.Options{Budget: 500_000})
			m := decoded(t, f)
			if !looksLike(m, corners) || m.Bounds().Dx() != 96 || m.Bounds().Dy() != 65 || f.Upright != (o > 1) || f.Before.Width != 96 {
				t.Errorf("orientation %d: %+v with %v pixels is not upright", o, f.After, m.Bounds())
			}
			if bytes.Contains(f.Content, []byte("Exif")) || !f.Private || f.Location || f.Kept || !f.Changed() {
				t.Errorf("orientation %d: Exif is in it still, or was not seen: %+v", o, f.After)
			}
		}
	}
	for _, o := range []int{0, 9, 65535} { // which is none
		f := prepare(t, "odd", asJPEG(t, upright, exif(o, false)), picture.Options{})
		if f.Upright || !looksLike(decoded(t, f), corners) {
			t.Errorf("orientation %d was followed", o)
		}
	}
}

// Nothing but the picture is left, in whatever place it was; pixels that need no change have
// none.
func TestWhatElseIsInAJPEGGoes(t *testing.T) {
	m := cornered(64, 48)
	secrets := []string{
		"SECRET-EXIF", "SECRET-XMP", "SECRET-IPTC", "SECRET-COMMENT", "SECRET-BEHIND", "SECRET-ICC", "SECRET-THUMB", "SECRET-JFIF",
		"SECRET-RESTART", "SECRET-BETWEEN", "SECRET-ADOBE",
	}
	content := asJPEG(t, m,
		exif(1, true), segment(0xe1, []byte("Exif\x00\x00SECRET-EXIF")), segment(0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00<x>SECRET-XMP</x>")),
		segment(0xed, []byte("Photoshop 3.0\x00SECRET-IPTC")), segment(0xe2, []byte("ICC_PROFILE\x00SECRET-ICC")), segment(0xfe, []byte("SECRET-COMMENT")),
		segment(0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x02SECRET-THUMB")),
		segment(0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00SECRET-JFIF")),
		segment(0xd5, []byte("SECRET-RESTART")), []byte("SECRET-BETWEEN\xff\x00"),
		segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x01SECRET-ADOBE")))
	content = append(content, "\xff\xd8SECRET-BEHIND"...)
	f := prepare(t, "a.jpg", content, picture.Options{Budget: 500_000})
	for _, secret := range append(secrets, "Exif", "51.4778", "ns.adobe") {
		if bytes.Contains(f.Content, []byte(secret)) {
			t.Errorf("%s is in it still", secret)
		}
	}
	if !f.Location || !f.Private || f.Kept || f.Upright {
		t.Errorf("got %+v", f)
	}
	if got := decoded(t, f).(*image.YCbCr); !bytes.Equal(got.Y, decodedJPEG(t, asJPEG(t, m)).Y) {
		t.Error("the pixels were changed")
	}
	for _, located := range []string{"<x exif:GPSLatitude='1'/>", "<exif:GPSLongitude>"} {
		f := prepare(t, "xmp.jpg", asJPEG(t, m, segment(0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00"+located))), picture.Options{})
		if !f.Location {
			t.Errorf("%s tells of no place", located)
		}
	}
	plain := prepare(t, "plain.jpg", asJPEG(t, m), picture.Options{})
	if plain.Private || plain.Location || plain.Changed() {
		t.Errorf("there is nothing in a plain one: %+v", plain)
	}
	kept := prepare(t, "a.jpg", content, picture.Options{AsIs: true})
	if !bytes.Equal(kept.Content, content) || !kept.Location || !kept.Kept || kept.Changed() || kept.After.Width != 64 {
		t.Errorf("as it is: %+v", kept.After)
	}
}

func decodedJPEG(t *testing.T, b []byte) *image.YCbCr {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m.(*image.YCbCr)
}
