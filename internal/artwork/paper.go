package artwork

import (
	"bytes"
	"image/color"
	"image/png"
	"time"

	"github.com/go-text/typesetting/di"
)

// Paper is a document as it is printed: its words, all of them said already by
// whoever knows the document, and the document itself, which goes with it.
type Paper struct {
	Kind          PaperKind
	School, Place string
	// Logo is the school's, a PNG, or nil: then a wreath stands in its place.
	Logo []byte
	// Title, Certifies, Holder, Text and On are the sentence.
	Title, Certifies, Holder, Text, On string
	Signatories                        []Signatory
	// Legend explains the levels, in one paragraph.
	Legend string
	// Withdrawn is put across a document that no longer stands.
	Withdrawn string
	// Address is that of its page, with its code, and Check says what they are for; empty and nil where there is none.
	Address, Check string
	Code           [][]bool
	// Seal is drawn at the foot.
	Seal Badge
	// Why and Tables are what a record tells; Notes are short texts under headings.
	Why    string
	Tables []Table
	Notes  []Note
	// Document goes with the paper, under the name File; Made is the date in the paper's own data.
	Document []byte
	File     string
	Made     time.Time
}

// PaperKind tells how a document is laid out.
type PaperKind int

// The kinds: two that are hung on a wall, and one that is read.
const (
	Certificate PaperKind = iota
	Diploma
	Record
)

// Signatory is who signs.
type Signatory struct{ Name, Role string }

// Table is a list of what was shown or done: three columns.
type Table struct {
	Title string
	Head  [3]string
	Rows  [][3]string
}

// Note is a text under a heading.
type Note struct{ Title, Text string }

// Size is that of a sheet, upright, in millimetres.
type Size struct{ Width, Height float64 }

// The sizes that printers have.
var (
	A4     = Size{210, 297}
	Letter = Size{215.9, 279.4}
)

// sheet is one side of paper, in millimetres. The first error stays.
type sheet struct {
	*Drawing
	studio *Studio
	images []placedImage
	err    error
}

// placedImage is a PNG in a box, in whose middle it stands as large as it fits.
type placedImage struct {
	data       []byte
	x, y, w, h float64
}

func (s *Studio) sheet(w, h float64) *sheet {
	return &sheet{Drawing: &Drawing{width: w, height: h}, studio: s}
}

// write puts lines at a place, their left ends at x; there is one, as a rule.
func (p *sheet) write(lines []line, voice style, x, y, size float64, c color.NRGBA) {
	for _, l := range lines {
		p.marks = append(p.marks, mark{
			path: l.letters.by(transform{size, 0, 0, size, x, y}), color: c,
			text: &written{l, voice, x, y, size},
		})
	}
}

// middle sets a text in the middle of a width, in at most rows lines.
func (p *sheet) middle(text string, voice style, largest, smallest, x, y, width float64, rows int, c color.NRGBA) float64 {
	lines, size, err := p.studio.fit(text, voice, largest, smallest, width, rows)
	if err != nil || len(lines) == 0 {
		p.fail(err)
		return y
	}
	for _, l := range p.studio.balance(lines, text, voice, width/size) {
		y += size * 1.22
		p.write([]line{l}, voice, x+(width-l.width*size)/2, y-size*0.26, size, c)
	}
	return y
}

// left sets a text from x on, as many lines as it takes; text that is written from right to left ends there.
func (p *sheet) left(text string, voice style, size, x, y, width float64, c color.NRGBA) float64 {
	lines, err := p.studio.set(text, voice, width/size)
	p.fail(err)
	for _, l := range lines {
		y += size * 1.3
		at := x
		if direction([]rune(l.text)) == di.DirectionRTL {
			at = x + width - l.width*size
		}
		p.write([]line{l}, voice, at, y-size*0.3, size, c)
	}
	return y
}

func (p *sheet) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// code draws a QR code with its quiet zone.
func (p *sheet) code(bits [][]bool, x, y, side float64) {
	one := side / float64(len(bits))
	var dots path
	for row, line := range bits {
		for from := 0; from < len(line); from++ {
			to := from
			for to < len(line) && line[to] {
				to++
			}
			if to > from {
				dots = append(dots, rectangle(x+float64(from)*one, y+float64(row)*one, float64(to-from)*one, one)...)
				from = to
			}
		}
	}
	p.fill(white, rectangle(x, y, side, side))
	p.fill(black, dots)
}

// logo places the school's logo at a height, no wider than most, and answers how
// wide it stands; 0 where there is none that can be read.
func (p *sheet) logo(data []byte, x, y, high, most float64) float64 {
	head, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || head.Width < 1 || head.Height < 1 || head.Width*head.Height > maxPixels {
		return 0
	}
	wide := min(most, high*float64(head.Width)/float64(head.Height))
	p.images = append(p.images, placedImage{data, x, y, wide, high})
	return wide
}

// maxPixels is the largest logo that is drawn (security rule 8).
const maxPixels = 16 << 20

// emblem is a wreath around initials.
func (p *sheet) emblem(name string, x, y, side float64) {
	r := side * 0.37
	p.wreath(x+side/2, y+side/2, r, []byte{2, 40, 120, 160, 1, 1}, gold)
	lines, err := p.studio.set(initialsOf(name), roman, 0)
	p.fail(err)
	if len(lines) == 0 {
		return
	}
	size := min(side*0.34, side*0.5/lines[0].width)
	p.write(lines[:1], roman, x+side/2-lines[0].width*size/2, y+side/2+size*0.35, size, laurel)
}
