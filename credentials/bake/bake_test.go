package bake_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"laurel/credentials"
	"laurel/credentials/bake"
	"laurel/internal/testkit"
)

const (
	token    = "eyJhbGciOiJFUzI1NiJ9.eyJuYW1lIjoiTMOpYSJ9.c2lnbmF0dXJl"
	document = `{"name":"Léa O'Brien & <sons> ]]> 王 \u0000 \"quoted\"","proof":{}}`
)

// codeOf is the reason of an error, empty for none.
func codeOf(t testing.TB, err error) string {
	t.Helper()
	var e *bake.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("%v is not a *bake.Error", err)
	}
	if err == nil {
		return ""
	}
	if !strings.Contains(e.Error(), string(e.Format)) {
		t.Errorf("%q does not name its format", e.Error())
	}
	return e.Code
}

func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const drawing = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>`

// into are the pictures that a document can be put into.
var into = map[string]func(testing.TB, []byte, bake.Kind) ([]byte, error){
	"png": func(t testing.TB, doc []byte, kind bake.Kind) ([]byte, error) {
		return bake.IntoPNG(picture(t), doc, kind)
	},
	"svg": func(_ testing.TB, doc []byte, kind bake.Kind) ([]byte, error) {
		return bake.IntoSVG([]byte(drawing), doc, kind)
	},
}

// TestRoundTrip puts every form into every picture and takes it out byte for byte.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, put := range into {
		for _, doc := range []string{token, document, `{}`, token + "~ZGlzY2xvc3VyZQ~"} {
			for _, kind := range []bake.Kind{bake.Badge, bake.Record} {
				baked, err := put(t, []byte(doc), kind)
				if err != nil {
					t.Fatalf("%s, %s: %v", name, doc, err)
				}
				got, from, err := bake.Extract(baked)
				if err != nil || string(got) != doc || !strings.EqualFold(string(from), name) {
					t.Errorf("%s: got %q from %q (%v), want %q", name, got, from, err, doc)
				}
			}
		}
	}
}

// TestRoundTripOfAnything holds for any text that JSON allows in a string.
func TestRoundTripOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringOf(rapid.Rune().Filter(func(c rune) bool { return c >= ' ' && c != 0xFFFE && c != 0xFFFF && c != '"' && c != '\\' })).Draw(r, "text")
		doc := []byte(`{"name":"` + text + `"}`)
		for name, put := range into {
			baked, err := put(t, doc, bake.Badge)
			if err != nil {
				r.Fatalf("%s: %v", name, err)
			}
			if got, _, err := bake.Extract(baked); err != nil || !bytes.Equal(got, doc) {
				r.Fatalf("%s: got %q (%v), want %q", name, got, err, doc)
			}
		}
	})
}

// TestPlaces holds the names and places that the standards give (OB 3.0 §5.3, CLR 2.0 §5.3).
func TestPlaces(t *testing.T) {
	t.Parallel()
	for kind, want := range map[bake.Kind][2]string{
		bake.Badge:  {"iTXtopenbadgecredential\x00\x00\x00\x00\x00" + token, ` xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential verify="` + token + `"/><path`},
		bake.Record: {"iTXtclrcredential\x00\x00\x00\x00\x00" + token, ` xmlns:clr="https://purl.imsglobal.org/clr/v2p0"><clr:credential verify="` + token + `"/><path`},
	} {
		inPNG, err := into["png"](t, []byte(token), kind)
		if err != nil || !bytes.Contains(inPNG, []byte(want[0])) {
			t.Errorf("the picture lacks its chunk (%v)", err)
		}
		if _, err := png.Decode(bytes.NewReader(inPNG)); err != nil {
			t.Errorf("the picture cannot be drawn: %v", err)
		}
		inSVG, err := into["svg"](t, []byte(token), kind)
		if err != nil || !bytes.Contains(inSVG, []byte(want[1])) {
			t.Errorf("the drawing lacks its element: %s (%v)", inSVG, err)
		}
	}
}

// TestOnce: a picture carries one document.
func TestOnce(t *testing.T) {
	t.Parallel()
	once, err := into["png"](t, []byte(token), bake.Badge)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bake.IntoPNG(once, []byte(token), bake.Record); codeOf(t, err) != bake.CodeDamaged {
		t.Errorf("a second document went into a picture: %v", err)
	}
	drawn, err := into["svg"](t, []byte(token), bake.Badge)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bake.IntoSVG(drawn, []byte(document), bake.Record); codeOf(t, err) != bake.CodeDamaged {
		t.Errorf("a second document went into a drawing: %v", err)
	}
}

// TestNotBakeable: what would not come out as it went in is refused.
func TestNotBakeable(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{"", " {}", "{}\n", "no document", "a.b", "\x89PNG", `{"a":` + "\xff}", strings.Repeat("a", credentials.MaxBytes) + ".b.c"} {
		for name, put := range into {
			if _, err := put(t, []byte(doc), bake.Badge); err == nil {
				t.Errorf("%s took %.20q", name, doc)
			}
		}
	}
	if _, err := bake.IntoSVG([]byte(drawing), []byte("{\r\n}"), bake.Badge); err == nil {
		t.Error("a carriage return went into XML, which would change it")
	}
	for _, bad := range []string{"", "<svg/>", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "<svg", `<html xmlns="http://www.w3.org/2000/svg"></html>`} {
		if _, err := bake.IntoSVG([]byte(bad), []byte(token), bake.Badge); err == nil {
			t.Errorf("%q was taken for a drawing", bad)
		}
	}
}

// TestFixtures takes what others baked.
func TestFixtures(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"valid/1edtech-simple-json.png": "{", "valid/1edtech-simple-jwt.png": "eyJ", "valid/1edtech-simple-jwt_v1.png": "eyJ",
		"valid/1edtech-simple-json.svg": "{", "valid/1edtech-simple-jwt.svg": "eyJ", "valid/1edtech-simple-jwt_v1.svg": "eyJ",
	} {
		data, err := os.ReadFile(testkit.SharedData(t, "fixtures", file))
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := bake.Extract(data)
		if err != nil || !strings.HasPrefix(string(got), want) || !bake.IsDocument(got) {
			t.Errorf("%s: got %.40q (%v)", file, got, err)
		}
		for cut := range 40 { // wherever it is cut, that is told
			if _, _, err := bake.Extract(data[:len(data)*cut/40]); cut > 0 && err == nil {
				t.Errorf("%s cut at %d of 40: taken for whole", file, cut)
			}
		}
	}
}

// textChunk is a chunk of a PNG with its sum.
func textChunk(kind, body string) string {
	text := kind + body
	n := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return string(n) + text + string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}

// withChunks is a picture with chunks behind its header.
func withChunks(t testing.TB, chunks ...string) []byte {
	t.Helper()
	const head = 8 + 8 + 13 + 4
	p := picture(t)
	return []byte(string(p[:head]) + strings.Join(chunks, "") + string(p[head:]))
}

func packed(text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

const itxt = "openbadgecredential\x00"

// TestPNG is what strangers' pictures may hold.
func TestPNG(t *testing.T) {
	t.Parallel()
	good := textChunk("iTXt", itxt+"\x00\x00en\x00name\x00"+token)
	for name, c := range map[string]struct {
		data       []byte
		want, code string
	}{
		"none":                     {picture(t), "", bake.CodeEmpty},
		"with a language":          {withChunks(t, good), token, ""},
		"white space around":       {withChunks(t, textChunk("iTXt", itxt+"\x00\x00\x00\x00 \n"+token+"\n")), token, ""},
		"compressed":               {withChunks(t, textChunk("iTXt", itxt+"\x01\x00\x00\x00"+packed(token))), token, ""},
		"the first of two":         {withChunks(t, good, textChunk("iTXt", itxt+"\x00\x00\x00\x00a.b.c")), token, ""},
		"a record":                 {withChunks(t, textChunk("iTXt", "clrcredential\x00\x00\x00\x00\x00{}")), "{}", ""},
		"plain text chunk":         {withChunks(t, textChunk("tEXt", itxt+token)), "", bake.CodeEmpty},
		"open badges 2":            {withChunks(t, textChunk("iTXt", "openbadges\x00\x00\x00\x00\x00{}")), "", bake.CodeOld},
		"open badges 1":            {withChunks(t, textChunk("tEXt", "openbadges\x00https://example.org")), "", bake.CodeOld},
		"nothing in it":            {withChunks(t, textChunk("iTXt", itxt+"\x00\x00\x00\x00 ")), "", bake.CodeEmpty},
		"no end of the language":   {withChunks(t, textChunk("iTXt", itxt+"\x00\x00abc")), "", bake.CodeDamaged},
		"an unknown compression":   {withChunks(t, textChunk("iTXt", itxt+"\x01\x07\x00\x00"+packed(token))), "", bake.CodeDamaged},
		"a bomb":                   {withChunks(t, textChunk("iTXt", itxt+"\x01\x00\x00\x00"+packed(strings.Repeat("a", 64<<20)))), "", bake.CodeTooLarge},
		"a cut bomb":               {withChunks(t, textChunk("iTXt", itxt+"\x01\x00\x00\x00"+packed(token)[:12])), "", bake.CodeDamaged},
		"too large a text":         {withChunks(t, textChunk("iTXt", itxt+"\x00\x00\x00\x00"+strings.Repeat("a", credentials.MaxBytes+1))), "", bake.CodeTooLarge},
		"too large a picture":      {append(picture(t), make([]byte, bake.MaxBytes)...), "", bake.CodeTooLarge},
		"an altered chunk":         {bytes.Replace(withChunks(t, good), []byte("eyJ"), []byte("fyJ"), 1), "", bake.CodeDamaged},
		"a length past the end":    {[]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR12345678901234"), "", bake.CodeDamaged},
		"no header":                {[]byte("\x89PNG\r\n\x1a\n" + good + textChunk("IEND", "")), "", bake.CodeDamaged},
		"two headers":              {withChunks(t, textChunk("IHDR", strings.Repeat("\x00", 13)), good), "", bake.CodeDamaged},
		"no end":                   {withChunks(t, good)[:60], "", bake.CodeDamaged},
		"also a page and a PDF":    {append(withChunks(t, good), "<svg>%PDF-1.7"...), token, ""},
		"hidden behind the end":    {append(picture(t), good...), "", bake.CodeEmpty},
		"signature alone":          {[]byte("\x89PNG\r\n\x1a\n"), "", bake.CodeDamaged},
		"a document by itself":     {[]byte(document), document, ""},
		"text that is no document": {[]byte("hello"), "hello", ""},
		"nothing":                  {nil, "", ""},
	} {
		got, _, err := bake.Extract(c.data)
		if code := codeOf(t, err); string(got) != c.want || code != c.code {
			t.Errorf("%s: got %q, %q, want %q, %q", name, got, code, c.want, c.code)
		}
	}
}

// TestSVG is what strangers' drawings may hold.
func TestSVG(t *testing.T) {
	t.Parallel()
	around := func(inner string) []byte {
		return []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:b="https://purl.imsglobal.org/ob/v3p0" xmlns:o="http://openbadges.org">` + inner + `</svg>`)
	}
	const lol = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>`
	for name, c := range map[string]struct {
		data       []byte
		want, code string
	}{
		"none":                       {[]byte(drawing), "", bake.CodeEmpty},
		"another prefix":             {around(`<g/><b:credential verify="` + token + `"/>`), token, ""},
		"text without a section":     {around(`<b:credential>{&quot;a&quot;:"&#x738b;"}</b:credential>`), `{"a":"王"}`, ""},
		"text in parts":              {around(`<b:credential><![CDATA[{"a":]]>1<!-- no --><![CDATA[}]]></b:credential>`), `{"a":1}`, ""},
		"the first of two":           {around(`<b:credential verify="` + token + `"/><b:credential verify="a.b.c"/>`), token, ""},
		"further in":                 {around(`<g><b:credential verify="` + token + `"/></g>`), "", bake.CodeEmpty},
		"another namespace":          {around(`<credential verify="` + token + `"/>`), "", bake.CodeEmpty},
		"open badges 2":              {around(`<o:assertion verify="https://example.org"/>`), "", bake.CodeOld},
		"an element in its place":    {around(`<b:credential><b/></b:credential>`), "", bake.CodeDamaged},
		"empty":                      {around(`<b:credential/>`), "", bake.CodeEmpty},
		"an entity that grows":       {append([]byte(lol), around(`<b:credential>&b;</b:credential>`)...), "", bake.CodeDamaged},
		"an entity that reads files": {append([]byte(lol), around(`<b:credential>&c;</b:credential>`)...), "", bake.CodeDamaged},
		"unused entities":            {append([]byte(lol), around(`<b:credential>{}</b:credential>`)...), "{}", ""},
		"too deep":                   {around(strings.Repeat("<g>", 100) + strings.Repeat("</g>", 100)), "", bake.CodeTooLarge},
		"too many":                   {around(strings.Repeat("<g/>", 120_000)), "", bake.CodeTooLarge},
		"too large a text":           {around(`<b:credential>{` + strings.Repeat("a", credentials.MaxBytes+1) + `</b:credential>`), "", bake.CodeTooLarge},
		"a page":                     {[]byte("<!DOCTYPE html><html><body>hello</body></html>"), "", bake.CodeDamaged},
		"cut":                        {around("")[:50], "", bake.CodeDamaged},
		"another encoding":           {append([]byte(`<?xml version="1.0" encoding="utf-16"?>`), around("")...), "", bake.CodeDamaged},
		"with its mark":              {append([]byte("\ufeff\n"), around(`<b:credential>{}</b:credential>`)...), "{}", ""},
		"a comment alone":            {[]byte("<!-- -->"), "", bake.CodeDamaged},
	} {
		got, _, err := bake.Extract(c.data)
		if code := codeOf(t, err); string(got) != c.want || code != c.code {
			t.Errorf("%s: got %.60q, %q, want %q, %q", name, got, code, c.want, c.code)
		}
	}
}
