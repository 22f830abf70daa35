// Package status holds Bitstring Status Lists: the bits, their published form,
// and the order in which indices are given out.
package status

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Entries is the number of indices of a list that Laurel publishes, and the
// least that a list may have, so that one credential hides among many
// (Bitstring Status List 1.0, minimum bitstring length of 16 KB).
const Entries = 131_072

// maxBytes bounds what a published list may expand to.
const maxBytes = 1 << 20

// Errors of a list that cannot be read.
var (
	// ErrEncoding is a list that is not multibase base64url of gzip.
	ErrEncoding = errors.New("status list encoding")
	// ErrLength is a list with fewer entries than allowed, or more than are read.
	ErrLength = errors.New("status list length")
	// ErrRange is an index outside the list.
	ErrRange = errors.New("status index out of range")
)

// Bits is a bitstring. Index 0 is the left-most bit: the highest of the first byte.
// It is not safe for concurrent change.
type Bits struct{ b []byte }

// New gives Entries bits, none of them set.
func New() *Bits { return &Bits{make([]byte, Entries/8)} }

// Len is the number of entries.
func (b *Bits) Len() int { return len(b.b) * 8 }

// Get tells whether the bit at index is set; ErrRange when there is no such bit.
func (b *Bits) Get(index uint32) (bool, error) {
	if int64(index) >= int64(b.Len()) {
		return false, ErrRange
	}
	return b.b[index/8]&(0x80>>(index%8)) != 0, nil
}

// Set sets or clears the bit at index; ErrRange when there is no such bit.
func (b *Bits) Set(index uint32, on bool) error {
	if int64(index) >= int64(b.Len()) {
		return ErrRange
	}
	if mask := byte(0x80) >> (index % 8); on {
		b.b[index/8] |= mask
	} else {
		b.b[index/8] &^= mask
	}
	return nil
}

// Clone gives a copy that may be changed.
func (b *Bits) Clone() *Bits { return &Bits{bytes.Clone(b.b)} }

// Bytes gives the bits as they are stored: 16 KB for a list of Entries. The caller may keep them.
func (b *Bits) Bytes() []byte { return bytes.Clone(b.b) }

// FromBytes takes bits as Bytes gave them; ErrLength when they are not of a list of Entries.
func FromBytes(raw []byte) (*Bits, error) {
	if len(raw) != Entries/8 {
		return nil, ErrLength
	}
	return &Bits{bytes.Clone(raw)}, nil
}

// Encode gives the published form: u and the base64url of the gzipped bits.
func (b *Bits) Encode() (string, error) {
	var out strings.Builder
	out.WriteByte('u')
	text := base64.NewEncoder(base64.RawURLEncoding, &out)
	zip := gzip.NewWriter(text)
	if _, err := zip.Write(b.b); err != nil {
		return "", fmt.Errorf("compressing a status list: %w", err)
	}
	if err := errors.Join(zip.Close(), text.Close()); err != nil {
		return "", fmt.Errorf("compressing a status list: %w", err)
	}
	return out.String(), nil
}

// Decode reads the published form of a list of at least Entries bits. It
// expands at most 1 MB, of a single gzip member. Errors are ErrEncoding and ErrLength.
func Decode(encoded string) (*Bits, error) {
	text, ok := strings.CutPrefix(encoded, "u")
	if !ok || strings.ContainsAny(text, "\r\n") {
		return nil, ErrEncoding
	}
	compressed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	source := bytes.NewReader(compressed)
	zip, err := gzip.NewReader(source)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	zip.Multistream(false)
	raw, err := io.ReadAll(io.LimitReader(zip, maxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrEncoding, err)
	case len(raw) > maxBytes || len(raw) < Entries/8:
		return nil, ErrLength
	case source.Len() > 0:
		return nil, fmt.Errorf("%w: something follows the list", ErrEncoding)
	}
	return &Bits{raw}, nil
}
