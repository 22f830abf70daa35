package bake

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// pdfFile is a PDF of which objects are read as they are asked for.
type pdfFile struct {
	data     []byte
	entries  map[pdfRef]pdfEntry
	trailer  pdfDict
	parts    int // how many more may be read
	expanded int // how many more bytes streams may expand to
	packed   map[pdfRef]*packedObjects
	reading  map[pdfRef]bool // the lengths that are being looked up, which must not need themselves
}

// pdfEntry is where an object stands: at an offset, or as the nth of those that
// are packed in a stream.
type pdfEntry struct {
	offset int
	in     pdfRef // 0 when it stands by itself
	nth    int
}

// packedObjects is an object stream (§7.5.7): where each object begins in its bytes.
type packedObjects struct {
	data    []byte
	numbers []pdfRef
	offsets []int
}

// Faults that have a reason of their own.
var (
	errEncrypted = errors.New("the file is encrypted")
	errExpanded  = errors.New("the file expands to more than is read")
)

// openPDF reads where the objects of a file stand (§7.5.4, §7.5.8).
func openPDF(data []byte) (*pdfFile, error) {
	f := &pdfFile{
		data: data, entries: map[pdfRef]pdfEntry{}, trailer: pdfDict{}, parts: pdfParts, expanded: pdfExpanded,
		packed: map[pdfRef]*packedObjects{}, reading: map[pdfRef]bool{},
	}
	tail := max(0, len(data)-2048)
	at := bytes.LastIndex(data[tail:], []byte("startxref"))
	if at < 0 {
		return nil, errPDF
	}
	l := f.lexer(tail + at + len("startxref"))
	first, err := l.next()
	offset, ok := first.(int)
	if err != nil || !ok {
		return nil, errPDF
	}
	seen := map[int]bool{}
	for queue := []int{offset}; len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		if seen[queue[0]] = true; len(seen) > pdfSections {
			return nil, errPDF
		}
		more, err := f.section(queue[0])
		if err != nil {
			return nil, err
		}
		queue = append(queue, more...)
	}
	if _, encrypted := f.trailer["Encrypt"]; encrypted {
		return nil, errEncrypted
	}
	return f, nil
}

func (f *pdfFile) lexer(at int) *lexer { return &lexer{data: f.data, pos: at, parts: &f.parts} }

// section reads one cross-reference section, and answers where the older ones
// stand. What newer sections say of an object and of the file goes before.
func (f *pdfFile) section(at int) (older []int, err error) {
	if at < 0 || at >= len(f.data) {
		return nil, errPDF
	}
	l := f.lexer(at)
	first, err := l.next()
	if err != nil {
		return nil, err
	}
	var d pdfDict
	if first == pdfWord("xref") {
		d, err = f.table(l)
	} else {
		d, err = f.crossStream(at)
	}
	if err != nil {
		return nil, err
	}
	for key, value := range d {
		if _, newer := f.trailer[key]; !newer {
			f.trailer[key] = value
		}
	}
	for _, key := range []pdfName{"XRefStm", "Prev"} {
		if n, ok := d[key].(int); ok {
			older = append(older, n)
		}
	}
	return older, nil
}

// table reads a section that is written out: ranges of objects, then the trailer.
func (f *pdfFile) table(l *lexer) (pdfDict, error) {
	for {
		o, err := l.next()
		if err != nil {
			return nil, err
		}
		if o == pdfWord("trailer") {
			t, err := l.next()
			d, ok := t.(pdfDict)
			if err != nil || !ok {
				return nil, errPDF
			}
			return d, nil
		}
		first, ok := o.(int)
		o, err = l.next()
		count, isInt := o.(int)
		if err != nil || !ok || !isInt || first < 0 {
			return nil, errPDF
		}
		for i := range count {
			if err := f.line(l, pdfRef(first+i)); err != nil {
				return nil, err
			}
		}
	}
}

