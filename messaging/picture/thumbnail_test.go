package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging/picture"
)

// A thumbnail is upright, as wide or as high as its box and not larger than the picture.
func TestThumbnail(t *testing.T) {
	upright := cornered(96, 64)
	for o := 1; o <= 8; o++ {
		m, err := picture.Thumbnail(asJPEG(t, stored(upright, o), exif(o, false)), 30, 30)
		if err != nil {
			t.Fatal(err)
		}
		if m.Rect != image.Rect(0, 0, 30, 20) || !looksLike(m, corners) {
			t.Errorf("orientation %d: %v is not upright", o, m.Rect)
		}
	}
	for _, c := range []struct{ w, h, boxW, boxH, wantW, wantH int }{
		{96, 64, 30, 10, 15, 10},
		{96, 64, 500, 500, 96, 64},
		{96, 64, 96, 64, 96, 64},
		{1000, 1, 10, 10, 10, 1},
		{1, 1000, 10, 10, 1, 10},
		{1, 1, 10, 10, 1, 1},
		{96, 64, 0, -1, 1, 1},
	} {
		for kind, content := range map[string][]byte{"jpeg": asJPEG(t, cornered(c.w, c.h)), "png": asPNG(t, cornered(c.w, c.h)), "noisy png": asPNG(t, noisy(c.w, c.h))} {
			m, err := picture.Thumbnail(content, c.boxW, c.boxH)
			if err != nil || m.Rect != image.Rect(0, 0, c.wantW, c.wantH) {
				t.Errorf("%s of %d×%d in %d×%d: %v, %v", kind, c.w, c.h, c.boxW, c.boxH, m.Bounds(), err)
			}
		}
	}
}

// What shows through does so in a thumbnail too, by how much of a pixel is covered.
func TestThumbnailShowsThrough(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for y := range 40 {
		for x := range 20 {
			m.Set(x, y, color.NRGBA{200, 100, 50, 255})
		}
	}
	got, err := picture.Thumbnail(asPNG(t, m), 4, 4)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := got.RGBAAt(0, 0), got.RGBAAt(3, 3); a != (color.RGBA{200, 100, 50, 255}) || b != (color.RGBA{}) {
		t.Errorf("got %v and %v", a, b)
	}
}

// Every JPEG of the corpus, and the first picture of what moves, is unpacked.
func TestThumbnailOfAll(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.jpeg")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	all := map[string][]byte{"gif": asGIF(t, 90)}
	for _, path := range paths {
		if all[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range all {
		before := bytes.Clone(content)
		if m, err := picture.Thumbnail(content, 12, 12); err != nil || m.Rect.Dx() > 12 || m.Rect.Dy() > 12 || m.RGBAAt(0, 0).A != 255 {
			t.Errorf("%s: %v, %v", name, m.Bounds(), err)
		}
		if !bytes.Equal(content, before) {
			t.Errorf("%s was changed", name)
		}
	}
	deepGray := image.NewGray16(image.Rect(0, 0, 20, 20))
	deepGray.SetGray16(0, 0, color.Gray16{0xffff})
	if m, err := picture.Thumbnail(asPNG(t, deepGray), 20, 20); err != nil || m.RGBAAt(0, 0) != (color.RGBA{255, 255, 255, 255}) || m.RGBAAt(1, 0) != (color.RGBA{0, 0, 0, 255}) {
		t.Errorf("16 bits: %v, %v", m.Bounds(), err)
	}
}

// What cannot be shown is refused in words, and nothing of it is unpacked.
func TestThumbnailRefuses(t *testing.T) {
	bomb := asPNG(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(bomb[16:], 16_000)
	binary.BigEndian.PutUint32(bomb[20:], 16_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	deep := asPNG(t, image.NewGray16(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(deep[16:], 6_000)
	binary.BigEndian.PutUint32(deep[20:], 6_000)
	binary.BigEndian.PutUint32(deep[29:], crc32.ChecksumIEEE(deep[12:29]))
	moving := asGIF(t, 2)
	binary.LittleEndian.PutUint16(moving[6:], 65_000)
	binary.LittleEndian.PutUint16(moving[8:], 65_000)
	var outside bytes.Buffer // a picture that lies outside of what the GIF says it has
	if err := gif.Encode(&outside, image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	binary.LittleEndian.PutUint16(outside.Bytes()[6:], 3)
	whole := asJPEG(t, cornered(40, 30))
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"bomb":      {bomb, "more than the 50 million that telex unpacks"},
		"deep bomb": {deep, "pixels of 16 bits, more than telex unpacks"},
		"gif bomb":  {moving, "more than the 50 million that telex unpacks"},
		"outside":   {outside.Bytes(), "damaged picture"},
		"cut":       {whole[:len(whole)/2], "damaged picture"},
		"video":     {[]byte("\x00\x00\x00\x18ftypmp42"), "is a video, and telex shows JPEG, PNG and GIF"},
		"heic":      {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "is a HEIC picture, and telex shows"},
		"pdf":       {[]byte("%PDF-1.7"), "is a PDF, and telex shows"},
		"empty":     {nil, "is not a kind of picture"},
	} {
		m, err := picture.Thumbnail(c.content, 40, 40)
		if _, ok := errors.AsType[*picture.Error](err); !ok || m != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", name, m.Bounds(), err)
		}
		if n := testing.AllocsPerRun(1, func() { _, _ = picture.Thumbnail(c.content, 40, 40) }); n > 300 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func FuzzThumbnail(f *testing.F) {
	dot := cornered(9, 7)
	f.Add(asJPEG(f, dot, exif(6, true)), uint8(4), uint8(3))
	f.Add(asPNG(f, dot), uint8(0), uint8(200))
	f.Add(asGIF(f, 3), uint8(7), uint8(7))
	f.Fuzz(func(t *testing.T, content []byte, w, h uint8) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil && c.Width*c.Height > 1<<18 {
			return // slow, and nothing new
		}
		m, err := picture.Thumbnail(content, int(w), int(h))
		if err != nil {
			if _, ok := errors.AsType[*picture.Error](err); !ok {
				t.Fatalf("%v is no picture.Error", err)
			}
			return
		}
		if m.Rect.Empty() || m.Rect.Dx() > max(int(w), 1) || m.Rect.Dy() > max(int(h), 1) {
			t.Fatalf("%v is not within %d×%d", m.Rect, w, h)
		}
	})
}
