package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"strings"
	"testing"

	"telex/messaging/picture"
)

// A picture that says that it is huge is not unpacked.
func TestBombs(t *testing.T) {
	bomb := asPNG(t, image.NewGray(image.Rect(0, 0, 8, 8)))
	binary.BigEndian.PutUint32(bomb[16:], 16_000)
	binary.BigEndian.PutUint32(bomb[20:], 16_000)
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

func FuzzPrepare(f *testing.F) {
	dot := cornered(9, 7)
	f.Add(asJPEG(f, dot, exif(6, true)), uint16(2000))
	f.Add(asJPEG(f, dot, segment(0xfe, []byte("x"))), uint16(0))
	f.Add(asJPEG(f, dot, append([]byte{0xff, 0xd5}, exif(6, true)...)), uint16(0))
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
		if picture.Sniff(file.Content) == picture.JPEG {
			if again, err := picture.Prepare("a", file.Content, picture.Options{}); err != nil || again.Private || again.Location || again.Upright {
				t.Fatalf("of what came of it: %+v, %v", again, err)
			}
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
