package registrar

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"

	"laurel/competency"
)

// part is a part of an archive; fill repeats its text to a size.
type part struct {
	name, text string
	fill       int
}

const (
	wordTypes    = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	hyperlinkRel = `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.org" TargetMode="External"/></Relationships>`
	templateRel  = `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>`
)

func archive(t *testing.T, parts ...part) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		create := func() (io.Writer, error) { return z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate}) }
		if p.name == "mimetype" { // OpenDocument: readable at a fixed place (part 3 §3.3)
			size := uint64(len(p.text))
			create = func() (io.Writer, error) {
				return z.CreateRaw(&zip.FileHeader{Name: p.name, UncompressedSize64: size, CompressedSize64: size, CRC32: crc32.ChecksumIEEE([]byte(p.text))})
			}
		}
		w, err := create()
		if err != nil {
			t.Fatal(err)
		}
		text := p.text
		if p.fill > 0 {
			text = strings.Repeat("0", p.fill)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func word(t *testing.T, more ...part) string {
	t.Helper()
	return archive(t, append([]part{{name: "[Content_Types].xml", text: wordTypes}, {name: "word/document.xml", text: "<w:document/>"}}, more...)...)
}

func odt(t *testing.T, more ...part) string {
	t.Helper()
	return archive(t, append([]part{{name: "mimetype", text: "application/vnd.oasis.opendocument.text"}, {name: "content.xml", text: "<o/>"}}, more...)...)
}

// pdf is a small document with some text among its objects.
func pdf(objects string) string {
	return "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + objects + "\ntrailer << /Root 1 0 R >>\n%%EOF\n"
}

// objectStream hides objects in a compressed stream.
func objectStream(t *testing.T, objects string) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(objects)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj", b.Len(), b.String())
}

func box(kind string, content int) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+content))) + kind + strings.Repeat("\x00", content)
}

func mp4() string {
	return "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + box("moov", 16) + box("mdat", 600)
}

func unbase64(t *testing.T, s string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func pngWithTail(t *testing.T, tail string) string {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	m.Set(1, 1, color.NRGBA{R: 200, A: 255})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String() + tail
}

// hugeWebP is a header that announces 16,384 × 16,384 points.
const hugeWebP = "RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x3f\x00\xff\x3f\x00"

// TestHostileFiles sends what people with bad intent, or bad software, would.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	small := archive(t, part{name: "x", text: "x"})
	many := make([]part, zipEntries+1)
	for i := range many {
		many[i].name = fmt.Sprintf("word/p%d.xml", i)
	}
	for name, c := range map[string]struct {
		content string
		media   string // kept as, or
		says    string // refused with these words
	}{
		"a Word file.docx":          {word(t, part{name: "word/_rels/document.xml.rels", text: hyperlinkRel}), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
		"a bomb.docx":               {word(t, part{name: "word/media/x.bin", fill: 64 << 20}), "", "grows far too large"},
		"beyond all bounds.docx":    {word(t, part{name: "word/a.xml", fill: zipUnpacked}, part{name: "word/b.xml", fill: 2}), "", "grows far too large"},
		"too many parts.docx":       {word(t, many...), "", "more parts"},
		"macros.docx":               {word(t, part{name: "word/vbaProject.bin", text: "x"}), "", "macros"},
		"a template of others.docx": {word(t, part{name: "word/_rels/settings.xml.rels", text: templateRel}), "", "fetches parts"},
		"broken relations.docx":     {word(t, part{name: "word/_rels/settings.xml.rels", text: "<Relationships><"}), "", "fetches parts"},
		"packed files.docx":         {word(t, part{name: "word/embeddings/run.exe", text: "MZ"}), "", "packed into"},
		"climbing.docx":             {word(t, part{name: "../../etc/cron.d/x", text: "x"}), "", "damaged"},
		"cut off.docx":              {word(t)[:120], "", ""},
		"with a tail.docx":          {word(t) + "<script>alert(1)</script>", "", "damaged"},
		"any archive.zip":           {small, "", "of this kind"},

		"an OpenDocument text.odt": {odt(t), "application/vnd.oasis.opendocument.text", ""},
		"with macros.odt":          {odt(t, part{name: "Basic/Standard/Module1.xml", text: "x"}), "", "macros"},

		"a talk.pdf":              {pdf(""), "application/pdf", ""},
		"words about /JSON.pdf":   {pdf("2 0 obj\n(/JSON is no script) /JSONish\nendobj"), "application/pdf", ""},
		"a script.pdf":            {pdf("2 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"), "", "holds programs"},
		"a script in numbers.pdf": {pdf("2 0 obj\n<< /S /J#61vaScript >>\nendobj"), "", "holds programs"},
		"a hidden script.pdf":     {pdf(objectStream(t, "6 0 << /S /Launch /F (cmd.exe) >>")), "", "holds programs"},
		"hidden text.pdf":         {pdf(objectStream(t, "6 0 << /Type /Font >>")), "application/pdf", ""},
		"a locked one.pdf":        {pdf("3 0 obj\n<< /Encrypt 4 0 R >>\nendobj"), "", "locked"},
		"an archive behind.pdf":   {pdf("") + small, "", "two things at once"},
		"a page behind.pdf":       {pdf("") + "<html><script>alert(1)</script>", "", "before or behind"},
		"without an end.pdf":      {"%PDF-1.7\n1 0 obj\n", "", "damaged"},

		"a film.mp4":              {mp4(), "video/mp4", ""},
		"an archive behind.mp4":   {mp4() + small, "", "two things at once"},
		"half a film.mp4":         {mp4()[:200], "", "not whole"},
		"a text as a film.mp4":    {"<html><body>", "", "of this kind"},
		"an archive behind.txt":   {"notes\n" + small, "", ""},
		"a picture.webp":          {unbase64(t, "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA="), "image/jpeg", ""},
		"seen through.webp":       {unbase64(t, "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="), "image/png", ""},
		"as large as a hall.webp": {hugeWebP, "", "16 million"},
		"a phone's.heic":          {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + strings.Repeat("\x00", 64), "", "JPEG"},
		"a page behind.png":       {pngWithTail(t, "<script>alert(1)</script>PK\x05\x06"), "image/png", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &Registrar{Options: Options{Files: t.TempDir()}}
			info, err := r.saveFile(strings.NewReader(c.content), name)
			if c.media != "" {
				if err != nil || info.MediaType != c.media {
					t.Fatalf("got %+v, %v; want %s", info, err, c.media)
				}
				if kept := r.readWhole(t, info.SHA256); strings.Contains(kept, "<script") {
					t.Error("what stood behind the picture was kept")
				}
				return
			}
			if !errors.Is(err, competency.ErrInvalid) || !strings.Contains(fmt.Sprint(err), c.says) {
				t.Errorf("got %+v, %v; want %q", info, err, c.says)
			}
		})
	}
}

func (r *Registrar) readWhole(t *testing.T, sum string) string {
	t.Helper()
	f, err := r.openFile(sum)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var b bytes.Buffer
	if _, err := b.ReadFrom(f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
