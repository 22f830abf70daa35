package registrar

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"laurel/competency"
)

// Limits of a logo as it is sent and as it is kept (security rule 8).
const (
	MaxLogoBytes = 5 << 20
	// logoSide is the longest side in points: 4 cm in print at 300 dots an inch.
	logoSide = 480
	// logoLeast is the shortest side of what is taken: less cannot be printed.
	logoLeast = 48
	// logoKept is the size of a kept logo; one that is larger is drawn smaller.
	logoKept = 160 << 10
)

// LogoAccept is the accept attribute of the field for a logo.
const LogoAccept = "image/png,image/jpeg"

func wrongLogo(detail string) error {
	return competency.Invalid(competency.Field{Pointer: "/logo", Detail: detail})
}

// KeepLogo draws a picture anew as a PNG of modest size and keeps it under the
// hash of its bytes, which a profile can then name. It answers ErrInvalid for
// what is no PNG or JPEG picture, and ErrTooLarge beyond the limit. A logo
// that no profile names harms nobody.
func (r *Registrar) KeepLogo(ctx context.Context, who competency.Actor, slug string, from io.Reader) (sum string, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		org, err := d.orgCalled(slug)
		if err != nil {
			return err
		}
		return d.see(competency.EditProfileOf(org.Kind), competency.Subject{Org: org.ID})
	})
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(io.LimitReader(from, MaxLogoBytes+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("receiving a logo: %w", err)
	case len(raw) == 0:
		return "", wrongLogo("This file is empty.")
	case len(raw) > MaxLogoBytes:
		return "", &competency.Error{Kind: competency.ErrTooLarge, Detail: "A logo may have at most 5 MB. Nothing was stored."}
	}
	drawn, err := drawLogo(raw)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(r.logos(), 0o700); err != nil {
		return "", fmt.Errorf("making the folder of logos: %w", err)
	}
	f, err := os.CreateTemp(r.Files, ".new-*")
	if err != nil {
		return "", fmt.Errorf("making a file: %w", err)
	}
	defer discard(f)
	if _, err := f.Write(drawn); err != nil {
		return "", fmt.Errorf("writing a logo: %w", err)
	}
	sum, _, err = settleIn(r.logos(), f)
	return sum, err
}

// logos is the folder of logos, apart from all other files: what lies in it
// may be shown to anyone once a profile names it.
func (r *Registrar) logos() string { return filepath.Join(r.Files, "logos") }

func (r *Registrar) logoPath(sum string) string { return filepath.Join(r.logos(), sum[:2], sum) }

// hasLogo reports whether a picture was kept as a logo.
func (r *Registrar) hasLogo(sum string) bool {
	if !sumForm.MatchString(sum) {
		return false
	}
	_, err := os.Stat(r.logoPath(sum))
	return err == nil
}

// Logo answers the PNG of a logo that was kept, to staff who may change what
// an organisation says: for a preview before anything is saved.
func (r *Registrar) Logo(ctx context.Context, who competency.Actor, slug, sum string) ([]byte, error) {
	err := r.look(ctx, who, func(d *desk) error {
		org, err := d.orgCalled(slug)
		if err != nil {
			return err
		}
		return d.see(competency.ViewProfile, competency.Subject{Org: org.ID})
	})
	if err != nil {
		return nil, err
	}
	return r.readLogo(sum)
}

// readLogo reads the bytes of a logo; ErrNotFound when they are not here.
func (r *Registrar) readLogo(sum string) ([]byte, error) {
	if !sumForm.MatchString(sum) {
		return nil, competency.NotFound()
	}
	data, err := os.ReadFile(r.logoPath(sum))
	if errors.Is(err, os.ErrNotExist) {
		return nil, competency.NotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("reading a logo: %w", err)
	}
	return data, nil
}

// drawLogo decodes a picture under the rules for uploads and draws it anew,
// upright, no larger than a document needs.
func drawLogo(raw []byte) ([]byte, error) {
	imageSlots <- struct{}{}
	defer func() { <-imageSlots }()
	size, format, err := image.DecodeConfig(bytes.NewReader(raw))
	switch {
	case err != nil || format != "png" && format != "jpeg":
		return nil, wrongLogo("Use a PNG or JPEG picture. Drawings in SVG are not taken, since they can carry scripts.")
	case size.Width <= 0 || size.Height <= 0 || size.Width > maxFilePixels/size.Height:
		return nil, wrongLogo("This picture has more than 16 million points. Please send a smaller one.")
	case max(size.Width, size.Height) > 6*min(size.Width, size.Height):
		return nil, wrongLogo("This picture is too narrow for the head of a document. Send one that is at most six times as wide as it is high.")
	case min(size.Width, size.Height) < logoLeast:
		return nil, wrongLogo("This picture is too small to be printed. Send one of at least 48 points each way; 480 is best.")
	}
	picture, _, err := image.Decode(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, wrongLogo("This picture is damaged and could not be read.")
	}
	if format == "jpeg" {
		picture = upright(picture, orientation(bytes.NewReader(raw)))
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	for side := logoSide; ; side = side * 3 / 4 {
		picture = within(picture, side)
		var b bytes.Buffer
		if err := encoder.Encode(&b, picture); err != nil {
			return nil, fmt.Errorf("writing a logo: %w", err)
		}
		if b.Len() <= logoKept {
			return b.Bytes(), nil
		}
	}
}

// within draws a picture so that its longest side has at most the number of
// points, each the mean of those that it stands for. It holds one band of rows
// at a time beside the picture.
func within(src image.Image, side int) image.Image {
	from := src.Bounds()
	w, h := from.Dx(), from.Dy()
	tw, th := w, h
	if longest := max(w, h); longest > side {
		tw, th = max(1, w*side/longest), max(1, h*side/longest)
	}
	out := image.NewNRGBA(image.Rect(0, 0, tw, th))
	band := image.NewRGBA(image.Rect(0, 0, w, h/th+1)) // its colours are weighed by how opaque they are
	for y := range th {
		top, end := y*h/th, (y+1)*h/th
		draw.Draw(band, image.Rect(0, 0, w, end-top), src, from.Min.Add(image.Pt(0, top)), draw.Src)
		for x := range tw {
			out.Set(x, y, mean(band, image.Rect(x*w/tw, 0, (x+1)*w/tw, end-top)))
		}
	}
	return out
}

// mean is the mean colour of a part of a picture.
func mean(in *image.RGBA, part image.Rectangle) color.RGBA {
	var sum [4]int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := in.Pix[in.PixOffset(part.Min.X, y):][:4*part.Dx()]
		for i, v := range row {
			sum[i%4] += int(v)
		}
	}
	n := max(1, part.Dx()*part.Dy())
	at := func(i int) uint8 { return uint8((sum[i] + n/2) / n) } //nolint:gosec // a mean of bytes is one
	return color.RGBA{at(0), at(1), at(2), at(3)}
}
