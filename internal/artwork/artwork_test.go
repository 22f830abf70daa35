package artwork_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-fonts/dejavu/dejavumathtexgyre"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"pgregory.net/rapid"

	"laurel/credentials/bake"
	"laurel/credentials/qr"
	"laurel/internal/artwork"
	"laurel/internal/testkit"
)

func init() { api.DisableConfigDir() }

func studio(t testing.TB, fonts ...string) *artwork.Studio {
	t.Helper()
	s, err := artwork.New(fonts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const address = "https://laurel.example/c/jd83nfkq0svx2zp7ytqwba"

// paper is a document with everything on it.
func paper(t testing.TB, kind artwork.PaperKind, holder string) artwork.Paper {
	t.Helper()
	code, err := qr.Modules(address)
	if err != nil {
		t.Fatal(err)
	}
	school := "Willow Brook Union High School"
	p := artwork.Paper{
		Kind: kind, School: school, Place: "Willow Brook, Vermont", Title: "High School Diploma",
		Certifies: "This certifies that", Holder: holder, Text: "has shown what this school asks of its graduates and is awarded this diploma", On: "12 June 2026",
		Signatories: []artwork.Signatory{{Name: "Imani Brooks", Role: "Principal"}, {Name: "Rosalind Archer-Whitfield", Role: "Chair of the Board"}},
		Legend:      "Levels: Emerging · Developing · Proficient · Distinguished", Address: address, Check: "Check this document at", Code: code,
		Seal:     artwork.Badge{Key: "diploma", Title: "High School Diploma", Issuer: school, Kind: artwork.Sun},
		Document: []byte(`{"name":"` + strings.Repeat("Léa ", 500) + `"}`), File: "credential.json", Made: time.Date(2026, 6, 12, 16, 0, 0, 0, time.UTC),
	}
	if kind == artwork.Record {
		rows := make([][3]string, 60)
		for i := range rows {
			rows[i] = [3]string{fmt.Sprintf("Standard %d, read and write", i), "Proficient", "Two different tasks at this level or above, confirmed by a teacher"}
		}
		p.Why, p.Tables = "Every standard was shown.", []artwork.Table{{Title: "What was shown", Head: [3]string{"Standard", "Level", "Why"}, Rows: rows}}
		p.Notes = []artwork.Note{{Title: "About the school", Text: strings.Repeat("It says what it asks. ", 300)}}
	}
	return p
}

var (
	kinds = map[string]artwork.PaperKind{"diploma": artwork.Diploma, "certificate": artwork.Certificate, "record": artwork.Record}
	sizes = map[string]artwork.Size{"A4": artwork.A4, "Letter": artwork.Letter}
	names = map[string]string{
		"plain": "Amara Okafor", "accented": "Þórbjörg Nguyễn-Çelik Żółć", "long": "Anne-Élisabeth Marie-Thérèse de la Fontaine-Wołodarska y Fernández de Córdoba",
		"one word": strings.Repeat("Llanfairpwll", 8), "right to left": "ליאת בת־אל כהן", "joined": "ليلى بنت محمد الهاشمي", "hostile": `<script>alert(1)</script> ) Tj /JS (x) endobj & "x"`,
		"combining": "Zoe\u0308 O\u031bng", "controls": "A\x00B\nC\u2028D\u202eE",
	}
)

// TestPapers: every paper of every size with every name is sound, has its
// document inside byte for byte by two readers, and is the same each time.
func TestPapers(t *testing.T) {
	t.Parallel()
	s := studio(t)
	for kindName, kind := range kinds {
		for sizeName, size := range sizes {
			for what, name := range names {
				doc := paper(t, kind, name)
				data, err := s.PDF(doc, size)
				if err != nil {
					t.Fatalf("%s, %s, %s: %v", kindName, sizeName, what, err)
				}
				if got, from, err := bake.Extract(data); err != nil || from != bake.PDF || !bytes.Equal(got, doc.Document) {
					t.Errorf("%s, %s, %s: %d bytes inside (%v)", kindName, sizeName, what, len(got), err)
				}
				if what != "hostile" && what != "plain" {
					continue
				}
				if again, err := s.PDF(doc, size); err != nil || !bytes.Equal(again, data) {
					t.Errorf("%s, %s: another paper of the same words (%v)", kindName, sizeName, err)
				}
				if err := api.Validate(bytes.NewReader(data), nil); err != nil {
					t.Errorf("%s, %s, %s is not sound: %v", kindName, sizeName, what, err)
				}
				theirs, err := api.ExtractAttachmentsRaw(bytes.NewReader(data), "", nil, model.NewDefaultConfiguration())
				if err != nil || len(theirs) != 1 {
					t.Fatalf("%d attachments (%v)", len(theirs), err)
				}
				if one, err := io.ReadAll(theirs[0]); err != nil || !bytes.Equal(one, doc.Document) {
					t.Errorf("the other reader has %d bytes (%v)", len(one), err)
				}
			}
		}
	}
}

// TestPapersByPoppler reads papers as a third program does: the attachment, the
// words, the size, and the code as a phone sees it on a printed sheet.
func TestPapersByPoppler(t *testing.T) {
	t.Parallel()
	s, dir := studio(t), t.TempDir()
	for kindName, kind := range kinds {
		for what, want := range map[string]string{"plain": "Amara Okafor", "accented": "Nguyễn", "hostile": "<script>alert(1)</script>", "right to left": "ליאת", "joined": "محمد"} {
			doc := paper(t, kind, names[what])
			data, err := s.PDF(doc, artwork.A4)
			if err != nil {
				t.Fatal(err)
			}
			file, out := filepath.Join(dir, kindName+what+".pdf"), filepath.Join(dir, "out")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			testkit.Poppler(t, "pdfdetach", "-save", "1", "-o", out, file)
			if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, doc.Document) {
				t.Errorf("%s, %s: poppler has %d bytes inside (%v)", kindName, what, len(got), err)
			}
			if text := string(testkit.Poppler(t, "pdftotext", file, "-")); !strings.Contains(text, want) || !strings.Contains(text, address) {
				t.Errorf("%s, %s: poppler reads %q", kindName, what, text)
			}
			if what == "plain" {
				testkit.Poppler(t, "pdftoppm", "-r", "150", "-png", "-singlefile", file, filepath.Join(dir, kindName))
				if got := scanned(t, filepath.Join(dir, kindName+".png")); got != address {
					t.Errorf("%s: the code says %q", kindName, got)
				}
			}
		}
	}
}

// scanned is what a phone reads on a picture of a sheet.
func scanned(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

// TestLetters: letters that no font has are told, never drawn as boxes; a font
// from a file brings them.
func TestLetters(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		if _, err := studio(t).PDF(paper(t, kind, "王小明"), artwork.A4); !errors.Is(err, artwork.ErrLetters) {
			t.Errorf("letters that no font has: %v", err)
		}
	}
	const only = "Ada ⎲⎳" // in none of the product's own fonts
	if _, err := studio(t).PDF(paper(t, artwork.Diploma, only), artwork.A4); !errors.Is(err, artwork.ErrLetters) {
		t.Fatalf("a font of the product has these by now, so this test shows nothing: %v", err)
	}
	file := filepath.Join(t.TempDir(), "more.ttf")
	if err := os.WriteFile(file, dejavumathtexgyre.TTF, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := studio(t, file).PDF(paper(t, artwork.Diploma, only), artwork.A4); err != nil {
		t.Errorf("with a font from a file: %v", err)
	}
	if _, err := artwork.New([]string{"no-such-file"}); err == nil {
		t.Error("a font that is not there was taken")
	}
	if err := os.WriteFile(file, []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := artwork.New([]string{file}); err == nil {
		t.Error("a file that is no font was taken")
	}
}

// TestBadges: one badge for one achievement, sound in both forms, at both sizes.
func TestBadges(t *testing.T) {
	t.Parallel()
	s := studio(t)
	seen := map[string]string{}
	for _, b := range []artwork.Badge{
		{Key: "a", Title: "Performance Tasks", Issuer: "Trailhead"},
		{Key: "b", Title: "Performance Tasks", Issuer: "Trailhead"},
		{Key: "a", Title: "Performance Tasks", Issuer: "Another Institute"},
		{Key: "a", Title: "Performance Tasks", Issuer: "Trailhead", Kind: artwork.Sun},
		{Key: "a", Title: "Performance Tasks", Issuer: "Trailhead", Withdrawn: "Withdrawn"},
		{Key: "h", Title: `</title><script>x</script>`, Issuer: `" onload="x`},
		{Key: "e"},
		{Key: "l", Title: strings.Repeat("A very long title ", 30), Issuer: strings.Repeat("School", 40)},
	} {
		drawing, err := s.Badge(b)
		if err != nil {
			t.Fatalf("%+v: %v", b, err)
		}
		svg := drawing.SVG()
		if other, twice := seen[string(svg)]; twice {
			t.Errorf("%+v looks like %s", b, other)
		}
		seen[string(svg)] = fmt.Sprintf("%+v", b)
		for _, found := range elements(t, svg) {
			if found != "svg" && found != "title" && found != "path" {
				t.Errorf("%+v: there is an element %s in it", b, found)
			}
		}
		for _, width := range []int{64, 512} {
			data, err := drawing.PNG(width)
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(data))
			if err != nil || img.Bounds().Dx() != width || img.Bounds().Dy() != width {
				t.Fatalf("%+v at %d: %v", b, width, err)
			}
			if _, _, _, corner := img.At(0, 0).RGBA(); corner != 0 {
				t.Error("its corner is not clear")
			}
			if _, _, _, middle := img.At(width/2, width/5).RGBA(); middle != 0xFFFF {
				t.Error("its middle is not filled")
			}
		}
		again, err := s.Badge(b)
		if err != nil || !bytes.Equal(again.SVG(), svg) {
			t.Errorf("%+v: another badge of the same words (%v)", b, err)
		}
	}
}

// elements are the names of a picture's elements, which is XML with no attribute that runs or fetches.
func elements(t testing.TB, svg []byte) []string {
	t.Helper()
	var list []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			list = append(list, e.Name.Local)
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "style" {
					t.Errorf("attribute %s", a.Name.Local)
				}
			}
		}
	}
}

// TestAnyWords: whatever a name is, it is drawn or told to be missing letters.
func TestAnyWords(t *testing.T) {
	t.Parallel()
	s := studio(t)
	rapid.Check(t, func(r *rapid.T) {
		doc := paper(t, artwork.Certificate, rapid.String().Draw(r, "holder"))
		doc.Title, doc.School = rapid.String().Draw(r, "title"), rapid.StringN(0, 200, -1).Draw(r, "school")
		data, err := s.PDF(doc, artwork.Letter)
		if errors.Is(err, artwork.ErrLetters) {
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		if got, _, err := bake.Extract(data); err != nil || !bytes.Equal(got, doc.Document) {
			r.Fatalf("%d bytes inside (%v)", len(got), err)
		}
	})
}
