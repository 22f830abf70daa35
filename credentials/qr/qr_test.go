package qr_test

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strconv"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"laurel/credentials/qr"
)

const address = "https://laurel.example/c/Jd83nfkQ0sVx2Zp7yTqWbA"

// scan reads a picture as a phone would.
func scan(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

func TestPNG(t *testing.T) {
	t.Parallel()
	data, err := qr.PNG(address, 512)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 512 {
		t.Errorf("got %d pixels, want 512", img.Bounds().Dx())
	}
	if got := scan(t, img); got != address {
		t.Errorf("got %q", got)
	}
}

func TestSVG(t *testing.T) {
	t.Parallel()
	data, err := qr.SVG(address)
	if err != nil {
		t.Fatal(err)
	}
	var root struct {
		ViewBox string `xml:"viewBox,attr"`
	}
	if err := xml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	side, err := strconv.Atoi(regexp.MustCompile(`^0 0 (\d+) `).FindStringSubmatch(root.ViewBox)[1])
	if err != nil {
		t.Fatal(err)
	}
	const scale = 8
	img := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(string(data), -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		w, _ := strconv.Atoi(m[3])
		for dy := range scale {
			for dx := range w * scale {
				img.SetGray(x*scale+dx, y*scale+dy, color.Gray{})
			}
		}
		if x < 4 || y < 4 || x+w > side-4 || y >= side-4 {
			t.Fatal("the quiet zone is not empty")
		}
	}
	if got := scan(t, img); got != address {
		t.Errorf("got %q", got)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	if _, err := qr.SVG(string(bytes.Repeat([]byte("a"), 4000))); err == nil {
		t.Error("4,000 characters fit into no QR code")
	}
}
