package artwork

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"slices"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
)

// PDF prints a paper, with its document attached. Titles and names are outlines,
// so that every script looks as it should, with their text unseen above them, so
// that they can be searched and copied; what is read in lines is text. The error
// is ErrLetters where a font is missing.
func (s *Studio) PDF(doc Paper, size Size) ([]byte, error) {
	var sheets []*sheet
	var err error
	if doc.Kind == Record {
		sheets, err = s.record(doc, size)
	} else {
		var one *sheet
		one, err = s.wall(doc, size)
		sheets = []*sheet{one}
	}
	if err != nil {
		return nil, err
	}
	w := s.printer(doc)
	for _, p := range sheets {
		w.AddPageFormat("P", fpdf.SizeType{Wd: p.width, Ht: p.height})
		for _, m := range p.marks {
			w.mark(m)
		}
		for i, img := range p.images {
			w.image(strconv.Itoa(i), img)
		}
	}
	w.SetAttachments([]fpdf.Attachment{{Content: doc.Document, Filename: doc.File, Description: clean(doc.Title)}})
	var b bytes.Buffer
	if err := w.Output(&b); err != nil {
		return nil, fmt.Errorf("printing: %w", err)
	}
	return b.Bytes(), nil
}

// printer writes marks into a PDF.
type printer struct {
	*fpdf.Fpdf
	narrow, wide *font.Face // the fonts in which text can stand
	loaded       map[string]bool
}

func (s *Studio) printer(doc Paper) *printer {
	w := &printer{
		Fpdf: fpdf.New("P", "mm", "A4", ""), loaded: map[string]bool{},
		narrow: s.faces[body][0], wide: s.faces[roman][1],
	}
	w.SetCatalogSort(true)
	w.SetCreationDate(doc.Made.UTC())
	w.SetModificationDate(doc.Made.UTC())
	w.SetTitle(clean(doc.Title+", "+doc.Holder), true)
	w.SetAuthor(clean(doc.School), true)
	w.SetLang("en")
	w.SetAutoPageBreak(false, 0)
	w.SetMargins(0, 0, 0)
	return w
}

// point is a millimetre in points.
const pointsPerMM = 72 / 25.4

// mark draws one mark: text as text where a font can, else as outlines.
func (w *printer) mark(m mark) {
	r, g, b := int(m.color.R), int(m.color.G), int(m.color.B)
	if t := m.text; t != nil && t.plain && (t.voice == body || t.voice == strong) && basic(t.text) {
		w.SetTextColor(r, g, b)
		w.use(map[style]string{body: "body", strong: "strong"}[t.voice], t.size)
		w.Text(t.x, t.y, t.text)
		return
	}
	w.SetFillColor(r, g, b)
	for _, s := range m.path {
		switch s.kind {
		case 'M':
			w.MoveTo(s.p[0].x, s.p[0].y)
		case 'L':
			w.LineTo(s.p[0].x, s.p[0].y)
		case 'C':
			w.CurveBezierCubicTo(s.p[0].x, s.p[0].y, s.p[1].x, s.p[1].y, s.p[2].x, s.p[2].y)
		}
	}
	if len(m.path) > 0 {
		w.DrawPath("F")
	}
	if m.text != nil {
		w.unseen(*m.text)
	}
}

// unseen puts the text over its outlines, for those who search or copy.
func (w *printer) unseen(t written) {
	runes := []rune(t.text)
	var name string
	switch {
	case !basic(t.text):
		return
	case has(w.narrow, runes):
		name = "body"
	case has(w.wide, runes):
		name = "wide"
	default:
		return
	}
	if direction(runes) == di.DirectionRTL {
		slices.Reverse(runes) // text stands in a PDF in the order in which it is seen
	}
	w.SetTextRenderingMode(3)
	w.use(name, t.size)
	w.Text(t.x, t.y, string(runes))
	w.SetTextRenderingMode(0)
}

// use sets a font, which is put into the file when it is used first.
func (w *printer) use(name string, size float64) {
	if !w.loaded[name] {
		w.AddUTF8FontFromBytes(name, "", bytes.Clone(map[string][]byte{
			"body": liberationserifregular.TTF, "strong": liberationserifbold.TTF, "wide": dejavusans.TTF,
		}[name]))
		w.loaded[name] = true
	}
	w.SetFont(name, "", size*pointsPerMM)
}

// basic tells whether every letter is one of the plane that the writer's fonts are read for.
func basic(text string) bool {
	for _, r := range text {
		if r > 0xFFFF {
			return false
		}
	}
	return true
}

func has(face *font.Face, text []rune) bool {
	for _, r := range text {
		if _, ok := face.NominalGlyph(r); !ok {
			return false
		}
	}
	return true
}

// image puts a picture into its box; one that cannot be read leaves it empty.
func (w *printer) image(name string, p placedImage) {
	img, err := png.Decode(bytes.NewReader(p.data))
	if err != nil || img.Bounds().Empty() {
		return
	}
	flat := image.NewNRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(flat, flat.Bounds(), img, img.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if png.Encode(&b, flat) != nil {
		return
	}
	options := fpdf.ImageOptions{ImageType: "PNG"}
	w.RegisterImageOptionsReader(name, options, &b)
	iw, ih := float64(flat.Bounds().Dx()), float64(flat.Bounds().Dy())
	scale := min(p.w/iw, p.h/ih)
	iw, ih = iw*scale, ih*scale
	w.ImageOptions(name, p.x+(p.w-iw)/2, p.y+(p.h-ih)/2, iw, ih, false, options, 0, "")
}
