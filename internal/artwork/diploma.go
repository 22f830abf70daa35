package artwork

// wall lays out a diploma or a certificate: one sheet, landscape, for a frame.
func (s *Studio) wall(doc Paper, size Size) (*sheet, error) {
	w, h := size.Height, size.Width
	p := s.sheet(w, h)
	p.edge(w, h)
	top := p.head(doc, w)
	foot := p.foot(doc, w, h)
	p.sentence(doc, w, top, foot)
	p.stamp(doc.Withdrawn, w-88, 26)
	return p, p.err
}

// edge is the border: a broad line of laurel, a fine one of gold, leaves in the corners.
func (p *sheet) edge(w, h float64) {
	const out = 8.5
	p.fill(laurel, frame(out, out, w-2*out, h-2*out, 1.3))
	p.fill(gold, frame(out+2.6, out+2.6, w-2*out-5.2, h-2*out-5.2, 0.35))
	const in = out + 2.6
	for corner := range 4 {
		var sprig path
		for _, leaf := range [][3]float64{{0, 12, 2}, {0, 12, 88}, {0, 10, 24}, {0, 10, 66}, {0, 13, 45}} {
			one := leafPath(leaf[1], leaf[1]*0.15).by(turn(leaf[2], 0, 0)).by(shift(in+1.8, in+1.8))
			sprig = append(sprig, one...)
		}
		t := [4]transform{{1, 0, 0, 1, 0, 0}, {-1, 0, 0, 1, w, 0}, {1, 0, 0, -1, 0, h}, {-1, 0, 0, -1, w, h}}[corner]
		p.fill(white, rectangle(in-0.2, in-0.2, 9, 9).by(t))
		p.fill(gold, sprig.by(t))
	}
}

// head is who issues it; it answers where it ends.
func (p *sheet) head(doc Paper, w float64) float64 {
	const y, high = 16.0, 23.0
	if wide := p.logo(doc.Logo, w/2, y, high, 70); wide > 0 {
		p.images[len(p.images)-1].x -= wide / 2
	} else {
		p.emblem(doc.School, w/2-high/2, y, high)
	}
	end := p.middle(doc.School, roman, 7, 4.6, 45, y+high+1.5, w-90, 1, ink)
	return p.middle(doc.Place, italic, 4.2, 3, 45, end-0.8, w-90, 1, soft)
}

// sentence is what the document says, in the middle of what is left.
func (p *sheet) sentence(doc Paper, w, top, bottom float64) {
	draw := func(p *sheet, y float64) float64 {
		title := 11.5
		if doc.Kind == Diploma {
			title = 15.5
		}
		y = p.middle(doc.Title, roman, title, 7, 36, y, w-72, 2, laurel)
		y = p.middle(doc.Certifies, italic, 5, 4, 40, y+2, w-80, 1, soft)
		y = p.holder(doc.Holder, w, y+1)
		p.fill(gold, rectangle(w/2-38, y+1.2, 76, 0.3))
		y = p.middle(doc.Text, italic, 5, 3.6, 50, y+3.4, w-100, 3, ink)
		return p.middle(doc.On, roman, 4.8, 4, 40, y+1.6, w-80, 1, ink)
	}
	high := draw(p.studio.sheet(w, 0), 0)
	draw(p, top+max(1, (bottom-top-high)/2))
}

// holder is the name, in one line as long as that is large enough to be seen from afar.
func (p *sheet) holder(name string, w, y float64) float64 {
	lines, err := p.studio.set(name, roman, 0)
	p.fail(err)
	rows := 1
	if len(lines) > 0 && lines[0].width*10.5 > w-70 {
		rows = 2
	}
	return p.middle(name, roman, 16, 6, 35, y, w-70, rows, ink)
}

