package proof_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

// noise is randomness that is the same in every run.
type noise struct{ state [32]byte }

func (n *noise) Read(p []byte) (int, error) {
	for i := range p {
		n.state = sha256.Sum256(n.state[:])
		p[i] = n.state[0]
	}
	return len(p), nil
}

const person = `{"iss":"did:web:laurel.example","type":"X","validFrom":"2026-01-01T00:00:00Z",` +
	`"credentialSubject":{"id":"urn:x:1","name":"Ana Ü","address":{"street":"1 Main","city":"Putney"},` +
	`"phones":[{"n":"1"},{"n":"2"},"3"],"levels":[3,4]}}`

// sdToken signs person with these pointers disclosable.
func sdToken(tb testing.TB, decoys int, pointers ...string) proof.SDJWT {
	tb.Helper()
	t, err := proof.SignSDJWT(tb.Context(), []byte(person), proof.SDOptions{
		Disclose: pointers, Decoys: decoys, Rand: &noise{},
	}, key(tb, proof.ES256).Signer(kid))
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// disclosed reads a token again and gives the payload as JSON, or the error.
func disclosed(tb testing.TB, t proof.SDJWT) (string, error) {
	tb.Helper()
	again, _, err := proof.ParseSDJWT([]byte(t.String()))
	if err != nil {
		return "", err
	}
	if again.String() != t.String() {
		tb.Error("the token is not rebuilt byte for byte")
	}
	d, err := again.Disclose()
	if err != nil {
		return "", err
	}
	text, err := d.Payload.AppendJCS(nil)
	return string(text), err
}

func TestSDJWT(t *testing.T) {
	t.Parallel()
	whole, err := parse(t, []byte(person)).AppendJCS(nil)
	if err != nil {
		t.Fatal(err)
	}
	subject := "/credentialSubject"
	for name, pointers := range map[string][]string{
		"nothing": nil, "member": {subject + "/name"}, "item": {subject + "/phones/1"}, "all items": {subject + "/levels/0", subject + "/levels/1"},
		"nested": {subject, subject + "/address", subject + "/address/city", subject + "/phones", subject + "/phones/0", subject + "/phones/0/n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := sdToken(t, 2, pointers...)
			if err := token.Verify(key(t, proof.ES256).Public(kid)); err != nil {
				t.Error(err)
			}
			if got, err := disclosed(t, token); err != nil || got != string(whole) {
				t.Errorf("all shown: got %s %v, want %s", got, err, whole)
			}
			if len(token.Disclosures) != len(pointers) {
				t.Errorf("got %d disclosures, want %d", len(token.Disclosures), len(pointers))
			}
			none, err := token.Present(func(proof.Disclosure) bool { return false })
			if err != nil {
				t.Fatal(err)
			}
			got, err := disclosed(t, none)
			if err != nil || len(pointers) > 0 && got == string(whole) || strings.Contains(got, "_sd") || strings.Contains(got, "...") {
				t.Errorf("nothing shown: got %s %v", got, err)
			}
			for _, d := range token.Disclosures {
				one, err := token.Present(func(x proof.Disclosure) bool { return x.Text == d.Text })
				if err != nil {
					t.Fatal(err)
				}
				if _, err := disclosed(t, one); err != nil {
					t.Errorf("%s alone: %v", d.Name, err)
				}
			}
			read, err := none.Disclose()
			if err != nil || len(read.Withheld) == 0 { // the decoys at the top
				t.Errorf("got %v withheld, %v", read.Withheld, err)
			}
		})
	}
}

