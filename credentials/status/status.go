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
	// ErrLength is a list with fewer entries than allowed.
	ErrLength = errors.New("status list length")
	// ErrSize is a list that expands to more than is read: 1 MB.
	ErrSize = errors.New("status list too large")
	// ErrRange is an index outside the list.
	ErrRange = errors.New("status index out of range")
)

// Bits is a bitstring. Index 0 is the left-most bit: the highest of the first byte.
// It is not safe for concurrent change.
type Bits struct{ b []byte }

// New gives Entries bits, none of them set.
func New() *Bits { return NewOf(1) }

// NewOf gives Entries entries of size bits each, all of them zero; size is 1 to MaxEntrySize.
func NewOf(size int) *Bits { return &Bits{make([]byte, Entries/8*size)} }

// Len is the number of bits.
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

// MaxEntrySize is the largest statusSize that is read, in bits.
const MaxEntrySize = 8

// Value gives the entry at index of a list whose entries have size bits each,
// the first bit highest (Bitstring Status List 1.0 §3.2). The error is ErrRange
// for an index outside the list or a size that is not read, and ErrLength for a
// list that has too few entries of this size.
func (b *Bits) Value(index uint32, size int) (uint8, error) {
	switch {
	case size < 1 || size > MaxEntrySize:
		return 0, ErrRange
	case b.Len() < Entries*size:
		return 0, ErrLength
	case int64(index) >= int64(b.Len()/size):
		return 0, ErrRange
	}
	var v uint8
	for i := range size {
		at := int64(index)*int64(size) + int64(i)
		v = v<<1 | b.b[at/8]>>(7-at%8)&1
	}
	return v, nil
}

// SetValue sets the entry at index; the errors are those of Value, and ErrRange
// for a value that does not fit.
func (b *Bits) SetValue(index uint32, size int, v uint8) error {
	if _, err := b.Value(index, size); err != nil {
		return err
	}
	if size < MaxEntrySize && v>>size != 0 {
		return ErrRange
	}
	for i := range size {
		at := int64(index)*int64(size) + int64(i)
		mask := byte(0x80) >> (at % 8)
		if v>>(size-1-i)&1 == 1 {
			b.b[at/8] |= mask
		} else {
			b.b[at/8] &^= mask
		}
	}
	return nil
}

// Clone gives a copy that may be changed.
func (b *Bits) Clone() *Bits { return &Bits{bytes.Clone(b.b)} }

// Bytes gives the bits as they are stored: 16 KB for a list of Entries bits. The caller may keep them.
func (b *Bits) Bytes() []byte { return bytes.Clone(b.b) }

// FromBytes takes bits as Bytes gave them; ErrLength when they are not of a
// list of Entries entries of one size.
func FromBytes(raw []byte) (*Bits, error) {
	if len(raw) == 0 || len(raw)%(Entries/8) != 0 || len(raw) > Entries/8*MaxEntrySize {
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
// expands at most 1 MB, of a single gzip member. Errors are ErrEncoding,
// ErrLength and ErrSize.
func Decode(encoded string) (*Bits, error) {
	text, ok := strings.CutPrefix(encoded, "u")
	if !ok {
		return nil, ErrEncoding
	}
	return expand(text)
}

// Decode2021 is Decode for the form before Bitstring Status List 1.0, which has
// no multibase prefix and may be padded (StatusList2021).
func Decode2021(encoded string) (*Bits, error) { return expand(strings.TrimRight(encoded, "=")) }

// expand reads base64url of gzip.
func expand(text string) (*Bits, error) {
	if strings.ContainsAny(text, "\r\n") {
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
	case len(raw) > maxBytes:
		return nil, ErrSize
	case len(raw) < Entries/8:
		return nil, ErrLength
	case source.Len() > 0:
		return nil, fmt.Errorf("%w: something follows the list", ErrEncoding)
	}
	return &Bits{raw}, nil
}
