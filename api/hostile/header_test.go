package hostile_test

import (
	"encoding/json"
	"strings"

	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// headed is the school's diploma, signed by its own key, with more members in the header.
func headed(more string) func(f *forger) []byte {
	return plain(func(f *forger) string { return header(proof.ES256, f.ec.Public().ID, proof.TypeVC, more) })
}

func headerRefused(name, more string) attack {
	return attack{name, headed(more), verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused}
}

// typed is the school's diploma as a token of another type.
func typed(typ string) func(f *forger) []byte {
	return plain(func(f *forger) string { return header(proof.ES256, f.ec.Public().ID, typ) })
}

func wrongType(typ string) attack {
	return attack{"typ " + typ, typed(typ), verifier.Invalid, verifier.Proof, verifier.CodeTokenType}
}

// ownJWK is a header with the forger's own key in it, and more.
func ownJWK(f *forger, more string) string {
	jwk, err := json.Marshal(f.own("", proof.ES256).Public().JWK())
	f.ok(err)
	return `{"alg":"ES256","typ":"vc+jwt","jwk":` + string(jwk) + more + `}`
}

// headerAttacks: nothing in a header says where the key comes from, or how the
// rest is to be read (rule 4).
var headerAttacks = []attack{
	{"no more than is needed", headed(""), verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"typ JWT", typed("JWT"), verifier.Valid, verifier.Proof, verifier.CodeSignatureOK},
	{"the school's own jwk", func(f *forger) []byte {
		jwk, err := json.Marshal(f.ec.Public().JWK())
		f.ok(err)
		return compact(`{"alg":"ES256","typ":"vc+jwt","jwk":`+string(jwk)+`}`, f.claims(f.payload()), f.by(f.ec))
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	headerRefused("crit", `,"crit":["exp"],"exp":1`), headerRefused("an empty crit", `,"crit":[]`), headerRefused("crit null", `,"crit":null`),
	headerRefused("crit of an unknown extension", `,"crit":["x"],"x":true`),
	headerRefused("b64 false", `,"b64":false,"crit":["b64"]`), headerRefused("b64 true", `,"b64":true`),
	headerRefused("zip", `,"zip":"DEF"`), headerRefused("enc", `,"enc":"A256GCM"`),
	headerRefused("jku", `,"jku":"https://mallory.example/jwks.json"`), headerRefused("jku at home", `,"jku":"http://127.0.0.1/jwks.json"`),
	headerRefused("x5u", `,"x5u":"https://mallory.example/cert.pem"`), headerRefused("x5u in a file", `,"x5u":"file:///etc/passwd"`),
	headerRefused("x5c", `,"x5c":["MIIB"]`), headerRefused("an empty x5c", `,"x5c":[]`),
	headerRefused("two at once", `,"jku":"https://a.example/","x5u":"https://b.example/"`),
	headerRefused("jwk that is no key", `,"jwk":"x"`), headerRefused("jwk null", `,"jwk":null`),
	headerRefused("jwk that is a secret", `,"jwk":{"kty":"oct","k":"AAAA"}`),
	headerRefused("jwk for encryption", `,"jwk":{"kty":"OKP","crv":"Ed25519","x":"`+strings.Repeat("A", 43)+`","use":"enc"}`),
	headerRefused("jwk of X25519", `,"jwk":{"kty":"OKP","crv":"X25519","x":"`+strings.Repeat("A", 43)+`"}`),
	headerRefused("typ twice as a list", `,"jwk":[]`),
	{"the forger's jwk alone", func(f *forger) []byte {
		return compact(ownJWK(f, ""), f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"the forger's jwk under the school's kid", func(f *forger) []byte {
		return compact(ownJWK(f, `,"kid":"`+f.ec.Public().ID+`"`), f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"the forger's jwk that names itself the school's", func(f *forger) []byte {
		jwk := f.own("", proof.ES256).Public().JWK()
		jwk.Kid, jwk.Issuer = f.ec.Public().ID, f.school
		text, err := json.Marshal(jwk)
		f.ok(err)
		return compact(`{"alg":"ES256","jwk":`+string(text)+`}`, f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"jwk with its private half", func(f *forger) []byte {
		head := strings.Replace(ownJWK(f, ""), `"jwk":{`, `"jwk":{"d":"AAAA",`, 1)
		return compact(head, f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused},
	{"a weak RSA jwk", func(f *forger) []byte {
		return compact(`{"alg":"RS256","jwk":`+smallRSA(1024, "AQAB")+`}`, f.titled(), constant64)
	}, verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused},
	{"jwk of the partner school", func(f *forger) []byte {
		jwk, err := json.Marshal(f.partnerKey.Public().JWK())
		f.ok(err)
		return compact(`{"alg":"ES256","jwk":`+string(jwk)+`}`, f.titled(), f.by(f.partnerKey))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	wrongType("laurel-receipt+jwt"), wrongType("kb+jwt"), wrongType("openid4vci-proof+jwt"), wrongType("vp+jwt"), wrongType("at+jwt"),
	wrongType("dpop+jwt"), wrongType("secevent+jwt"), wrongType("VC+JWT"), wrongType("jwt"), wrongType("vc+sd-jwt"), wrongType("vc+jwt "),
	{"typ is a list", plain(func(f *forger) string { return `{"alg":"ES256","kid":"` + f.ec.Public().ID + `","typ":["vc+jwt"]}` }), verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused},
	{"the header is a list", func(f *forger) []byte { return compact(`["ES256"]`, f.titled(), constant64) }, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"the header is no JSON", func(f *forger) []byte { return compact(`alg=ES256`, f.titled(), constant64) }, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"something behind the header", plain(func(f *forger) string { return header(proof.ES256, f.ec.Public().ID, proof.TypeVC) + `{"alg":"none"}` }), verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"a header of 1,000 levels", func(f *forger) []byte {
		return compact(`{"alg":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+`}`, f.titled(), constant64)
	}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
}

// named is the diploma under a kid of the forger's choice, signed by his key.
func named(kid func(f *forger) string) func(f *forger) []byte {
	return func(f *forger) []byte { return f.token(f.own(kid(f), proof.ES256), f.titled()) }
}

func strange(name, kid string) attack {
	return attack{name, named(func(f *forger) string {
		return strings.NewReplacer("{school}", f.school, "{partner}", f.partner, "{mill}", f.mill, "{key}", f.ec.Public().Thumbprint(),
			"{own}", f.own("", proof.ES256).Public().Thumbprint(), "{host}", strings.TrimPrefix(f.public, "http://")).Replace(kid)
	}), verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled}
}

// kidAttacks: a kid names a key of the issuer's own document, and nothing else (rule 4).
var kidAttacks = []attack{
	{"the thumbprint alone", func(f *forger) []byte {
		return compact(header(proof.ES256, f.ec.Public().Thumbprint(), proof.TypeVC), f.claims(f.payload()), f.by(f.ec))
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"a fragment", func(f *forger) []byte {
		return compact(header(proof.ES256, "#"+f.ec.Public().Thumbprint(), proof.TypeVC), f.claims(f.payload()), f.by(f.ec))
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	{"the Multikey form", func(f *forger) []byte {
		return compact(header(proof.ES256, did.MethodID(f.school, f.ec.Public()), proof.TypeVC), f.claims(f.payload()), f.by(f.ec))
	}, verifier.Valid, verifier.Key, verifier.CodeKeyControlled},
	strange("another school's", "{partner}#{key}"), strange("the mill's", "{mill}#{own}"), strange("a fragment of the forger's", "#{own}"),
	strange("the school's with the forger's fragment", "{school}#{own}"), strange("two fragments", "{school}#{own}#{key}"),
	strange("two fragments, turned", "{school}#{key}#{own}"), strange("an empty fragment", "{school}#"), strange("the school's DID alone", "{school}"),
	strange("a path in the DID", "{school}/keys#{key}"), strange("a query in the DID", "{school}?versionId=1#{key}"),
	strange("a key of the future", "{school}?versionTime=2099-01-01T00:00:00Z#{key}"),
	strange("upper case", "DID:WEB:{school}#{key}"), strange("a trailing space", "{school}#{key} "), strange("a leading space", " {school}#{key}"),
	strange("a NUL", "{school}#{key}\x00"), strange("a line break", "{school}#{key}\n"), strange("percent-encoded", "{school}%23{key}"),
	strange("a longer DID", "{school}x#{key}"), strange("a shorter DID", "did:web#{key}"),
	strange("a path upwards", "../../../../etc/passwd"), strange("a device", "/dev/null"), strange("a file", "file:///etc/passwd"),
	strange("a relative path", "keys/{own}"), strange("a key of the server by address", "http://{host}/keys/{own}"),
	strange("a name and a password", "https://{school}@mallory.example/#{own}"), strange("at home", "http://127.0.0.1:1/#{key}"),
	strange("metadata of the cloud", "http://169.254.169.254/latest/meta-data#x"), strange("SQL", "' OR 1=1 --"), strange("a template", "{{.Key}}"),
	strange("a command", "$(id)"), strange("markup", "<script>alert(1)</script>"), strange("a data address", "data:application/json,{}"),
	strange("a did:key", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
	strange("a kid of 100 KB", strings.Repeat("k", 100_000)),
	{"an empty kid", named(func(*forger) string { return "" }), verifier.Invalid, verifier.Key, verifier.CodeKeyNotNamed},
	{"no kid", func(f *forger) []byte {
		return compact(`{"alg":"ES256","typ":"vc+jwt"}`, f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotNamed},
	{"kid null", func(f *forger) []byte { return compact(`{"alg":"ES256","kid":null}`, f.titled(), constant64) }, verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused},
	{"kid is a number", func(f *forger) []byte { return compact(`{"alg":"ES256","kid":0}`, f.titled(), constant64) }, verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused},
	{"kid is a list", func(f *forger) []byte {
		return compact(`{"alg":"ES256","kid":["`+f.ec.Public().ID+`"]}`, f.titled(), constant64)
	}, verifier.Invalid, verifier.Proof, verifier.CodeHeaderRefused},
	{"kid twice", func(f *forger) []byte {
		return compact(`{"alg":"ES256","kid":"`+f.ec.Public().ID+`","kid":"#`+f.own("", proof.ES256).Public().Thumbprint()+`"}`, f.titled(), constant64)
	}, verifier.Invalid, verifier.Format, verifier.CodeMalformedToken},
	{"kid twice, folded", func(f *forger) []byte {
		return compact(`{"alg":"ES256","typ":"vc+jwt","KID":"`+f.ec.Public().ID+`","kid":"#`+f.own("", proof.ES256).Public().Thumbprint()+`"}`, f.titled(), f.by(f.own("", proof.ES256)))
	}, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
}
