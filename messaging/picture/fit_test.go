package picture_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
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

func TestMadeToFit(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
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
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
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
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
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
