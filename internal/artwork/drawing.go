package artwork

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"

	"golang.org/x/image/vector"
)

// Drawing is a picture made of filled outlines, the later ones on top.
type Drawing struct {
	width, height float64
	title         string
	marks         []mark
}

// mark is an outline filled with one colour (by the rule of winding numbers).
type mark struct {
	path  path
	color color.NRGBA
	// text is what the outline spells, nil for anything else.
	text *written
}

// written is a line of text at its place: its left end on the baseline.
type written struct {
	line
	voice      style
	x, y, size float64
}

// path is an outline: each of its parts begins with a move and is closed.
type path []segment

// segment moves, draws a line, or draws a curve with two controls; the last point is where it ends.
type segment struct {
	kind byte // M, L or C
	p    [3]point
}

type point struct{ x, y float64 }

func (s segment) end() point {
	if s.kind == 'C' {
		return s.p[2]
	}
	return s.p[0]
}

func (p *path) move(x, y float64) { *p = append(*p, segment{'M', [3]point{{x, y}}}) }
func (p *path) line(x, y float64) { *p = append(*p, segment{'L', [3]point{{x, y}}}) }
func (p *path) curve(x1, y1, x2, y2, x, y float64) {
	*p = append(*p, segment{'C', [3]point{{x1, y1}, {x2, y2}, {x, y}}})
}

// transform is an affine map: x' = ax + cy + e, y' = bx + dy + f.
type transform struct{ a, b, c, d, e, f float64 }

func shift(x, y float64) transform { return transform{1, 0, 0, 1, x, y} }

// turn turns about a point, clockwise by degrees.
func turn(degrees, x, y float64) transform {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return transform{cos, sin, -sin, cos, x - cos*x + sin*y, y - sin*x - cos*y}
}

func (t transform) of(p point) point {
	return point{t.a*p.x + t.c*p.y + t.e, t.b*p.x + t.d*p.y + t.f}
}

func (p path) by(t transform) path {
	out := make(path, len(p))
	for i, s := range p {
		for j := range s.p {
			s.p[j] = t.of(s.p[j])
		}
		out[i] = s
	}
	return out
}

func (d *Drawing) fill(c color.NRGBA, p path) { d.marks = append(d.marks, mark{path: p, color: c}) }

// put draws another drawing into a square of this one.
func (d *Drawing) put(other *Drawing, x, y, side float64) {
	scale := side / other.width
	t := transform{scale, 0, 0, scale, x, y}
	for _, m := range other.marks {
		d.fill(m.color, m.path.by(t))
	}
}

// rectangle, circle and the others run clockwise; reversed ones cut holes.
func rectangle(x, y, w, h float64) path {
	var p path
	p.move(x, y)
	p.line(x+w, y)
	p.line(x+w, y+h)
	p.line(x, y+h)
	return p
}

// kappa draws a quarter of a circle with one curve.
const kappa = 0.5522847498

func circle(x, y, r float64) path {
	var p path
	k := r * kappa
	p.move(x, y-r)
	p.curve(x+k, y-r, x+r, y-k, x+r, y)
	p.curve(x+r, y+k, x+k, y+r, x, y+r)
	p.curve(x-k, y+r, x-r, y+k, x-r, y)
	p.curve(x-r, y-k, x-k, y-r, x, y-r)
	return p
}

// reversed is an outline of one part, drawn the other way round.
func (p path) reversed() path {
	var out path
	out.move(p[len(p)-1].end().x, p[len(p)-1].end().y)
	for i := len(p) - 1; i > 0; i-- {
		to := p[i-1].end()
		if s := p[i]; s.kind == 'C' {
			out.curve(s.p[1].x, s.p[1].y, s.p[0].x, s.p[0].y, to.x, to.y)
			continue
		}
		out.line(to.x, to.y)
	}
	return out
}

// ring is a circle with a hole.
func ring(x, y, r, thick float64) path {
	return append(circle(x, y, r), circle(x, y, r-thick).reversed()...)
}

