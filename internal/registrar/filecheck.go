package registrar

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// What a file may not carry. Pictures are drawn anew, so that nothing but the
// picture is left; documents and recordings are kept as they came, and so they
// are looked through first: archives that grow when they are opened, macros,
// parts that fetch something from elsewhere, PDFs that run something, and files
// that are two things at once. Whatever passes is still given out as a download
// that no browser runs (api's sendFile).

// Limits of a document that is an archive (ODF 1.2 part 3; ECMA-376 part 2).
const (
	zipEntries  = 2000
	zipUnpacked = 200 << 20
	zipRatio    = 200 // unpacked to packed, above zipSmall
	zipSmall    = 1 << 20
	zipTail     = 22 + 1<<16 - 1 // the end record and its longest comment (APPNOTE 4.3.16)
)

// boxed are the media types made of boxes.
var boxed = []string{"video/mp4", "video/quicktime", "audio/mp4", "audio/x-m4a"}

// checkContent looks through a file of a media type that is kept as it came.
func checkContent(f *os.File, media string, size int64) error {
	switch media {
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.oasis.opendocument.text":
		return checkArchive(f, size)
	}
	trailing, err := endsAsArchive(f, size)
	switch {
	case err != nil:
		return err
	case trailing:
		return wrongFile("This file has an archive behind it, so that it is two things at once. Save it anew and send that.")
	case media == "application/pdf":
		return checkPDF(f, size)
	case slices.Contains(boxed, media):
		return checkBoxes(f, size)
	}
	return nil
}

// endsAsArchive reports whether a file could be opened as a ZIP archive too:
// these are found by their end.
func endsAsArchive(f io.ReaderAt, size int64) (bool, error) {
	tail := make([]byte, min(size, zipTail))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("reading a file: %w", err)
	}
	for at := len(tail) - 22; at >= 0; at-- {
		if binary.LittleEndian.Uint32(tail[at:]) == 0x06054b50 && at+22+int(binary.LittleEndian.Uint16(tail[at+20:])) == len(tail) {
			return true, nil
		}
	}
	return false, nil
}

