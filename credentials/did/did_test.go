package did_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

func TestWeb(t *testing.T) {
	t.Parallel()
	if got, want := did.Web("laurel.example:8443", "schools", "willow-brook"), "did:web:laurel.example%3A8443:schools:willow-brook"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	tests := map[string]string{
		"did:web:laurel.example":                                   "https://laurel.example/.well-known/did.json",
		"did:web:laurel.example%3A8443:schools:willow-brook":       "https://laurel.example:8443/schools/willow-brook/did.json",
		"did:web:127.0.0.1":                                        "",
		"did:web:%5B%3A%3A1%5D":                                    "",
		"did:web:user%40evil.example":                              "",
		"did:web:evil.example%2Fpath":                              "",
		"did:web:laurel.example:..:x":                              "",
		"did:web:laurel.example:a%2Fb":                             "",
		"did:web:laurel.example::x":                                "",
		"did:web:laurel.example:schools:willow-brook#k":            "",
		"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK": "",
	}
	for in, want := range tests {
		got, err := did.WebURL(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q %v, want %q", in, got, err, want)
		}
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	const id = "did:web:laurel.example:schools:willow-brook"
	var keys []proof.Key
	for _, alg := range []proof.Alg{proof.EdDSA, proof.ES256} {
		p, err := proof.Generate(rand.Reader, alg)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, p.Public(did.KeyID(id, p.Public(""))))
	}
	raw, err := did.Build(id, keys)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := did.ParseDocument(id, raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if got, err := doc.Find(did.MethodID(id, k)); err != nil || got.Thumbprint() != k.Thumbprint() {
			t.Errorf("by its Multikey: got %v %v", got.ID, err)
		}
		for _, name := range []string{k.ID, k.Thumbprint(), "#" + k.Thumbprint()} {
			if got, err := doc.Find(name); err != nil || got.Thumbprint() != k.Thumbprint() || got.ID != k.ID {
				t.Errorf("%s: got %v %v", name, got.ID, err)
			}
		}
		if got, err := doc.FindThumbprint(k.Thumbprint()); err != nil || got.Alg != k.Alg {
			t.Errorf("by thumbprint: %v", err)
		}
	}
	if got := doc.Keys(); len(got) != len(keys) {
		t.Errorf("got %d keys, want each once", len(got))
	}
	for _, name := range []string{"", "#", "#other", "did:web:evil.example#" + keys[0].Thumbprint()} {
		if _, err := doc.Find(name); !errors.Is(err, did.ErrNoKey) {
			t.Errorf("%q: got %v, want ErrNoKey", name, err)
		}
	}
	if _, err := did.ParseDocument("did:web:evil.example", raw); !errors.Is(err, did.ErrDocument) {
		t.Errorf("a document about another: got %v", err)
	}
	if _, err := did.Build("did:web:other.example", keys); err == nil {
		t.Error("another's key was published")
	}
	set, err := did.KeySet(keys)
	if err != nil || bytes.Contains(set, []byte(`"d"`)) || bytes.Count(set, []byte(`"iss":"`+id+`"`)) != 2 {
		t.Errorf("key set: %s %v", set, err)
	}
	single, err := did.SingleKey(keys[1])
	n, _ := credentials.Parse(single)
	if k, perr := proof.ParseJWK(n); err != nil || perr != nil || k.Thumbprint() != keys[1].Thumbprint() {
		t.Errorf("single key: %v %v", err, perr)
	}
}

