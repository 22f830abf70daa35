package hostile_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"time"

	"github.com/mr-tron/base58"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// titled is the payload of a token with the forger's title.
func (f *forger) titled() []byte {
	return f.claims(f.payload(func(c *credentials.Credential) { c.Subject.Achievement.Name = forged }))
}

// plain is the diploma signed under a header of one's choice, by the school's own key.
func plain(head func(f *forger) string) func(f *forger) []byte {
	return func(f *forger) []byte { return compact(head(f), f.claims(f.payload()), f.by(f.ec)) }
}

// algNamed is the school's genuine signature under another alg, as JSON text.
func algNamed(alg string) func(f *forger) []byte {
	return plain(func(f *forger) string { return `{"alg":` + alg + `,"kid":"` + f.ec.Public().ID + `","typ":"vc+jwt"}` })
}

// secrets are the forms of the school's public key that a careless reader would
// take for the secret of an HMAC.
func secrets(f *forger) map[string][]byte {
	public := f.ec.Public()
	jwk, err := json.Marshal(public.JWK())
	f.ok(err)
	der, err := x509.MarshalPKIXPublicKey(public.Public)
	f.ok(err)
	return map[string][]byte{
		"JWK": jwk, "DER": der, "PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"multikey": []byte(public.Multikey()), "thumbprint": []byte(public.Thumbprint()), "nothing": nil,
	}
}

func hmacWith(form string) func(f *forger) []byte {
	return func(f *forger) []byte {
		return compact(header("HS256", f.ec.Public().ID, proof.TypeVC), f.titled(), hs256(secrets(f)[form]))
	}
}

func refusedAlg(name, alg string) attack {
	return attack{name, algNamed(alg), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused}
}

