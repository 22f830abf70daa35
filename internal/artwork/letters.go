package artwork

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"unicode"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"github.com/go-fonts/stix/stix2textitalic"
	"github.com/go-fonts/stix/stix2textregular"
	"github.com/go-fonts/stix/stix2textsemibold"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// ErrLetters is a text with letters that no font at hand has. The fonts of a
// Studio can be added to; those of a browser are many more.
var ErrLetters = errors.New("no font at hand has all of the letters")

// style is a voice of the documents.
type style int

// roman, italic and bold are for titles and names; body and strong for what is
// read in lines, and stay text in a PDF.
const (
	roman style = iota
	italic
	bold
	body
	strong
	styles
)

// Studio holds the fonts and draws. It is safe for concurrent use.
type Studio struct {
	mu     sync.Mutex // guards all below: faces and shapers remember what they did
	faces  [styles][]*font.Face
	shaper shaping.HarfbuzzShaper
	split  shaping.Segmenter
	wrap   shaping.LineWrapper
}

// New opens a studio with the fonts of the product and, for the letters that
// those lack, with fonts from files (TrueType or OpenType, the first that has a
// letter is used for it).
func New(files []string) (*Studio, error) {
	var more []*font.Face
	for _, name := range files {
		data, err := os.ReadFile(name) //nolint:gosec // the operator names the file
		if err != nil {
			return nil, fmt.Errorf("reading a font: %w", err)
		}
		faces, err := font.ParseTTC(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("reading the font %s: %w", name, err)
		}
		more = append(more, faces[0])
	}
	s := &Studio{}
	for voice, own := range map[style][][]byte{
		roman:  {stix2textregular.TTF, dejavusans.TTF},
		italic: {stix2textitalic.TTF, stix2textregular.TTF, dejavusans.TTF},
		bold:   {stix2textsemibold.TTF, dejavusansbold.TTF},
		body:   {liberationserifregular.TTF, stix2textregular.TTF, dejavusans.TTF},
		strong: {liberationserifbold.TTF, stix2textsemibold.TTF, dejavusansbold.TTF},
	} {
		for _, data := range own {
			face, err := font.ParseTTF(bytes.NewReader(data))
			if err != nil {
				return nil, fmt.Errorf("reading a font: %w", err)
			}
			s.faces[voice] = append(s.faces[voice], face)
		}
		s.faces[voice] = append(s.faces[voice], more...)
	}
	return s, nil
}

// line is a line of text as it is drawn: outlines from its left end on the
// baseline, at a size of one.
type line struct {
	text    string
	letters path
	width   float64
	plain   bool // the first font has all of it, as it stands, from left to right
}

// em is the size at which text is shaped, in font units that lose nothing.
const em = 1000

// clean is a text without signs that have no shape, in one line.
func clean(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)), " ")
}

// set breaks a text into lines of at most width times its size; 0 is one line.
func (s *Studio) set(text string, voice style, width float64) ([]line, error) {
	text = clean(text)
	if text == "" {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	runes := []rune(text)
	fonts := &chosen{faces: s.faces[voice]}
	in := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: direction(runes), Size: fixed.I(em), Face: fonts.faces[0],
		Language: language.NewLanguage("en"), Script: language.Latin,
	}
	var runs []shaping.Output
	for _, part := range s.split.Split(in, fonts) {
		runs = append(runs, s.shaper.Shape(part))
	}
	if fonts.missing {
		return nil, ErrLetters
	}
	limit := fixed.Int26_6(1 << 30)
	if width > 0 {
		limit = fixed.Int26_6(width * em * 64)
	}
	broken, _ := s.wrap.WrapParagraphF(shaping.WrapConfig{Direction: in.Direction}, limit, runes, shaping.NewSliceIterator(runs))
	var lines []line
	for _, one := range broken {
		lines = append(lines, outline(one, runes, fonts.faces[0]))
	}
	return lines, nil
}

// chosen finds a font for each letter.
type chosen struct {
	faces   []*font.Face
	missing bool
}

// ResolveFace gives the first font that has a letter.
func (c *chosen) ResolveFace(r rune) *font.Face {
	for _, face := range c.faces {
		if _, ok := face.NominalGlyph(r); ok {
			return face
		}
	}
	c.missing = c.missing || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Variation_Selector, r)
	return c.faces[0]
}

