package verifier_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/bake"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
	"laurel/verifier"
)

// unbaked takes the credential out of a picture, or gives the file as it is.
func unbaked(data []byte) []byte {
	if doc, _, err := bake.Extract(data); err == nil {
		return doc
	}
	return data
}

// published is what the issuer of a fixture would publish, if the key that it
// names were its own: the document that the files themselves do not come with.
func published(t *testing.T, doc []byte) *verifier.Bundle {
	t.Helper()
	b := &verifier.Bundle{Version: 1, MadeAt: now(), DIDs: map[string]json.RawMessage{}, Lists: map[string]string{}}
	n, err := credentials.Parse(doc)
	if err != nil {
		return b
	}
	for _, p := range n.Get("proof").List() {
		method, issuer := p.Get("verificationMethod").Text(), credentials.IssuerID(n)
		owner, key, ok := strings.Cut(method, "#")
		if _, err := proof.ParseMultikey(key); !ok || err != nil || owner != issuer {
			continue
		}
		b.DIDs[issuer] = []byte(`{"id":"` + issuer + `","assertionMethod":[{"id":"` + method + `","type":"Multikey","controller":"` + issuer +
			`","publicKeyMultibase":"` + key + `"}]}`)
	}
	return b
}

// fixture is a file of the standards' makers, and what the reader must be told
// of it: by who has nothing but the file, and by who has what the issuer would publish.
type fixture struct {
	file      string
	alone     told
	published told
}

type told struct {
	verdict verifier.Verdict
	check   verifier.Name
	code    string
}

// What is told of many.
var (
	noKeys     = told{verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreachable}
	good       = told{verifier.UnrecognisedIssuer, verifier.Proof, verifier.CodeSignatureOK}
	headerKey  = told{verifier.Undetermined, verifier.Proof, verifier.CodeSignatureOK} // whole, by a key that nobody answers for
	strangeKey = told{verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled}
	byAnother  = told{verifier.Invalid, verifier.Proof, verifier.CodeProofOther}
	refused    = told{verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused}
	wrongType  = told{verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm}
	noContext  = told{verifier.Undetermined, verifier.Format, credentials.CodeContextUnknown}
)