// foot is who signs, the seal and the code; it answers where it begins.
func (p *sheet) foot(doc Paper, w, h float64) float64 {
	bottom := h - 16
	if doc.Legend != "" {
		lines, size, err := p.studio.fit(doc.Legend, body, 2.9, 2.3, w-64, 3)
		p.fail(err)
		bottom -= size * 1.25 * float64(len(lines))
		y := bottom + size
		for _, l := range lines {
			p.write([]line{l}, body, (w-l.width*size)/2, y, size, soft)
			y += size * 1.25
		}
		bottom -= 2.5
	}
	const high = 33
	top := bottom - high
	seal, err := p.studio.Badge(doc.Seal)
	if err != nil {
		p.fail(err)
		return top
	}
	p.put(seal, w/2-high/2, top, high)
	p.signatures(doc.Signatories, 24, bottom, w/2-high/2-32)
	if doc.Code != nil {
		p.check(doc, w/2+high/2+8, w-22, bottom, 27)
	}
	return top
}

// signatures are at most four, two beside two.
func (p *sheet) signatures(list []Signatory, x, bottom, width float64) {
	list = list[:min(len(list), 4)]
	one := (width - 8) / 2
	rows := (len(list) + 1) / 2
	for i, who := range list {
		left := x + float64(i%2)*(one+8)
		y := bottom - 9.5 - float64(rows-1-i/2)*16
		p.fill(ink, rectangle(left, y, one, 0.2))
		y = p.middle(who.Name, roman, 3.7, 2.4, left, y+0.4, one, 1, ink)
		p.middle(who.Role, italic, 3.1, 2.2, left, y-0.4, one, 1, soft)
	}
}

// check is the code, and what to type in its place.
func (p *sheet) check(doc Paper, left, right, bottom, side float64) {
	p.code(doc.Code, right-side, bottom-side, side)
	width := right - side - left - 3
	at := bottom - side/2 - 4
	at = p.ending(doc.Check, italic, 3.2, left, at, width)
	p.address(doc.Address, left, at, width)
}

// ending sets a text in at most two lines that end at the right.
func (p *sheet) ending(text string, voice style, size, x, y, width float64) float64 {
	lines, size, err := p.studio.fit(text, voice, size, size*0.7, width, 2)
	p.fail(err)
	for _, l := range lines {
		y += size * 1.3
		p.write([]line{l}, voice, x+width-l.width*size, y-size*0.3, size, soft)
	}
	return y
}

// address sets an address, which has no spaces, in pieces that end at the right.
func (p *sheet) address(text string, x, y, width float64) {
	const size = 2.9
	runes := []rune(text)
	for len(runes) > 0 {
		n := len(runes)
		for ; n > 1; n-- {
			lines, err := p.studio.set(string(runes[:n]), body, 0)
			p.fail(err)
			if len(lines) == 0 || lines[0].width*size <= width {
				break
			}
		}
		lines, err := p.studio.set(string(runes[:n]), body, 0)
		p.fail(err)
		y += size * 1.25
		for _, l := range lines {
			p.write([]line{l}, body, x+width-l.width*size, y-size*0.3, size, ink)
		}
		runes = runes[n:]
	}
}

// stamp writes a word across, as a stamp does.
func (p *sheet) stamp(word string, x, y float64) {
	lines, err := p.studio.set(word, bold, 0)
	p.fail(err)
	if len(lines) == 0 {
		return
	}
	const size = 9.5
	l := lines[0]
	w := l.width*size + 10
	t := turn(9, x+w/2, y+8)
	box := rectangle(x, y, w, 15)
	p.fill(white, box.by(t))
	p.fill(stop, frame(x, y, w, 15, 0.7).by(t))
	p.fill(stop, frame(x+1.3, y+1.3, w-2.6, 15-2.6, 0.3).by(t))
	p.marks = append(p.marks, mark{
		path:  l.letters.by(transform{size, 0, 0, size, x + 5, y + 10.8}).by(t),
		color: stop, text: &written{l, bold, x + 5, y + 10.8, size},
	})
}
