// Package qr draws an address as a QR code: PNG for documents, SVG for pages and print.
package qr

import (
	"bytes"
	"fmt"
	"strconv"

	qrcode "github.com/skip2/go-qrcode"
)

// level survives a quarter of the code being dirty or torn: codes are printed on paper.
const level = qrcode.High

// PNG draws url in black on white with its quiet zone; size is the width and height in pixels.
func PNG(url string, size int) ([]byte, error) {
	code, err := qrcode.New(url, level)
	if err != nil {
		return nil, fmt.Errorf("drawing a QR code: %w", err)
	}
	png, err := code.PNG(size)
	if err != nil {
		return nil, fmt.Errorf("drawing a QR code: %w", err)
	}
	return png, nil
}

// Modules gives the squares of the code of url, row by row and with its quiet
// zone of four: true is black.
func Modules(url string) ([][]bool, error) {
	code, err := qrcode.New(url, level)
	if err != nil {
		return nil, fmt.Errorf("drawing a QR code: %w", err)
	}
	return code.Bitmap(), nil
}

// SVG draws url in black on white with its quiet zone of four modules, at any
// size sharp. One module is one unit of the viewBox; the picture has no size of its own.
func SVG(url string) ([]byte, error) {
	bitmap, err := Modules(url)
	if err != nil {
		return nil, err
	}
	side := strconv.Itoa(len(bitmap))
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + ` ` + side +
		`" shape-rendering="crispEdges" role="img" aria-label="QR code"><path fill="#fff" d="M0 0h` + side + `v` + side + `H0z"/><path d="`)
	for y, row := range bitmap {
		for x := 0; x < len(row); x++ {
			run := 0
			for x+run < len(row) && row[x+run] {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, run, run)
				x += run
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.Bytes(), nil
}
