package artwork

import (
	"fmt"
)

// flow lays out a record: upright, on as many sheets as it takes.
type flow struct {
	studio        *Studio
	doc           Paper
	w, h          float64
	sheets        []*sheet
	y             float64
	err           error
	left, columns float64 // the margin, and the width between the margins
}

const (
	recordText  = 3.25 // the size of what is read, in millimetres
	recordFoot  = 20.0 // what the foot of each sheet takes
	pagesAtMost = 40
)

// record lays out a record.
func (s *Studio) record(doc Paper, size Size) ([]*sheet, error) {
	f := &flow{studio: s, doc: doc, w: size.Width, h: size.Height, left: 20, columns: size.Width - 40}
	f.page()
	f.front()
	if doc.Why != "" {
		f.text(doc.Why, body, recordText)
	}
	for _, t := range doc.Tables {
		f.table(t)
	}
	for _, n := range doc.Notes {
		f.note(n)
	}
	for i, p := range f.sheets {
		f.end(p, i+1)
		if f.err == nil {
			f.err = p.err
		}
	}
	return f.sheets, f.err
}

func (f *flow) now() *sheet { return f.sheets[len(f.sheets)-1] }

// page begins a new sheet.
func (f *flow) page() {
	if len(f.sheets) == pagesAtMost {
		f.err = fmt.Errorf("a record of more than %d pages", pagesAtMost)
	}
	if len(f.sheets) > 0 && f.err != nil {
		f.y = 0
		return
	}
	p := f.studio.sheet(f.w, f.h)
	p.fill(laurel, rectangle(f.left, 14, f.columns, 0.8))
	p.fill(gold, rectangle(f.left, 15.3, f.columns, 0.25))
	f.sheets, f.y = append(f.sheets, p), 20
}

// room begins a new sheet when what comes next does not fit on this one.
func (f *flow) room(high float64) bool {
	if f.y+high <= f.h-recordFoot || f.y <= 21 {
		return false
	}
	f.page()
	return true
}

// front is the head of the first sheet: school, title, whose it is, the code.
func (f *flow) front() {
	p, right := f.now(), 0.0
	if f.doc.Code != nil {
		right = 32
		p.code(f.doc.Code, f.left+f.columns-29, 19.5, 29)
	}
	wide := p.logo(f.doc.Logo, f.left, 20, 20, 45)
	if wide == 0 {
		wide = 20
		p.emblem(f.doc.School, f.left, 20, 20)
	}
	text := f.left + wide + 6
	width := f.left + f.columns - right - text
	y := p.left(f.doc.School, roman, 5, text, 20.5, width, ink)
	y = p.left(f.doc.Place, italic, 3.6, text, y, width, soft)
	y = max(p.left(f.doc.Title, roman, 8.5, text, y+0.5, width, laurel), 49)
	y = p.left(f.doc.Certifies, italic, 3.8, f.left, y+2, f.columns, soft)
	lines, size, err := f.studio.fit(f.doc.Holder, roman, 9.5, 5.5, f.columns, 2)
	p.fail(err)
	for _, l := range lines {
		y += size * 1.2
		p.write([]line{l}, roman, f.left, y-size*0.25, size, ink)
	}
	y = p.left(f.doc.Text, italic, 3.8, f.left, y+0.5, f.columns, soft)
	f.y = p.left(f.doc.On, roman, 3.8, f.left, y, f.columns, ink) + 3
	if f.doc.Withdrawn != "" {
		p.stamp(f.doc.Withdrawn, f.left+4, f.y+4)
		f.y += 27
	}
}

// text is a paragraph, which may go on on the next sheet.
func (f *flow) text(text string, voice style, size float64) {
	lines, err := f.studio.set(text, voice, f.columns/size)
	f.now().fail(err)
	for _, l := range lines {
		f.room(size * 1.35)
		f.y += size * 1.35
		f.now().write([]line{l}, voice, f.left, f.y-size*0.35, size, ink)
	}
	f.y += size * 0.7
}

// note is a heading with its text.
func (f *flow) note(n Note) {
	f.room(16)
	if n.Title != "" {
		f.y = f.now().left(n.Title, bold, 4, f.left, f.y+1.5, f.columns, laurel) + 0.8
	}
	f.text(n.Text, body, recordText)
}

// shares are the widths of a table's columns.
var shares = [3]float64{0.40, 0.20, 0.40}

// table lists rows; its head is repeated on each sheet.
func (f *flow) table(t Table) {
	if len(t.Rows) == 0 {
		return
	}
	f.room(24)
	f.y = f.now().left(t.Title, bold, 4.4, f.left, f.y+2.5, f.columns, laurel) + 1
	f.row(t.Head, strong, 2.8, heading)
	for _, row := range t.Rows {
		if f.room(f.high(row)) {
			f.row(t.Head, strong, 2.8, heading)
		}
		f.row(row, body, recordText, entry)
	}
	f.y += 3
}

// rowKind tells the head of a table from its rows.
type rowKind int

const (
	entry rowKind = iota
	heading
)

const gutter = 4

// high is how much a row takes.
func (f *flow) high(row [3]string) float64 {
	most := 1
	for i, cell := range row {
		lines, err := f.studio.set(cell, body, (shares[i]*f.columns-gutter)/recordText)
		f.now().fail(err)
		most = max(most, len(lines))
	}
	return float64(most)*recordText*1.3 + 2.4
}

// row writes the cells of a row and a line below them.
func (f *flow) row(cells [3]string, voice style, size float64, kind rowKind) {
	p, x, low := f.now(), f.left, f.y
	for i, cell := range cells {
		c := ink
		if kind == heading {
			c = soft
		}
		v := voice
		if kind == entry && i == 1 {
			v = strong
		}
		low = max(low, p.left(cell, v, size, x, f.y+1, shares[i]*f.columns-gutter, c))
		x += shares[i] * f.columns
	}
	f.y = low + 1.2
	p.fill(hairline, rectangle(f.left, f.y, f.columns, 0.18))
}

// end is the foot of a sheet: whose it is, where to check it, which of how many.
func (f *flow) end(p *sheet, n int) {
	y := f.h - 15.0
	p.fill(hairline, rectangle(f.left, y, f.columns, 0.25))
	page := fmt.Sprintf("%d / %d", n, len(f.sheets))
	lines, err := f.studio.set(page, body, 0)
	p.fail(err)
	if len(lines) > 0 {
		p.write(lines, body, f.left+f.columns-lines[0].width*2.9, y+4.2, 2.9, soft)
	}
	who, size, err := f.studio.fit(f.doc.Holder+" · "+f.doc.Title, body, 2.9, 2.4, f.columns-20, 1)
	p.fail(err)
	p.write(who, body, f.left, y+4.2, size, soft)
	if f.doc.Address != "" {
		where, size, err := f.studio.fit(f.doc.Check+" "+f.doc.Address, body, 2.9, 1.8, f.columns, 1)
		p.fail(err)
		p.write(where, body, f.left, y+8.4, size, soft)
	}
}