// TestDocumentCountsAssertionMethodsOnly: being listed is not enough, the
// document's owner must control the method and use it for assertions.
func TestDocumentCountsAssertionMethodsOnly(t *testing.T) {
	t.Parallel()
	const id = "did:web:laurel.example"
	p, _ := proof.Generate(rand.Reader, proof.EdDSA)
	jwk, _ := json.Marshal(p.Public("").JWK())
	method := func(id, controller string) string {
		return `{"id":"` + id + `","type":"JsonWebKey","controller":"` + controller + `","publicKeyJwk":` + string(jwk) + `}`
	}
	tests := []struct {
		name, doc string
		keys      int
	}{
		{"by reference", `"verificationMethod":[` + method("#k", id) + `],"assertionMethod":["#k"]`, 1},
		{"embedded", `"assertionMethod":[` + method(id+"#k", id) + `]`, 1},
		{"not for assertions", `"verificationMethod":[` + method("#k", id) + `],"authentication":["#k"]`, 0},
		{"of another controller", `"verificationMethod":[` + method("#k", "did:web:evil.example") + `],"assertionMethod":["#k"]`, 0},
		{"another's method", `"assertionMethod":[` + method("did:web:evil.example#k", id) + `]`, 0},
		{"unknown reference", `"assertionMethod":["#k"]`, 0},
	}
	for _, tt := range tests {
		d, err := did.ParseDocument(id, []byte(`{"id":"`+id+`",`+tt.doc+`}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(d.Keys()); got != tt.keys {
			t.Errorf("%s: got %d keys, want %d", tt.name, got, tt.keys)
		}
	}
}

func TestLocal(t *testing.T) {
	t.Parallel()
	p, _ := proof.Generate(rand.Reader, proof.ES256)
	jwk, _ := json.Marshal(p.Public("").JWK())
	id := "did:jwk:" + base64.RawURLEncoding.EncodeToString(jwk)
	doc, ok, err := did.Local(id)
	if err != nil || !ok || doc.Keys()[0].ID != id+"#0" || doc.Keys()[0].Thumbprint() != p.Public("").Thumbprint() {
		t.Fatalf("did:jwk: %v %v", ok, err)
	}
	if _, ok, err := did.Local("did:web:laurel.example"); ok || err != nil {
		t.Errorf("did:web is not local: %v %v", ok, err)
	}
	for _, bad := range []string{"did:key:abc", "did:key:z", "did:key:z" + strings.Repeat("1", 3000), "did:jwk:e30", "did:key:z6Mk0"} {
		if _, _, err := did.Local(bad); err == nil {
			t.Errorf("%.30s was resolved", bad)
		}
	}
}

func TestVectorsDidKey(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(testkit.SharedData(t, "vectors", "did-key", "dids.txt"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[proof.Alg]int{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		id := strings.TrimSpace(lines.Text())
		doc, ok, err := did.Local(id)
		known := strings.HasPrefix(id, "did:key:z6Mk") || strings.HasPrefix(id, "did:key:zDna") || strings.HasPrefix(id, "did:key:z82L")
		if known != (err == nil) {
			t.Errorf("%s: got %v", id, err)
		}
		if err == nil && ok {
			k := doc.Keys()[0]
			found[k.Alg]++
			if got := "did:key:" + k.Multikey(); got != id {
				t.Errorf("writing the key back: got %s, want %s", got, id)
			}
		}
	}
	if found[proof.EdDSA] == 0 || found[proof.ES256] == 0 || found[proof.ES384] == 0 {
		t.Errorf("got %v, want keys of three kinds", found)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"did:web:laurel.example%3A80:schools:a", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "did:jwk:e30", "did:::", "did:web:%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := did.Parse(s)
		if err == nil && d.String() != s {
			t.Fatalf("got %s, want %s", d, s)
		}
		if u, err := did.WebURL(s); err == nil && !strings.HasPrefix(u, "https://") {
			t.Fatalf("%s: address %s", s, u)
		}
		if doc, ok, err := did.Local(s); ok && err == nil && len(doc.Keys()) != 1 {
			t.Fatalf("%s: %d keys", s, len(doc.Keys()))
		}
	})
}

// TestPresenting: keys for authentication and keys for assertions are told apart.
func TestPresenting(t *testing.T) {
	t.Parallel()
	const id = "did:web:people.example:amara"
	p, err := proof.Generate(rand.Reader, proof.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(p.Public("").JWK())
	if err != nil {
		t.Fatal(err)
	}
	text := `{"id":"` + id + `","verificationMethod":[{"id":"#k","type":"JsonWebKey","controller":"` + id + `","publicKeyJwk":` + string(jwk) + `}],"authentication":["#k"]}`
	d, err := did.ParseDocument(id, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Keys()) != 0 || len(d.Presenting().Keys()) != 1 {
		t.Errorf("got %d and %d keys", len(d.Keys()), len(d.Presenting().Keys()))
	}
	if _, err := d.Find("#k"); !errors.Is(err, did.ErrPurpose) {
		t.Errorf("for assertions: got %v, want ErrPurpose", err)
	}
	d, err = did.ParseDocument(id, []byte(strings.Replace(text, "authentication", "assertionMethod", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Presenting().Find("#k"); !errors.Is(err, did.ErrPurpose) {
		t.Errorf("for authentication: got %v, want ErrPurpose", err)
	}
	if (*did.Document)(nil).Presenting() != nil {
		t.Error("no document has keys")
	}
}

// A key that its owner withdrew is named with the time and is no assertion
// method any more; whoever looks for it learns that it was withdrawn, not that
// it is a stranger's.
func TestWithdrawnKeys(t *testing.T) {
	t.Parallel()
	const id = "did:web:laurel.example:schools:willow-brook"
	at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	make1 := func() proof.Key {
		p, err := proof.Generate(rand.Reader, proof.EdDSA)
		if err != nil {
			t.Fatal(err)
		}
		return p.Public(did.KeyID(id, p.Public("")))
	}
	good, bad := make1(), make1()
	raw, err := did.Build(id, []proof.Key{good}, did.Withdrawn{Key: bad, At: at})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := did.ParseDocument(id, raw)
	if err != nil {
		t.Fatal(err)
	}
	if keys := doc.Keys(); len(keys) != 1 || keys[0].Thumbprint() != good.Thumbprint() {
		t.Errorf("got %d keys that make assertions", len(keys))
	}
	for _, name := range []string{bad.ID, did.MethodID(id, bad), "#" + bad.Thumbprint()} {
		k, since, withdrawn := doc.Revoked(name, "")
		if !withdrawn || !since.Equal(at) || k.Thumbprint() != bad.Thumbprint() {
			t.Errorf("%s: got %v, %v", name, since, withdrawn)
		}
		if _, err := doc.Find(name); !errors.Is(err, did.ErrPurpose) {
			t.Errorf("%s: found: %v", name, err)
		}
	}
	if _, _, withdrawn := doc.Revoked("", bad.Thumbprint()); !withdrawn {
		t.Error("by its thumbprint it is not withdrawn")
	}
	if _, _, withdrawn := doc.Revoked(good.ID, ""); withdrawn {
		t.Error("the other key is withdrawn too")
	}
	// A date that nobody can read withdraws the key all the same.
	odd := bytes.ReplaceAll(raw, []byte("2026-09-01T08:00:00Z"), []byte("yesterday"))
	if doc, err = did.ParseDocument(id, odd); err != nil {
		t.Fatal(err)
	}
	if _, _, withdrawn := doc.Revoked(bad.ID, ""); !withdrawn {
		t.Error("a date that cannot be read gives the key back")
	}
}
