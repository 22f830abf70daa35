package bake

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"unicode/utf8"

	"laurel/credentials"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngKeywords are the names of the chunks that carry a document (OB 3.0 §5.3.1, CLR 2.0 §5.3.1).
var pngKeywords = map[Kind]string{Badge: "openbadgecredential", Record: "clrcredential"}

// oldKeyword is that of Open Badges 2.0.
const oldKeyword = "openbadges"

// IntoPNG puts a document into a picture, as a chunk of text behind its header.
// The picture is otherwise untouched, and must not carry a document already. The error is an *[Error].
func IntoPNG(picture, document []byte, kind Kind) ([]byte, error) {
	if err := bakeable(PNG, document); err != nil {
		return nil, err
	}
	if !utf8.Valid(document) {
		return nil, &Error{PNG, CodeDamaged, "the document is not UTF-8"}
	}
	_, err := fromPNG(picture)
	if e := (*Error)(nil); !errors.As(err, &e) || e.Code != CodeEmpty {
		if err == nil {
			err = &Error{PNG, CodeDamaged, "the picture carries a document already"}
		}
		return nil, err
	}
	head := len(pngSignature) + 8 + ihdrBytes + 4
	// iTXt: keyword, then no compression, no language, no translated keyword (PNG §11.3.3.4).
	text := append([]byte("iTXt"+pngKeywords[kind]+"\x00\x00\x00\x00\x00"), document...)
	out := make([]byte, 0, len(picture)+len(text)+8)
	out = append(out, picture[:head]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(text)-4)) //nolint:gosec // at most MaxBytes
	out = append(out, text...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(text))
	return append(out, picture[head:]...), nil
}

// ihdrBytes is the length of a picture's header (PNG §11.2.1).
const ihdrBytes = 13

// fromPNG gives the first document in a picture (OB 3.0 §5.3.1.2). The picture
// is read to its end, so that one that was cut is told from one without any;
// what stands behind its end is not looked at.
func fromPNG(data []byte) ([]byte, error) {
	damaged := func(detail string) ([]byte, error) { return nil, &Error{PNG, CodeDamaged, detail} }
	rest, ok := bytes.CutPrefix(data, []byte(pngSignature))
	if !ok {
		return damaged("the signature is missing")
	}
	var document []byte
	old := false
	for first := true; ; first = false {
		kind, body, after, ok := chunk(rest)
		switch {
		case !ok:
			return damaged("a chunk is cut off or altered")
		case first != (kind == "IHDR") || first && len(body) != ihdrBytes:
			return damaged("the header is not where it belongs")
		}
		rest = after
		if kind == "IEND" {
			break
		}
		if kind != "iTXt" && kind != "tEXt" {
			continue
		}
		keyword, text, _ := bytes.Cut(body, []byte{0})
		old = old || string(keyword) == oldKeyword
		if kind == "tEXt" || document != nil || string(keyword) != pngKeywords[Badge] && string(keyword) != pngKeywords[Record] {
			continue
		}
		var err error
		if document, err = chunkText(text); err != nil {
			return nil, err
		}
	}
	switch {
	case document != nil:
		return document, nil
	case old:
		return nil, &Error{PNG, CodeOld, ""}
	}
	return nil, &Error{PNG, CodeEmpty, ""}
}

// chunk cuts the first chunk off (PNG §5.3).
func chunk(data []byte) (kind string, body, rest []byte, ok bool) {
	if len(data) < 12 {
		return "", nil, nil, false
	}
	n := binary.BigEndian.Uint32(data)
	if int64(n) > int64(len(data)-12) {
		return "", nil, nil, false
	}
	body, rest = data[8:8+n], data[8+n:]
	if crc32.ChecksumIEEE(data[4:8+n]) != binary.BigEndian.Uint32(rest) {
		return "", nil, nil, false
	}
	return string(data[4:8]), body, rest[4:], true
}

// chunkText is the text of an iTXt chunk, of what follows its keyword. The
// standard wants it plain; one that was compressed all the same is expanded up
// to what a document may have (security rule 8).
func chunkText(data []byte) ([]byte, error) {
	damaged := &Error{PNG, CodeDamaged, "the chunk of the document is not made as it should be"}
	if len(data) < 2 || data[0] > 1 || data[0] == 1 && data[1] != 0 {
		return nil, damaged
	}
	compressed := data[0] == 1
	_, text, ok := bytes.Cut(data[2:], []byte{0}) // the language
	if ok {
		_, text, ok = bytes.Cut(text, []byte{0}) // the translated keyword
	}
	if !ok {
		return nil, damaged
	}
	if !compressed {
		return append([]byte{}, text...), nil
	}
	r, err := zlib.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, damaged
	}
	out, err := io.ReadAll(io.LimitReader(r, credentials.MaxBytes+1))
	switch {
	case len(out) > credentials.MaxBytes:
		return nil, &Error{PNG, CodeTooLarge, "the document is too large"}
	case err != nil:
		return nil, damaged
	}
	return out, nil
}