// TestSDJWTHides: what is withheld is nowhere in the token, and the order of
// digests tells nothing.
func TestSDJWTHides(t *testing.T) {
	t.Parallel()
	token := sdToken(t, 1, "/credentialSubject/name", "/credentialSubject/id")
	none, err := token.Present(func(proof.Disclosure) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if text := string(none.JWT.Payload); strings.Contains(text, "Ana") || strings.Contains(text, `"name"`) || strings.Contains(text, "urn:x:1") {
		t.Errorf("got %s", text)
	}
	digests := parse(t, token.JWT.Payload).Path("credentialSubject", "_sd").Texts()
	if len(digests) != 3 || digests[0] > digests[1] || digests[1] > digests[2] {
		t.Errorf("got %q, want three in the order of the alphabet", digests)
	}
	if salt := parse(t, mustDecode(t, token.Disclosures[0].Text)).Items()[0].Text(); len(salt) < 22 {
		t.Errorf("the salt %q is short", salt)
	}
}

func mustDecode(tb testing.TB, s string) []byte {
	tb.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func TestSignSDJWTRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, payload string
		pointer       string
		want          error
	}{
		{"nothing there", person, "/credentialSubject/nobody", proof.ErrDisclose},
		{"the whole", person, "", proof.ErrDisclose},
		{"the issuer", person, "/iss", proof.ErrDisclose},
		{"the start", person, "/validFrom", proof.ErrDisclose},
		{"digests in the payload", `{"a":{"_sd":[]}}`, "/a", proof.ErrReserved},
		{"a digest of an item", `{"a":[{"...":"x"}]}`, "/a", proof.ErrReserved},
		{"a hash inside", `{"a":{"_sd_alg":"sha-256"}}`, "/a", proof.ErrReserved},
		{"a list", `[]`, "/0", proof.ErrReserved},
		{"not JSON", `{`, "/0", credentials.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			asked := &askedSigner{Signer: key(t, proof.ES256).Signer(kid)}
			_, err := proof.SignSDJWT(t.Context(), []byte(tt.payload), proof.SDOptions{Disclose: []string{tt.pointer}, Rand: &noise{}}, asked)
			if !errors.Is(err, tt.want) || asked.times > 0 {
				t.Errorf("got %v and %d signatures, want %v and none", err, asked.times, tt.want)
			}
		})
	}
	_, err := proof.SignSDJWT(t.Context(), []byte(person), proof.SDOptions{Decoys: 9, Rand: bytes.NewReader(make([]byte, 20))}, key(t, proof.ES256).Signer(kid))
	if err == nil {
		t.Error("a token was made without randomness")
	}
}

