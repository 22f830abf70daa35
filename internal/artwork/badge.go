package artwork

import (
	"crypto/sha256"
	"image/color"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Badge is what a badge shows of an achievement: nothing of a person.
type Badge struct {
	// Key tells the achievement from all others; the wreath grows from it.
	Key string
	// Title and Issuer are written on it.
	Title, Issuer string
	// Kind is its shape.
	Kind Shape
	// Withdrawn is written across a badge that no longer stands.
	Withdrawn string
}

// Shape is the outline of a badge: round for an achievement, a sun for a
// diploma, with eight sides for a record.
type Shape int

// The shapes.
const (
	Round Shape = iota
	Sun
	Octagon
)

// Colours of the house: ink, paper, laurel and gold, as in the style sheet.
var (
	ink       = color.NRGBA{0x26, 0x2b, 0x24, 255}
	soft      = color.NRGBA{0x5b, 0x62, 0x57, 255}
	laurel    = color.NRGBA{0x24, 0x53, 0x37, 255}
	gold      = color.NRGBA{0xa8, 0x82, 0x33, 255}
	cream     = color.NRGBA{0xfb, 0xf7, 0xea, 255}
	straw     = color.NRGBA{0xe6, 0xd2, 0x98, 255}
	stop      = color.NRGBA{0x9b, 0x2c, 0x22, 255}
	grey      = color.NRGBA{0x6b, 0x6e, 0x69, 255}
	white     = color.NRGBA{255, 255, 255, 255}
	black     = color.NRGBA{0, 0, 0, 255}
	hairline  = color.NRGBA{0xc9, 0xc6, 0xba, 255}
	grounds   = []color.NRGBA{laurel, {0x1f, 0x43, 0x62, 255}, {0x6d, 0x27, 0x3a, 255}, {0x47, 0x35, 0x66, 255}, {0x17, 0x56, 0x5a, 255}, {0x6a, 0x45, 0x1f, 255}}
	badgeSide = 512.0
)

// Badge draws a badge. The colour is the issuer's, the wreath the
// achievement's; the error is ErrLetters.
func (s *Studio) Badge(b Badge) (*Drawing, error) {
	d := &Drawing{width: badgeSide, height: badgeSide, title: clean(b.Title + ", " + b.Issuer)}
	seed := sha256.Sum256([]byte(b.Key))
	by := sha256.Sum256([]byte(b.Issuer))
	ground := grounds[int(by[0])%len(grounds)]
	if b.Withdrawn != "" {
		ground = grey
	}
	const c = 256
	d.fill(straw, b.Kind.outline(250))
	d.fill(ground, b.Kind.outline(243))
	if b.Kind != Octagon {
		d.fill(straw, ring(c, c, 229, 2))
	}
	d.wreath(c, 238, 150, seed[1:], straw)
	if err := s.initials(d, b.Title); err != nil {
		return nil, err
	}
	if err := s.banner(d, b, ground); err != nil {
		return nil, err
	}
	return d, s.issuer(d, b.Issuer)
}

// outline is the shape at a radius around the middle.
func (k Shape) outline(r float64) path {
	switch k {
	case Sun:
		return burst(256, 256, r, 16, 32, false)
	case Octagon:
		var p path
		for i := range 8 {
			sin, cos := math.Sincos((float64(i) + 0.5) * math.Pi / 4)
			x, y := 256+r*cos, 256+r*sin
			if i == 0 {
				p.move(x, y)
				continue
			}
			p.line(x, y)
		}
		return p
	case Round:
	}
	return burst(256, 256, r, 9, 24, true)
}

// wreath draws two branches that meet below and open above. How many leaves
// they have, how long, how wide and how steep, and whether there are berries,
// comes from the seed.
func (d *Drawing) wreath(x, y, r float64, seed []byte, leaf color.NRGBA) {
	n := 8 + int(seed[0])%5
	length := r * (0.40 + 0.1*float64(seed[1])/255)
	wide := length * (0.30 + 0.16*float64(seed[2])/255)
	steep := 24 + 22*float64(seed[3])/255
	paired, berries := seed[4]%3 != 0, seed[5]%2 == 0
	const from, to = 194.0, 338.0 // degrees from the top, going up on the left
	for side := range 2 {
		var branch path
		for i := range n {
			at := from + (to-from)*float64(i)/float64(n-1)
			size := 1 - 0.35*float64(i)/float64(n-1)
			place := shift(x, y-r)
			branch = append(branch, leafPath(length*size, wide*size).by(turn(-steep, 0, 0)).by(place).by(turn(at, x, y))...)
			if paired {
				branch = append(branch, leafPath(length*size*0.9, wide*size*0.9).by(turn(steep, 0, 0)).by(place).by(turn(at, x, y))...)
			}
			if berries && i%2 == 1 {
				branch = append(branch, circle(0, 0, wide*0.22).by(shift(length*0.1, -wide*0.75)).by(place).by(turn(at, x, y))...)
			}
		}
		branch = append(branch, arc(x, y, r, from-4, to, 2.6)...)
		if side == 1 {
			branch = branch.by(transform{-1, 0, 0, 1, 2 * x, 0})
		}
		d.fill(leaf, branch)
	}
}

// leafPath is a leaf that grows along x from its stalk.
func leafPath(length, wide float64) path {
	var p path
	p.move(0, 0)
	p.curve(length*0.25, -wide, length*0.65, -wide*0.9, length, 0)
	p.curve(length*0.65, wide*0.5, length*0.25, wide*0.45, 0, 0)
	return p
}

// arc is a strip along a circle, from one angle to another, in degrees from the top.
func arc(x, y, r, from, to, thick float64) path {
	var p path
	at := func(radius, degrees float64) point {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		return point{x + radius*sin, y - radius*cos}
	}
	const steps = 24
	for i := range steps + 1 {
		q := at(r+thick/2, from+(to-from)*float64(i)/steps)
		if i == 0 {
			p.move(q.x, q.y)
			continue
		}
		p.line(q.x, q.y)
	}
	for i := range steps + 1 {
		q := at(r-thick/2, to-(to-from)*float64(i)/steps)
		p.line(q.x, q.y)
	}
	return p
}

// initials writes the first letters of the title's words in the middle.
func (s *Studio) initials(d *Drawing, title string) error {
	lines, err := s.set(initialsOf(title), bold, 0)
	if err != nil || len(lines) == 0 {
		return err
	}
	size := min(150, 190/lines[0].width)
	d.letters(lines[0], 256-lines[0].width*size/2, 232+size*0.34, size, cream)
	return nil
}

// smallWords have no letter in the middle of a badge.
var smallWords = map[string]bool{"a": true, "an": true, "and": true, "for": true, "in": true, "of": true, "on": true, "the": true, "to": true, "with": true}

// initialsOf are the first letters of at most three words.
func initialsOf(title string) string {
	var out []rune
	for _, word := range strings.FieldsFunc(clean(title), func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '–' || r == '/' }) {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
		if first == utf8.RuneError || smallWords[strings.ToLower(word)] {
			continue
		}
		if out = append(out, unicode.ToUpper(first)); len(out) == 3 {
			break
		}
	}
	return string(out)
}