// line reads one line of a table: an offset, a generation, and n for an object in use.
func (f *pdfFile) line(l *lexer, num pdfRef) error {
	o, err := l.next()
	offset, ok := o.(int)
	if err != nil || !ok {
		return errPDF
	}
	if _, err = l.next(); err != nil {
		return err
	}
	use, err := l.next()
	switch {
	case err != nil || use != pdfWord("n") && use != pdfWord("f"):
		return errPDF
	case use == pdfWord("n"):
		f.enter(num, pdfEntry{offset: offset})
	default:
		f.enter(num, pdfEntry{offset: -1}) // it was deleted
	}
	return nil
}

// enter notes where an object stands, unless a newer section has said so.
func (f *pdfFile) enter(num pdfRef, e pdfEntry) {
	if _, newer := f.entries[num]; !newer {
		f.entries[num] = e
	}
}

// crossStream reads a section that is packed in a stream (§7.5.8).
func (f *pdfFile) crossStream(at int) (pdfDict, error) {
	_, o, err := f.indirect(at)
	s, ok := o.(*pdfStream)
	if err != nil || !ok || s.dict["Type"] != pdfName("XRef") {
		return nil, errPDF
	}
	data, err := f.expand(s)
	if err != nil {
		return nil, err
	}
	widths, ok := integers(s.dict["W"])
	if !ok || len(widths) != 3 {
		return nil, errPDF
	}
	wide := 0
	for _, w := range widths {
		if w < 0 || w > 8 {
			return nil, errPDF
		}
		wide += w
	}
	size, _ := s.dict["Size"].(int)
	ranges, ok := integers(s.dict["Index"])
	if s.dict["Index"] == nil {
		ranges, ok = []int{0, size}, true
	}
	if !ok || len(ranges)%2 != 0 || wide == 0 {
		return nil, errPDF
	}
	for i := 0; i < len(ranges); i += 2 {
		for n := 0; n < ranges[i+1] && len(data) >= wide; n++ {
			if f.parts--; f.parts < 0 {
				return nil, errPDF
			}
			f.enterPacked(pdfRef(ranges[i]+n), data, widths)
			data = data[wide:]
		}
	}
	return s.dict, nil
}

// enterPacked notes one entry of a cross-reference stream (§7.5.8.3).
func (f *pdfFile) enterPacked(num pdfRef, data []byte, widths []int) {
	kind := 1
	if widths[0] > 0 {
		kind = field(data[:widths[0]])
	}
	second := field(data[widths[0] : widths[0]+widths[1]])
	third := field(data[widths[0]+widths[1] : widths[0]+widths[1]+widths[2]])
	switch kind {
	case 0:
		f.enter(num, pdfEntry{offset: -1})
	case 1:
		f.enter(num, pdfEntry{offset: second})
	case 2:
		f.enter(num, pdfEntry{in: pdfRef(second), nth: third})
	}
}

// field is a number of some bytes, highest first.
func field(data []byte) int {
	n := 0
	for _, b := range data {
		n = n<<8 | int(b)
	}
	return n
}

// integers is an array of whole numbers.
func integers(o object) ([]int, bool) {
	list, ok := o.(pdfArray)
	out := make([]int, len(list))
	for i, one := range list {
		n, is := one.(int)
		if ok = ok && is; ok {
			out[i] = n
		}
	}
	return out, ok
}