// rightToLeft are the scripts that are written so.
var rightToLeft = []*unicode.RangeTable{unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam}

// direction is that of the first letter with one (UAX 9, P2).
func direction(text []rune) di.Direction {
	for _, r := range text {
		if unicode.In(r, rightToLeft...) {
			return di.DirectionRTL
		}
		if unicode.IsLetter(r) {
			break
		}
	}
	return di.DirectionLTR
}

// outline draws a line that was shaped, in the order in which it is seen.
func outline(runs shaping.Line, text []rune, first *font.Face) line {
	out := line{plain: true}
	seen := make([]shaping.Output, len(runs))
	start, end := len(text), 0
	for _, run := range runs {
		seen[run.VisualIndex] = run
		start, end = min(start, run.Runes.Offset), max(end, run.Runes.Offset+run.Runes.Count)
	}
	out.text = strings.TrimSpace(string(text[start:end]))
	for _, run := range seen {
		scale := 1 / float64(run.Face.Upem())
		out.plain = out.plain && run.Face == first && run.Direction == di.DirectionLTR && len(run.Glyphs) <= run.Runes.Count
		for _, g := range run.Glyphs {
			x, y := out.width+unit(g.XOffset), -unit(g.YOffset)
			if shape, ok := run.Face.GlyphDataOutline(g.GlyphID); ok {
				out.letters = append(out.letters, letter(shape).by(transform{scale, 0, 0, -scale, x, y})...)
			}
			out.width += unit(g.Advance)
		}
	}
	return out
}

func unit(f fixed.Int26_6) float64 { return float64(f) / 64 / em }

// letter is the outline of one glyph; curves with one control become such with two.
func letter(shape font.GlyphOutline) path {
	var p path
	var at point
	to := func(q opentype.SegmentPoint) point { return point{float64(q.X), float64(q.Y)} }
	for _, s := range shape.Segments {
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			at = to(s.Args[0])
			p.move(at.x, at.y)
		case opentype.SegmentOpLineTo:
			at = to(s.Args[0])
			p.line(at.x, at.y)
		case opentype.SegmentOpQuadTo:
			c, end := to(s.Args[0]), to(s.Args[1])
			p.curve(at.x+(c.x-at.x)*2/3, at.y+(c.y-at.y)*2/3, end.x+(c.x-end.x)*2/3, end.y+(c.y-end.y)*2/3, end.x, end.y)
			at = end
		case opentype.SegmentOpCubeTo:
			c1, c2, end := to(s.Args[0]), to(s.Args[1]), to(s.Args[2])
			p.curve(c1.x, c1.y, c2.x, c2.y, end.x, end.y)
			at = end
		}
	}
	return p
}

// fit sets a text in at most rows lines of a width, as large as that allows
// between two sizes; at the smallest what is left over is cut off with an ellipsis.
func (s *Studio) fit(text string, voice style, largest, smallest, width float64, rows int) (lines []line, size float64, err error) {
	for size = largest; ; size = max(smallest, size*0.94) {
		if lines, err = s.set(text, voice, width/size); err != nil {
			return nil, 0, err
		}
		fits := len(lines) <= rows
		for _, l := range lines {
			fits = fits && l.width*size <= width+0.01
		}
		if fits {
			return lines, size, nil
		}
		if size <= smallest {
			break
		}
	}
	runes := []rune(clean(text))
	for n := len(runes) - 1; n > 0; n = n * 9 / 10 {
		if lines, err = s.set(strings.TrimSpace(string(runes[:n]))+"…", voice, width/size); err != nil || len(lines) <= rows {
			break
		}
	}
	return lines[:min(len(lines), rows)], size, err
}

// balance breaks a text of several lines again, as narrow as leaves them as many:
// then no word stands alone at the end.
func (s *Studio) balance(lines []line, text string, voice style, width float64) []line {
	if len(lines) < 2 || strings.HasSuffix(lines[len(lines)-1].text, "…") {
		return lines
	}
	for share := 0.96; share > 0.5; share -= 0.04 {
		narrower, err := s.set(text, voice, width*share)
		if err != nil || len(narrower) != len(lines) {
			break
		}
		for _, l := range narrower {
			if l.width > width*share {
				return lines
			}
		}
		lines = narrower
	}
	return lines
}