// checkArchive looks through a Word or OpenDocument file.
func checkArchive(f *os.File, size int64) error {
	damaged := wrongFile("This document is damaged and could not be read.")
	var head [4]byte
	if _, err := f.ReadAt(head[:], 0); err != nil || string(head[:]) != "PK\x03\x04" {
		return damaged
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return damaged
	}
	if whole, err := endsAsArchive(f, size); err != nil || !whole {
		return errors.Join(err, damaged)
	}
	if len(z.File) > zipEntries {
		return wrongFile("This document has more parts than a document has. Save it as a PDF and send that.")
	}
	// What an entry says about its size may be a lie: what comes out is counted.
	left := int64(zipUnpacked)
	for _, e := range z.File {
		if bad := suspiciousPart(e.Name); bad != "" {
			return wrongFile(bad)
		}
		if e.Flags&1 != 0 {
			return wrongFile("This document is locked with a password. Please send it without one.")
		}
		n, err := checkPart(e, left)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// suspiciousPart says what is wrong with a part of a document by its name.
func suspiciousPart(name string) string {
	low := strings.ToLower(name)
	top, _, _ := strings.Cut(low, "/")
	switch {
	case strings.Contains(name, `\`) || strings.HasPrefix(name, "/") || strings.HasPrefix(path.Clean(name), ".."):
		return "This document is damaged and could not be read."
	case path.Base(low) == "vbaproject.bin", path.Base(low) == "vbadata.xml", top == "basic", top == "scripts", strings.Contains(low, "activex"):
		return "This document has macros, which are programs. Save it without them, or as a PDF, and send that."
	case strings.Contains(low, "/embeddings/"), strings.Contains(low, "oleobject"):
		return "Other files are packed into this document. Save it as a PDF and send that."
	}
	return ""
}

// checkPart unpacks a part, up to what is left for the whole document, and
// answers its size.
func checkPart(e *zip.File, left int64) (int64, error) {
	damaged := wrongFile("This document is damaged and could not be read.")
	in, err := e.Open()
	if err != nil {
		return 0, damaged
	}
	defer func() { _ = in.Close() }() // it was only read
	relations := strings.HasSuffix(strings.ToLower(e.Name), ".rels")
	var kept bytes.Buffer
	out := io.Discard
	if relations {
		out = &kept
		left = min(left, zipSmall)
	}
	n, err := io.Copy(out, io.LimitReader(in, left+1))
	switch {
	case n > left, n > zipSmall && n/zipRatio > int64(e.CompressedSize64): //nolint:gosec // a size within the file's
		return n, wrongFile("This document grows far too large when it is opened. Save it as a PDF and send that.")
	case err != nil:
		return n, damaged
	case relations && fetches(kept.Bytes()):
		return n, wrongFile("This document fetches parts from elsewhere when it is opened. Save it as a PDF and send that.")
	}
	return n, nil
}

// fetches reports whether relations of a Word document name something outside
// that is loaded without asking: everything but a link (ECMA-376 part 2 §9.3).
func fetches(rels []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(rels))
	for {
		token, err := d.Token()
		if err != nil {
			return !errors.Is(err, io.EOF) // what cannot be read is not trusted
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		outside, link := false, false
		for _, a := range start.Attr {
			outside = outside || a.Name.Local == "TargetMode" && a.Value == "External"
			link = link || a.Name.Local == "Type" && strings.HasSuffix(a.Value, "/hyperlink")
		}
		if outside && !link {
			return true
		}
	}
}

// Names in a PDF that run or start something, and one that hides everything
// (ISO 32000-1 §12.6.4, §7.6). A name ends at a delimiter.
var (
	pdfRuns   = regexp.MustCompile(`/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)[\s/<>\[\]()%{}]`)
	pdfLocked = regexp.MustCompile(`/Encrypt[\s/<>\[\]()]`)
	pdfStream = regexp.MustCompile(`/ObjStm[\s\S]{0,400}?stream\r?\n`)
	pdfEscape = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
)

// Limits of the streams in which a PDF may hide its objects.
const (
	pdfStreams  = 10_000
	pdfUnpacked = 64 << 20
)

// checkPDF refuses PDFs that run something, that are locked, and that are
// something else before or behind.
func checkPDF(f *os.File, size int64) error {
	text := make([]byte, size)
	if _, err := f.ReadAt(text, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading a file: %w", err)
	}
	end := bytes.LastIndex(text, []byte("%%EOF"))
	if !bytes.HasPrefix(text, []byte("%PDF-")) || end < 0 || len(bytes.Trim(text[end+5:], "\x00 \t\r\n")) > 0 {
		return wrongFile("This PDF is damaged, or something else stands before or behind it. Print it to a new PDF and send that.")
	}
	if pdfLocked.Match(text) {
		return wrongFile("This PDF is locked with a password. Please send it without one.")
	}
	if runs(text) || hiddenRuns(text) {
		return wrongFile("This PDF holds programs or other files. Print it to a new PDF and send that.")
	}
	return nil
}

// runs looks for names that start something, also where their letters are
// written as numbers (ISO 32000-1 §7.3.5).
func runs(text []byte) bool {
	if pdfRuns.Match(text) {
		return true
	}
	if !pdfEscape.Match(text) {
		return false
	}
	plain := pdfEscape.ReplaceAllFunc(text, func(hex []byte) []byte {
		var c byte
		_, _ = fmt.Sscanf(string(hex[1:]), "%02x", &c) // two digits, by the pattern
		return []byte{c}
	})
	return pdfRuns.Match(plain)
}

// hiddenRuns looks into compressed objects (ISO 32000-1 §7.5.7).
func hiddenRuns(text []byte) bool {
	left := int64(pdfUnpacked)
	for _, at := range pdfStream.FindAllIndex(text, pdfStreams) {
		z, err := zlib.NewReader(bytes.NewReader(text[at[1]:]))
		if err != nil {
			continue // written without compression: seen already
		}
		var plain bytes.Buffer
		n, err := io.Copy(&plain, io.LimitReader(z, left+1))
		if left -= n; left < 0 {
			return true // too much to look through
		}
		var broken flate.CorruptInputError
		if err != nil && !errors.As(err, &broken) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, zlib.ErrChecksum) {
			continue
		}
		if runs(append(plain.Bytes(), ' ')) {
			return true
		}
	}
	return false
}

// checkBoxes walks the boxes of an MP4 file, which follow each other up to its
// end (ISO/IEC 14496-12 §4.2).
func checkBoxes(f io.ReaderAt, size int64) error {
	broken := wrongFile("This recording is damaged or not whole. Save it anew and send that.")
	var head [16]byte
	for at := int64(0); at < size; {
		n, err := f.ReadAt(head[:], at)
		if n < 8 || err != nil && !errors.Is(err, io.EOF) {
			return broken
		}
		box := int64(binary.BigEndian.Uint32(head[:]))
		switch {
		case box == 0: // up to the end
			return nil
		case box == 1 && n == 16:
			box = int64(binary.BigEndian.Uint64(head[8:])) //nolint:gosec // a size that turns negative is refused below
		}
		if box < 8 || box > size-at {
			return broken
		}
		at += box
	}
	return nil
}
