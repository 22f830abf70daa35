package bake

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"laurel/credentials"
)

const svgSpace = "http://www.w3.org/2000/svg"

// svgSpaces are the namespaces of the element that carries a document (OB 3.0 §5.3.2, CLR 2.0 §5.3.2).
var svgSpaces = map[Kind]string{Badge: "https://purl.imsglobal.org/ob/v3p0", Record: "https://purl.imsglobal.org/clr/v2p0"}

// svgPrefixes are the names by which the standards write them.
var svgPrefixes = map[Kind]string{Badge: "openbadges", Record: "clr"}

// oldSpace is that of Open Badges 2.0.
const oldSpace = "http://openbadges.org"

// maxDepth is how many elements may be open at once in a picture, and maxParts
// how many elements, texts and attributes it may have.
const (
	maxDepth = 64
	maxParts = 200_000
)

// IntoSVG puts a document into a picture: as the first element within it, whose
// attribute holds a token and whose text holds JSON. The picture is otherwise
// untouched, and must not carry a document already, nor use the element's
// prefix. The error is an *[Error].
func IntoSVG(picture, document []byte, kind Kind) ([]byte, error) {
	if err := bakeable(SVG, document); err != nil {
		return nil, err
	}
	damaged := func(detail string) ([]byte, error) { return nil, &Error{SVG, CodeDamaged, detail} }
	if !xmlText(document) {
		return damaged("the document has signs that XML cannot hold")
	}
	_, err := fromSVG(picture)
	if e := (*Error)(nil); !errors.As(err, &e) || e.Code != CodeEmpty {
		if err == nil {
			return damaged("the picture carries a document already")
		}
		return nil, err
	}
	start, end, closed := rootTag(picture)
	prefix := svgPrefixes[kind]
	if closed || bytes.Contains(picture[start:end], []byte("xmlns:"+prefix)) {
		return damaged("the picture is empty, or uses the prefix for something else")
	}
	var out bytes.Buffer
	out.Grow(len(picture) + len(document) + 256)
	out.Write(picture[:end-1])
	out.WriteString(` xmlns:` + prefix + `="` + svgSpaces[kind] + `"><` + prefix + `:credential`)
	if document[0] == '{' {
		out.WriteString(`><![CDATA[`)
		// The end of a section cannot stand within one (XML 1.0 §2.7).
		out.Write(bytes.ReplaceAll(document, []byte("]]>"), []byte("]]]]><![CDATA[>")))
		out.WriteString(`]]></` + prefix + `:credential>`)
	} else {
		out.WriteString(` verify="`)
		out.Write(document)
		out.WriteString(`"/>`)
	}
	out.Write(picture[end:])
	return out.Bytes(), nil
}

// rootTag is where the first tag of a sound picture begins and ends, and whether it closes itself.
func rootTag(picture []byte) (start, end int64, closed bool) {
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		start = d.InputOffset()
		token, err := d.RawToken()
		if err != nil {
			return 0, 0, true
		}
		if _, ok := token.(xml.StartElement); ok {
			end = d.InputOffset()
			return start, end, picture[end-2] == '/'
		}
	}
}

// xmlText tells whether a text comes out of XML as it went in: it has no sign
// that XML forbids, and no carriage return, which would become a line feed (XML 1.0 §2.2, §2.11).
func xmlText(text []byte) bool {
	return utf8.Valid(text) && !bytes.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF
	})
}

// svgReader reads a picture as far as it needs to find a document in it.
type svgReader struct {
	depth, parts int
	picture      bool // there is one
	inside       bool // in the element that carries the document
	found, old   bool
	document     bytes.Buffer
}

// fromSVG gives the first document in a picture. The picture is read to its
// end, so that one that was cut is told from one without any. Nothing that it
// declares is used: no entity beside the five of XML has a meaning here, so
// that none can be made to grow (XML 1.0 §4.6).
func fromSVG(data []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	r := svgReader{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.read(token)
		}
		if e := (*Error)(nil); errors.As(err, &e) {
			return nil, e
		}
		if err != nil {
			return nil, &Error{SVG, CodeDamaged, "this is not XML that can be read"}
		}
	}
	switch {
	case !r.picture:
		return nil, &Error{SVG, CodeDamaged, "there is no picture in it"}
	case r.found:
		return r.document.Bytes(), nil
	case r.old:
		return nil, &Error{SVG, CodeOld, ""}
	}
	return nil, &Error{SVG, CodeEmpty, ""}
}

func (r *svgReader) read(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.open(t)
	case xml.EndElement:
		if r.depth--; r.depth == 1 {
			r.inside = false
		}
	case xml.CharData:
		if r.inside {
			r.document.Write(t)
		}
	}
	if r.parts++; r.parts > maxParts {
		return &Error{SVG, CodeTooLarge, "the picture has too many parts"}
	}
	if r.document.Len() > credentials.MaxBytes {
		return &Error{SVG, CodeTooLarge, "the document is too large"}
	}
	return nil
}

// open enters an element. Only one right below the picture's own carries a document.
func (r *svgReader) open(e xml.StartElement) error {
	r.depth++
	r.parts += 1 + len(e.Attr)
	switch {
	case r.depth > maxDepth || r.parts > maxParts:
		return &Error{SVG, CodeTooLarge, "the picture has too many parts"}
	case r.depth == 1 && (e.Name.Local != "svg" || e.Name.Space != svgSpace):
		return &Error{SVG, CodeDamaged, "this is not a picture"}
	case r.inside:
		return &Error{SVG, CodeDamaged, "there is more than text in the place of the document"}
	case r.depth != 2:
		r.picture = true
		return nil
	case e.Name.Space == oldSpace:
		r.old = true
		return nil
	case r.found || e.Name.Local != "credential" || e.Name.Space != svgSpaces[Badge] && e.Name.Space != svgSpaces[Record]:
		return nil
	}
	r.found = true
	verify := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Space == "" && a.Name.Local == "verify" })
	if verify < 0 {
		r.inside = true
		return nil
	}
	r.document.WriteString(strings.TrimSpace(e.Attr[verify].Value))
	return nil
}
