package registrar

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"laurel/competency"
)

// photo is a 40×20 JPEG, dark on the left, with an Exif block that says how it
// was held and where.
func photo(t *testing.T, turn uint16) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 40, 20))
	for y := range 20 {
		for x := range 40 {
			m.SetGray(x, y, color.Gray{Y: uint8(x / 20 * 255)})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	exif = binary.BigEndian.AppendUint16(exif, turn)
	exif = append(exif, "\x00\x00\x00\x00\x00\x00GPS 44.26N 72.58W"...)
	out := append([]byte{0xff, jpegStart, 0xff, jpegExif}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), b.Bytes()[2:]...)
}

func TestPhotosAreUprightAndSayNothingElse(t *testing.T) {
	t.Parallel()
	for turn, want := range map[uint16]struct {
		wide bool
		dark image.Point // a point that must be dark
	}{1: {true, image.Pt(3, 10)}, 3: {true, image.Pt(36, 10)}, 6: {false, image.Pt(10, 3)}, 8: {false, image.Pt(10, 36)}} {
		r := &Registrar{Options: Options{Files: t.TempDir()}}
		info, err := r.saveFile(bytes.NewReader(photo(t, turn)), "IMG 1.JPG")
		if err != nil {
			t.Fatal(err)
		}
		f, err := r.openFile(info.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := io.ReadAll(f)
		_ = f.Close()
		if bytes.Contains(kept, []byte("GPS")) || bytes.Contains(kept, []byte("Exif")) || int64(len(kept)) != info.Size {
			t.Errorf("turn %d: the camera's notes are still there, or the size is wrong", turn)
		}
		m, err := jpeg.Decode(bytes.NewReader(kept))
		if err != nil {
			t.Fatal(err)
		}
		dark, _, _, _ := m.At(want.dark.X, want.dark.Y).RGBA()
		if wide := m.Bounds().Dx() > m.Bounds().Dy(); wide != want.wide || dark > 0x3000 {
			t.Errorf("turn %d: got bounds %v with %#x at %v", turn, m.Bounds(), dark, want.dark)
		}
		if info.Name != "IMG 1.jpg" || info.MediaType != "image/jpeg" {
			t.Errorf("got %q %q", info.Name, info.MediaType)
		}
	}
}

func TestSaveFile(t *testing.T) {
	t.Parallel()
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, 5000, 4000))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content string
		want    string // media type
		kind    error
	}{
		"notes.txt":         {"What I saw at the pond.\n", "text/plain", nil},
		"talk.pdf":          {"%PDF-1.7\n%%EOF\n", "application/pdf", nil},
		"empty.txt":         {"", "", competency.ErrInvalid},
		"page.txt":          {"<!doctype html><html><script>alert(1)</script></html>", "", competency.ErrInvalid},
		"drawing.svg":       {`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`, "", competency.ErrInvalid},
		"program.pdf":       {"\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 64), "", competency.ErrInvalid},
		"broken.jpg":        {"\xff\xd8\xff\xe0 no picture", "", competency.ErrInvalid},
		"twenty-mpx.png":    {wide.String(), "", competency.ErrInvalid},
		"more-than-20M.txt": {strings.Repeat("a", MaxFileBytes+1), "", competency.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &Registrar{Options: Options{Files: t.TempDir()}}
			info, err := r.saveFile(strings.NewReader(c.content), name)
			if !errors.Is(err, c.kind) || info.MediaType != c.want {
				t.Fatalf("got %+v, %v; want %s, %v", info, err, c.want, c.kind)
			}
			left, _ := filepath.Glob(filepath.Join(r.Files, ".new-*"))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if err != nil {
				return
			}
			again, err := r.saveFile(strings.NewReader(c.content), "other name")
			if err != nil || again.SHA256 != info.SHA256 {
				t.Errorf("the same bytes again: %+v, %v", again, err)
			}
			if _, err := os.Stat(filepath.Join(r.Files, info.SHA256[:2], info.SHA256)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpenFileRefusesNames(t *testing.T) {
	t.Parallel()
	r := &Registrar{Options: Options{Files: t.TempDir()}}
	for _, sum := range []string{"", "..", "../../etc/passwd", strings.Repeat("a", 64), strings.Repeat("A", 64)} {
		if _, err := r.openFile(sum); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("%q: got %v", sum, err)
		}
	}
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`C:\fakepath\Lab report.PDF`: "Lab report.pdf",
		"../../etc/passwd":           "passwd.pdf",
		"":                           "file.pdf",
		".pdf":                       "file.pdf",
		"a\r\nb\u202egnp.exe":        "abgnp.pdf",
		"Übung 3 – Ökologie.pdf":     "Übung 3 – Ökologie.pdf",
	} {
		if got := safeName(in, "application/pdf"); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