// banner writes the title on a ribbon, and what has become of it across.
func (s *Studio) banner(d *Drawing, b Badge, ground color.NRGBA) error {
	const top, high, left, right = 336.0, 84.0, 22.0, 490.0
	var ribbon path
	for _, p := range []point{{left, top}, {right, top}, {right - 16, top + high/2}, {right, top + high}, {left, top + high}, {left + 16, top + high/2}} {
		if len(ribbon) == 0 {
			ribbon.move(p.x, p.y)
			continue
		}
		ribbon.line(p.x, p.y)
	}
	d.fill(straw, ribbon.by(transform{1, 0, 0, 1, 0, 3}))
	d.fill(cream, ribbon)
	text := b.Title
	if b.Withdrawn != "" {
		text, ground = b.Withdrawn, stop
	}
	lines, size, err := s.fit(text, bold, 46, 34, 412, 1)
	if err == nil && len(lines) > 0 && strings.HasSuffix(lines[0].text, "…") {
		lines, size, err = s.fit(text, bold, 34, 17, 412, 2) // in two rows
	}
	if err != nil {
		return err
	}
	step := size * 1.12
	y := top + high/2 + size*0.33 - step*float64(len(lines)-1)/2
	for _, l := range lines {
		d.letters(l, 256-l.width*size/2, y, size, ground)
		y += step
	}
	return nil
}

// issuer writes who gave it, below the ribbon.
func (s *Studio) issuer(d *Drawing, name string) error {
	lines, size, err := s.fit(name, roman, 17, 11, 210, 2)
	if err != nil {
		return err
	}
	y := 443.0
	for _, l := range lines {
		d.letters(l, 256-l.width*size/2, y, size, cream)
		y += size * 1.15
	}
	return nil
}

// letters draws a line of text at a place and size.
func (d *Drawing) letters(l line, x, y, size float64, c color.NRGBA) {
	d.fill(c, l.letters.by(transform{size, 0, 0, size, x, y}))
}
