package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// Thumbnail unpacks a JPEG, PNG or GIF to be looked at: upright, within w by h pixels, and
// never larger than it is. Of one that moves it is the first picture. Content is not
// changed. The error is an [*Error]: nothing is unpacked of what is no picture or has more
// than [MostPixels].
func Thumbnail(content []byte, w, h int) (*image.RGBA, error) {
	k := Sniff(content)
	f := File{Content: content}
	switch k {
	case JPEG:
		if _, err := f.look(func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) }); err != nil {
			return nil, err
		}
		orientation := 1
		if parts, err := splitJPEG(content); err == nil {
			orientation = parts.orientation
		}
		m, err := jpeg.Decode(bytes.NewReader(content))
		if err != nil {
			return nil, damaged(err)
		}
		if orientation >= 5 {
			w, h = h, w
		}
		return planesOf(m).thumbnail(w, h).turned(orientation).rgba(), nil
	case PNG:
		c, err := f.look(func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) })
		if err != nil {
			return nil, err
		}
		if err := f.shallow(c); err != nil {
			return nil, err
		}
		m, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			return nil, damaged(err)
		}
		return flat(m, w, h), nil
	case GIF:
		if _, err := f.look(func(b []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(b)) }); err != nil {
			return nil, err
		}
		m, err := gif.Decode(bytes.NewReader(content))
		if err != nil {
			return nil, damaged(err)
		}
		return flat(m, w, h), nil
	}
	if k.word == "" {
		return nil, &Error{What: "is not a kind of picture that telex unpacks"}
	}
	return nil, &Error{What: fmt.Sprintf("is %s, and telex shows JPEG, PNG and GIF", k.word)}
}

// flat is a picture that lies as it is shown, within w by h. What shows through still does.
func flat(m image.Image, w, h int) *image.RGBA {
	if opaque, ok := m.(interface{ Opaque() bool }); ok && opaque.Opaque() {
		return planesOf(m).thumbnail(w, h).rgba()
	}
	return Fit(premultiplied(m), w, h)
}

// Fit is a picture within w by h pixels, each the mean of the area that it covers. One that
// is not larger is returned as it is.
func Fit(m *image.RGBA, w, h int) *image.RGBA {
	fromW, fromH := m.Rect.Dx(), m.Rect.Dy()
	toW, toH := inside(fromW, fromH, w, h)
	if toW == fromW && toH == fromH {
		return m
	}
	small := image.NewRGBA(image.Rect(0, 0, toW, toH))
	for i := range 4 {
		from := plane{m.Pix[i:], fromW, fromH, m.Stride, 4}
		from.scaleInto(plane{small.Pix[i:], toW, toH, small.Stride, 4})
	}
	return small
}

// inside is the size of a picture of w by h that is within a box, of one pixel at least.
func inside(w, h, boxW, boxH int) (int, int) {
	boxW, boxH = max(boxW, 1), max(boxH, 1)
	switch {
	case w <= boxW && h <= boxH:
		return w, h
	case int64(w)*int64(boxH) > int64(h)*int64(boxW): // it is wide for the box
		return boxW, max((h*boxW+w/2)/w, 1)
	}
	return max((w*boxH+h/2)/h, 1), boxH
}

// thumbnail is p within w by h, with as much colour as there is.
func (p planes) thumbnail(w, h int) planes {
	w, h = inside(p.y.w, p.y.h, w, h)
	out := planes{y: p.y.scaled(w, h)}
	if p.cb.pix != nil {
		cw, ch := min(p.cb.w, w), min(p.cb.h, h)
		out.cb, out.cr = p.cb.scaled(cw, ch), p.cr.scaled(cw, ch)
	}
	return out
}