// fixtures are all files. "Verified" in their list means that a signature fits a
// key that the file names: whose key it is, they cannot show.
var fixtures = []fixture{
	{"valid/1edtech-simple.json", noKeys, good},
	{"valid/1edtech-simple.1ob", noKeys, good},
	{"valid/1edtech-simple_v1.json", noKeys, good},
	{"valid/1edtech-simple-did-web-method.json", noKeys, good},
	{"valid/1edtech-simple-did-key-method.json", strangeKey, strangeKey}, // a urn: publishes nothing
	{"valid/1edtech-simple-json.png", noKeys, good},
	{"valid/1edtech-simple-jwt.png", headerKey, headerKey},
	{"valid/1edtech-simple-jwt_v1.png", headerKey, headerKey},
	{"valid/1edtech-simple-json.svg", noKeys, good},
	{"valid/1edtech-simple-jwt.svg", headerKey, headerKey},
	{"valid/1edtech-simple-jwt_v1.svg", headerKey, headerKey},
	{"valid/1edtech-simple-context-alias.json", noKeys, good},
	{"valid/1edtech-simple-context-version.json", noKeys, good},
	{"valid/1edtech-endorsement-valid.json", noKeys, good},
	{"valid/1edtech-sd-derivedcredential.json", refused, refused}, // ecdsa-sd-2023 is not built
	{"valid/1edtech-simple-eddsa-2022.json", refused, refused},    // never became a standard
	{"valid/1edtech-complete.json", noKeys, told{verifier.Undetermined, verifier.Format, verifier.CodeEndorsementForged}},
	{"valid/1edtech-simple-multiple-proofs.json", refused, told{verifier.Undetermined, verifier.Proof, verifier.CodeProofForm}},
	{"valid/1edtech-clr-simple.json", noKeys, told{verifier.Undetermined, verifier.Format, verifier.CodeNestedOpen}},
	{"valid/1edtech-clr-simple_v1.json", noKeys, told{verifier.Invalid, verifier.Format, verifier.CodeNestedInvalid}}, // five inside are by a key of another
	{"valid/1edtech-clr-simple.jwt", noContext, noContext},                                                            // contexts of a draft
	{"valid/1edtech-implguide-clr.json", noKeys, good},
	{"valid/w3c-vc-di-eddsa-rdfc.json", byAnother, byAnother},
	{"valid/w3c-vc-di-eddsa-rdfc-employ.json", strangeKey, strangeKey},
	{"valid/w3c-vc-di-eddsa-ed25519-2020.json", byAnother, byAnother},
	{"valid/w3c-vc-di-eddsa-jcs.json", byAnother, byAnother},

	{"invalid/1edtech-simple-err-issuer-type.json", wrongType, wrongType},
	{"invalid/1edtech-simple-err-issuer-parentorg-type.json", wrongType, wrongType},
	{"invalid/1edtech-simple-err-issuer-otheridentifier-type.json", wrongType, wrongType},
	{"invalid/1edtech-simple-err-credential-subject-identifier-type.json", wrongType, wrongType},
	{"invalid/1edtech-simple-err-credential-subject-result-type.json", wrongType, wrongType},
	{"invalid/1edtech-simple-err-credential-subject-achievement-result-description-type.json", wrongType, wrongType},
	{"invalid/1edtech-simple-err-proof-method.json", noKeys, noKeys}, // what follows the # is no key
	{"invalid/1edtech-simple-err-proof-method-no-scheme.json", told{verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed}, strangeKey},
	{"invalid/1edtech-simple-err-proof-method-unknown-scheme.json", strangeKey, strangeKey},
	{"invalid/1edtech-simple-err-proof-method-unknown-did-method.json", strangeKey, strangeKey},
	{"invalid/1edtech-simple-err-expired.json", told{verifier.Expired, verifier.Time, verifier.CodeExpired}, told{verifier.Expired, verifier.Proof, verifier.CodeSignatureOK}},
	{"invalid/1edtech-credential-status-revoked.json", noKeys, told{verifier.Undetermined, verifier.Status, verifier.CodeStatusUnreachable}},
	{
		"invalid/1edtech-bit-string-list-credential-status-revoked.json",
		told{verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation}, // its index is a number
		told{verifier.Invalid, verifier.Status, verifier.CodeStatusUntrusted},
	},
	{"invalid/1edtech-complete_v1.json", wrongType, wrongType},
	{"invalid/1edtech-simple.jwt", noContext, noContext},
	{"invalid/1edtech-velocity.jwt", strangeKey, told{verifier.Invalid, verifier.Format, credentials.CodeContextUnknown}},
	{"invalid/1edtech-clr-simple_old_safesigned.json", noContext, noContext},
	{"invalid/derived-tampered-name.json", noKeys, told{verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch}},
	{"invalid/derived-extra-undefined-term.json", wrongType, wrongType},
	{"invalid/derived-issuer-swapped.json", strangeKey, strangeKey},
	{
		"invalid/derived-no-subject-id-or-identifier.json",
		told{verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
		told{verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	},
	{
		"invalid/derived-iss-mismatch.jwt",
		told{verifier.Invalid, verifier.Format, verifier.CodeClaimMismatch},
		told{verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	},
	{"invalid/derived-jwk-private-d.jwt", told{verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused}, told{verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused}},
	{"invalid/derived-truncated.png", told{verifier.Invalid, verifier.Format, verifier.CodeCarrierDamaged}, told{verifier.Invalid, verifier.Format, verifier.CodeCarrierDamaged}},
	// The forger's key would be published only by the forger: TestForgedIssuer has the issuer's own.
	{"invalid/derived-forged-https-issuer.json", noKeys, good},
}

// fixtureClock is after every file was made.
func fixtureClock() time.Time { return time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }

// judged is the report on a fixture by who has what b holds.
func judged(t *testing.T, doc []byte, b *verifier.Bundle) verifier.Report {
	t.Helper()
	r, err := verifier.New(verifier.Options{Now: fixtureClock, Keys: b, Status: b, Registry: b}).Verify(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	dir := testkit.SharedData(t, "fixtures")
	for _, f := range fixtures {
		t.Run(f.file, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(dir, f.file))
			if err != nil {
				t.Fatal(err)
			}
			doc := unbaked(data)
			for _, one := range []struct {
				bundle *verifier.Bundle
				want   told
			}{{&verifier.Bundle{}, f.alone}, {published(t, doc), f.published}} {
				r := judged(t, data, one.bundle)
				if r.Verdict != one.want.verdict || !r.Has(one.want.check, one.want.code) {
					t.Errorf("with %d documents: got %s %+v, want %+v", len(one.bundle.DIDs), r.Verdict, r.Checks, one.want)
				}
				if r.Verdict == verifier.Valid {
					t.Error("nobody vouches for its issuer, and it is valid")
				}
			}
		})
	}
}

// TestFixturesAreAllThere: the table names every file, once, and no other.
func TestFixturesAreAllThere(t *testing.T) {
	t.Parallel()
	dir := testkit.SharedData(t, "fixtures")
	named := make(map[string]int)
	for _, f := range fixtures {
		named[f.file]++
	}
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest []struct {
		File string `json:"file"`
	}
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool)
	for _, m := range manifest {
		there[m.File] = true
	}
	for _, folder := range []string{"valid", "invalid"} {
		files, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			there[folder+"/"+f.Name()] = true
		}
	}
	for file := range there {
		if named[file] != 1 {
			t.Errorf("%s stands in the table %d times", file, named[file])
		}
	}
	if len(named) != len(there) {
		t.Errorf("the table names %d files, there are %d", len(named), len(there))
	}
}

// TestForgedIssuer: a key that stands in the address of an issuer's page is the
// issuer's only if the issuer publishes it.
func TestForgedIssuer(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(testkit.SharedData(t, "fixtures", "invalid", "derived-forged-https-issuer.json"))
	if err != nil {
		t.Fatal(err)
	}
	b := published(t, doc)
	other := privateKey(t, proof.EdDSA, 9).Public("").Multikey()
	for id := range b.DIDs {
		b.DIDs[id] = []byte(`{"id":"` + id + `","assertionMethod":[{"id":"` + id + `#` + other + `","type":"Multikey","controller":"` + id +
			`","publicKeyMultibase":"` + other + `"}]}`)
	}
	if r := judged(t, doc, b); r.Verdict != verifier.Invalid || !r.Has(verifier.Key, verifier.CodeKeyNotControlled) {
		t.Errorf("got %s %+v", r.Verdict, r.Checks)
	}
}
