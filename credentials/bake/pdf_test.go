package bake_test

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"laurel/credentials"
	"laurel/credentials/bake"
)

func init() { api.DisableConfigDir() }

// pdf writes a file with a table of references: objects by their numbers from 1.
func pdf(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return b.Bytes()
}

func stream(dict, data string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
}

const (
	catalog = `<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>`
	names   = `<< /Names [(a.json) 3 0 R] >>`
	spec    = `<< /Type /Filespec /F (a.json) /EF << /F 4 0 R >> >>`
)

// TestPDF is what strangers' papers may hold.
func TestPDF(t *testing.T) {
	t.Parallel()
	flat := func(doc string) string { return stream("/Filter /FlateDecode", packed(doc)) }
	for name, c := range map[string]struct {
		data       []byte
		want, code string
	}{
		"plain":                     {pdf("", catalog, names, spec, stream("", document)), document, ""},
		"packed":                    {pdf("", catalog, names, spec, flat(token)), token, ""},
		"packed twice":              {pdf("", catalog, names, spec, stream("/Filter [/FlateDecode /FlateDecode]", packed(packed(token)))), token, ""},
		"escapes and comments":      {pdf("", "<< % a comment\n/N#61mes<</EmbeddedFiles 2 0 R>>/X(a\\)(b))/Y<4142>/Z true/Q -1.5 >>", names, spec, flat(token)), token, ""},
		"kids":                      {pdf("", catalog, `<< /Kids [5 0 R] >>`, spec, flat(token), names), token, ""},
		"kids of themselves":        {pdf("", catalog, `<< /Kids [2 0 R 2 0 R] >>`, spec, flat(token)), "", bake.CodeEmpty},
		"a length elsewhere":        {pdf("", catalog, names, spec, "<< /Length 5 0 R >>\nstream\n"+token+"\nendstream", strconv.Itoa(len(token))), token, ""},
		"a length that is itself":   {pdf("", catalog, names, spec, "<< /Length 4 0 R >>\nstream\n"+token+"\nendstream"), "", bake.CodeDamaged},
		"a wrong length":            {pdf("", catalog, names, spec, "<< /Length 9 >>\nstream\n"+token+"\nendstream"), "", bake.CodeDamaged},
		"goes with the file":        {pdf("", `<< /AF [3 0 R] >>`, "null", spec, flat(token)), token, ""},
		"pinned to a page":          {pdf("", `<< /Pages 2 0 R >>`, `<< /Kids [5 0 R] >>`, spec, flat(token), `<< /Annots [<< /Subtype /Link >> << /Subtype /FileAttachment /FS 3 0 R >>] >>`), token, ""},
		"no attachment":             {pdf("", `<< >>`), "", bake.CodeEmpty},
		"something else attached":   {pdf("", catalog, names, spec, flat("an invoice")), "", bake.CodeEmpty},
		"the second of two":         {pdf("", catalog, `<< /Names [(a) 5 0 R (b) 3 0 R] >>`, spec, flat(token), `<< /EF << /UF 6 0 R >> >>`, flat("no.")), token, ""},
		"another filter":            {pdf("", catalog, names, spec, stream("/Filter /LZWDecode", "abc")), "", bake.CodeDamaged},
		"encrypted":                 {pdf("/Encrypt 9 0 R", catalog, names, spec, flat(token)), "", bake.CodeEncrypted},
		"a bomb":                    {pdf("", catalog, names, spec, flat("{"+strings.Repeat("a", 64<<20))), "", bake.CodeTooLarge},
		"a bomb in a bomb":          {pdf("", catalog, names, spec, stream("/Filter [/FlateDecode /FlateDecode]", packed(packed(strings.Repeat("a", 64<<20))))), "", bake.CodeTooLarge},
		"too large a document":      {pdf("", catalog, names, spec, flat("{"+strings.Repeat("a", credentials.MaxBytes))), "", bake.CodeTooLarge},
		"many large attachments":    {pdf("", catalog, `<< /Names [`+strings.Repeat("(a) 3 0 R ", 40)+`] >>`, spec, flat(strings.Repeat("no", 1<<19))), "", bake.CodeTooLarge},
		"too many attachments":      {pdf("", catalog, `<< /Names [`+strings.Repeat("(a) 3 0 R ", 100)+`] >>`, spec, flat("no")), "", bake.CodeDamaged},
		"very deep":                 {pdf("", strings.Repeat("[", 100)), "", bake.CodeDamaged},
		"very many":                 {pdf("", "["+strings.Repeat("1 ", 500_000)+"]"), "", bake.CodeDamaged},
		"a reference to itself":     {pdf("", `2 0 R`, `1 0 R`), "", bake.CodeDamaged},
		"sections that go round":    {[]byte("%PDF-1.7\nxref\n0 0\ntrailer << /Prev 9 /Root 1 0 R >>\nstartxref\n9\n"), "", bake.CodeDamaged},
		"no table":                  {[]byte("%PDF-1.7\nstartxref\n999999\n"), "", bake.CodeDamaged},
		"no start":                  {[]byte("%PDF-1.7\n"), "", bake.CodeDamaged},
		"an offset before the file": {[]byte("%PDF-1.7\nstartxref\n-5\n"), "", bake.CodeDamaged},
		"another object there":      {bytes.Replace(pdf("", catalog, names, spec, flat(token)), []byte("4 0 obj"), []byte("5 0 obj"), 1), "", bake.CodeDamaged},
		"appended to":               {append(pdf("", catalog, names, spec, flat(token)), "\x89PNG and <svg/>"...), token, ""},
	} {
		got, from, err := bake.Extract(c.data)
		if code := codeOf(t, err); string(got) != c.want || code != c.code || from != bake.PDF {
			t.Errorf("%s: got %.60q, %q (%v), want %q, %q", name, got, code, err, c.want, c.code)
		}
	}
}

