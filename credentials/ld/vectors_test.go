package ld_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"laurel/credentials"
	"laurel/credentials/ld"
	"laurel/internal/testkit"
)

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func parse(t testing.TB, text string) *credentials.Node {
	t.Helper()
	doc, err := credentials.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// codeOf is the reason code of a refusal, or "" when there was none.
func codeOf(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*ld.Error](err)
	if !ok {
		t.Fatalf("got %v, which is no *ld.Error", err)
	}
	return e.Code
}

// TestSuiteVectors compares canonical forms with those printed in the Data
// Integrity EdDSA and ECDSA cryptosuites (w3c/vc-di-eddsa, w3c/vc-di-ecdsa).
// Employment documents name a context that is not pinned.
func TestSuiteVectors(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		dir, suffix string
		hash        ld.Hash
		want        string
	}{
		{"vc-di-eddsa/TestVectors/eddsa-rdfc-2022", "DataInt", ld.SHA256, ""},
		{"vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ", "DataInt", ld.SHA256, ld.CodeContext},
		{"vc-di-eddsa/TestVectors/Ed25519Signature2020", "EdSig", ld.SHA256, ""},
		{"vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256", "ECDSAP256", ld.SHA256, ""},
		{"vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256/employ", "ECDSAP256", ld.SHA256, ld.CodeContext},
		{"vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384", "ECDSAP384", ld.SHA384, ""},
		{"vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384/employ", "ECDSAP384", ld.SHA384, ld.CodeContext},
	} {
		t.Run(v.dir, func(t *testing.T) {
			t.Parallel()
			dir := testkit.SharedData(t, "vectors", filepath.FromSlash(v.dir))
			file := func(name string) string { return read(t, filepath.Join(dir, name)) }
			document := parse(t, file("signed"+v.suffix+".json")).Without("proof")
			same(t, document, v.hash, file("canonDoc"+v.suffix+".txt"), v.want)
			same(t, parse(t, file("proofConfig"+v.suffix+".json")), v.hash, file("proofCanon"+v.suffix+".txt"), v.want)
		})
	}
}

// same compares a document's canonical form, or the code of its refusal.
func same(t *testing.T, doc *credentials.Node, h ld.Hash, want, code string) {
	t.Helper()
	got, err := ld.Canonical(t.Context(), doc, h)
	if c := codeOf(t, err); c != code {
		t.Fatalf("got %v, want code %q", err, code)
	}
	if code == "" && strings.TrimSpace(string(got)) != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestGuideVectors compares canonical forms with those printed in the 1EdTech
// implementation guides of Open Badges 3.0 and CLR 2.0.
func TestGuideVectors(t *testing.T) {
	t.Parallel()
	fixture := func(name string) *credentials.Node {
		return parse(t, read(t, testkit.SharedData(t, "fixtures", "valid", name)))
	}
	guide := func(name string) string {
		return read(t, testkit.SharedData(t, "fixtures", "support", "implguide-"+name+"-canon.txt"))
	}
	record := fixture("1edtech-implguide-clr.json")
	same(t, record.Without("proof"), ld.SHA256, guide("clrv2p0-document"), "")
	config := record.Get("proof").List()[0].Without("proofValue")
	same(t, config.With("@context", record.Get("@context")), ld.SHA256, guide("clrv2p0-proof"), "")

	badge := fixture("1edtech-simple.json").Without("proof") // the guide has another issuer
	issuer := badge.Get("issuer").With("id", credentials.TextOf("https://example.edu/issuers/565049")).
		With("url", credentials.TextOf("https://www.imsglobal.org"))
	same(t, badge.With("issuer", issuer), ld.SHA256, guide("obv3p0-document"), "")
	same(t, config.With("@context", badge.Get("@context")), ld.SHA256, guide("obv3p0-proof"), "")
}

// refusedFixtures are those that no honest processor canonicalizes, and why.
var refusedFixtures = map[string]string{
	"invalid/1edtech-clr-simple_old_safesigned.json":                                         ld.CodeContext,
	"invalid/1edtech-complete_v1.json":                                                       ld.CodeUndefined,
	"invalid/1edtech-simple-err-credential-subject-achievement-result-description-type.json": ld.CodeUndefined,
	"invalid/1edtech-simple-err-credential-subject-identifier-type.json":                     ld.CodeUndefined,
	"invalid/1edtech-simple-err-credential-subject-result-type.json":                         ld.CodeUndefined,
	"invalid/1edtech-simple-err-issuer-otheridentifier-type.json":                            ld.CodeUndefined,
	"invalid/1edtech-simple-err-issuer-parentorg-type.json":                                  ld.CodeUndefined,
	"invalid/1edtech-simple-err-issuer-type.json":                                            ld.CodeUndefined,
	"invalid/derived-extra-undefined-term.json":                                              ld.CodeUndefined,
	"valid/w3c-vc-di-eddsa-rdfc-employ.json":                                                 ld.CodeContext,
}

// TestFixtures refuses what must be, and compares the rest with json-gold.
func TestFixtures(t *testing.T) {
	t.Parallel()
	dir := testkit.SharedData(t, "fixtures")
	oracle := newOracle(t)
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var compared atomic.Int64
	t.Cleanup(func() {
		if compared.Load() < 20 {
			t.Errorf("only %d documents were compared", compared.Load())
		}
	})
	for _, file := range files {
		name, err := filepath.Rel(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := parse(t, read(t, file)).Without("proof")
			got, err := ld.Canonical(t.Context(), doc, ld.SHA256)
			if want := refusedFixtures[name]; codeOf(t, err) != want {
				t.Fatalf("got %v, want code %q", err, want)
			}
			if err != nil {
				return
			}
			compared.Add(1)
			if want := oracle.canonical(t, doc); string(got) != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