// TestDiscloseRefuses builds tokens by hand: a payload, and disclosures whose
// digests stand for $1, $2, … in it.
func TestDiscloseRefuses(t *testing.T) {
	t.Parallel()
	claim := func(name, value string) string { return `["c2FsdA","` + name + `",` + value + `]` }
	item := func(value string) string { return `["c2FsdA",` + value + `]` }
	deep := strings.Repeat(`[`, credentials.MaxDepth-2) + strings.Repeat(`]`, credentials.MaxDepth-2)
	tests := []struct {
		name, payload string
		disclosures   []string
		code          string
	}{
		{"good", `{"_sd":["$1"],"a":[{"...":"$2"}]}`, []string{claim("b", "1"), item("2")}, ""},
		{"nested", `{"_sd":["$2"]}`, []string{claim("b", "1"), claim("a", `{"_sd":["$1"]}`)}, ""},
		{"sha-384 of nothing", `{"_sd_alg":"sha-384"}`, nil, ""},
		{"sha-512 of nothing", `{"_sd_alg":"sha-512"}`, nil, ""},
		{"another hash", `{"_sd_alg":"md5"}`, nil, proof.CodeAlgorithmRefused},
		{"a hash that is no text", `{"_sd_alg":1}`, nil, proof.CodeAlgorithmRefused},
		{"a hash inside", `{"a":{"_sd_alg":"sha-256"}}`, nil, proof.CodeDisclosure},
		{"a hash disclosed", `{"_sd":["$1"]}`, []string{claim("_sd_alg", `"sha-256"`)}, proof.CodeDisclosure},
		{"unused", `{}`, []string{claim("b", "1")}, proof.CodeDisclosure},
		{"used in a withheld part", `{"_sd":["x"]}`, []string{claim("b", "1")}, proof.CodeDisclosure},
		{"a disclosure twice", `{"_sd":["$1"]}`, []string{claim("b", "1"), claim("b", "1")}, proof.CodeDisclosure},
		{"a digest twice", `{"_sd":["$1","$1"]}`, []string{claim("b", "1")}, proof.CodeDisclosure},
		{"a digest twice, withheld", `{"_sd":["x"],"a":{"_sd":["x"]}}`, nil, proof.CodeDisclosure},
		{"a digest twice, in two places", `{"_sd":["$1"],"a":[{"...":"$1"}]}`, []string{claim("b", "1")}, proof.CodeDisclosure},
		{"a claim that is there", `{"b":2,"_sd":["$1"]}`, []string{claim("b", "1")}, proof.CodeDisclosure},
		{"a claim disclosed twice", `{"_sd":["$1","$2"]}`, []string{claim("b", "1"), claim("b", "2")}, proof.CodeDisclosure},
		{"the name _sd", `{"_sd":["$1"]}`, []string{claim("_sd", "[]")}, proof.CodeDisclosure},
		{"the name ...", `{"_sd":["$1"]}`, []string{claim("...", `"x"`)}, proof.CodeDisclosure},
		{"an item as a claim", `{"_sd":["$1"]}`, []string{item("1")}, proof.CodeDisclosure},
		{"a claim as an item", `{"a":[{"...":"$1"}]}`, []string{claim("b", "1")}, proof.CodeDisclosure},
		{"an item with members beside", `{"a":[{"...":"$1","b":1}]}`, []string{item("1")}, proof.CodeDisclosure},
		{"an item that is no text", `{"a":[{"...":1}]}`, nil, proof.CodeDisclosure},
		{"... outside a list", `{"a":{"...":"$1"}}`, []string{item("1")}, proof.CodeDisclosure},
		{"digests that are no list", `{"_sd":"$1"}`, []string{claim("b", "1")}, proof.CodeDisclosure},
		{"a digest that is no text", `{"_sd":[1]}`, nil, proof.CodeDisclosure},
		{"digests in a disclosed value, no list", `{"_sd":["$1"]}`, []string{claim("b", `{"_sd":1}`)}, proof.CodeDisclosure},
		{"too short", `{}`, []string{`["c2FsdA"]`}, proof.CodeDisclosure},
		{"too long", `{}`, []string{`["c2FsdA","a",1,2]`}, proof.CodeDisclosure},
		{"no list", `{}`, []string{`{}`}, proof.CodeDisclosure},
		{"a salt that is no text", `{}`, []string{`[1,"a",1]`}, proof.CodeDisclosure},
		{"a name that is no text", `{}`, []string{`["c2FsdA",1,1]`}, proof.CodeDisclosure},
		{"members twice", `{"_sd":["$1"]}`, []string{claim("b", `{"a":1,"a":2}`)}, proof.CodeDisclosure},
		{"too deep", `{"a":{"a":{"_sd":["$1"]}}}`, []string{claim("b", deep)}, proof.CodeDisclosure},
		{"no payload", `[]`, nil, proof.CodeMalformedToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			payload, parts := tt.payload, []string{""}
			for i, d := range tt.disclosures {
				text := b64(d)
				sum := sha256.Sum256([]byte(text))
				replace := strings.NewReplacer("$"+string(rune('1'+i)), base64.RawURLEncoding.EncodeToString(sum[:]))
				payload = replace.Replace(payload)
				for j := i + 1; j < len(tt.disclosures); j++ {
					tt.disclosures[j] = replace.Replace(tt.disclosures[j])
				}
				parts = append(parts, text)
			}
			token, err := proof.SignJWT(t.Context(), []byte(payload), proof.TypeSDJWT, key(t, proof.ES256).Signer(kid))
			if err != nil {
				t.Fatal(err)
			}
			sd, _, err := proof.ParseSDJWT([]byte(token.String() + strings.Join(append(parts, ""), "~")))
			if err == nil {
				_, err = sd.Disclose()
			}
			refusal, _ := errors.AsType[*proof.RefusalError](err)
			if tt.code == "" && err != nil || tt.code != "" && (refusal == nil || refusal.Code != tt.code) {
				t.Errorf("got %v, want %q", err, tt.code)
			}
		})
	}
}

