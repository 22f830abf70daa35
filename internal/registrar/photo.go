package registrar

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"io"
)

// Markers of a JPEG file (ITU-T T.81 §B.1.1.3) and the tag of a photo's
// orientation (Exif 2.3 §4.6.4).
const (
	jpegStart      = 0xd8
	jpegExif       = 0xe1
	jpegScan       = 0xda
	tagOrientation = 0x0112
	maxExifBytes   = 64 << 10
)

// orientation answers how a JPEG's camera was held, 1 (upright) to 8; 1 where
// the file does not say or says nonsense.
func orientation(r io.ReadSeeker) int {
	var head [4]byte
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 1
	}
	if _, err := io.ReadFull(r, head[:2]); err != nil || head[1] != jpegStart {
		return 1
	}
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 0xff || head[1] == jpegScan {
			return 1
		}
		size := int64(binary.BigEndian.Uint16(head[2:])) - 2
		if size < 0 {
			return 1
		}
		if head[1] != jpegExif {
			if _, err := r.Seek(size, io.SeekCurrent); err != nil {
				return 1
			}
			continue
		}
		segment := make([]byte, min(size, maxExifBytes))
		if _, err := io.ReadFull(r, segment); err != nil {
			return 1
		}
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
			return exifOrientation(tiff)
		}
	}
}

// exifOrientation looks for the tag in the first directory of a TIFF header.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 1
	}
	count := int(order.Uint16(tiff[at:]))
	for entry := at + 2; count > 0 && entry+12 <= len(tiff); count, entry = count-1, entry+12 {
		if order.Uint16(tiff[entry:]) != tagOrientation {
			continue
		}
		if v := int(order.Uint16(tiff[entry+8:])); v >= 1 && v <= 8 {
			return v
		}
		return 1
	}
	return 1
}

// upright draws a photo as it was seen.
func upright(src image.Image, turn int) image.Image {
	if turn == 1 {
		return src
	}
	from := src.Bounds()
	w, h := from.Dx(), from.Dy()
	in := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(in, in.Bounds(), src, from.Min, draw.Src)
	size := image.Rect(0, 0, w, h)
	if turn >= 5 { // a quarter turn
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := seenAt(turn, x, y, w, h)
			copy(out.Pix[out.PixOffset(x, y):][:4], in.Pix[in.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// seenAt answers which point of a w×h picture stands at x, y once it is upright.
func seenAt(turn, x, y, w, h int) (sx, sy int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}
