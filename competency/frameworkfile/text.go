package frameworkfile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode turns the bytes of a text file into text: UTF-8 and UTF-16 with or
// without a mark at the start, or else Windows-1252, which is then noted.
// wrong is a sentence for whoever chose the file.
func decode(data []byte) (text, note, wrong string) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "", "", "This is a workbook of a spreadsheet program. Save the sheet as CSV there, and send that file."
	case bytes.HasPrefix(data, []byte("%PDF")):
		return "", "", "This is a PDF. Send the framework as CSV or as a CASE package."
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return utf16Text(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return utf16Text(data[2:], binary.BigEndian)
	case zeros(data, 1):
		return utf16Text(data, binary.LittleEndian)
	case zeros(data, 0):
		return utf16Text(data, binary.BigEndian)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data, 0) >= 0 {
		return "", "", "This file holds no text that can be read. Save the table as CSV in UTF-8 and send it again."
	}
	if utf8.Valid(data) {
		return string(data), "", ""
	}
	return windows1252(data)
}

// zeros reports whether the file begins like UTF-16 without a mark: of its
// first letters, every byte at even (0) or odd (1) places is zero.
func zeros(data []byte, odd int) bool {
	if len(data) < 8 {
		return false
	}
	for i := 0; i < 8; i += 2 {
		if data[i+odd] != 0 || data[i+1-odd] == 0 {
			return false
		}
	}
	return true
}

func utf16Text(data []byte, order binary.ByteOrder) (text, note, wrong string) {
	const broken = "This file is in UTF-16 and breaks off or is damaged. Save the table as CSV in UTF-8 and send it again."
	if len(data)%2 != 0 {
		return "", "", broken
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	text = string(utf16.Decode(units))
	if strings.ContainsRune(text, utf8.RuneError) || strings.ContainsRune(text, 0) {
		return "", "", broken
	}
	return text, "", ""
}

// upper1252 is what Windows-1252 has at 0x80 to 0x9f; 0 where it has nothing.
var upper1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

func windows1252(data []byte) (text, note, wrong string) {
	var b strings.Builder
	b.Grow(len(data) + len(data)/8)
	for _, c := range data {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = upper1252[c-0x80]
		}
		if r == 0 || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return "", "", "The letters of this file are in no encoding that can be told. Save the table as CSV in UTF-8 and send it again."
		}
		b.WriteRune(r)
	}
	return b.String(), "The file is not in UTF-8 and was read as Windows-1252. Please look at the letters with accents.", ""
}