// algorithmAttacks: the key's own algorithm counts, never the token's word (rule 4).
var algorithmAttacks = []attack{
	{"ES256", (*forger).genuine, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"EdDSA", func(f *forger) []byte { return f.token(f.ed, f.claims(f.payload())) }, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"RS256", func(f *forger) []byte {
		return compact(header(proof.RS256, f.rsa.id, "JWT"), f.claims(f.payload()), f.rsa.sign)
	}, verifier.Valid, verifier.Issuer, verifier.CodeRecognised},
	{"none without a signature", func(f *forger) []byte {
		return compact(`{"alg":"none","typ":"vc+jwt"}`, f.titled(), bytesOf(nil))
	}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"none with a signature", func(f *forger) []byte {
		return compact(header("none", f.ec.Public().ID, proof.TypeVC), f.titled(), bytesOf([]byte("x")))
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	refusedAlg("None", `"None"`), refusedAlg("NONE", `"NONE"`), refusedAlg("nOnE", `"nOnE"`),
	refusedAlg("an empty name", `""`), refusedAlg("null", `null`), refusedAlg("a number", `256`), refusedAlg("true", `true`),
	refusedAlg("a list", `["ES256"]`), refusedAlg("a list with none", `["none","ES256"]`), refusedAlg("an object", `{"name":"ES256"}`),
	refusedAlg("lower case", `"es256"`), refusedAlg("a space behind", `"ES256 "`), refusedAlg("a NUL behind", `"ES256\u0000"`),
	refusedAlg("full-width letters", `"ＥＳ256"`), refusedAlg("eddsa", `"eddsa"`), refusedAlg("Ed25519", `"Ed25519"`), refusedAlg("Ed448", `"Ed448"`),
	refusedAlg("ES384", `"ES384"`), refusedAlg("ES512", `"ES512"`), refusedAlg("ES256K", `"ES256K"`),
	refusedAlg("PS256", `"PS256"`), refusedAlg("RS1", `"RS1"`), refusedAlg("RS384", `"RS384"`), refusedAlg("RS512", `"RS512"`),
	refusedAlg("HS384", `"HS384"`), refusedAlg("HS512", `"HS512"`), refusedAlg("dir", `"dir"`), refusedAlg("RSA-OAEP", `"RSA-OAEP"`), refusedAlg("ECDH-ES", `"ECDH-ES"`),
	refusedAlg("the key is ES256 and the token says EdDSA", `"EdDSA"`), refusedAlg("the key is ES256 and the token says RS256", `"RS256"`),
	{"no alg", plain(func(f *forger) string { return `{"kid":"` + f.ec.Public().ID + `"}` }), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"Alg in place of alg", plain(func(f *forger) string { return `{"Alg":"ES256","kid":"` + f.ec.Public().ID + `"}` }), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"two algs", plain(func(f *forger) string { return `{"alg":"none","alg":"ES256","kid":"` + f.ec.Public().ID + `"}` }), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"two algs, one escaped", plain(func(f *forger) string { return `{"alg":"ES256","\u0061lg":"none","kid":"` + f.ec.Public().ID + `"}` }), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"the public key as a secret: JWK", hmacWith("JWK"), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"the public key as a secret: DER", hmacWith("DER"), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"the public key as a secret: PEM", hmacWith("PEM"), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"the public key as a secret: multikey", hmacWith("multikey"), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"the thumbprint as a secret", hmacWith("thumbprint"), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"an empty secret", hmacWith("nothing"), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"an HMAC said to be ES256", func(f *forger) []byte {
		return compact(header(proof.ES256, f.ec.Public().ID, proof.TypeVC), f.titled(), hs256(secrets(f)["JWK"]))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"an Ed25519 key under ES256", func(f *forger) []byte {
		return compact(header(proof.ES256, f.ed.Public().ID, proof.TypeVC), f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"an RSA key under ES256", func(f *forger) []byte {
		return compact(header(proof.ES256, f.rsa.id, proof.TypeVC), f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"a P-384 key under ES256", func(f *forger) []byte {
		return compact(header(proof.ES256, f.p384.Public().ID, proof.TypeVC), f.claims(f.payload()), f.by(f.p384))
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"an encrypted token", func(*forger) []byte {
		return []byte(enc([]byte(`{"alg":"dir","enc":"A256GCM"}`)) + ".." + enc([]byte("iv")) + "." + enc([]byte("text")) + "." + enc([]byte("tag")))
	}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
}

// signedWith is the forger's diploma under the school's kid with a made-up signature.
func signedWith(alg proof.Alg, sig func(f *forger, input []byte) []byte) func(f *forger) []byte {
	return func(f *forger) []byte {
		s := f.ec
		if alg == proof.EdDSA {
			s = f.ed
		}
		return compact(header(alg, s.Public().ID, proof.TypeVC), f.titled(), func(input []byte) []byte { return sig(f, input) })
	}
}

// constant is a signature of n bytes, all the same.
func constant(n int, b byte) func(*forger, []byte) []byte {
	return func(*forger, []byte) []byte { return bytes.Repeat([]byte{b}, n) }
}

// halves writes r and s.
func halves(r, s *big.Int) []byte {
	out := make([]byte, 64)
	r.FillBytes(out[:32])
	s.FillBytes(out[32:])
	return out
}

// signatureAttacks: numbers that careless arithmetic takes for a signature.
var signatureAttacks = []attack{
	{"the school's", (*forger).genuine, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"r and s are 0", signedWith(proof.ES256, constant(64, 0)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"r and s are the order", signedWith(proof.ES256, func(*forger, []byte) []byte {
		n := elliptic.P256().Params().N
		return halves(n, n)
	}), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"r is 0 and s is 1", signedWith(proof.ES256, func(*forger, []byte) []byte { return halves(new(big.Int), big.NewInt(1)) }), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"all ones", signedWith(proof.ES256, constant(64, 0xff)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"one byte", signedWith(proof.ES256, constant(1, 0)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"63 bytes", signedWith(proof.ES256, constant(63, 1)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a long one", signedWith(proof.ES256, constant(100_000, 1)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a good one with a byte behind", func(f *forger) []byte {
		return compact(header(proof.ES256, f.ec.Public().ID, proof.TypeVC), f.claims(f.payload()), func(in []byte) []byte { return append(f.by(f.ec)(in), 0) })
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a good one in ASN.1", func(f *forger) []byte {
		return compact(header(proof.ES256, f.ec.Public().ID, proof.TypeVC), f.claims(f.payload()), func(in []byte) []byte {
			raw := f.by(f.ec)(in)
			der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])})
			f.ok(err)
			return der
		})
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"of another document", func(f *forger) []byte {
		_, sig, _ := bytes.Cut(f.genuine(), []byte(".")) // payload.signature
		_, sig, _ = bytes.Cut(sig, []byte("."))
		unsigned := compact(header(proof.ES256, f.ec.Public().ID, proof.TypeVC), f.titled(), bytesOf(nil))
		return append(unsigned, sig...)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"over the payload without the header", func(f *forger) []byte {
		payload := f.claims(f.payload())
		return compact(header(proof.ES256, f.ec.Public().ID, proof.TypeVC), payload, func([]byte) []byte { return f.by(f.ec)(payload) })
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"Ed25519: nothing but zeros", signedWith(proof.EdDSA, constant(64, 0)), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"Ed25519: the neutral point and 0", signedWith(proof.EdDSA, func(*forger, []byte) []byte {
		return append([]byte{1}, make([]byte, 63)...)
	}), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"Ed25519: s beyond the order", func(f *forger) []byte {
		return compact(header(proof.EdDSA, f.ed.Public().ID, proof.TypeVC), f.claims(f.payload()), func(in []byte) []byte { return beyondOrder(f.by(f.ed)(in)) })
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"RS256: the message itself", func(f *forger) []byte {
		return compact(header(proof.RS256, f.rsa.id, proof.TypeVC), f.titled(), bytesOf(append(make([]byte, 255), 1)))
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"RS256 by another RSA key", func(f *forger) []byte {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		f.ok(err)
		return compact(header(proof.RS256, f.rsa.id, proof.TypeVC), f.titled(), (&rsaSigner{key: key}).sign)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"RS256 as PSS", func(f *forger) []byte {
		return compact(header(proof.RS256, f.rsa.id, proof.TypeVC), f.claims(f.payload()), func(in []byte) []byte {
			h := crypto.SHA256.New()
			h.Write(in)
			sig, err := rsa.SignPSS(rand.Reader, f.rsa.key, crypto.SHA256, h.Sum(nil), nil)
			f.ok(err)
			return sig
		})
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
}

// beyondOrder adds the group's order to s, which says the same where it is not refused (RFC 8032 §8.4).
func beyondOrder(sig []byte) []byte {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	little := bytes.Clone(sig[32:])
	for i := range 16 {
		little[i], little[31-i] = little[31-i], little[i]
	}
	s := new(big.Int).Add(new(big.Int).SetBytes(little), order).FillBytes(make([]byte, 32))
	for i := range 32 {
		sig[32+i] = s[31-i]
	}
	return sig
}

// byJWK is a diploma of an issuer that is a did:jwk of any text, signed in any way.
func byJWK(jwk, alg string, sign func([]byte) []byte) func(f *forger) []byte {
	return func(f *forger) []byte {
		id := "did:jwk:" + enc([]byte(jwk))
		payload := f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = id, nil })
		return compact(header(proof.Alg(alg), id+"#0", proof.TypeVC), f.claims(payload), sign)
	}
}

// byMultikey is the same of a did:key with a multicodec prefix and key bytes.
func byMultikey(prefix, key []byte) func(f *forger) []byte {
	return func(f *forger) []byte {
		text := "z" + base58.Encode(append(bytes.Clone(prefix), key...))
		payload := f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = "did:key:"+text, nil })
		return compact(header(proof.EdDSA, "did:key:"+text+"#"+text, proof.TypeVC), f.claims(payload), constant64)
	}
}

func constant64([]byte) []byte { return make([]byte, 64) }

// smallRSA is a JWK of an RSA key that is too weak.
func smallRSA(bits int, e string) string {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	n.Add(n, big.NewInt(15))
	return `{"kty":"RSA","n":"` + enc(n.Bytes()) + `","e":"` + e + `"}`
}

// with is a diploma signed by a key, changed before.
func with(key func(f *forger) proof.Signer, change ...func(*credentials.Credential)) func(f *forger) []byte {
	return func(f *forger) []byte { return f.token(key(f), f.claims(f.payload(change...))) }
}

// keyAttacks: the key is the issuer's, of a strength and a time that count (rules 3, 4 and 12).
var keyAttacks = []attack{
	{"the school's", (*forger).genuine, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"the forger's under the school's name", func(f *forger) []byte {
		return f.token(f.own(f.ec.Public().ID, proof.ES256), f.titled())
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"the forger's under a name of the school's kind", func(f *forger) []byte {
		k := f.private(100, proof.ES256)
		return f.token(k.Signer(did.KeyID(f.school, k.Public(""))), f.titled())
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"the partner school's", with(func(f *forger) proof.Signer { return f.partnerKey }), verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"retired, used before", func(f *forger) []byte {
		return with(func(f *forger) proof.Signer { return f.retired }, func(c *credentials.Credential) { c.ValidFrom = f.began.Add(time.Hour) })(f)
	}, verifier.Valid, verifier.Key, verifier.CodeKeyRetired},
	{"retired, used after", with(func(f *forger) proof.Signer { return f.retired }), verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"dated before the key was there", func(f *forger) []byte {
		return with(func(f *forger) proof.Signer { return f.ec }, func(c *credentials.Credential) { c.ValidFrom = f.began.AddDate(-1, 0, 0) })(f)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"stolen, dated before", func(f *forger) []byte {
		return with(func(f *forger) proof.Signer { return f.stolen }, func(c *credentials.Credential) { c.ValidFrom = f.began.Add(time.Hour) })(f)
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyCompromised},
	{"published, and not yet in use", with(func(f *forger) proof.Signer { return f.pending }), verifier.Invalid, verifier.Key, verifier.CodeKeyNotInUse},
	{"RSA of 1,024 bits", byJWK(smallRSA(1024, "AQAB"), "RS256", constant64), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"RSA with the exponent 1", byJWK(smallRSA(2048, "AQ"), "RS256", bytesOf(append(make([]byte, 255), 1))), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"RSA with an even exponent", byJWK(smallRSA(2048, "Ag"), "RS256", constant64), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"RSA of 16,384 bits", byJWK(smallRSA(16384, "AQAB"), "RS256", constant64), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"RSA with an endless exponent", byJWK(smallRSA(2048, enc(bytes.Repeat([]byte{255}, 256))), "RS256", constant64), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a secret as a key", byJWK(`{"kty":"oct","k":"AAAA"}`, "HS256", hs256([]byte{0, 0, 0})), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"a secret as a key under EdDSA", byJWK(`{"kty":"oct","k":"AAAA"}`, "EdDSA", constant64), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a point that is not on the curve", byJWK(`{"kty":"EC","crv":"P-256","x":"`+enc(make([]byte, 32))+`","y":"`+enc(make([]byte, 32))+`"}`, "ES256", constant64), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a curve that is not known", byJWK(`{"kty":"EC","crv":"secp256k1","x":"`+enc(make([]byte, 32))+`","y":"`+enc(make([]byte, 32))+`"}`, "ES256", constant64), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a key for encryption", byMultikey([]byte{0xec, 0x01}, make([]byte, 32)), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a key of Bitcoin", byMultikey([]byte{0xe7, 0x01}, append([]byte{2}, make([]byte, 32)...)), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"an Ed25519 key that is too short", byMultikey([]byte{0xed, 0x01}, make([]byte, 31)), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a private key in the DID", func(f *forger) []byte {
		private := ed25519.NewKeyFromSeed(make([]byte, 32))
		jwk := `{"kty":"OKP","crv":"Ed25519","x":"` + enc(private[32:]) + `","d":"` + enc(private[:32]) + `"}`
		return byJWK(jwk, "EdDSA", func(in []byte) []byte { return ed25519.Sign(private, in) })(f)
	}, verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a key of its own", func(f *forger) []byte {
		s, id := f.local()
		return with(func(*forger) proof.Signer { return s }, func(c *credentials.Credential) { c.Issuer.ID, c.Status = id, nil })(f)
	}, verifier.UnrecognisedIssuer, verifier.Key, verifier.CodeKeyControlled},
}

// compressed is a point of P-256 as a did:key writes it.
func compressed(public crypto.PublicKey) []byte {
	k, ok := public.(*ecdsa.PublicKey)
	if !ok {
		return nil
	}
	raw, _ := k.Bytes()
	return append([]byte{2 + raw[64]&1}, raw[1:33]...)
}

// relabelled is the school's document with one text of its proof replaced.
func relabelled(from, to string) func(f *forger) []byte {
	return func(f *forger) []byte { return inProof(f, f.rdfc(), from, to) }
}

// inProof replaces the first occurrence of a text in the proof of a document.
func inProof(f *forger, doc []byte, from, to string) []byte {
	head, tail, _ := bytes.Cut(doc, []byte(`"proof":[`))
	return append(append(bytes.Clone(head), `"proof":[`...), f.edited(tail, from, to)...)
}

func suiteRefused(name, from, to string) attack {
	return attack{name, relabelled(from, to), verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused}
}

// suiteAttacks: a proof inside a document is of a known suite, by a key of that suite (rule 4).
var suiteAttacks = []attack{
	{"eddsa-rdfc-2022", (*forger).rdfc, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"eddsa-jcs-2022", (*forger).jcs, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"ecdsa-rdfc-2019", func(f *forger) []byte { return f.inside(f.payload(), f.way(proof.ECDSARDFC2019, f.ec, f.school)) }, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"ecdsa-rdfc-2019 with P-384", func(f *forger) []byte { return f.inside(f.payload(), f.way(proof.ECDSARDFC2019, f.p384, f.school)) }, verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	suiteRefused("a suite that is not built", "eddsa-rdfc-2022", "ecdsa-sd-2023"), suiteRefused("bbs-2023", "eddsa-rdfc-2022", "bbs-2023"),
	suiteRefused("an old name", "eddsa-rdfc-2022", "eddsa-2022"), suiteRefused("upper case", "eddsa-rdfc-2022", "EDDSA-RDFC-2022"),
	suiteRefused("a list of suites", `"eddsa-rdfc-2022"`, `["eddsa-rdfc-2022"]`), suiteRefused("no suite", `"cryptosuite":"eddsa-rdfc-2022",`, ``),
	suiteRefused("an unknown type", "DataIntegrityProof", "RsaSignature2018"), suiteRefused("JsonWebSignature2020", "DataIntegrityProof", "JsonWebSignature2020"),
	suiteRefused("an old type with a suite", "DataIntegrityProof", "Ed25519Signature2020"),
	suiteRefused("two types", `"DataIntegrityProof"`, `["DataIntegrityProof","Ed25519Signature2020"]`),
	{"the older type of the same key", func(f *forger) []byte {
		return inProof(f, f.rdfc(), `"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022"`, `"type":"Ed25519Signature2020"`)
	}, verifier.Invalid, verifier.Format, credentials.CodeUndefinedTerm},
	{"said to be over JSON", relabelled("eddsa-rdfc-2022", "eddsa-jcs-2022"), verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"said to be over statements", func(f *forger) []byte { return inProof(f, f.jcs(), "eddsa-jcs-2022", "eddsa-rdfc-2022") }, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	suiteRefused("a suite of ECDSA with an Ed25519 key", "eddsa-rdfc-2022", "ecdsa-rdfc-2019"),
	{"a suite of EdDSA with a P-256 key", func(f *forger) []byte {
		return inProof(f, f.rdfc(), did.MethodID(f.school, f.ed.Public()), did.MethodID(f.school, f.ec.Public()))
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"a suite with an RSA key", func(f *forger) []byte {
		return inProof(f, f.rdfc(), did.MethodID(f.school, f.ed.Public()), f.rsa.id)
	}, verifier.Invalid, verifier.Proof, verifier.CodeAlgorithmRefused},
	{"r and s are 0", func(f *forger) []byte {
		doc := f.inside(f.payload(), f.way(proof.ECDSARDFC2019, f.ec, f.school))
		head, _, _ := strings.Cut(string(doc), `"proofValue":"`)
		return []byte(head + `"proofValue":"z` + base58.Encode(make([]byte, 64)) + `"}]}`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"the signature of a token", func(f *forger) []byte {
		sig, err := f.ed.Sign(f.t.Context(), f.payload())
		f.ok(err)
		head, _, _ := strings.Cut(string(f.rdfc()), `"proofValue":"`)
		return []byte(head + `"proofValue":"z` + base58.Encode(sig) + `"}]}`)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"a signature in base64", relabelled(`"proofValue":"z`, `"proofValue":"u`), verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"a signature without a prefix", relabelled(`"proofValue":"z`, `"proofValue":"`), verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"a signature of 100 KB", relabelled(`"proofValue":"z`, `"proofValue":"z`+strings.Repeat("2", 100_000)), verifier.Invalid, verifier.Proof, verifier.CodeProofMalformed},
	{"the forger's key under the school's name", func(f *forger) []byte {
		s := f.own("", proof.EdDSA)
		return f.inside(f.payload(), proof.Options{Signer: s, Method: did.MethodID(f.school, f.ed.Public()), Created: f.began.Add(time.Hour)})
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	{"the forger's key in the fragment", func(f *forger) []byte {
		s := f.own("", proof.EdDSA)
		return f.inside(f.payload(), proof.Options{Signer: s, Method: did.MethodID(f.school, s.Public()), Created: f.began.Add(time.Hour)})
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"a did:key of the forger for the school's document", func(f *forger) []byte {
		s, _ := f.local()
		return f.inside(f.payload(), proof.Options{Signer: s, Created: f.began.Add(time.Hour)})
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"a did:key of P-256", func(f *forger) []byte {
		k := f.private(102, proof.ES256)
		text := "z" + base58.Encode(append([]byte{0x80, 0x24}, compressed(k.Public("").Public)...))
		payload := f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = "did:key:"+text, nil })
		return f.inside(payload, proof.Options{Suite: proof.ECDSARDFC2019, Signer: k.Signer("did:key:" + text + "#" + text), Created: f.began.Add(time.Hour)})
	}, verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
}
