package picture

import (
	"bytes"
	"path"
	"strings"
)

// A Kind is what sort of file something is, by its content.
type Kind struct {
	Type   string // media type
	Ending string // of a name, with its full stop
	word   string // what it is, for people
	remedy string // why and how to convert what phones do not show; "" for what they do
}

// The kinds that are treated in a way of their own.
var (
	JPEG = Kind{Type: "image/jpeg", Ending: ".jpg", word: "a JPEG"}
	PNG  = Kind{Type: "image/png", Ending: ".png", word: "a PNG"}
	GIF  = Kind{Type: "image/gif", Ending: ".gif", word: "a GIF"}
)

// unknown is what no sign was found of.
var unknown = Kind{Type: "application/octet-stream", Ending: ".bin"}

// signs are how files begin, at an offset, by the documents of their formats. The first that
// fits counts.
var signs = []struct {
	at   int
	sign string
	kind Kind
}{
	{0, "\xff\xd8\xff", JPEG},
	{0, "\x89PNG\r\n\x1a\n", PNG},
	{0, "GIF87a", GIF},
	{0, "GIF89a", GIF},
	{8, "WEBP", Kind{"image/webp", ".webp", "a WebP picture", "dwebp FILE -o FILE.png"}},
	{4, "ftypavif", avif},
	{4, "ftypavis", avif},
	{4, "ftyphei", heic},
	{4, "ftyphev", heic},
	{4, "ftypmif1", heic},
	{4, "ftypmsf1", heic},
	{4, "ftyp3g", Kind{Type: "video/3gpp", Ending: ".3gp", word: "a video"}},
	{4, "ftypqt  ", Kind{Type: "video/quicktime", Ending: ".mov", word: "a QuickTime video"}},
	{4, "ftypM4A", Kind{Type: "audio/mp4", Ending: ".m4a", word: "a sound"}},
	{4, "ftyp", Kind{Type: "video/mp4", Ending: ".mp4", word: "a video"}},
	{0, "%PDF-", Kind{Type: "application/pdf", Ending: ".pdf", word: "a PDF"}},
	{0, "ID3", Kind{Type: "audio/mpeg", Ending: ".mp3", word: "a sound"}},
	{0, "#!AMR", Kind{Type: "audio/amr", Ending: ".amr", word: "a sound"}},
	{8, "WAVE", Kind{Type: "audio/wav", Ending: ".wav", word: "a sound"}},
	{0, "BM", Kind{"image/bmp", ".bmp", "a BMP picture", "magick FILE FILE.png"}},
	{0, "II*\x00", tiff},
	{0, "MM\x00*", tiff},
}

var (
	heic = Kind{"image/heic", ".heic", "a HEIC picture", "heif-convert FILE FILE.jpg"}
	avif = Kind{"image/avif", ".avif", "an AVIF picture", "heif-convert FILE FILE.jpg"}
	tiff = Kind{"image/tiff", ".tif", "a TIFF picture", "magick FILE FILE.jpg"}
	card = Kind{Type: "text/vcard", Ending: ".vcf", word: "a contact"}
	when = Kind{Type: "text/calendar", Ending: ".ics", word: "a date"}
)

// Sniff tells what content is.
func Sniff(content []byte) Kind {
	for _, s := range signs {
		if len(content) >= s.at && bytes.HasPrefix(content[s.at:], []byte(s.sign)) {
			if s.at == 8 && !bytes.HasPrefix(content, []byte("RIFF")) {
				continue
			}
			return s.kind
		}
	}
	text := strings.ToUpper(string(bytes.TrimSpace(bytes.TrimPrefix(content[:min(len(content), 64)], []byte("\ufeff")))))
	switch {
	case strings.HasPrefix(text, "BEGIN:VCARD"):
		return card
	case strings.HasPrefix(text, "BEGIN:VCALENDAR"):
		return when
	}
	return unknown
}

// refused is why a file of that kind is not sent; nil for one that is.
func (k Kind) refused(asIs bool) error {
	switch {
	case asIs:
		return nil
	case k == unknown:
		return &Error{What: "is not a kind of file that phones show", Do: "they show jpeg, png, gif, mp4, 3gp, pdf and vcf"}
	case k.remedy != "":
		return &Error{What: "is " + k.word + ", which many phones do not show", Do: "convert it: " + k.remedy}
	}
	return nil
}

// IsPicture reports whether telex makes such a file fit.
func (k Kind) IsPicture() bool { return k == JPEG || k == PNG }

// longestName is how many bytes the name of a file has, without its ending.
const longestName = 60

// cleanName is the last part of a name as phones show it: letters and digits of ASCII, dots,
// hyphens and underscores, with the ending of the kind.
func cleanName(name string, k Kind) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if ending := path.Ext(name); ending != "" && len(ending) <= 6 {
		name = strings.TrimSuffix(name, ending)
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, name)
	name = strings.Trim(name[:min(len(name), longestName)], "-.")
	if name == "" {
		name = "file"
	}
	return name + k.Ending
}