func TestParseSDJWTRefuses(t *testing.T) {
	t.Parallel()
	token := sdToken(t, 0, "/credentialSubject/name").String()
	for name, bad := range map[string]string{
		"no tilde": strings.ReplaceAll(token, "~", ""), "a line break": strings.Replace(token, "~", "~\n", 1),
		"an empty disclosure": token + "~", "padding": strings.TrimSuffix(token, "~") + "=~",
		"a key binding that is none": token + "x", "two tildes first": strings.Replace(token, "~", "~~", 1),
		"many": token[:strings.Index(token, "~")] + strings.Repeat("~"+b64(`["c2FsdA",1]`), 3000) + "~",
	} {
		if _, _, err := proof.ParseSDJWT([]byte(bad)); err == nil {
			t.Errorf("%s: was read", name)
		}
	}
}

func TestKeyBinding(t *testing.T) {
	t.Parallel()
	holder := key(t, proof.EdDSA)
	jwk := `{"kty":"OKP","crv":"Ed25519","x":"` + holder.Public("").JWK().X + `"}`
	payload := strings.Replace(person, `"type"`, `"cnf":{"jwk":`+jwk+`},"type"`, 1)
	token, err := proof.SignSDJWT(t.Context(), []byte(payload), proof.SDOptions{
		Disclose: []string{"/credentialSubject/name", "/credentialSubject/address"}, Rand: &noise{},
	}, key(t, proof.ES256).Signer(kid))
	if err != nil {
		t.Fatal(err)
	}
	shown, err := token.Present(func(d proof.Disclosure) bool { return d.Name == "name" })
	if err != nil {
		t.Fatal(err)
	}
	say := proof.Binding{Audience: "https://college.example", Nonce: "n-1", IssuedAt: checkedAt}
	bound, err := shown.BindKey(t.Context(), say, holder.Signer("h"))
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := proof.ParseSDJWT([]byte(bound.String()))
	if err != nil {
		t.Fatal(err)
	}
	read, err := again.Disclose()
	if err != nil {
		t.Fatal(err)
	}
	k, err := proof.HolderKey(read.Payload)
	if err != nil {
		t.Fatal(err)
	}
	other, err := token.BindKey(t.Context(), say, holder.Signer("h"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := proof.SignJWT(t.Context(), bound.KeyBinding.Payload, proof.TypeVC, holder.Signer("h"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) proof.Binding { w := say; w.IssuedAt = say.IssuedAt.Add(d); return w }
	tests := []struct {
		name, member string
		token        func() proof.SDJWT
		key          proof.Key
		want         proof.Binding
	}{
		{"good", "", func() proof.SDJWT { return again }, k, at(time.Minute)},
		{"the clock behind", "", func() proof.SDJWT { return again }, k, at(-30 * time.Second)},
		{"old", "iat", func() proof.SDJWT { return again }, k, at(time.Hour)},
		{"from the future", "iat", func() proof.SDJWT { return again }, k, at(-time.Hour)},
		{"for another", "aud", func() proof.SDJWT { return again }, k, proof.Binding{Audience: "x", Nonce: "n-1", IssuedAt: checkedAt}},
		{"for nobody", "aud", func() proof.SDJWT { return again }, k, proof.Binding{Nonce: "n-1", IssuedAt: checkedAt}},
		{"used again", "nonce", func() proof.SDJWT { return again }, k, proof.Binding{Audience: say.Audience, Nonce: "n-2", IssuedAt: checkedAt}},
		{"none", "token", func() proof.SDJWT { return shown }, k, say},
		{"of another presentation", "sd_hash", func() proof.SDJWT { x := again; x.KeyBinding = other.KeyBinding; return x }, k, say},
		{"of another kind", "typ", func() proof.SDJWT { x := again; x.KeyBinding = &plain; return x }, k, say},
		{"of another holder", "alg", func() proof.SDJWT { return again }, key(t, proof.ES256).Public("k"), say},
	}
	for _, tt := range tests {
		err := tt.token().VerifyKeyBinding(tt.key, tt.want, 5*time.Minute)
		refusal, _ := errors.AsType[*proof.RefusalError](err)
		if tt.member == "" && err != nil || tt.member != "" && (refusal == nil || refusal.Member != tt.member) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.member)
		}
	}
	if _, err := proof.HolderKey(parse(t, []byte(`{}`))); !errors.Is(err, proof.ErrKey) {
		t.Errorf("no holder: got %v", err)
	}
}

// TestDiscloseIsBounded: names of a stranger's choice are not written again for
// everything that stands below them.
func TestDiscloseIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 400_000)
	for _, below := range []string{strings.Repeat("1,", 100_000) + "1", strings.Repeat(`{"_sd":["x"]},`, 20_000) + "1", "{}"} {
		token := proof.SDJWT{JWT: proof.JWT{Payload: []byte(`{"` + long + `":[` + below + `]}`)}}
		_, err := token.Disclose()
		if r, ok := errors.AsType[*proof.RefusalError](err); !ok || r.Code != proof.CodeDisclosure {
			t.Errorf("got %.200v", err)
		}
	}
	flat := proof.SDJWT{JWT: proof.JWT{Payload: []byte(`{"` + long + `":1}`)}}
	if _, err := flat.Disclose(); err != nil {
		t.Errorf("a long name with nothing below: %.200v", err)
	}
}

