package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// The ladder of sizes, the long side in pixels, and of qualities.
var (
	sides     = []int{1600, 1280, 1024, 800, 640}
	qualities = []int{85, 75, 65, 55}
)

// Planes are a picture as JPEG has it: how bright it is, and its two colours, which may be
// smaller than that and are absent in a grey one.
type planes struct{ y, cb, cr plane }

// planesOf are those of a picture.
func planesOf(m image.Image) planes {
	switch m := m.(type) {
	case *image.Gray:
		return planes{y: plane{m.Pix, m.Rect.Dx(), m.Rect.Dy(), m.Stride, 1}}
	case *image.YCbCr:
		w, h := m.Rect.Dx(), m.Rect.Dy()
		cw, ch := chroma(w, h, m.SubsampleRatio)
		return planes{plane{m.Y, w, h, m.YStride, 1}, plane{m.Cb, cw, ch, m.CStride, 1}, plane{m.Cr, cw, ch, m.CStride, 1}}
	}
	return converted(m)
}

// chroma is how many samples of colour a picture has.
func chroma(w, h int, ratio image.YCbCrSubsampleRatio) (cw, ch int) {
	across, down := 1, 1
	switch ratio {
	case image.YCbCrSubsampleRatio444:
	case image.YCbCrSubsampleRatio422:
		across = 2
	case image.YCbCrSubsampleRatio420:
		across, down = 2, 2
	case image.YCbCrSubsampleRatio440:
		down = 2
	case image.YCbCrSubsampleRatio411:
		across = 4
	case image.YCbCrSubsampleRatio410:
		across, down = 4, 2
	}
	return (w + across - 1) / across, (h + down - 1) / down
}

// converted makes planes of any picture, some rows at once: of a large one there is no
// second copy in memory.
func converted(m image.Image) planes {
	const rows = 64
	r := m.Bounds()
	w, h := r.Dx(), r.Dy()
	p := planes{newPlane(w, h), newPlane(w, h), newPlane(w, h)}
	strip := image.NewRGBA(image.Rect(0, 0, w, rows))
	for top := 0; top < h; top += rows {
		draw.Draw(strip, strip.Rect, m, image.Pt(r.Min.X, r.Min.Y+top), draw.Src)
		for y := range min(rows, h-top) {
			row, at := strip.Pix[y*strip.Stride:], (top+y)*w
			for x := range w {
				p.y.pix[at+x], p.cb.pix[at+x], p.cr.pix[at+x] = yCbCr(row[4*x], row[4*x+1], row[4*x+2])
			}
		}
	}
	return p
}

// shrink makes a JPEG of a picture that is within the budget, upright. It tries the sizes of
// the ladder that are not larger than the picture, from its own on if that is below the
// first of them.
func (f *File) shrink(p planes, orientation, budget int) error {
	var b bytes.Buffer
	for _, side := range ladder(max(p.y.w, p.y.h)) {
		w, h := within(p.y.w, p.y.h, side)
		m := p.scaled(w, h).turned(orientation).image()
		for _, quality := range qualities {
			b.Reset()
			if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
				return &Error{What: "cannot be made a JPEG"}
			}
			if fits(b.Len(), budget) {
				f.take(b.Bytes())
				f.After.Width, f.After.Height = m.Bounds().Dx(), m.Bounds().Dy()
				return nil
			}
		}
	}
	return f.tooLarge(budget)
}

// shrinkPNG makes a PNG within the budget of a picture that something shows through.
func (f *File) shrinkPNG(m image.Image, budget int) error {
	all := premultiplied(m)
	for _, side := range ladder(max(all.Rect.Dx(), all.Rect.Dy())) {
		w, h := within(all.Rect.Dx(), all.Rect.Dy(), side)
		small := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range 4 {
			from := plane{all.Pix[i:], all.Rect.Dx(), all.Rect.Dy(), all.Stride, 4}
			from.scaleInto(plane{small.Pix[i:], w, h, small.Stride, 4})
		}
		var b bytes.Buffer
		if err := png.Encode(&b, small); err != nil {
			return &Error{What: "cannot be made a smaller PNG"}
		}
		if fits(b.Len(), budget) {
			f.take(b.Bytes())
			f.After.Width, f.After.Height = w, h
			return nil
		}
	}
	err := f.tooLarge(budget)
	err.Do = "put it on a background and save it as a JPEG"
	return err
}

// premultiplied is a picture with its colours as far as they are seen.
func premultiplied(m image.Image) *image.RGBA {
	if already, ok := m.(*image.RGBA); ok {
		return already
	}
	all := image.NewRGBA(image.Rect(0, 0, m.Bounds().Dx(), m.Bounds().Dy()))
	draw.Draw(all, all.Rect, m, m.Bounds().Min, draw.Src)
	return all
}

func (f *File) tooLarge(budget int) *Error {
	return &Error{What: fmt.Sprintf("cannot be made smaller than %d bytes", budget), Do: "send fewer files with the message"}
}

// ladder are the long sides to try for a picture with that one.
func ladder(long int) []int {
	var try []int
	if long < sides[0] {
		try = append(try, long)
	}
	for _, side := range sides {
		if side < long || side == long && len(try) == 0 {
			try = append(try, side)
		}
	}
	return try
}

// within is the size of a picture of w by h whose long side becomes side.
func within(w, h, side int) (int, int) {
	long := max(w, h)
	scale := func(n int) int { return max((n*side+long/2)/long, 1) }
	return scale(w), scale(h)
}

// Share divides a budget among pictures of so many bytes: those that need less leave the
// rest to the others, and what nobody needs is for all.
func Share(sizes []int, budget int) []int {
	shares := make([]int, len(sizes))
	sum := 0
	for _, size := range sizes {
		sum += size
	}
	if sum <= budget {
		for i, size := range sizes {
			shares[i] = size + (budget-sum)/len(sizes)
		}
		return shares
	}
	open := make([]int, 0, len(sizes))
	for i := range sizes {
		open = append(open, i)
	}
	for len(open) > 0 {
		each, left := budget/len(open), open[:0:0]
		for _, i := range open {
			if sizes[i] > each {
				left = append(left, i)
			}
		}
		if len(left) == len(open) {
			for _, i := range open {
				shares[i] = each
			}
			return shares
		}
		for _, i := range open {
			if sizes[i] <= each {
				shares[i] = sizes[i]
				budget -= sizes[i]
			}
		}
		open = left
	}
	return shares
}
