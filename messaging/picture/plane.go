package picture

import (
	"image"
	"image/color"
)

// A plane is one number for each pixel, step bytes from one to the next.
type plane struct {
	pix    []byte
	w, h   int
	stride int // bytes from one row to the next
	step   int
}

func newPlane(w, h int) plane { return plane{make([]byte, w*h), w, h, w, 1} }

// scaled is p in another size, in which it is not larger. Colours get half of it, as JPEG
// has them for photographs.
func (p planes) scaled(w, h int) planes {
	out := planes{y: p.y.scaled(w, h)}
	if p.cb.pix != nil {
		cw, ch := min(p.cb.w, (w+1)/2), min(p.cb.h, (h+1)/2)
		out.cb, out.cr = p.cb.scaled(cw, ch), p.cr.scaled(cw, ch)
	}
	return out
}

// turned is p upright, by the orientation that Exif has for it.
func (p planes) turned(orientation int) planes {
	if orientation <= 1 {
		return p
	}
	out := planes{y: p.y.turned(orientation)}
	if p.cb.pix != nil {
		out.cb, out.cr = p.cb.turned(orientation), p.cr.turned(orientation)
	}
	return out
}

// image is p for the encoder.
func (p planes) image() image.Image {
	rect := image.Rect(0, 0, p.y.w, p.y.h)
	if p.cb.pix == nil {
		return &image.Gray{Pix: p.y.pix, Stride: p.y.stride, Rect: rect}
	}
	half := newHalf(p)
	return &image.YCbCr{
		Y: p.y.pix, YStride: p.y.stride, Cb: half.cb.pix, Cr: half.cr.pix, CStride: half.cb.stride,
		SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: rect,
	}
}

// rgba is p for a screen.
func (p planes) rgba() *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, p.y.w, p.y.h))
	for y := range p.y.h {
		row := m.Pix[y*m.Stride:]
		for x := range p.y.w {
			r := p.y.pix[y*p.y.stride+x*p.y.step]
			g, b := r, r
			if p.cb.pix != nil {
				at := func(c plane) byte { return c.pix[y*c.h/p.y.h*c.stride+x*c.w/p.y.w*c.step] }
				r, g, b = color.YCbCrToRGB(r, at(p.cb), at(p.cr))
			}
			copy(row[4*x:], []byte{r, g, b, 0xff})
		}
	}
	return m
}

// newHalf is p with colours of half its size: those that had fewer are repeated.
func newHalf(p planes) planes {
	w, h := (p.y.w+1)/2, (p.y.h+1)/2
	if p.cb.w == w && p.cb.h == h {
		return p
	}
	spread := func(from plane) plane {
		to := newPlane(w, h)
		for y := range h {
			row := from.pix[y*from.h/h*from.stride:]
			for x := range w {
				to.pix[y*w+x] = row[x*from.w/w*from.step]
			}
		}
		return to
	}
	p.cb, p.cr = spread(p.cb), spread(p.cr)
	return p
}

// scaled is a plane in another size.
func (p plane) scaled(w, h int) plane {
	if w == p.w && h == p.h && p.step == 1 {
		return p
	}
	to := newPlane(w, h)
	p.scaleInto(to)
	return to
}

// scaleInto fills a smaller plane: each pixel is the mean of the area that it covers.
func (p plane) scaleInto(to plane) {
	across, down := shares(p.w, to.w), shares(p.h, to.h)
	sums, row := make([]uint64, to.w), make([]uint64, to.w)
	held := -1 // the row of p that is in row; -1 for none
	for y := range to.h {
		clear(sums)
		for _, part := range down.of(y) {
			if part.at != held {
				p.acrossRow(part.at, across, row)
				held = part.at
			}
			for x, v := range row {
				sums[x] += v * part.weight
			}
		}
		out := to.pix[y*to.stride:]
		for x, v := range sums {
			out[x*to.step] = byte((v + whole*whole/2) / (whole * whole)) //nolint:gosec // a mean of bytes
		}
	}
}

// acrossRow is a row of p, scaled, times whole.
func (p plane) acrossRow(y int, across cover, into []uint64) {
	row := p.pix[y*p.stride:]
	for x := range into {
		var sum uint64
		for _, part := range across.of(x) {
			sum += uint64(row[part.at*p.step]) * part.weight
		}
		into[x] = sum
	}
}

// whole is the weight of all parts that a pixel is made of.
const whole = 1 << 16

// A part is a pixel that another one covers, with how much of that it is.
type part struct {
	at     int
	weight uint64
}

// A cover is, for each pixel of a row, the parts it is made of.
type cover struct {
	parts []part
	begin []int
}

func (c cover) of(i int) []part { return c.parts[c.begin[i]:c.begin[i+1]] }

// shares is how to pixels cover from, which are as many or more.
func shares(from, to int) cover {
	c := cover{begin: make([]int, to+1)}
	for i := range to {
		// In units of which each pixel of to has from, and each of from has to.
		begin, end := i*from, (i+1)*from
		left := uint64(whole)
		first := len(c.parts)
		for at := begin / to; at*to < end; at++ {
			covered := min(end, (at+1)*to) - max(begin, at*to)
			w := uint64(covered) * whole / uint64(from) //nolint:gosec // never negative
			c.parts = append(c.parts, part{at, w})
			left -= w
		}
		c.parts[first].weight += left // of rounding
		c.begin[i+1] = len(c.parts)
	}
	return c
}

// turned is a plane upright. Source of the orientations: Exif 2.32, 4.6.4, tag 0112.
func (p plane) turned(orientation int) plane {
	w, h := p.w, p.h
	if orientation >= 5 {
		w, h = h, w
	}
	to := newPlane(w, h)
	for y := range h {
		for x := range w {
			fromX, fromY := x, y
			switch orientation {
			case 2:
				fromX = p.w - 1 - x
			case 3:
				fromX, fromY = p.w-1-x, p.h-1-y
			case 4:
				fromY = p.h - 1 - y
			case 5:
				fromX, fromY = y, x
			case 6:
				fromX, fromY = y, p.h-1-x
			case 7:
				fromX, fromY = p.w-1-y, p.h-1-x
			case 8:
				fromX, fromY = p.w-1-y, x
			}
			to.pix[y*w+x] = p.pix[fromY*p.stride+fromX*p.step]
		}
	}
	return to
}

func yCbCr(r, g, b byte) (y, cb, cr byte) { return color.RGBToYCbCr(r, g, b) }