// TestNewerSectionsWin: what was deleted or replaced later is not read.
func TestNewerSectionsWin(t *testing.T) {
	t.Parallel()
	old := pdf("", catalog, names, spec, stream("", "a.b.c"))
	prev := bytes.LastIndex(old, []byte("xref\n0 "))
	var b bytes.Buffer
	b.Write(old)
	at := b.Len()
	fmt.Fprintf(&b, "4 0 obj\n%s\nendobj\n", stream("", token))
	start := b.Len()
	fmt.Fprintf(&b, "xref\n4 1\n%010d 00000 n \ntrailer\n<< /Size 5 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n", at, prev, start)
	if got, _, err := bake.Extract(b.Bytes()); err != nil || string(got) != token {
		t.Errorf("got %q (%v)", got, err)
	}
}

// written is a paper as the writer of the product makes it.
func written(t testing.TB, docs ...string) []byte {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	f.AddPage()
	var list []fpdf.Attachment
	for i, doc := range docs {
		list = append(list, fpdf.Attachment{Content: []byte(doc), Filename: fmt.Sprintf("credential-%d.json", i)})
	}
	f.SetAttachments(list)
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestOthersWrite takes attachments out of what two writers made, the second of
// which packs objects and references in streams. It reads the same as that writer's own reader.
func TestOthersWrite(t *testing.T) {
	t.Parallel()
	conf := model.NewDefaultConfiguration()
	data := written(t, "an invoice", document)
	if got, _, err := bake.Extract(data); err != nil || string(got) != document {
		t.Errorf("got %.60q (%v)", got, err)
	}
	var repacked bytes.Buffer
	if err := api.Optimize(bytes.NewReader(data), &repacked, conf); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(repacked.Bytes(), []byte("/ObjStm")) {
		t.Fatal("the other writer no longer packs its objects: this test shows less than it should")
	}
	got, _, err := bake.Extract(repacked.Bytes())
	if err != nil || string(got) != document {
		t.Errorf("repacked: got %.60q (%v)", got, err)
	}
	theirs, err := api.ExtractAttachmentsRaw(bytes.NewReader(repacked.Bytes()), "", nil, conf)
	if err != nil || len(theirs) != 2 {
		t.Fatalf("%d attachments (%v)", len(theirs), err)
	}
	if one, err := io.ReadAll(theirs[1]); err != nil || !bytes.Equal(one, got) {
		t.Errorf("the other reader has %.60q (%v)", one, err)
	}
}

// TestEncrypted: a file that another program encrypted is told from a damaged one.
func TestEncrypted(t *testing.T) {
	t.Parallel()
	var locked bytes.Buffer
	conf := model.NewAESConfiguration("", "owner", 256)
	if err := api.Encrypt(bytes.NewReader(written(t, document)), &locked, conf); err != nil {
		t.Fatal(err)
	}
	if _, _, err := bake.Extract(locked.Bytes()); codeOf(t, err) != bake.CodeEncrypted {
		t.Errorf("an encrypted file: %v", err)
	}
}
