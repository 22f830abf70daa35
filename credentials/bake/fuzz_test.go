package bake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"laurel/credentials"
	"laurel/credentials/bake"
	"laurel/internal/testkit"
)

// fuzz holds for any bytes: an answer within bounds or a reason, and a document
// that was taken out of a carrier goes into another and comes out the same.
func fuzz(f *testing.F, pattern string, seeds ...[]byte) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.SharedData(f, "fixtures"), "*", pattern))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, data)
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, from, err := bake.Extract(data)
		if from == bake.None {
			if err != nil || !bytes.Equal(doc, data) {
				t.Fatal("what is no carrier was not given back as it is")
			}
			return
		}
		codeOf(t, err)
		if (err == nil) != (len(doc) > 0) || len(doc) > credentials.MaxBytes {
			t.Fatalf("%d bytes and %v", len(doc), err)
		}
		for name, put := range into {
			baked, err := put(t, doc, bake.Badge)
			if err != nil {
				continue
			}
			if again, _, err := bake.Extract(baked); err != nil || !bytes.Equal(again, doc) {
				t.Fatalf("%s: %q came back as %q (%v)", name, doc, again, err)
			}
		}
	})
}

func FuzzPNG(f *testing.F) {
	fuzz(f, "*.png", picture(f), withChunks(f, textChunk("iTXt", itxt+"\x01\x00\x00\x00"+packed(token))),
		withChunks(f, textChunk("iTXt", "clrcredential\x00\x00\x00\x00\x00"+document)))
}

func FuzzSVG(f *testing.F) {
	fuzz(f, "*.svg", []byte(drawing), []byte(`<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>`),
		[]byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:c="https://purl.imsglobal.org/clr/v2p0"><c:credential><![CDATA[{}]]></c:credential></svg>`))
}

func FuzzPDF(f *testing.F) {
	fuzz(f, "*.pdf", pdf("", catalog, names, spec, stream("", document)), pdf("/Encrypt 2 0 R", catalog, names),
		pdf("", catalog, names, spec, stream("/Filter /FlateDecode", packed(token))), written(f, token), written(f, document, token))
}