// frame is a rectangle with a hole.
func frame(x, y, w, h, thick float64) path {
	return append(rectangle(x, y, w, h), rectangle(x+thick, y+thick, w-2*thick, h-2*thick).reversed()...)
}

// burst is a circle with n points or, rounded, n waves around it.
func burst(x, y, r, depth float64, n int, rounded bool) path {
	var p path
	at := func(i int) point {
		radius := r
		if i%2 == 1 {
			radius -= depth
		}
		sin, cos := math.Sincos(float64(i)*math.Pi/float64(n) - math.Pi/2)
		return point{x + radius*cos, y + radius*sin}
	}
	first := at(0)
	p.move(first.x, first.y)
	for i := 1; i <= 2*n; i++ {
		to := at(i)
		if !rounded {
			p.line(to.x, to.y)
			continue
		}
		// The controls lie along the circle, so that crests and troughs are smooth.
		from, step := at(i-1), math.Pi/float64(n)*0.42
		r1, r2 := math.Hypot(from.x-x, from.y-y), math.Hypot(to.x-x, to.y-y)
		a1, a2 := math.Atan2(from.y-y, from.x-x)+step, math.Atan2(to.y-y, to.x-x)-step
		p.curve(x+r1*math.Cos(a1), y+r1*math.Sin(a1), x+r2*math.Cos(a2), y+r2*math.Sin(a2), to.x, to.y)
	}
	return p
}

func number(f float64) string { return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64) }

// SVG writes the drawing; it has no size of its own, no script and no reference to anything.
func (d *Drawing) SVG() []byte {
	var b bytes.Buffer
	title := html.EscapeString(d.title)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-label="%s"><title>%s</title>`,
		number(d.width), number(d.height), title, title)
	for _, m := range d.marks {
		fmt.Fprintf(&b, `<path fill="#%02x%02x%02x" d="`, m.color.R, m.color.G, m.color.B)
		for _, s := range m.path {
			if s.kind == 'M' && b.Bytes()[b.Len()-1] != '"' {
				b.WriteByte('z')
			}
			b.WriteByte(s.kind)
			points := 1
			if s.kind == 'C' {
				points = 3
			}
			for i, p := range s.p[:points] {
				if i > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(number(p.x) + " " + number(p.y))
			}
		}
		b.WriteString(`z"/>`)
	}
	b.WriteString("</svg>")
	return b.Bytes()
}

// PNG draws the drawing width pixels wide, on nothing.
func (d *Drawing) PNG(width int) ([]byte, error) {
	scale := float64(width) / d.width
	img := image.NewNRGBA(image.Rect(0, 0, width, int(math.Round(d.height*scale))))
	for _, m := range d.marks {
		m.path.by(transform{a: scale, d: scale}).paint(img, m.color)
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// paint fills the outline, within the smallest rectangle around it.
func (p path) paint(img *image.NRGBA, c color.NRGBA) {
	box := p.bounds().Intersect(img.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(q point) (float32, float32) {
		return float32(q.x) - float32(box.Min.X), float32(q.y) - float32(box.Min.Y)
	}
	for i, s := range p {
		x, y := at(s.p[0])
		switch s.kind {
		case 'M':
			if i > 0 {
				r.ClosePath()
			}
			r.MoveTo(x, y)
		case 'L':
			r.LineTo(x, y)
		case 'C':
			x2, y2 := at(s.p[1])
			x3, y3 := at(s.p[2])
			r.CubeTo(x, y, x2, y2, x3, y3)
		}
	}
	r.ClosePath()
	r.Draw(img, box, image.NewUniform(c), image.Point{})
}

func (p path) bounds() image.Rectangle {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, s := range p {
		points := 1
		if s.kind == 'C' {
			points = 3
		}
		for _, q := range s.p[:points] {
			low = point{min(low.x, q.x), min(low.y, q.y)}
			high = point{max(high.x, q.x), max(high.y, q.y)}
		}
	}
	if len(p) == 0 {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x)), int(math.Ceil(high.y)))
}
