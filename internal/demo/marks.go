package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// Colours of the marks: those of the house.
var (
	markGreen = color.NRGBA{0x23, 0x52, 0x33, 0xff}
	markPaper = color.NRGBA{0xff, 0xfd, 0xf8, 0xff}
	markGold  = color.NRGBA{0x9a, 0x74, 0x23, 0xff}
)

// markSide is how large a mark is drawn; the office draws it smaller and, by
// taking means, smooth.
const markSide = 1440

// mark draws a picture from what stands at each point; x and y go from −1 to 1.
func mark(at func(x, y float64) color.NRGBA) ([]byte, error) {
	m := image.NewNRGBA(image.Rect(0, 0, markSide, markSide))
	for py := range markSide {
		for px := range markSide {
			x, y := float64(2*px+1)/markSide-1, float64(2*py+1)/markSide-1
			m.SetNRGBA(px, py, at(x, y))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, fmt.Errorf("drawing a mark: %w", err)
	}
	return b.Bytes(), nil
}

// leaf reports whether a point lies in a leaf from the foot to the tip: where
// two discs meet.
func leaf(x, y, turn float64) (in, vein bool) {
	u := x*math.Cos(turn) + y*math.Sin(turn)
	v := -x*math.Sin(turn) + y*math.Cos(turn)
	const reach, away = 0.72, 0.5
	in = math.Hypot(u-away, v) < reach && math.Hypot(u+away, v) < reach
	return in, math.Abs(u) < 0.018 && v > -0.4
}

// brook is the mark of the school: a willow leaf over running water. A second
// rim makes it the district's.
func brook(rims int) func(x, y float64) color.NRGBA {
	return func(x, y float64) color.NRGBA {
		r := math.Hypot(x, y)
		if r > 0.98 {
			return color.NRGBA{}
		}
		if rims > 1 && r > 0.93 {
			return markGold
		}
		if r > 0.86 && r < 0.89 {
			return markPaper
		}
		if in, vein := leaf(x, y+0.16, 0.5); in && r < 0.8 {
			if vein {
				return markGreen
			}
			return markPaper
		}
		for i := range 2 {
			wave := 0.46 + 0.17*float64(i) + 0.045*math.Sin(9*x+float64(i))
			if math.Abs(y-wave) < 0.028 && r < 0.78 {
				return markPaper
			}
		}
		return markGreen
	}
}

// trail is the mark of the institute: a path up a hill.
func trail(x, y float64) color.NRGBA {
	if math.Abs(x) > 0.96 || math.Abs(y) > 0.96 {
		return color.NRGBA{}
	}
	if y < 0.62 && y > -0.62+1.3*math.Abs(x) {
		if path := 0.16 * math.Sin(5*y); math.Abs(x-path) < 0.03+0.07*(y+0.62) && y > -0.3 {
			return markGold
		}
		return markPaper
	}
	return markGreen
}
