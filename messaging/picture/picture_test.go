package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
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
	secrets := []string{"SECRET-EXIF", "SECRET-XMP", "SECRET-IPTC", "SECRET-COMMENT", "SECRET-BEHIND", "SECRET-ICC", "SECRET-THUMB"}
	content := asJPEG(t, m,
		exif(1, true), segment(0xe1, []byte("Exif\x00\x00SECRET-EXIF")), segment(0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00<x>SECRET-XMP</x>")),
		segment(0xed, []byte("Photoshop 3.0\x00SECRET-IPTC")), segment(0xe2, []byte("ICC_PROFILE\x00SECRET-ICC")), segment(0xfe, []byte("SECRET-COMMENT")),
		segment(0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x02SECRET-THUMB")))
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

func TestMadeToFit(t *testing.T) {
	sample.Alone(t)
	big := noisy(720, 400)
	content := asJPEG(t, big, exif(6, true))
	last := 1 << 30
	for _, budget := range []int{180_000, 120_000, 90_000} {
		f := prepare(t, "big.jpg", content, picture.Options{Budget: budget})
		m := decoded(t, f)
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		if len(f.Content) > budget || len(f.Content) >= last || !slices.Contains([]int{720, 640}, h) || w != (h*400+360)/720 {
			t.Errorf("budget %d: %d bytes, %d×%d", budget, len(f.Content), w, h)
		}
		if f.Before != (picture.Look{Width: 400, Height: 720, Bytes: len(content)}) || !f.Location || !f.Upright {
			t.Errorf("budget %d: before it was %+v", budget, f.Before)
		}
		last = len(f.Content)
	}
	small := asJPEG(t, noisy(300, 200), exif(8, false))
	_, err := picture.Prepare("small.jpg", small, picture.Options{Budget: 2_000})
	if err == nil || err.Error() != "cannot be made smaller than 2000 bytes; send fewer files with the message" {
		t.Errorf("2,000 bytes: %v", err)
	}
	f := prepare(t, "small.jpg", small, picture.Options{Budget: 500_000})
	if decoded(t, f); f.After.Width != 200 || f.After.Height != 300 {
		t.Errorf("a small one became %+v", f.After)
	}
}

// The ladder begins at 1600 pixels, where the picture is larger than that.
func TestLadder(t *testing.T) {
	for long, want := range map[int]int{1700: 1600, 1600: 1600, 1599: 1599, 641: 641, 640: 640, 100: 100} {
		f := prepare(t, "long.jpg", asJPEG(t, cornered(long, 4), exif(3, false)), picture.Options{Budget: 500_000})
		if f.After.Width != want {
			t.Errorf("%d became %d pixels, want %d", long, f.After.Width, want)
		}
	}
}

// Whatever a JPEG is made like, it shows the same picture when it was turned and made
// smaller, and grey stays grey.
func TestFormsOfJPEG(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.jpeg")
	if err != nil || len(paths) != 8 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		was, err := jpeg.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		f := prepare(t, path, content, picture.Options{Budget: 500_000})
		if off := difference(was, decoded(t, f)); off > 3 {
			t.Errorf("%s: %d away from what it was", path, off)
		}
		if _, inks := was.(*image.CMYK); f.RGB != inks {
			t.Errorf("%s: colours of print: %v, want %v", path, f.RGB, inks)
		}
		turned := slices.Concat(content[:2], exif(3, false), content[2:])
		m := decoded(t, prepare(t, path, turned, picture.Options{Budget: 500_000}))
		if off := difference(was, flipped{m}); off > 6 {
			t.Errorf("%s: turned it is %d away from what it was", path, off)
		}
		if _, grey := was.(*image.Gray); grey {
			if _, still := m.(*image.Gray); !still {
				t.Errorf("%s: grey got colours", path)
			}
		}
	}
}

// flipped is a picture upside down.
type flipped struct{ image.Image }

func (f flipped) At(x, y int) color.Color {
	return f.Image.At(f.Bounds().Dx()-1-x, f.Bounds().Dy()-1-y)
}

// difference is how far the colours of two pictures are apart, in the mean, of 255.
func difference(a, b image.Image) int {
	if a.Bounds() != b.Bounds() {
		return 255
	}
	sum, n := 0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			ar, ag, ab, _ := a.At(x, y).RGBA()
			br, bg, bb, _ := b.At(x, y).RGBA()
			for _, d := range [][2]uint32{{ar, br}, {ag, bg}, {ab, bb}} {
				sum += int(max(d[0], d[1])-min(d[0], d[1])) >> 8
				n++
			}
		}
	}
	return sum / n
}

