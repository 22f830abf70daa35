package credentials

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// ErrNumber is a number that IEEE 754 doubles do not hold exactly as it is
// written: two readers could take it for two numbers.
var ErrNumber = errors.New("a number is not exact")

// AppendJCS appends the value in the form of the JSON Canonicalization Scheme
// (RFC 8785): members sorted, numbers as ECMAScript writes them. A number that
// would be rounded is refused with ErrNumber, so that the canonical form says
// neither less nor more than the document.
func (n *Node) AppendJCS(dst []byte) ([]byte, error) {
	switch n.Kind() {
	case Number:
		return appendNumber(dst, n.text)
	case Array:
		return n.appendItems(dst)
	case Object:
		return n.appendSorted(dst)
	case Missing, Null, Bool, String:
	}
	return n.AppendJSON(dst), nil
}

func (n *Node) appendItems(dst []byte) ([]byte, error) {
	var err error
	dst = append(dst, '[')
	for i, item := range n.items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = item.AppendJCS(dst); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// appendSorted writes an object with its members in the order of their names'
// UTF-16 code units (RFC 8785 §3.2.3).
func (n *Node) appendSorted(dst []byte) ([]byte, error) {
	var err error
	members := slices.Clone(n.members)
	slices.SortFunc(members, func(a, b Member) int { return compareUTF16(a.Name, b.Name) })
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendText(dst, m.Name), ':')
		if dst, err = m.Value.AppendJCS(dst); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// compareUTF16 orders strings by UTF-16 code units, which is the order of
// their bytes except beyond the basic plane.
func compareUTF16(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i == len(a) || i == len(b) || a[i] < 0xee && b[i] < 0xee {
		return strings.Compare(a, b)
	}
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// appendNumber writes a number as ECMAScript does (RFC 8785 §3.2.2.3).
func appendNumber(dst []byte, literal string) ([]byte, error) {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%w: it is out of range", ErrNumber)
	}
	digits, exponent := decimalOf(strconv.FormatFloat(f, 'e', -1, 64))
	if d, e := decimalOf(literal); d != digits || e != exponent {
		return nil, fmt.Errorf("%w: it would be rounded", ErrNumber)
	}
	if f == 0 {
		return append(dst, '0'), nil // also for -0
	}
	if size := math.Abs(f); size >= 1e21 || size < 1e-6 {
		text := strconv.AppendFloat(nil, f, 'e', -1, 64) // ECMAScript writes no zero before an exponent's digit
		text = bytes.Replace(text, []byte("e-0"), []byte("e-"), 1)
		return append(dst, text...), nil
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64), nil
}

// decimalOf splits a decimal literal into its significant digits, with the
// sign, and the exponent of the digit before the first; zero is "" and 0.
func decimalOf(literal string) (digits string, exponent int) {
	literal, negative := strings.CutPrefix(literal, "-")
	mantissa, power, _ := strings.Cut(strings.ToLower(literal), "e")
	exponent, err := strconv.Atoi(power)
	if err != nil && power != "" {
		exponent = math.MaxInt32 // far outside of a double: never equal
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent += len(whole)
	digits = whole + fraction
	trimmed := strings.TrimLeft(digits, "0")
	exponent -= len(digits) - len(trimmed)
	digits = strings.TrimRight(trimmed, "0")
	if digits == "" {
		return "", 0
	}
	if negative {
		digits = "-" + digits
	}
	return digits, exponent
}