// TestVectorsSDJWT checks the conformance suite's own tokens.
func TestVectorsSDJWT(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file, key, typ string
		bad            bool
		want           map[string]string // by pointer of one member: its value
	}{
		{"credential-sdjwt-selective", "vm-p384", proof.TypeSDJWT, false, map[string]string{"firstName": `"Jane"`, "lastName": `"Doe"`, "birthDate": `"1990-01-01"`}},
		{"credential-sdjwt-nested", "vm-p521", proof.TypeSDJWT, false, map[string]string{
			"address":      `{"country":"USA","postalCode":"12345","street":"123 Main St","city":"Anytown"}`,
			"phoneNumbers": `[{"number":"+1-555-123-4567","type":"work"},{"number":"+1-555-987-6543","type":"mobile"}]`,
		}},
		{"credential-sdjwt-bad-signature", "vm-p384", proof.TypeSDJWT, true, nil},
		{"credential-sdjwt-bad-media-type", "vm-ed25519", "bad+typ", false, nil},
		{"presentation-sdjwt-selective", "vm-p384", "vp+sd-jwt", false, nil},
		{"presentation-sdjwt-bad-credential", "vm-p521", "bad+typ", false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			read := func(name string) []byte {
				raw, err := os.ReadFile(testkit.SharedData(t, "vectors", "vc-jose-cose", name))
				if err != nil {
					t.Fatal(err)
				}
				return bytes.TrimSpace(raw)
			}
			k, err := proof.ParseJWK(parse(t, read(tt.key+".json")).Get("publicKeyJwk"))
			if err != nil {
				t.Fatal(err)
			}
			token, header, err := proof.ParseSDJWT(read(tt.file+".txt"), proof.ES384, proof.ES512)
			if err != nil || header.Type != tt.typ {
				t.Fatalf("got typ %q, %v", header.Type, err)
			}
			if err := token.Verify(k); (err != nil) != tt.bad {
				t.Errorf("signature: got %v", err)
			}
			d, err := token.Disclose()
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range tt.want {
				if got := string(d.Payload.Path("credentialSubject", name).AppendJSON(nil)); got != want {
					t.Errorf("%s: got %s, want %s", name, got, want)
				}
			}
			if len(d.Withheld) != 0 {
				t.Errorf("withheld: %q", d.Withheld)
			}
		})
	}
}

func FuzzParseSDJWT(f *testing.F) {
	token := sdToken(f, 1, "/credentialSubject", "/credentialSubject/name", "/credentialSubject/phones/0")
	f.Add([]byte(token.String()))
	f.Add([]byte(token.JWT.String() + "~"))
	f.Add([]byte("a.b.c~"))
	public := key(f, proof.ES256).Public(kid)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _, err := proof.ParseSDJWT(data)
		if err != nil {
			return
		}
		if got.String() != string(data) {
			t.Fatal("the token is not rebuilt byte for byte")
		}
		d, err := got.Disclose()
		if err != nil {
			return
		}
		if _, err := got.Present(func(proof.Disclosure) bool { return true }); err != nil {
			t.Fatal(err)
		}
		if got.Verify(public) == nil && !strings.HasPrefix(string(data), token.JWT.String()+"~") {
			t.Fatalf("a forged token verifies: %s", d.Payload.AppendJSON(nil))
		}
	})
}