// What is made smaller shows the same.
func TestSmallerLooksTheSame(t *testing.T) {
	sample.Alone(t)
	m := cornered(700, 300)
	for i := 0; i < len(m.Pix); i += 4 { // a fine pattern, so that it does not fit as it is
		m.Pix[i] ^= byte(rand.N(16))
		m.Pix[i+1] ^= byte(rand.N(16))
	}
	for name, content := range map[string][]byte{"jpeg": asJPEG(t, m), "png": asPNG(t, m)} {
		f := prepare(t, name, content, picture.Options{Budget: 6_000})
		if got := decoded(t, f); !looksLike(got, corners) || got.Bounds().Dx() != 640 || f.Type != "image/jpeg" || f.Name != name+".jpg" {
			t.Errorf("%s became %v, %s as %s", name, got.Bounds(), f.Type, f.Name)
		}
	}
}

func TestPNG(t *testing.T) {
	sample.Alone(t)
	chunk := func(kind, body string) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		b = append(append(b, kind...), body...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	whole := asPNG(t, cornered(40, 30))
	told := slices.Concat(whole[:33], chunk("tEXt", "Comment\x00SECRET"), chunk("eXIf", string(tiff(binary.BigEndian, 1, true))), chunk("tIME", "1234567"), whole[33:], []byte("SECRET-BEHIND"))
	f := prepare(t, "a.png", told, picture.Options{Budget: 500_000})
	if !bytes.Equal(f.Content, whole) || !f.Location || !f.Private || f.Kept || !looksLike(decoded(t, f), corners) {
		t.Errorf("got %+v, and %d bytes in place of %d", f.After, len(f.Content), len(whole))
	}
	xmp := prepare(t, "a.png", slices.Concat(whole[:33], chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00exif:GPSLatitude"), whole[33:]), picture.Options{})
	if !xmp.Location || prepare(t, "a.png", whole, picture.Options{}).Changed() {
		t.Error("XMP was not seen, or a plain one changed")
	}

	through := noisy(850, 120)
	for i := 3; i < len(through.Pix); i += 4 {
		through.Pix[i] = byte(i / 3400)
	}
	seen := prepare(t, "through.png", asPNG(t, through), picture.Options{Budget: 290_000})
	if m := decoded(t, seen); seen.Type != "image/png" || len(seen.Content) > 290_000 || m.Bounds().Dx() >= 850 {
		t.Errorf("what shows through became %s of %v", seen.Type, m.Bounds())
	} else if _, _, _, a := m.At(300, 0).RGBA(); a > 0x0800 {
		t.Errorf("nothing shows through any more: %x", a)
	}
	if _, err := picture.Prepare("through.png", asPNG(t, through), picture.Options{Budget: 1_000}); err == nil || !strings.Contains(err.Error(), "put it on a background") {
		t.Errorf("what cannot be made to fit: %v", err)
	}

	deep := image.NewNRGBA64(image.Rect(0, 0, 300, 200))
	for i := range deep.Pix {
		deep.Pix[i] = byte(rand.Uint32())
	}
	for i := 6; i < len(deep.Pix); i += 8 {
		deep.Pix[i], deep.Pix[i+1] = 255, 255
	}
	if f := prepare(t, "deep.png", asPNG(t, deep), picture.Options{Budget: 80_000}); f.Type != "image/jpeg" || f.Name != "deep.jpg" || len(f.Content) > 80_000 {
		t.Errorf("16 bits became %s, %s", f.Type, f.Name)
	} else {
		decoded(t, f)
	}
	moving := slices.Concat(whole[:33], chunk("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"), chunk("tEXt", "SECRET"), whole[33:])
	if f := prepare(t, "moving.png", moving, picture.Options{Budget: 100}); !f.Moves || !bytes.Contains(f.Content, []byte("acTL")) || bytes.Contains(f.Content, []byte("SECRET")) {
		t.Error("one that moves was touched, or says something still")
	}
}

func TestSmallest(t *testing.T) {
	dot := cornered(1, 1)
	for name, content := range map[string][]byte{
		"png": asPNG(t, dot), "jpeg": asJPEG(t, dot), "turned": asJPEG(t, dot, exif(6, false)), "grey": asJPEG(t, image.NewGray(image.Rect(0, 0, 1, 1)), exif(3, false)),
	} {
		if f := prepare(t, name, content, picture.Options{Budget: 500_000}); decoded(t, f).Bounds().Dx() != 1 {
			t.Errorf("%s: %+v", name, f.After)
		}
	}
	line := noisy(5000, 1)
	if f := prepare(t, "line", asPNG(t, line), picture.Options{Budget: 4_000}); decoded(t, f).Bounds().Dy() != 1 {
		t.Errorf("a line became %+v", f.After)
	}
}

// A picture that says that it is huge is not unpacked.
func TestBombs(t *testing.T) {
	bomb := asPNG(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(bomb[16:], 100_000)
	binary.BigEndian.PutUint32(bomb[20:], 100_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	wide := asJPEG(t, cornered(8, 8))
	sof := bytes.Index(wide, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(wide[sof+5:], 60_000)
	binary.BigEndian.PutUint16(wide[sof+7:], 60_000)
	moving := asGIF(t, 2)
	binary.LittleEndian.PutUint16(moving[6:], 65_000)
	binary.LittleEndian.PutUint16(moving[8:], 65_000)
	for name, content := range map[string][]byte{"png": bomb, "jpeg": wide, "gif": moving} {
		for _, asIs := range []bool{false, true} {
			_, err := picture.Prepare(name, content, picture.Options{Budget: 500_000, AsIs: asIs})
			if err == nil || !strings.Contains(err.Error(), "more than the 50 million that telex unpacks; make it smaller first") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := testing.AllocsPerRun(1, func() { _, _ = picture.Prepare(name, content, picture.Options{}) }); n > 200 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func asGIF(t testing.TB, frames int) []byte {
	t.Helper()
	g := &gif.GIF{}
	for i := range frames {
		m := image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.Black, color.White, color.RGBA{255, 0, 0, 255}})
		m.Pix[i%len(m.Pix)] = 1
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 5)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGIFIsNotTouched(t *testing.T) {
	for frames, moves := range map[int]bool{1: false, 2: true, 90: true} {
		content := asGIF(t, frames)
		f := prepare(t, "a.gif", content, picture.Options{Budget: 100})
		if !bytes.Equal(f.Content, content) || f.Changed() || f.Moves != moves || f.After.Width != 20 || f.Name != "a.gif" {
			t.Errorf("%d frames: %+v", frames, f.After)
		}
	}
}

// Damaged files are refused, wherever they end.
func TestTruncated(t *testing.T) {
	for name, content := range map[string][]byte{
		"jpeg": asJPEG(t, cornered(40, 30), exif(6, true)), "png": asPNG(t, cornered(40, 30)), "gif": asGIF(t, 3),
	} {
		whole := len(content)
		for n := range whole {
			_, err := picture.Prepare(name, content[:n], picture.Options{Budget: 500_000})
			e, ok := errors.AsType[*picture.Error](err)
			switch {
			case !ok:
				t.Errorf("%s cut to %d of %d bytes: %v", name, n, whole, err)
			case n > 16 && e.What != "is a damaged picture: it cannot be read to its end":
				t.Errorf("%s cut to %d bytes %s", name, n, e.What)
			}
		}
	}
}

func TestKinds(t *testing.T) {
	for begins, want := range map[string]string{
		"\xff\xd8\xff\xe0":             "image/jpeg",
		"\x89PNG\r\n\x1a\n":            "image/png",
		"GIF87a":                       "image/gif",
		"GIF89a":                       "image/gif",
		"RIFF\x10\x00\x00\x00WEBPVP8 ": "image/webp is a WebP picture, which many phones do not show; convert it: dwebp FILE -o FILE.png",
		"RIFF\x10\x00\x00\x00WAVEfmt ": "audio/wav",
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00": "image/heic is a HEIC picture, which many phones do not show; convert it: heif-convert FILE FILE.jpg",
		"\x00\x00\x00\x18ftypmif1":                 "image/heic is a HEIC picture, which many phones do not show; convert it: heif-convert FILE FILE.jpg",
		"\x00\x00\x00\x1cftypavif":                 "image/avif is an AVIF picture, which many phones do not show; convert it: heif-convert FILE FILE.jpg",
		"\x00\x00\x00\x18ftypmp42":                 "video/mp4",
		"\x00\x00\x00\x18ftypisom":                 "video/mp4",
		"\x00\x00\x00\x18ftyp3gp4":                 "video/3gpp",
		"\x00\x00\x00\x14ftypqt  ":                 "video/quicktime",
		"%PDF-1.7":                                 "application/pdf",
		"BEGIN:VCARD\r\nVERSION:3.0":               "text/vcard",
		"\ufeffbegin:vcard\n":                      "text/vcard",
		"BEGIN:VCALENDAR":                          "text/calendar",
		"ID3\x03":                                  "audio/mpeg",
		"#!AMR\n":                                  "audio/amr",
		"BM\x00\x00":                               "image/bmp is a BMP picture, which many phones do not show; convert it: magick FILE FILE.png",
		"II*\x00":                                  "image/tiff is a TIFF picture, which many phones do not show; convert it: magick FILE FILE.jpg",
		"":                                         "application/octet-stream is not a kind of file that phones show; they show jpeg, png, gif, mp4, 3gp, pdf and vcf",
		"<!DOCTYPE html>":                          "application/octet-stream is not a kind of file that phones show; they show jpeg, png, gif, mp4, 3gp, pdf and vcf",
		"WEBP":                                     "application/octet-stream is not a kind of file that phones show; they show jpeg, png, gif, mp4, 3gp, pdf and vcf",
	} {
		got := picture.Sniff([]byte(begins)).Type
		if !strings.HasPrefix(want, "image/jpeg") && !strings.HasPrefix(want, "image/png") && !strings.HasPrefix(want, "image/gif") {
			if _, err := picture.Prepare("a", []byte(begins), picture.Options{}); err != nil {
				got += " " + err.Error()
			}
			if f, err := picture.Prepare("a", []byte(begins), picture.Options{AsIs: true}); err != nil || !bytes.Equal(f.Content, []byte(begins)) {
				t.Errorf("%q as it is: %v", begins, err)
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", begins, got, want)
		}
	}
}

// The ending is that of what the file is; the name is fit for an address.
func TestNames(t *testing.T) {
	whole := asPNG(t, cornered(4, 4))
	for name, want := range map[string]string{
		"a.jpg": "a.png", "/home/me/My Photo (1).PNG": "My-Photo--1.png", `C:\pictures\cat.jpeg`: "cat.png", "": "file.png", ".png": "file.png", "...": "file.png",
		"naïve été.png": "na-ve--t.png", "a.tar.gz": "a.tar.png", "no ending": "no-ending.png", "Mr. Smith": "Mr.-Smith.png", "../../etc/passwd": "passwd.png",
		strings.Repeat("x", 300) + ".png": strings.Repeat("x", 60) + ".png", "a\x1b[2J.png": "a--2J.png",
	} {
		if f := prepare(t, name, whole, picture.Options{}); f.Name != want || f.Type != "image/png" {
			t.Errorf("%q: %s, want %s", name, f.Name, want)
		}
	}
}

func TestShare(t *testing.T) {
	for _, tt := range []struct {
		sizes  []int
		budget int
		want   []int
	}{
		{nil, 100, []int{}},
		{[]int{500}, 100, []int{100}},
		{[]int{50}, 100, []int{100}},
		{[]int{50, 10}, 100, []int{70, 30}},
		{[]int{500, 500}, 100, []int{50, 50}},
		{[]int{10, 500, 500}, 100, []int{10, 45, 45}},
		{[]int{500, 40, 30}, 100, []int{35, 35, 30}},
		{[]int{500, 32, 30}, 100, []int{38, 32, 30}},
		{[]int{500, 31, 500}, 90, []int{30, 30, 30}},
	} {
		if got := picture.Share(tt.sizes, tt.budget); !slices.Equal(got, tt.want) {
			t.Errorf("Share(%v, %d) = %v, want %v", tt.sizes, tt.budget, got, tt.want)
		}
	}
}

// What is unpacked and kept of a photograph is bounded: of 12 megapixels it is 16 times of
// this, which is less than 200 MB.
func TestMemory(t *testing.T) {
	sample.Alone(t)
	m := image.NewYCbCr(image.Rect(0, 0, 1008, 756), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = byte(i * i >> 4)
	}
	content := asJPEG(t, m, exif(6, true))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := picture.Prepare("a.jpg", content, picture.Options{Budget: 300_000}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 200<<20/16 {
		t.Errorf("%d KB for 0.75 megapixels", got>>10)
	}
}

func FuzzPrepare(f *testing.F) {
	dot := cornered(9, 7)
	f.Add(asJPEG(f, dot, exif(6, true)), uint16(2000))
	f.Add(asJPEG(f, dot, segment(0xfe, []byte("x"))), uint16(0))
	f.Add(asPNG(f, dot), uint16(90))
	f.Add(asGIF(f, 3), uint16(1))
	f.Add([]byte("\x00\x00\x00\x18ftypheic"), uint16(1))
	f.Fuzz(func(t *testing.T, content []byte, budget uint16) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil && c.Width*c.Height > 1<<18 {
			return // slow, and nothing new
		}
		file, err := picture.Prepare("a", content, picture.Options{Budget: int(budget)})
		if err != nil {
			if _, ok := errors.AsType[*picture.Error](err); !ok {
				t.Fatalf("%v is no picture.Error", err)
			}
			return
		}
		if bytes.Contains(file.Content, []byte("Exif\x00\x00")) && picture.Sniff(content) == picture.JPEG {
			t.Fatal("Exif is in it still")
		}
		if k := picture.Sniff(file.Content); k.IsPicture() {
			if _, _, err := image.Decode(bytes.NewReader(file.Content)); err != nil {
				t.Fatalf("what came of it cannot be read: %v", err)
			}
			if budget > 0 && !file.Moves && len(file.Content) > int(budget) {
				t.Fatalf("%d bytes are more than %d", len(file.Content), budget)
			}
		}
	})
}
