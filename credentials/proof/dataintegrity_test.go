package proof_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

// checkedAt is the reader's clock.
var checkedAt = time.Date(2026, 6, 20, 14, 3, 0, 0, time.UTC)

// keyInMethod reads the key out of a verification method: enough to check a
// signature, and no proof of whose key it is.
func keyInMethod(_ context.Context, method string) (proof.Key, error) {
	_, fragment, _ := strings.Cut(method, "#")
	if rest, ok := strings.CutPrefix(method, "did:key:"); ok && fragment == "" {
		fragment = rest
	}
	return proof.ParseMultikey(fragment)
}

// badge is a credential with every kind of value: the payload of the tests.
func badge(tb testing.TB) []byte {
	tb.Helper()
	raw, err := os.ReadFile("testdata/badge.json")
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.TrimSpace(raw)
}

func parse(tb testing.TB, data []byte) *credentials.Node {
	tb.Helper()
	n, err := credentials.Parse(data)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// check gives the codes of a document's proofs, "" for a good one.
func check(tb testing.TB, doc *credentials.Node) []string {
	tb.Helper()
	results, err := proof.CheckEmbedded(tb.Context(), doc, checkedAt.AddDate(1, 0, 0), keyInMethod)
	if err != nil {
		tb.Fatal(err)
	}
	codes := []string{}
	for _, r := range results {
		codes = append(codes, r.Code)
		if r.Code != "" {
			tb.Logf("%s: %v", r.Code, r.Err)
		}
	}
	return codes
}

// methodSigner signs under a verification method that holds the key.
func methodSigner(tb testing.TB, alg proof.Alg) proof.Signer {
	tb.Helper()
	k := key(tb, alg)
	multikey := k.Public("").Multikey()
	return k.Signer("did:key:" + multikey + "#" + multikey)
}

// ways are the suites with each type of key that makes their proofs.
var ways = []struct {
	suite proof.Suite
	alg   proof.Alg
}{
	{proof.EdDSARDFC2022, proof.EdDSA},
	{proof.EdDSAJCS2022, proof.EdDSA},
	{proof.ECDSARDFC2019, proof.ES256},
	{proof.ECDSARDFC2019, proof.ES384},
}

// secured signs the payload and gives document and proof.
func secured(tb testing.TB, payload []byte, suite proof.Suite, alg proof.Alg) (document, proofJSON []byte) {
	tb.Helper()
	document, proofJSON, err := proof.Secure(tb.Context(), payload, proof.Options{
		Suite: suite, Signer: methodSigner(tb, alg), Created: checkedAt.Add(-time.Hour),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return document, proofJSON
}

func TestSecure(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(fmt.Sprintf("%s %s", way.suite, way.alg), func(t *testing.T) {
			t.Parallel()
			payload := badge(t)
			document, one := secured(t, payload, way.suite, way.alg)
			if got := check(t, parse(t, document)); len(got) != 1 || got[0] != "" {
				t.Errorf("got %q, want one good proof", got)
			}
			rebuilt, err := proof.Embed(payload, one)
			if err != nil || !bytes.Equal(rebuilt, document) {
				t.Errorf("payload and proof do not give the document back: %v", err)
			}
			again, _ := secured(t, payload, way.suite, way.alg)
			if !bytes.Equal(again, document) {
				t.Error("the same payload under the same key gives another document")
			}
			results, err := proof.CheckEmbedded(t.Context(), parse(t, document), checkedAt, keyInMethod)
			if err != nil {
				t.Fatal(err)
			}
			if r := results[0]; r.Suite != way.suite || r.Purpose != proof.PurposeAssertion || r.Key.Alg != way.alg ||
				!r.Created.Equal(checkedAt.Add(-time.Hour)) || !r.OK() || !strings.HasPrefix(r.Method, "did:key:z") {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestSecureRefuses(t *testing.T) {
	t.Parallel()
	with := func(old, text string) []byte { return bytes.Replace(badge(t), []byte(old), []byte(text), 1) }
	lossy := func(code string) func(error) bool {
		return func(err error) bool {
			e, ok := errors.AsType[*ld.Error](err)
			return ok && e.Code == code
		}
	}
	is := func(kind error) func(error) bool { return func(err error) bool { return errors.Is(err, kind) } }
	some := func(err error) bool { return err != nil }
	tests := []struct {
		name    string
		payload []byte
		change  func(*proof.Options)
		want    func(error) bool
	}{
		{"a member without meaning", with(`"name"`, `"nickname":"x","name"`), nil, lossy(ld.CodeUndefined)},
		{"an unknown context", with("https://www.w3.org/ns/credentials/v2", "https://laurel.example/context"), nil, lossy(ld.CodeContext)},
		{"a relative id", with("urn:uuid:3e5b9d9e-4e5b-4b8a-9d60-0b6f0f1f2a11", "3e5b9d9e"), nil, lossy(ld.CodeRelative)},
		{"not JSON", []byte("{"), nil, is(credentials.ErrMalformed)},
		{"a list", []byte("[]"), nil, some},
		{"signed already", with(`"name"`, `"proof":[],"name"`), nil, some},
		{"a retired suite", nil, func(o *proof.Options) { o.Suite = proof.Ed25519Signature2020 }, is(proof.ErrSuite)},
		{"an unknown suite", nil, func(o *proof.Options) { o.Suite = "ecdsa-sd-2023" }, is(proof.ErrSuite)},
		{"a key of another type", nil, func(o *proof.Options) { o.Suite = proof.ECDSARDFC2019 }, is(proof.ErrKey)},
		{"no date", nil, func(o *proof.Options) { o.Created = time.Time{} }, some},
		{"a previous proof that is not there", nil, func(o *proof.Options) { o.Previous = []string{"urn:x:1"} }, some},
		{
			"a number that is rounded", with(`"creditsEarned":0.5`, `"creditsEarned":0.50000000000000000001`),
			func(o *proof.Options) { o.Suite = proof.EdDSAJCS2022 }, is(credentials.ErrNumber),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			asked := &askedSigner{Signer: methodSigner(t, proof.EdDSA)}
			o := proof.Options{Signer: asked, Created: checkedAt}
			if tt.change != nil {
				tt.change(&o)
			}
			payload := tt.payload
			if payload == nil {
				payload = badge(t)
			}
			if _, _, err := proof.Secure(t.Context(), payload, o); !tt.want(err) {
				t.Errorf("got %v", err)
			}
			if asked.times > 0 {
				t.Error("the key was touched")
			}
		})
	}
}

// askedSigner counts its signatures.
type askedSigner struct {
	proof.Signer
	times int
}

func (s *askedSigner) Sign(ctx context.Context, payload []byte) ([]byte, error) {
	s.times++
	return s.Signer.Sign(ctx, payload)
}

// TestSetsAndChains: two proofs side by side, and a third that vouches for both.
func TestSetsAndChains(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(fmt.Sprintf("%s %s", way.suite, way.alg), func(t *testing.T) {
			t.Parallel()
			payload := badge(t)
			o := proof.Options{Suite: way.suite, Signer: methodSigner(t, way.alg), Created: checkedAt}
			var proofs [][]byte
			for i, previous := range [][]string{nil, nil, {"urn:uuid:b", "urn:uuid:a"}, {"urn:uuid:c"}} {
				o.ID = "urn:uuid:" + string(rune('a'+i))
				o.Earlier, o.Previous = proofs, previous
				document, one, err := proof.Secure(t.Context(), payload, o)
				if err != nil {
					t.Fatal(err)
				}
				proofs = append(proofs, one)
				if got := check(t, parse(t, document)); strings.Join(got, "") != "" || len(got) != i+1 {
					t.Fatalf("after proof %d: got %q", i, got)
				}
			}
			checkProofs := func(want string, proofs ...[]byte) {
				t.Helper()
				document, err := proof.Embed(payload, proofs...)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(check(t, parse(t, document)), ","); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
			a, b, c := proofs[0], proofs[1], proofs[2]
			checkProofs(",,", c, b, a) // their order in the document does not matter
			checkProofs(",,previous_proof", a, a, c)
			checkProofs(",previous_proof", a, c)
			checkProofs("previous_proof", c)
			other := bytes.Replace(b, []byte("urn:uuid:b"), []byte("urn:uuid:x"), 1)
			checkProofs("signature_mismatch", other)
			swapped := bytes.Replace(bytes.Replace(c, []byte("urn:uuid:a"), []byte("urn:uuid:x"), 1), []byte("urn:uuid:b"), []byte("urn:uuid:a"), 1)
			checkProofs(",,previous_proof", a, b, swapped)
			alone := bytes.Replace(c, []byte(`"previousProof":["urn:uuid:b","urn:uuid:a"],`), nil, 1)
			checkProofs("signature_mismatch", alone)
		})
	}
}

// TestProofRefused changes one member of a good proof and names the reason.
func TestProofRefused(t *testing.T) {
	t.Parallel()
	document, _ := secured(t, badge(t), proof.EdDSARDFC2022, proof.EdDSA)
	method := methodSigner(t, proof.EdDSA).Public().ID
	ec := methodSigner(t, proof.ES256).Public().ID
	tests := []struct{ name, old, text, code, member string }{
		{"no type", `"type":"DataIntegrityProof",`, ``, proof.CodeProofMalformed, "type"},
		{"two types", `"DataIntegrityProof"`, `["DataIntegrityProof","X"]`, proof.CodeAlgorithmRefused, ""},
		{"a suite that does not exist", "eddsa-rdfc-2022", "eddsa-rdfc-2023", proof.CodeAlgorithmRefused, ""},
		{"a suite in the wrong type", "eddsa-rdfc-2022", "Ed25519Signature2020", proof.CodeAlgorithmRefused, ""},
		{"no suite", `"cryptosuite":"eddsa-rdfc-2022",`, ``, proof.CodeAlgorithmRefused, ""},
		{"selective disclosure, not built", "eddsa-rdfc-2022", "ecdsa-sd-2023", proof.CodeAlgorithmRefused, ""},
		{"another suite", "eddsa-rdfc-2022", "eddsa-jcs-2022", proof.CodeSignatureMismatch, ""},
		{"a suite for other keys", "eddsa-rdfc-2022", "ecdsa-rdfc-2019", proof.CodeAlgorithmRefused, ""},
		{"no method", `"verificationMethod"`, `"nonce"`, proof.CodeProofMalformed, "verificationMethod"},
		{"a method in place", `"` + method + `"`, `{"id":"` + method + `"}`, proof.CodeProofMalformed, "verificationMethod"},
		{"a key of another type", method, ec, proof.CodeAlgorithmRefused, ""},
		{"a method without key", method, "did:key:z6Mk#z6Mk", proof.CodeKeyMissing, ""},
		{"no purpose", `"proofPurpose":"assertionMethod",`, ``, proof.CodeProofMalformed, "proofPurpose"},
		{"a proof of signing in", "assertionMethod", "authentication", proof.CodeProofPurpose, ""},
		{"a date without zone", "13:03:00Z", "13:03:00", proof.CodeProofMalformed, "created"},
		{"a date that is a number", `"2026-06-20T13:03:00Z"`, `7`, proof.CodeProofMalformed, "created"},
		{"made tomorrow", "2026-06-20T13", "2026-06-21T13", proof.CodeProofTime, ""},
		{"ended", `"type":"Data`, `"expires":"2026-06-20T14:00:00Z","type":"Data`, proof.CodeProofTime, ""},
		{"another date", "2026-06-20T13", "2026-06-20T12", proof.CodeSignatureMismatch, ""},
		{"no date", `"created":"2026-06-20T13:03:00Z",`, ``, proof.CodeSignatureMismatch, ""},
		{"an id", `"type":"Data`, `"id":"urn:uuid:1","type":"Data`, proof.CodeSignatureMismatch, ""},
		{"an id that is none", `"type":"Data`, `"id":7,"type":"Data`, proof.CodeProofMalformed, "id"},
		{"a nonce", `"type":"Data`, `"nonce":"x","type":"Data`, proof.CodeSignatureMismatch, ""},
		{"a member without meaning", `"type":"Data`, `"laurel":"x","type":"Data`, ld.CodeUndefined, ""},
		{"a context of its own", `"type":"Data`, `"@context":"https://www.w3.org/ns/credentials/v2","type":"Data`, proof.CodeProofContext, ""},
		{"no signature", `"proofValue"`, `"nonce"`, proof.CodeProofMalformed, "proofValue"},
		{"another alphabet", `"proofValue":"z`, `"proofValue":"u`, proof.CodeProofMalformed, "proofValue"},
		{"a letter outside the alphabet", `"proofValue":"z`, `"proofValue":"z0`, proof.CodeProofMalformed, "proofValue"},
		{"a longer signature", `"proofValue":"z`, `"proofValue":"z1`, proof.CodeSignatureMismatch, ""},
		{"a very long signature", `"proofValue":"z`, `"proofValue":"z` + strings.Repeat("2", 500), proof.CodeProofMalformed, "proofValue"},
		{"no proof but a text", `"proof":[{`, `"proof":["x",{`, proof.CodeProofMalformed, "type"},
		{"an unknown previous proof", `"type":"Data`, `"previousProof":"urn:x:1","type":"Data`, proof.CodeProofPrevious, ""},
		{"no previous proofs", `"type":"Data`, `"previousProof":[],"type":"Data`, proof.CodeProofPrevious, ""},
		{"its own previous proof", `"type":"Data`, `"id":"urn:x:1","previousProof":"urn:x:1","type":"Data`, proof.CodeProofPrevious, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			head, tail, _ := bytes.Cut(document, []byte(`"proof":[`))
			changed := string(head) + strings.Replace(`"proof":[`+string(tail), tt.old, tt.text, 1)
			if changed == string(document) {
				t.Fatal("nothing was changed")
			}
			results, err := proof.CheckEmbedded(t.Context(), parse(t, []byte(changed)), checkedAt, keyInMethod)
			if err != nil {
				t.Fatal(err)
			}
			if r := results[0]; r.Code != tt.code || r.Member != tt.member || r.OK() {
				t.Errorf("got %s %s (%v), want %s %s", r.Code, r.Member, r.Err, tt.code, tt.member)
			}
		})
	}
}

// TestManyProofs: what is not checked is not good.
func TestManyProofs(t *testing.T) {
	t.Parallel()
	payload := badge(t)
	_, one := secured(t, payload, proof.EdDSARDFC2022, proof.EdDSA)
	proofs := make([][]byte, proof.MaxProofs+3)
	for i := range proofs {
		proofs[i] = one
	}
	document, err := proof.Embed(payload, proofs...)
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range check(t, parse(t, document)) {
		if want := i < proof.MaxProofs; want != (code == "") {
			t.Errorf("proof %d: got %q", i, code)
		}
	}
	if got := check(t, parse(t, payload)); len(got) != 0 {
		t.Errorf("without proof: got %q", got)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := proof.CheckEmbedded(ended, parse(t, document), checkedAt, keyInMethod); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: got %v", err)
	}
}

// TestVectorsDataIntegrity checks what the standards' authors and other makers signed.
func TestVectorsDataIntegrity(t *testing.T) {
	t.Parallel()
	eddsa, ecdsa := "vectors/vc-di-eddsa/TestVectors/", "vectors/vc-di-ecdsa/TestVectors/"
	good, unknown := []string{""}, []string{ld.CodeContext}
	tests := []struct {
		file string
		want []string
	}{
		{eddsa + "eddsa-jcs-2022/signedJCS.json", good},
		{eddsa + "eddsa-rdfc-2022/signedDataInt.json", good},
		{eddsa + "eddsa-rdfc-2022/employ/signedDataInt.json", unknown},
		{eddsa + "Ed25519Signature2020/signedEdSig.json", good},
		{eddsa + "proof-set-chain/signedProofSet1.json", good},
		{eddsa + "proof-set-chain/signedProofSet2.json", []string{"", ""}},
		{eddsa + "proof-set-chain/signedProofChain1.json", []string{"", "", ""}},
		{eddsa + "proof-set-chain/signedProofChain2.json", []string{"", "", "", ""}},
		{ecdsa + "ecdsa-rdfc-2019-p256/signedECDSAP256.json", good},
		{ecdsa + "ecdsa-rdfc-2019-p384/signedECDSAP384.json", good},
		{ecdsa + "ecdsa-rdfc-2019-p256/employ/signedECDSAP256.json", unknown},
		{ecdsa + "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json", []string{proof.CodeAlgorithmRefused}},
		{ecdsa + "ecdsa-sd-2023/prc/addSignedSDBase.json", []string{proof.CodeAlgorithmRefused}},
		{"fixtures/valid/1edtech-simple.json", good},
		{"fixtures/valid/1edtech-complete.json", good},
		{"fixtures/valid/1edtech-endorsement-valid.json", good},
		{"fixtures/valid/1edtech-clr-simple.json", good},
		{"fixtures/valid/1edtech-implguide-clr.json", good},
		{"fixtures/valid/1edtech-simple-context-alias.json", good},
		{"fixtures/valid/1edtech-simple-context-version.json", good},
		{"fixtures/valid/1edtech-simple-did-key-method.json", good},
		{"fixtures/valid/1edtech-simple-did-web-method.json", good},
		{"fixtures/valid/1edtech-simple-multiple-proofs.json", []string{proof.CodeAlgorithmRefused, ""}},
		{"fixtures/valid/1edtech-simple-eddsa-2022.json", []string{proof.CodeAlgorithmRefused}},
		{"fixtures/valid/1edtech-sd-derivedcredential.json", []string{proof.CodeAlgorithmRefused}},
		{"fixtures/valid/1edtech-simple_v1.json", good},
		{"fixtures/valid/1edtech-clr-simple_v1.json", good},
		{"fixtures/support/1edtech-statuslist-testlist.json", good},
		{"fixtures/invalid/derived-tampered-name.json", []string{proof.CodeSignatureMismatch}},
		{"fixtures/invalid/derived-issuer-swapped.json", []string{proof.CodeSignatureMismatch}},
		{"fixtures/invalid/derived-extra-undefined-term.json", []string{ld.CodeUndefined}},
		{"fixtures/invalid/derived-forged-https-issuer.json", good}, // intact: whose key it is, is asked elsewhere
		{"fixtures/invalid/1edtech-simple-err-proof-method.json", []string{proof.CodeKeyMissing}},
		{"fixtures/invalid/1edtech-simple-err-proof-method-no-scheme.json", []string{proof.CodeProofMalformed}},
		{"fixtures/invalid/1edtech-simple-err-proof-method-unknown-scheme.json", []string{proof.CodeKeyMissing}},
	}
	for _, tt := range tests {
		t.Run(strings.TrimPrefix(tt.file, "vectors/"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(testkit.SharedData(t, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if got := check(t, parse(t, raw)); strings.Join(got, ",") != strings.Join(tt.want, ",") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzCheckEmbedded(f *testing.F) {
	var signed [][]byte
	for _, way := range ways {
		document, _ := secured(f, badge(f), way.suite, way.alg)
		f.Add(document)
		signed = append(signed, document)
	}
	f.Add([]byte(`{"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := credentials.Parse(data)
		if err != nil {
			return
		}
		results, err := proof.CheckEmbedded(t.Context(), doc, checkedAt, keyInMethod)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.OK() && !sameContent(doc, signed) {
				t.Fatalf("a forged document passes: %s", data)
			}
		}
	})
}

// sameContent tells whether doc is one of the signed documents, but for its
// proofs, the order of members and lists, and lists of one.
func sameContent(doc *credentials.Node, signed [][]byte) bool {
	a, err := ld.Canonical(context.Background(), doc.Without("proof"), ld.SHA256)
	if err != nil {
		return false
	}
	for _, s := range signed {
		other, err := credentials.Parse(s)
		if err != nil {
			return false
		}
		b, err := ld.Canonical(context.Background(), other.Without("proof"), ld.SHA256)
		if err == nil && bytes.Equal(a, b) {
			return true
		}
	}
	return false
}
