// Package bake puts a signed document into the picture or the paper that
// carries it, and takes it out again, byte for byte: PNG and SVG by the forms of
// Open Badges 3.0 (§5.3), PDF by its attachments (ISO 32000-2 §7.11).
//
// What it reads comes from strangers. It never draws a picture or runs anything
// in a file, expands only what it looks at and never more than a bound, and its
// answer is a document that nobody has checked yet.
package bake

import (
	"bytes"
	"strings"

	"laurel/credentials"
)

// MaxBytes is the largest carrier that is read. The document in it is bounded
// by credentials.MaxBytes, like one that comes by itself.
const MaxBytes = 4 << 20

// Format is a kind of file that can carry a document.
type Format string

// The formats. None is every other file, such as a document by itself.
const (
	None Format = ""
	PNG  Format = "PNG"
	SVG  Format = "SVG"
	PDF  Format = "PDF"
)

// Kind tells the standard that a document follows, which names its place in a picture.
type Kind int

// The kinds: an Open Badges credential, and a CLR record.
const (
	Badge Kind = iota
	Record
)

// Reasons why there is nothing to be taken out of a carrier.
const (
	CodeDamaged   = "carrier_damaged"   // it is cut off, or not made as its format asks
	CodeEmpty     = "carrier_empty"     // a sound file without a credential in it
	CodeEncrypted = "carrier_encrypted" // a PDF that asks for a password or rights
	CodeOld       = "carrier_old"       // a badge of Open Badges 2.0 or before, which nobody signed
	CodeTooLarge  = credentials.CodeTooLarge
)

// Error tells why a carrier could not be made or read.
type Error struct {
	Format Format
	Code   string
	Detail string // for whoever looks into it; says nothing of the document
}

// Error gives the reason in short.
func (e *Error) Error() string {
	text := string(e.Format) + ": " + strings.ReplaceAll(e.Code, "_", " ")
	if e.Detail != "" {
		text += ", " + e.Detail
	}
	return text
}

// Sniff tells what a file is by how it begins, and by nothing else: a file that
// is two things at once is read as one of them.
func Sniff(data []byte) Format {
	switch {
	case bytes.HasPrefix(data, []byte(pngSignature)):
		return PNG
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return PDF
	case isXML(bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")):
		return SVG
	}
	return None
}

// isXML tells whether a text begins as a picture in XML does: with its own tag,
// or with what may stand before that.
func isXML(text []byte) bool {
	for _, start := range []string{"<svg", "<?xml", "<!"} {
		if bytes.HasPrefix(text, []byte(start)) {
			return true
		}
	}
	return false
}

// Extract gives the document in a carrier, as it was put in but for white space
// around it, and what carried it. A file that is no carrier is given back as it
// is, with None. The error is an *[Error].
func Extract(data []byte) (document []byte, from Format, err error) {
	if from = Sniff(data); from == None {
		return data, None, nil
	}
	if len(data) > MaxBytes {
		return nil, from, &Error{from, CodeTooLarge, "the file is too large"}
	}
	switch from {
	case PNG:
		document, err = fromPNG(data)
	case PDF:
		document, err = fromPDF(data)
	case SVG:
		document, err = fromSVG(data)
	case None:
	}
	if err != nil {
		return nil, from, err
	}
	document = bytes.TrimSpace(document)
	switch {
	case len(document) == 0:
		return nil, from, &Error{from, CodeEmpty, "the place of the document is empty"}
	case len(document) > credentials.MaxBytes:
		return nil, from, &Error{from, CodeTooLarge, "the document is too large"}
	}
	return document, from, nil
}

// IsDocument tells whether a text can be a credential at all: it begins as
// JSON does, or is a token in its compact form. It is the question by which an
// attachment is told from others, and no check.
func IsDocument(text []byte) bool {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] == '{' {
		return len(text) > 0
	}
	dots := 0
	for i, b := range text {
		switch {
		case b == '.':
			dots++
		case b == '~' && dots == 2 && i > 0:
			return true // an SD-JWT with its disclosures
		case !base64URL(b):
			return false
		}
	}
	return dots == 2
}

func base64URL(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_'
}

// bakeable is what a document must be to come out as it went in.
func bakeable(format Format, document []byte) error {
	switch {
	case !IsDocument(document) || !bytes.Equal(document, bytes.TrimSpace(document)):
		return &Error{format, CodeDamaged, "this is no document, or has white space around it"}
	case len(document) > credentials.MaxBytes:
		return &Error{format, CodeTooLarge, "the document is too large"}
	}
	return nil
}