// indirect reads the object that stands at an offset, and its number.
func (f *pdfFile) indirect(at int) (num pdfRef, o object, err error) {
	if at < 0 || at >= len(f.data) {
		return 0, nil, errPDF
	}
	l := f.lexer(at)
	var head [3]object
	for i := range head {
		if head[i], err = l.next(); err != nil {
			return 0, nil, err
		}
	}
	n, ok := head[0].(int)
	if !ok || head[2] != pdfWord("obj") {
		return 0, nil, errPDF
	}
	if o, err = l.next(); err != nil {
		return 0, nil, err
	}
	d, isDict := o.(pdfDict)
	l.space()
	rest, isStream := bytes.CutPrefix(l.data[min(l.pos, len(l.data)):], []byte("stream"))
	if !isDict || !isStream {
		return pdfRef(n), o, nil
	}
	start := l.pos + len("stream")
	switch { // §7.3.8.1: a line feed, with or without a carriage return before it
	case bytes.HasPrefix(rest, []byte("\r\n")):
		start += 2
	case bytes.HasPrefix(rest, []byte("\n")):
		start++
	default:
		return 0, nil, errPDF
	}
	return pdfRef(n), &pdfStream{dict: d, start: start}, nil
}

// follow gives what an object refers to; nil for what is not there (§7.3.10).
func (f *pdfFile) follow(o object) (object, error) {
	for range pdfDepth {
		num, ok := o.(pdfRef)
		if !ok {
			return o, nil
		}
		entry, known := f.entries[num]
		if !known || entry.offset < 0 {
			return nil, nil //nolint:nilnil // §7.3.10: the null object
		}
		var err error
		if entry.in != 0 {
			o, err = f.unpack(num, entry)
		} else {
			var is pdfRef
			if is, o, err = f.indirect(entry.offset); err == nil && is != num {
				err = errPDF
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, errPDF
}

// dict gives a dictionary that an object is or refers to; nil for anything else.
func (f *pdfFile) dict(o object) (pdfDict, error) {
	o, err := f.follow(o)
	d, _ := o.(pdfDict)
	return d, err
}

// array is dict for arrays.
func (f *pdfFile) array(o object) (pdfArray, error) {
	o, err := f.follow(o)
	a, _ := o.(pdfArray)
	return a, err
}

// unpack reads an object that stands in an object stream.
func (f *pdfFile) unpack(num pdfRef, entry pdfEntry) (object, error) {
	p, ok := f.packed[entry.in]
	if !ok {
		var err error
		if p, err = f.pack(entry.in); err != nil {
			return nil, err
		}
		f.packed[entry.in] = p
	}
	if entry.nth >= len(p.numbers) || p.numbers[entry.nth] != num {
		return nil, errPDF
	}
	return (&lexer{data: p.data, pos: p.offsets[entry.nth], parts: &f.parts}).next()
}

// pack reads the head of an object stream.
func (f *pdfFile) pack(num pdfRef) (*packedObjects, error) {
	at, known := f.entries[num]
	if !known || at.in != 0 || at.offset < 0 {
		return nil, errPDF
	}
	is, o, err := f.indirect(at.offset)
	s, ok := o.(*pdfStream)
	if err != nil || !ok || is != num || s.dict["Type"] != pdfName("ObjStm") {
		return nil, errPDF
	}
	count, ok := s.dict["N"].(int)
	first, ok2 := s.dict["First"].(int)
	data, err := f.expand(s)
	if err != nil {
		return nil, err
	}
	if !ok || !ok2 || count < 0 || first < 0 || first > len(data) {
		return nil, errPDF
	}
	p, l := &packedObjects{data: data}, &lexer{data: data[:first], parts: &f.parts}
	for range count {
		n, err1 := l.next()
		offset, err2 := l.next()
		number, ok1 := n.(int)
		at, ok2 := offset.(int)
		if err1 != nil || err2 != nil || !ok1 || !ok2 || at < 0 || at > len(data) {
			return nil, errPDF
		}
		p.numbers, p.offsets = append(p.numbers, pdfRef(number)), append(p.offsets, first+at)
	}
	return p, nil
}

// raw gives the bytes of a stream as they stand in the file. Its length must be
// right: nothing is searched for.
func (f *pdfFile) raw(s *pdfStream) ([]byte, error) {
	length := s.dict["Length"]
	if num, ok := length.(pdfRef); ok {
		if f.reading[num] {
			return nil, errPDF
		}
		f.reading[num] = true
		defer delete(f.reading, num)
	}
	o, err := f.follow(length)
	n, ok := o.(int)
	if err != nil || !ok || n < 0 || n > len(f.data)-s.start {
		return nil, errPDF
	}
	end := s.start + n
	l := f.lexer(end)
	l.space()
	if !bytes.HasPrefix(f.data[l.pos:], []byte("endstream")) {
		return nil, errPDF
	}
	return f.data[s.start:end], nil
}

// expand gives the bytes of a stream with its filters undone: none, or
// FlateDecode, once or twice (§7.4). What is expanded counts for the whole file.
func (f *pdfFile) expand(s *pdfStream) ([]byte, error) {
	data, err := f.raw(s)
	if err != nil {
		return nil, err
	}
	filters, err := f.oneOrMore(s.dict["Filter"])
	if err != nil {
		return nil, err
	}
	parms, err := f.oneOrMore(s.dict["DecodeParms"])
	if err != nil || len(filters) > 2 {
		return nil, errPDF
	}
	for i, filter := range filters {
		if filter != pdfName("FlateDecode") {
			return nil, errPDF
		}
		if data, err = f.inflate(data); err != nil {
			return nil, err
		}
		if i >= len(parms) {
			continue
		}
		d, err := f.dict(parms[i])
		if err != nil {
			return nil, err
		}
		if data, err = unpredict(data, d); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// oneOrMore is a list that is written as one object when it has only one.
func (f *pdfFile) oneOrMore(o object) (pdfArray, error) {
	o, err := f.follow(o)
	if list, ok := o.(pdfArray); ok || o == nil || err != nil {
		return list, err
	}
	return pdfArray{o}, nil
}

func (f *pdfFile) inflate(data []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, errPDF
	}
	out, err := io.ReadAll(io.LimitReader(r, int64(f.expanded)+1))
	if f.expanded -= len(out); f.expanded < 0 {
		return nil, errExpanded
	}
	if err != nil {
		return nil, errPDF
	}
	return out, nil
}

// unpredict undoes the prediction that rows were packed by (§7.4.4.4): none, or
// those of PNG (PNG §9).
func unpredict(data []byte, parms pdfDict) ([]byte, error) {
	number := func(key pdfName, usual int) int {
		if n, ok := parms[key].(int); ok {
			return n
		}
		return usual
	}
	predictor := number("Predictor", 1)
	if predictor == 1 {
		return data, nil
	}
	columns, colors, bits := number("Columns", 1), number("Colors", 1), number("BitsPerComponent", 8)
	if predictor < 10 || predictor > 15 || colors < 1 || colors > 4 || bits != 8 || columns < 1 || columns > 1<<16 {
		return nil, errPDF
	}
	row, out := columns*colors, make([]byte, 0, len(data))
	above := make([]byte, row)
	for len(data) > row {
		line := bytes.Clone(data[1 : 1+row])
		if !unfilter(data[0], line, above, colors) {
			return nil, errPDF
		}
		out, above, data = append(out, line...), line, data[1+row:]
	}
	if len(data) > 0 {
		return nil, errPDF
	}
	return out, nil
}

// unfilter undoes the filter of one row; back is how far the sign before stands.
func unfilter(kind byte, line, above []byte, back int) bool {
	for i := range line {
		var left, corner byte
		if i >= back {
			left, corner = line[i-back], above[i-back]
		}
		switch kind {
		case 0:
		case 1:
			line[i] += left
		case 2:
			line[i] += above[i]
		case 3:
			line[i] += byte((int(left) + int(above[i])) / 2) //nolint:gosec // the mean of two bytes is one
		case 4:
			line[i] += paeth(left, above[i], corner)
		default:
			return false
		}
	}
	return true
}

func paeth(a, b, c byte) byte {
	distance := func(x byte) int {
		d := int(a) + int(b) - int(c) - int(x)
		return max(d, -d)
	}
	switch pa, pb, pc := distance(a), distance(b), distance(c); {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}
